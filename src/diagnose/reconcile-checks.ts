import type { Decision, LayerVerdict } from '#engine/decision.ts'
import type { AuthorizationCheck } from '#intake/denial.ts'
import type { Reconciliation, ReconciledCheck } from './diagnosis.ts'
import { layerName } from '#iam/layers.ts'

/** Holds every requirement that AWS evaluated against ours (R-EVID-07): where the two differ, one of them is not what was in force. */
export function reconcileChecks(
  checks: readonly AuthorizationCheck[],
  decision: Decision,
): Pick<Reconciliation, 'agrees' | 'explanation' | 'checks'> {
  const all = checks.map((check): ReconciledCheck => {
    const ours = oursOf(check, decision)
    return { ...check, ours, agrees: ours === 'unknown' ? null : isSame(check, ours, decision) }
  })
  const differing = all.filter(({ agrees }) => agrees === false)
  const known = all.filter(({ agrees }) => agrees !== null)
  return {
    agrees: differing.length > 0 ? false : known.some(({ effect }) => effect.endsWith('DENY')) ? true : null,
    explanation: explanationOf(all, differing, known),
    checks: all,
  }
}

/** The verdict of our layer on a requirement: of one level of the organization, where AWS names it. */
function oursOf({ layer, target }: AuthorizationCheck, { layers }: Decision): ReconciledCheck['ours'] {
  const own = layers.filter((entry) => entry.layer === layer && entry.guard === undefined)
  const at = own.filter(({ where }) => where !== undefined && target?.endsWith(`/${where}`) === true)
  const entries = at.length > 0 ? at : own
  const has = (verdict: LayerVerdict['verdict']): boolean => entries.some((entry) => entry.verdict === verdict)
  if (entries.length === 0 || (has('unknown') && !has('explicit-deny'))) return 'unknown'
  if (has('explicit-deny')) return 'denies'
  return has('implicit-deny') ? 'allows-nothing' : 'allows'
}

/** `NO_IMPACT`: no allow was needed, since another path allowed. */
function isSame(
  { effect, by, layer }: AuthorizationCheck,
  ours: ReconciledCheck['ours'],
  { layers }: Decision,
): boolean {
  if (effect === 'EXPLICIT_DENY') return ours === 'denies'
  if (ours === 'denies') return false
  if (effect === 'NO_IMPACT') return true
  if (effect === 'IMPLICIT_DENY') return ours === 'allows-nothing'
  if (ours === 'allows') return true
  // In one account the policy of the resource may be what let the caller in.
  return layer === 'identity-policy' && by.includes('resource-policy') && layers.some(allowsBeside)
}

const allowsBeside = ({ layer, verdict }: LayerVerdict): boolean =>
  layer === 'resource-policy' && (verdict === 'allow' || verdict === 'unknown')

function explanationOf(
  all: readonly ReconciledCheck[],
  differing: readonly ReconciledCheck[],
  known: readonly ReconciledCheck[],
): string {
  const [first] = differing
  if (first !== undefined) {
    const where = first.target === null ? '' : ` of ${first.target}`
    const more = differing.length > 1 ? `, and ${differing.length - 1} more differ` : ''
    return `AWS's authorization details say ${first.effect} of the ${layerName(first.layer)}${where}; here it ${WORDS[first.ours]}${more}. What is at hand is not what was in force, or we are wrong: if it is the same, please report it.`
  }
  if (known.length === 0) return `AWS's authorization details list ${all.length} checks; here none of them is known.`
  return known.length === all.length
    ? `AWS's authorization details list ${all.length} checks. We agree with each.`
    : `AWS's authorization details list ${all.length} checks. We agree with the ${known.length} that are known here.`
}

const WORDS: Readonly<Record<ReconciledCheck['ours'], string>> = {
  allows: 'does not refuse',
  denies: 'denies it',
  'allows-nothing': 'allows nothing',
  unknown: 'is not known',
}
