import type { Decision, DecisionEffect, MissingFact } from '#engine/decision.ts'
import type { PolicyLayer } from '#iam/layers.ts'
import type { Request } from '#iam/request.ts'
import type { AccessCase } from './cases.ts'
import { decidingLayers, decidingStatements, isNamed } from './deciding.ts'
import type { StatementRef } from '#engine/statement-ref.ts'

/** How a case came out. */
export interface CaseOutcome {
  readonly case: AccessCase
  /** With what the subject knows of it. */
  readonly request: Request
  /** Of a case that passed without its trace. */
  readonly decision: Decision
  readonly passed: boolean
  readonly difference: Difference | undefined
  readonly by: readonly StatementRef[]
  /** Facts without which nothing is decided. */
  readonly missing: readonly MissingFact[]
  /** Of a further request of the call: why the call needs it. */
  readonly further?: string
}

/** Why a case failed. */
export type Difference =
  | { readonly kind: 'undetermined'; readonly facts: readonly string[] }
  | { readonly kind: 'other-decision'; readonly decision: DecisionEffect }
  | { readonly kind: 'other-layer'; readonly wanted: readonly PolicyLayer[]; readonly layers: readonly PolicyLayer[] }
  | { readonly kind: 'other-statement'; readonly wanted: string; readonly statements: readonly StatementRef[] }

/** A case held against its subject. */
export interface HeldCase {
  readonly request: Request
  readonly decision: Decision
}

/** Outcomes of a case, what it expects against what came: the case itself, then each further request of a chain. */
export function outcomesOf(one: AccessCase, { request, decision }: HeldCase): readonly CaseOutcome[] {
  const further = (decision.steps ?? []).filter(({ relation }) => relation === 'next')
  // The layer and the statement are those of the request that the test names.
  const plain: AccessCase = { ...one, by: [], statement: undefined }
  return [
    outcomeOf(one, request, decision),
    ...further.map((step) => ({ ...outcomeOf(plain, step.request, step.decision), further: step.why })),
  ]
}

function outcomeOf(one: AccessCase, request: Request, decision: Decision): CaseOutcome {
  const missing = decision.missing.filter(({ bearsOn }) => bearsOn === 'decision')
  const by = decidingStatements(decision)
  const difference = differenceOf(one, decision, by, missing)
  const passed = difference === undefined
  return { case: one, request, decision: passed ? withoutTrace(decision) : decision, passed, difference, by, missing }
}

/** A run may have many thousand cases; the trace of one that passed is not shown. */
const withoutTrace = ({ decision, denyType, blockedBy, likelyReported }: Decision): Decision => ({
  schemaVersion: 1,
  decision,
  denyType,
  blockedBy,
  likelyReported,
  normalized: [],
  layers: [],
  missing: [],
  assumptions: [],
  outcomes: [],
  requirement: { all: [] },
})

function differenceOf(
  { expected, by: wanted, statement }: AccessCase,
  decision: Decision,
  by: readonly StatementRef[],
  missing: readonly MissingFact[],
): Difference | undefined {
  if (decision.decision === 'undetermined')
    return { kind: 'undetermined', facts: [...new Set(missing.map(({ fact }) => fact))] }
  if (decision.decision !== expected) return { kind: 'other-decision', decision: decision.decision }
  const layers = decidingLayers(decision)
  if (!wanted.every((layer) => layers.includes(layer))) return { kind: 'other-layer', wanted, layers }
  if (statement === undefined) return undefined
  const among = wanted.length === 0 ? by : by.filter(({ layer }) => wanted.includes(layer))
  return among.some((ref) => isNamed(ref, statement))
    ? undefined
    : { kind: 'other-statement', wanted: statement, statements: among }
}
