import type { SqlSession } from './session.ts'

/** Now, by the database's clock: a worker whose clock is wrong leases as well as any other. */
export const nowIn = ({ dialect }: SqlSession): string =>
  dialect === 'postgres'
    ? `cast(clock_timestamp() at time zone 'UTC' as timestamp)`
    : `cast(now() at time zone 'UTC' as timestamp)`

export const SECONDS = `interval '1 second'`
