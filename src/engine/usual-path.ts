import type { Caller } from '#iam/caller.ts'
import { type ConditionLine, evaluateLine } from '#iam/condition/condition.ts'
import type { Statement } from '#iam/policy.ts'
import { matchBeyondAction } from '#iam/statement.ts'
import { contextOf } from './context.ts'
import type { Assumption } from './decision.ts'
import { evaluateLayers, type EvaluatedLayers } from './evaluate-layers.ts'
import type { EvaluationInput } from './evaluation-input.ts'
import type { PreparedPolicy } from './prepare.ts'

/** An evaluation in which the role of a session has no path, and the assumption that says so. */
export interface UsualPath {
  readonly evaluated: EvaluatedLayers
  readonly assumption: Assumption
}

/** Roles of AWS are below a path of AWS's (R-PRIN-07, R-PRIN-09). */
const OF_AWS = /:role\/AWS(?:ReservedSSO_|ServiceRoleFor)/

/**
 * The ARN of a session does not have the path of its role. If the evaluation is open because some Allow needs it, the path is taken as
 * `/` (R-PRIN-17). Undefined: no Allow needs it, or some Deny does; what depends on that Deny stays open (R-UNK-04).
 */
export function withUsualPath(evaluated: EvaluatedLayers): UsualPath | undefined {
  const { input, trace } = evaluated
  const { kind, roleArn, rolePathKnown } = input.caller
  if (kind !== 'role-session' || roleArn === undefined || rolePathKnown || OF_AWS.test(roleArn)) return undefined
  const usual = evaluateLayers(withCaller(input, { ...input.caller, rolePathKnown: true }))
  if (trace.some(({ deny }, i) => deny !== usual.trace[i]?.deny)) return undefined
  const policies = trace.flatMap((finding) => finding.policies)
  const isOnPath = (effect: 'denies' | 'allows'): boolean =>
    policies.some((policy) => dependOnPath(policy, effect, input, usual.input))
  if (!isOnPath('allows') || isOnPath('denies')) return undefined
  return {
    evaluated: usual,
    assumption: {
      fact: 'path of the role',
      value: `none (${roleArn})`,
      from: 'the ARN of a session does not hold the path of its role, and most roles have none',
      ifWrong: 'policies that name the role need its whole ARN: aws iam get-role --role-name NAME --query Role.Arn',
    },
  }
}

function withCaller(input: EvaluationInput, caller: Caller): EvaluationInput {
  const source = { ...input.source, caller }
  return { ...input, caller, source, question: { ...input.question, caller, lookup: contextOf(source) } }
}

/** Whether a statement of the policy is decided by the path, or would be once its other conditions are known. */
const dependOnPath = (
  { bearingOn, place }: PreparedPolicy,
  effect: 'denies' | 'allows',
  { question: open }: EvaluationInput,
  { question: usual }: EvaluationInput,
): boolean =>
  bearingOn(open.action)[effect].some((statement) => {
    const bare: Statement = { ...statement, conditions: [] }
    const isBareOnPath = matchBeyondAction(bare, place, open).matches !== matchBeyondAction(bare, place, usual).matches
    const isLineOnPath = (line: ConditionLine): boolean =>
      evaluateLine(line, open.lookup(line.key), open.lookup) !==
      evaluateLine(line, usual.lookup(line.key), usual.lookup)
    return isBareOnPath || statement.conditions.some(isLineOnPath)
  })
