import { Pool, types } from 'pg'

/** A result's row and a client of the pool, as far as we use them. */
export interface PgClient {
  readonly query: (text: string, values?: unknown[]) => Promise<{ readonly rows: Record<string, unknown>[] }>
  readonly release: (error?: Error | boolean) => void
}

export interface PgPool {
  readonly connect: () => Promise<PgClient>
  readonly end: () => Promise<void>
}

const TIMESTAMP = 1114
const NUMBERS = new Set([20, 1700])

/** Timestamps without zone are UTC; counts and sums are numbers. The driver would make local dates and texts of them. */
const parsers = {
  getTypeParser: (type: number, format?: 'text' | 'binary'): unknown => {
    if (type === TIMESTAMP) return (text: string) => `${text.slice(0, 19).replace(' ', 'T')}Z`
    if (NUMBERS.has(type)) return Number
    return format === 'binary' ? types.getTypeParser(type, 'binary') : types.getTypeParser(type, 'text')
  },
}

/** The build makes a file of its own of this one, so that the driver is read by those who use it. */
export function openPool(url: string, connections: number): PgPool {
  const pool = new Pool({
    connectionString: url,
    max: connections,
    connectionTimeoutMillis: 10_000,
    application_name: 'denytrace',
    types: parsers as typeof types,
  })
  // An idle connection that breaks is replaced when it is needed; without a listener it would end the process.
  pool.on('error', () => undefined)
  // One in use fails its query as well, which is where we hear of it.
  pool.on('connect', (client) => void client.on('error', () => undefined))
  return pool
}
