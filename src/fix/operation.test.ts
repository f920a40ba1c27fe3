import assert from 'node:assert/strict'
import { test } from 'node:test'
import { applyOperations } from './operation.ts'

test('a document that holds one object in two places is edited in one', () => {
  const principal = { Service: 'logs.amazonaws.com' }
  const before = { Statement: [{ Principal: principal }, { Principal: principal }] }
  const after = applyOperations(before, [{ op: 'add', path: '/Statement/1/Principal/AWS', value: '111122223333' }])
  assert.deepEqual(after, {
    Statement: [{ Principal: principal }, { Principal: { Service: 'logs.amazonaws.com', AWS: '111122223333' } }],
  })
  assert.deepEqual(principal, { Service: 'logs.amazonaws.com' }, 'what was given stays as it is')
})
