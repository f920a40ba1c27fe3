import assert from 'node:assert/strict'
import { it } from 'node:test'
import { readCondition } from '#iam/condition/condition.ts'
import { lineText } from './statement-text.ts'

const textOf = (operator: string, key: string, value: string | readonly string[], version = '2012-10-17'): string => {
  const [line] = readCondition({ [operator]: { [key]: value } }, version) ?? []
  assert.ok(line)
  return lineText(line, version)
}

it('condition lines have one text where no request tells them apart', () => {
  const same = textOf('StringEquals', 'aws:UserAgent', ['a', 'b'])
  assert.equal(textOf('stringequals', 'AWS:useragent', ['b', 'a', 'b']), same)
  assert.equal(textOf('Bool', 'aws:SecureTransport', ['true']), textOf('Bool', 'aws:securetransport', 'true'))
})

it('condition lines have another text where something differs, wherever its blanks stand', () => {
  const texts = [
    textOf('StringEquals', 'k', 'v'),
    textOf('StringEquals', 'k', 'V'),
    textOf('StringEquals', 'k v', 'v'),
    textOf('StringEquals', 'k', 'v v'),
    textOf('StringEquals k', 'v', 'v'),
    textOf('StringEquals', 'k', '["v"]'),
    textOf('StringEquals', 'k', ['v', 'w']),
    textOf('StringEquals', 'k', ['v,w']),
    textOf('StringEquals', 'k', '["v","w"],""'),
    textOf('StringEquals', 'k', []),
    textOf('StringEquals', 'k', ''),
    textOf('StringEquals', 'k', '${aws:username}'),
    textOf('StringEquals', 'k', '${aws:username}', '2008-10-17'),
    textOf('x 1 k', '3', 'v'),
    textOf('x', '1 k 3', 'v'),
    textOf('x', 'k', '3 v'),
  ]
  assert.equal(new Set(texts).size, texts.length)
})
