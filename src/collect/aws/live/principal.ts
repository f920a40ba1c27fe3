import {
  GetGroupPolicyCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  GetUserCommand,
  GetUserPolicyCommand,
  IAMClient,
  paginateListAttachedGroupPolicies,
  paginateListAttachedRolePolicies,
  paginateListAttachedUserPolicies,
  paginateListGroupPolicies,
  paginateListGroupsForUser,
  paginateListRolePolicies,
  paginateListUserPolicies,
} from '@aws-sdk/client-iam'
import type { AccountAccess } from '../account-access.ts'
import { plain } from '../iam.ts'
import { startReading } from '../outcome.ts'

/** IAM actions of the calls that read one role, or one user. */
export const ROLE_ACTIONS = ['iam:GetRole', 'iam:GetRolePolicy', 'iam:ListAttachedRolePolicies', 'iam:ListRolePolicies']
export const USER_ACTIONS = [
  'iam:GetUser',
  'iam:GetUserPolicy',
  'iam:ListAttachedUserPolicies',
  'iam:ListGroupsForUser',
  'iam:ListUserPolicies',
]
export const GROUP_ACTIONS = ['iam:GetGroupPolicy', 'iam:ListAttachedGroupPolicies', 'iam:ListGroupPolicies']
export const POLICY_ACTIONS = ['iam:GetPolicy', 'iam:GetPolicyVersion']

/** Lists of `get-account-authorization-details` with what was read, and what was not, a line for each refused call. */
export interface PrincipalRead {
  readonly RoleDetailList: readonly object[]
  readonly UserDetailList: readonly object[]
  readonly GroupDetailList: readonly object[]
  readonly Policies: readonly object[]
  readonly unread: readonly string[]
}

interface Attached {
  readonly PolicyName?: string | undefined
  readonly PolicyArn?: string | undefined
}

type Ask = ReturnType<typeof startReading>['ask']

const ABSENT = ['NoSuchEntity', 'NoSuchEntityException']

/** A role with its trust policy, policies, boundary and tags, in the form of `get-account-authorization-details`. */
export async function readRole(access: AccountAccess, RoleName: string): Promise<PrincipalRead> {
  const client = access.client(IAMClient)
  const { unread, ask } = startReading()
  const [answer, inline, attached] = await Promise.all([
    ask('iam:GetRole', () => client.send(new GetRoleCommand({ RoleName })), ABSENT),
    listed(ask, 'iam:ListRolePolicies', paginateListRolePolicies({ client }, { RoleName }), (page) => page.PolicyNames),
    listed(
      ask,
      'iam:ListAttachedRolePolicies',
      paginateListAttachedRolePolicies({ client }, { RoleName }),
      (page) => page.AttachedPolicies,
    ),
  ])
  const role = answer?.Role
  if (role === undefined) return { ...NOTHING, unread }
  const boundary = role.PermissionsBoundary?.PermissionsBoundaryArn
  const [documents, policies] = await Promise.all([
    inlineDocuments(inline, 'iam:GetRolePolicy', ask, (PolicyName) =>
      client.send(new GetRolePolicyCommand({ RoleName, PolicyName })),
    ),
    managedPolicies(client, ask, [...(attached ?? []), { PolicyArn: boundary }]),
  ])
  const detail = {
    ...identityOf(role, boundary),
    RoleName: role.RoleName,
    RoleId: role.RoleId,
    AssumeRolePolicyDocument: role.AssumeRolePolicyDocument,
    MaxSessionDuration: role.MaxSessionDuration,
    ...(documents === undefined ? {} : { RolePolicyList: documents }),
    ...(attached === undefined ? {} : { AttachedManagedPolicies: attached }),
  }
  return { ...NOTHING, RoleDetailList: [plain(detail) as object], Policies: policies, unread }
}

/** A user with its policies, those of its groups, boundary and tags. */
export async function readUser(access: AccountAccess, UserName: string): Promise<PrincipalRead> {
  const client = access.client(IAMClient)
  const { unread, ask } = startReading()
  const [answer, inline, attached, groups] = await Promise.all([
    ask('iam:GetUser', () => client.send(new GetUserCommand({ UserName })), ABSENT),
    listed(ask, 'iam:ListUserPolicies', paginateListUserPolicies({ client }, { UserName }), (page) => page.PolicyNames),
    listed(
      ask,
      'iam:ListAttachedUserPolicies',
      paginateListAttachedUserPolicies({ client }, { UserName }),
      (page) => page.AttachedPolicies,
    ),
    listed(ask, 'iam:ListGroupsForUser', paginateListGroupsForUser({ client }, { UserName }), (page) => page.Groups),
  ])
  const user = answer?.User
  if (user === undefined) return { ...NOTHING, unread }
  const boundary = user.PermissionsBoundary?.PermissionsBoundaryArn
  const [documents, read] = await Promise.all([
    inlineDocuments(inline, 'iam:GetUserPolicy', ask, (PolicyName) =>
      client.send(new GetUserPolicyCommand({ UserName, PolicyName })),
    ),
    Promise.all((groups ?? []).map((group) => readGroup(client, ask, group))),
  ])
  const ofGroups = read.flatMap(({ attached }) => attached)
  const detail = {
    ...identityOf(user, boundary),
    UserName: user.UserName,
    UserId: user.UserId,
    ...(documents === undefined ? {} : { UserPolicyList: documents }),
    ...(attached === undefined ? {} : { AttachedManagedPolicies: attached }),
    ...(groups === undefined ? {} : { GroupList: groups.map(({ GroupName }) => GroupName) }),
  }
  const policies = await managedPolicies(client, ask, [...(attached ?? []), ...ofGroups, { PolicyArn: boundary }])
  return {
    RoleDetailList: [],
    UserDetailList: [plain(detail) as object],
    GroupDetailList: read.map(({ detail: group }) => plain(group) as object),
    Policies: policies,
    unread,
  }
}

export const NOTHING: PrincipalRead = {
  RoleDetailList: [],
  UserDetailList: [],
  GroupDetailList: [],
  Policies: [],
  unread: [],
}

interface Named {
  readonly Path?: string | undefined
  readonly Arn?: string | undefined
  readonly CreateDate?: Date | undefined
  readonly Tags?: readonly object[] | undefined
}

const identityOf = ({ Path, Arn, CreateDate, Tags }: Named, boundary: string | undefined): object => ({
  Path,
  Arn,
  CreateDate,
  Tags: Tags ?? [],
  ...(boundary === undefined
    ? {}
    : { PermissionsBoundary: { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: boundary } }),
})

interface Group {
  readonly GroupName?: string | undefined
  readonly Path?: string | undefined
  readonly Arn?: string | undefined
  readonly GroupId?: string | undefined
}

async function readGroup(
  client: IAMClient,
  ask: Ask,
  { GroupName = '', Path, Arn, GroupId }: Group,
): Promise<{ readonly detail: object; readonly attached: readonly Attached[] }> {
  const [inline, attached] = await Promise.all([
    listed(
      ask,
      'iam:ListGroupPolicies',
      paginateListGroupPolicies({ client }, { GroupName }),
      (page) => page.PolicyNames,
    ),
    listed(
      ask,
      'iam:ListAttachedGroupPolicies',
      paginateListAttachedGroupPolicies({ client }, { GroupName }),
      (page) => page.AttachedPolicies,
    ),
  ])
  const documents = await inlineDocuments(inline, 'iam:GetGroupPolicy', ask, (PolicyName) =>
    client.send(new GetGroupPolicyCommand({ GroupName, PolicyName })),
  )
  const detail = {
    Path,
    GroupName,
    GroupId,
    Arn,
    ...(documents === undefined ? {} : { GroupPolicyList: documents }),
    ...(attached === undefined ? {} : { AttachedManagedPolicies: attached }),
  }
  return { detail, attached: attached ?? [] }
}

/** Undefined: refused, so that nobody takes it for an empty list. */
async function listed<P, T>(
  ask: Ask,
  call: string,
  pages: AsyncIterable<P>,
  items: (page: P) => readonly T[] | undefined,
): Promise<readonly T[] | undefined> {
  const found = await ask(
    call,
    async () => {
      const all: T[] = []
      for await (const page of pages) all.push(...(items(page) ?? []))
      return all
    },
    ABSENT,
  )
  return found ?? undefined
}

/** A document that is refused stands in the list without its text: it may say anything. */
async function inlineDocuments(
  names: readonly string[] | undefined,
  call: string,
  ask: Ask,
  get: (name: string) => Promise<{ PolicyDocument?: string | undefined }>,
): Promise<readonly object[] | undefined> {
  if (names === undefined) return undefined
  return Promise.all(
    names.map(async (PolicyName) => ({
      PolicyName,
      PolicyDocument: (await ask(call, () => get(PolicyName)))?.PolicyDocument,
    })),
  )
}

/** Customer managed policies in the version that is in force. AWS's own are known by their ARN. */
async function managedPolicies(client: IAMClient, ask: Ask, attached: readonly Attached[]): Promise<readonly object[]> {
  const arns = new Set(attached.flatMap(({ PolicyArn }) => (PolicyArn === undefined ? [] : [PolicyArn])))
  const own = [...arns].filter((arn) => arn.split(':')[4] !== 'aws')
  const found = await Promise.all(
    own.map(async (PolicyArn) => {
      const about = await ask('iam:GetPolicy', () => client.send(new GetPolicyCommand({ PolicyArn })))
      const VersionId = about?.Policy?.DefaultVersionId
      if (about?.Policy === undefined || VersionId === undefined) return []
      const version = await ask('iam:GetPolicyVersion', () =>
        client.send(new GetPolicyVersionCommand({ PolicyArn, VersionId })),
      )
      if (version?.PolicyVersion === undefined) return []
      const { PolicyName, PolicyId, Arn, Path, AttachmentCount, PermissionsBoundaryUsageCount } = about.Policy
      // The counts show whether anybody else uses the policy, whom this read does not see (R-ADV-01).
      const counts = { AttachmentCount, PermissionsBoundaryUsageCount }
      const PolicyVersionList = [{ ...version.PolicyVersion, VersionId, IsDefaultVersion: true }]
      return [
        plain({ PolicyName, PolicyId, Arn, Path, ...counts, DefaultVersionId: VersionId, PolicyVersionList }) as object,
      ]
    }),
  )
  return found.flat()
}
