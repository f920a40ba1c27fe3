import assert from 'node:assert/strict'
import { test } from 'node:test'
import { areOfPolicyInForce, hasUnknownPlaceholder, unknownPlaceholdersIn } from './unknown-placeholders.ts'
import type { Operation } from './operation.ts'

const open = (at: number) => ({
  Effect: 'Deny',
  Condition: { StringEquals: { [`denytrace:unknown/bucket/${at}`]: 'the parameter X fits #0123456789ab' } },
})
const known = { Sid: 'Known', Effect: 'Deny', Action: 's3:GetObject', Resource: '*' }
const document = (...Statement: readonly unknown[]) => ({ Version: '2012-10-17', Statement })
const except = (at: number): Operation => ({ op: 'add', path: `/Statement/${at}/Condition`, value: {} })
const add: Operation = { op: 'add', path: '/Statement/-', value: known }

test('what an importer left open is seen anywhere in a document, and said once', () => {
  assert.deepEqual(unknownPlaceholdersIn(document(known, open(1), open(2))), ['the parameter X'])
  assert.deepEqual(unknownPlaceholdersIn(document(known, '(not known: Ref X #0123456789ab)')), ['Ref X'])
  assert.ok(!hasUnknownPlaceholder(document({ ...known, Resource: 'denytrace:unknown/x' })), 'a value is no key')
  assert.ok(!hasUnknownPlaceholder(null))
})

// biome-ignore format: a table is read by its columns
const EDITS: readonly [what: string, document: unknown, operation: Operation, isFine: boolean][] = [
  ['a further statement',                        document(open(0)),               add,                                                     true],
  ['a statement before all that is open',        document(known, open(1)),        except(0),                                               true],
  ['one behind what is open',                    document(open(0), known),        except(1),                                               false],
  ['the known half of a statement',              document(known, open(0)),        except(0),                                               false],
  ['what is open itself',                        document(open(0)),               except(0),                                               false],
  ['the whole document',                         document(open(0)),               { op: 'add', path: '', value: document(known) },         false],
  ['all statements',                             document(open(0)),               { op: 'replace', path: '/Statement', value: [known] },   false],
  ['what is open, copied to a new policy',       null,                            { op: 'add', path: '', value: document(open(0)) },       false],
  ['any statement of a policy that is known',    document(known, known),          except(1),                                               true],
]
for (const [what, of, operation, isFine] of EDITS)
  test(`an edit of ${what} is ${isFine ? '' : 'not '}one of the policy in force`, () => {
    assert.equal(areOfPolicyInForce(of, [operation]), isFine)
  })
