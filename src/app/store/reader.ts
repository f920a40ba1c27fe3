import { DEFAULT_SETTINGS } from '#alert/settings.ts'
import type { Denial } from '#intake/denial.ts'
import type { DenialStore } from '#store/denial-store.ts'
import { denialOf } from '#store/row-of-denial.ts'
import { type Loaded, load, spikesIn, type SpikesOptions, type SpikesReport } from '../spikes/find-spikes.ts'
import { bandsOf, type SeriesName, seriesName } from '../spikes/series-band.ts'
import { groupedDenials, type ListedDenial, listedDenials, rowsOf, withStates } from './denials.ts'
import { UserError } from '../../errors.ts'
import { filterOfQuery, groupOfQuery, limitOfQuery, type Query } from './denials-query.ts'
import { openStore } from './open-store.ts'
import { overviewOf } from './overview.ts'
import { timeOption } from './since.ts'

/** What a service reads out of the store. */
export type StoreQuestion = 'denials' | 'stored' | 'overview' | 'spikes' | 'series'

export interface StoreReaderOptions {
  /** Undefined: the store of this user. */
  readonly url: string | undefined
}

export interface StoreReader {
  /** The text is a `Query` as JSON. */
  readonly answer: (question: StoreQuestion, text: string) => Promise<unknown>
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
  const history = newHistory()
  const answers: Readonly<Record<StoreQuestion, (query: Query, store: DenialStore) => Promise<unknown>>> = {
    denials: denialsOf,
    stored: storedOf,
    overview: (query, held) => overviewOf(held, filterOfQuery(query, Date.now()), Date.now()),
    spikes: (query, held) => history.spikes(held, query),
    series: (query, held) => history.series(held, query),
  }
  return { answer: async (question, text) => answers[question](JSON.parse(text) as Query, await store()) }
}

async function denialsOf(query: Query, store: DenialStore): Promise<unknown> {
  const filter = filterOfQuery(query, Date.now())
  const by = groupOfQuery(query)
  if (by === undefined) return listedDenials(store, filter, limitOfQuery(query, 50, 1000))
  const { schemaVersion, groups } = await groupedDenials(store, by, filter)
  return { schemaVersion, groups: groups.slice(0, limitOfQuery(query, 1000, 10_000)) }
}

async function storedOf({ id = '' }: Query, store: DenialStore): Promise<Stored> {
  const rows = await rowsOf(store, id)
  return { denials: rows.map(denialOf), stored: await withStates(store, rows) }
}

/** `family` and `key` of one, or `names`: a list of them as JSON. */
function namesOf({ family, key, names }: Query): readonly SeriesName[] {
  if (names === undefined) return [seriesName(family, key)]
  const list = listOf(names)
  if (list !== undefined && list.length <= MAX_SERIES) return list.map((one) => seriesName(one.family, one.key))
  throw new UserError(
    'usage/not-a-value',
    '`names` is no list of series',
    `give at most ${MAX_SERIES} of \`{"family", "key"}\`, as JSON`,
  )
}

const MAX_SERIES = 12

function listOf(text: string): readonly { readonly family?: string; readonly key?: string }[] | undefined {
  try {
    const value: unknown = JSON.parse(text)
    const isList = Array.isArray(value) && value.every((one) => typeof one === 'object' && one !== null)
    return isList ? value : undefined
  } catch {
    return undefined
  }
}

/** How long what was read for the detector is taken for the present, in milliseconds. */
const FRESH = 60_000

interface Kept {
  readonly at: number
  readonly key: string
  readonly loaded: Promise<Loaded | undefined>
  report?: Promise<SpikesReport>
}

/** The detector reads weeks of denials: what it read serves everybody who asks for the same time. */
function newHistory() {
  let kept: Kept | undefined
  const optionsOf = ({ since, until }: Query): SpikesOptions => {
    const now = Date.now()
    const time = (name: string, text: string | undefined) =>
      text === undefined ? undefined : Date.parse(timeOption(name, text, now))
    return {
      since: time('since', since),
      until: time('until', until),
      settings: DEFAULT_SETTINGS,
      withNoise: false,
      changes: [],
      now,
    }
  }
  const read = (store: DenialStore, query: Query): { held: Kept; options: SpikesOptions } => {
    const options = optionsOf(query)
    const key = JSON.stringify([query['since'], query['until']])
    if (kept === undefined || kept.key !== key || options.now - kept.at > FRESH)
      kept = { at: options.now, key, loaded: load(store, options) }
    return { held: kept, options }
  }
  return {
    spikes: async (store: DenialStore, query: Query): Promise<SpikesReport> => {
      const { held, options } = read(store, query)
      held.report ??= held.loaded.then((loaded) => spikesIn(store, loaded, options))
      // What failed once may do better the next time.
      return held.report.catch((error: unknown) => {
        if (kept === held) kept = undefined
        throw error
      })
    },
    series: async (store: DenialStore, query: Query) => {
      const names = namesOf(query)
      const { held, options } = read(store, query)
      const loaded = await held.loaded
      return { schemaVersion: 1, series: loaded === undefined ? [] : bandsOf(loaded, names, options) }
    },
  }
}
