/** The text of one service, written as scripts/facts/service-text.mjs writes it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fieldsOf, readServiceTable, withPlaceholders } from './service-table.ts'

const TEXT = `demo Demo Service of AWS
=keys
aws:RequestTag/{TagKey}|String
:Size|Numeric
:Flag/{Name}|Bool
=types
thing|~thing/{Id}|1
=sets
0
1,2
=actions
GetThing|R|0*:1|0
ListThings
`

test('a service’s text is its prefix and name, then keys, types, sets of keys and actions, by their names', () => {
  const { prefix, name, keys, types, actions } = readServiceTable(TEXT)
  assert.deepEqual([prefix, name], ['demo', 'Demo Service of AWS'])
  assert.deepEqual(
    [...keys],
    [
      ['aws:requesttag/${tagkey}', 'aws:RequestTag/${TagKey}|String'],
      ['demo:size', 'demo:Size|Numeric'],
      ['demo:flag/${name}', 'demo:Flag/${Name}|Bool'],
    ],
  )
  assert.deepEqual([...types], [['thing', 'thing|~thing/{Id}|1']])
  assert.deepEqual(
    [...actions],
    [
      ['getthing', 'GetThing|R|0*:1|0'],
      ['listthings', 'ListThings'],
    ],
  )
})

test('types and sets of keys are found by their numbers in base 36; what is not there is empty', () => {
  const { typeName, keySet } = readServiceTable(TEXT)
  assert.deepEqual(['0', '0*', '1', ''].map(typeName), ['thing', 'thing', '', ''])
  assert.deepEqual(keySet('0'), ['aws:RequestTag/${TagKey}'])
  assert.deepEqual(keySet('1'), ['demo:Size', 'demo:Flag/${Name}'])
  assert.equal(keySet('1'), keySet('1'))
  assert.deepEqual([keySet(undefined), keySet(''), keySet('2'), keySet('z')], [[], [], [], []])
})

test('fields stand between bars, and placeholders are written as AWS writes them', () => {
  assert.deepEqual(fieldsOf('a|b||c'), ['a', 'b', '', 'c'])
  assert.equal(withPlaceholders('{A}/{B}'), '${A}/${B}')
})

test('a text without sections is a service without anything', () => {
  const { prefix, name, keys, types, actions, keySet, typeName } = readServiceTable('bare Bare Service\n')
  assert.deepEqual([prefix, name, keys.size, types.size, actions.size], ['bare', 'Bare Service', 0, 0, 0])
  assert.deepEqual([keySet('0'), typeName('0')], [[], ''])
})
