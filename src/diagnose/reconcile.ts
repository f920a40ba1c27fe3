import type { Decision, LayerVerdict } from '#engine/decision.ts'
import { GUARDS, layerName, type PolicyLayer } from '#iam/layers.ts'
import { ownerFact } from '#engine/either-relation.ts'
import { evaluate } from '#engine/evaluate.ts'
import type { Scenario } from '#engine/scenario.ts'
import type { SomeReadings } from '#iam/readings.ts'
import type { Denial, Reported } from '#intake/denial.ts'
import type { Cause, DiagnosisStatus, Reconciliation } from './diagnosis.ts'
import { reconcileChecks } from './reconcile-checks.ts'
import type { WhyCallRefused } from './evidence/why-call-refused.ts'

/**
 * Holds what AWS said against what we find. The message is evidence, not the answer: a contradiction is shown, never
 * settled silently (R-NAME-03).
 */
export function reconcile(
  denial: Denial,
  decision: Decision | undefined,
  scenario: Scenario | undefined,
  readings?: SomeReadings,
  collectedAt?: string,
): Reconciliation {
  const { reported } = denial
  if (decision !== undefined && reported.checks !== undefined)
    return { reported, ...reconcileChecks(reported.checks, decision) }
  if (decision === undefined || reported.layer === null)
    return {
      reported,
      agrees: null,
      explanation: silence(denial, decision),
      ...consistent(decision, reported, scenario, readings),
    }
  const layer = reported.layer
  const entries = named(decision, layer)
  const agrees = agreement(entries, reported)
  return {
    reported,
    agrees,
    explanation: explanation(denial, layer, entries, agrees, collectedAt),
    ...consistent(decision, reported, scenario, readings),
  }
}

function silence(denial: Denial, decision: Decision | undefined): string {
  const { setting } = denial.reported
  if (setting !== undefined) return `AWS named the setting ${setting} of S3 Block Public Access, and no policy.`
  if (denial.reported.denyType === 'explicit') return 'AWS said that an explicit deny refused, but not in which policy.'
  if (decision === undefined) {
    const { principal, action, resource } = denial
    const lacking = [
      ...(principal === null ? ['who asked'] : []),
      ...(action === null ? ['for which action'] : []),
      ...(resource === null ? ['on what'] : []),
    ]
    const last = lacking.pop()
    if (last === undefined) return 'The evidence does not say enough to judge the request.'
    return `The evidence does not say ${lacking.length === 0 ? last : `${lacking.join(', ')} and ${last}`}.`
  }
  return 'AWS named no policy layer.'
}

/** S3 speaks of its policy also where a Block Public Access setting or a missing ACL refuses (R-MSG-10). */
const named = (decision: Decision, layer: PolicyLayer): readonly LayerVerdict[] =>
  decision.layers.filter(
    (entry) =>
      entry.layer === layer ||
      (layer === 'resource-policy' &&
        entry.guard !== undefined &&
        GUARDS[entry.guard].reportedAs === layer &&
        entry.counted),
  )

/**
 * True: the layer refuses here too; false: it lets the request through; null: not known. A layer that need not allow the request is no
 * match for an explicit deny.
 */
function agreement(entries: readonly LayerVerdict[], { denyType }: Reported): boolean | null {
  if (entries.some((entry) => refuses(entry) && (denyType !== 'explicit' || isDenying(entry)))) return true
  return entries.some((entry) => entry.verdict === 'unknown' && !(denyType === 'implicit' && isAllowing(entry)))
    ? null
    : false
}

/**
 * Whether the layer allows the request whatever else it holds, where AWS's words leave no Deny in it (R-EVID-03): an identity policy or
 * boundary with a statement that allows it.
 */
const isAllowing = ({ layer, statements }: LayerVerdict): boolean =>
  (layer === 'identity-policy' || layer === 'permissions-boundary') &&
  statements.some(({ effect, matches }) => effect === 'Allow' && matches === true)

const isDenying = ({ verdict, counted }: LayerVerdict): boolean => verdict === 'explicit-deny' || counted

const refuses = (entry: LayerVerdict): boolean => entry.verdict === 'explicit-deny' || entry.verdict === 'implicit-deny'

function explanation(
  denial: Denial,
  layer: PolicyLayer,
  entries: readonly LayerVerdict[],
  agrees: boolean | null,
  collectedAt: string | undefined,
): string {
  const name = layerName(layer)
  const { denyType, policyArn } = denial.reported
  const said = `AWS named ${denyType === 'explicit' ? 'an explicit deny in ' : ''}the ${name}${policyArn === null ? '' : ` \`${policyArn}\``}`
  if (agrees === null) return `${said}; here that layer is not known.`
  if (!agrees)
    return `${said}; here that layer does not deny it. ${aged(denial.time, collectedAt)}, or the request was different.`
  const explicit = entries.some((entry) => entry.verdict === 'explicit-deny')
  if (denyType === 'explicit' && !explicit)
    return `${said}; here that layer refuses too, but without a matching Deny: the policy may have changed.`
  const cited = entries
    .flatMap((entry) => entry.statements)
    .some((statement) => statement.policyArn === policyArn && statement.matches === true)
  if (policyArn !== null && explicit && !cited) return `${said}; here another policy of that layer refuses.`
  return `${said}. We agree.`
}

/** Why policies no longer deny what was denied, by the age of the snapshot where both times are known. */
function aged(denied: string | null, collectedAt: string | undefined): string {
  const [at, collected] = [Date.parse(denied ?? ''), Date.parse(collectedAt ?? '')]
  if (Number.isNaN(at) || Number.isNaN(collected)) return 'The policies may have changed since the denial'
  if (collected < at) return 'The snapshot is older than the denial'
  return 'The snapshot is newer than the denial: it may have been fixed in between'
}

/** R-COND-66: the denial happened, so the unknown keys had values under which we deny too, in the layer AWS named. */
function consistent(
  decision: Decision | undefined,
  reported: Reported,
  scenario: Scenario | undefined,
  readings: SomeReadings | undefined,
): Pick<Reconciliation, 'consistentWith'> {
  const { layer } = reported
  if (decision === undefined || decision.decision !== 'undetermined' || decision.outcomes.length === 0) return {}
  const denied = decision.outcomes.filter(
    ({ decision: outcome, when }) =>
      outcome === 'denied' &&
      (layer === null ||
        scenario === undefined ||
        agreement(named(decisionWhen(scenario, when, readings), layer), reported) !== false),
  )
  return { consistentWith: denied.map(({ when }) => ({ when })) }
}

/** No account has this id: it stands for "another". */
const ANOTHER_ACCOUNT = '000000000000'

/** The request with the missing facts set; `(other)` is a value of which no more is known. */
function decisionWhen(
  scenario: Scenario,
  when: Readonly<Record<string, unknown>>,
  readings: SomeReadings | undefined,
): Decision {
  const { request } = scenario
  const fact = typeof request.resource === 'object' ? undefined : ownerFact(request.resource)
  const keys = Object.entries(when).filter(([key]) => key !== fact)
  const set = new Set(keys.map(([key]) => key.toLowerCase()))
  const kept = Object.entries(request.context ?? {}).filter(([key]) => !set.has(key.toLowerCase()))
  const chosenKeys = keys.map(([key, value]) => [key, value === '(other)' ? { state: 'present' } : value])
  const context = Object.fromEntries([...kept, ...chosenKeys]) as NonNullable<Scenario['request']['context']>
  const owner = fact === undefined ? undefined : when[fact]
  const resourceAccount = owner === '(other)' ? ANOTHER_ACCOUNT : owner
  const owned = typeof resourceAccount === 'string' ? { resourceAccount } : {}
  return evaluate({ ...scenario, request: { ...request, ...owned, context } }, readings)
}

/**
 * Whether the layer is known by AWS's word alone: no policy is at hand, and the request cannot be evaluated, or not as AWS says it, as
 * the session policy of a session that is printed as its user.
 */
export const isKnownByName = (
  { layer }: Reported,
  why: WhyCallRefused | undefined,
  { agrees }: Pick<Reconciliation, 'agrees'>,
): boolean => layer !== null && why?.hasPolicies !== true && (why === undefined || why.contradicted || agrees === false)

/** docs/json.md, "Diagnosis": allowed here, or another layer than AWS's, is a contradiction. */
export function statusOf(why: WhyCallRefused | undefined, reconciliation: Reconciliation): DiagnosisStatus {
  if (why === undefined) return 'undetermined'
  if (why.contradicted || reconciliation.agrees === false) return 'contradicted'
  return statusOfCauses(why.causes)
}

/** The status by the surest cause. */
export function statusOfCauses(causes: readonly Cause[]): DiagnosisStatus {
  const has = (certainty: Cause['certainty']): boolean => causes.some((cause) => cause.certainty === certainty)
  return has('certain') ? 'explained' : has('likely') ? 'likely' : 'undetermined'
}
