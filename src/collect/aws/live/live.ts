import { type Access, type AccountAccess, type AwsSettings, openAccess } from '../account-access.ts'
import { readAccount, readVpcEndpoints } from '../iam.ts'
import type { Part } from '../part.ts'
import { readResource } from '../resources.ts'
import { coverageOfParts, type CoverageEntry } from '../write-snapshot.ts'
import { collectorFor } from './collector-for.ts'
import { type OrganizationReader, organizationReader } from './organization-path.ts'
import { type PrincipalRead, readRole, readUser } from './principal.ts'

/** Calls under way at once: those that bear on one denial are few. */
const AT_ONCE = 24
/** Somebody waits for the answer: what a server cannot tell soon stays unknown. */
const ATTEMPTS = 3
const LIMITS = { milliseconds: 60_000, bytes: 64 * 1024 * 1024, pages: 1000, calls: 20_000 }

export interface LiveSettings extends Omit<AwsSettings, 'concurrency' | 'attempts' | 'onCall'> {
  /** The role to assume in other accounts: a name, or an ARN. */
  readonly role?: string
  /** Accounts that the role may be assumed in although nothing says that they are in the organization. */
  readonly roleAccounts?: readonly string[]
}

/**
 * Targets of a live read, which bear on a denial: ARNs of roles and users, of resources with their owners, endpoints,
 * and accounts for their SCPs and RCPs.
 */
export interface LiveTargets {
  readonly principals: readonly string[]
  readonly resources: readonly { readonly arn: string; readonly account: string; readonly region: string | undefined }[]
  readonly endpoints: readonly { readonly account: string; readonly region: string }[]
  readonly accounts: readonly string[]
}

/** The parts of a snapshot that were read so far, and with whose eyes. */
export interface LiveReader {
  /** ARN of whoever the credentials are of. */
  readonly caller: string
  readonly account: string
  /** Reads what of the targets was not read yet. What AWS refuses is noted; wrong credentials are thrown on. */
  readonly read: (targets: LiveTargets) => Promise<void>
  /** Waits for the organization, which nothing that is read meanwhile hangs on: its policies are parts from then on. */
  readonly end: () => Promise<void>
  readonly parts: () => readonly Part[]
  readonly coverage: () => readonly CoverageEntry[]
  readonly calls: () => number
}

/** Begins to read from AWS what bears on denials (sts:GetCallerIdentity). Throws what the SDK throws. */
export async function openLive(settings: LiveSettings): Promise<LiveReader> {
  let calls = 0
  const access = await openAccess({
    ...settings,
    concurrency: AT_ONCE,
    attempts: ATTEMPTS,
    limits: { ...LIMITS, ...settings.limits },
    onCall: () => calls++,
  })
  const organization = organizationReader(access.own)
  const reading: Reading = { access, organization, settings, details: new Map(), done: new Map() }
  const settled = new Set<Part>()
  const parts = (): readonly Part[] => [
    ...settled,
    ...[...reading.details].map(([account, all]) => detailsPart(account, all)),
  ]
  return {
    caller: access.caller,
    account: access.own.account,
    read: async (targets) => {
      for (const part of await readTargets(reading, targets)) settled.add(part)
    },
    end: async () => {
      for (const part of await organization.parts()) settled.add(part)
    },
    parts,
    coverage: () => coverageOfParts(parts()),
    calls: () => calls,
  }
}

/** What was read so far, by what it is, and the lists of IAM by account. */
interface Reading {
  readonly access: Access
  readonly organization: OrganizationReader
  readonly settings: LiveSettings
  readonly details: Map<string, PrincipalRead[]>
  readonly done: Map<string, Promise<readonly Part[]>>
}

async function readTargets(reading: Reading, targets: LiveTargets): Promise<readonly Part[]> {
  const { access, details, organization } = reading
  organization.add(targets.accounts)
  const within = withinOf(reading)
  const once = onceOf(reading)
  const found = await Promise.all([
    ...targets.principals.map((arn) => once(keyOf(arn), () => readPrincipal(arn, within, details))),
    ...targets.resources.map(({ arn, account, region }) =>
      once(keyOf(arn), () =>
        within(account, `accounts/${account}/resources/${serviceOf(arn)}`, (own) =>
          readTarget(own, arn, region, details),
        ),
      ),
    ),
    ...targets.resources
      .filter(({ arn }) => serviceOf(arn) === 's3')
      .map(({ account }) =>
        once(`s3 of ${account}`, () =>
          within(account, `accounts/${account}/account.json`, async (own) => [await readAccount(own, undefined)]),
        ),
      ),
    ...targets.endpoints.map(({ account, region }) =>
      once(`endpoints of ${account} in ${region}`, () =>
        within(account, `accounts/${account}/vpc-endpoints.json`, async (own) => [
          narrowed(await readVpcEndpoints(own, [region]), `read in ${region} alone`),
        ]),
      ),
    ),
    ...permissionSetsIn(targets.principals).map((name) =>
      once(`permission set ${name}`, async () => {
        // The client is one of those that few denials need.
        const { readPermissionSetNamed } = await import('../collect-entry.ts')
        return [await readPermissionSetNamed(access.own, name)]
      }),
    ),
  ])
  return found.flat()
}

const RESERVED = /:role\/(?:.*\/)?AWSReservedSSO_(.{1,32})_[0-9a-f]{16}$/

/** Names of the permission sets that roles of IAM Identity Center were made from: where a change of them is made. */
export const permissionSetsIn = (principals: readonly string[]): readonly string[] => [
  ...new Set(principals.flatMap((arn) => RESERVED.exec(arn)?.[1] ?? [])),
]

/** Each is read once, however many of the denials it bears on. */
const onceOf =
  ({ done }: Reading) =>
  (key: string, work: () => Promise<readonly Part[]>): Promise<readonly Part[]> => {
    const known = done.get(key) ?? work()
    done.set(key, known)
    return known
  }

/** Work in an account that the credentials reach; else a part that says how it is reached. */
const withinOf =
  (reading: Reading): Within =>
  async (account, part, work) => {
    const { own, assume } = reading.access
    if (account === own.account) return work(own)
    const { role } = reading.settings
    if (role === undefined)
      return [
        closed(part, `the credentials are of account ${own.account}: \`--role NAME\` reads account ${account}, too`),
      ]
    if (!(await mayEnter(account, role, reading)))
      return [
        closed(
          part,
          `account ${account} is not known to be in your organization: \`--role-account ${account}\` lets \`--role\` be assumed in it`,
        ),
      ]
    return work(assume(account, role))
  }

/**
 * Whether the role is assumed in an account. A log may name any account, and who owns it sees who asks and can let anybody in:
 * so it is one that the user named, or one that the organization holds.
 */
const mayEnter = async (account: string, role: string, { settings, organization }: Reading): Promise<boolean> =>
  role.split(':')[4] === account || settings.roleAccounts?.includes(account) === true || organization.holds(account)

/** A role is one whether its path is known or not: its name is unique in the account (R-PRIN-03). */
const keyOf = (arn: string): string => (serviceOf(arn) === 'iam' ? arn.replace(/^([^/]*\/).*\/([^/]*)$/, '$1$2') : arn)

const serviceOf = (arn: string): string => arn.split(':')[2] ?? ''

const closed = (part: string, why: string): Part => ({ part, files: new Map(), state: 'missing', why: [why] })

const narrowed = (part: Part, why: string): Part =>
  part.state === 'complete' ? { ...part, state: 'partial', why: [...part.why, why] } : part

type Within = (
  account: string,
  part: string,
  work: (own: AccountAccess) => Promise<readonly Part[]>,
) => Promise<readonly Part[]>

/** A role or user by its ARN; its lists are put together for each account. */
function readPrincipal(arn: string, within: Within, details: Map<string, PrincipalRead[]>): Promise<readonly Part[]> {
  const [, , , , account = '', path = ''] = arn.split(':')
  const name = path.slice(path.lastIndexOf('/') + 1)
  return within(account, `accounts/${account}/authorization-details.json`, async (own) => {
    const read = path.startsWith('user/') ? await readUser(own, name) : await readRole(own, name)
    details.set(account, [...(details.get(account) ?? []), read])
    return []
  })
}

function detailsPart(account: string, all: readonly PrincipalRead[]): Part {
  const part = `accounts/${account}/authorization-details.json`
  const lists = (['UserDetailList', 'GroupDetailList', 'RoleDetailList', 'Policies'] as const).map(
    (name) => [name, all.flatMap((one) => one[name])] as const,
  )
  const isEmpty = lists.every(([, list]) => list.length === 0)
  return {
    part,
    files: isEmpty ? new Map() : new Map([[part, Object.fromEntries(lists)]]),
    state: isEmpty ? 'missing' : 'partial',
    why: [...all.flatMap(({ unread }) => unread), ...(isEmpty ? [] : ['read for the principals of a denial alone'])],
  }
}

/** A role or user that a call is about, or a resource of a service that keeps policies for its resources. */
async function readTarget(
  access: AccountAccess,
  arn: string,
  region: string | undefined,
  details: Map<string, PrincipalRead[]>,
): Promise<readonly Part[]> {
  const service = serviceOf(arn)
  if (service === 'iam') {
    const path = arn.split(':')[5] ?? ''
    if (!/^(?:role|user)\//.test(path)) return []
    return readPrincipal(arn, (_, __, work) => work(access), details)
  }
  const collector = await collectorFor(arn)
  if (collector === undefined) return []
  if (collector.one === undefined) {
    const why = `${arn}: it is read with all of its kind alone, by \`denytrace collect --services ${service}\``
    return [{ part: `accounts/${access.account}/resources/${service}`, files: new Map(), state: 'missing', why: [why] }]
  }
  const own = arn.split(':')[3]
  return [await readResource(access, collector, own || region || access.region, arn)]
}
