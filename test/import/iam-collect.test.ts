import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { evaluateRequest } from '#app/evaluate.ts'
import { readSnapshot } from '#snapshot/snapshot.ts'
import { type Imported, isImported } from '#import/imported.ts'
import { importIamCollect } from '#import/iam-collect/iam-collect.ts'

const A = '111122223333'
const R = 'eu-west-1'
const allow = (action: string, resource = '*') => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: action, Resource: resource }],
})
const TRUST = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${A}:root` }, Action: 'sts:AssumeRole' }],
}

/** A tree as docs/Storage.md and docs/AgentInstructions.md of iam-collect describe it. */
const TREE: Readonly<Record<string, unknown>> = {
  [`accounts/${A}/iam/role/app/metadata.json`]: {
    arn: `arn:aws:iam::${A}:role/team/App`,
    name: 'App',
    path: '/team/',
    id: 'AROAEXAMPLE',
  },
  [`accounts/${A}/iam/role/app/trust-policy.json`]: TRUST,
  [`accounts/${A}/iam/role/app/inline-policies.json`]: [{ PolicyName: 'p', PolicyDocument: allow('sqs:ListQueues') }],
  [`accounts/${A}/iam/role/app/managed-policies.json`]: [`arn:aws:iam::${A}:policy/Read`],
  [`accounts/${A}/iam/role/app/tags.json`]: { team: 'x' },
  [`accounts/${A}/iam/policy/read/metadata.json`]: { arn: `arn:aws:iam::${A}:policy/Read`, name: 'Read' },
  [`accounts/${A}/iam/policy/read/policy.json`]: allow('s3:GetObject', 'arn:aws:s3:::acme-data/*'),
  [`accounts/${A}/iam/user/ann/metadata.json`]: {
    arn: `arn:aws:iam::${A}:user/ann`,
    name: 'ann',
    permissionBoundary: `arn:aws:iam::${A}:policy/Read`,
  },
  [`accounts/${A}/iam/user/ann/groups.json`]: ['devs'],
  [`accounts/${A}/iam/group/devs/metadata.json`]: { arn: `arn:aws:iam::${A}:group/devs`, name: 'devs' },
  [`accounts/${A}/iam/group/devs/inline-policies.json`]: { all: allow('*') },
  [`accounts/${A}/s3/acme-data/metadata.json`]: { name: 'acme-data', arn: 'arn:aws:s3:::acme-data' },
  [`accounts/${A}/s3/acme-data/policy.json`]: {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Deny', Principal: '*', Action: 's3:DeleteObject', Resource: 'arn:aws:s3:::acme-data/*' }],
  },
  [`accounts/${A}/sqs/${R}/queue/jobs/metadata.json`]: { arn: `arn:aws:sqs:${R}:${A}:jobs`, name: 'jobs' },
  'organizations/o-a1b2c3d4e5/metadata.json': { id: 'o-a1b2c3d4e5', rootOu: 'r-ab12', masterAccountId: '999999999999' },
  'organizations/o-a1b2c3d4e5/accounts.json': {
    [A]: { ou: 'ou-ab12-11111111', scps: ['p-FullAWSAccess'], rcps: [] },
  },
  'organizations/o-a1b2c3d4e5/ous/r-ab12/metadata.json': { id: 'r-ab12', scps: ['p-FullAWSAccess'], rcps: [] },
  'organizations/o-a1b2c3d4e5/ous/ou-ab12-11111111/metadata.json': {
    id: 'ou-ab12-11111111',
    parent: 'r-ab12',
    scps: [
      'p-fullawsaccess',
      'arn:aws:organizations::999999999999:policy/o-a1b2c3d4e5/service_control_policy/p-12345678',
    ],
    rcps: [],
  },
  'organizations/o-a1b2c3d4e5/scps/p-12345678/metadata.json': { id: 'p-12345678', name: 'guard' },
  'organizations/o-a1b2c3d4e5/scps/p-12345678/policy.json': {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Deny', Action: 'sqs:PurgeQueue', Resource: '*' }],
  },
}

const filesOf = (tree: Readonly<Record<string, unknown>>): ReadonlyMap<string, string> =>
  new Map(
    Object.entries(tree).map(([path, value]) => [
      `aws/aws/${path}`,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  )

function imported(tree: Readonly<Record<string, unknown>>): Imported {
  const result = importIamCollect(filesOf(tree))
  assert.ok(isImported(result), JSON.stringify(result))
  return result
}

function decide(tree: Readonly<Record<string, unknown>>, principal: string, action: string, resource: string): string {
  const request = { principal: `arn:aws:iam::${A}:${principal}`, action, resource, contextComplete: true }
  return evaluateRequest(readSnapshot(imported(tree).files), request, { sessionPolicies: null }).decision.decision
}

const OBJECT = 'arn:aws:s3:::acme-data/k'
const QUEUE = `arn:aws:sqs:${R}:${A}:jobs`

describe('a tree of iam-collect', () => {
  it('holds principals, policies, resources and the organization', () => {
    const { unread, counts } = imported(TREE)
    assert.deepEqual(unread, [])
    assert.deepEqual(counts, { accounts: 1, principals: 3, policies: 2, resources: 2, endpoints: 0 })
    assert.equal(decide(TREE, 'role/team/App', 'sqs:ListQueues', '*'), 'allowed')
    assert.equal(decide(TREE, 'role/team/App', 's3:GetObject', OBJECT), 'allowed')
    assert.equal(decide(TREE, 'role/team/App', 's3:PutObject', OBJECT), 'denied')
  })

  it('applies the boundary, the group, the bucket policy and the SCP of the OU', () => {
    assert.equal(decide(TREE, 'user/ann', 's3:GetObject', OBJECT), 'allowed')
    assert.equal(decide(TREE, 'user/ann', 'sqs:ListQueues', '*'), 'denied')
    assert.equal(decide(TREE, 'user/ann', 's3:DeleteObject', OBJECT), 'denied')
    assert.equal(decide(TREE, 'role/team/App', 'sqs:PurgeQueue', QUEUE), 'denied')
  })

  it('makes what stands in a file of an unknown name, or in a broken one, unknown', () => {
    const strange = { ...TREE, [`accounts/${A}/iam/role/app/more.json`]: [] }
    assert.deepEqual(
      imported(strange).unread.map(({ where }) => where),
      [`aws/aws/accounts/${A}/iam/role/app/more.json`],
    )
    assert.equal(decide(strange, 'role/team/App', 'sqs:ListQueues', '*'), 'undetermined')
    const broken = { ...TREE, [`accounts/${A}/iam/role/app/inline-policies.json`]: '{' }
    assert.equal(decide(broken, 'role/team/App', 'sqs:ListQueues', '*'), 'undetermined')
    const bucket = { ...TREE, [`accounts/${A}/s3/acme-data/policy.json`]: '' }
    assert.equal(decide(bucket, 'role/team/App', 's3:GetObject', OBJECT), 'undetermined')
  })

  it('leaves out an account whose place is not known, so that its SCPs are unknown', () => {
    const homeless = { ...TREE, 'organizations/o-a1b2c3d4e5/accounts.json': { [A]: { scps: [] } } }
    assert.equal(imported(homeless).unread.length, 1)
    assert.equal(decide(homeless, 'role/team/App', 'sqs:ListQueues', '*'), 'undetermined')
  })

  it('is refused where no account is in it', () => {
    assert.ok(!isImported(importIamCollect(new Map([['aws/aws/indexes/x.json', '{}']]))))
  })
})
