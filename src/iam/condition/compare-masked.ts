import { splitArn } from '../arn.ts'
import { compileParts, type GlobPart, globMatches, globsMeet } from '../glob.ts'
import {
  accountFits,
  accountNamed,
  ANY_ID,
  ID_PATTERN,
  isMasked,
  isMaskedInPolicy,
  withAccount,
} from '../masked-account.ts'
import { isSameAccount } from '../same-account.ts'
import type { Truth } from '../truth.ts'
import { splitParts, type Comparison } from './compare.ts'
import type { Operator } from './operators.ts'

/** Operators that compare accounts, by themselves or in ARNs. */
const comparesAccounts = ({ family }: Operator): boolean => family === 'string' || family === 'arn'

const takesWildcards = ({ family, relation }: Operator): boolean => family === 'arn' || relation === 'like'

/**
 * The account that a policy value names and masks; undefined: none. `start` is what stands before its first variable: one that does
 * not hold the account whole leaves it to the variable.
 */
export function maskInPolicy(operator: Operator, key: string, start: string, isWhole: boolean): string | undefined {
  if (!comparesAccounts(operator)) return undefined
  const account = isWhole || start.startsWith('arn:') ? accountNamed(key, start) : undefined
  return account !== undefined && isMaskedInPolicy(account, takesWildcards(operator)) ? account : undefined
}

/** The account that a request's value names and masks; undefined: none. */
export function maskInRequest(operator: Operator, key: string, value: string): string | undefined {
  const account = comparesAccounts(operator) ? accountNamed(key, value) : undefined
  return account !== undefined && isMasked(account) ? account : undefined
}

/** A policy value with its variables filled in, and the account that it masks. */
export interface MaskedParts {
  readonly operator: Operator
  readonly parts: readonly GlobPart[]
  readonly mask: string | undefined
}

/** Whether the policy value fits the request's, where one of them masks an account: what is masked may be any id (R-UNK-05). */
export function fitsMasked(
  policy: MaskedParts,
  comparison: Exclude<Comparison, 'malformed'>,
  value: string,
  mask: string | undefined,
): Truth {
  const { operator } = policy
  if (operator.family === 'arn') return arnFits(policy, value)
  if (mask !== undefined && comparison(withAccount(value, ANY_ID))) return true
  const isOne = mask !== undefined && policy.mask !== undefined && isSameAccount(mask, policy.mask) === true
  if (isOne && comparison(value)) return true
  const fold = (text: string): string => (operator.relation === 'equals-ignore-case' ? text.toLowerCase() : text)
  const possible = mask === undefined ? value : withAccount(value, ID_PATTERN)
  return globsMeet(fold(patternOf(policy)), fold(possible)) ? 'unknown' : false
}

/** The value as a pattern, in which the mask is twelve characters. */
export function patternOf({ operator, parts, mask }: MaskedParts): string {
  const isWild = takesWildcards(operator)
  const text = parts.map((part) => (isWild && !part.literal ? part.text : part.text.replaceAll('*', '?'))).join('')
  return mask === undefined ? text : withAccount(text, ID_PATTERN)
}

/** Segment by segment, as ARNs are compared (R-COND-11). */
function arnFits({ parts, mask }: MaskedParts, value: string): Truth {
  const segments = splitParts(parts)
  const got = splitArn(value)
  if (segments.length < 6 || got === undefined) return false
  const globs = segments.map((segment) => compileParts(segment))
  const others = globs.every((glob, i) => i === 4 || globMatches(glob, got[i] ?? ''))
  return others ? accountFits(globs[4], mask, got[4]) : false
}
