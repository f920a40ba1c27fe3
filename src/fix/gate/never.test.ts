import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isNeverProposed } from './never.ts'
import type { Operation } from '../operation.ts'

const allow = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/k' }
const rows: readonly (readonly [what: string, operation: Operation, never: boolean])[] = [
  ['one action', { op: 'add', path: '/Statement/-', value: allow }, false],
  ['every action', { op: 'add', path: '/Statement/-', value: { ...allow, Action: '*' } }, true],
  ['every action of a service', { op: 'add', path: '/Statement/-', value: { ...allow, Action: ['s3:*'] } }, true],
  ['everyone', { op: 'add', path: '/Statement/-', value: { ...allow, Principal: '*' } }, true],
  ['everyone, as a map', { op: 'add', path: '/Statement/-', value: { ...allow, Principal: { AWS: '*' } } }, true],
  [
    'all but some actions',
    { op: 'add', path: '/Statement/-', value: { Effect: 'Allow', NotAction: 'iam:X', Resource: 'r' } },
    true,
  ],
  [
    'every resource, for an action without one',
    { op: 'add', path: '/Statement/-', value: { ...allow, Resource: '*' } },
    false,
  ],
  [
    'a Deny of everything',
    { op: 'add', path: '/Statement/-', value: { Effect: 'Deny', Action: 's3:*', Resource: '*' } },
    false,
  ],
  [
    'one more action beside a pattern that stood there',
    { op: 'replace', path: '/Statement/0/Action', value: ['s3:Get*', 's3:PutObject'] },
    false,
  ],
  ['one more pattern', { op: 'add', path: '/Statement/0/Action/-', value: 's3:*' }, true],
  [
    'every bucket (R-ADV-05)',
    { op: 'add', path: '/Statement/-', value: { ...allow, Resource: ['arn:aws:s3:::a', 'arn:aws:s3:::*'] } },
    true,
  ],
  [
    'a whole new policy for everyone',
    { op: 'add', path: '', value: { Statement: [{ ...allow, Principal: '*' }] } },
    true,
  ],
]

for (const [what, operation, never] of rows)
  test(`${what} is ${never ? 'never' : 'sometimes'} proposed (R-FIX-06)`, () => {
    assert.equal(isNeverProposed(operation, null), never)
  })
