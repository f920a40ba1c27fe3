import type { PolicySource } from '#diagnose/diagnosis.ts'
import type { DecisionWithLint } from '#lint/decision-with-lint.ts'
import type { Policy } from '#engine/scenario.ts'
import type { SomeReadings } from '#iam/readings.ts'
import { type Answer, fieldOf } from './batch.ts'
import { flagOf, withUnknownFields } from './batch-fields.ts'
import { scenarioOfLine } from './batch-scenario.ts'
import { evaluateRequest, evaluateScenario } from './evaluate.ts'
import { requestOfValue, withRequest } from './scenarios.ts'

/** `snapshot` is a question's of the service. */
const FIELDS = ['id', 'scenario', 'request', 'snapshot', 'chain']

/** `{"id", "scenario", "chain"?}`, or with a snapshot `{"id", "request", "chain"?}` */
export const evaluateLine =
  (
    policySource: PolicySource,
    chainAll: boolean,
    sessionPolicies?: readonly Policy[] | null,
    readings?: SomeReadings,
  ): Answer =>
  async (line, raw) => {
    const chain = flagOf(line, 'chain') === true || chainAll
    const told = (decision: DecisionWithLint): DecisionWithLint => withUnknownFields(decision, line, FIELDS)
    const session = sessionPolicies === undefined ? {} : { sessionPolicies }
    const read = readings === undefined ? {} : { readings }
    const [name, value] = fieldOf(line, policySource.kind === 'snapshot' ? ['scenario', 'request'] : ['scenario'])
    if (name === 'request' && policySource.kind === 'snapshot')
      return told(
        evaluateRequest(policySource.snapshot, requestOfValue(value), { chain, ...session, ...read }).decision,
      )
    const scenario = withRequest(await scenarioOfLine(value, raw))
    const given =
      sessionPolicies === undefined ? scenario : { ...scenario, policies: { ...scenario.policies, ...session } }
    return told(evaluateScenario(given, { chain, ...read }))
  }
