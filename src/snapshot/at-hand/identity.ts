import { isTakenOut } from '#iam/taken-out.ts'
import type { Assumption } from '#engine/decision.ts'
import { furtherPolicies } from '#engine/further-policies.ts'
import { UNKNOWN_POLICY_ARN } from '#engine/managed-policies.ts'
import type { PoliciesInForce, Policy } from '#engine/scenario.ts'
import { type Caller, readCaller } from '#iam/caller.ts'
import type { Request } from '#iam/request.ts'
import { hasOwnPolicies, mayTagSession, ofGroup } from '../principal.ts'
import type { AtHand, AttachedPolicy, Owner, Piece } from './piece.ts'

type Identity = Extract<Piece, { readonly is: 'identity-policy' }>
type Entity = Extract<Piece, { readonly is: 'principal' }>

/** The layers of the caller with what is at hand of them, and the files that say so. */
export interface CallerAtHand {
  readonly policies: Pick<PoliciesInForce, 'identityPolicies' | 'permissionsBoundary'>
  /** Tags that the request carries, where the files settle them. */
  readonly tags?: Readonly<Record<string, string>>
  readonly used: readonly Piece[]
  readonly assumptions: readonly Assumption[]
}

/**
 * The caller's own policies out of what is at hand. Policies that nobody gave stay among them as one that may allow or
 * deny, unless the lists of what is attached are at hand, too.
 */
export function callerAtHand(
  all: readonly Piece[],
  request: Request,
  known: PoliciesInForce,
  namedLayer: AtHand['namedLayer'],
): CallerAtHand {
  const caller = readCaller(request)
  if (!hasOwnPolicies(caller) && caller.kind !== 'unknown') return { policies: {}, used: [], assumptions: [] }
  const given = all.filter((piece) => !isListOfAnother(piece, caller))
  const entity = given.find((piece): piece is Entity => piece.is === 'principal' && isCaller(piece.owner, caller))
  const owner = maskedOwner(caller, given)
  const { pieces, assumptions } = withBoundary(given, entity, namedLayer)
  const isMember = membershipIn(pieces)
  const own = pieces
    .filter((piece): piece is Identity => piece.is === 'identity-policy')
    .filter((piece) => belongs(piece, caller, isMember) || isSameOwner(piece.owner, owner))
  const identity = identityOf(pieces, own, caller, known.identityPolicies)
  const boundary = boundaryOf(own, entity, known.permissionsBoundary)
  return {
    policies: {
      ...(identity === undefined ? {} : { identityPolicies: identity.policies }),
      ...(boundary === undefined ? {} : { permissionsBoundary: boundary }),
    },
    ...tagsOf(entity),
    used: [
      ...(identity?.used ?? []),
      ...own.filter((piece) => piece.boundary === true),
      ...(own.some(({ managed }) => managed === true) ? given.filter(({ is }) => is === 'managed-name') : []),
      ...(entity === undefined ? [] : [entity]),
    ],
    assumptions: [
      ...assumptions,
      ...(owner === undefined ? [] : [callerAssumed(owner)]),
      ...membersAssumed(own, caller, isMember),
    ],
  }
}

/** Whether the command above a list says that it is of somebody else than the caller. */
const isListOfAnother = (piece: Piece, caller: Caller): boolean =>
  (piece.is === 'attached' || piece.is === 'inline-names' || piece.is === 'groups') &&
  piece.owner !== undefined &&
  caller.kind !== 'unknown' &&
  !isCaller(piece.owner, caller)

/** The tags of a user, or of a role whose trust policy lets nobody pass session tags, which would overlay them (R-PRIN-06, R-STS-07). */
function tagsOf(entity: Entity | undefined): Pick<CallerAtHand, 'tags'> {
  if (entity?.tags === undefined) return {}
  const isSettled =
    entity.owner.kind === 'user' || (entity.trust !== undefined && !mayTagSession(entity.trust.document))
  return isSettled ? { tags: entity.tags } : {}
}

const isSameOwner = (a: Owner | undefined, b: Owner | undefined): boolean =>
  a !== undefined && a.kind === b?.kind && a.name === b.name

/** The owner of the given policies, where nothing is left of the caller, or of the name of its user or role. */
function maskedOwner(caller: Caller, given: readonly Piece[]): Owner | undefined {
  if (caller.kind === 'unknown') return onlyOwner(given)
  const arn = caller.kind === 'role-session' ? caller.roleArn : caller.kind === 'user' ? caller.arn : undefined
  if (arn === undefined || !isTakenOut(arn.slice(arn.lastIndexOf('/') + 1))) return undefined
  const owner = onlyOwner(given)
  return owner?.kind === (caller.kind === 'user' ? 'user' : 'role') ? owner : undefined
}

/** The one user or role whose policies were given, where the evidence masks the caller; undefined: there are several. */
function onlyOwner(pieces: readonly Piece[]): Owner | undefined {
  const owners = pieces.flatMap((piece) =>
    piece.is === 'identity-policy' && piece.owner !== undefined && piece.owner.kind !== 'group' ? [piece.owner] : [],
  )
  const [first] = owners
  return owners.every(({ kind, name }) => kind === first?.kind && name === first.name) ? first : undefined
}

const callerAssumed = ({ kind, name }: Owner): Assumption => ({
  fact: 'owner of the given policies',
  value: `${kind} ${name}`,
  from: 'the evidence masks the caller, and these are the policies that were given',
  ifWrong: 'somebody else called: --principal ARN says who',
})

/**
 * The text of a managed policy is that of the permissions boundary where the role says so by its name, or AWS named the boundary
 * and it is the only one that is not listed as attached (R-EVID-13).
 */
function withBoundary(
  pieces: readonly Piece[],
  entity: Entity | undefined,
  namedLayer: AtHand['namedLayer'],
): Pick<CallerAtHand, 'assumptions'> & { readonly pieces: readonly Piece[] } {
  const attached = new Set(
    pieces.flatMap((piece) => (piece.is === 'attached' ? piece.policies.map(({ name }) => name) : [])),
  )
  const texts = pieces.filter(
    (piece): piece is Identity =>
      piece.is === 'identity-policy' && piece.managed === true && !attached.has(piece.policy.name),
  )
  const arn = entity?.boundaryArn ?? ''
  const [first, ...more] = texts
  const isTextOfBoundary = ({ policy }: Identity): boolean =>
    policy.name === arn.slice(arn.lastIndexOf('/') + 1) ||
    (more.length === 0 && pieces.some((piece) => piece.is === 'managed-name' && piece.policy.arn === arn))
  const named = arn === '' ? undefined : texts.find(isTextOfBoundary)
  const found = named ?? (namedLayer === 'permissions-boundary' && more.length === 0 ? first : undefined)
  if (found === undefined || pieces.some((piece) => piece.is === 'identity-policy' && piece.boundary === true))
    return { pieces, assumptions: [] }
  const policy = { ...found.policy, arn: arn === '' ? UNKNOWN_POLICY_ARN : arn }
  return {
    pieces: pieces.map((piece) => (piece === found ? { ...found, policy, boundary: true } : piece)),
    assumptions:
      named === undefined
        ? [
            {
              fact: `permissions boundary in ${found.file}`,
              value: 'the boundary of the caller',
              from: 'AWS named the permissions boundary, and it is the only text of a managed policy',
              ifWrong: 'it is attached instead: aws iam get-role beside it names the boundary',
            },
          ]
        : [],
  }
}

/** A name is a role's or a user's in its account whatever its path (R-PRIN-03). */
export function isCaller(owner: Owner, caller: Caller): boolean {
  const arn = caller.kind === 'role-session' ? caller.roleArn : caller.kind === 'user' ? caller.arn : undefined
  const kind = caller.kind === 'role-session' ? 'role' : 'user'
  if (arn === undefined || owner.kind !== kind) return false
  const isNamed = arn.slice(arn.lastIndexOf('/') + 1).toLowerCase() === owner.name.toLowerCase()
  return isNamed && (owner.arn === undefined || owner.arn.split(':')[4] === caller.account)
}

/** Whether the caller is in a group, by the lists that are given; undefined: they do not say. */
type IsMember = (group: string) => boolean | undefined

function membershipIn(pieces: readonly Piece[]): IsMember {
  const lists = pieces.filter((piece) => piece.is === 'groups')
  const names = new Set(lists.flatMap((piece) => piece.names))
  const isWhole = lists.some(({ whole }) => whole)
  return (group) => (names.has(group) ? true : isWhole ? false : undefined)
}

/** A policy without an owner is the caller's, as an option says it of any; one of a group is a user's who may be in it. */
function belongs({ owner, named }: Piece & Identity, caller: Caller, isMember: IsMember): boolean {
  if (owner === undefined || (named === true && owner.kind !== 'group')) return true
  return owner.kind === 'group' ? caller.kind === 'user' && isMember(owner.name) !== false : isCaller(owner, caller)
}

/** The groups whose policies were given and which no list says that the user is in. */
function membersAssumed(own: readonly Identity[], caller: Caller, isMember: IsMember): readonly Assumption[] {
  const groups = new Set(own.flatMap(({ owner }) => (owner?.kind === 'group' ? [owner.name] : [])))
  const user = caller.kind === 'user' ? caller.arn.slice(caller.arn.lastIndexOf('/') + 1) : ''
  return [...groups]
    .filter((group) => isMember(group) === undefined)
    .map((group) => ({
      fact: `group ${group}`,
      value: `user ${user} is in it`,
      from: 'its policy was given with the denial',
      ifWrong: 'its policies do not bear on this call: aws iam list-groups-for-user tells',
    }))
}

interface Found {
  readonly policies: readonly Policy[]
  readonly used: readonly Piece[]
}

function identityOf(
  pieces: readonly Piece[],
  own: readonly Identity[],
  caller: Caller,
  known: readonly Policy[] | null | undefined,
): Found | undefined {
  const given = own.filter((piece) => piece.boundary !== true)
  const attached = pieces.filter((piece) => piece.is === 'attached')
  const inline = pieces.filter((piece) => piece.is === 'inline-names')
  const groups = pieces.filter((piece) => piece.is === 'groups')
  if (given.length === 0 && attached.length === 0 && inline.length === 0) return undefined
  const used = [...given, ...attached, ...inline, ...groups]
  const listed = attached.flatMap((piece) => piece.policies)
  const documents = given.map((piece) => ofOwner(withArnOf(piece, listed, namesIn(pieces), given), piece.owner))
  const byArn = new Set(documents.flatMap(({ arn }) => arn ?? []))
  const rest = listed.filter(({ arn }) => !byArn.has(arn)).map(({ name, arn }): Policy => ({ name, arn }))
  const all = [...documents, ...rest]
  // What a snapshot lists whole stays; what is at hand is newer where the name is the same.
  if (known !== undefined && known !== null) {
    const names = new Set(all.map(({ name }) => name))
    return { policies: [...known.filter(({ name }) => !names.has(name)), ...all], used }
  }
  const inlineNames = inline.flatMap((piece) => piece.names)
  const unread = inlineNames.filter((name) => !documents.some((document) => document.name === name))
  const isWhole =
    attached.some(({ whole }) => whole) &&
    inline.some(({ whole }) => whole) &&
    (caller.kind !== 'user' || groups.some(({ whole, names: of }) => whole && of.length === 0))
  return {
    policies: [
      ...all,
      ...unread.map((name): Policy => ({ name })),
      ...(isWhole ? [] : [furtherPolicies('identity policies')]),
    ],
    used,
  }
}

const ofOwner = (policy: Policy, owner: Owner | undefined): Policy =>
  owner?.kind === 'group' ? ofGroup(policy, owner.name) : policy

/**
 * The output of get-policy-version names no policy: it is the one listed that its file is called after, the only one that
 * get-policy names, or the only one without a text. Where none is, it stays a managed policy, whose ARN is not known (R-ADV-13).
 */
function withArnOf(
  { policy, managed }: Identity,
  listed: readonly AttachedPolicy[],
  names: readonly AttachedPolicy[],
  all: readonly Identity[],
): Policy {
  if (policy.arn !== undefined || managed !== true) return policy
  const [text, ...others] = all.filter((piece) => piece.managed === true)
  const isOnlyText = text !== undefined && others.length === 0
  const own = listed.filter(({ arn }) => !arn.includes(':iam::aws:policy/'))
  const named = [...names, ...listed].find(({ name }) => name === policy.name)
  const found = named ?? (isOnlyText ? (only(names) ?? only(own)) : undefined)
  return { ...policy, ...(found ?? { arn: UNKNOWN_POLICY_ARN }) }
}

const only = <T>(all: readonly T[]): T | undefined => (all.length === 1 ? all[0] : undefined)

/** Names of managed policies whose texts may be in other files (`aws iam get-policy`). */
const namesIn = (pieces: readonly Piece[]): readonly AttachedPolicy[] =>
  pieces.flatMap((piece) => (piece.is === 'managed-name' ? [piece.policy] : []))

/** The boundary that an option gives; else what the role or user says of it, whose text may be among the files. */
function boundaryOf(
  own: readonly Identity[],
  entity: Entity | undefined,
  known: Policy | null | undefined,
): Policy | null | undefined {
  const given = own.find((piece) => piece.boundary === true)?.policy
  if (given !== undefined) return given
  if (entity === undefined || known !== undefined) return undefined
  const { boundaryArn, owner } = entity
  if (boundaryArn === null) return null
  if (boundaryArn === '') return { name: `permissions boundary of ${owner.name}`, file: entity.file }
  return { name: boundaryArn.slice(boundaryArn.lastIndexOf('/') + 1), arn: boundaryArn }
}
