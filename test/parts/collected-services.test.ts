/** Every service that `collect` reads by its table: pages, policies, what "none" looks like, refusals, and its permissions. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Collector, Found } from '../../src/collect/aws/collector.ts'
import { COLLECTORS } from '../../src/collect/aws/collectors.ts'
import { ACCOUNT_ACTIONS, readAccount, readAuthorizationDetails, readVpcEndpoints } from '../../src/collect/aws/iam.ts'
import { SET_ACTIONS } from '../../src/collect/aws/identity-center-actions.ts'
import { readPermissionSets } from '../../src/collect/aws/identity-center.ts'
import { ORGANIZATION_ACTIONS, readOrganization } from '../../src/collect/aws/organization.ts'
import { startReading } from '../../src/collect/aws/outcome.ts'
import { collectPolicy, collectPolicyParts } from '../../src/collect/aws/print-policy.ts'
import { evaluate } from '../../src/engine/evaluate.ts'
import { folderOf } from '../../src/snapshot/resource-folder.ts'
import { actionFacts } from '../../src/iam/facts/actions.ts'
import { CASES } from './collected-services.ts'
import { type Given, R, type ServiceCase } from './service-case.ts'
import { ACCOUNT, type SdkCall, type SdkStub, sdkStub } from './sdk-stub.ts'

const collectorOf = (service: string): Collector => {
  const found = COLLECTORS.find((one) => one.service === service)
  assert.ok(found, service)
  return found
}

interface Run {
  readonly found: readonly Found[]
  readonly unread: readonly string[]
  readonly stub: SdkStub
}

async function run(service: string, answers: Readonly<Record<string, Given>>, at = {}): Promise<Run> {
  const stub = sdkStub((call) => {
    const given = answers[`${call.client}:${call.operation}`] ?? 'NotAnsweredHere'
    return typeof given === 'function' ? given(call.input) : given
  }, at)
  const { access } = stub
  const list = startReading()
  const place = { access, account: ACCOUNT, partition: access.partition, region: R, list }
  const found: Found[] = []
  for await (const one of collectorOf(service).collect(place)) found.push(one)
  return { found, unread: list.unread, stub }
}

/** The same answers, but for the calls for policies. */
const withPolicies = (
  { answers, policies }: ServiceCase,
  answer: (none: string | object | null) => Given,
): ServiceCase['answers'] => ({
  ...answers,
  ...Object.fromEntries(Object.entries(policies).map(([name, none]) => [name, answer(none)])),
})

for (const one of CASES)
  describe(one.service, () => {
    test('what there is, page by page, with its policies', async () => {
      const { found, unread, stub } = await run(one.service, one.answers)
      assert.deepEqual(
        found.map(({ arn, kind, policy }) => ({ arn, kind, policy })),
        one.found.map(({ arn, kind, policy }) => ({ arn, kind, policy })),
      )
      for (const [i, { attributes }] of one.found.entries())
        if (attributes !== undefined) assert.deepEqual(found[i]?.attributes, attributes)
      assert.deepEqual([unread, found.flatMap((each) => each.unread)], [[], []])
      assert.deepEqual(stub.violations, [])
    })

    test('a list that may not be read leaves the part incomplete', async () => {
      const { found, unread } = await run(one.service, {})
      const kept = found.filter(({ unread: lacks }) => lacks.length === 0)
      assert.deepEqual(kept, [])
      assert.ok(found.length + unread.length > 0)
    })

    test('it needs the permissions that it asks for, and no others', async () => {
      const { stub } = await run(one.service, one.answers)
      const needed = new Set(stub.calls.map((call) => actionOf(call, one.service)))
      assert.deepEqual([...needed].sort(), collectorOf(one.service).actions)
    })

    // Where the list has the policies, the first test has one that is there and one that is not.
    if (Object.keys(one.policies).length === 0) return

    test('where AWS says that there is no policy there is none', async () => {
      const { found, unread } = await run(
        one.service,
        withPolicies(one, (none) => none ?? {}),
      )
      const without = one.found.filter(({ arn }) => !/log-group|destination:d$/.test(arn))
      assert.deepEqual([unread, found.flatMap((each) => each.unread)], [[], []])
      for (const { arn } of without) {
        const kept = found.find((each) => each.arn === arn)
        if (one.sparse === undefined || kept !== undefined) assert.equal(kept?.policy, null, arn)
      }
    })

    test('a policy that may not be read is not known, and that is noted', async () => {
      const { found, unread } = await run(
        one.service,
        withPolicies(one, () => 'AccessDeniedException'),
      )
      for (const each of found.filter(({ unread: lacks }) => lacks.length > 0)) {
        assert.equal(each.policy, undefined, each.arn)
        assert.match(each.unread[0] ?? '', /^[a-z0-9-]+:[A-Za-z0-9]+: AccessDeniedException/)
      }
      const refused = found.filter(({ unread: lacks }) => lacks.length > 0).length
      assert.ok(refused + unread.length > 0)
    })
  })

/** The prefix of IAM actions, where it is not the folder's name. */
const PREFIXES: Readonly<Record<string, string>> = {
  's3-multi-region-access-points': 's3',
  's3-access-points': 's3',
  's3-object-lambda': 's3',
  's3-access-grants': 's3',
  'apigateway-portals': 'apigateway',
  eventsv2: 'events',
  'lambda-web': 'lambda',
  'route53-recovery-control': 'route53-recovery-control-config',
}

/** Operations that another action allows. https://docs.aws.amazon.com/service-authorization/latest/reference/ */
const ACTIONS: Readonly<Record<string, string>> = {
  's3express ListDirectoryBuckets': 's3express:ListAllMyDirectoryBuckets',
  's3express GetBucketEncryption': 's3express:GetEncryptionConfiguration',
  's3 ListBuckets': 's3:ListAllMyBuckets',
  's3 GetBucketEncryption': 's3:GetEncryptionConfiguration',
  's3 GetPublicAccessBlock': 's3:GetBucketPublicAccessBlock',
  'apigateway GetRestApis': 'apigateway:GET',
  'apigateway GetResources': 'apigateway:GET',
  'apigateway GetDomainNames': 'apigateway:GET',
  'account GetPublicAccessBlock': 's3:GetAccountPublicAccessBlock',
}

const actionOf = ({ operation }: SdkCall, service: string): string =>
  ACTIONS[`${service} ${operation}`] ?? `${PREFIXES[service] ?? service}:${operation}`

test('a snapshot looks for each resource in the folder that it is collected into', () => {
  // What AWS RAM shares is of any service, and a sequence store's policy that of an access point: by ARN they are found all the same.
  const own = CASES.filter(({ service }) => !['ram', 'omics'].includes(service))
  for (const { service, found } of own) for (const { arn } of found) assert.equal(folderOf(arn), service, arn)
})

test('every service that is collected has a case here', () => {
  assert.deepEqual(CASES.map(({ service }) => service).sort(), COLLECTORS.map(({ service }) => service).sort())
})

/** Reading calls that came after our edition of AWS's reference (2026-09-26): each is the name of the call. */
const NEWER: ReadonlySet<string> = new Set([
  'lambda:ListWebFunctions',
  'sagemaker:GetEndpointPolicy',
  'secretsmanager:ListResourcePolicies',
  'wellarchitected:GetAgentProfilePolicy',
])

test('the printed permissions are of actions that AWS knows, and that only read', () => {
  const { Statement } = collectPolicy(undefined, undefined) as unknown as {
    Statement: { Sid: string; Action: string[] }[]
  }
  const wrong = Statement.flatMap(({ Action }) => Action).filter((action) => {
    const [service = '', name = ''] = action.split(':')
    // AWS's reference has this reading call under the permissions that manage.
    if (action === 'billing:GetResourcePolicy' || NEWER.has(action)) return false
    return !['List', 'Read'].includes(String(actionFacts(service, name)?.accessLevel))
  })
  assert.deepEqual(wrong, [])
})

test('an action that reads keys too is allowed where it is asked alone', () => {
  // https://docs.aws.amazon.com/service-authorization/latest/reference/list_apigateway.html, ApiKeys and the types that are read.
  const document = collectPolicy(['apigateway'], undefined)
  const principal = `arn:aws:iam::${ACCOUNT}:role/audit`
  const may = (resource: string): boolean => {
    const request = { principal, action: 'apigateway:GET', resource, resourceAccount: ACCOUNT }
    const identityPolicies = [{ name: 'printed', document }]
    const nothing = { serviceControlPolicies: null, resourceControlPolicies: null, permissionsBoundary: null }
    const rest = { sessionPolicies: null, vpcEndpointPolicy: null, resourcePolicy: null, serviceGuards: null }
    const scenario = { request, policies: { identityPolicies, ...nothing, ...rest } }
    return evaluate(scenario).decision === 'allowed'
  }
  for (const path of ['/restapis', '/restapis/a1/resources', '/domainnames'])
    assert.ok(may(`arn:aws:apigateway:us-east-1::${path}`), path)
  for (const path of ['/apikeys', '/apikeys/k1', '/clientcertificates'])
    assert.ok(!may(`arn:aws:apigateway:us-east-1::${path}`), path)
})

describe('the printed permissions fit', () => {
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html, without white space.
  const role = 'OrganizationAccountAccessRole'
  const length = (value: object): number => JSON.stringify(value).length
  type Printed = { readonly Statement: readonly { readonly Action: readonly string[] }[] }
  const actionsOf = (policies: readonly object[]): readonly string[] =>
    (policies as readonly Printed[]).flatMap(({ Statement }) => Statement.flatMap(({ Action }) => Action)).sort()

  test('the inline policy of a role', () => {
    const size = length(collectPolicy(undefined, role))
    assert.ok(size <= 10_240, `${size} characters`)
  })

  test('managed policies, which together hold the same', () => {
    const parts = collectPolicyParts(undefined, role)
    assert.ok(parts.length <= 2, `${parts.length} parts`)
    assert.deepEqual(
      parts.map(length).filter((size) => size > 6144),
      [],
    )
    assert.deepEqual(actionsOf(parts), actionsOf([collectPolicy(undefined, role)]))
  })

  test('one managed policy where few services are chosen', () => {
    const chosen = ['s3', 'kms']
    assert.deepEqual(collectPolicyParts(chosen, undefined), [collectPolicy(chosen, undefined)])
  })
})

describe('the permissions of what is no resource', () => {
  const needed = async (
    service: string,
    answers: Readonly<Record<string, Given>>,
    read: (stub: SdkStub) => unknown,
  ) => {
    const stub = sdkStub(({ client, operation, input }) => {
      const given = answers[`${client}:${operation}`] ?? 'NotAnsweredHere'
      return typeof given === 'function' ? given(input) : given
    })
    await read(stub)
    assert.deepEqual(stub.violations, [])
    return [...new Set(stub.calls.map((call) => actionOf(call, service)))].sort()
  }

  test('the organization', async () => {
    const summary = { Id: 'p-1', Name: 'x', Type: 'SERVICE_CONTROL_POLICY', AwsManaged: false }
    const answers: Readonly<Record<string, Given>> = {
      'Organizations:DescribeOrganization': { Organization: { Id: 'o-1', MasterAccountId: ACCOUNT } },
      'Organizations:ListRoots': { Roots: [{ Id: 'r-1' }] },
      'Organizations:ListOrganizationalUnitsForParent': { OrganizationalUnits: [] },
      'Organizations:ListAccountsForParent': { Accounts: [] },
      'Organizations:ListPoliciesForTarget': { Policies: [summary] },
      'Organizations:ListPolicies': { Policies: [summary] },
      'Organizations:DescribePolicy': { Policy: { PolicySummary: summary, Content: '{}' } },
    }
    assert.deepEqual(
      await needed('organizations', answers, ({ access }) => readOrganization(access)),
      ORGANIZATION_ACTIONS,
    )
  })

  test('permission sets', async () => {
    const answers: Readonly<Record<string, Given>> = {
      'SSOAdmin:ListInstances': { Instances: [{ InstanceArn: 'arn:i' }] },
      'SSOAdmin:ListPermissionSets': { PermissionSets: ['arn:s'] },
      'SSOAdmin:DescribePermissionSet': { PermissionSet: { Name: 'x' } },
      'SSOAdmin:GetInlinePolicyForPermissionSet': { InlinePolicy: '' },
      'SSOAdmin:GetPermissionsBoundaryForPermissionSet': 'ResourceNotFoundException',
      'SSOAdmin:ListManagedPoliciesInPermissionSet': { AttachedManagedPolicies: [] },
      'SSOAdmin:ListCustomerManagedPolicyReferencesInPermissionSet': { CustomerManagedPolicyReferences: [] },
    }
    assert.deepEqual(await needed('sso', answers, ({ access }) => readPermissionSets(access)), SET_ACTIONS)
  })

  test('accounts, with what asks for their Regions', async () => {
    const lists = { UserDetailList: [], GroupDetailList: [], RoleDetailList: [], Policies: [] }
    const found = [
      ...(await needed('iam', { 'IAM:GetAccountAuthorizationDetails': lists }, ({ access }) =>
        readAuthorizationDetails(access),
      )),
      ...(await needed('account', { 'S3Control:GetPublicAccessBlock': {} }, ({ access }) =>
        readAccount(access, undefined),
      )),
      ...(await needed('ec2', { 'EC2:DescribeVpcEndpoints': { VpcEndpoints: [] } }, ({ access }) =>
        readVpcEndpoints(access, [R]),
      )),
      'ec2:DescribeRegions',
    ]
    assert.deepEqual(found.sort(), ACCOUNT_ACTIONS)
  })
})

test('what is asked once for all Regions is asked there, and in no other partition', async () => {
  const [{ answers }] = CASES.filter(({ service }) => service === 'ecr-public') as [ServiceCase]
  const { stub } = await run('ecr-public', answers, { region: 'eu-west-1' })
  assert.deepEqual([...new Set(stub.calls.map(({ region }) => region))], ['us-east-1'])
  const china = await run('ecr-public', answers, { partition: 'aws-cn', region: 'cn-north-1' })
  assert.deepEqual(china.stub.calls, [])
})

test('only the management account has the policy of the organization', async () => {
  const answers = {
    'Organizations:DescribeOrganization': { Organization: { MasterAccountId: '999988887777', Arn: 'arn:x' } },
  }
  assert.deepEqual((await run('organizations', answers)).found, [])
  const none = await run('organizations', { 'Organizations:DescribeOrganization': 'AWSOrganizationsNotInUseException' })
  assert.deepEqual([none.found, none.unread], [[], []])
})

test('what was listed before a page failed is kept', async () => {
  const answers: Readonly<Record<string, Given>> = {
    'CodeBuild:ListProjects': ({ nextToken }) =>
      nextToken === undefined ? { projects: ['p1'], nextToken: '2' } : 'InternalFailure',
    'CodeBuild:ListReportGroups': { reportGroups: [] },
    'CodeBuild:GetResourcePolicy': 'ResourceNotFoundException',
  }
  const { found, unread } = await run('codebuild', answers)
  assert.equal(found.length, 1)
  assert.match(unread[0] ?? '', /^codebuild:ListProjects: InternalFailure/)
})

test('an answer in which the policy of a search domain is missing does not say that there is none', async () => {
  const [{ answers }] = CASES.filter(({ service }) => service === 'cloudsearch') as [ServiceCase]
  for (const without of [{}, { AccessPolicies: {} }]) {
    const { found } = await run('cloudsearch', { ...answers, 'CloudSearch:DescribeServiceAccessPolicies': without })
    const why = 'cloudsearch:DescribeServiceAccessPolicies: Error: the answer has no AccessPolicies'
    const lacking = found.map(({ policy, unread }) => [policy, unread])
    assert.deepEqual(lacking, [
      [undefined, [why]],
      [undefined, [why]],
    ])
  }
  const { found, unread } = await run('cloudsearch', { ...answers, 'CloudSearch:DescribeDomains': {} })
  assert.deepEqual([found, unread], [[], ['cloudsearch:DescribeDomains: Error: the answer has no DomainStatusList']])
})

test('wrong credentials end the run', async () => {
  await assert.rejects(run('codebuild', { 'CodeBuild:ListProjects': 'ExpiredTokenException' }), {
    name: 'ExpiredTokenException',
  })
})
