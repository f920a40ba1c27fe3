import type { Alarm } from './alarm.ts'
import type { Row } from './refusal.ts'

/** Rows of alarms that one cause can explain, without a longer pause than `GAP` hours. */
export interface Cluster {
  /** What they have in common, as text: the same for the same cause. */
  readonly cause: string
  /** All of them, those of other layers included. */
  readonly rows: readonly Row[]
  /** What `cause` explains. */
  readonly own: readonly Row[]
  readonly alarms: readonly Alarm[]
}

/** Hours without an alarm after which the same cause is another incident; a slow shift has one every few days. */
const GAP = 3
const SLOW_GAP = 72

/** Whose policies are the organization's or the endpoint's: one of them can refuse many actions to many. */
const WIDE = ['service-control-policy', 'resource-control-policy', 'vpc-endpoint-policy']

/** Every cause that a row can have, the most particular first. */
function causesOf(row: Row): readonly string[] {
  const layer = row.layer ?? 'unknown'
  const policy = row.policyArn === null ? [] : [`policy ${layer} ${row.policyArn}`]
  const statement = row.statement === null ? [] : [`statement ${layer} ${row.statement}`]
  const wide = WIDE.includes(layer) && row.policyArn === null ? [`layer ${layer} ${row.denyType ?? ''}`] : []
  return [
    ...policy,
    ...statement,
    ...wide,
    `principal ${layer} ${row.principal}`,
    `action ${layer} ${row.action}`,
    `resource ${layer} ${row.resourceFamily}`,
  ]
}

interface Candidate {
  readonly cause: string
  readonly order: number
  readonly rows: Set<Row>
}

/**
 * Covers the rows of all alarms with as few causes as it can: always the cause that explains most of what is left. So an
 * SCP that refuses 400 roles is one cluster, and a role that lost its policy is one, whatever it tried to do.
 */
export function clusters(alarms: readonly Alarm[]): readonly Cluster[] {
  const rows = new Set(alarms.flatMap((alarm) => alarm.rows))
  const alarmsOf = new Map<Row, Alarm[]>()
  for (const alarm of alarms) for (const row of alarm.rows) push(alarmsOf, row, alarm)
  const slow = new Set(alarms.filter(({ kind }) => kind === 'shift').flatMap((alarm) => alarm.rows))
  return withOtherLayers(cover(candidatesOf(rows, slow)))
    .map((cluster) => ({ ...cluster, alarms: [...new Set(cluster.rows.flatMap((row) => alarmsOf.get(row) ?? []))] }))
    .filter(isPart)
}

interface Covered {
  readonly cause: string
  readonly rows: readonly Row[]
}

/**
 * Several layers can refuse one call, and AWS names one of them at a time: what is refused by another layer too, in the same
 * hour, is no incident of its own. It goes to the cause that explains more.
 */
function withOtherLayers(covered: readonly Covered[]): readonly (Covered & { readonly own: readonly Row[] })[] {
  const merged: { cause: string; own: readonly Row[]; rows: Row[] }[] = []
  const owners = new Map<string, (typeof merged)[number]>()
  for (const { cause, rows } of covered) {
    const owner = ownerOf(rows, owners)
    const into = owner ?? { cause, own: rows, rows: [] }
    if (owner === undefined) merged.push(into)
    for (const row of rows) {
      into.rows.push(row)
      if (!owners.has(callIn(row))) owners.set(callIn(row), into)
    }
  }
  return merged
}

const callIn = ({ hour, tuple }: Row): string => `${hour} ${tuple}`

/** Who has, of every tuple among the rows, an hour of it. */
function ownerOf<T>(rows: readonly Row[], owners: ReadonlyMap<string, T>): T | undefined {
  const tuples = new Set(rows.map(({ tuple }) => tuple))
  const shared = new Map<T, Set<string>>()
  for (const row of rows) {
    const owner = owners.get(callIn(row))
    if (owner !== undefined) shared.set(owner, (shared.get(owner) ?? new Set()).add(row.tuple))
  }
  return [...shared].find(([, known]) => known.size === tuples.size)?.[0]
}

/** Less than this of every alarm it is in was there by accident: somebody's usual denial in the hour of an incident. */
const LEAST_PART = 0.1

function isPart({ rows, alarms }: Cluster): boolean {
  const own = new Set(rows)
  return alarms.some((alarm) => {
    const total = countOf(alarm.rows)
    return countOf(alarm.rows.filter((row) => own.has(row))) >= LEAST_PART * total
  })
}

const countOf = (rows: readonly Row[]): number => rows.reduce((sum, { count }) => sum + count, 0)

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const found = map.get(key)
  if (found === undefined) map.set(key, [value])
  else found.push(value)
}

function candidatesOf(rows: ReadonlySet<Row>, slow: ReadonlySet<Row>): readonly Candidate[] {
  const byCause = new Map<string, { order: number; rows: Row[] }>()
  for (const row of rows)
    causesOf(row).forEach((cause, order) => {
      const found = byCause.get(cause) ?? { order, rows: [] }
      byCause.set(cause, found)
      found.rows.push(row)
    })
  return [...byCause].flatMap(([cause, { order, rows: all }]) =>
    withoutPauses(all, slow)
      .filter((part) => !cause.startsWith('action ') || isOfSeveral(part))
      .map((part) => ({ cause, order, rows: new Set(part) })),
  )
}

/** That two roles fail at the same action is chance; of more it is a sign of something that they share. */
const SEVERAL = 3

const isOfSeveral = (rows: readonly Row[]): boolean => new Set(rows.map(({ principal }) => principal)).size >= SEVERAL

function withoutPauses(rows: readonly Row[], slow: ReadonlySet<Row>): readonly (readonly Row[])[] {
  const sorted = rows.toSorted((a, b) => a.hour - b.hour)
  const parts: Row[][] = []
  let last: Row | undefined
  for (const row of sorted) {
    const gap = slow.has(row) || (last !== undefined && slow.has(last)) ? SLOW_GAP : GAP
    if (last === undefined || row.hour - last.hour > gap) parts.push([])
    parts.at(-1)?.push(row)
    last = row
  }
  return parts
}

/** Greedy set cover. Coverage only shrinks, so a candidate taken out of its pile is either still the best or goes lower. */
function cover(candidates: readonly Candidate[]): readonly { cause: string; rows: readonly Row[] }[] {
  const covered = new Set<Row>()
  const piles: Candidate[][] = []
  const put = (candidate: Candidate, size: number): void => {
    piles[size] ??= []
    piles[size].push(candidate)
  }
  for (const candidate of candidates) put(candidate, tuplesIn(candidate.rows))
  const chosen: { cause: string; rows: readonly Row[] }[] = []
  for (let size = piles.length - 1; size > 0; size--) {
    const pile = piles[size] ?? []
    // Of equals the most particular, then by name, so that the answer does not hang on the order of the input.
    pile.sort((a, b) => a.order - b.order || (a.cause < b.cause ? -1 : 1))
    for (const candidate of pile) {
      const left = [...candidate.rows].filter((row) => !covered.has(row))
      const now = tuplesIn(left)
      if (now === 0) continue
      if (now < size) put({ ...candidate, rows: new Set(left) }, now)
      else {
        for (const row of left) covered.add(row)
        chosen.push({ cause: candidate.cause, rows: left })
      }
    }
  }
  return chosen
}

function tuplesIn(rows: Iterable<Row>): number {
  const tuples = new Set<string>()
  for (const { tuple } of rows) tuples.add(tuple)
  return tuples.size
}
