import {
  DescribeOrganizationCommand,
  DescribePolicyCommand,
  OrganizationsClient,
  paginateListAccountsForParent,
  paginateListOrganizationalUnitsForParent,
  paginateListPolicies,
  paginateListPoliciesForTarget,
  paginateListRoots,
  type PolicyType,
} from '@aws-sdk/client-organizations'
import type { AccountAccess } from './account-access.ts'
import { documentOf } from './collector.ts'
import type { Part } from './part.ts'
import { startReading } from './outcome.ts'

/** IAM actions of the calls here, for `collect --print-policy`. */
export const ORGANIZATION_ACTIONS: readonly string[] = [
  'organizations:DescribeOrganization',
  'organizations:DescribePolicy',
  'organizations:ListAccountsForParent',
  'organizations:ListOrganizationalUnitsForParent',
  'organizations:ListPolicies',
  'organizations:ListPoliciesForTarget',
  'organizations:ListRoots',
]

interface Node {
  id: string
  name?: string | undefined
  scps: string[]
  rcps: string[]
  ous?: Node[]
  accounts?: Node[]
}

export interface Organization {
  readonly parts: readonly Part[]
  /** Active accounts; empty where the tree could not be read. */
  readonly accounts: readonly { readonly id: string; readonly name: string | undefined }[]
}

/** Documents that AWS writes itself and a snapshot need not hold. */
export const OF_AWS = new Set(['p-FullAWSAccess', 'p-RCPFullAWSAccess'])

/** More levels than an organization can have: AWS nests OUs five deep. */
export const MAX_LEVELS = 16
/** More roots and OUs than an organization can have. */
const MAX_OUS = 20_000

/** The tree with its SCPs and RCPs. Only the management account and delegated administrators may read it. */
export async function readOrganization(access: AccountAccess): Promise<Organization> {
  const client = access.client(OrganizationsClient)
  const { unread, ask } = startReading()
  const described = await ask(
    'organizations:DescribeOrganization',
    () => client.send(new DescribeOrganizationCommand({})),
    ['AWSOrganizationsNotInUseException'],
  )
  if (described === null) return { accounts: [], parts: [organizationPart(null, [])] }
  const accounts: { id: string; name: string | undefined }[] = []
  const tree = described && (await ask('organizations:ListRoots', () => rootsOf(client, accounts)))
  if (described === undefined || tree === undefined || tree === null)
    return { accounts: [], parts: [{ ...organizationPart(undefined, unread), state: 'missing' }] }
  const { policies, files } = await policiesOf(client, ask)
  const organization = {
    id: described?.Organization?.Id,
    managementAccount: described?.Organization?.MasterAccountId,
    policies,
    roots: tree,
  }
  return {
    accounts,
    parts: [
      organizationPart(organization, unread),
      { part: 'policies', files, state: unread.length === 0 ? 'complete' : 'partial', why: unread },
    ],
  }
}

const organizationPart = (value: unknown, why: readonly string[]): Part => ({
  part: 'organization.json',
  files: value === undefined ? new Map() : new Map([['organization.json', value]]),
  state: why.length === 0 ? 'complete' : 'partial',
  why,
})

async function rootsOf(
  client: OrganizationsClient,
  accounts: { id: string; name: string | undefined }[],
): Promise<Node[]> {
  const roots: Node[] = []
  const seen = new Set<string>()
  for await (const page of paginateListRoots({ client }, {}))
    for (const { Id, Name } of page.Roots ?? [])
      if (Id !== undefined) roots.push(await nodeOf(client, { id: Id, name: Name }, accounts, { level: 1, seen }))
  return roots
}

/** Throws where the answers are no tree of AWS's: an OU twice, as where it is below itself, or more than there can be. */
async function nodeOf(
  client: OrganizationsClient,
  { id, name }: Named,
  accounts: { id: string; name: string | undefined }[],
  { level, seen }: { readonly level: number; readonly seen: Set<string> },
): Promise<Node> {
  if (seen.has(id)) throw new Error(`${id} is in the tree twice`)
  if (level > MAX_LEVELS || seen.size >= MAX_OUS)
    throw new Error(`the tree has more than ${MAX_LEVELS} levels or ${MAX_OUS} OUs`)
  seen.add(id)
  const [scps, rcps, below, members] = await Promise.all([
    attachedTo(client, id, 'SERVICE_CONTROL_POLICY'),
    attachedTo(client, id, 'RESOURCE_CONTROL_POLICY'),
    unitsBelow(client, id),
    accountsBelow(client, id),
  ])
  accounts.push(...members.filter(({ active }) => active).map(({ id, name }) => ({ id, name })))
  return {
    id,
    ...(name === undefined ? {} : { name }),
    scps,
    rcps,
    ous: await Promise.all(below.map((unit) => nodeOf(client, unit, accounts, { level: level + 1, seen }))),
    accounts: await Promise.all(
      members.map(async (member) => ({
        id: member.id,
        ...(member.name === undefined ? {} : { name: member.name }),
        scps: await attachedTo(client, member.id, 'SERVICE_CONTROL_POLICY'),
        rcps: await attachedTo(client, member.id, 'RESOURCE_CONTROL_POLICY'),
      })),
    ),
  }
}

/** The filter is checked in the answer too: some servers return policies of every type. */
export async function attachedTo(client: OrganizationsClient, TargetId: string, Filter: PolicyType): Promise<string[]> {
  const found: string[] = []
  try {
    for await (const page of paginateListPoliciesForTarget({ client }, { TargetId, Filter }))
      for (const { Id, Type } of page.Policies ?? []) if (Id !== undefined && Type === Filter) found.push(Id)
  } catch (error) {
    // The type is not enabled in this organization: nothing of it is attached anywhere.
    if (!(error instanceof Error) || error.name !== 'PolicyTypeNotEnabledException') throw error
  }
  return found.sort()
}

interface Named {
  readonly id: string
  readonly name: string | undefined
}

const byId = (a: Named, b: Named): number => (a.id < b.id ? -1 : 1)

async function unitsBelow(client: OrganizationsClient, ParentId: string): Promise<Named[]> {
  const found: Named[] = []
  for await (const page of paginateListOrganizationalUnitsForParent({ client }, { ParentId }))
    for (const { Id, Name } of page.OrganizationalUnits ?? []) if (Id !== undefined) found.push({ id: Id, name: Name })
  return found.sort(byId)
}

async function accountsBelow(client: OrganizationsClient, ParentId: string): Promise<(Named & { active: boolean })[]> {
  const found: (Named & { active: boolean })[] = []
  for await (const page of paginateListAccountsForParent({ client }, { ParentId }))
    for (const { Id, Name, Status } of page.Accounts ?? [])
      if (Id !== undefined) found.push({ id: Id, name: Name, active: Status === undefined || Status === 'ACTIVE' })
  return found.sort(byId)
}

async function policiesOf(
  client: OrganizationsClient,
  ask: ReturnType<typeof startReading>['ask'],
): Promise<{ policies: Record<string, unknown>; files: Map<string, unknown> }> {
  const policies: Record<string, unknown> = {}
  const files = new Map<string, unknown>()
  for (const Filter of ['SERVICE_CONTROL_POLICY', 'RESOURCE_CONTROL_POLICY'] as const) {
    const listed = await ask('organizations:ListPolicies', async () => {
      const found = []
      for await (const page of paginateListPolicies({ client }, { Filter }))
        found.push(...(page.Policies ?? []).filter(({ Type }) => Type === Filter))
      return found.sort((a, b) => (String(a.Id) < String(b.Id) ? -1 : 1))
    })
    for (const { Id, Name, Arn, Type } of listed ?? []) {
      if (Id === undefined) continue
      policies[Id] = { name: Name, arn: Arn, type: Type }
      if (OF_AWS.has(Id)) continue
      const answer = await ask('organizations:DescribePolicy', () =>
        client.send(new DescribePolicyCommand({ PolicyId: Id })),
      )
      if (answer?.Policy?.Content !== undefined) files.set(`policies/${Id}.json`, documentOf(answer.Policy.Content))
    }
  }
  return { policies, files }
}
