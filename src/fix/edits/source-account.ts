import { sourceAccountOf } from '#diagnose/evidence/usual-request.ts'
import { isStandIn } from '#engine/representatives.ts'
import type { KeyState } from '#iam/key-state.ts'
import type { GrantGoal } from '../grant-goal.ts'
import type { GuardedStatement } from './data-guards.ts'

/**
 * Services whose pages ask for `aws:SourceAccount` in the policy of what they send to (R-SVC-02).
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html
 * https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
 * https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-sns-policy.html
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-V2-S3.html
 * https://docs.aws.amazon.com/config/latest/developerguide/s3-bucket-policy.html
 */
const SENDS_SOURCE_ACCOUNT: ReadonlySet<string> = new Set([
  's3.amazonaws.com',
  'cloudwatch.amazonaws.com',
  'ses.amazonaws.com',
  'budgets.amazonaws.com',
  'delivery.logs.amazonaws.com',
  'config.amazonaws.com',
])

/** Only the resource policies that those pages are about. */
const KINDS: ReadonlySet<string> = new Set(['topic', 'queue', 'function', 'bucket'])

/** Whether nobody knows the value: what stands in for another one that a policy names does not tell it. */
const isUnknown = (state: KeyState): boolean =>
  state.state === 'unknown' || (state.state === 'values' && state.values.every(isStandIn))

/**
 * The statement for a service, limited to the account it usually works for where the evidence leaves the source open: without it, the
 * service could be made to call for any account.
 */
export function limitedToSource(guarded: GuardedStatement, kind: string, goal: GrantGoal): GuardedStatement {
  const { question, request } = goal.input
  const isOpen = ['aws:SourceAccount', 'aws:SourceArn'].every((key) => isUnknown(question.lookup(key)))
  const account = sourceAccountOf(goal.scenario)
  const { Condition: conditions = {} } = guarded.statement
  if (!isOpen || account === undefined || !KINDS.has(kind) || !SENDS_SOURCE_ACCOUNT.has(request.principal))
    return guarded
  if (/"aws:source/i.test(JSON.stringify(conditions))) return guarded
  const { StringEquals: equals, ...more } = conditions as Readonly<Record<string, object>>
  return {
    ...guarded,
    statement: {
      ...guarded.statement,
      Condition: { ...more, StringEquals: { ...equals, 'aws:SourceAccount': account } },
    },
    assumes: { ...guarded.assumes, 'aws:SourceAccount': account },
  }
}
