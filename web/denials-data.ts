import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import type { ComputingAnswer, ListedDenial, OverviewAnswer, SeriesAnswer, Spike, SpikesAnswer } from '#http/wire.ts'
import { ask, type Fault } from './ask.ts'
import type { Asked } from './denials-asked.ts'

export interface DenialsData {
  readonly overview: OverviewAnswer | undefined
  readonly listed: readonly ListedDenial[]
  readonly spikes: readonly Spike[] | undefined
  readonly series: readonly SeriesAnswer[]
  readonly fault: Fault | undefined
  /** When the overview was read. */
  readonly readAt: Date | undefined
  /** What is shown was asked for otherwise than now: another time or filter. */
  readonly isStale: boolean
}

const NOTHING: DenialsData = {
  overview: undefined,
  listed: [],
  spikes: undefined,
  series: [],
  fault: undefined,
  readAt: undefined,
  isStale: false,
}

/** How many spikes are drawn: the gravest first. */
export const DRAWN = 8

const LIVE_EVERY = 5000
/** The service keeps what the detector found for a minute. */
const SPIKES_EVERY = 60_000
const ASK_AGAIN = 2000

const addressOf = (path: string, query: Readonly<Record<string, string | undefined>>): string => {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined && value !== '') params.set(name, value)
  return `${path}?${params.toString()}`
}

/** Reads what the page shows; while it is live, again and again, the spikes more seldom. A late answer is dropped. */
export function useDenials(asked: Asked, isLive: boolean): DenialsData {
  const [data, setData] = useState(NOTHING)
  const turn = useRef(0)
  const { since, until, filters } = asked
  const readCounts = useCallback(async () => {
    const mine = ++turn.current
    const query = { since, until, ...filters }
    const [overview, listed] = await Promise.all([
      ask<OverviewAnswer>(addressOf('/api/overview', query)),
      ask<{ denials: readonly ListedDenial[] }>(addressOf('/api/denials', { ...query, limit: '50' })),
    ])
    if (mine !== turn.current) return
    setData((before) => ({
      ...before,
      // What could not be read anew stays, and is said to be old.
      ...(overview.ok
        ? { overview: overview.value, readAt: new Date(), isStale: false }
        : { isStale: before.overview !== undefined }),
      ...(listed.ok ? { listed: listed.value.denials } : {}),
      fault: overview.ok ? undefined : overview.fault,
    }))
  }, [since, until, filters])
  const spikesTurn = useRef(0)
  const readSpikes = useCallback(async () => {
    const mine = ++spikesTurn.current
    while (mine === spikesTurn.current) {
      const found = await ask<SpikesAnswer | ComputingAnswer>(addressOf('/api/spikes', { since, until }))
      if (mine !== spikesTurn.current) return undefined
      if (!found.ok) return undefined
      if ('spikes' in found.value) {
        const { spikes, series } = found.value
        return setData((before) => ({ ...before, spikes: sorted(spikes), series }))
      }
      // A long history takes the detector some seconds: the service says so, and keeps the answer.
      await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN))
    }
    return undefined
  }, [since, until])
  // What stood out in another time does not stand for what stands out in this one.
  useEffect(() => setData((before) => ({ ...before, spikes: undefined, series: [] })), [since, until])
  useEffect(() => setData((before) => ({ ...before, isStale: before.overview !== undefined })), [since, until, filters])
  useEffect(() => repeat(readCounts, isLive ? LIVE_EVERY : undefined), [readCounts, isLive])
  useEffect(() => repeat(readSpikes, isLive ? SPIKES_EVERY : undefined), [readSpikes, isLive])
  useEffect(() => () => void ++spikesTurn.current, [])
  return data
}

/** Now and, with a pause, again: never twice at once, and not while nobody looks. */
function repeat(work: () => Promise<void>, every: number | undefined): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  let isOver = false
  const turn = async (): Promise<void> => {
    if (!document.hidden) await work()
    if (!isOver && every !== undefined) timer = setTimeout(() => void turn(), every)
  }
  void turn()
  return () => {
    isOver = true
    clearTimeout(timer)
  }
}

const SEVERITY = ['high', 'medium', 'low']

/** Open ones first, then the gravest, which chance alone explains least, then the newest. */
const sorted = (spikes: readonly Spike[]): readonly Spike[] =>
  spikes.toSorted(
    (one, other) =>
      Number(one.state === 'closed') - Number(other.state === 'closed') ||
      SEVERITY.indexOf(one.severity) - SEVERITY.indexOf(other.severity) ||
      (one.p ?? 1) - (other.p ?? 1) ||
      (one.from < other.from ? 1 : -1),
  )
