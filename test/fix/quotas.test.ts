/** What AWS keeps and holds (R-QUOTA-01, R-QUOTA-02): https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Policy, Scenario } from '#engine/scenario.ts'
import { changeOf, withTexts } from '#fix/change.ts'
import { addTo } from '#fix/edits/add-statement.ts'
import type { PolicyLocation } from '#fix/policy-location.ts'
import { quotaOf } from '#fix/quotas.ts'
import { scenarioOf } from '#snapshot/in-force.ts'
import { readSnapshot } from '#snapshot/snapshot.ts'
import { fixesOf } from './on-paper.ts'

const A = '111122223333'
const ROLE = `arn:aws:iam::${A}:role/app`
const POLICY = `arn:aws:iam::${A}:policy/own`
const allow = (Action: string, Resource = '*') => ({ Effect: 'Allow', Action, Resource })
const document = (...Statement: readonly object[]) => ({ Version: '2012-10-17', Statement })
const request = {
  principal: `arn:aws:sts::${A}:assumed-role/app/s`,
  action: 's3:GetObject',
  resource: 'arn:aws:s3:::b/k',
}

/** A role with one managed policy that has these versions, the last of them in force. */
function withVersions(...ids: readonly string[]): Scenario {
  const inForce = ids.at(-1)
  const versions = ids.map((VersionId) => ({
    VersionId,
    IsDefaultVersion: VersionId === inForce,
    Document: document(allow('sqs:*')),
  }))
  const details = {
    UserDetailList: [],
    GroupDetailList: [],
    RoleDetailList: [
      {
        RoleName: 'app',
        Arn: ROLE,
        Path: '/',
        RoleId: 'AROAAPP',
        AssumeRolePolicyDocument: document(),
        RolePolicyList: [],
        AttachedManagedPolicies: [{ PolicyName: 'own', PolicyArn: POLICY }],
      },
    ],
    Policies: [{ PolicyName: 'own', Arn: POLICY, DefaultVersionId: inForce, PolicyVersionList: versions }],
  }
  const files = {
    'meta.json': { collectedAt: '2026-11-24T00:00:00Z', tool: 't', coverage: [{ part: '', state: 'complete' }] },
    'organization.json': null,
    [`accounts/${A}/authorization-details.json`]: details,
  }
  const snapshot = readSnapshot(new Map(Object.entries(files).map(([path, value]) => [path, JSON.stringify(value)])))
  const scenario = scenarioOf(snapshot, { ...request, resourceAccount: A })
  return { ...scenario, policies: { ...scenario.policies, sessionPolicies: null, vpcEndpointPolicy: null } }
}

const managedChange = (scenario: Scenario) =>
  fixesOf(scenario)
    .find(({ id }) => id === 'managed-policy.exact')
    ?.changes.find(({ policyArn }) => policyArn === POLICY)

test('a managed policy that has five versions loses the oldest that is not in force first', () => {
  const change = managedChange(withVersions('v12', 'v9', 'v10', 'v11', 'v8'))
  assert.deepEqual(change?.versions, { used: 5, limit: 5, deletes: 'v9' })
  const [, deletes, create] = /(delete-policy-version .*)\n.*(create-policy-version)/.exec(change?.awsCli ?? '') ?? []
  assert.match(deletes ?? '', /--version-id v9$/)
  assert.equal(create, 'create-policy-version')
})

test('one that has fewer is given another', () => {
  const change = managedChange(withVersions('v1', 'v2'))
  assert.deepEqual(change?.versions, { used: 2, limit: 5 })
  assert.doesNotMatch(change?.awsCli ?? '', /delete-policy-version/)
})

test('a managed policy of its own is made and attached', () => {
  const place: PolicyLocation = {
    layer: 'identity-policy',
    on: ROLE,
    name: 'fresh',
    arn: `${POLICY}-2`,
    document: null,
  }
  const edit = addTo(place, allow('s3:GetObject'), 'managed policy', 'managed-policy')
  const after = document(allow('s3:GetObject'))
  const { awsCli, terraform, cloudFormation } = withTexts(
    changeOf({ edits: [edit], operations: [], before: null, after }, []),
  )
  assert.match(awsCli ?? '', /\naws iam create-policy --policy-name fresh /)
  assert.match(awsCli ?? '', /\naws iam attach-role-policy --role-name app --policy-arn \S+:policy\/own-2$/)
  assert.match(
    terraform ?? '',
    /resource "aws_iam_role_policy_attachment"[^]+role +=[^]+policy_arn = aws_iam_policy\.fresh\.arn/,
  )
  assert.match(cloudFormation ?? '', /Roles: \["app"\]/)
})

test('inline policies of a group are measured together, those of its members apart', () => {
  const inline = (name: string): Policy => ({ name, document: document(allow(`s3:${'x'.repeat(3000)}`)) })
  const user = { ...request, principal: `arn:aws:iam::${A}:user/ann` }
  const place: PolicyLocation = {
    layer: 'identity-policy',
    on: user.principal,
    name: 'one (group devs)',
    document: document(),
  }
  const size = (...others: readonly string[]): boolean | undefined =>
    quotaOf(place, inline('').document, [{ request: user, policies: { identityPolicies: others.map(inline) } }])?.fits
  assert.equal(size('one (group devs)', 'own', 'two (group ops)'), true)
  assert.equal(size('one (group devs)', 'two (group devs)'), false)
})

test('a trust policy that is longer than AWS grants without asking has the higher quota', () => {
  const trusts = (length: number) => document(allow('x'.repeat(length)))
  const place = (length: number): PolicyLocation => ({
    layer: 'resource-policy',
    kind: 'trust',
    on: ROLE,
    name: 'trust',
    document: trusts(length),
  })
  assert.equal(quotaOf(place(1000), trusts(3000), [])?.fits, false)
  assert.equal(quotaOf(place(2500), trusts(3000), [])?.fits, true)
  assert.equal(quotaOf(place(2500), trusts(4096), [])?.fits, false)
})
