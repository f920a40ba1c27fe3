import type { Denial } from '#intake/denial.ts'
import type { DenialStore } from '#store/denial-store.ts'
import { denialOf } from '#store/row-of-denial.ts'
import { groupedDenials, type ListedDenial, listedDenials, rowsOf, withStates } from './denials.ts'
import { keptTotals } from '../spikes/watch-totals.ts'
import { filterOfQuery, groupOfQuery, limitOfQuery, type Query } from './denials-query.ts'
import { openStore } from './open-store.ts'
import { overviewOf } from './overview.ts'

/** A question that a service asks of the store. */
export type StoreQuestion = 'denials' | 'stored' | 'overview' | 'watched'

export interface StoreReaderOptions {
  /** Undefined: the store of this user. */
  readonly url: string | undefined
}

export interface StoreReader {
  /** The text is a `Query` as JSON. */
  readonly answer: (question: StoreQuestion, text: string) => Promise<unknown>
  /** Closes the store, where it was opened. */
  readonly close: () => Promise<void>
}

/** Everything of one id, to be explained elsewhere. */
export interface Stored {
  readonly denials: readonly Denial[]
  readonly stored: readonly ListedDenial[]
}

/** Opened when it is first needed; one that is not there yet may come. */
export function openStoreReader({ url }: StoreReaderOptions): StoreReader {
  let opened: Promise<DenialStore> | undefined
  const store = (): Promise<DenialStore> => {
    opened ??= openStore(url, { env: process.env }).catch((error: unknown) => {
      opened = undefined
      throw error
    })
    return opened
  }
  const answers: Readonly<Record<StoreQuestion, (query: Query, store: DenialStore) => Promise<unknown>>> = {
    denials: denialsOf,
    stored: storedOf,
    watched: async (_, held) => ({ totals: (await keptTotals(held, Date.now())) ?? null }),
    overview: (query, held) => overviewOf(held, filterOfQuery(query, Date.now()), Date.now()),
  }
  return {
    answer: async (question, text) => answers[question](JSON.parse(text) as Query, await store()),
    close: async () => (await opened?.catch(() => undefined))?.close(),
  }
}

async function denialsOf(query: Query, store: DenialStore): Promise<unknown> {
  const filter = filterOfQuery(query, Date.now())
  const by = groupOfQuery(query)
  if (by === undefined) return listedDenials(store, filter, limitOfQuery(query, 50, 1000), query['cursor'])
  const { schemaVersion, groups } = await groupedDenials(store, by, filter)
  return { schemaVersion, groups: groups.slice(0, limitOfQuery(query, 1000, 10_000)) }
}

async function storedOf({ id = '' }: Query, store: DenialStore): Promise<Stored> {
  const rows = await rowsOf(store, id)
  return { denials: rows.map(denialOf), stored: await withStates(store, rows) }
}
