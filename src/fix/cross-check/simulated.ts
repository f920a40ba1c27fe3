import type { Decision, DecisionEffect, LayerVerdict, Verdict } from '#engine/decision.ts'
import type { PolicyLayer } from '#iam/layers.ts'
import type { CrossCheck, Limit } from './cross-check.ts'
import { LIVE_POLICIES, missingKeys, NOT_SIMULATED, OTHER_ACCOUNT } from './limits.ts'
import type { SimulationQuestion } from './simulation.ts'

/** The simulator's answer on an action and a resource. */
export interface Simulated {
  readonly decision: 'allowed' | 'explicitDeny' | 'implicitDeny'
  /** Ids of the policies whose statements matched. */
  readonly matched: readonly string[]
  /** Keys that its policies ask for and that were not sent. */
  readonly missing: readonly string[]
  /** Whether the service control policies were evaluated as well. */
  readonly withOrganization: boolean
}

/** Or why there is no answer. */
export type SimulationAnswer =
  | ({ readonly ok: true } & Simulated)
  | { readonly ok: false; readonly reason: string; readonly refused: boolean }

/**
 * AWS's answer beside ours. Ours is taken twice: over all layers, and over those alone that the simulator had before it.
 * Where the second is AWS's answer, what the simulator leaves out is the whole difference.
 */
export function compareSimulation(question: SimulationQuestion, answer: SimulationAnswer): CrossCheck {
  const { step, call, sent, decision } = question
  const base = { step, call, sent, ours: decision.decision }
  if (!answer.ok) return { ...base, answer: null, agrees: null, explanation: noAnswer(call, answer), limits: [] }
  const covers = coveredBy(question, answer)
  const same = isWhole(decision, covers) ? decision.decision : effectOver(decision.layers, covers, question.sameAccount)
  const aws: DecisionEffect = answer.decision === 'allowed' ? 'allowed' : 'denied'
  const found = { decision, covers, same, aws, answer, question }
  const { matched } = answer
  return {
    ...base,
    answer: answer.decision,
    ...(matched.length === 0 ? {} : { matched }),
    oursOfTheSame: same,
    ...verdictOf(found),
  }
}

const noAnswer = (call: string, { reason, refused }: Extract<SimulationAnswer, { readonly ok: false }>): string =>
  refused ? `AWS does not let you ask: it needs \`${call}\` (${reason}).` : `There is no answer: ${reason}.`

/** The answer itself says whether the organization's policies were looked at. */
function coveredBy({ call, covers }: SimulationQuestion, { withOrganization }: Simulated): readonly PolicyLayer[] {
  return call === 'iam:SimulatePrincipalPolicy' && withOrganization ? [...covers, 'service-control-policy'] : covers
}

interface Found {
  readonly decision: Decision
  readonly covers: readonly PolicyLayer[]
  readonly same: DecisionEffect
  readonly aws: DecisionEffect
  readonly answer: Simulated
  readonly question: SimulationQuestion
}

function verdictOf(found: Found): Pick<CrossCheck, 'agrees' | 'explanation' | 'limits'> {
  const { decision, same, aws, answer, question } = found
  const ours = decision.decision
  const missing = answer.missing.length === 0 ? [] : [missingKeys(answer.missing)]
  if (ours === 'undetermined')
    return {
      agrees: null,
      explanation: `Ours is not certain; AWS says ${aws} for what it was given.`,
      limits: [...missing, ...leftOut(found)],
    }
  if (ours === aws && same !== other(aws)) return { agrees: true, explanation: `Both say ${aws}.`, limits: missing }
  if (same === aws)
    return {
      agrees: false,
      explanation: `AWS says ${aws} because of what a simulation leaves out: on the same policies ours is ${same} too.`,
      limits: leftOut(found),
    }
  if (same === 'undetermined')
    return {
      agrees: false,
      explanation: `AWS says ${aws}, ours is ${ours}; on the policies that AWS had, ours is not certain.`,
      limits: [...missing, ...leftOut(found)],
    }
  const live = question.call === 'iam:SimulatePrincipalPolicy' ? [LIVE_POLICIES] : []
  return { agrees: false, explanation: unexplained(found), limits: [...missing, ...live] }
}

/** Nothing that AWS documents explains it for certain, so it is said plainly. */
function unexplained({ same, aws, answer, question }: Found): string {
  const said = `On the same policies AWS says ${aws}, and ours is ${same}.`
  if (answer.missing.length > 0) return `${said} Keys that AWS does not know may be why.`
  return question.call === 'iam:SimulatePrincipalPolicy'
    ? `${said} Either the policies have changed since the snapshot, or one of the two is wrong: collect again, and if it stays, report it with \`--format json\`.`
    : `${said} No limit that AWS documents explains it, so one of the two is wrong: please report it with \`--format json\`.`
}

const other = (effect: DecisionEffect): DecisionEffect => (effect === 'allowed' ? 'denied' : 'allowed')

/** The layers that can make the difference: those that refuse here, those that grant here, those that are not known. */
function leftOut({ decision, covers, question }: Found): readonly Limit[] {
  const absent = (layer: PolicyLayer): boolean => !covers.includes(layer)
  const having = (verdict: Verdict): readonly PolicyLayer[] =>
    decision.layers.filter((layer) => layer.counted && layer.verdict === verdict).map(({ layer }) => layer)
  const named = {
    denied: () => decision.blockedBy,
    allowed: () => having('allow').filter((layer) => GRANT.has(layer)),
    undetermined: () => having('unknown'),
  }[decision.decision]()
  const across = question.sameAccount === false ? [OTHER_ACCOUNT] : []
  return [...[...new Set(named.filter(absent))].map((layer) => NOT_SIMULATED[layer]), ...across]
}

/** That one of the others allows is no reason for AWS to refuse without it. */
const GRANT: ReadonlySet<PolicyLayer> = new Set(['resource-policy', 'identity-policy', 'service-guard'])

/** Whether nothing that AWS did not have bears on the decision: then both were given the same. */
const isWhole = ({ layers }: Decision, covers: readonly PolicyLayer[]): boolean =>
  layers
    .filter(({ layer }) => !covers.includes(layer))
    .every(
      ({ layer, verdict, counted }) =>
        verdict === 'not-applicable' ||
        (layer === 'resource-policy' ? verdict === 'implicit-deny' && !counted : verdict === 'allow'),
    )

/**
 * Decision that follows from some of the layers alone: any explicit deny (R-EVAL-10); a boundary or a level of the
 * organization that does not allow; and a grant, of either side within an account (R-EVAL-13) and of both across.
 */
export function effectOver(
  layers: readonly LayerVerdict[],
  covers: readonly PolicyLayer[],
  sameAccount: boolean | undefined,
): DecisionEffect {
  const had = layers.filter(({ layer }) => covers.includes(layer))
  if (had.some(({ verdict }) => verdict === 'explicit-deny')) return 'denied'
  const caps = had.filter(({ layer }) => layer !== 'identity-policy' && layer !== 'resource-policy')
  if (caps.some(({ verdict }) => verdict === 'implicit-deny')) return 'denied'
  const grants = had.filter(({ layer }) => layer === 'identity-policy' || layer === 'resource-policy')
  const allows = grants.map(({ verdict }) => verdict === 'allow')
  const mayAllow = grants.map(({ verdict }) => verdict === 'allow' || verdict === 'unknown')
  const needsBoth = sameAccount === false && covers.includes('resource-policy')
  const granted = needsBoth ? allows.every(Boolean) && allows.length > 0 : allows.some(Boolean)
  const mayBeGranted = needsBoth ? mayAllow.every(Boolean) && mayAllow.length > 0 : mayAllow.some(Boolean)
  if (!mayBeGranted) return 'denied'
  return granted && !had.some(({ verdict }) => verdict === 'unknown') ? 'allowed' : 'undetermined'
}
