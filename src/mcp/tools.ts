import { shownResult, wholeResult } from '#app/diagnose.ts'
import { parseRecord, parseText } from '#app/parse.ts'
import { denialsText } from '#report/text-denial.ts'
import { comparisonText } from '#report/text-compare.ts'
import { decisionText } from '#report/text-decision.ts'
import { diagnosesText } from '#report/text-diagnosis.ts'
import { UserError } from '../errors.ts'
import { opened, PAGE } from './ask.ts'
import { COMPARED, DIAGNOSED, EVALUATED, EVIDENCE, PART } from './fields.ts'
import { proposeFixes, verifyFix } from './fix-tools.ts'
import type { WorkTool } from './tool.ts'
import type { ToolArguments } from './tool-arguments.ts'

/** The questions about policies: read, diagnose, fix, verify, evaluate, compare. */
export const policyTools = (): readonly WorkTool[] => [
  parseDenial,
  diagnoseDenial,
  proposeFixes,
  verifyFix,
  evaluateRequest,
  comparePolicies,
]

const parseDenial: WorkTool = {
  name: 'parse_denial',
  title: 'Read a denial',
  description:
    'Read AWS AccessDenied errors out of text, logs or CloudTrail records: principal, action, resource, and the policy layer AWS named. Judges nothing.',
  fields: { ...EVIDENCE, ...PART },
  work: async (args) => {
    const result = args['text'] === undefined ? parseRecord(recordsOf(args)) : parseText(String(args['text']))
    return { text: denialsText(result.denials, PAGE), result }
  },
}

const diagnoseDenial: WorkTool = {
  name: 'diagnose_denial',
  title: 'Diagnose a denial',
  description:
    'Explain a denial by the policies in force: who was evaluated, every policy layer and statement that denies it, what would be denied next, what is not known, and the smallest proved fixes. Without a snapshot or scenario, by the message alone.',
  fields: { ...DIAGNOSED, ...PART },
  work: async (args, { ask, notice }) => {
    notice('evaluates every layer, and replays what may fix it')
    const searched = await ask.search(args)
    notice('proves the fixes')
    const result = wholeResult(searched)
    const verbose = { verbose: true }
    return {
      text: diagnosesText(shownResult(searched, {}), PAGE, {}),
      long: diagnosesText(shownResult(searched, verbose), PAGE, verbose),
      result,
    }
  },
}

const evaluateRequest: WorkTool = {
  name: 'evaluate_request',
  title: 'Judge one request',
  description:
    'Evaluate one request against every policy layer, with the whole trace. Give a scenario, or a request {principal, action, resource, context} and a snapshot. Facts that are not known are listed and make it undetermined.',
  fields: { ...EVALUATED, ...PART },
  work: async (args, { ask, notice }) => {
    notice('evaluates every layer')
    const decision = (await ask.answer('evaluate', args)) as Parameters<typeof decisionText>[1]
    return { text: decisionText(requestIn(args) as never, decision, PAGE), result: decision }
  },
}

const comparePolicies: WorkTool = {
  name: 'compare_policies',
  title: 'Compare what policies allow',
  description:
    'What the new policies allow that the old did not, and the reverse, as sets of requests with one request that shows it. `none` is proved; what cannot be settled is `undecided`.',
  fields: { ...COMPARED, ...PART },
  work: async (args, { ask, notice }) => {
    notice('compares what is allowed')
    const result = (await ask.answer('compare', args)) as Parameters<typeof comparisonText>[0]
    return { text: comparisonText(result, PAGE), result }
  },
}

function recordsOf(args: ToolArguments): unknown {
  const value = opened('records', args['records']) ?? opened('record', args['record'])
  if (value !== undefined) return value
  throw new UserError('batch/missing-field', 'there is neither `text` nor `record`', 'give one of the two')
}

/** As the text shows it. */
function requestIn(args: ToolArguments): unknown {
  const scenario = opened('scenario', args['scenario'])
  const request = opened('request', args['request'])
  const held = typeof scenario === 'object' && scenario !== null && 'request' in scenario ? scenario.request : undefined
  return request ?? held ?? { principal: '', action: '', resource: '*' }
}
