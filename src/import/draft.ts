import type { EntityKind } from '#snapshot/entities.ts'
import { OPEN_TEXT } from '#iam/open-value.ts'
import { DEFAULT_ENDPOINT_POLICY } from './default-policies.ts'
import { joinedPolicies } from './joined-policies.ts'
import { notKnown, onlyPerhaps } from './policy-document.ts'
import { sealed, sealedAs, sealOf, unsealed } from './seal.ts'

/** A user, role or group on its way into `authorization-details.json`. */
export interface EntityDraft {
  readonly kind: EntityKind
  readonly account: string
  readonly name: string
  readonly arn: string
  readonly path: string
  id?: string
  tags?: ReadonlyMap<string, string>
  /** A role's trust policy. Left out: not known. */
  trust?: unknown
  boundaryArn?: string
  /** By name. */
  readonly inline: Map<string, unknown>
  /** ARNs. */
  readonly attached: Set<string>
  readonly groups: Set<string>
  readonly instanceProfiles: Set<string>
}

export interface ManagedPolicyDraft {
  readonly arn: string
  readonly document: unknown
}

/** `policy` left out: not known; `null`: none. */
export interface ResourceDraft {
  readonly arn: string
  readonly account: string
  readonly service: string
  readonly kind: string
  policy?: unknown
  readonly attributes: Map<string, unknown>
  /** Somebody gave it this policy for sure, and a resource has one: no other can be its policy. */
  isGiven?: boolean
  /** That policy is a resource of its own in the file. */
  isGivenApart?: boolean
  /** What nobody knows, and what its policy hangs on where none is given for sure. */
  openBy?: string
  /** Policies that may be its own, where none is given for sure. */
  possible?: PossiblePolicy[]
}

export interface PossiblePolicy {
  readonly document: unknown
  /** Who gives it. */
  readonly by: string
  /** A digest of how it says what it is of. */
  readonly told: string
  /** Nothing else is named beside this resource, so that what it denies is taken for denied. */
  readonly isLikely: boolean
}

export interface EndpointDraft {
  readonly id: string
  readonly vpc?: string
  readonly type: string
  readonly document: unknown
}

export interface AccountDraft {
  readonly id: string
  name?: string
  blockPublicAccess?: unknown
  /** By kind and lower-case name (R-PRIN-03). */
  readonly entities: Map<string, EntityDraft>
  readonly managed: Map<string, ManagedPolicyDraft>
  readonly resources: Map<string, ResourceDraft>
  readonly endpoints: Map<string, EndpointDraft>
}

export interface NodeDraft {
  readonly id: string
  readonly name?: string
  /** Undefined: what is attached is not known. */
  readonly scps: Set<string> | undefined
  readonly rcps: Set<string> | undefined
  readonly ous: NodeDraft[]
  readonly accounts: NodeDraft[]
}

export interface OrganizationDraft {
  readonly id?: string
  readonly managementAccount?: string
  readonly policies: Map<string, { readonly name: string; readonly arn: string | undefined; readonly type: string }>
  readonly roots: readonly NodeDraft[]
  /** By policy id. */
  readonly documents: Map<string, unknown>
}

/** Something of the file that is not in the snapshot, or only in part. */
export interface Unread {
  /** The address, logical id or path in the file. */
  readonly where: string
  readonly why: string
}

/** A snapshot in the making. What an importer does not put in stays unknown. */
export interface Draft {
  readonly accounts: Map<string, AccountDraft>
  organization?: OrganizationDraft
  readonly unread: Unread[]
}

export const newDraft = (): Draft => ({ accounts: new Map(), unread: [] })

export function accountIn(draft: Draft, id: string): AccountDraft {
  const known = draft.accounts.get(id)
  if (known !== undefined) return known
  const account: AccountDraft = {
    id,
    entities: new Map(),
    managed: new Map(),
    resources: new Map(),
    endpoints: new Map(),
  }
  draft.accounts.set(id, account)
  return account
}

export function unread(draft: Draft, where: string, why: string): void {
  if (!draft.unread.some((known) => known.where === where && known.why === why)) draft.unread.push({ where, why })
}

export interface EntityName {
  readonly kind: EntityKind
  readonly account: string
  readonly partition: string
  readonly path: string
  readonly name: string
}

/** Adds a user, role or group; a name that was there before keeps its entry. */
export function addEntity(draft: Draft, { kind, account, partition, path, name }: EntityName): EntityDraft {
  const { entities } = accountIn(draft, account)
  const key = `${kind}/${name.toLowerCase()}`
  const known = entities.get(key)
  if (known !== undefined) return known
  const entity: EntityDraft = {
    kind,
    account,
    name,
    path,
    arn: `arn:${partition}:iam::${account}:${kind}${path}${name}`,
    inline: new Map(),
    attached: new Set(),
    groups: new Set(),
    instanceProfiles: new Set(),
  }
  entities.set(key, entity)
  return entity
}

export const entityIn = (draft: Draft, account: string, kind: EntityKind, name: string): EntityDraft | undefined =>
  draft.accounts.get(account)?.entities.get(`${kind}/${name.toLowerCase()}`)

/**
 * ARN of a managed policy that stands for one whose name nobody knows; no policy can have it. Of ARNs in `why` the last step
 * stands, as what follows the last slash of an ARN is taken for the policy's name.
 */
export const unknownPolicyArn = (account: string, why: string): string => {
  const words = unsealed(why)
    .split(' ')
    .map((word) => word.slice(word.lastIndexOf('/') + 1))
  return `arn:aws:iam::${account}:policy/(not known: ${words.join(' ').slice(0, 200)}${sealOf(why)})`
}

export const isUnknownPolicyArn = (arn: string): boolean => arn.includes(`:policy/${OPEN_TEXT}`)

/** Marks an entity as one that may have further policies: whatever hangs on them is then unknown. */
export const mayHaveMore = (entity: EntityDraft, why: string): void => {
  entity.attached.add(unknownPolicyArn(entity.account, why))
}

/** Gives a resource the policy that surely is its own. */
export function givePolicy(resource: ResourceDraft, policy: unknown): void {
  resource.policy = policy
  resource.isGiven = true
}

/**
 * Gives a resource a policy that stands apart from it, and so is put after its own. Of two such the one that is put last stays,
 * and nothing says which that is.
 */
export function givePolicyApart(resource: ResourceDraft, policy: unknown): void {
  const isSecond = resource.isGivenApart === true && JSON.stringify(resource.policy) !== JSON.stringify(policy)
  const which = (): string =>
    notKnown(sealed(`which of the policies of ${resource.arn} stays`, [resource.policy, policy]))
  givePolicy(resource, isSecond ? which() : policy)
  resource.isGivenApart = true
}

/** A policy of which nobody knows what it is of may be this resource's, unless another one surely is. */
export const mayHavePolicy = (resource: ResourceDraft, why: string): void => {
  const { openBy } = resource
  resource.openBy = openBy === undefined || openBy === why ? why : sealed(unsealed(openBy), [openBy, why])
}

/** A policy that may be this resource's, and of which it is known what it says. */
export const mayHaveThisPolicy = (resource: ResourceDraft, policy: PossiblePolicy): void => {
  resource.possible = [...(resource.possible ?? []), policy]
}

/** The policy as far as it is known; undefined: not known, `null`: none. */
export function policyOf({ arn, policy, isGiven, openBy, possible = [] }: ResourceDraft): unknown {
  if (isGiven === true) return policy
  if (openBy !== undefined) return notKnown(sealed(unsealed(openBy), [openBy, policy, possible]))
  if (possible.length === 0 || policy === undefined) return policy
  // One that it has by itself counts where the others turn out to be of something else.
  const own = policy === null ? [] : [onlyPerhaps(policy, arn, `no other policy is that of ${arn}`)]
  const others = possible.map(({ document, by, told, isLikely }) =>
    // Of two for one resource, nobody knows which stays.
    onlyPerhaps(document, by, sealedAs(`${by} is the policy of ${arn}`, told), isLikely && possible.length === 1),
  )
  return joinedPolicies([...own, ...others])
}

/**
 * Something that is not here may attach policies to all of an account. A resource to which a policy was surely given keeps it,
 * as it can have one alone.
 */
export function mayAllHaveMore({ entities, resources, endpoints }: AccountDraft, why: string): void {
  for (const entity of entities.values()) mayHaveMore(entity, why)
  for (const resource of resources.values()) mayHavePolicy(resource, why)
  for (const [id, endpoint] of endpoints)
    if (endpoint.document === DEFAULT_ENDPOINT_POLICY) endpoints.set(id, { ...endpoint, document: undefined })
}

/** Adds a resource; the second of two with one ARN is merged into the first. */
export function addResource(
  draft: Draft,
  resource: Omit<ResourceDraft, 'attributes' | 'policy'>,
  attributes: Iterable<readonly [string, unknown]> = [],
): ResourceDraft {
  const { resources } = accountIn(draft, resource.account)
  const known = resources.get(resource.arn) ?? { ...resource, attributes: new Map() }
  for (const [name, value] of attributes) known.attributes.set(name, value)
  resources.set(resource.arn, known)
  return known
}
