import { setTimeout as sleep } from 'node:timers/promises'
import type { PgClient, PgPool } from './driver.ts'

/** Of the session: PostgreSQL gives it back when the connection ends, however the process died. */
const TRY = 'select pg_try_advisory_lock(779431, 4) as mine'
const GIVE_BACK = 'select pg_advisory_unlock(779431, 4)'

const PAUSE = 200

/**
 * Does the work while no other process on the database does such work. Who waits longer than `patience` milliseconds goes
 * ahead: the other may be frozen, and what both would tell is told once in any case (keys of the outbox, revisions).
 */
export async function withDetectionLock<T>(pool: PgPool, patience: number, work: () => Promise<T>): Promise<T> {
  const client = await locked(pool, patience)
  try {
    return await work()
  } finally {
    if (client !== undefined)
      await client.query(GIVE_BACK).then(
        () => client.release(),
        (error: unknown) => client.release(error instanceof Error ? error : true),
      )
  }
}

/** Undefined: without the lock, since it is not to be had or the server is away; the work itself waits for a server. */
async function locked(pool: PgPool, patience: number): Promise<PgClient | undefined> {
  const end = Date.now() + patience
  let client: PgClient | undefined
  try {
    client = await pool.connect()
    for (;;) {
      const { rows } = await client.query(TRY)
      if (rows[0]?.['mine'] === true) return client
      if (Date.now() > end) break
      await sleep(PAUSE)
    }
    client.release()
  } catch (error) {
    client?.release(error instanceof Error ? error : true)
  }
  return undefined
}
