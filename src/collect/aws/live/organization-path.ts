import {
  DescribeOrganizationCommand,
  type DescribeOrganizationCommandOutput,
  DescribePolicyCommand,
  ListParentsCommand,
  OrganizationsClient,
  type PolicyType,
} from '@aws-sdk/client-organizations'
import { lazy } from '#iam/lazy.ts'
import type { AccountAccess } from '../account-access.ts'
import { documentOf } from '../collector.ts'
import { attachedTo, MAX_LEVELS, OF_AWS } from '../organization.ts'
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

/** The policies above accounts, which are asked for as soon as an account is known to bear on a denial. */
export interface OrganizationReader {
  /** Begins to read the path of each account that was not asked for yet. */
  readonly add: (accounts: readonly string[]) => void
  /** Whether the organization says that an account is in it: only its management account and delegated administrators may ask. */
  readonly holds: (account: string) => Promise<boolean>
  /** All that was begun, at its end; none: no account was asked for. */
  readonly parts: () => Promise<readonly Part[]>
}

/**
 * The organization as far as it bears on some accounts: of each the roots and OUs above it, with what is attached there. Which
 * account manages it every member may read; the rest the management account and delegated administrators alone. What one answer
 * names is asked for at once, whatever else is under way.
 */
export function organizationReader(access: AccountAccess): OrganizationReader {
  const { unread, ask } = startReading()
  const paths = new Map<string, Promise<readonly Level[] | undefined>>()
  const about = lazy(() => {
    const client = access.client(OrganizationsClient)
    const described = ask(
      'organizations:DescribeOrganization',
      () => client.send(new DescribeOrganizationCommand({})),
      ['AWSOrganizationsNotInUseException'],
    )
    return { described: heeded(described), asking: askingOnce(client, ask) }
  })
  return {
    add: (accounts) => {
      for (const account of accounts)
        if (!paths.has(account)) paths.set(account, heeded(pathOf(about().asking, account, ask)))
    },
    holds: async (account) => (await about().asking.parent(account)) !== undefined,
    parts: async () => {
      if (paths.size === 0) return []
      const { described, asking } = about()
      const found = (await Promise.all(paths.values())).flatMap((path) => (path === undefined ? [] : [path]))
      return partsOf(await described, found, [...paths.keys()], asking, unread)
    },
  }
}

/** A promise whose fault is told where it is waited for, and not before. */
function heeded<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined)
  return promise
}

async function partsOf(
  described: DescribeOrganizationCommandOutput | null | undefined,
  found: readonly (readonly Level[])[],
  accounts: readonly string[],
  { policy }: Asking,
  unread: readonly string[],
): Promise<readonly Part[]> {
  if (described === null) return [partOf('organization.json', new Map([['organization.json', null]]), [])]
  const ids = new Set(found.flatMap((path) => path.flatMap(({ scps, rcps }) => [...scps, ...rcps])))
  const read = await Promise.all([...ids].map(policy))
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

/** What is above an account, and each policy there: asked for once, whoever needs it. */
interface Asking {
  readonly level: (id: string) => Promise<Level | undefined>
  readonly parent: (id: string) => Promise<string | undefined>
  readonly policy: (id: string) => ReturnType<typeof policyOf>
}

function askingOnce(client: OrganizationsClient, ask: Ask): Asking {
  const policy = onceEach((id) => policyOf(client, ask, id))
  return {
    policy,
    level: onceEach(async (id) => {
      const level = await levelOf(client, ask, id)
      for (const one of [...(level?.scps ?? []), ...(level?.rcps ?? [])]) void policy(one)
      return level
    }),
    parent: onceEach(async (id) => {
      const answer = await ask('organizations:ListParents', () => client.send(new ListParentsCommand({ ChildId: id })))
      return answer?.Parents?.[0]?.Id
    }),
  }
}

function onceEach<T>(work: (id: string) => Promise<T>): (id: string) => Promise<T> {
  const known = new Map<string, Promise<T>>()
  return (id) => {
    const begun = known.get(id) ?? heeded(work(id))
    known.set(id, begun)
    return begun
  }
}

/** Root first, the account last; undefined where one level above it cannot be read, or the answers lead to no root. */
async function pathOf({ level, parent }: Asking, account: string, ask: Ask): Promise<readonly Level[] | undefined> {
  const levels = [level(account)]
  const seen = new Set([account])
  for (let child = account; !child.startsWith('r-'); ) {
    const above = await parent(child)
    if (above === undefined) return undefined
    if (seen.has(above) || seen.size >= MAX_LEVELS) {
      const why = seen.has(above) ? `${above} is below itself` : `more than ${MAX_LEVELS} levels are above ${account}`
      await ask('organizations:ListParents', () => Promise.reject(new Error(why)))
      return undefined
    }
    seen.add(above)
    levels.unshift(level(above))
    child = above
  }
  const read = await Promise.all(levels)
  return read.some((one) => one === undefined) ? undefined : read.flatMap((one) => one ?? [])
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
