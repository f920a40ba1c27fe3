import {
  DescribePermissionSetCommand,
  GetInlinePolicyForPermissionSetCommand,
  GetPermissionsBoundaryForPermissionSetCommand,
  paginateListCustomerManagedPolicyReferencesInPermissionSet,
  paginateListInstances,
  paginateListManagedPoliciesInPermissionSet,
  paginateListPermissionSets,
  SSOAdminClient,
} from '@aws-sdk/client-sso-admin'
import type { AccountAccess } from './account-access.ts'
import { documentOf, known } from './collector.ts'
import { startReading } from './outcome.ts'
import type { Part } from './part.ts'

/**
 * Permission sets, for the reader of a diff: in each account they have become roles (`AWSReservedSSO_…`), and those are
 * what AWS evaluates and what the account's details hold.
 */
export async function readPermissionSets(access: AccountAccess): Promise<Part> {
  const client = access.client(SSOAdminClient)
  const { unread, ask } = startReading()
  const sets = await ask('sso:ListPermissionSets', () => permissionSetArns(client))
  const found = []
  for (const { instance, arn } of sets ?? []) found.push(await permissionSet(client, instance, arn, ask))
  found.sort((a, b) => (String(a['arn']) < String(b['arn']) ? -1 : 1))
  const file = `accounts/${access.account}/identity-center.json`
  return {
    part: file,
    files: new Map(found.length === 0 ? [] : [[file, { permissionSets: found }]]),
    state: sets === undefined ? 'missing' : unread.length === 0 ? 'complete' : 'partial',
    why: unread,
  }
}

/** More sets than this are `collect`'s to read: each has to be asked for its name. */
const MOST_SETS = 100

/**
 * The permission set of that name, for a denial of one of its roles: the file that `readPermissionSets` writes, with that set
 * alone. Credentials of another account than IAM Identity Center's see no instance, and that is said.
 */
export async function readPermissionSetNamed(access: AccountAccess, name: string): Promise<Part> {
  const client = access.client(SSOAdminClient)
  const { unread, ask } = startReading()
  const listed = await ask('sso:ListPermissionSets', () => permissionSetArns(client))
  const sets = (listed ?? []).slice(0, MOST_SETS)
  const named = await Promise.all(
    sets.map(async ({ instance: InstanceArn, arn: PermissionSetArn }) => {
      const about = await ask('sso:DescribePermissionSet', () =>
        client.send(new DescribePermissionSetCommand({ InstanceArn, PermissionSetArn })),
      )
      return about?.PermissionSet?.Name === name ? [{ InstanceArn, PermissionSetArn }] : []
    }),
  )
  const found = await Promise.all(
    named.flat().map(({ InstanceArn, PermissionSetArn }) => permissionSet(client, InstanceArn, PermissionSetArn, ask)),
  )
  const part = `accounts/${access.account}/identity-center.json`
  const why = found.length > 0 ? `read for ${name} alone` : whyNotFound(name, listed, unread)
  return {
    part,
    files: new Map(found.length === 0 ? [] : [[part, { permissionSets: found }]]),
    state: found.length === 0 ? 'missing' : 'partial',
    why: [...unread, ...(why === undefined ? [] : [why])],
  }
}

/** Undefined: what was refused says it. */
function whyNotFound(
  name: string,
  listed: readonly object[] | null | undefined,
  unread: readonly string[],
): string | undefined {
  if (unread.length > 0) return undefined
  if (listed?.length === 0)
    return `sso:ListInstances: no instance of IAM Identity Center is seen with these credentials; those of its account see permission set ${name}`
  return (listed?.length ?? 0) > MOST_SETS
    ? `sso:ListPermissionSets: there are more than ${MOST_SETS}; \`denytrace collect\` reads all`
    : `sso:ListPermissionSets: none is called ${name}`
}

async function permissionSetArns(client: SSOAdminClient): Promise<{ instance: string; arn: string }[]> {
  const found: { instance: string; arn: string }[] = []
  for await (const page of paginateListInstances({ client }, {}))
    for (const { InstanceArn } of page.Instances ?? [])
      for await (const sets of paginateListPermissionSets({ client }, { InstanceArn }))
        for (const arn of sets.PermissionSets ?? []) found.push({ instance: InstanceArn ?? '', arn })
  return found
}

async function permissionSet(
  client: SSOAdminClient,
  InstanceArn: string,
  PermissionSetArn: string,
  ask: ReturnType<typeof startReading>['ask'],
): Promise<Record<string, unknown>> {
  // A paginator writes the token of the next page into what it is given, so each has its own.
  const at = { InstanceArn, PermissionSetArn }
  const [about, inline, boundary, managed, customer] = await Promise.all([
    ask('sso:DescribePermissionSet', () => client.send(new DescribePermissionSetCommand(at))),
    ask('sso:GetInlinePolicyForPermissionSet', () => client.send(new GetInlinePolicyForPermissionSetCommand(at))),
    ask(
      'sso:GetPermissionsBoundaryForPermissionSet',
      () => client.send(new GetPermissionsBoundaryForPermissionSetCommand(at)),
      ['ResourceNotFoundException'],
    ),
    ask('sso:ListManagedPoliciesInPermissionSet', async () => {
      const found = []
      for await (const page of paginateListManagedPoliciesInPermissionSet({ client }, { ...at }))
        found.push(...(page.AttachedManagedPolicies ?? []))
      return found
    }),
    ask('sso:ListCustomerManagedPolicyReferencesInPermissionSet', async () => {
      const found = []
      for await (const page of paginateListCustomerManagedPolicyReferencesInPermissionSet({ client }, { ...at }))
        found.push(...(page.CustomerManagedPolicyReferences ?? []))
      return found
    }),
  ])
  return known({
    arn: PermissionSetArn,
    name: about?.PermissionSet?.Name,
    sessionDuration: about?.PermissionSet?.SessionDuration,
    inlinePolicy: inline && documentOf(inline.InlinePolicy ?? null),
    permissionsBoundary: boundary === null ? null : boundary?.PermissionsBoundary,
    managedPolicies: managed,
    customerManagedPolicies: customer,
  })
}
