/** What moto holds, read with the SDK call by call, as the scenario of one request: apart from the program's own collecting. */
import {
  GetAccountAuthorizationDetailsCommand,
  IAMClient,
  type AttachedPolicy,
  type GetAccountAuthorizationDetailsCommandOutput,
  type ManagedPolicyDetail,
} from '@aws-sdk/client-iam'
import { GetKeyPolicyCommand, KMSClient } from '@aws-sdk/client-kms'
import {
  DescribeOrganizationCommand,
  DescribePolicyCommand,
  ListParentsCommand,
  ListPoliciesForTargetCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations'
import { GetBucketPolicyCommand, GetPublicAccessBlockCommand, S3Client } from '@aws-sdk/client-s3'
import { GetResourcePolicyCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { GetTopicAttributesCommand, SNSClient } from '@aws-sdk/client-sns'
import { GetQueueAttributesCommand, GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import type { Attributes, Organization, Policy, PolicyLevel, ResourcePolicy, Scenario } from '#engine/scenario.ts'
import { type Config, configOf } from '../estate.ts'
import type { NeededAction } from './calls.ts'

/** Who holds an access key. `sessionPolicy`: text of the policy that the session was made with. */
export interface Caller {
  readonly arn: string
  readonly account: string
  readonly roleArn?: string
  readonly sessionPolicy?: string
}

export interface State {
  /** The request of a caller with all that is in force for it; `regional` is the Region of the signature. */
  readonly scenarioFor: (caller: Caller, needed: NeededAction, regional: string) => Promise<Scenario>
  readonly configFor: (account: string) => Promise<Config>
  /** To be called after each change of moto's state: until then, nothing is read twice. */
  readonly changed: () => void
  /** The accounts that were asked about so far. */
  readonly accounts: () => readonly string[]
}

/** `management`: the account that moto's own credentials are of. */
export function readState(url: string, management: string): State {
  const configs = new Map<string, Promise<Config>>()
  let answers = new Map<string, unknown>()
  const once: Once = (what, read) => {
    const answer = (answers.get(what) as ReturnType<typeof read> | undefined) ?? read()
    answers.set(what, answer)
    return answer
  }
  const configFor = (account: string): Promise<Config> => {
    const known = configs.get(account) ?? inAccount(url, account, management)
    configs.set(account, known)
    return known
  }
  const scenarioFor: State['scenarioFor'] = async (caller, needed, regional) => {
    const owner = ownerOf(needed.resource) ?? caller.account
    const [mine, theirs] = await Promise.all([configFor(caller.account), configFor(owner)])
    const { resource } = needed
    const organization = await once('organization', () => organizationOf(configOf(url), management))
    const [{ tags, ...details }, levels, resourcePolicy] = await Promise.all([
      once(`details ${caller.account}`, () => detailsOf(mine)).then((read) => entityOf(read, caller)),
      organization === null || caller.account === management
        ? null
        : once(`levels ${caller.account}`, () => levelsOf(configOf(url), caller.account)),
      once(`policy ${owner} ${resource}`, () => resourcePolicyOf(theirs, resource)),
    ])
    return {
      request: {
        principal: caller.arn,
        ...(caller.roleArn === undefined ? {} : { principalDetails: { roleArn: caller.roleArn } }),
        principalTags: tags,
        action: needed.action,
        resource,
        resourceAccount: owner,
        context: {
          'aws:SecureTransport': 'true',
          'aws:RequestedRegion': regional,
          'aws:SourceIp': '203.0.113.10',
          ...needed.context,
        },
        contextComplete: true,
      },
      policies: {
        complete: true,
        ...details,
        sessionPolicies:
          caller.sessionPolicy === undefined ? [] : [{ name: 'session', document: caller.sessionPolicy }],
        serviceControlPolicies: levels,
        resourceControlPolicies: null,
        vpcEndpointPolicy: null,
        resourcePolicy,
        serviceGuards: resource.startsWith('arn:aws:s3:::')
          ? await once(`public access ${owner} ${resource}`, () => publicAccessOf(theirs, resource))
          : null,
      },
      organization,
    }
  }
  const changed = (): void => {
    answers = new Map()
  }
  return { scenarioFor, configFor, changed, accounts: () => [...new Set([management, ...configs.keys()])] }
}

/** Reads what is called so, unless it was read since the last change. */
type Once = <T>(what: string, read: () => Promise<T>) => Promise<T>

/** Undefined where an ARN names no account: the caller's, in these tests. */
const ownerOf = (arn: string): string | undefined => arn.split(':')[4] || undefined

/** Credentials of any role of an account; moto gives them to whoever asks. */
async function inAccount(url: string, account: string, management: string): Promise<Config> {
  const own = configOf(url)
  if (account === management) return own
  const { Credentials: keys } = await new STSClient(own).send(
    new AssumeRoleCommand({
      RoleArn: `arn:aws:iam::${account}:role/OrganizationAccountAccessRole`,
      RoleSessionName: 'state',
    }),
  )
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = keys ?? {}
  return {
    ...own,
    credentials: { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken },
  }
}

type Identity = Pick<NonNullable<Scenario['policies']>, 'identityPolicies' | 'permissionsBoundary'>

const detailsOf = (config: Config): Promise<GetAccountAuthorizationDetailsCommandOutput> =>
  new IAMClient(config).send(new GetAccountAuthorizationDetailsCommand({}))

function entityOf(
  details: GetAccountAuthorizationDetailsCommandOutput,
  caller: Caller,
): Identity & { readonly tags: Readonly<Record<string, string>> } {
  const managed = (list: readonly AttachedPolicy[] = []): Policy[] =>
    list.map(({ PolicyArn = '', PolicyName = '' }) => managedPolicy(details.Policies ?? [], PolicyArn, PolicyName))
  const inline = (
    list: readonly { PolicyName?: string | undefined; PolicyDocument?: string | undefined }[] = [],
  ): Policy[] => list.map(({ PolicyName = '', PolicyDocument }) => ({ name: PolicyName, document: PolicyDocument }))
  const role = details.RoleDetailList?.find(({ Arn }) => Arn === caller.roleArn)
  const user = details.UserDetailList?.find(({ Arn }) => Arn === caller.arn)
  const groups = (details.GroupDetailList ?? []).filter(({ GroupName }) => user?.GroupList?.includes(GroupName ?? ''))
  const entity = role ?? user
  const boundary = entity?.PermissionsBoundary?.PermissionsBoundaryArn
  return {
    tags: Object.fromEntries((entity?.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value])),
    identityPolicies: [
      ...inline(role?.RolePolicyList ?? user?.UserPolicyList),
      ...managed(entity?.AttachedManagedPolicies),
      ...groups.flatMap((group) => [...inline(group.GroupPolicyList), ...managed(group.AttachedManagedPolicies)]),
    ],
    permissionsBoundary: boundary === undefined ? null : managedPolicy(details.Policies ?? [], boundary, 'boundary'),
  }
}

function managedPolicy(all: readonly ManagedPolicyDetail[], arn: string, name: string): Policy {
  const versions = all.find(({ Arn }) => Arn === arn)?.PolicyVersionList
  const document = versions?.find(({ IsDefaultVersion }) => IsDefaultVersion)?.Document
  return document === undefined ? { name, arn } : { name, arn, document: decodeURIComponent(document) }
}

async function organizationOf(config: Config, managementAccount: string): Promise<Organization | null> {
  try {
    const { Organization } = await new OrganizationsClient(config).send(new DescribeOrganizationCommand({}))
    return { ...(Organization?.Id === undefined ? {} : { id: Organization.Id }), managementAccount }
  } catch (error) {
    if (error instanceof Error && error.name === 'AWSOrganizationsNotInUseException') return null
    throw error
  }
}

/** Root first, the account last. */
async function levelsOf(config: Config, account: string): Promise<PolicyLevel[]> {
  const client = new OrganizationsClient(config)
  const targets = [account]
  for (;;) {
    const { Parents } = await client.send(new ListParentsCommand({ ChildId: targets[0] ?? '' }))
    const parent = Parents?.[0]?.Id
    if (parent === undefined) break
    targets.unshift(parent)
    if (parent.startsWith('r-')) break
  }
  const filter = 'SERVICE_CONTROL_POLICY'
  return Promise.all(
    targets.map(async (target) => {
      const { Policies = [] } = await client.send(
        new ListPoliciesForTargetCommand({ TargetId: target, Filter: filter }),
      )
      const policies = await Promise.all(
        Policies.map(async ({ Id = '', Name = '' }) => {
          const { Policy: policy } = await client.send(new DescribePolicyCommand({ PolicyId: Id }))
          return { name: Name, document: policy?.Content ?? '' }
        }),
      )
      return { target, policies }
    }),
  )
}

/** Null: the resource has none. */
async function resourcePolicyOf(config: Config, arn: string): Promise<ResourcePolicy | null> {
  const [, , service, , , name = ''] = arn.split(':')
  const document = (await orNone(() => policyText(config, service ?? '', name, arn))) ?? null
  const kinds: Readonly<Record<string, string>> = {
    s3: 'bucket',
    kms: 'key',
    sqs: 'queue',
    sns: 'topic',
    secretsmanager: 'secret',
    iam: 'trust',
  }
  const kind = kinds[service ?? '']
  return document === null || kind === undefined ? null : { name: kind, kind, document }
}

async function policyText(config: Config, service: string, name: string, arn: string): Promise<string | undefined> {
  switch (service) {
    case 's3':
      return (
        await new S3Client({ ...config, forcePathStyle: true }).send(
          new GetBucketPolicyCommand({ Bucket: name.split('/')[0] }),
        )
      ).Policy
    case 'kms':
      return (await new KMSClient(config).send(new GetKeyPolicyCommand({ KeyId: arn, PolicyName: 'default' }))).Policy
    case 'sqs': {
      const client = new SQSClient(config)
      const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: name }))
      const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['Policy'] }))
      return Attributes?.['Policy']
    }
    case 'sns':
      return (await new SNSClient(config).send(new GetTopicAttributesCommand({ TopicArn: arn }))).Attributes?.['Policy']
    case 'secretsmanager':
      return (await new SecretsManagerClient(config).send(new GetResourcePolicyCommand({ SecretId: arn })))
        .ResourcePolicy
    case 'iam': {
      const { RoleDetailList = [] } = await new IAMClient(config).send(
        new GetAccountAuthorizationDetailsCommand({ Filter: ['Role'] }),
      )
      const trust = RoleDetailList.find(({ Arn }) => Arn === arn)?.AssumeRolePolicyDocument
      return trust === undefined ? undefined : decodeURIComponent(trust)
    }
    default:
      return undefined
  }
}

async function publicAccessOf(config: Config, arn: string): Promise<Attributes> {
  const bucket = arn.split(':::')[1]?.split('/')[0]
  const client = new S3Client({ ...config, forcePathStyle: true })
  const found = await orNone(() => client.send(new GetPublicAccessBlockCommand({ Bucket: bucket })))
  const none = {
    BlockPublicAcls: false,
    IgnorePublicAcls: false,
    BlockPublicPolicy: false,
    RestrictPublicBuckets: false,
  }
  return {
    blockPublicAccess: { ...none, ...found?.PublicAccessBlockConfiguration },
    accountBlockPublicAccess: none,
    objectOwnership: 'BucketOwnerEnforced',
    requesterPays: false,
    abac: false,
  }
}

/** Undefined for what is not there: AWS says so by an error. */
async function orNone<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof Error && /^NoSuch|NotFound|NonExistent|DoesNotExist/.test(error.name)) return undefined
    throw error
  }
}
