import type { ConditionLine } from '#iam/condition/condition.ts'

/**
 * Keys that limit a statement for everyone to callers of a network, an account or an organization, so that AWS does not count the policy
 * as public.
 * https://docs.aws.amazon.com/efs/latest/ug/access-control-block-public-access.html#what-is-a-public-policy
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status
 */
const LIMITING =
  /^(?:aws:(?:source(?:ip|vpc|vpce|arn|account|owner|orgid)|principal(?:orgid|orgpaths|account|arn)|userid|vpcsourceip)|elasticfilesystem:(?:accessedviamounttarget|accesspointarn))$/i

const OPERATOR = /^(?:string(?:equals|like)(?:ignorecase)?|arn(?:equals|like)|ipaddress|bool)$/i

/** Whether a condition of an Allow for everyone limits it to fixed callers: a value without a wildcard, and a range that is not the internet. */
export const isNotForPublic = ({ key, operator, values }: ConditionLine): boolean =>
  LIMITING.test(key) &&
  OPERATOR.test(operator) &&
  values.length > 0 &&
  values.every(({ template: { source } }) => isFixed(source))

const isFixed = (value: string): boolean => !/[*?]|\$\{/.test(value) && value !== 'false' && !isWideRange(value)

/** AWS counts ranges of more than 2^24 addresses as public, and so are the ones that are still wide. */
const isWideRange = (value: string): boolean => {
  const prefix = /^[\d.]+\/(\d+)$/.exec(value)?.[1]
  const prefix6 = /^[\da-f:]*:[\da-f:.]*\/(\d+)$/i.exec(value)?.[1]
  return (prefix !== undefined && Number(prefix) < 8) || (prefix6 !== undefined && Number(prefix6) < 32)
}
