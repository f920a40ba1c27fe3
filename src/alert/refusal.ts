import type { ReportedLayer } from '#intake/denial.ts'
import type { NoiseClass } from './noise.ts'
import { type Hour, hourOf, MS_PER_HOUR } from './season.ts'

/** Denial as the detector counts it. */
export interface Refusal {
  readonly eventId: string | null
  /** Milliseconds since 1970, of the event and not of its arrival. */
  readonly time: number
  /** The role or user, without the session. */
  readonly principal: string
  readonly action: string
  readonly resourceFamily: string
  readonly account: string | null
  readonly layer: ReportedLayer | null
  readonly denyType: 'explicit' | 'implicit' | null
  readonly policyArn: string | null
  /** Of the deciding statement, where it is known: its policy and its Sid or index. */
  readonly statement: string | null
  readonly noise: NoiseClass | null
}

/** Kind of denials that are counted together: the fields they have in common. */
export interface Kind extends Omit<Refusal, 'eventId' | 'time'> {
  /** Principal, action and resource family with blanks between: the key of the full tuple. */
  readonly tuple: string
  /** What whoever counts knows the kind by; the detector does not look at it. */
  readonly origin?: object | undefined
}

/** Denials of one kind in one hour. */
export interface Row extends Kind {
  readonly hour: Hour
  readonly count: number
  /** Bits of the hour, one for each five minutes. */
  readonly slots: number
  /** Milliseconds. */
  readonly first: number
  /** Event ids of some of them, the first ones; none where they are looked up later. */
  readonly examples: readonly string[]
}

const MS_PER_SLOT = MS_PER_HOUR / 12

const MAX_EXAMPLES = 3

interface Growing {
  row: { -readonly [K in keyof Row]: Row[K] } & { examples: string[] }
}

/** Counts denials by hour and by all that tells them apart, by hour. The order in which they come does not matter. */
export function rollUp(refusals: Iterable<Refusal>): { readonly rows: readonly Row[] } {
  const growing = new Map<string, Growing>()
  for (const refusal of refusals) {
    const key = keyOf(refusal)
    const found = growing.get(key)
    if (found === undefined) growing.set(key, begin(refusal))
    else add(found, refusal)
  }
  const rows = [...growing.values()].map(({ row }) => row)
  rows.sort((a, b) => a.hour - b.hour || a.first - b.first || (a.tuple < b.tuple ? -1 : 1))
  return { rows }
}

const keyOf = (one: Refusal): string =>
  [
    hourOf(one.time),
    one.principal,
    one.action,
    one.resourceFamily,
    one.account,
    one.layer,
    one.denyType,
    one.policyArn,
    one.statement,
    one.noise,
  ].join('\n')

const slotOf = (time: number): number => 1 << (Math.floor(time / MS_PER_SLOT) % 12)

function begin({ eventId, time, ...rest }: Refusal): Growing {
  const examples = eventId === null ? [] : [eventId]
  const row = {
    ...rest,
    tuple: tupleOf(rest),
    hour: hourOf(time),
    count: 1,
    slots: slotOf(time),
    first: time,
    examples,
  }
  return { row }
}

function add({ row }: Growing, { eventId, time }: Refusal): void {
  row.count++
  row.slots |= slotOf(time)
  row.first = Math.min(row.first, time)
  if (eventId !== null && row.examples.length < MAX_EXAMPLES) row.examples.push(eventId)
}

/** How many of the twelve slots of an hour are set. */
export function slotCount(slots: number): number {
  let count = 0
  for (let left = slots; left !== 0; left &= left - 1) count++
  return count
}

export const tupleOf = ({
  principal,
  action,
  resourceFamily,
}: Pick<Kind, 'principal' | 'action' | 'resourceFamily'>): string => `${principal} ${action} ${resourceFamily}`

export const FAMILIES = ['tuple', 'principal', 'action', 'resource-family'] as const
export type Family = (typeof FAMILIES)[number]

export function seriesKey(family: Family, row: Kind): string {
  switch (family) {
    case 'tuple':
      return row.tuple
    case 'principal':
      return row.principal
    case 'action':
      return row.action
    case 'resource-family':
      return row.resourceFamily
  }
}
