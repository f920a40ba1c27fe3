import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Backoff, pauseOf } from '../backoff.ts'
import type { Column } from '../history-engine.ts'
import { QueryError } from '../query-error.ts'

/** The calls of Athena that a query needs; whoever knows the SDK makes them. */
export interface AthenaCalls {
  /** A second start with the same token is the same query. */
  readonly start: (text: string, token: string) => Promise<string>
  readonly state: (id: string) => Promise<AthenaState>
  readonly page: (id: string, next: string | undefined) => Promise<AthenaPage>
  readonly stop: (id: string) => Promise<void>
}

export interface AthenaState {
  readonly state: string
  readonly why: string
  /** Athena says that the same query may succeed. */
  readonly isRetryable: boolean
}

export interface AthenaPage {
  readonly columns: readonly Column[]
  readonly rows: readonly (readonly (string | null)[])[]
  readonly next: string | undefined
}

export interface AthenaSettings {
  /** Between two questions whether it is done. */
  readonly polls: Backoff
  readonly queries: Backoff & { readonly tries: number }
}

export const ATHENA_SETTINGS: AthenaSettings = {
  polls: { firstMs: 200, longestMs: 5000, chance: Math.random },
  queries: { firstMs: 2000, longestMs: 60_000, tries: 6, chance: Math.random },
}

export interface AthenaResult {
  readonly columns: readonly Column[]
  readonly rows: AthenaPage['rows']
}

/**
 * Runs one query to its end: starts it, asks until it is done, reads all pages
 * (https://docs.aws.amazon.com/athena/latest/APIReference/API_StartQueryExecution.html). What Athena lost or turned away
 * because it was busy is asked again. Rejects with `QueryError`, or with what the calls threw.
 */
export async function athenaQuery(
  calls: AthenaCalls,
  text: string,
  timeoutSeconds: number,
  settings: AthenaSettings = ATHENA_SETTINGS,
): Promise<AthenaResult> {
  const { queries } = settings
  for (let tries = 1; ; tries++) {
    try {
      return await runOnce(calls, text, timeoutSeconds, settings)
    } catch (error) {
      const fault = isThrottled(error) ? new QueryError('lost', error.name, error.message) : error
      if (!(fault instanceof QueryError) || fault.kind !== 'lost' || tries >= queries.tries) throw fault
      await sleep(pauseOf(queries, tries))
    }
  }
}

const THROTTLED = ['TooManyRequestsException', 'ThrottlingException', 'Throttling']

const isThrottled = (error: unknown): error is Error => error instanceof Error && THROTTLED.includes(error.name)

async function runOnce(
  calls: AthenaCalls,
  text: string,
  timeoutSeconds: number,
  { polls }: AthenaSettings,
): Promise<AthenaResult> {
  const deadline = Date.now() + timeoutSeconds * 1000
  const id = await calls.start(text, randomUUID())
  let isOver = false
  try {
    await finished(calls, id, deadline, polls)
    isOver = true
    return await allPages(calls, id)
  } catch (error) {
    // It would go on, and cost, with nobody waiting. What ended is not stopped.
    if (!isOver && !(error instanceof QueryError && error.code !== 'TIMEOUT'))
      await calls.stop(id).catch(() => undefined)
    throw error
  }
}

async function finished(calls: AthenaCalls, id: string, deadline: number, polls: Backoff): Promise<void> {
  let failures = 0
  for (let tries = 1; ; tries++) {
    const answer = await calls.state(id)
    if (answer.state === 'SUCCEEDED') return
    if (answer.state === 'CANCELLED') throw cancelled(answer)
    // Athena may put a query that failed back into the queue, so a failure is believed when it stays.
    failures = answer.state === 'FAILED' ? failures + 1 : 0
    if (failures === 2) throw failed(answer)
    if (Date.now() > deadline) throw new QueryError('too-long', 'TIMEOUT', 'no end in the time that the URL allows')
    await sleep(pauseOf(polls, tries))
  }
}

/** The workgroup's limit of bytes ends a query so. */
const cancelled = ({ why }: AthenaState): QueryError =>
  new QueryError(/bytes scanned/i.test(why) ? 'too-long' : 'refused', 'CANCELLED', why)

/** Reasons begin with the engine's name of the error, or are a sentence. */
function failed({ why, isRetryable }: AthenaState): QueryError {
  const code = /^([A-Z][A-Z_]{2,60}):/.exec(why)?.[1] ?? 'FAILED'
  const kind = TOO_LONG.some((part) => why.includes(part)) ? 'too-long' : isRetryable ? 'lost' : 'refused'
  return new QueryError(kind, code, why)
}

const TOO_LONG = [
  'Query exhausted resources',
  'Query timeout',
  'EXCEEDED_TIME_LIMIT',
  'EXCEEDED_MEMORY_LIMIT',
  'HIVE_EXCEEDED_PARTITION_LIMIT',
]

async function allPages(calls: AthenaCalls, id: string): Promise<AthenaResult> {
  const rows: (readonly (string | null)[])[] = []
  let columns: readonly Column[] = []
  let next: string | undefined
  let isFirst = true
  do {
    const page = await calls.page(id, next)
    columns = page.columns
    for (const row of isFirst ? withoutHeader(page) : page.rows) rows.push(row)
    next = page.next
    isFirst = false
  } while (next !== undefined)
  return { columns, rows }
}

/** The first row of the first page of a SELECT has the columns' names. */
function withoutHeader({ columns, rows }: AthenaPage): AthenaPage['rows'] {
  const isHeader = rows[0]?.every((cell, i) => cell === columns[i]?.name) === true
  return isHeader ? rows.slice(1) : rows
}
