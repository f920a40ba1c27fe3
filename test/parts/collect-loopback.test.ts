/** What `collect` reads that moto has not: resource control policies and permission sets of Identity Center. */
import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { openAccess } from '../../src/collect/aws/account-access.ts'
import { readPermissionSets } from '../../src/collect/aws/identity-center.ts'
import { readOrganization } from '../../src/collect/aws/organization.ts'
import { readResources } from '../../src/collect/aws/resources.ts'
import { keys } from '../../src/collect/aws/services/kms.ts'
import { Fault, type Loopback, startLoopback } from './aws-loopback.ts'

const ROOT = 'r-ab12'
const ACCOUNT = '111122223333'
const RCP = { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: '*' }] }
const RCPS = [
  { Id: 'p-RCPFullAWSAccess', Name: 'RCPFullAWSAccess', Type: 'RESOURCE_CONTROL_POLICY', AwsManaged: true },
  { Id: 'p-perimeter', Name: 'perimeter', Type: 'RESOURCE_CONTROL_POLICY', AwsManaged: false },
]
const SCPS = [{ Id: 'p-FullAWSAccess', Name: 'FullAWSAccess', Type: 'SERVICE_CONTROL_POLICY', AwsManaged: true }]
const INSTANCE = 'arn:aws:sso:::instance/ssoins-0123456789abcdef'
const SET = 'arn:aws:sso:::permissionSet/ssoins-0123456789abcdef/ps-0123456789abcdef'

let aws: Loopback
const saved = { ...process.env }
before(async () => {
  aws = await startLoopback()
  Object.assign(process.env, aws.env)
})
after(() => {
  aws.close()
  for (const name of Object.keys(aws.env)) {
    if (saved[name] === undefined) delete process.env[name]
    else process.env[name] = saved[name]
  }
})
afterEach(() => assert.deepEqual(aws.violations, []))

/** The calls there are for one type of policy, in pages of one. */
const page = (all: readonly object[], token: unknown): object => {
  const at = Number(token ?? '0')
  return { Policies: all.slice(at, at + 1), ...(at + 1 < all.length ? { NextToken: String(at + 1) } : {}) }
}

const access = async () => (await openAccess({ concurrency: 2 })).own

describe('resource control policies', () => {
  beforeEach(() => {
    aws.reset()
    aws.on('organizations:DescribeOrganization', () => ({
      Organization: { Id: 'o-a1b2c3d4e5', MasterAccountId: '999988887777', FeatureSet: 'ALL' },
    }))
    aws.on('organizations:ListRoots', () => ({ Roots: [{ Id: ROOT, Name: 'Root' }] }))
    aws.on('organizations:ListOrganizationalUnitsForParent', () => ({ OrganizationalUnits: [] }))
    aws.on('organizations:ListAccountsForParent', () => ({
      Accounts: [{ Id: ACCOUNT, Name: 'prod', Status: 'ACTIVE' }],
    }))
    aws.on('organizations:ListPoliciesForTarget', ({ Filter, TargetId, NextToken }) => {
      if (Filter === 'SERVICE_CONTROL_POLICY') return page(SCPS, NextToken)
      return page(TargetId === ROOT ? RCPS : RCPS.slice(0, 1), NextToken)
    })
    aws.on('organizations:ListPolicies', ({ Filter, NextToken }) =>
      page(Filter === 'RESOURCE_CONTROL_POLICY' ? RCPS : SCPS, NextToken),
    )
    aws.on('organizations:DescribePolicy', ({ PolicyId }) => ({
      Policy: { PolicySummary: RCPS.find(({ Id }) => Id === PolicyId), Content: JSON.stringify(RCP) },
    }))
  })

  test('are read level by level, page by page, with their documents', async () => {
    const { parts } = await readOrganization(await access())
    const [tree, policies] = parts
    assert.deepEqual([tree?.state, policies?.state], ['complete', 'complete'])
    const organization = tree?.files.get('organization.json') as {
      roots: { rcps: string[]; accounts: { rcps: string[] }[] }[]
      policies: Record<string, { type: string }>
    }
    assert.deepEqual(organization.roots[0]?.rcps, ['p-RCPFullAWSAccess', 'p-perimeter'])
    assert.deepEqual(organization.roots[0]?.accounts[0]?.rcps, ['p-RCPFullAWSAccess'])
    assert.equal(organization.policies['p-perimeter']?.type, 'RESOURCE_CONTROL_POLICY')
    assert.deepEqual([...(policies?.files ?? [])], [['policies/p-perimeter.json', RCP]])
  })

  test('where the type is not enabled none is attached', async () => {
    aws.on('organizations:ListPoliciesForTarget', ({ Filter, NextToken }) =>
      Filter === 'SERVICE_CONTROL_POLICY'
        ? page(SCPS, NextToken)
        : new Fault('PolicyTypeNotEnabledException', 'not enabled'),
    )
    aws.on('organizations:ListPolicies', ({ Filter, NextToken }) =>
      page(Filter === 'SERVICE_CONTROL_POLICY' ? SCPS : [], NextToken),
    )
    const { parts } = await readOrganization(await access())
    const [tree] = parts
    const organization = tree?.files.get('organization.json') as { roots: { rcps: string[] }[] }
    assert.deepEqual([tree?.state, organization.roots[0]?.rcps], ['complete', []])
  })

  test('a document that may not be read leaves the part incomplete', async () => {
    aws.on('organizations:DescribePolicy', () => new Fault('AccessDeniedException', 'no'))
    const { parts } = await readOrganization(await access())
    assert.equal(parts[1]?.state, 'partial')
    assert.match(parts[1]?.why[0] ?? '', /^organizations:DescribePolicy: AccessDeniedException/)
    assert.equal(parts[1]?.files.size, 0)
  })
})

describe('permission sets of Identity Center', () => {
  const inline = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }] }
  beforeEach(() => {
    aws.reset()
    aws.on('sso:ListInstances', () => ({ Instances: [{ InstanceArn: INSTANCE, IdentityStoreId: 'd-1' }] }))
    aws.on('sso:ListPermissionSets', () => ({ PermissionSets: [SET] }))
    aws.on('sso:DescribePermissionSet', () => ({
      PermissionSet: { Name: 'Admin', PermissionSetArn: SET, SessionDuration: 'PT8H' },
    }))
    aws.on('sso:GetInlinePolicyForPermissionSet', () => ({ InlinePolicy: JSON.stringify(inline) }))
    aws.on('sso:GetPermissionsBoundaryForPermissionSet', () => new Fault('ResourceNotFoundException', 'none'))
    aws.on('sso:ListManagedPoliciesInPermissionSet', ({ NextToken }) =>
      NextToken === undefined
        ? { AttachedManagedPolicies: [{ Name: 'A', Arn: 'arn:aws:iam::aws:policy/A' }], NextToken: 'more' }
        : { AttachedManagedPolicies: NextToken === 'more' ? [{ Name: 'B', Arn: 'arn:aws:iam::aws:policy/B' }] : [] },
    )
    aws.on('sso:ListCustomerManagedPolicyReferencesInPermissionSet', ({ NextToken }) =>
      NextToken === undefined
        ? { CustomerManagedPolicyReferences: [{ Name: 'own', Path: '/' }], NextToken: 'others' }
        : { CustomerManagedPolicyReferences: NextToken === 'others' ? [{ Name: 'second', Path: '/' }] : [] },
    )
  })
  const file = `accounts/${ACCOUNT}/identity-center.json`

  test('with inline, managed and customer managed policies; no boundary is none', async () => {
    const { state, files } = await readPermissionSets(await access())
    assert.equal(state, 'complete')
    assert.deepEqual(files.get(file), {
      permissionSets: [
        {
          arn: SET,
          name: 'Admin',
          sessionDuration: 'PT8H',
          inlinePolicy: inline,
          permissionsBoundary: null,
          managedPolicies: [
            { Name: 'A', Arn: 'arn:aws:iam::aws:policy/A' },
            { Name: 'B', Arn: 'arn:aws:iam::aws:policy/B' },
          ],
          customerManagedPolicies: [
            { Name: 'own', Path: '/' },
            { Name: 'second', Path: '/' },
          ],
        },
      ],
    })
  })

  test('what may not be read stays out, and is noted', async () => {
    aws.on('sso:GetInlinePolicyForPermissionSet', () => new Fault('AccessDeniedException', 'no'))
    const { state, why, files } = await readPermissionSets(await access())
    assert.equal(state, 'partial')
    assert.match(why[0] ?? '', /^sso:GetInlinePolicyForPermissionSet: AccessDeniedException/)
    const { permissionSets } = files.get(file) as { permissionSets: Record<string, unknown>[] }
    assert.equal('inlinePolicy' in (permissionSets[0] ?? {}), false)
  })
})

test('tags of a key that may not be read are not known, and a key that AWS manages has none', async () => {
  aws.reset()
  const arn = (id: string) => `arn:aws:kms:us-east-1:${ACCOUNT}:key/${id}`
  const managers: Readonly<Record<string, string>> = { [arn('own')]: 'CUSTOMER', [arn('aws')]: 'AWS' }
  aws.on('kms:ListKeys', () => ({ Keys: [{ KeyArn: arn('own') }, { KeyArn: arn('aws') }] }))
  aws.on('kms:ListAliases', () => ({ Aliases: [] }))
  aws.on('kms:GetKeyPolicy', () => ({ Policy: '{"Version":"2012-10-17","Statement":[]}' }))
  aws.on('kms:ListGrants', () => ({ Grants: [] }))
  aws.on('kms:DescribeKey', ({ KeyId }) => ({
    KeyMetadata: { KeyId: String(KeyId).split('/')[1], KeyManager: managers[String(KeyId)] },
  }))
  aws.on('kms:ListResourceTags', () => new Fault('AccessDeniedException', 'not authorized'))
  const { files, incomplete } = await readResources(await access(), keys, 'us-east-1')
  const attributes = [...files.values()].map((file) => (file as { attributes: Record<string, unknown> }).attributes)
  const tags = (manager: string) => attributes.find(({ keyManager }) => keyManager === manager)?.['tags']
  assert.deepEqual([tags('CUSTOMER'), tags('AWS')], [undefined, null])
  assert.deepEqual(
    incomplete?.map(({ file, why }) => [file.includes('own'), why.length, why[0]?.startsWith('kms:ListResourceTags')]),
    [[true, 1, true]],
  )
})
