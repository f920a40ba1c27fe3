import { DescribeRegionsCommand, EC2Client } from '@aws-sdk/client-ec2'
import pLimit from 'p-limit'
import { type Access, type AccountAccess, type AwsSettings, openAccess } from './account-access.ts'
import { COLLECTORS } from './collectors.ts'
import { readAccount, readAuthorizationDetails, readVpcEndpoints } from './iam.ts'
import { readPermissionSets } from './identity-center.ts'
import { readOrganization } from './organization.ts'
import { isCredentialFault, reasonOf } from './outcome.ts'
import type { Part } from './part.ts'
import { readResources } from './resources.ts'
import { type CoverageEntry, openWriter } from './write-snapshot.ts'

export interface CollectSettings extends AwsSettings {
  readonly out: string
  readonly resume: boolean
  /** Accounts to read; `all`: every active account of the organization. Left out: with a role all, else the caller's. */
  readonly accounts?: 'all' | readonly string[]
  /** The role to assume in the other accounts: a name, or an ARN. */
  readonly role?: string
  readonly externalId?: string
  /** Left out: every Region that an account has enabled. */
  readonly regions?: readonly string[]
  /** Folders of `resources/` to read; left out: all. */
  readonly services?: readonly string[]
  readonly tool: string
}

export interface Progress {
  readonly done: number
  readonly total: number
  readonly task: string
}

export interface Collected {
  readonly caller: string
  readonly accounts: readonly string[]
  readonly files: number
  readonly coverage: readonly CoverageEntry[]
}

interface Task {
  /** Names the task in the journal: the same in every run. */
  readonly key: string
  readonly run: () => Promise<Part>
}

/** Tasks under way at once; their calls are limited apart. */
const TASKS_AT_ONCE = 24

/**
 * Reads an organization into a snapshot directory. What AWS refuses becomes `coverage`; wrong or expired credentials end
 * the run with what the SDK threw, and what is done so far can be resumed.
 */
export async function collect(settings: CollectSettings, tell: (progress: Progress) => void): Promise<Collected> {
  const access = await openAccess(settings)
  const writer = openWriter(settings.out, settings.resume)
  const organization = await readOrganization(access.own)
  for (const part of organization.parts) writer.add(part.part, part)
  const names = new Map(organization.accounts.map(({ id, name }) => [id, name]))
  const ids = accountsOf(settings, access, [...names.keys()])
  const limit = pLimit(TASKS_AT_ONCE)
  let files = organization.parts.reduce((sum, part) => sum + part.files.size, 0)
  let done = 0
  let total = ids.length
  const work = async (task: Task): Promise<void> => {
    if (!writer.done.has(task.key)) {
      const part = await task.run()
      writer.add(task.key, part)
      files += part.files.size
    }
    done++
    tell({ done, total, task: task.key })
  }
  await Promise.all(
    ids.map(async (id) => {
      const account =
        id === access.own.account ? access.own : access.assume(id, settings.role ?? '', settings.externalId)
      const tasks = await limit(() => tasksOf(account, names.get(id), settings))
      total += tasks.length - 1
      await Promise.all(tasks.map((task) => limit(() => work(task))))
    }),
  )
  const coverage = writer.finish(new Date().toISOString(), settings.tool)
  return { caller: access.caller, accounts: ids, files, coverage }
}

function accountsOf({ accounts, role }: CollectSettings, { own }: Access, all: readonly string[]): readonly string[] {
  if (Array.isArray(accounts)) return accounts as readonly string[]
  if (accounts === undefined && role === undefined) return [own.account]
  return [...new Set([own.account, ...all])].sort()
}

/** The tasks of one account. One that cannot be entered is one task, which says so. */
async function tasksOf(
  access: AccountAccess,
  name: string | undefined,
  settings: CollectSettings,
): Promise<readonly Task[]> {
  const { account } = access
  const found = await regionsOf(access, settings)
  if ('closed' in found) {
    const part: Part = { part: `accounts/${account}`, files: new Map(), state: 'missing', why: [found.closed] }
    return [{ key: `${account}/closed`, run: () => Promise.resolve(part) }]
  }
  const { regions, why } = found
  const chosen = COLLECTORS.filter(
    ({ service }) => settings.services === undefined || settings.services.includes(service),
  )
  return [
    { key: `${account}/details`, run: () => readAuthorizationDetails(access) },
    { key: `${account}/account`, run: () => readAccount(access, name) },
    { key: `${account}/endpoints`, run: async () => withGap(await readVpcEndpoints(access, regions), why) },
    { key: `${account}/identity-center`, run: () => readPermissionSets(access) },
    ...chosen.flatMap((collector) =>
      collector.scope === 'account'
        ? [{ key: `${account}/${collector.service}`, run: () => readResources(access, collector, access.region) }]
        : regions.map((region) => ({
            key: `${account}/${collector.service}/${region}`,
            run: async () => withGap(await readResources(access, collector, region), why),
          })),
    ),
  ]
}

/** Regions that were not read may hold more: what is not found is then unknown, not absent. */
const withGap = (part: Part, why: string | undefined): Part =>
  why === undefined
    ? part
    : { ...part, state: part.state === 'missing' ? 'missing' : 'partial', why: [...part.why, why] }

type Regions = { readonly regions: readonly string[]; readonly why?: string } | { readonly closed: string }

async function regionsOf(access: AccountAccess, { regions }: CollectSettings): Promise<Regions> {
  const client = access.client(EC2Client)
  try {
    // For another account this assumes the role. What it throws closes the account, and the run goes on with the others.
    await client.config.credentials()
  } catch (error) {
    return { closed: reasonOf('sts:AssumeRole', error) }
  }
  try {
    const { Regions = [] } = await client.send(new DescribeRegionsCommand({}))
    const enabled = Regions.flatMap(({ RegionName }) => (RegionName === undefined ? [] : [RegionName])).sort()
    if (regions === undefined) return { regions: enabled }
    const left = enabled.filter((region) => !regions.includes(region)).length
    return left === 0 ? { regions } : { regions, why: `${left} of ${enabled.length} Regions were not read` }
  } catch (error) {
    if (isCredentialFault(error)) throw error
    const read = regions ?? [access.region]
    return { regions: read, why: `only ${read.join(', ')} was read: ${reasonOf('ec2:DescribeRegions', error)}` }
  }
}
