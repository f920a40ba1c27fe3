import { POLICY_LAYERS } from '#iam/layers.ts'
import { canonicalAction } from '#iam/facts/actions.ts'
import { type DenialFilter, type GroupBy, GROUPS } from '#store/denial-store.ts'
import { unwritable } from '#quote/hidden.ts'
import { UserError } from '../../errors.ts'
import { timeOption } from './since.ts'

/** Filters by name, as an address has them after the question mark. */
export type Query = Readonly<Record<string, string>>

const FILTERS = ['principal', 'action', 'resource', 'service', 'account', 'layer'] as const

/** A layer by its name: a filter that nothing can pass would look like a store without such denials. */
function layerOption(option: string, text: string): string {
  if (POLICY_LAYERS.some((layer) => layer === text)) return text
  throw new UserError(
    'usage/not-a-value',
    `\`${option}\` cannot be \`${text}\``,
    `give one of ${POLICY_LAYERS.map((layer) => `\`${layer}\``).join(', ')}`,
  )
}

/** An action in IAM's spelling, however it was written. A name alone, and a pattern, are mistakes that are easily made. */
function actionOption(option: string, text: string): string {
  const isWord = /^(?:[\w-]+:)?[\w*?]+$/.test(text)
  if (!isWord || (text.includes(':') && !/[*?]/.test(text))) return canonicalAction(text) ?? text
  throw new UserError(
    'usage/not-a-value',
    `\`${option}\` cannot be \`${text}\``,
    'give one IAM action, such as `s3:PutObject`',
  )
}

function serviceOption(option: string, text: string): string {
  if (!/^[\w-]+(?:\.[\w-]+)+$|^[\w-]+:/.test(text)) return text.toLowerCase()
  throw new UserError(
    'usage/not-a-value',
    `\`${option}\` cannot be \`${text}\``,
    'give it as actions begin: `s3`, `kms`',
  )
}

function accountOption(option: string, text: string): string {
  if (!/^\d+$/.test(text) || text.length === 12) return text
  throw new UserError('usage/not-a-value', `\`${option}\` cannot be \`${text}\``, 'an account id has twelve digits')
}

/** The meaning of each filter, where it is not as it was written; a form that is easily mistaken for it is refused. */
const READ: Readonly<Record<string, (option: string, text: string) => string>> = {
  action: actionOption,
  service: serviceOption,
  account: accountOption,
  layer: layerOption,
}

/** No store holds a NUL or half of a character in a text, and PostgreSQL takes neither in a question. */
function storable(option: string, text: string): string {
  const why = unwritable(text)
  if (why === undefined) return text
  throw new UserError('usage/not-a-value', `\`${option}\` cannot be searched for: ${why}`, 'leave that character out')
}

/** The filters that are given, as the store asks them; `dash` stands before their names in an error. */
export const readFilters = (query: Query, dash = ''): Pick<DenialFilter, (typeof FILTERS)[number]> =>
  Object.fromEntries(
    FILTERS.flatMap((name) => {
      const text = query[name]
      if (text === undefined) return []
      const value = storable(`${dash}${name}`, text)
      return [[name, READ[name]?.(`${dash}${name}`, value) ?? value]]
    }),
  )

/** `now` in milliseconds. */
export function filterOfQuery(query: Query, now: number): DenialFilter {
  const { since, until } = query
  return {
    ...(since === undefined ? {} : { from: timeOption('since', since, now) }),
    ...(until === undefined ? {} : { to: timeOption('until', until, now) }),
    ...readFilters(query),
    ...(query['resource-family'] === undefined
      ? {}
      : { resourceFamily: storable('resource-family', query['resource-family']) }),
  }
}

export function groupOfQuery({ by }: Query): GroupBy | undefined {
  if (by === undefined) return undefined
  const found = GROUPS.find((group) => group === by)
  if (found !== undefined) return found
  throw new UserError('usage/not-a-value', `\`by\` cannot be \`${by}\``, `give one of ${GROUPS.join(', ')}`)
}

export function limitOfQuery({ limit }: Query, usual: number, most: number): number {
  const value = Number(limit ?? usual)
  if (Number.isInteger(value) && value > 0 && value <= most) return value
  throw new UserError('usage/not-a-value', `\`limit\` cannot be \`${limit ?? ''}\``, `give a number from 1 to ${most}`)
}
