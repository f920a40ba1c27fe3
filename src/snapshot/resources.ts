import type { Policy, Resource } from '#engine/scenario.ts'
import { isAccountId, parseArn } from '#iam/arn.ts'
import { attributesOf } from './attributes.ts'
import { aliasOf, bucketNameOf, folderOf, serviceOf } from './resource-folder.ts'
import { documentAt } from './document.ts'
import { field, isObject, keyOf, listField, textField } from './fields.ts'
import { memberAt } from '#iam/json-scan.ts'
import { policyHolderArns } from '#iam/policy-holder.ts'
import { duplicateProblem, isAsPrinted, type JsonSource, recoverField } from './json-source.ts'
import { accountFilesOf, fileOf, partState, perSnapshot, type Snapshot } from './snapshot.ts'

/** A resource of the snapshot. `policy` left out: not known; `null`: it has none. */
export interface SnapshotResource extends Resource {
  /** Empty: several accounts list it. */
  readonly account: string
  readonly file: string
  /** Why the file, and with it policy and attributes, could not be read. */
  readonly problem?: string
  /** Several files have it and differ: policy and attributes are left out, since any of them may be right. */
  readonly isOpen?: boolean
}

/** Reads one file of `resources/`; undefined where not even the ARN can be told. */
const resourceIn = perSnapshot((snapshot, file): SnapshotResource | undefined => {
  const [, folder = ''] = file.split('/', 2)
  const source = fileOf(snapshot, file)
  if (source === undefined) return undefined
  if (source === 'unreadable')
    return brokenResource(file, folder, snapshot.files.get(file) ?? '', 'the file is no JSON')
  const { value } = source
  if (!isObject(value)) {
    snapshot.report(file, 'the file is not a JSON object')
    return undefined
  }
  const arn = textField(value, 'arn')
  if (arn === undefined) {
    snapshot.report(file, 'the resource has no `arn`')
    return undefined
  }
  const problem = duplicateOutsidePolicy(source)
  if (problem !== undefined) {
    snapshot.report(file, problem)
    return brokenResource(file, folder, source.text, problem)
  }
  const kind = textField(value, 'kind') ?? kindOf(arn)
  const complete = partState(snapshot, file) === 'complete'
  const account = [parseArn(arn)?.account ?? '', textField(value, 'account') ?? ''].find(isAccountId) ?? folder
  return {
    arn,
    account,
    ...(kind === undefined ? {} : { kind }),
    ...policyIn(snapshot, source, complete),
    attributes: attributesOf(snapshot, kind, account, field(value, 'attributes'), complete),
    file,
  }
})

/** A file that cannot be read may hold any policy: its text goes in as one, so that nobody takes it for "none". */
function brokenResource(file: string, account: string, text: string, problem: string): SnapshotResource | undefined {
  const arn = recoverField(text, 'arn')
  const kind = arn === undefined ? undefined : (recoverField(text, 'kind') ?? kindOf(arn))
  return arn === undefined
    ? undefined
    : { arn, account, ...(kind === undefined ? {} : { kind }), policy: `/* not read */ ${text}`, file, problem }
}

function duplicateOutsidePolicy(source: JsonSource): string | undefined {
  if (isAsPrinted(source)) return undefined
  const problem = duplicateProblem(source, source.start)
  if (problem === undefined || !isObject(source.value)) return problem
  const key = keyOf(source.value, 'policy')
  const place = key === undefined ? undefined : memberAt(source.text, source.start, key)
  if (place === undefined) return problem
  // The policy is evaluated apart (documentAt); here its text is replaced by one without keys.
  const rest = `${source.text.slice(0, place.start)}null${source.text.slice(place.end)}`
  const left = duplicateProblem({ ...source, text: rest }, source.start)
  return left === undefined ? undefined : problem
}

function policyIn(
  snapshot: Snapshot,
  source: JsonSource,
  complete: boolean,
): { readonly policy?: unknown; readonly lines?: readonly number[] } {
  const key = isObject(source.value) ? keyOf(source.value, 'policy') : undefined
  const place = key === undefined ? undefined : memberAt(source.text, source.start, key)
  const policy = field(source.value, 'policy')
  if (place === undefined) return complete ? { policy: null } : {}
  if (policy === null) return { policy }
  const located = documentAt(source, place.start, policy)
  if (located.problem !== undefined) snapshot.report(source.file, located.problem)
  return { policy: located.document, lines: located.lines }
}

/** The kind of a resource whose file does not say it. */
function kindOf(arn: string): string | undefined {
  const read = parseArn(arn)
  if (read === undefined) return undefined
  if (read.service === 's3') return read.resource.startsWith('accesspoint/') ? 'access-point' : 'bucket'
  const [type = ''] = read.resource.split(/[/:]/, 1)
  return KINDS.get(`${read.service}/${type}`) ?? KINDS.get(read.service)
}

const KINDS: ReadonlyMap<string, string> = new Map([
  ['kms/key', 'key'],
  ['iam/role', 'trust'],
  ['iam/instance-profile', 'instance-profile'],
  ['sqs', 'queue'],
  ['sns', 'topic'],
  ['lambda/function', 'function'],
  ['execute-api', 'api'],
  ['secretsmanager/secret', 'secret'],
  ['dynamodb/table', 'table'],
  ['ecr/repository', 'repository'],
])

/**
 * Resource files whose text holds `needle`, in the account's folder or, without an account, in all. Files are free in
 * name, so the text is searched before anything is parsed; an escaped character could hide the needle and is let through.
 */
function candidates(snapshot: Snapshot, account: string | undefined, needle: string): readonly SnapshotResource[] {
  const folders = accountFilesOf(snapshot)
  const searched = account === undefined ? [...folders.values()] : [folders.get(account)]
  const found: SnapshotResource[] = []
  for (const file of searched.flatMap((folder) => folder?.resources ?? [])) {
    const text = snapshot.files.get(file) ?? ''
    if (!text.includes(needle) && !text.includes('\\u') && !text.includes('\\/')) continue
    const resource = resourceIn(snapshot, file)
    if (resource !== undefined) found.push(resource)
  }
  return found
}

/** Every resource that an account's folder holds. */
export const resourcesOf = (snapshot: Snapshot, account: string): readonly SnapshotResource[] =>
  (accountFilesOf(snapshot).get(account)?.resources ?? []).flatMap((file) => resourceIn(snapshot, file) ?? [])

/** Every resource of the snapshot whose ARN can be told. */
export const resourcesIn = (snapshot: Snapshot): readonly SnapshotResource[] =>
  [...accountFilesOf(snapshot).keys()].flatMap((account) => resourcesOf(snapshot, account))

/** The needle of an ARN: its last step, which no JSON writer escapes. */
const needleOf = (arn: string): string => arn.slice(Math.max(arn.lastIndexOf('/'), arn.lastIndexOf(':')) + 1)

/** Who holds the resource: the ARN's account, or for a bucket the account whose folder lists it (R-XACC-04). */
const exactly = perSnapshot((snapshot, arn): SnapshotResource | undefined => {
  const account = parseArn(arn)?.account
  const own = account !== undefined && isAccountId(account) ? account : undefined
  const matches = candidates(snapshot, undefinedIfAbsent(snapshot, own), needleOf(arn)).filter(
    (resource) => resource.arn === arn,
  )
  return oneOf(snapshot, matches)
})

/** Of files that say the same one is enough; where they differ, nothing says which of them is right. */
function oneOf(snapshot: Snapshot, [first, ...others]: readonly SnapshotResource[]): SnapshotResource | undefined {
  const other = first && (others.find((resource) => contentOf(resource) !== contentOf(first)) ?? others[0])
  if (first === undefined || other === undefined) return first
  const isOpen = contentOf(other) !== contentOf(first)
  const problem = `\`${first.arn}\` is also in ${other.file}, which ${isOpen ? 'says something else' : 'says the same'}`
  snapshot.report(first.file, problem)
  if (!isOpen) return first
  const { arn, kind, file } = first
  const account = others.every((resource) => resource.account === first.account) ? first.account : ''
  return { arn, account, ...(kind === undefined ? {} : { kind }), file, problem, isOpen }
}

const contentOf = ({ arn, account, kind, policy, attributes }: SnapshotResource): string =>
  JSON.stringify([arn, account, kind, policy, attributes])

/** A shared resource may be kept with the account that collected it: without a folder of its own account, all are searched. */
const undefinedIfAbsent = (snapshot: Snapshot, account: string | undefined): string | undefined =>
  account !== undefined && accountFilesOf(snapshot).has(account) ? account : undefined

/** The resource that holds the policy for an ARN: itself, the bucket of an object, the key behind an alias. */
export function resourceOf(snapshot: Snapshot, arn: string): SnapshotResource | undefined {
  const alias = aliasOf(arn)
  if (alias !== undefined) return keyBehindAlias(snapshot, arn)
  for (const holder of policyHolderArns(arn)) {
    const found = exactly(snapshot, holder)
    if (found !== undefined) return found
  }
  return serviceOf(arn) === 'secretsmanager' ? secretByName(snapshot, arn) : undefined
}

export const bucketOf = (snapshot: Snapshot, name: string): SnapshotResource | undefined =>
  ['aws', 'aws-us-gov', 'aws-cn']
    .map((partition) => exactly(snapshot, `arn:${partition}:s3:::${name}`))
    .find((bucket) => bucket !== undefined)

/** A key by key ARN or alias ARN; aliases are written as `alias/name` or as ARNs. */
const keyBehindAlias = perSnapshot((snapshot, aliasArn): SnapshotResource | undefined => {
  const arn = parseArn(aliasArn)
  if (arn === undefined) return undefined
  const keys = candidates(snapshot, arn.account, needleOf(aliasArn)).filter((resource) => {
    const key = parseArn(resource.arn)
    const names = listField(resource.attributes, 'aliases') ?? []
    return (
      key?.service === 'kms' &&
      key.region === arn.region &&
      names.some((name) => name === aliasArn || name === arn.resource)
    )
  })
  // Other files may have the key without this alias.
  return oneOf(
    snapshot,
    [...new Set(keys.map((key) => key.arn))].flatMap((key) => exactly(snapshot, key) ?? []),
  )
})

/** Messages name a secret without the six characters that its ARN ends in (R-RES-10). */
function secretByName(snapshot: Snapshot, arn: string): SnapshotResource | undefined {
  const stem = arn.endsWith('-??????') ? arn.slice(0, -7) : arn
  const matches = candidates(snapshot, parseArn(arn)?.account, needleOf(stem)).filter(
    (resource) => resource.arn.startsWith(`${stem}-`) && resource.arn.length === stem.length + 7,
  )
  return matches.length === 1 ? matches[0] : undefined
}

/** The account that owns a resource: the ARN's, or the one whose folder holds the bucket (R-XACC-04). */
export function accountOfResource(snapshot: Snapshot, resource: string): string | undefined {
  const account = parseArn(resource)?.account
  if (account !== undefined && isAccountId(account)) return account
  const listed = resource === '*' ? undefined : resourceOf(snapshot, resource)?.account
  return listed === '' ? undefined : listed
}

/** Whether a resource that the snapshot does not list surely does not exist, or has no policy: its folder is complete. */
export function surelyAbsent(snapshot: Snapshot, resource: string, owner: string | undefined): boolean {
  const account = [parseArn(resource)?.account ?? '', owner ?? ''].find(isAccountId)
  if (account === undefined) return false
  const name = folderOf(resource)
  if (name === undefined) return false
  const folder = `accounts/${account}/resources/${name}`
  if (partState(snapshot, folder) !== 'complete') return false
  return (accountFilesOf(snapshot).get(account)?.resources ?? [])
    .filter((file) => file.startsWith(`${folder}/`))
    .every((file) => resourceIn(snapshot, file) !== undefined)
}

/** The KMS key a resource encrypts with by default, by key ARN where the snapshot can resolve an alias. */
export function defaultKeyOf(snapshot: Snapshot, resource: Resource): string | undefined {
  const name = resource.kind === 'bucket' ? 'sseKmsKeyArn' : 'kmsKeyArn'
  const arn = textField(resource.attributes, name)
  return arn === undefined ? undefined : (resourceOf(snapshot, arn)?.arn ?? arn)
}

/** A resource's policy as a layer's: named after what it is attached to. */
export function policyOfResource(resource: Resource): Policy | undefined {
  if (resource.policy === undefined || resource.policy === null) return undefined
  return {
    name: `${resource.kind ?? 'resource'} policy of ${bucketNameOf(resource.arn) ?? needleOf(resource.arn)}`,
    document: resource.policy,
    ...(resource.file === undefined ? {} : { file: resource.file }),
    ...(resource.lines === undefined ? {} : { lines: resource.lines }),
  }
}
