/** Who was really evaluated, though nobody said who was expected: said before any grant, and mended by another caller where one is allowed. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { diagnoseToShow } from '#app/diagnose.ts'
import { evidenceOfText } from '#app/inputs.ts'
import type { PolicySource } from '#diagnose/diagnosis.ts'
import { diagnosesText } from '#report/text-diagnosis.ts'
import { readSnapshot } from '#snapshot/snapshot.ts'

const DEV = '111122223333'
const PROD = '444455556666'
const policy = (...Statement: readonly object[]) => ({ Version: '2012-10-17', Statement })
const allow = (Action: string, Resource: string): object => ({ Effect: 'Allow', Action, Resource })

const role = (account: string, name: string, statement: object | undefined, path = '/') => ({
  Path: path,
  RoleName: name,
  RoleId: 'AROAEXAMPLE',
  Arn: `arn:aws:iam::${account}:role${path}${name}`,
  AssumeRolePolicyDocument: policy({
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${account}:root` },
    Action: 'sts:AssumeRole',
  }),
  RolePolicyList: statement === undefined ? [] : [{ PolicyName: 'own', PolicyDocument: policy(statement) }],
  AttachedManagedPolicies: [],
  InstanceProfileList: [],
  Tags: [],
})

type Roles = Readonly<Record<string, readonly object[]>>

/** Accounts without an organization, each with its roles; what is not here there is not. */
function snapshot(roles: Roles): PolicySource {
  const files = Object.entries(roles).flatMap(([id, RoleDetailList]) => [
    [`accounts/${id}/account.json`, { id, name: id === PROD ? 'prod' : 'dev' }],
    [
      `accounts/${id}/authorization-details.json`,
      { UserDetailList: [], GroupDetailList: [], RoleDetailList, Policies: [] },
    ],
  ])
  const whole = [
    ['organization.json', null],
    ...files,
    [
      'meta.json',
      {
        collectedAt: '2026-11-01T00:00:00Z',
        coverage: Object.keys(roles).map((id) => ({ part: `accounts/${id}/resources`, state: 'complete' })),
      },
    ],
  ]
  return {
    kind: 'snapshot',
    snapshot: readSnapshot(new Map(whole.map(([path, value]) => [String(path), JSON.stringify(value)]))),
  }
}

const TABLE = `arn:aws:dynamodb:us-east-1:${PROD}:table/orders`
const refused = (principal: string, resource = TABLE): string =>
  `User: ${principal} is not authorized to perform: dynamodb:GetItem on resource: ${resource} because no identity-based policy allows the dynamodb:GetItem action`
const session = (account: string, name: string, of = 'ci'): string =>
  `arn:aws:sts::${account}:assumed-role/${name}/${of}`

function told(text: string, policySource: PolicySource = { kind: 'none' }) {
  const result = diagnoseToShow({ ...evidenceOfText(text, 'text'), policySource })
  const diagnosis = result.diagnoses.find(({ denial }) => denial.kind === 'aws-access-denied')
  assert.ok(diagnosis !== undefined)
  return {
    doubt: diagnosis.identity.doubt,
    kinds: diagnosis.fixes[0]?.changes.map(({ kind }) => kind),
    after: diagnosis.fixes[0]?.changes[0]?.patch,
    screen: diagnosesText(result, { columns: undefined, isTerminal: false, color: false }),
  }
}

describe('a role of the same name in another account', () => {
  const both = snapshot({
    [DEV]: [role(DEV, 'deploy', undefined)],
    [PROD]: [role(PROD, 'deploy', allow('dynamodb:GetItem', TABLE), '/ci/')],
  })
  test('that is allowed is said first, and is the first fix', () => {
    const { doubt, kinds, after, screen } = told(refused(session(DEV, 'deploy')), both)
    assert.equal(doubt?.kind, 'same-name')
    assert.equal(doubt?.expected, `arn:aws:iam::${PROD}:role/ci/deploy`)
    assert.match(doubt?.text ?? '', /in account 444455556666 \(prod\) is allowed this/)
    assert.deepEqual(kinds, ['change-principal'])
    assert.equal(after?.[0]?.op === 'replace' ? after[0].value : undefined, doubt?.expected)
    assert.ok(screen.indexOf('another profile or account') < screen.indexOf('Cause '))
  })

  test('that is not allowed either is not named', () => {
    const { doubt, kinds } = told(
      refused(session(DEV, 'deploy')),
      snapshot({ [DEV]: [role(DEV, 'deploy', undefined)], [PROD]: [role(PROD, 'deploy', allow('s3:GetObject', '*'))] }),
    )
    assert.equal(doubt, undefined)
    assert.notDeepEqual(kinds, ['change-principal'])
  })

  test('of another name is not taken for it', () => {
    const { doubt } = told(
      refused(session(DEV, 'deploy')),
      snapshot({
        [DEV]: [role(DEV, 'deploy', undefined)],
        [PROD]: [role(PROD, 'deployer', allow('dynamodb:GetItem', TABLE))],
      }),
    )
    assert.equal(doubt, undefined)
  })
})

describe('a role that the paste names', () => {
  const app = `arn:aws:iam::${PROD}:role/app`
  const held = snapshot({
    [PROD]: [role(PROD, 'node', undefined), role(PROD, 'app', allow('dynamodb:GetItem', TABLE))],
  })
  const rows: readonly [name: string, paste: string][] = [
    ['AWS_ROLE_ARN', `AWS_ROLE_ARN=${app}\n`],
    ['role-to-assume of a workflow', `with:\n  role-to-assume: ${app}\n`],
    ['the annotation of a service account', `eks.amazonaws.com/role-arn: ${app}\n`],
  ]
  for (const [name, paste] of rows)
    test(`${name}, and was not evaluated, comes before a grant`, () => {
      const { doubt, kinds, screen } = told(`${paste}${refused(session(PROD, 'node'))}`, held)
      assert.equal(doubt?.kind, 'another-role')
      assert.equal(doubt?.expected, app)
      assert.deepEqual(kinds, ['change-principal'])
      assert.ok(screen.indexOf('that role was not assumed') < screen.indexOf('Cause '))
    })

  test('and that is not allowed either leaves the grant', () => {
    const none = snapshot({ [PROD]: [role(PROD, 'node', undefined), role(PROD, 'app', undefined)] })
    const { kinds } = told(`AWS_ROLE_ARN=${app}\n${refused(session(PROD, 'node'))}`, none)
    assert.notDeepEqual(kinds, ['change-principal'])
  })
})

test('the profile of a paste is named, for it gives the credentials', () => {
  const { screen, doubt } = told(`$ export AWS_PROFILE=staging\n${refused(session(PROD, 'prod-reader'))}`)
  assert.match(`${doubt?.text ?? ''}${screen}`, /staging/)
})

test('an instance id as the session of a pod is the role of the node', () => {
  const { doubt, screen } = told(
    `pod/web-7d9c default\n${refused(session(PROD, 'eks-node-role', 'i-0abc1234def567890'))}`,
  )
  assert.equal(doubt?.kind, 'node-role')
  assert.match(screen, /role of the node, not a role of the pod/)
})

test('a stage in the name of the caller, and another in that of the resource', () => {
  const { doubt } = told(refused(session(PROD, 'dev-reader'), `arn:aws:dynamodb:us-east-1:${PROD}:table/orders-prod`))
  assert.equal(doubt?.kind, 'other-stage')
})
