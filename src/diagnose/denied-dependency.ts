import type { Step } from '#engine/decision.ts'
import type { EvaluatedStep } from '#engine/chain.ts'
import type { Denial } from '#intake/denial.ts'
import type { Assumption } from '#engine/decision.ts'

/**
 * A call whose own action is allowed is refused by what it needs besides: a denial that names neither action nor layer comes
 * back in the words of the call (R-HOP-01). Then that further request is the denied one, and the call itself stands behind it.
 */
export function promoteDeniedDependency(denial: Denial, all: readonly EvaluatedStep[]): readonly EvaluatedStep[] {
  const [call, ...more] = all
  if (call?.step.decision.decision !== 'allowed' || saysWhich(denial)) return all
  const refused = more.find((next) => next.step.decision.decision === 'denied' && comesBack(call.step, next))
  return refused === undefined ? all : withDeniedFirst(refused, all)
}

/** Steps with the refused further request in front, as the denied one. */
export function withDeniedFirst(refused: EvaluatedStep, all: readonly EvaluatedStep[]): readonly EvaluatedStep[] {
  const [call, ...more] = all
  if (call === undefined) return all
  const { relation: _, observed, ...own } = call.step
  const first: Step = { ...(observed === undefined ? {} : { observed }), ...refused.step, relation: 'denied' }
  return [
    { ...refused, step: first },
    { ...call, step: { ...own, relation: 'next', why: THE_CALL_ITSELF, rule: 'R-HOP-01' } },
    ...more.filter((next) => next !== refused),
  ]
}

const THE_CALL_ITSELF = 'the call itself'

/** The call that was made, where the denied step is one of its further requests; undefined: the denied step is the call. */
export const callOfFurther = (steps: readonly Step[]): Step | undefined =>
  steps.find(({ relation, why }) => relation === 'next' && why === THE_CALL_ITSELF)

/** The evidence names the action, or the layer that refused it. */
export const saysWhich = ({ evidence, reported }: Denial): boolean =>
  evidence.actionFrom === 'stated' || reported.layer !== null

/** Whether the caller itself, or a service in its name, makes the request within the call, before it returns (R-HOP-06). */
export const comesBack = (call: Step, { step, further }: EvaluatedStep): boolean =>
  further?.later !== true && further?.apart !== true && step.request.principal === call.request.principal

const askedOf = ({ request: { action, resource } }: Step): string =>
  resource === null ? action : `${action} on ${[resource].flat().join(', ')}`

/** Said where the denied request is another one than the evidence names. */
export const dependencyAssumption = ([first, call]: readonly EvaluatedStep[]): readonly Assumption[] =>
  first?.further === undefined || call === undefined
    ? []
    : [
        {
          fact: 'action',
          value: `${askedOf(first.step)} (${first.step.why})`,
          from: `what ${call.step.request.action}, which is allowed, needs besides; the denial does not say which was refused`,
          ifWrong: 'what was in force when the call was made is not what is at hand, or the request differed',
        },
      ]
