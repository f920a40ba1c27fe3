import type { Diagnosis, DiagnoseResult, Question, Unseen } from '#diagnose/diagnosis.ts'
import type { DecisionEffect, Outcome } from '#engine/decision.ts'
import type { Scenario } from '#engine/scenario.ts'
import type { StatementRef } from '#engine/statement-ref.ts'
import type { Change, ChangeInHand } from '../change.ts'
import type { Consequences } from '../gate/consequence.ts'
import type { FixScope } from '../scope.ts'
import type { Request } from '#iam/request.ts'
import type { AccessSet } from '#space/access-set.ts'
import type { CrossCheck } from '../cross-check/cross-check.ts'

/** The requests of a denial replayed, in their context, on what would be in force. */
export interface Replay {
  /** `allowed-unless`: what was not seen could still refuse; `unseen` lists it. */
  readonly decision: 'allowed' | 'allowed-unless'
  readonly unseen?: readonly Unseen[]
  /** The statements that allow each step it cures. */
  readonly by: readonly StatementRef[]
  /** By what the fix adds, and by nothing broader. */
  readonly intended: boolean
  /** Statements that allow it besides, or would if what is not known were so. */
  readonly broader?: readonly StatementRef[]
  /** Other requests of the same principal that the input shows: how many, and those whose decision changes. */
  readonly others?: { readonly judged: number; readonly flipped: readonly Flip[] }
}

export interface Flip {
  readonly request: Request
  readonly before: DecisionEffect
  readonly after: DecisionEffect
}

export type NeighbourRelation =
  | 'sibling-resource'
  | 'sibling-action'
  | 'other-session'
  | 'other-principal'
  | 'other-account'
  | 'other-context'

/** A request beside the denied one, before and after: what must stay as it is. */
export interface Neighbour extends Flip {
  readonly relation: NeighbourRelation
  /** Of another context: the keys that are not as in the request, with what they are; null is absent. */
  readonly differs?: NonNullable<Request['context']>
}

/** A proof as the text form shows it (docs/json.md, "Fix"): everything but the whole of what is newly allowed, and neighbours. */
export interface ShownProof {
  readonly status: 'proved' | 'refuted' | 'not-proved'
  readonly beyondIntent: boolean
  /** Sets of what is newly allowed outside of what the fix is for; left out: none was found. */
  readonly beyond?: readonly AccessSet[]
  /** A request of them; null: none was found. */
  readonly witness: Request | null
  readonly newlyDenied: readonly AccessSet[]
  /** Why more than that may be lost, by the caller or by others; left out: nothing is. */
  readonly newlyDeniedElse?: string
  readonly reason?: string
}

/** The proof of a fix, whole: what it grants and takes away (docs/json.md, "Fix"). */
export interface Proof extends ShownProof {
  readonly newlyAllowed: readonly AccessSet[]
  readonly neighbours: readonly Neighbour[]
}

interface FixHead extends Consequences {
  /** For `fix --choose`; the same fix keeps it when others come before it. */
  readonly id: string
  readonly title: string
  /** 1 comes first, everywhere. */
  readonly rank: number
  readonly scope: FixScope
  /** Indexes into `steps` of the diagnosis. */
  readonly cures: readonly number[]
  /** Why it is offered only to who asks for it by its id (`fix --choose`); left out: it is offered. */
  readonly onDemand?: string
  /** `message`: drafted from AWS's words alone; no policy was seen, so nothing was replayed or proved. */
  readonly basis: 'policies' | 'message'
  readonly replay: Replay
  /** `ACTION on PATTERN` where the evidence does not tell which resource it was, so that more than one is granted; left out: nowhere. */
  readonly openGrants?: readonly string[]
  /** Which calls then succeed, and what else becomes allowed, in sentences; left out: on the screen. */
  readonly outcome?: string
  /** What it grants, on one line; left out where it was not worked out: on the screen, and of a drafted fix. */
  readonly grants?: string
  /** What it takes away, on one line; left out: nothing, or not worked out. */
  readonly takesAway?: string
}

/** A way to make the denied request, and what its call needs next, succeed, as far as the text form shows it. */
export interface ShownFix extends FixHead {
  readonly changes: readonly ChangeInHand[]
  readonly proof: ShownProof
  /** Resources on which nothing is taken away but actions of other services; left out: something else is, or nothing. */
  readonly takesOfOtherServices?: readonly string[]
  /** Answers of AWS's own evaluators; left out: they were not asked. */
  readonly crossChecks?: readonly CrossCheck[]
}

/** A fix, whole: a way to make the denied request, and what its call needs next, succeed (docs/json.md, "Fix"). */
export interface Fix extends FixHead {
  readonly changes: readonly Change[]
  readonly proof: Proof
  /** Answers of AWS's own evaluators; left out: they were not asked. */
  readonly crossChecks?: readonly CrossCheck[]
}

/** A fix drafted from AWS's words alone, as JSON has it: no policy was seen, so it is neither replayed nor proved. */
export interface DraftedFix extends Omit<Fix, 'basis' | 'replay' | 'proof'> {
  readonly basis: 'message'
  readonly replay: null
  readonly proof: null
}

/** A drafted fix with what its changes are carried out with, as far as that is known; `draftJson` leaves that out. */
export interface DraftInHand extends DraftedFix {
  readonly changes: readonly ChangeInHand[]
}

/** A fix with what it is carried out and cross-checked with; `fixJson` leaves that out. */
export interface FixInHand extends Fix {
  readonly changes: readonly ChangeInHand[]
  /** The scenarios that would be in force for each of `cures`, in that order; empty where a step is gone. */
  readonly after: readonly Scenario[]
}

/** The fix of a request whose decision hangs on facts that are not known, were they so. */
export interface ConditionalFix<F = Fix> {
  /** Value per missing key; null is absent. */
  readonly when: Outcome['when']
  readonly decision: DecisionEffect
  /** Replayed with these values; `null`: nothing has to change, or nothing was found. */
  readonly fix: F | null
}

/** Diagnosis as it would be were its question answered so. */
export interface AnsweredQuestion {
  readonly answer: 'yes' | 'no'
  readonly status: Diagnosis['status']
  readonly summary: string
  /** The sure and likely ones. */
  readonly causes: Diagnosis['causes']
  /** Title of the first fix; null: there is none. */
  readonly fix: string | null
}

interface DiagnosisWith<F> extends Diagnosis {
  readonly question?: Question & { readonly answers: readonly AnsweredQuestion[] }
  readonly fixes: readonly F[]
  /** Why fixes that would work, or drafts of them, are withheld (docs/fixes.md). Left out: none is. */
  readonly whyNoFix?: readonly string[]
  /** Why ways to mend it were left untried: there may be fixes that are not told. Left out: all were tried. */
  readonly fixesNotTried?: string
  /** Conditional fixes of an undetermined request: what would mend it in each case. */
  readonly fixesIf?: readonly ConditionalFix<F>[]
  /** Statements that a slip keeps from allowing it, for which the replay of a fix vouches; each once. Left out: none. */
  readonly slips?: readonly ToldSlip[]
  /** Fixes that would let in a caller from outside, the first one first: none is offered (R-ADV-08). Left out: there are none. */
  readonly withheldFixes?: readonly WithheldFix[]
  /** Answers of AWS's own evaluators; left out: they were not asked. */
  readonly crossChecks?: readonly CrossCheck[]
}

/** A fix that is only for those who know the caller. */
export interface WithheldFix {
  /** For `fix --choose`. */
  readonly id: string
  readonly title: string
}

/** A diagnosis with all that can be done about it, whole: what JSON, the page and the library have. */
export type DiagnosisWithFixes = DiagnosisWith<Fix | DraftedFix>

export interface ResultWithFixes extends DiagnoseResult {
  readonly diagnoses: readonly DiagnosisWithFixes[]
}

/** A statement that says almost what was asked: what is wrong with it, and the fix that mends it where it stands. */
export interface ToldSlip {
  /** `statement 2 "Read" of `deploy``. */
  readonly statement: string
  /** Slips of the statement, a text for each element that is wrong: `its Resource … has a slash too many`. */
  readonly slips: readonly string[]
  /** Ids of the findings on these elements (docs/lint.md). */
  readonly lint: readonly string[]
  /** The id of the fix. */
  readonly fix: string
}

/** A fix that is only named: replayed, and not proved. */
export interface OtherFix {
  readonly id: string
  readonly title: string
  readonly scope: FixScope
  /** It opens a statement or a Deny that is about other things, too. */
  readonly mayGrantMore: boolean
  /** Why it is offered only to who asks for it by its id; left out: it is offered. */
  readonly onDemand?: string
}

/** A diagnosis as the text form shows it: the first fix alone is proved. */
export interface ShownDiagnosis extends DiagnosisWith<ShownFix> {
  /** The other fixes of the exact resource, in no order. */
  readonly otherFixes: readonly OtherFix[]
  readonly slips: readonly ToldSlip[]
  /** The smallest fix, where it is too long to be read at once: `fixes` has an exception that a person would write. */
  readonly exactly?: ShownFix
  /** Wider scopes that the resource has. */
  readonly fixScopes: readonly FixScope[]
  /** All that the refusals of the incident were asked on, where it is told once for many. */
  readonly alike?: readonly string[]
  /** Drafted fixes, which AWS's words alone come to, where there is no fix. */
  readonly drafts: readonly DraftInHand[]
  /** What is offered only to who asks for it by its id, where nothing else is: the first one first. */
  readonly choosable: readonly Pick<OtherFix, 'id' | 'title' | 'onDemand'>[]
}

export interface ShownResult extends DiagnoseResult {
  readonly diagnoses: readonly ShownDiagnosis[]
}
