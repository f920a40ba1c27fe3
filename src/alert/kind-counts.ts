import type { Kind, Row } from './refusal.ts'
import { type Hour, MS_PER_HOUR } from './season.ts'

/** Counts of kinds by hour, many of them: sixteen bytes each, and a row when one is asked for. */
export interface KindCounts extends Iterable<Row> {
  readonly denials: number
  /** Denials that there was no room for. */
  readonly leftOut: number
}

export interface KindCounter {
  /** Gives the kind a number. */
  readonly kind: (kind: Kind) => number
  /** `first`: seconds since the beginning of the hour. An hour and kind may come in several parts. */
  readonly add: (kind: number, hour: Hour, count: number, slots: number, first: number) => void
  readonly end: () => KindCounts
}

/** More of them than this are not held; the rest is counted as left out. */
const MAX_COUNTS = 4_000_000

export function newKindCounter(most = MAX_COUNTS): KindCounter {
  const kinds: Kind[] = []
  let columns = newColumns(1024)
  let length = 0
  let denials = 0
  let leftOut = 0
  return {
    kind: (kind) => kinds.push(kind) - 1,
    add: (kind, hour, count, slots, first) => {
      if (length >= most) {
        leftOut += count
        return
      }
      if (length === columns.kind.length) columns = grown(columns)
      columns.kind[length] = kind
      columns.hour[length] = hour
      columns.count[length] = count
      columns.slots[length] = slots
      columns.first[length] = first
      length++
      denials += count
    },
    end: () => {
      const order = ordered(columns, length, kinds)
      return { denials, leftOut, [Symbol.iterator]: () => rowsIn(columns, order, kinds) }
    },
  }
}

interface Columns {
  readonly kind: Uint32Array
  readonly hour: Int32Array
  readonly count: Uint32Array
  readonly slots: Uint16Array
  readonly first: Uint16Array
}

const newColumns = (size: number): Columns => ({
  kind: new Uint32Array(size),
  hour: new Int32Array(size),
  count: new Uint32Array(size),
  slots: new Uint16Array(size),
  first: new Uint16Array(size),
})

function grown(old: Columns): Columns {
  const columns = newColumns(old.kind.length * 2)
  for (const name of ['kind', 'hour', 'count', 'slots', 'first'] as const) columns[name].set(old[name])
  return columns
}

const textOf = (kind: Kind): string =>
  JSON.stringify([kind.tuple, kind.account, kind.layer, kind.denyType, kind.policyArn, kind.statement, kind.noise])

/** By hour, by the first denial of each, then by what the kinds say: not by the order in which a store gave them. */
function ordered({ kind, hour, first }: Columns, length: number, kinds: readonly Kind[]): Uint32Array {
  const texts = kinds.map(textOf)
  const rank = new Uint32Array(kinds.length)
  const byText = kinds.map((_, i) => i).sort((a, b) => ((texts[a] ?? '') < (texts[b] ?? '') ? -1 : 1))
  byText.forEach((number, i) => (rank[number] = i))
  const rankOf = (i: number): number => rank[kind[i] ?? 0] ?? 0
  const hours = new Map<Hour, number[]>()
  for (let i = 0; i < length; i++) {
    const at = hour[i] ?? 0
    const found = hours.get(at)
    if (found === undefined) hours.set(at, [i])
    else found.push(i)
  }
  const order = new Uint32Array(length)
  let next = 0
  for (const [, places] of [...hours].sort(([a], [b]) => a - b)) {
    places.sort((a, b) => (first[a] ?? 0) - (first[b] ?? 0) || rankOf(a) - rankOf(b))
    order.set(places, next)
    next += places.length
  }
  return order
}

const NO_EXAMPLES: readonly string[] = []

/** A row that says of its kind what that says: copying a dozen fields into each of a million rows would take seconds. */
class CountedRow implements Row {
  readonly examples = NO_EXAMPLES
  readonly hour: Hour
  readonly count: number
  readonly slots: number
  readonly first: number
  readonly kind: Kind

  constructor(kind: Kind, hour: Hour, count: number, slots: number, first: number) {
    this.kind = kind
    this.hour = hour
    this.count = count
    this.slots = slots
    this.first = first
  }

  get tuple(): string {
    return this.kind.tuple
  }
  get principal(): string {
    return this.kind.principal
  }
  get action(): string {
    return this.kind.action
  }
  get resourceFamily(): string {
    return this.kind.resourceFamily
  }
  get account(): Kind['account'] {
    return this.kind.account
  }
  get layer(): Kind['layer'] {
    return this.kind.layer
  }
  get denyType(): Kind['denyType'] {
    return this.kind.denyType
  }
  get policyArn(): Kind['policyArn'] {
    return this.kind.policyArn
  }
  get statement(): Kind['statement'] {
    return this.kind.statement
  }
  get noise(): Kind['noise'] {
    return this.kind.noise
  }
  get origin(): Kind['origin'] {
    return this.kind.origin
  }
}

function* rowsIn(columns: Columns, order: Uint32Array, kinds: readonly Kind[]): Generator<Row, undefined> {
  for (const i of order) {
    const kind = kinds[columns.kind[i] ?? 0]
    if (kind === undefined) continue
    const hour = columns.hour[i] ?? 0
    const first = hour * MS_PER_HOUR + (columns.first[i] ?? 0) * 1000
    yield new CountedRow(kind, hour, columns.count[i] ?? 0, columns.slots[i] ?? 0, first)
  }
  return undefined
}
