import type { Organization, Policy, PolicyLevel } from '#engine/scenario.ts'
import { isAccountId } from '#iam/arn.ts'
import { documentAt, policyOf } from './document.ts'
import { field, isObject, type JsonObject, listField, textField } from './fields.ts'
import {
  accountFilesOf,
  coverageOf,
  fileOf,
  objectIn,
  partState,
  perSnapshot,
  type Snapshot,
  soundFileOf,
} from './snapshot.ts'

export const ORGANIZATION_FILE = 'organization.json'
const FILE = ORGANIZATION_FILE

/** `none`: the file says that the accounts of this snapshot are in no organization. `unknown`: the part is missing or cannot be read. */
export type OrganizationTree = 'none' | 'unknown' | KnownOrganization

export interface KnownOrganization {
  readonly id: string | undefined
  readonly managementAccount: string | undefined
  readonly policies: unknown
  readonly accounts: ReadonlyMap<string, AccountPlace>
  /** Whether any root, OU or account has one attached; with none anywhere the policy type is not enabled (R-GRAM-22). */
  readonly anyServiceControlPolicy: boolean
  /** Whether `accounts` has every account of the organization: it was read completely. */
  readonly isComplete: boolean
}

export interface AccountPlace {
  readonly name: string | undefined
  /** `o-x/r-y/ou-z/`, as aws:PrincipalOrgPaths has it. */
  readonly path: string | undefined
  /** Root first, account last. */
  readonly levels: readonly JsonObject[]
}

const tree = perSnapshot((snapshot): OrganizationTree => {
  const source = soundFileOf(snapshot, FILE)
  // A file that is not there was lost, whatever meta.json says: where there is no organization it holds `null`.
  if (source === 'unreadable' || source === undefined) return 'unknown'
  if (source.value === null) return 'none'
  const value = objectIn(snapshot, FILE)
  if (!isObject(value)) return 'unknown'
  return readTree(snapshot, value)
})

export const organizationOf = (snapshot: Snapshot): OrganizationTree => tree(snapshot, '')

/** The accounts that the organization lists. */
export function accountsInOrganization(snapshot: Snapshot): readonly string[] {
  const known = organizationOf(snapshot)
  return typeof known === 'string' ? [] : [...known.accounts.keys()]
}

/** Whether nothing says that accounts of the user are missing from the organization's tree, or from the snapshot without one. */
export function isListedCompletely(snapshot: Snapshot): boolean {
  const state = partState(snapshot, FILE)
  return (state === undefined || state === 'complete') && soundFileOf(snapshot, FILE) !== 'unreadable'
}

function readTree(snapshot: Snapshot, value: JsonObject): KnownOrganization {
  const id = textField(value, 'id')
  const accounts = new Map<string, AccountPlace>()
  let anyServiceControlPolicy = false
  let isComplete = partState(snapshot, FILE) === 'complete'
  const roots = listField(value, 'roots')
  // Where meta.json says that a part of it was not to be had, it says why.
  if (roots === undefined && coverageOf(snapshot, FILE)?.state !== 'partial')
    snapshot.report(FILE, 'it has no `roots`, so the path of no account is known')
  // A worklist, not recursion: OUs nest five deep at AWS, but a file may claim any depth.
  const open: { node: unknown; above: readonly JsonObject[] }[] = (roots ?? []).map((node) => ({ node, above: [] }))
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, above } = next
    if (!isObject(node)) {
      isComplete = false
      snapshot.report(FILE, 'a root or OU is not an object')
      continue
    }
    if (above.length >= MAX_LEVELS) {
      isComplete = false
      snapshot.report(FILE, `OUs nest more than ${MAX_LEVELS} deep`)
      continue
    }
    const levels = [...above, node]
    anyServiceControlPolicy ||= attaches(node)
    for (const inner of listField(node, 'ous') ?? []) open.push({ node: inner, above: levels })
    for (const account of listField(node, 'accounts') ?? []) {
      if (!isObject(account)) snapshot.report(FILE, 'an account is not an object')
      else if (addAccount(snapshot, accounts, account, levels, id)) {
        anyServiceControlPolicy ||= attaches(account)
        continue
      }
      isComplete = false
    }
  }
  const managementAccount = textField(value, 'managementAccount')
  return {
    id,
    managementAccount,
    policies: field(value, 'policies'),
    accounts,
    anyServiceControlPolicy,
    isComplete: isComplete && accounts.size > 0,
  }
}

/** AWS allows five levels of OUs under a root. */
const MAX_LEVELS = 50

/** Unknown counts as attached: only a tree of empty lists shows that SCPs are off. */
const attaches = (node: JsonObject): boolean => listField(node, 'scps')?.length !== 0

function addAccount(
  snapshot: Snapshot,
  accounts: Map<string, AccountPlace>,
  account: JsonObject,
  above: readonly JsonObject[],
  organization: string | undefined,
): boolean {
  const id = textField(account, 'id')
  if (id === undefined || !isAccountId(id)) {
    snapshot.report(FILE, `account id \`${String(field(account, 'id'))}\` is not a text of twelve digits`)
    return false
  }
  if (accounts.has(id)) {
    snapshot.report(FILE, `account \`${id}\` stands at two places; the second is left aside`)
    return false
  }
  const ids = above.map((node) => textField(node, 'id'))
  const known = organization !== undefined && ids.every((step) => step !== undefined)
  const path = known ? `${[organization, ...ids].join('/')}/` : undefined
  accounts.set(id, { name: textField(account, 'name'), path, levels: [...above, account] })
  return true
}

export type ControlPolicies = { readonly levels: readonly PolicyLevel[] | null | undefined; readonly why?: string }

/**
 * The SCPs or RCPs on the path of an account, one level each for the root, every OU and the account (R-SCP-01, R-RCP-01).
 * `null`: surely none. Undefined: not known, and `why`.
 */
export function controlPoliciesOf(snapshot: Snapshot, account: string, kind: 'scps' | 'rcps'): ControlPolicies {
  const known = organizationOf(snapshot)
  if (known === 'unknown') return { levels: undefined, why: `${FILE} is missing or cannot be read` }
  if (known === 'none')
    return accountFilesOf(snapshot).has(account)
      ? { levels: null }
      : { levels: undefined, why: `account \`${account}\` is not in this snapshot` }
  const place = known.accounts.get(account)
  if (place === undefined) return { levels: undefined, why: `account \`${account}\` is not in ${FILE}` }
  if (kind === 'scps' && !known.anyServiceControlPolicy) return { levels: null }
  return { levels: place.levels.map((node) => levelOf(snapshot, known, node, kind)) }
}

/**
 * The RCPs of all accounts that own what a request touches: those of an access point and of the bucket behind it (R-S3-07). An account
 * of which they are not known has no level of its own among them.
 */
export function resourceControlPoliciesOf(snapshot: Snapshot, owners: readonly string[]): ControlPolicies {
  const [first = { levels: undefined }, ...others] = [...new Set(owners)].map((owner) =>
    controlPoliciesOf(snapshot, owner, 'rcps'),
  )
  const all = [first, ...others]
  const why = all.flatMap((one) => one.why ?? [])[0]
  const because = why === undefined ? {} : { why }
  if (all.every(({ levels }) => levels === null)) return { levels: null, ...because }
  const levels = all.flatMap((one) => one.levels ?? [])
  if (first.levels === undefined || levels.length === 0) return { levels: undefined, ...because }
  return { levels: [...new Map(levels.map((level) => [level.target, level])).values()], ...because }
}

function levelOf(snapshot: Snapshot, known: KnownOrganization, node: JsonObject, kind: 'scps' | 'rcps'): PolicyLevel {
  const target = textField(node, 'id') ?? '(no id)'
  const ids = listField(node, kind)
  if (ids === undefined) {
    snapshot.report(FILE, `\`${target}\` has no list \`${kind}\`, so what is attached there is not known`)
    return { target }
  }
  return { target, policies: ids.map((id) => attachedPolicy(snapshot, known, id, target)) }
}

/** Attached by AWS to every level; nobody can change them, so no file is needed (docs/snapshot.md). */
const MANAGED: ReadonlyMap<string, Policy> = new Map([
  ['p-FullAWSAccess', fullAccess('FullAWSAccess', 'service_control_policy/p-FullAWSAccess', {})],
  [
    'p-RCPFullAWSAccess',
    fullAccess('RCPFullAWSAccess', 'resource_control_policy/p-RCPFullAWSAccess', { Principal: '*' }),
  ],
])

function fullAccess(name: string, resource: string, principal: JsonObject): Policy {
  const statement = { Effect: 'Allow', ...principal, Action: '*', Resource: '*' }
  return {
    name,
    arn: `arn:aws:organizations::aws:policy/${resource}`,
    document: { Version: '2012-10-17', Statement: [statement] },
  }
}

/** A policy of the organization by its id, wherever it is attached; undefined: the snapshot does not have it. */
export function controlPolicyOf(snapshot: Snapshot, id: string): Policy | undefined {
  const known = organizationOf(snapshot)
  const isThere = MANAGED.has(id) || snapshot.files.has(`policies/${id}.json`)
  return known === 'none' || known === 'unknown' || !isThere ? undefined : attachedPolicy(snapshot, known, id, '')
}

function attachedPolicy(snapshot: Snapshot, known: KnownOrganization, id: unknown, target: string): Policy {
  if (typeof id !== 'string') {
    snapshot.report(FILE, `\`${target}\` lists a policy id that is not a text`)
    return { name: '(policy id not readable)' }
  }
  const about = isObject(known.policies) && Object.hasOwn(known.policies, id) ? known.policies[id] : undefined
  const managed = MANAGED.get(id)
  const name = textField(about, 'name') ?? managed?.name ?? id
  const arn = textField(about, 'arn') ?? managed?.arn
  const file = `policies/${id}.json`
  const text = snapshot.files.get(file)
  if (text === undefined) {
    if (managed !== undefined) return { ...managed, name }
    snapshot.report(file, `policy \`${name}\` is attached to \`${target}\`, but its document is not in the snapshot`)
    return policyOf(name, arn, undefined)
  }
  return policyOf(name, arn, policyFile(snapshot, file) ?? { document: text, file, lines: [] })
}

/** The policy document that is a file of its own; undefined where the file is no JSON at all. */
const policyFile = perSnapshot((snapshot, file) => {
  const source = fileOf(snapshot, file)
  if (source === undefined || source === 'unreadable') return undefined
  const located = documentAt(source, source.start, source.value)
  if (located.problem !== undefined) snapshot.report(file, located.problem)
  return located
})

/** `organization` of a scenario: the paths of the two accounts as far as they are known (docs/json.md, "Scenario"). */
export function organizationFor(
  snapshot: Snapshot,
  principalAccount: string | undefined,
  resourceAccount: string | undefined,
): Organization | null | undefined {
  const known = organizationOf(snapshot)
  if (known === 'unknown') return undefined
  if (known === 'none') {
    const folders = accountFilesOf(snapshot)
    const principalHere = principalAccount === undefined || folders.has(principalAccount)
    const resourceHere = resourceAccount !== undefined && folders.has(resourceAccount)
    if (principalHere && resourceHere) return null
    return { ...(principalHere ? { principalPath: null } : {}), ...(resourceHere ? { resourcePath: null } : {}) }
  }
  const pathOf = (account: string | undefined): string | undefined =>
    account === undefined ? undefined : known.accounts.get(account)?.path
  const principalPath = pathOf(principalAccount)
  const resourcePath = pathOf(resourceAccount)
  const isOutside = (account: string | undefined): boolean =>
    known.isComplete && account !== undefined && isAccountId(account) && !known.accounts.has(account)
  return {
    ...(known.id === undefined ? {} : { id: known.id }),
    ...(known.managementAccount === undefined ? {} : { managementAccount: known.managementAccount }),
    ...(principalPath === undefined ? {} : { principalPath }),
    ...(resourcePath === undefined ? {} : { resourcePath }),
    ...(isOutside(principalAccount) ? { principalOutside: true } : {}),
    ...(isOutside(resourceAccount) ? { resourceOutside: true } : {}),
  }
}
