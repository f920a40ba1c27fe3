import { DEFAULT_STEPS } from '#prove/budget.ts'
import { UserError } from '../errors.ts'

const MOST = 10_000

/**
 * Steps of work for a factor as a person or a program gives it: how many times the usual work may be done; undefined: as
 * many as where nothing is said. Throws a `UserError` for what is no such number.
 */
export function stepsOf(factor: unknown, name = 'budget', shown: unknown = factor): number | undefined {
  if (factor === undefined) return undefined
  if (typeof factor === 'number' && factor > 0 && factor <= MOST) return Math.ceil(factor * DEFAULT_STEPS)
  throw new UserError(
    'usage/not-a-value',
    `\`${name}\` cannot be \`${String(shown)}\``,
    `give how many times the usual work may be done: a number up to ${MOST}, such as 10`,
  )
}
