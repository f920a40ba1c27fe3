import { createHash, randomUUID } from 'node:crypto'
import type { Checkpoint } from '#alert/detect.ts'
import { memoryOfTexts } from '#alert/memory-text.ts'
import { type Hour, MS_PER_HOUR } from '#alert/season.ts'
import { DETECTOR_VERSION, type Settings } from '#alert/settings.ts'
import type { DenialStore, Mark } from '#store/denial-store.ts'
import type { SeriesRow } from '#store/detection.ts'
import { isoTime } from '#store/iso-time.ts'

/**
 * Checkpoints of what the detector had learnt at the beginning of two days, so that a round goes on from there (ADR 0040).
 * `recent` is for what comes every minute, `older` for what comes days late; what is older than both is learnt anew.
 */
const SLOTS = ['recent', 'older'] as const
type Slot = (typeof SLOTS)[number]

/** Days before the running one. Assessing begins two days before the first hour that changed. */
const AGE: Readonly<Record<Slot, number>> = { recent: 3, older: 10 }
const OLDEST_AGE = 17

/** Days after which everything is learnt anew: what retention forgot and marks of the past are forgotten then. */
const LASTS = 28

const HEADS = 'checkpoint'
const VERSION = 1
/** Of more series nothing is kept: they would be a hundred megabytes of text each day. */
const MOST_SERIES = 100_000
/** First refusals in one text. */
const IN_ONE = 5000

interface Head {
  /** Stands in each part too: those of another writing are none of it. */
  readonly id: string
  readonly day: number
  /** The first hour of the history that was learnt. */
  readonly from: Hour
  /** The day on which all of it was learnt. */
  readonly builtOn: number
  /** Of what bears on everything that was learnt. */
  readonly basis: string
  readonly parts: number
  /** Milliseconds. */
  readonly oldest: number
  readonly newest: number
}

export interface Kept {
  readonly head: Head
  /** A new one each time: going on from it uses it up. */
  readonly resume: () => Checkpoint
  /** Tuple → when it was first refused, in milliseconds. */
  readonly firstRefused: ReadonlyMap<string, number>
  readonly rows: readonly SeriesRow[]
}

/** Settings and marks bear on every hour that was learnt. */
export const basisOf = (settings: Settings, marks: readonly Mark[]): string =>
  createHash('sha256')
    .update(JSON.stringify([DETECTOR_VERSION, VERSION, settings, marks]))
    .digest('hex')

export interface Wanted {
  /** Nothing before it is assessed or has changed. */
  readonly assessFrom: Hour
  /** The history should begin about here, if there is one. */
  readonly from: Hour
  readonly basis: string
}

const WEEK = 168

/** The latest from which what is wanted can be assessed; undefined: everything is to be learnt. */
export async function latestKept(store: DenialStore, goal: Wanted): Promise<Kept | undefined> {
  const heads = [...(await headsOf(store))].toSorted(([, head], [, other]) => other.day - head.day)
  const [newest] = heads
  if (newest === undefined || newest[1].day - newest[1].builtOn > LASTS) return undefined
  for (const [slot, head] of heads) {
    if (head.day * 24 > goal.assessFrom || head.basis !== goal.basis) continue
    if (head.from > Math.max(goal.from, Math.floor(head.oldest / MS_PER_HOUR)) + WEEK) continue
    const kept = read(head, await store.series(familyOf(slot)))
    if (kept !== undefined) return kept
  }
  return undefined
}

const familyOf = (slot: Slot): string => `${HEADS}-${slot}`

async function headsOf(store: DenialStore): Promise<ReadonlyMap<Slot, Head>> {
  const heads = new Map<Slot, Head>()
  for (const { key, modelVersion, state } of await store.series(HEADS)) {
    const slot = SLOTS.find((known) => known === key)
    const head = modelVersion === VERSION ? (JSON.parse(state) as Head | null) : null
    if (slot !== undefined && head !== null) heads.set(slot, head)
  }
  return heads
}

interface Part {
  readonly id: string
  readonly memory?: string
  readonly scans?: readonly (readonly [principal: string, days: readonly number[]])[]
  readonly refused?: readonly (readonly [tuple: string, time: number])[]
}

/** Undefined: parts are missing, or another process wrote between two looks. */
function read(head: Head, rows: readonly SeriesRow[]): Kept | undefined {
  const parts = rows.slice(0, head.parts).map(({ state }) => JSON.parse(state) as Part)
  if (parts.length < head.parts || parts.some(({ id }) => id !== head.id)) return undefined
  const texts = parts.flatMap(({ memory }) => memory ?? [])
  const scans = new Map(parts.flatMap((part) => part.scans ?? []).map(([who, days]) => [who, new Set(days)]))
  return {
    head,
    resume: () => ({ day: head.day, from: head.from, memory: memoryOfTexts(texts), scans }),
    firstRefused: new Map(parts.flatMap(({ refused }) => refused ?? [])),
    rows: rows.slice(0, head.parts),
  }
}

/** The facts that a round learnt and found around it. */
export interface Learnt {
  /** The running day. */
  readonly today: number
  readonly from: Hour
  readonly basis: string
  readonly oldest: number
  readonly newest: number
  readonly firstRefused: ReadonlyMap<string, number>
  readonly scans: Checkpoint['scans']
  /** At the beginning of days. */
  readonly memories: ReadonlyMap<number, readonly string[]>
}

/** Whether what is known at the beginning of the day is to be kept. */
export const isToKeep = (today: number, day: number, series: number): boolean =>
  series <= MOST_SERIES && SLOTS.some((slot) => today - AGE[slot] === day)

/** The rows to write; `changedFrom`: what was kept of later days no longer holds. `before`: from which the round went on. */
export async function rowsToKeep(
  store: DenialStore,
  learnt: Learnt,
  before: Kept | undefined,
  changedFrom: Hour,
): Promise<readonly SeriesRow[]> {
  const heads = await headsOf(store)
  return SLOTS.flatMap((slot) => {
    const there = heads.get(slot)
    const isGood = there !== undefined && there.basis === learnt.basis && there.day * 24 <= changedFrom
    const memory = learnt.memories.get(learnt.today - AGE[slot])
    if (memory !== undefined) return rowsOf(slot, headOf(learnt, learnt.today - AGE[slot], before), memory, learnt)
    if (isGood && learnt.today - there.day <= (slot === 'recent' ? AGE.older : OLDEST_AGE)) return []
    if (slot === 'older' && before !== undefined && before.head.day * 24 <= changedFrom) return moved(slot, before)
    return isGood || there === undefined ? [] : [headRow(slot, null, learnt.today)]
  })
}

const headOf = ({ from, basis, oldest, newest, today }: Learnt, day: number, before: Kept | undefined): Head => ({
  id: randomUUID(),
  day,
  from,
  builtOn: before?.head.builtOn ?? today,
  basis,
  parts: 0,
  oldest,
  newest,
})

function rowsOf(slot: Slot, head: Head, memory: readonly string[], learnt: Learnt): readonly SeriesRow[] {
  const refused = [...learnt.firstRefused].filter(([, time]) => time < head.day * 24 * MS_PER_HOUR)
  const scans = [...learnt.scans].map(
    ([who, days]) => [who, [...days].filter((day) => day < head.day && head.day - day <= 2 * LASTS + WEEK)] as const,
  )
  const parts: Part[] = [
    ...memory.map((text) => ({ id: head.id, memory: text })),
    { id: head.id, scans },
    ...Array.from({ length: Math.ceil(refused.length / IN_ONE) }, (_, i) => ({
      id: head.id,
      refused: refused.slice(i * IN_ONE, (i + 1) * IN_ONE),
    })),
  ]
  return [
    headRow(slot, { ...head, parts: parts.length }, head.day),
    ...parts.map((part, i) => rowOf(familyOf(slot), String(i).padStart(6, '0'), JSON.stringify(part), head.day)),
  ]
}

const moved = (slot: Slot, { head, rows }: Kept): readonly SeriesRow[] => [
  headRow(slot, head, head.day),
  ...rows.map((row) => ({ ...row, family: familyOf(slot) })),
]

const headRow = (slot: Slot, head: Head | null, day: number): SeriesRow => rowOf(HEADS, slot, JSON.stringify(head), day)

const rowOf = (family: string, key: string, state: string, day: number): SeriesRow => ({
  family,
  key,
  lastBucket: isoTime(day * 24 * MS_PER_HOUR),
  modelVersion: VERSION,
  state,
})
