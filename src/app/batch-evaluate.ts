import type { PolicySource } from '#diagnose/diagnosis.ts'
import type { DecisionWithLint } from '#lint/decision-with-lint.ts'
import type { Policy } from '#engine/scenario.ts'
import type { SomeReadings } from '#iam/readings.ts'
import { type Answer, type BatchLine, fieldOf } from './batch.ts'
import { flagOf, withUnknownFields } from './batch-fields.ts'
import { scenarioOfLine } from './batch-scenario.ts'
import { besideTexts } from './beside/beside-denial.ts'
import { type FileRead, filesIn, filesRead } from './beside/line-files.ts'
import { policySourceBeside } from './beside/policy-source-beside.ts'
import { besideAtHand, evaluateRequest, evaluateScenario, type SnapshotOptions } from './evaluate.ts'
import type { Input } from './files.ts'
import { requestOfValue, withRequest } from './scenarios.ts'

/** `snapshot` is a question's of the service. */
const FIELDS = ['id', 'scenario', 'request', 'snapshot', 'chain', 'files']

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
    const withUnknown = (decision: DecisionWithLint): DecisionWithLint => withUnknownFields(decision, line, FIELDS)
    const session = sessionPolicies === undefined ? {} : { sessionPolicies }
    const read = readings === undefined ? {} : { readings }
    const options = { chain, ...session, ...read }
    const texts = filesIn(line)
    if (texts !== undefined) {
      const { decision, files } = await besideFiles(line, raw, texts, policySource, options)
      return { ...withUnknown(decision), files }
    }
    const [name, value] = fieldOf(line, policySource.kind === 'snapshot' ? ['scenario', 'request'] : ['scenario'])
    if (name === 'request' && policySource.kind === 'snapshot')
      return withUnknown(evaluateRequest(policySource.snapshot, requestOfValue(value), options).decision)
    const scenario = withRequest(await scenarioOfLine(value, raw))
    const ofLine =
      sessionPolicies === undefined ? scenario : { ...scenario, policies: { ...scenario.policies, ...session } }
    return withUnknown(evaluateScenario(ofLine, { chain, ...read }))
  }

/** A request, or the one of a scenario, with the policies in files beside it. */
async function besideFiles(
  line: BatchLine,
  raw: string,
  texts: readonly Input[],
  held: PolicySource,
  options: SnapshotOptions,
): Promise<{ readonly decision: DecisionWithLint; readonly files: readonly FileRead[] }> {
  const beside = await besideTexts(texts)
  const sessionPolicies = beside.sessionPolicies ?? options.sessionPolicies
  const [name, value] = fieldOf(line, ['scenario', 'request'])
  const policySource = policySourceBeside(name === 'scenario' ? { kind: 'none' } : held, beside)
  if (name === 'request' && policySource.kind === 'snapshot') {
    const request = requestOfValue(value)
    const evaluated = evaluateRequest(policySource.snapshot, request, {
      ...options,
      atHand: beside.atHand,
      ...(sessionPolicies === undefined ? {} : { sessionPolicies }),
    })
    return { decision: evaluated.decision, files: filesRead(texts, beside, [[evaluated.scenario]]) }
  }
  const own = name === 'scenario' ? withRequest(await scenarioOfLine(value, raw)) : { request: requestOfValue(value) }
  const ofSource = policySource.kind === 'scenario' ? { ...policySource.scenario, ...own } : own
  const session = sessionPolicies === undefined ? {} : { sessionPolicies }
  const scenario = besideAtHand({ ...ofSource, policies: { ...ofSource.policies, ...session } }, beside.atHand)
  return { decision: evaluateScenario(scenario, options), files: filesRead(texts, beside, [[scenario]]) }
}
