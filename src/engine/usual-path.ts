import type { Caller } from '#iam/caller.ts'
import { evaluateLine } from '#iam/condition/condition.ts'
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
 * The ARN of a session does not have the path of its role. If an Allow names the role without a path, the path is taken as `/`
 * (R-PRIN-17). Undefined: none does, or a Deny depends on the path, or an Allow names a role of that name below a path, which this one
 * may be (R-UNK-04).
 */
export function withUsualPath(evaluated: EvaluatedLayers): UsualPath | undefined {
  const { input, trace } = evaluated
  const { kind, roleArn, rolePathKnown } = input.caller
  if (kind !== 'role-session' || roleArn === undefined || rolePathKnown || OF_AWS.test(roleArn)) return undefined
  const usual = evaluateLayers(withCaller(input, { ...input.caller, rolePathKnown: true }))
  if (trace.some(({ deny }, i) => deny !== usual.trace[i]?.deny)) return undefined
  const changes = trace.flatMap(({ policies }, i) =>
    policies.flatMap((policy) =>
      changesByPath(policy, input, usual.input).map((change) => ({
        ...change,
        isSettled: usual.trace[i]?.allow === true,
      })),
    ),
  )
  const isTaken = changes.every(({ effect, holds, isSettled }) => effect === 'Allow' && (holds || isSettled))
  if (!isTaken || !changes.some(({ holds }) => holds)) return undefined
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

/** A statement that is decided by the path, or would be once its other conditions are known. */
interface ChangeByPath {
  readonly effect: Statement['effect']
  /** Whether it is about the role without a path. */
  readonly holds: boolean
}

function changesByPath(
  { bearingOn, place }: PreparedPolicy,
  { question: open }: EvaluationInput,
  { question: usual }: EvaluationInput,
): readonly ChangeByPath[] {
  const { denies, allows } = bearingOn(open.action)
  return [...denies, ...allows].flatMap((statement): ChangeByPath[] => {
    const bare: Statement = { ...statement, conditions: [] }
    const truths = [
      [matchBeyondAction(bare, place, open).matches, matchBeyondAction(bare, place, usual).matches],
      ...statement.conditions.map((line) =>
        [open, usual].map(({ lookup }) => evaluateLine(line, lookup(line.key), lookup)),
      ),
    ].filter(([before, after]) => before !== after)
    return truths.length === 0 ? [] : [{ effect: statement.effect, holds: truths.every(([, after]) => after === true) }]
  })
}
