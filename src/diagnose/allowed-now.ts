import type { Assumption, Step } from '#engine/decision.ts'
import { evaluate } from '#engine/evaluate.ts'
import { evaluateRelations } from '#engine/open-cases.ts'
import type { Scenario } from '#engine/scenario.ts'
import { layerName } from '#iam/layers.ts'
import type { SomeReadings } from '#iam/readings.ts'
import type { Denial } from '#intake/denial.ts'
import type { DiagnosisStatus, PolicySource } from './diagnosis.ts'
import { settledElsewhere } from './evidence/settled-requirement.ts'
import { usualRequest } from './evidence/usual-request.ts'
import { reconcile } from './reconcile.ts'

/** What policies that were read after a denial say of the call (R-ADV-15). */
export interface StateNow {
  /** `undetermined`: what denied the call no longer does, and a policy that was not read still could. */
  readonly status: 'allowed-now' | 'undetermined'
  /** A sentence with both times. */
  readonly text: string
  /** What the denial leaves open and is taken to be as usual. */
  readonly assumptions: readonly Assumption[]
}

interface Subject {
  readonly denial: Denial
  /** What the policies say of the denial, as if they were in force then. */
  readonly status: DiagnosisStatus
  /** The requests of the call, the denied one first. */
  readonly steps: readonly Step[]
  readonly scenario: Scenario | undefined
  readonly policySource: PolicySource
  readonly readings: SomeReadings | undefined
}

/**
 * What the call is now, by policies that were read after the denial: allowed, or open, where what AWS named no longer denies it.
 * Undefined: it is denied, or nothing shows that the policies are newer than the denial.
 */
export function stateNow(subject: Subject): StateNow | undefined {
  const { denial, steps, scenario, policySource } = subject
  if (scenario === undefined || policySource.kind !== 'snapshot' || !isNewer(denial, policySource)) return undefined
  if (steps.some(({ relation, decision }) => relation === 'next' && decision.decision === 'denied')) return undefined
  const state = stateOf(subject, scenario)
  if (state === undefined) return undefined
  const { collectedAt } = policySource.snapshot
  const when = collectedAt === undefined ? '' : `, as read at ${clock(collectedAt)}`
  const age = denial.time === null ? 'The denial is older.' : `The denial is from ${clock(denial.time)}.`
  const text = state.status === 'allowed-now' ? `The policies allow the call${when}.` : openText(denial, when)
  return { ...state, text: [text, ...openNext(steps), age].join(' ') }
}

/** What the call needs next, where the policies that were read do not decide it. */
function openNext(steps: readonly Step[]): readonly string[] {
  const open = steps.flatMap(({ relation, decision, request: { action } }) =>
    relation === 'next' && decision.decision === 'undetermined' ? [action] : [],
  )
  return open.length === 0
    ? []
    : [`It also needs ${[...new Set(open)].join(', ')}: whether that is allowed is not known.`]
}

const openText = ({ reported }: Denial, when: string): string =>
  `The ${reported.layer === null ? 'policy' : layerName(reported.layer)} no longer denies it${when}, but other policies were not read and could deny it.`

function isNewer({ time }: Denial, source: Extract<PolicySource, { readonly kind: 'snapshot' }>): boolean {
  const [denied, read] = [Date.parse(time ?? ''), Date.parse(source.snapshot.collectedAt ?? '')]
  return Number.isNaN(denied) ? source.isReadNow === true : denied < read
}

/**
 * Allowed where all policies say so, and where AWS's words settle what was not read: before an implicit deny, what AWS asks earlier let
 * the call pass, and no Deny matched (R-EVID-03). An explicit deny says nothing of other layers.
 */
function stateOf({ denial, status, readings }: Subject, scenario: Scenario): Omit<StateNow, 'text'> | undefined {
  const { decision } = evaluate(scenario, readings)
  const isGone = (as: Scenario): boolean => reconcile(denial, evaluate(as, readings), as, readings).agrees === false
  if (decision === 'denied') return undefined
  if (status === 'contradicted' && (decision === 'allowed' || isGone(scenario))) {
    const trees = evaluateRelations(scenario, readings).map((each) => settledElsewhere(each, denial.reported))
    const isAllowed = trees.every(({ satisfied }) => satisfied === true)
    return { status: isAllowed ? 'allowed-now' : 'undetermined', assumptions: [] }
  }
  const usual = usualRequest(scenario, readings)
  if (usual === undefined || !isGone(usual.scenario)) return undefined
  return { status: 'undetermined', assumptions: usual.assumptions }
}

/** `2026-12-01T15:03:22.000Z` → `2026-12-01 15:03 UTC` */
const clock = (time: string): string => time.replace('T', ' ').replace(/:\d\d(?:\.\d+)?Z$/, ' UTC')
