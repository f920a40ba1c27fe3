import { type KindCounts, newKindCounter } from '#alert/kind-counts.ts'
import { JUST_CREATED_MS, type NoiseClass, noiseOf } from '#alert/noise.ts'
import { type Kind, type Row, tupleOf } from '#alert/refusal.ts'
import { type Hour, hourOf, MS_PER_HOUR } from '#alert/season.ts'
import type { Explained } from '#alert/spikes-of.ts'
import { MOST_EXAMPLES } from '#alert/spikes-of.ts'
import type { Spike } from '#alert/spike.ts'
import type { DenialFilter, DenialStore } from '#store/denial-store.ts'
import { isoTime } from '#store/iso-time.ts'
import type { Cell, DenialKind, KindCount } from '#store/tally.ts'
import { type SpikeContext, UNTOLD } from './spike-context.ts'

/** How the store's kinds become those of the detector. */
interface Counting {
  readonly known: SpikeContext
  readonly withNoise: boolean
  readonly counter: ReturnType<typeof newKindCounter>
  /** Number of a kind, by what it says and its noise. */
  readonly numbers: Map<string, number>
  /** Every text once: the detector looks up each row's in maps, and equal texts that are two are compared letter by letter. */
  readonly texts: Map<string, string>
  /** Hours in which the first minutes of a role or user ended or began: counted again, minute by minute. */
  readonly mixed: Map<string, Mixed>
}

/** Kinds of one principal, by their texts, that are noise in a part of an hour. */
interface Mixed {
  readonly principal: string
  readonly hour: Hour
  readonly kinds: Set<string>
}

/** The denials from an hour on, counted by the store: only counts come over, and only they are held. `to`: before that hour. */
export async function countDenials(
  store: DenialStore,
  known: SpikeContext,
  from: Hour,
  withNoise: boolean,
  to?: Hour,
): Promise<KindCounts> {
  const counting: Counting = {
    known,
    withNoise,
    counter: newKindCounter(),
    numbers: new Map(),
    texts: new Map(),
    mixed: new Map(),
  }
  const until = to === undefined ? {} : { to: isoTime(to * MS_PER_HOUR) }
  await addAll(counting, store, { from: isoTime(from * MS_PER_HOUR), ...until }, noiseOfAll(counting))
  for (const mixed of counting.mixed.values()) await addMixed(counting, store, mixed)
  return counting.counter.end()
}

/** Whether denials of a kind are noise: all of them alike, or each hour by itself; `later`: not to be counted now. */
type NoiseOf = (kind: DenialKind) => NoiseClass | null | 'later' | NoiseAt
type NoiseAt = (count: KindCount, hour: Hour) => NoiseClass | null | 'later'

async function addAll(counting: Counting, store: DenialStore, filter: DenialFilter, noiseOf: NoiseOf): Promise<void> {
  const { counter } = counting
  const hours = new Map<string, Hour>()
  for await (const { kinds, counts } of store.tally(filter)) {
    // Kinds are few and hours of them many: what holds for all hours of a kind is found once.
    const numbering = kinds.map((kind) => numberingOf(counting, kind, noiseOf(kind)))
    for (const count of counts) {
      const hour = hours.get(count.bucketStart) ?? hourOf(Date.parse(count.bucketStart))
      hours.set(count.bucketStart, hour)
      const numbers = numbering[count.kind]
      const number = typeof numbers === 'function' ? numbers(count, hour) : numbers
      if (number !== undefined) counter.add(number, hour, count.n, count.slots, count.first)
    }
  }
}

/** The number of a kind; undefined: not to be counted now. */
function numberingOf(
  counting: Counting,
  kind: DenialKind,
  noise: ReturnType<NoiseOf>,
): number | undefined | ((count: KindCount, hour: Hour) => number | undefined) {
  const numbered = (found: NoiseClass | null | 'later'): number | undefined =>
    found === 'later' ? undefined : numberOf(counting, kind, found)
  return typeof noise === 'function' ? (count, hour) => numbered(noise(count, hour)) : numbered(noise)
}

/**
 * Noise of denials of a kind: what is noise for all of its kind, whenever it came, is so; else the age of the principal
 * tells.
 */
function noiseOfAll({ known, mixed }: Counting): NoiseOf {
  return (kind) => {
    const ofKind = noiseOfKind(known, kind)
    const created = known.created.get(kind.principal)
    if (ofKind !== null || created === undefined) return ofKind
    return (count, hour) => {
      const noise = noiseByAge(count, hour, created)
      if (noise !== 'mixed') return noise
      const { principal } = kind
      const found = mixed.get(`${hour} ${principal}`) ?? { principal, hour, kinds: new Set() }
      mixed.set(`${hour} ${principal}`, found)
      found.kinds.add(JSON.stringify(kind))
      return 'later'
    }
  }
}

/** Kinds in an hour of which some denials are of the principal's first minutes: before them, in them, and after them. */
async function addMixed(counting: Counting, store: DenialStore, { principal, hour, kinds }: Mixed): Promise<void> {
  const created = counting.known.created.get(principal) ?? 0
  const [start, end] = [hour * MS_PER_HOUR, (hour + 1) * MS_PER_HOUR]
  const within = (time: number): number => Math.min(end, Math.max(start, time))
  const bounds = [start, within(created), within(created + JUST_CREATED_MS), end]
  for (const [i, noise] of ([null, 'just-created', null] as const).entries()) {
    const [from = start, to = end] = [bounds[i], bounds[i + 1]]
    if (from === to) continue
    const filter = { principal, from: isoTime(from), to: isoTime(to) }
    await addAll(counting, store, filter, (kind) => (kinds.has(JSON.stringify(kind)) ? noise : 'later'))
  }
}

function numberOf(counting: Counting, kind: DenialKind, noise: NoiseClass | null): number {
  const { counter, numbers, texts, withNoise } = counting
  const text = JSON.stringify([kind, noise])
  const found = numbers.get(text) ?? counter.kind(kindOf(kind, withNoise ? null : noise, texts))
  numbers.set(text, found)
  return found
}

const orUntold = (text: string): string => (text === '' ? UNTOLD : text)
const orNull = <T extends string>(text: string): T | null => (text === '' ? null : (text as T))

/** As the detector has it. */
function kindOf(kind: DenialKind, noise: NoiseClass | null, texts: Map<string, string>): Kind {
  const once = (text: string): string => {
    const found = texts.get(text) ?? text
    texts.set(found, found)
    return found
  }
  const tuple = {
    principal: once(orUntold(kind.principal)),
    action: once(orUntold(kind.action)),
    resourceFamily: once(orUntold(kind.resourceFamily)),
  }
  return {
    ...tuple,
    tuple: once(tupleOf(tuple)),
    account: orNull(kind.account),
    layer: orNull(kind.layer),
    denyType: orNull(kind.effect),
    policyArn: orNull(kind.policyArn),
    statement: orNull(kind.statement),
    noise,
    origin: kind,
  }
}

function noiseByAge({ first, last }: KindCount, hour: Hour, created: number): 'just-created' | 'mixed' | null {
  const timeOf = (second: number): number => hour * MS_PER_HOUR + second * 1000
  const isYoung = (second: number): boolean => timeOf(second) >= created && timeOf(second) - created < JUST_CREATED_MS
  if (isYoung(first) && isYoung(last)) return 'just-created'
  // Between two that are none there may be some that are: the first minutes lie between them.
  const isAround = timeOf(first) < created && timeOf(last) >= created
  return isYoung(first) || isYoung(last) || isAround ? 'mixed' : null
}

/** The noise class that holds for all denials of a kind, whenever they came. */
function noiseOfKind(known: SpikeContext, kind: DenialKind): NoiseClass | null {
  const { principal, action, isActionTold, resourceFamily, signs } = kind
  const marked = `${orUntold(principal)} ${isActionTold ? action : UNTOLD} ${orUntold(resourceFamily)}`
  if (known.marked.has(marked)) return 'marked'
  return noiseOf({ ...signs, action, principal, isJustCreated: signs.isEventual })
}

/** The alerts with the ids of the first denials of each. */
export async function withExamples(store: DenialStore, found: readonly Explained[]): Promise<readonly Spike[]> {
  const cells: Cell[] = []
  const places = found.map(({ rows }) => rows.slice(0, MOST_EXAMPLES).flatMap((row) => placed(cells, row)))
  const ids = await store.examples(cells, EXAMPLES_OF_CELL)
  return found.map(({ spike }, i) => ({
    ...spike,
    examples: (places[i] ?? []).flatMap((place) => ids[place] ?? []).slice(0, MOST_EXAMPLES),
  }))
}

const EXAMPLES_OF_CELL = 3

function placed(cells: Cell[], { hour, origin }: Row): number[] {
  if (origin === undefined) return []
  return [cells.push({ bucketStart: isoTime(hour * MS_PER_HOUR), kind: origin as DenialKind }) - 1]
}
