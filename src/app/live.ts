import type { LiveReader, LiveSettings, LiveTargets } from '#collect/aws/live-entry.ts'
import { writeSnapshot } from '#collect/write-snapshot.ts'
import type { DiagnoseOptions } from '#diagnose/diagnose.ts'
import type { Diagnosis, PolicySource } from '#diagnose/diagnosis.ts'
import type { Step } from '#engine/decision.ts'
import { isAccountId, parseArn } from '#iam/arn.ts'
import { readCaller } from '#iam/caller.ts'
import { readSnapshot, type SnapshotFiles } from '#snapshot/snapshot.ts'
import { awsFault } from './aws-fault.ts'
import { explainDenials } from './diagnose.ts'
import type { Evidence } from '#diagnose/evidence/evidence.ts'

/** The read from AWS for the denials at hand: what was read, and what was not. */
export interface LiveRead {
  readonly policySource: PolicySource
  readonly files: SnapshotFiles
  /** ARN of whoever the credentials are of: what is read is what these eyes see. */
  readonly caller: string
  readonly calls: number
  /** Roles, users and resources that were read, by ARN; permission sets by name; of SCPs and RCPs, how many. */
  readonly read: readonly string[]
  /** Calls that gave nothing, each with AWS's reason: what they would have told stays unknown. */
  readonly refused: readonly { readonly call: string; readonly why: string }[]
}

type Options = Omit<DiagnoseOptions, 'managedPolicies'>

/**
 * Most rounds of reading from AWS: what a call needs besides is known when what it is about was read: its key, and then the
 * key's policy.
 */
const MOST_ROUNDS = 3

/** Reads from AWS what bears on the denials of the evidence, and no more. Faults of credentials or network are told with a hint. */
export async function readLive(
  evidence: Evidence,
  settings: LiveSettings,
  options: Options,
  tool: string,
): Promise<LiveRead> {
  const { openLive } = await import('#collect/aws/live-entry.ts')
  try {
    const reader = await openLive(settings)
    const seen = new Set<string>()
    let files: SnapshotFiles = new Map()
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const source: PolicySource = round === 0 ? { kind: 'none' } : { kind: 'snapshot', snapshot: readSnapshot(files) }
      const { diagnoses } = explainDenials({ ...evidence, policySource: source }, options)
      const targets = targetsOf(diagnoses, { own: reader.account, hasRole: settings.role !== undefined })
      const fresh = namesOf(targets).filter((name) => !seen.has(name))
      if (round > 0 && fresh.length === 0) break
      for (const name of fresh) seen.add(name)
      await reader.read(targets)
      files = filesOf(reader, tool)
    }
    await reader.end()
    files = filesOf(reader, tool)
    return {
      policySource: { kind: 'snapshot', snapshot: readSnapshot(files), isReadNow: true },
      files,
      caller: reader.caller,
      calls: reader.calls(),
      read: readIn(files),
      refused: refusedIn(reader),
    }
  } catch (error) {
    throw awsFault(error)
  }
}

/** The IAM policy that reading for these denials needs. Nothing is called. */
export async function neededForLive(evidence: Evidence, options: Options): Promise<object> {
  const { livePolicy } = await import('#collect/aws/live-entry.ts')
  const { diagnoses } = explainDenials(evidence, options)
  return livePolicy(targetsOf(diagnoses, { own: 'ACCOUNT_ID', hasRole: false }))
}

/** Keeps what was read as a snapshot directory. */
export const saveLive = (folder: string, { files }: LiveRead): void => writeSnapshot(folder, files, false)

const namesOf = ({ principals, resources, accounts }: LiveTargets): readonly string[] => [
  ...principals,
  ...resources.map(({ arn }) => arn),
  ...accounts,
]

/** Denials that are looked into: what bears on more of them is a snapshot's business. */
const MOST_DENIALS = 10

/** The account of the credentials, and whether they come with a role to assume in others. */
interface Reader {
  readonly own: string
  readonly hasRole: boolean
}

function targetsOf(diagnoses: readonly Diagnosis[], reader: Reader): LiveTargets {
  const denied = diagnoses.filter(({ denial }) => denial.kind === 'aws-access-denied').slice(0, MOST_DENIALS)
  const all = denied.flatMap(({ steps, denial }) =>
    steps
      .filter(({ relation }) => relation !== 'before')
      .map((step) => ofStep(step, denial.region ?? undefined, reader)),
  )
  const resources = all.flatMap((targets) => targets.resources)
  return {
    principals: unique(all.flatMap((targets) => targets.principals)),
    resources: resources.filter(({ arn }, i) => resources.findIndex((other) => other.arn === arn) === i),
    endpoints: all.flatMap((targets) => targets.endpoints).slice(0, 1),
    accounts: unique(all.flatMap((targets) => targets.accounts)),
  }
}

const unique = (all: readonly string[]): readonly string[] => [...new Set(all)]

/** A Region becomes a part of a host's name, and a text may be a stranger's. */
const REGION = /^[a-z]{2,4}(?:-[a-z]{1,12}){1,3}-\d{1,2}$/

function ofStep({ request }: Step, region: string | undefined, { own, hasRole }: Reader): LiveTargets {
  const caller = readCaller(request)
  const arn = caller.kind === 'role-session' ? caller.roleArn : caller.kind === 'user' ? caller.arn : undefined
  const account = arn === undefined ? undefined : parseArn(arn)?.account
  // A bucket is taken to be in the account of its caller (R-EVID-09), if that can be read.
  const usualOwner = (hasRole ? account : undefined) ?? own
  const principals = arn !== undefined && account !== undefined && isAccountId(account) ? [arn] : []
  const named = [request.resource ?? []].flat().map(itself)
  const resources = named.flatMap((resource) => {
    const parts = parseArn(resource)
    if (parts === undefined || /[*?]/.test(resource)) return []
    const where = parts.region || region
    if (where !== undefined && !REGION.test(where)) return []
    if (parts.account !== '' && !isAccountId(parts.account)) return []
    return [{ arn: resource, account: parts.account || request.resourceAccount || usualOwner, region: where }]
  })
  const endpoint = request.context?.['aws:SourceVpce']
  return {
    principals,
    resources,
    endpoints:
      typeof endpoint === 'string' && region !== undefined && REGION.test(region)
        ? [{ account: account ?? own, region }]
        : [],
    accounts: unique([
      ...(principals.length === 0 ? [] : [account ?? own]),
      ...resources.map((resource) => resource.account),
    ]).filter((id) => isAccountId(id) || id === own),
  }
}

/** The bucket of an object, whose settings and policy count. */
const itself = (arn: string): string => (arn.includes(':s3:::') ? (arn.split('/')[0] ?? arn) : arn)

function filesOf(reader: LiveReader, tool: string): SnapshotFiles {
  const files = new Map<string, string>()
  for (const part of reader.parts())
    for (const [path, value] of part.files) files.set(path, `${JSON.stringify(value, null, 2)}\n`)
  const meta = { collectedAt: new Date().toISOString(), tool, coverage: reader.coverage() }
  return files.set('meta.json', `${JSON.stringify(meta, null, 2)}\n`)
}

/** The ARNs in the files: of principals in their lists, of resources in files of their own; policies of the organization are counted. */
function readIn(files: SnapshotFiles): readonly string[] {
  const shared = [...files.keys()].filter((path) => path.startsWith('policies/')).length
  const counted = shared === 0 ? [] : [`${shared} ${shared === 1 ? 'policy' : 'policies'} of the organization`]
  const named = [...files].flatMap(([path, text]): string[] => {
    const value: unknown = JSON.parse(text)
    if (path.includes('/resources/')) return [(value as { readonly arn: string }).arn]
    if (path.endsWith('/identity-center.json'))
      return (value as { readonly permissionSets: readonly { readonly name: string }[] }).permissionSets.map(
        ({ name }) => `permission set ${name}`,
      )
    if (!path.endsWith('/authorization-details.json')) return []
    const { RoleDetailList, UserDetailList } = value as Record<string, readonly { readonly Arn: string }[]>
    return [...(RoleDetailList ?? []), ...(UserDetailList ?? [])].map(({ Arn }) => Arn)
  })
  return [...named, ...counted]
}

/** `iam:GetRole: AccessDenied: …` names the permission that was missing; of what is read in another way, what it is. */
const refusedIn = (reader: LiveReader): LiveRead['refused'] =>
  unique(
    reader.parts().flatMap(({ why, incomplete = [] }) => [...why, ...incomplete.flatMap((part) => part.why)]),
  ).flatMap((line) => {
    const [, call, why] = /^([\w-]+:\w+|arn:\S+)(?: \([^)]*\))?: (.*)$/s.exec(line) ?? []
    return call === undefined || why === undefined ? [] : [{ call, why }]
  })
