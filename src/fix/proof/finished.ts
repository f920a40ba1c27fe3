import type { Unseen } from '#diagnose/diagnosis.ts'
import { draftOutcome } from '#answer/outcome-words.ts'
import { howToGet } from '#engine/how-to-get.ts'
import { type GrantGoal, isSubjectWith } from '../grant-goal.ts'
import { type ChangeInHand, changeJson, withTexts } from '../change.ts'
import { mayGrant } from '../change-kinds.ts'
import type { Consequences } from '../gate/consequence.ts'
import type { DraftedFix, DraftInHand, Fix, FixInHand, OtherFix, Proof, Replay, ShownFix, ShownProof } from './fix.ts'
import { ofOtherServices } from './other-services.ts'
import type { ProvedPlan } from './proof.ts'
import type { Candidate, RankedPlan } from './rank.ts'

/**
 * The fix as the text form shows it: no diff, no snippets, no neighbours, and of what is newly allowed only what is not
 * meant. Finished data: to read it computes nothing.
 */
export function shownFix(plan: RankedPlan, evidence: FixEvidence = ALL_SEEN): ShownFix {
  const proof = shownProof(plan.proved())
  const others = ofOtherServices(proof.newlyDenied)
  return {
    ...headOf(plan),
    changes: plan.changes,
    ...consequencesOf(plan),
    basis: evidence.basis,
    replay: replayOf(plan, evidence),
    proof,
    ...(others === undefined ? {} : { takesOfOtherServices: others }),
    rank: plan.rank,
  }
}

/** The consequences of a plan, with what its proof found: others than the caller gain by it. */
function consequencesOf({ consequences, changes, proved }: RankedPlan): Consequences {
  const { othersGain, witness } = proved()
  const change = changes.findIndex(isShared)
  if (!othersGain || change < 0) return consequences
  const example = witness === null ? '' : `, for example ${witness.principal}`
  const text = `Other principals gain access, too${example}.`
  return { ...consequences, consequences: [...consequences.consequences, { kind: 'other-principals', change, text }] }
}

/** Whether others than the caller may be affected by a change: of a guardrail, a managed policy, a group's, a resource's. */
const isShared = ({ kind, layer, policyArn, policy }: ChangeInHand): boolean =>
  mayGrant(kind) && (layer !== 'identity-policy' || policyArn !== undefined || policy.includes(' (group '))

/** `s3:GetObject on arn:aws:s3:::b/*`, of goals whose resource the evidence does not tell, so that a pattern stands in its place. */
const openGrants = (goals: readonly GrantGoal[]): readonly string[] =>
  goals.flatMap(({ action, resources, placeholders, scope, scenario }) => {
    if (scope !== 'exact') return []
    const { resource, resourcePatterns = {}, context = {} } = scenario.request
    if (Object.entries(context).some(([key, value]) => isSubjectWith(placeholders, key, String(value))))
      return [`${action} with every token whose subject the repaired condition matches`]
    const requested = [resource ?? []].flat()
    const isOpen = (pattern: string): boolean =>
      Object.hasOwn(resourcePatterns, pattern) || (placeholders.length > 0 && !requested.includes(pattern))
    const open = resources.filter((pattern) => /[*?]/.test(pattern) && isOpen(pattern))
    return open.length === 0 ? [] : [`${action} on ${open.join(' and ')}`]
  })

/** The fix as the text form shows it, with the texts of its changes. */
export const writtenFix = (plan: RankedPlan, evidence: FixEvidence = ALL_SEEN): ShownFix => ({
  ...shownFix(plan, evidence),
  changes: plan.changes.map(withTexts),
})

/** The fix whole (docs/json.md, "Fix"), with what it is carried out and cross-checked with. */
export function wholeFix(plan: RankedPlan, evidence: FixEvidence = ALL_SEEN): FixInHand {
  const { cured, cures } = plan.replayed
  return {
    ...headOf(plan),
    changes: plan.changes.map(withTexts),
    ...consequencesOf(plan),
    basis: evidence.basis,
    replay: replayOf(plan, evidence),
    proof: wholeProof(plan.proved(), plan.neighbours),
    rank: plan.rank,
    after: cured.length === cures.length ? cured.map(({ after }) => after) : [],
  }
}

/** The fix as JSON has it. */
export function fixJson(inHand: FixInHand): Fix | DraftedFix {
  if (inHand.basis === 'message') return draftJson(asDraft(inHand))
  const { after: _, ...fix } = inHand
  return { ...fix, changes: fix.changes.map(changeJson) }
}

/** The fix as a draft: a replay on policies that nobody has seen says nothing. */
export function asDraft(inHand: FixInHand): DraftInHand {
  const { after: _, ...fix } = inHand
  return { ...fix, basis: 'message', replay: null, proof: null }
}

/** The draft as JSON has it. */
export const draftJson = (draft: DraftInHand): DraftedFix => ({
  ...draft,
  outcome: draftOutcome(draft),
  changes: draft.changes.map(changeJson),
})

/** The evidence of a fix: policies at hand or AWS's words alone, and what of the rest nobody has seen. */
export interface FixEvidence {
  readonly basis: Fix['basis']
  /** Policies that could refuse the mended request all the same. */
  readonly unseen: readonly Unseen[]
}

const ALL_SEEN: FixEvidence = { basis: 'policies', unseen: [] }

/** The replay took what was not seen to let the request pass: then it says so. */
function replayOf(plan: RankedPlan, evidence: FixEvidence): Replay {
  const replay = plan.replay()
  const unseen = [...evidence.unseen, ...assumedBy(plan)]
  return unseen.length === 0 ? replay : { ...replay, decision: 'allowed-unless', unseen }
}

/** Condition keys that nobody knows, of conditions that a new statement keeps: with another value it does not match. */
function assumedBy({ replayed: { plan } }: RankedPlan): readonly Unseen[] {
  const input = plan.goals[0]?.input
  if (input === undefined) return []
  const keys = plan.edits.flatMap((edit) =>
    edit.is === 'attribute'
      ? []
      : Object.keys(edit.assumes ?? {}).map((key) => ({
          key,
          layer: edit.is === 'request' ? edit.layer : edit.location.layer,
        })),
  )
  return [...new Map(keys.map((each) => [`${each.layer} ${each.key}`, each])).values()].map(({ key, layer }) => ({
    layer,
    what: `the request's ${key}, which a condition depends on`,
    could: 'refuse',
    key,
    howToGet: howToGet('context-key', key, input),
  }))
}

/** The fix by its name alone. */
export const otherFix = ({ id, title, replayed, mayGrantMore, onDemand }: Candidate): OtherFix => ({
  id,
  title,
  scope: replayed.plan.scope,
  mayGrantMore,
  ...(onDemand === undefined ? {} : { onDemand }),
})

function headOf({ id, title, onDemand, replayed: { plan, cures } }: RankedPlan) {
  const open = openGrants(plan.goals)
  return {
    id,
    title,
    scope: plan.scope,
    cures,
    ...(onDemand === undefined ? {} : { onDemand }),
    ...(open.length === 0 ? {} : { openGrants: open }),
  }
}

function shownProof(proved: ProvedPlan): ShownProof {
  const { status, witness, reason } = proved
  const beyond = beyondOf(proved)
  const newlyDenied = proved.newlyDenied()
  const newlyDeniedElse = proved.newlyDeniedElse()
  return {
    status,
    beyondIntent: status !== 'proved',
    ...beyond,
    witness,
    newlyDenied,
    ...(reason === undefined ? {} : { reason }),
    ...(newlyDeniedElse === undefined ? {} : { newlyDeniedElse }),
  }
}

/** The order of fields is that of docs/json.md's examples: scripts compare texts. */
function wholeProof(proved: ProvedPlan, neighbours: RankedPlan['neighbours']): Proof {
  const newlyAllowed = proved.newlyAllowed()
  const { status, beyondIntent, beyond, ...rest } = shownProof(proved)
  const found = beyond === undefined ? {} : { beyond }
  const { newlyDeniedElse, ...body } = rest
  return {
    status,
    newlyAllowed,
    beyondIntent,
    ...(proved.othersGain ? {} : found),
    ...body,
    ...(proved.othersGain ? found : {}),
    ...(newlyDeniedElse === undefined ? {} : { newlyDeniedElse }),
    neighbours: neighbours(),
  }
}

/** Left out where nothing was found; what others gain is told even where it has no words. */
function beyondOf({ beyond, othersGain }: ProvedPlan): Pick<ShownProof, 'beyond'> {
  const sets = beyond()
  return sets.length === 0 && !othersGain ? {} : { beyond: sets }
}
