/** The walls hold, and the check that says so sees each sin (ADR 0001). */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { codeText } from './code-text.ts'
import { type Files, importsOf, MAY_IMPORT, MAY_USE, PURE, roomOf, sinsOf } from './walls.ts'
import { packageOf } from './package-of.ts'

const ROOT = join(import.meta.dirname, '..')
const SRC = join(ROOT, 'src')

const files: Files = new Map(
  readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .toSorted()
    .map((file) => [file, readFileSync(join(SRC, file), 'utf8')]),
)

test('every file stays within what its room may import, and every wall stands', () => {
  assert.deepEqual(sinsOf(files), [])
})

test('every package that MAY_USE gives is used, so that the table does not grow stale', () => {
  const unused = MAY_USE.flatMap(([folder, packages]) =>
    packages
      .filter((name) => ![...files].some(([file, text]) => file.startsWith(folder) && uses(file, text, name)))
      .map((name) => `${folder} does not use ${name}`),
  )
  assert.deepEqual(unused, [])
})

const uses = (file: string, text: string, name: string): boolean =>
  importsOf(file, text).some((one) => one.target === undefined && packageOf(one.from) === name)

test('ARCHITECTURE.md shows the import table that this test holds', () => {
  const page = readFileSync(join(ROOT, 'ARCHITECTURE.md'), 'utf8')
  const section = page.slice(page.indexOf('## Who may import whom'))
  const shown = new Map<string, readonly string[]>()
  for (const [, room, imports] of section.matchAll(/^\| `([\w.-]+)` \| ([^|]+) \|/gm))
    if (room !== undefined && imports !== undefined)
      shown.set(
        room,
        imports.trim() === 'nothing' ? [] : imports.split(',').map((one) => one.trim().replaceAll('`', '')),
      )
  assert.deepEqual(Object.fromEntries(shown), { ...MAY_IMPORT })
})

interface Manifest {
  readonly dependencies: object
  readonly devDependencies: object
}

test('every package that is shipped is one that MAY_USE gives to a room', () => {
  const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Manifest
  const given = new Set(MAY_USE.flatMap(([, packages]) => packages))
  const { dependencies, devDependencies } = manifest
  // What stands in the bundles need not be installed with them; the large ones are not (ADR 0019).
  const bundled = [...given].filter((name) => Object.hasOwn(devDependencies, name))
  assert.deepEqual([...Object.keys(dependencies), ...bundled].toSorted(), [...given].toSorted())
})

test('a pure room imports pure rooms only', () => {
  for (const room of PURE)
    for (const other of MAY_IMPORT[room] ?? []) assert.ok(PURE.includes(bare(other)), `${room} imports ${other}`)
})

const bare = (entry: string): string => entry.replace('type ', '')

test('no room may import itself in a circle of rooms', () => {
  const reach = (room: string, seen: ReadonlySet<string>): boolean =>
    (MAY_IMPORT[room] ?? []).map(bare).some((next) => seen.has(next) || reach(next, new Set([...seen, next])))
  for (const room of Object.keys(MAY_IMPORT)) assert.equal(reach(room, new Set([room])), false, room)
})

/** A house without sins, to which each row below adds one. */
const CLEAN: readonly (readonly [string, string])[] = Object.keys(MAY_IMPORT).map((room) =>
  room.endsWith('.ts') ? [room, 'export const here = true'] : [`${room}/here.ts`, 'export const here = true'],
)

test('a house without sins has none', () => {
  assert.deepEqual(sinsOf(new Map(CLEAN)), [])
})

// biome-ignore format: a table is read by its columns
const SINS: readonly (readonly [what: string, file: string, text: string, said: string])[] = [
  ['an import upwards',              'iam/a.ts',        `import { here } from '#engine/here.ts'`,            'iam may not use engine'],
  ['a type import upwards',          'engine/a.ts',     `import type { A } from '#report/here.ts'`,          'engine may not use report'],
  ['an import past the walk',        'cli/a.ts',        `import { here } from '#engine/here.ts'`,            'cli may not use engine'],
  ['a value among types',            'cli/a.ts',        `import { here, type A } from '#engine/here.ts'`,    'cli may not use engine'],
  ['UserError in a pure room',       'engine/a.ts',     `import { UserError } from '../errors.ts'`,          'engine may not use errors.ts'],
  ['the library used inside',        'app/a.ts',        `import { here } from '../library.ts'`,              'app may not use library.ts'],
  ['a crossing by a relative path',  'engine/a.ts',     `import { here } from '../iam/here.ts'`,             'between rooms, write #iam/here.ts'],
  ['a subpath inside a room',        'engine/a.ts',     `import { here } from '#engine/here.ts'`,            'within a room, paths are relative'],
  ['Node in a pure room',            'engine/a.ts',     `import { readFileSync } from 'node:fs'`,            'its room is pure'],
  ['Node by a dynamic import',       'diagnose/a.ts',   `const fs = await import('node:fs')`,                'its room is pure'],
  ['Node for its side effect',       'report/a.ts',     `import 'node:process'`,                             'its room is pure'],
  ['the disk in the walk',           'app/a.ts',        `import { readFileSync } from 'node:fs'`,            'which is not for it'],
  ['a socket',                       'collect/a.ts',    `import { connect } from 'node:net'`,                'which is not for it'],
  ['a child process',                'cli/a.ts',        `import { spawn } from 'node:child_process'`,        'which is not for it'],
  ['a package of another room',      'engine/a.ts',     `import { parse } from 'yaml'`,                      'uses the package yaml'],
  ['a package nobody may use',       'cli/a.ts',        `import chalk from 'chalk'`,                         'uses the package chalk'],
  ['the SDK outside collect/aws',    'collect/a.ts',    `import { S3Client } from '@aws-sdk/client-s3'`,     'uses the package @aws-sdk/client-s3'],
  ['a re-exported package',          'engine/a.ts',     `export { parse } from 'yaml'`,                      'uses the package yaml'],
  ['a room without a rule',          'cellar/a.ts',     `export const a = 1`,                                'no rule for cellar'],
  ['a file at the top',              'main.ts',         `export const a = 1`,                                'no rule for main.ts'],
  ['a room of odds and ends',        'iam/utils/a.ts',  `export const a = 1`,                                '"utils" says nothing'],
  ['a file of odds and ends',        'engine/types.ts', `export type A = 1`,                                 '"types" says nothing'],
  ['folders made by Node',           'collect/a.ts',    `mkdirSync(join(a, b), { recursive: true })`,        'use makeFolder'],
  ['a barrel',                       'iam/index.ts',    `export const a = 1`,                                'is a barrel'],
  ['an export of everything',        'iam/a.ts',        `export * from './here.ts'`,                         'exports all of another file'],
  ['a barrel of another name',       'iam/a.ts',        `import './b.ts'\nexport { here } from './here.ts'`, 'a barrel'],
  ['a default export',               'iam/a.ts',        `export default 1`,                                  'has a default export'],
  ['a default export by name',       'iam/a.ts',        `const a = 1\nexport { a as default }`,              'has a default export'],
  ['the clock',                      'iam/a.ts',        `export const now = () => Date.now()`,               'uses Date.now'],
  ['the clock, made',                'engine/a.ts',     'export const now = `${new Date()}`',                'uses new Date('],
  ['chance',                         'intake/a.ts',     `export const a = Math.random()`,                    'uses Math.random'],
  ['the process',                    'snapshot/a.ts',   `export const a = process.env['A']`,                 'uses process'],
  ['the console',                    'diagnose/a.ts',   `console.log(1)`,                                    'uses console'],
  ['the network',                    'engine/a.ts',     `await fetch('https://example.com')`,                'uses fetch'],
  ['text run as code',               'app/a.ts',        `eval('1')`,                                         'uses eval'],
  ['a test in the product',          'iam/a.ts',        `import { a } from './here.test.ts'`,                'imports the test iam/here.test.ts'],
  ['the test folder in the product', 'iam/a.ts',        `import { spec } from '../../test/spec/spec.ts'`,    'outside src/'],
]

for (const [what, file, text, said] of SINS)
  test(`the check sees ${what}`, () => {
    const sins = sinsOf(new Map([...CLEAN, [file, text]]))
    assert.ok(
      sins.some((sin) => sin.includes(said)),
      `${said} is not among: ${sins.join('; ') || 'no sins'}`,
    )
  })

test('the check sees files that import each other, by types too', () => {
  const sins = sinsOf(
    new Map([
      ...CLEAN,
      ['iam/a.ts', `import { b } from './b.ts'`],
      ['iam/b.ts', `import type { C } from './c.ts'`],
      ['iam/c.ts', `import type { A } from './a.ts'`],
    ]),
  )
  assert.deepEqual(sins, ['these files import each other: iam/a.ts → iam/b.ts → iam/c.ts → iam/a.ts'])
})

test('the check sees a room that has a rule and no file', () => {
  const sins = sinsOf(new Map(CLEAN.filter(([file]) => roomOf(file) !== 'report')))
  assert.deepEqual(sins, ['report has a rule and no file: take it out of MAY_IMPORT and ARCHITECTURE.md'])
})

test('words in comments, texts and regular expressions are no sins', () => {
  const innocent = [
    '/** Never Date.now() or console.log here. import { a } from "node:fs" */',
    `// import { b } from '#report/here.ts'`,
    `export const hint = "run process.exit, console.log or eval('1')"`,
    'export const text = `new Date() ${hint} Math.random()`',
    `export const quoted = /["'\`]process\\.env/`,
    `export const after = 4 / 2 // 'still a comment`,
    `export { here } from '#iam/here.ts'`,
  ]
  assert.deepEqual(sinsOf(new Map([...CLEAN, ['engine/a.ts', innocent.join('\n')]])), [])
})

test('an edge may name the types of a room whose code it may not use', () => {
  const edge = `import type { A } from '#engine/here.ts'`
  assert.deepEqual(sinsOf(new Map([...CLEAN, ['cli/a.ts', edge]])), [])
})

test('code behind a template, a quote in a regular expression and a division is still seen', () => {
  const { bare } = codeText('const a = `x ${`y ${1}`} z`; const b = /[/\'"]/; const c = a / b; console.log(c)')
  assert.match(bare, /console\.log\(c\)/)
})
