import type { Policy } from '#engine/scenario.ts'
import { documentAt, type LocatedDocument, policyOf } from './document.ts'
import { type Attached, attachedTo, boundaryArnOf, groupNamesOf, otherVersionsOf } from './attachments.ts'
import { field, isObject, keyOf, listField, tagsField, textField } from './fields.ts'
import { type Member, membersAt } from '#iam/json-scan.ts'
import { type JsonSource, repeatedKey } from './json-source.ts'
import { fileOf, perSnapshot, type Snapshot } from './snapshot.ts'

/** A user, role or group of `authorization-details.json`, read when it is first asked for. */
export interface Entity {
  readonly kind: EntityKind
  readonly arn: string
  readonly name: string
  readonly account: string
  /** `AIDA…`, `AROA…`, `AGPA…`. */
  readonly id?: string
  /** Left out where the entry has no list of tags. */
  readonly tags?: Readonly<Record<string, string>>
  readonly inline: readonly Policy[]
  readonly attached: readonly Attached[]
  readonly boundaryArn?: string
  /** Of a user: the names of its groups. */
  readonly groups: readonly string[]
  /** Of a role: who may assume it. */
  readonly trustPolicy?: Policy
  readonly file: string
}

export type EntityKind = 'user' | 'role' | 'group'

const LISTS = { user: 'UserDetailList', role: 'RoleDetailList', group: 'GroupDetailList' } as const
const NAMES = { user: 'UserName', role: 'RoleName', group: 'GroupName' } as const
const IDS = { user: 'UserId', role: 'RoleId', group: 'GroupId' } as const
const INLINE = { user: 'UserPolicyList', role: 'RolePolicyList', group: 'GroupPolicyList' } as const

/** Where an entry stands: its value, and its offset in the file. */
interface Entry {
  readonly value: unknown
  readonly at: number
  /** Another entry of its name says something else. */
  readonly isOpen?: boolean
}

/** An account's authorization details, indexed. */
interface Details {
  readonly source: JsonSource
  /** Lists that stand in the file; a filtered call leaves some out. */
  readonly lists: ReadonlySet<string>
  /** By kind and lower-case name: names are unique in an account whatever their case and path (R-PRIN-03). */
  readonly entities: ReadonlyMap<string, Entry>
  /** Managed policies by ARN. */
  readonly policies: ReadonlyMap<string, Entry>
}

export const detailsFile = (account: string): string => `accounts/${account}/authorization-details.json`

const detailsOf = perSnapshot((snapshot, account): Details | 'unreadable' | undefined => {
  const file = detailsFile(account)
  const source = fileOf(snapshot, file)
  if (source === undefined || source === 'unreadable') return source
  const members = membersAt(source.text, source.start)
  const twice = repeatedKey(members)
  if (!isObject(source.value) || twice !== undefined) {
    snapshot.report(file, twice === undefined ? 'the file is not a JSON object' : `\`${twice}\` stands twice`)
    return 'unreadable'
  }
  const entities = new Map<string, Entry>()
  const lists = new Set<string>()
  for (const kind of ['user', 'role', 'group'] as const) {
    for (const entry of entriesOf(source, members, LISTS[kind], lists)) {
      const name = nameOf(entry.value, kind)?.toLowerCase()
      if (name === undefined) snapshot.report(file, `an entry of ${LISTS[kind]} has neither name nor ARN`)
      else put(entities, `${kind}/${name}`, entry, () => snapshot.report(file, `${kind} \`${name}\` stands twice`))
    }
  }
  const policies = new Map<string, Entry>()
  for (const entry of entriesOf(source, members, 'Policies', lists)) {
    const arn = textField(entry.value, 'Arn')
    if (arn !== undefined) put(policies, arn, entry, () => snapshot.report(file, `\`${arn}\` stands twice`))
  }
  return { source, lists, entities, policies }
})

/** Of two entries that say the same one is enough; where they differ, nothing says which of them is in force. */
function put(entries: Map<string, Entry>, key: string, entry: Entry, report: () => void): void {
  const known = entries.get(key)
  if (known !== undefined) report()
  const isOpen = known !== undefined && JSON.stringify(known.value) !== JSON.stringify(entry.value)
  if (known === undefined || isOpen) entries.set(key, isOpen ? { ...known, isOpen } : entry)
}

/** Whether the account's details could be read at all. */
export function detailsState(snapshot: Snapshot, account: string): 'read' | 'unreadable' | 'missing' {
  const details = detailsOf(snapshot, account)
  return details === undefined ? 'missing' : details === 'unreadable' ? 'unreadable' : 'read'
}

function* entriesOf(
  source: JsonSource,
  members: readonly Member[],
  name: string,
  lists: Set<string>,
): Generator<Entry> {
  const key = isObject(source.value) ? keyOf(source.value, name) : undefined
  const values = listField(source.value, name)
  const member = members.find((candidate) => candidate.key === key)
  if (values === undefined || member === undefined) return
  lists.add(name)
  for (const [index, place] of membersAt(source.text, member.start).entries())
    yield { value: values[index], at: place.start }
}

function nameOf(value: unknown, kind: EntityKind): string | undefined {
  const arn = textField(value, 'Arn')
  return textField(value, NAMES[kind]) ?? arn?.slice(arn.lastIndexOf('/') + 1)
}

/** `unreadable`: it is there, but what it says is ambiguous. Undefined: the details do not list it. */
const entity = perSnapshot((snapshot, key): Entity | 'unreadable' | undefined => {
  const [account = '', kindText = '', name = ''] = key.split('\n')
  const kind = kindText === 'user' ? 'user' : kindText === 'role' ? 'role' : 'group'
  const details = detailsOf(snapshot, account)
  if (details === undefined || details === 'unreadable') return undefined
  const entry = details.entities.get(`${kind}/${name}`)
  if (entry?.isOpen === true) return 'unreadable'
  return entry && readEntity(snapshot, details.source, entry, kind, account)
})

/** Looks a user, role or group up by its name without path. */
export const entityOf = (
  snapshot: Snapshot,
  account: string,
  kind: EntityKind,
  name: string,
): Entity | 'unreadable' | undefined => entity(snapshot, `${account}\n${kind}\n${name.toLowerCase()}`)

/** Users or roles in the order of the file; `entity` undefined: what the entry says is ambiguous. */
export function listEntities(
  snapshot: Snapshot,
  account: string,
  kind: EntityKind,
): readonly { readonly arn: string; readonly entity: Entity | undefined }[] {
  const details = detailsOf(snapshot, account)
  if (details === undefined || details === 'unreadable') return []
  return [...details.entities].flatMap(([key, { value }]): { arn: string; entity: Entity | undefined }[] => {
    if (!key.startsWith(`${kind}/`)) return []
    const found = entityOf(snapshot, account, kind, key.slice(kind.length + 1))
    if (found !== undefined && found !== 'unreadable') return [{ arn: found.arn, entity: found }]
    const path = textField(value, 'Path') ?? '/'
    const arn = textField(value, 'Arn') ?? `arn:aws:iam::${account}:${kind}${path}${nameOf(value, kind) ?? ''}`
    return [{ arn, entity: undefined }]
  })
}

function readEntity(
  snapshot: Snapshot,
  source: JsonSource,
  entry: Entry,
  kind: EntityKind,
  account: string,
): Entity | 'unreadable' {
  const { value, at } = entry
  const members = membersAt(source.text, at)
  const twice = repeatedKey(members)
  const name = nameOf(value, kind) ?? ''
  if (twice !== undefined) {
    snapshot.report(source.file, `${kind} \`${name}\`: \`${twice}\` stands twice, line ${source.lineOf(at)}`)
    return 'unreadable'
  }
  const path = textField(value, 'Path') ?? '/'
  const id = textField(value, IDS[kind])
  const tags = tagsField(value, 'Tags')
  const boundaryArn = boundaryArnOf(value)
  const inlineAt = memberOf(value, members, INLINE[kind])
  const trustAt = kind === 'role' ? memberOf(value, members, 'AssumeRolePolicyDocument') : undefined
  const trust = trustAt && located(snapshot, source, trustAt.start, field(value, 'AssumeRolePolicyDocument'))
  return {
    kind,
    arn: textField(value, 'Arn') ?? `arn:aws:iam::${account}:${kind}${path}${name}`,
    name,
    account,
    ...(id === undefined ? {} : { id }),
    ...(tags === undefined ? {} : { tags }),
    inline: inlineAt === undefined ? [] : inlinePolicies(snapshot, source, inlineAt, field(value, INLINE[kind])),
    attached: attachedTo(snapshot, value, source.file),
    ...(boundaryArn === undefined ? {} : { boundaryArn }),
    groups: kind === 'user' ? groupNamesOf(value) : [],
    ...(trust === undefined ? {} : { trustPolicy: policyOf(`trust policy of ${name}`, undefined, trust) }),
    file: source.file,
  }
}

function memberOf(value: unknown, members: readonly Member[], name: string): Member | undefined {
  const key = isObject(value) ? keyOf(value, name) : undefined
  return key === undefined ? undefined : members.find((member) => member.key === key)
}

function located(snapshot: Snapshot, source: JsonSource, at: number, value: unknown): LocatedDocument {
  const found = documentAt(source, at, value)
  if (found.problem !== undefined) snapshot.report(source.file, found.problem)
  return found
}

function inlinePolicies(snapshot: Snapshot, source: JsonSource, list: Member, values: unknown): readonly Policy[] {
  // What is no list is one entry that says nothing; `null` is none.
  const places = Array.isArray(values) || values === null ? membersAt(source.text, list.start) : [list]
  return places.map(({ start }, index) => {
    const item: unknown = Array.isArray(values) ? values[index] : undefined
    const name = textField(item, 'PolicyName') ?? '(inline policy without a name)'
    const members = membersAt(source.text, start)
    const twice = repeatedKey(members)
    const document = memberOf(item, members, 'PolicyDocument')
    if (twice === undefined && document !== undefined)
      return policyOf(name, undefined, located(snapshot, source, document.start, field(item, 'PolicyDocument')))
    const problem = twice === undefined ? 'has no PolicyDocument' : `has \`${twice}\` twice`
    snapshot.report(source.file, `inline policy \`${name}\` ${problem}, line ${source.lineOf(start)}`)
    return { name, file: source.file }
  })
}

interface Managed {
  readonly located: LocatedDocument | undefined
  readonly otherVersions: readonly string[] | undefined
}

const managed = perSnapshot((snapshot, key): Managed | undefined => {
  const [account = '', arn = ''] = key.split('\n')
  const details = detailsOf(snapshot, account)
  if (details === undefined || details === 'unreadable') return undefined
  const entry = details.policies.get(arn)
  if (entry === undefined) {
    if (!isAwsManaged(arn))
      snapshot.report(details.source.file, `managed policy \`${arn}\` is attached, but not listed`)
    return undefined
  }
  return {
    located: defaultVersion(snapshot, details.source, entry, arn),
    otherVersions: entry.isOpen === true ? undefined : otherVersionsOf(entry.value),
  }
})

/** AWS's own policies have the account `aws`; their text is known by ARN. */
const isAwsManaged = (arn: string): boolean => arn.split(':', 5)[4] === 'aws'

/** A managed policy by ARN, its default version; without a document where the details do not hold it. */
export function managedPolicy(snapshot: Snapshot, account: string, name: string | undefined, arn: string): Policy {
  const called = name ?? arn.slice(arn.lastIndexOf('/') + 1)
  const { located, otherVersions } = managed(snapshot, `${account}\n${arn}`) ?? {}
  const policy = policyOf(called, arn === '' ? undefined : arn, located)
  return otherVersions === undefined ? policy : { ...policy, otherVersions }
}

/** The text of one version of a managed policy, in force or not; undefined: the details do not hold it. */
export function policyVersionText(snapshot: Snapshot, account: string, arn: string, version: string): unknown {
  const details = detailsOf(snapshot, account)
  if (details === undefined || details === 'unreadable') return undefined
  const versions = listField(details.policies.get(arn)?.value, 'PolicyVersionList') ?? []
  return field(
    versions.find((each) => textField(each, 'VersionId') === version),
    'Document',
  )
}

function defaultVersion(
  snapshot: Snapshot,
  source: JsonSource,
  entry: Entry,
  arn: string,
): LocatedDocument | undefined {
  const members = membersAt(source.text, entry.at)
  const list = memberOf(entry.value, members, 'PolicyVersionList')
  const versions = listField(entry.value, 'PolicyVersionList') ?? []
  const wanted = textField(entry.value, 'DefaultVersionId')
  const index = versions.findIndex(
    (version) =>
      field(version, 'IsDefaultVersion') === true ||
      (wanted !== undefined &&
        textField(version, 'VersionId') === wanted &&
        field(version, 'IsDefaultVersion') === undefined),
  )
  const place = list && membersAt(source.text, list.start)[index]
  const inner = place && membersAt(source.text, place.start)
  const document = inner && memberOf(versions[index], inner, 'Document')
  const twice = repeatedKey(members) ?? (inner && repeatedKey(inner))
  if (entry.isOpen === true) return { document: '', file: source.file, lines: [source.lineOf(entry.at)] }
  if (document === undefined || twice !== undefined) {
    const problem = twice === undefined ? 'has no document of its default version' : `has \`${twice}\` twice`
    snapshot.report(source.file, `managed policy \`${arn}\` ${problem}`)
    return twice === undefined ? undefined : { document: '', file: source.file, lines: [source.lineOf(entry.at)] }
  }
  return located(snapshot, source, document.start, field(versions[index], 'Document'))
}

/** Whether the details hold a list at all; `--filter` leaves some out. */
export function hasList(snapshot: Snapshot, account: string, kind: EntityKind): boolean {
  const details = detailsOf(snapshot, account)
  return details !== undefined && details !== 'unreadable' && details.lists.has(LISTS[kind])
}

/** ARNs of the users and roles of an account, as its details give them. */
export function principalArnsOf(snapshot: Snapshot, account: string): readonly string[] {
  const details = detailsOf(snapshot, account)
  if (details === undefined || details === 'unreadable') return []
  return [...details.entities.keys()].flatMap((key) => {
    const [kind = '', name = ''] = key.split('/', 2)
    if (kind !== 'user' && kind !== 'role') return []
    const found = entityOf(snapshot, account, kind, name)
    return found === undefined || found === 'unreadable' ? [] : [found.arn]
  })
}

/** The entry of a managed policy as it is in the file; undefined: the details do not have it, or have two that differ. */
export const listedPolicy = (snapshot: Snapshot, account: string, arn: string): unknown =>
  valueOf(readDetails(snapshot, account)?.policies.get(arn))

/** The entry of a group as it is in the file. */
export const listedGroup = (snapshot: Snapshot, account: string, name: string): unknown =>
  valueOf(readDetails(snapshot, account)?.entities.get(`group/${name.toLowerCase()}`))

const valueOf = (entry: Entry | undefined): unknown => (entry?.isOpen === true ? undefined : entry?.value)

function readDetails(snapshot: Snapshot, account: string): Details | undefined {
  const details = detailsOf(snapshot, account)
  return details === 'unreadable' ? undefined : details
}

/** How often users and roles of the details use a managed policy, attached or as their boundary, and the groups that have it. */
export function policyUses(
  snapshot: Snapshot,
  account: string,
  arn: string,
): { readonly principals: number; readonly groups: readonly string[] } {
  const all = (kind: EntityKind): readonly Entity[] =>
    listEntities(snapshot, account, kind).flatMap(({ entity }) => entity ?? [])
  const has = ({ attached }: Entity): boolean => attached.some((policy) => policy.arn === arn)
  const uses = [...all('user'), ...all('role')].map((one) => Number(has(one)) + Number(one.boundaryArn === arn))
  return {
    principals: uses.reduce((sum, use) => sum + use, 0),
    groups: all('group')
      .filter(has)
      .map(({ name }) => name),
  }
}
