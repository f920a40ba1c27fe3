import { POLICY_LAYERS } from '#engine/decision.ts'
import { type DenialFilter, type GroupBy, GROUPS } from '#store/denial-store.ts'
import { UserError } from '../../errors.ts'
import { timeOption } from './since.ts'

/** What was asked for by name, as an address has it after the question mark. */
export type Query = Readonly<Record<string, string>>

const FILTERS = ['principal', 'action', 'resource', 'service', 'account', 'layer'] as const

/** A layer by its name: a filter that nothing can pass would look like a store without such denials. */
export function layerOption(option: string, text: string): string {
  if (POLICY_LAYERS.some((layer) => layer === text)) return text
  throw new UserError(
    'usage/not-a-value',
    `\`${option}\` cannot be \`${text}\``,
    `give one of ${POLICY_LAYERS.map((layer) => `\`${layer}\``).join(', ')}`,
  )
}

/** `now` in milliseconds. */
export function filterOfQuery(query: Query, now: number): DenialFilter {
  const { since, until, layer } = query
  if (layer !== undefined) layerOption('layer', layer)
  return {
    ...(since === undefined ? {} : { from: timeOption('since', since, now) }),
    ...(until === undefined ? {} : { to: timeOption('until', until, now) }),
    ...Object.fromEntries(FILTERS.flatMap((name) => (query[name] === undefined ? [] : [[name, query[name]]]))),
    ...(query['resource-family'] === undefined ? {} : { resourceFamily: query['resource-family'] }),
  }
}

export function groupOfQuery({ by }: Query): GroupBy | undefined {
  if (by === undefined) return undefined
  const found = GROUPS.find((one) => one === by)
  if (found !== undefined) return found
  throw new UserError('usage/not-a-value', `\`by\` cannot be \`${by}\``, `give one of ${GROUPS.join(', ')}`)
}

export function limitOfQuery({ limit }: Query, usual: number, most: number): number {
  const value = Number(limit ?? usual)
  if (Number.isInteger(value) && value > 0 && value <= most) return value
  throw new UserError('usage/not-a-value', `\`limit\` cannot be \`${limit ?? ''}\``, `give a number from 1 to ${most}`)
}
