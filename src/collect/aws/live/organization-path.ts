import {
  DescribeOrganizationCommand,
  DescribePolicyCommand,
  ListParentsCommand,
  OrganizationsClient,
  type PolicyType,
} from '@aws-sdk/client-organizations'
import type { AccountAccess } from '../account-access.ts'
import { documentOf } from '../collector.ts'
import { attachedTo, OF_AWS } from '../organization.ts'
import { startReading } from '../outcome.ts'
import type { Part } from '../part.ts'

/** IAM actions of the calls that read the policies above one account. */
export const PATH_ACTIONS: readonly string[] = [
  'organizations:DescribeOrganization',
  'organizations:DescribePolicy',
  'organizations:ListParents',
  'organizations:ListPoliciesForTarget',
]

interface Level {
  readonly id: string
  readonly scps: readonly string[]
  readonly rcps: readonly string[]
}

type Ask = ReturnType<typeof startReading>['ask']

/**
 * The organization as far as it bears on some accounts: of each the roots and OUs above it, with what is attached there. Which
 * account manages it every member may read; the rest the management account and delegated administrators alone.
 */
export async function readOrganizationPath(
  access: AccountAccess,
  accounts: readonly string[],
): Promise<readonly Part[]> {
  const client = access.client(OrganizationsClient)
  const { unread, ask } = startReading()
  const [described, paths] = await Promise.all([
    ask('organizations:DescribeOrganization', () => client.send(new DescribeOrganizationCommand({})), [
      'AWSOrganizationsNotInUseException',
    ]),
    Promise.all(accounts.map((account) => pathOf(client, ask, account))),
  ])
  if (described === null) return [partOf('organization.json', new Map([['organization.json', null]]), [])]
  const found = paths.flatMap((path) => (path === undefined ? [] : [path]))
  const ids = new Set(found.flatMap((path) => path.flatMap(({ scps, rcps }) => [...scps, ...rcps])))
  const documents = await Promise.all([...ids].map((id) => policyOf(client, ask, id)))
  const read = documents.flatMap((document) => (document === undefined ? [] : [document]))
  const roots = nested(found)
  const organization = {
    id: described?.Organization?.Id,
    managementAccount: described?.Organization?.MasterAccountId,
    policies: Object.fromEntries(read.map(({ id, about }) => [id, about])),
    ...(roots.length === 0 ? {} : { roots }),
  }
  const whole = found.length === accounts.length && described !== undefined
  const reasons = [...unread, ...(whole ? [`read for ${accounts.join(', ')} alone`] : [])]
  const files = read.flatMap(({ id, document }): [string, unknown][] =>
    document === undefined ? [] : [[`policies/${id}.json`, document]],
  )
  return [
    partOf(
      'organization.json',
      described === undefined ? new Map() : new Map([['organization.json', organization]]),
      reasons,
    ),
    partOf('policies', new Map(files), reasons),
  ]
}

const partOf = (part: string, files: ReadonlyMap<string, unknown>, why: readonly string[]): Part => ({
  part,
  files,
  state: why.length === 0 ? 'complete' : files.size === 0 ? 'missing' : 'partial',
  why,
})

/** Root first, the account last; undefined where one level above it cannot be read. */
async function pathOf(client: OrganizationsClient, ask: Ask, account: string): Promise<readonly Level[] | undefined> {
  const levels = [levelOf(client, ask, account)]
  for (let child = account; !child.startsWith('r-'); ) {
    const answer = await ask('organizations:ListParents', () => client.send(new ListParentsCommand({ ChildId: child })))
    const parent = answer?.Parents?.[0]?.Id
    if (parent === undefined) return undefined
    levels.unshift(levelOf(client, ask, parent))
    child = parent
  }
  const read = await Promise.all(levels)
  return read.some((level) => level === undefined) ? undefined : read.flatMap((level) => level ?? [])
}

async function levelOf(client: OrganizationsClient, ask: Ask, id: string): Promise<Level | undefined> {
  const of = (type: PolicyType): Promise<readonly string[] | null | undefined> =>
    ask('organizations:ListPoliciesForTarget', () => attachedTo(client, id, type))
  const [scps, rcps] = await Promise.all([of('SERVICE_CONTROL_POLICY'), of('RESOURCE_CONTROL_POLICY')])
  return scps && rcps ? { id, scps, rcps } : undefined
}

async function policyOf(client: OrganizationsClient, ask: Ask, id: string) {
  if (OF_AWS.has(id)) return { id, about: { name: id.slice('p-'.length) }, document: undefined }
  const answer = await ask('organizations:DescribePolicy', () =>
    client.send(new DescribePolicyCommand({ PolicyId: id })),
  )
  const { Name, Arn, Type } = answer?.Policy?.PolicySummary ?? {}
  const content = answer?.Policy?.Content
  return {
    id,
    about: { name: Name, arn: Arn, type: Type },
    document: content === undefined ? undefined : documentOf(content),
  }
}

interface Node extends Level {
  readonly ous: Node[]
  readonly accounts: Level[]
}

/** Paths that begin alike share their beginning. */
function nested(paths: readonly (readonly Level[])[]): readonly Node[] {
  const roots: Node[] = []
  for (const path of paths) {
    let inside = roots
    let last: Node | undefined
    for (const level of path.slice(0, -1)) {
      last = inside.find(({ id }) => id === level.id)
      if (last === undefined) {
        last = { ...level, ous: [], accounts: [] }
        inside.push(last)
      }
      inside = last.ous
    }
    const account = path.at(-1)
    if (account !== undefined) last?.accounts.push(account)
  }
  return roots
}
