import { stepsOf } from '#app/budget.ts'
import { UserError } from '../errors.ts'

const MOST = 10_000

/** What `--budget` comes to, in steps; undefined: it is not given. */
export function budgetOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const factor = /^\d{1,5}(\.\d{1,3})?$/.test(text) ? Number(text) : 0
  if (factor > 0 && factor <= MOST) return stepsOf(factor)
  throw new UserError(
    'usage/not-a-value',
    `\`--budget\` cannot be \`${text}\``,
    `give how many times the usual work may be done: a number up to ${MOST}, such as 10`,
  )
}
