import { readFilters } from '#app/store/denials-query.ts'
import { timeOption } from '#app/store/since.ts'
import { UserError } from '../errors.ts'
import type { Io, Options, Values } from './command.ts'
import { warn } from './warn.ts'

export const STORE = {
  store: {
    value: 'URL',
    env: 'DENYTRACE_STORE',
    help: '`duckdb:PATH` (default, in the data directory) or `postgres://…`; for history `trino://…` or `athena:…`',
  },
} as const satisfies Options

/** Which denials; for every command that looks into the store. */
export const FILTERS = {
  since: { value: 'TIME', help: 'only from this time on: ISO 8601, a date, or how long ago (24h, 7d)' },
  until: { value: 'TIME', help: 'only before this time' },
  principal: { value: 'ARN', help: 'only of this role or user (for a session: its role)' },
  action: { value: 'ACTION', help: 'only of this IAM action' },
  resource: { value: 'ARN', help: 'only on this resource' },
  service: { value: 'SERVICE', help: 'only of this service, as actions begin: s3, kms' },
  account: { value: 'ID', help: "only of this account, the caller's or the resource owner's" },
  layer: { value: 'LAYER', help: 'only where AWS named this policy layer' },
} as const satisfies Options

export function filterOf(values: Values<typeof FILTERS>) {
  const { since, until, ...named } = values
  const now = Date.now()
  const from = since === undefined ? undefined : timeOption('--since', since, now)
  const to = until === undefined ? undefined : timeOption('--until', until, now)
  return { ...defined({ from, to }), ...readFilters(defined(named), '--') }
}

type Defined<T> = { -readonly [K in keyof T]?: Exclude<T[K], undefined> }

const defined = <T extends object>(values: T): Defined<T> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Defined<T>

export function countOption(option: string, text: string | undefined, most: number, usual: number): number {
  const value = Number(text ?? usual)
  if (Number.isInteger(value) && value > 0 && value <= most) return value
  throw new UserError(
    'usage/not-a-value',
    `\`${option}\` cannot be \`${text ?? ''}\``,
    `give a whole number from 1 to ${most}`,
  )
}

/** How every command opens the store that it reads. */
export const storeOptions = (io: Io) => ({ env: io.env, warn: (text: string) => warn(io, text) })
