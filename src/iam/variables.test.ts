import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ABSENT, PRESENT, several, single, UNKNOWN } from './key-state.ts'
import { fill, readTemplate, textOf, variablesOf } from './variables.ts'

const VERSION = '2012-10-17'
const filled = (source: string, value: Parameters<typeof fill>[1] = () => ABSENT, version = VERSION) => {
  const parts = fill(readTemplate(source, version), value)
  return typeof parts === 'string' ? parts : textOf(parts)
}

describe('reading a text with variables', () => {
  it('finds every variable, with spaces around its name removed (R-VAR-01, R-VAR-02)', () => {
    assert.deepEqual(variablesOf(readTemplate("a${aws:username}b${ aws:PrincipalTag/x , 'd' }c", VERSION)), [
      'aws:username',
      'aws:PrincipalTag/x',
    ])
  })

  it('finds none under Version 2008-10-17, nor where the version is left out (R-GRAM-03)', () => {
    assert.deepEqual(variablesOf(readTemplate('${aws:username}', '2008-10-17')), [])
  })

  for (const source of [
    '${}',
    '${ }',
    '${aws:username',
    'a${b',
    "${aws:username, 'x}",
    '${aws:username, x}',
    "${aws:username, '}",
    "${aws:username, x'}",
  ])
    it(`\`${source}\` is malformed and matches nothing (R-VAR-03)`, () => {
      assert.equal(readTemplate(source, VERSION).malformed, true)
      assert.equal(
        filled(source, () => single('v')),
        'absent',
      )
    })

  it('takes it apart: wildcards, characters and variables; without variables it is the same for every request', () => {
    const { parts, constant } = readTemplate("a*${*}${k}b${k, '*'}", VERSION)
    assert.deepEqual(
      parts.map((part) => (part.kind === 'variable' ? [part.kind, part.key, part.fallback] : [part.kind, part.text])),
      [
        ['pattern', 'a*'],
        ['literal', '*'],
        ['variable', 'k', undefined],
        ['pattern', 'b'],
        ['variable', 'k', '*'],
      ],
    )
    assert.deepEqual([constant, readTemplate('${k}', VERSION).constant], [false, false])
    assert.deepEqual([readTemplate('a${*}', VERSION).constant, readTemplate('a', VERSION).constant], [true, true])
    assert.deepEqual([readTemplate('${k', VERSION).constant, readTemplate('a${}', VERSION).constant], [false, false])
    assert.deepEqual(readTemplate('', VERSION).parts, readTemplate('', '2008-10-17').parts)
  })

  it('a star of a default or of a value is a character (R-VAR-06)', () => {
    assert.deepEqual(
      fill(readTemplate("*${k, '*'}", VERSION), () => ABSENT),
      [
        { text: '*', literal: false },
        { text: '*', literal: true },
      ],
    )
    assert.deepEqual(
      fill(readTemplate('${k}', VERSION), () => single('*')),
      [{ text: '*', literal: true }],
    )
  })

  it('a key that AWS lists as one of several values is no variable, in any letters (R-VAR-04, R-CTX-01)', () => {
    for (const key of ['aws:TagKeys', 'AWS:TAGKEYS'])
      assert.equal(
        filled(`\${${key}}`, () => single('v')),
        'absent',
      )
  })

  it('a dollar sign without a brace is a character', () => assert.equal(filled('a$b$'), 'a$b$'))
})

// biome-ignore format: a table is read by its columns
const ROWS = [
  ['${k}',             single('v'),              'v',       'the value (R-VAR-01)'],
  ['x${k}y',           single('v'),              'xvy',     'the value inside a text (R-VAR-01)'],
  ['${k}${k}',         single('v'),              'vv',      'twice'],
  ['${k}',             ABSENT,                   'absent',  'no value and no default (R-VAR-05)'],
  ["${k, 'd'}",        ABSENT,                   'd',       'the default (R-VAR-02)'],
  ["${k,'d'}",         ABSENT,                   'd',       'the default without a space (R-VAR-02)'],
  ["${k, ''}",         ABSENT,                   '',        'an empty default (R-VAR-02)'],
  ["${k, 'd'}",        single('v'),              'v',       'the value before the default (R-VAR-02)'],
  ["${k, 'd'}",        UNKNOWN,                  'unknown', 'not known whether the default holds'],
  ["${k, 'd'}",        PRESENT,                  'unknown', 'a value that is not known'],
  ['${k}',             single(''),               '',        'an empty value is a value (R-VAR-07)'],
  ['${k}',             several(['a']),           'absent',  'a key of several values is no variable (R-VAR-04)'],
  ["${k, 'd'}",        several(['a']),           'absent',  'nor does a default make it one (R-VAR-04)'],
  ['${*}${?}${$}',     ABSENT,                   '*?$',     'literal characters (R-VAR-03)'],
] as const

describe('filling the variables in', () => {
  for (const [source, state, wanted, why] of ROWS)
    it(`\`${source}\` with k ${JSON.stringify(state)} gives \`${wanted}\`: ${why}`, () => {
      assert.equal(
        filled(source, (key) => (key === 'k' ? state : ABSENT)),
        wanted,
      )
    })
})
