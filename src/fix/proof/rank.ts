import { UNKNOWN_POLICY_ARN } from '#engine/managed-policies.ts'
import { valueAt } from '#iam/json-pointer.ts'
import { CHANGE_SUBJECTS, mayGrant } from '../change-kinds.ts'
import type { Change, ChangeInHand } from '../change.ts'
import { correctsGuardrail, type DenyOpening, isMend, isPutBack, sparesFromGuardrail } from '../edit.ts'
import { WITHOUT } from '../edits/edit-request.ts'
import { lostCallConditions } from '../edits/data-guards.ts'
import { isTagEdit } from '../edits/edit-tags.ts'
import type { Consequences } from '../gate/consequence.ts'
import { keyOfLocation } from '../policy-location.ts'
import type { FixScope } from '../scope.ts'
import type { Neighbour, Replay } from './fix.ts'
import type { ProvedPlan } from './proof.ts'
import type { ReplayedPlan } from './replay.ts'

/** A replayed plan that is to be ranked. Each of its functions is work that is done once, when it is first called. */
export interface Candidate {
  readonly id: string
  readonly title: string
  readonly replayed: ReplayedPlan
  /** Without their texts. */
  readonly changes: readonly ChangeInHand[]
  readonly consequences: Consequences
  /** Why it is offered only to who asks for it; left out: it is offered. */
  readonly onDemand?: string
  /** It opens a statement or a Deny that is about other things, too. */
  readonly mayGrantMore: boolean
  readonly proved: () => ProvedPlan
  /** The statements that allow what it cures. */
  readonly replay: () => Replay
  /** Requests beside the denied one, evaluated before and after. */
  readonly neighbours: () => readonly Neighbour[]
}

/** A candidate with its place among those of its search: 1 comes first. */
export interface RankedPlan extends Candidate {
  readonly rank: number
  /** Before whose place it was put, since that is too long to be read at once: what is exact where this grants more. */
  readonly insteadOf?: Candidate
}

/**
 * The smallest first: what cures most of the chain, then what grants least, then the shorter edit, then the policy that is
 * nearest to the caller (R-FIX-02, R-FIX-04). Every candidate is proved. Before all of them stand `first`, and
 * what it was put before: those that the screen shows.
 */
export function ranked(candidates: readonly Candidate[], first = firstOf(candidates)): readonly RankedPlan[] {
  // The exception that is shown behind what corrects a guardrail keeps its place: last (ADR 0069).
  const behind = first?.insteadOf === undefined || spares(first.insteadOf) ? undefined : first.insteadOf
  const shown = [first, behind].filter((candidate) => candidate !== undefined)
  const others = inOrder(candidates).filter(({ id }) => !shown.some((candidate) => candidate.id === id))
  const isOffered = ({ onDemand }: Candidate): boolean => onDemand === undefined
  return [...shown, ...others.filter(isOffered), ...others.filter((candidate) => !isOffered(candidate))].map(
    (candidate, i) => ({ ...candidate, rank: i + 1 }),
  )
}

function inOrder(candidates: readonly Candidate[]): readonly Candidate[] {
  const ranksOf = comesFirst(candidates)
  return candidates
    .map((candidate) => ({ candidate, order: [...ranksOf(candidate), grantsOf(candidate), ...lastOf(candidate)] }))
    .toSorted((a, b) => compare(a.order, b.order))
    .map(({ candidate }) => candidate)
}

/** The one that comes first, proving no more than has to be proved to know it; undefined: there is none. */
export function firstOf(candidates: readonly Candidate[]): RankedPlan | undefined {
  const exact = smallest(candidates)
  if (exact === undefined) return undefined
  const meant = candidates.find(
    (candidate) => isMeant(candidate, exact) || isExtendedSet(candidate, exact) || isOfOwnThings(candidate, exact),
  )
  if (meant !== undefined) return { ...meant, rank: 1, insteadOf: exact }
  const isMended = candidates.some(({ replayed: { plan } }) => plan.edits.some(isMend))
  // Beside a value that is a slip no other is listed: the slip would stay.
  const extended = isMended ? undefined : candidates.find((candidate) => isOneMoreValue(candidate, exact))
  if (extended !== undefined) return { ...extended, rank: 1 }
  const narrow = corrects(exact) && grantsOf(exact) > 0 ? narrowest(candidates) : undefined
  if (narrow !== undefined) return { ...exact, rank: 1, insteadOf: narrow }
  // A principal is spared by what is proved to open nothing else, however long that is (ADR 0065).
  if (linesOf(exact) <= READABLE || exact.proved().status === 'proved') return { ...exact, rank: 1 }
  const readable = candidates.find((candidate) => isReadableException(candidate, exact))
  return readable === undefined ? { ...exact, rank: 1 } : { ...readable, rank: 1, insteadOf: exact }
}

const spares = ({ replayed: { plan } }: Candidate): boolean => plan.edits.some(sparesFromGuardrail)

const corrects = ({ replayed: { plan } }: Candidate): boolean => plan.edits.some(correctsGuardrail)

/** The exception for one principal that is proved to open nothing else; undefined: there is none. */
const narrowest = (candidates: readonly Candidate[]): Candidate | undefined =>
  candidates.find((candidate) => spares(candidate) && candidate.proved().status === 'proved')

/**
 * A slip mended where it stands, where the smallest puts a statement beside it: what its author meant to say, and no other principal
 * gains by it (ADR 0061).
 */
const isMeant = (candidate: Candidate, exact: Candidate): boolean =>
  candidate.replayed.plan.edits.some(isMend) &&
  // Whom a role trusts is opened by what is asked, and no further, before anything else.
  !candidate.replayed.plan.edits.some((edit) => edit.is === 'document' && edit.location.kind === 'trust') &&
  !weakensGuardrail(candidate) &&
  exact.replayed.plan.edits.some((edit) => edit.is === 'document' && edit.adds !== undefined) &&
  !exact.replayed.plan.edits.some((edit) => isMend(edit) || isPutBack(edit)) &&
  candidate.replayed.cures.length >= exact.replayed.cures.length &&
  (candidate.replayed.others?.flipped.length ?? 0) === 0

/** One statement that lists all that is needed together, for one resource more, before a new one beside it (R-ADV-14). */
const isExtendedSet = (candidate: Candidate, exact: Candidate): boolean =>
  candidate.mayGrantMore &&
  candidate.replayed.plan.edits.length === 1 &&
  candidate.replayed.plan.goals.length > 1 &&
  candidate.replayed.cures.length >= exact.replayed.cures.length &&
  !weakensGuardrail(candidate) &&
  candidate.onDemand === undefined &&
  exact.replayed.plan.edits.some((edit) => edit.is === 'document' && edit.adds !== undefined) &&
  candidate.proved().status === 'proved'

/**
 * The statement that allows all but a value, with that value listed, before a copy of it in the same policy (R-EVID-20): it is proved to grant no
 * more, and it asks for all that the copy would ask for.
 */
function isOneMoreValue(candidate: Candidate, exact: Candidate): boolean {
  const { plan, cures } = candidate.replayed
  const [edit, ...more] = plan.edits
  const [change] = candidate.changes
  if (edit?.is !== 'document' || edit.grantingPointer === undefined || edit.mayGrantMore !== true || more.length > 0)
    return false
  const place = keyOfLocation(edit.location)
  const added = exact.replayed.plan.edits.map((each) =>
    each.is === 'document' && keyOfLocation(each.location) === place ? each.adds : undefined,
  )
  const kept = conditionKeys(valueAt(change?.after, `${edit.grantingPointer(change?.after)}/Condition`))
  return (
    plan.scope === exact.replayed.plan.scope &&
    cures.length >= exact.replayed.cures.length &&
    added.every((statement) => conditionKeys(statement?.['Condition']).every((key) => kept.includes(key))) &&
    !added.includes(undefined) &&
    !weakensGuardrail(candidate) &&
    candidate.onDemand === undefined &&
    candidate.consequences.consequences.length <= exact.consequences.consequences.length &&
    grantsOf(candidate) === 0
  )
}

/** Keys that the conditions of a statement compare, in small letters. */
const conditionKeys = (conditions: unknown): readonly string[] =>
  Object.values(Object(conditions) as object).flatMap((keys) =>
    Object.keys(Object(keys) as object).map((key) => key.toLowerCase()),
  )

/**
 * One more action for what belongs to whoever calls, before a statement for this caller alone: everybody has the statement for his own.
 * Not where the caller gains more permissions by it (R-ADV-10).
 */
const isOfOwnThings = (candidate: Candidate, exact: Candidate): boolean =>
  candidate.replayed.plan.edits.length === 1 &&
  candidate.replayed.plan.edits.some((edit) => edit.is === 'document' && edit.isOfOwnThings === true) &&
  candidate.replayed.cures.length >= exact.replayed.cures.length &&
  candidate.onDemand === undefined &&
  candidate.consequences.consequences.length === 0 &&
  exact.replayed.plan.edits.some((edit) => edit.is === 'document' && edit.adds !== undefined)

/** Whether a plan opens what is there to limit access: an SCP, RCP or boundary, or a Deny anywhere (ADR 0065). */
const weakensGuardrail = ({ consequences: { consequences } }: Candidate): boolean =>
  consequences.some(({ kind }) => kind === 'guardrail')

/** More lines of change than anybody reads at once. */
const READABLE = 18

const linesOf = ({ changes }: Pick<Candidate, 'changes'>): number =>
  changes.reduce((sum, { patch }) => sum + JSON.stringify(patch, null, 2).split('\n').length, 0)

/** An exception to a Deny as a person writes it, beside the other conditions. */
const isReadableException = (candidate: Candidate, exact: Candidate): boolean =>
  candidate.replayed.plan.edits.every(
    (edit) => edit.is === 'document' && edit.addsDenyException === true && edit.opensDeny === 'exception',
  ) &&
  candidate.replayed.cures.length >= exact.replayed.cures.length &&
  linesOf(candidate) <= READABLE

function smallest(candidates: readonly Candidate[]): Candidate | undefined {
  const ranksOf = comesFirst(candidates)
  const sorted = candidates.toSorted((a, b) => compare([...ranksOf(a), ...lastOf(a)], [...ranksOf(b), ...lastOf(b)]))
  const [first] = sorted
  if (first === undefined) return undefined
  const group = sorted.filter((candidate) => compare(ranksOf(candidate), ranksOf(first)) === 0)
  return group.find((candidate) => grantsOf(candidate) === 0) ?? inOrder(candidates)[0]
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [i, value] of a.entries()) {
    const difference = value - (b[i] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

const SCOPES: Readonly<Record<FixScope, number>> = { exact: 0, prefix: 1, resource: 2 }

/**
 * Whether a fix is a last resort, which nobody takes who can do otherwise: going round a VPC endpoint, a call without what
 * it is to pass, an Allow for one instance, task or volume, of which the next has another id, and a tag of which the policy
 * says no more than what is in it.
 */
const isLastResort = (candidate: Candidate): boolean =>
  isForOneThing(candidate) ||
  candidate.replayed.plan.edits.some(
    (edit) =>
      (edit.is === 'request' && edit.slug.startsWith(WITHOUT)) ||
      (edit.is === 'attribute' && edit.isOneOfMany === true),
  )

const isForOneThing = ({ replayed: { plan } }: Candidate): boolean =>
  plan.edits.some(
    (edit) => edit.is === 'document' && edit.adds !== undefined && [edit.adds['Resource']].flat().some(isPassing),
  )

/** A thing that is made and ends by itself: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html */
const isPassing = (arn: unknown): boolean =>
  typeof arn === 'string' &&
  /:(?:instance\/i-|volume\/vol-|network-interface\/eni-|snapshot\/snap-|fleet\/fleet-)[0-9A-Za-z]+$|:ecs:[^:]*:[^:]*:task\/.*[0-9a-f]{32}$/.test(
    arn,
  )

/** Where a tag is all that is missing, another policy would get around the rule that hangs on it. */
const isAroundTags = (candidate: Candidate): boolean => !isTagging(candidate) && !candidate.changes.every(isNoPolicy)

const isTagging = ({ replayed: { plan } }: Candidate): boolean =>
  plan.edits.some((edit) => edit.is === 'attribute' && isTagEdit(edit) && edit.isOneOfMany !== true)

/** Ranks of a candidate that come before all that it grants. */
function comesFirst(all: readonly Candidate[]): (candidate: Candidate) => readonly number[] {
  const hasTagging = all.some(isTagging)
  const hasAnyTagging = all.some(({ replayed: { plan } }) =>
    plan.edits.some((edit) => edit.is === 'attribute' && isTagEdit(edit)),
  )
  return (candidate) => [
    // As it was yesterday: what everybody lived with until somebody changed it.
    Number(!candidate.replayed.plan.edits.some(isPutBack)),
    Number(isLastResort(candidate) || (hasTagging && isAroundTags(candidate))),
    // Not even the tag that a rule asks for is worse than a statement that the next instance does not find.
    Number(hasAnyTagging && isForOneThing(candidate)),
    -candidate.replayed.cures.length,
    // Who may call without what a policy asks of the call is let around it: only where the call cannot have it (R-ADV-04).
    Number(lostCallConditions(candidate.replayed.plan.edits).length > 0),
    ...afterCures(candidate),
  ]
}

const afterCures = ({ changes, replayed: { plan, others } }: Candidate): readonly number[] => [
  changes.every(isNoPolicy) ? 0 : plan.edits.some(({ is }) => is === 'request') ? 1 : 2,
  // A guardrail is corrected for everybody where it says too little, before somebody is spared from it (ADR 0069).
  Number(plan.edits.some(sparesFromGuardrail)),
  others?.flipped.length ?? 0,
]

/** Of what is proved alike, the one that opens less comes first. */
const OPENINGS: readonly DenyOpening[] = ['left-out', 'value', 'exception', 'action']

const openingOf = ({ replayed: { plan } }: Candidate): number =>
  Math.max(
    0,
    ...plan.edits.map((edit) =>
      edit.is === 'document' && edit.opensDeny !== undefined ? OPENINGS.indexOf(edit.opensDeny) : 0,
    ),
  )

const lastOf = (candidate: Candidate): readonly number[] => [openingOf(candidate), ...afterOpening(candidate)]

const afterOpening = ({ changes, replayed: { plan }, mayGrantMore }: Candidate): readonly number[] => [
  // Of what grants as little, what mends a statement where it stands: two that mean the same would be one too many.
  Number(!plan.edits.some(isMend)),
  // A value that a policy names before one that a person has to choose.
  Number(plan.edits.some((edit) => edit.is === 'request' && edit.isOpen === true)),
  SCOPES[plan.scope],
  Number(mayGrantMore),
  inPolicies(changes),
  changes.length,
  Math.max(0, ...changes.map(distanceOf)),
  changes.reduce((sum, change) => sum + distanceOf(change), 0),
  sizeOf(changes),
]

/** How much it may grant besides; of what is not proved, what widens nothing comes first. */
function grantsOf({ proved, mayGrantMore }: Candidate): number {
  const { status, isOnlyUnread } = proved()
  if (status === 'refuted') return 3
  return status === 'proved' || isOnlyUnread === true ? 0 : mayGrantMore ? 2 : 1
}

const isNoPolicy = ({ kind }: Change): boolean => !mayGrant(kind)

/** How far its owner is from the caller. A managed policy that a file gives without its ARN is changed where its text was taken from. */
function distanceOf({ layer, kind, policyArn }: Change): number {
  switch (layer) {
    case 'session-policy':
      return 0
    case 'identity-policy':
      return policyArn === undefined || policyArn === UNKNOWN_POLICY_ARN ? 1 : 2
    case 'resource-policy':
      return 3
    case 'service-guard':
      return CHANGE_SUBJECTS[kind] === 'grant' ? 4 : 6
    case 'permissions-boundary':
      return 4
    case 'vpc-endpoint-policy':
      return 5
    case 'service-control-policy':
    case 'resource-control-policy':
      return 7
  }
}

/** Another request where one would do grants less than another statement; a grant is as much as a statement. */
const inPolicies = (changes: readonly Change[]): number =>
  changes.reduce((sum, change) => sum + (isNoPolicy(change) ? 0 : Math.max(1, change.patch.length)), 0)

/** Of other calls none is smaller: they keep the order in which they were tried. */
const sizeOf = (changes: readonly Change[]): number =>
  changes.reduce((sum, change) => sum + (isNoPolicy(change) ? 0 : JSON.stringify(change.patch).length), 0)
