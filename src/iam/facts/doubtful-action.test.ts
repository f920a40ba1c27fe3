import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OPERATION_ACTIONS } from '../api-operations.ts'
import { actionsOf } from './actions.ts'
import { doubtfulAction } from './doubtful-action.ts'
import { allServices } from './services.ts'
import { namesAwsWrites } from './written-by-aws.ts'

test('no action of the reference is in doubt, nor one that AWS writes, nor an API operation by its name', () => {
  const known = allServices().flatMap((service) => actionsOf(service).map((name) => `${service}:${name}`))
  assert.ok(known.length > 20_000)
  const written = namesAwsWrites().map((name) => (name.includes(':') ? name : `${name}:Anything`))
  for (const action of [...known, ...written, ...OPERATION_ACTIONS.keys(), 's3:ListObjectsV2'])
    assert.equal(doubtfulAction(action), undefined, action)
})

test('a slip of the pen is told with the nearest name', () => {
  const rows = [
    ['s3:PutObjct', 'action', 's3:PutObject'],
    ['S3:putobjct', 'action', 's3:PutObject'],
    ['ec2:RunInstance', 'action', 'ec2:RunInstances'],
    ['dynamdb:GetItem', 'service', 'dynamodb'],
    ['lambda:XyzzyPlughQuux', 'action', null],
    ['foo:Bar', 'service', null],
  ] as const
  for (const [action, of, nearest] of rows) {
    const doubt = doubtfulAction(action)
    assert.equal(doubt?.of, of, action)
    assert.equal(doubt?.nearest, nearest, action)
  }
})

test('what is no action at all, or is very long, is in doubt and breaks nothing', () => {
  for (const action of ['', ':', 'a', 's3:', ':x', '__proto__:constructor', `s3:${'x'.repeat(100_000)}`])
    assert.notEqual(doubtfulAction(action), undefined, action.slice(0, 20))
})
