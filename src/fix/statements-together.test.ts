import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addTo } from './edits/add-statement.ts'
import { type Edit, editedBy } from './edit.ts'
import type { PolicyLocation } from './policy-location.ts'
import type { StatementJson } from './statement.ts'
import { statementsTogether } from './statements-together.ts'

const HERE: PolicyLocation = {
  layer: 'identity-policy',
  on: 'arn:aws:iam::111122223333:role/app',
  name: 'own',
  document: { Version: '2012-10-17', Statement: [] },
}
const add = (statement: StatementJson, location = HERE): Edit => addTo(location, statement, 'policy `own`', 'identity')
const allow = (Action: unknown, Resource: unknown, more: StatementJson = {}): StatementJson => ({
  Sid: `Allow${String(Action).split(':')[1] ?? ''}`,
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
})
const written = (...edits: readonly Edit[]) =>
  editedBy(statementsTogether(edits), []).map(({ after }) => (after as { readonly Statement: unknown }).Statement)

test('one action on several resources is one statement, and several actions on a resource are', () => {
  assert.deepEqual(
    written(
      add(allow('ec2:RunInstances', 'a')),
      add(allow('ec2:RunInstances', ['b', 'a'])),
      add(allow('kms:Decrypt', 'k')),
      add(allow('kms:CreateGrant', 'k')),
    ),
    [
      [
        allow('ec2:RunInstances', ['a', 'b']),
        { ...allow('kms:Decrypt', 'k'), Sid: 'AllowDecryptAndMore', Action: ['kms:Decrypt', 'kms:CreateGrant'] },
      ],
    ],
  )
})

test('two actions on other resources each stay two: together they would allow more', () => {
  const two = [allow('s3:GetObject', 'a'), allow('s3:PutObject', 'b')]
  assert.deepEqual(written(...two.map((statement) => add(statement))), [two])
})

test('other conditions, another principal, another policy keep statements apart', () => {
  const held = { Condition: { StringEquals: { 'kms:ViaService': 's3.us-east-1.amazonaws.com' } } }
  const apart = [allow('kms:Decrypt', 'k'), allow('kms:Encrypt', 'k', held)]
  assert.deepEqual(written(...apart.map((statement) => add(statement))), [apart])
  const named = ['a', 'b'].map((name) => allow('kms:Decrypt', '*', { Principal: { AWS: name } }))
  assert.equal((written(...named.map((statement) => add(statement)))[0] as readonly unknown[]).length, 2)
  const other: PolicyLocation = { ...HERE, name: 'other' }
  assert.equal(written(add(allow('s3:GetObject', 'a')), add(allow('s3:GetObject', 'b'), other)).length, 2)
})

test('what adds no statement stays in its place', () => {
  const wait: Edit = {
    is: 'request',
    kind: 'wait',
    layer: 'identity-policy',
    operations: [],
    does: 'wait',
    slug: 'wait',
    hint: '',
  }
  assert.deepEqual(
    statementsTogether([add(allow('a:B', 'x')), wait, add(allow('a:B', 'y'))]).map(({ is }) => is),
    ['document', 'request'],
  )
})
