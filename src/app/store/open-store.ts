import { homedir } from 'node:os'
import { join } from 'node:path'
import type { DenialStore } from '#store/denial-store.ts'
import { withoutSecrets } from '#store/url-name.ts'
import { UserError } from '../../errors.ts'
import { awsFault } from '../aws-fault.ts'
import { withDuckdb } from './not-installed.ts'

type Env = Readonly<Record<string, string | undefined>>

/** Where denials are kept when nobody says where: https://specifications.freedesktop.org/basedir-spec/latest/ */
export function defaultStore(env: Env): string {
  const data = env['XDG_DATA_HOME']
  const folder = data === undefined || data === '' ? join(homedir(), '.local', 'share') : data
  return `duckdb:${join(folder, 'denytrace', 'denials.duckdb')}`
}

export interface OpenOptions {
  readonly env: Env
  /** A store that is not there yet is made; else it is an error. */
  readonly create?: boolean
  /** Told what the reader of an answer should know of it. */
  readonly warn?: (text: string) => void
}

/** A server that does not answer a command that has just begun is told soon; one that goes away later is waited for. */
const OPENING_MILLISECONDS = 5000

/** The store that a URL names (docs/store.md). */
export async function openStore(
  url: string | undefined,
  { env, create = false, warn }: OpenOptions,
): Promise<DenialStore> {
  const chosen = url ?? defaultStore(env)
  const scheme = chosen.slice(0, chosen.indexOf(':'))
  if (scheme === 'duckdb') {
    const path = chosen.slice('duckdb:'.length)
    // What stands behind two slashes is the host of a URL, and a file has none.
    if (path === '' || /^\/\/[^/]/.test(path)) throw unknownStore(chosen)
    const { openDuckdbStore } = await withDuckdb(() => import('#store/duckdb/duckdb-store.ts'))
    return openDuckdbStore(path, { create, ...(warn === undefined ? {} : { warn }) })
  }
  if (chosen === 'memory:') {
    const { openMemoryStore } = await import('#store/memory/memory-store.ts')
    return openMemoryStore()
  }
  if (scheme === 'postgres' || scheme === 'postgresql') {
    if (!URL.canParse(chosen)) throw unknownStore(chosen)
    const { openPostgresStore } = await import('#store/postgres/postgres-store.ts')
    return openPostgresStore(chosen, { opening: OPENING_MILLISECONDS })
  }
  if (scheme === 'trino') {
    const { openTrinoStore } = await import('#store/history/trino/trino-store.ts')
    return openTrinoStore(chosen, env)
  }
  if (scheme === 'athena') {
    const { athenaPlace } = await import('#store/history/athena/athena-url.ts')
    const { openAthenaStore } = await import('#store/history/athena/athena-store.ts')
    const place = athenaPlace(chosen)
    return openAthenaStore(place, async () => (await import('#collect/aws/entry.ts')).athenaCalls(place), awsFault)
  }
  throw unknownStore(chosen)
}

const unknownStore = (url: string): UserError =>
  new UserError(
    'usage/not-a-value',
    `\`--store\` cannot be \`${withoutSecrets(url)}\``,
    'give `duckdb:PATH` or `postgres://USER@HOST/DATABASE`; for history `trino://HOST/CATALOG/SCHEMA` or `athena:DATABASE`',
  )

/** Opens, works, closes: also where the work fails. */
export async function withStore<T>(
  url: string | undefined,
  options: OpenOptions,
  work: (store: DenialStore) => Promise<T>,
): Promise<T> {
  const store = await openStore(url, options)
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}
