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
import { type Known, UNTOLD } from './known.ts'

/** How the store's kinds become those of the detector. */
interface Counting {
  readonly known: Known
  readonly withNoise: boolean
  readonly counter: ReturnType<typeof newKindCounter>
  /** Number of a kind, by what it says and its noise. */
  readonly numbers: Map<string, number>
  /** Hours in which the first minutes of a role or user ended or began: counted again, minute by minute. */
  readonly mixed: Map<string, Mixed>
}

/** Kinds of one principal, by their texts, that are noise in a part of an hour. */
interface Mixed {
  readonly principal: string
  readonly hour: Hour
  readonly kinds: Set<string>
}

/** The denials from an hour on, counted by the store: only counts come over, and only they are held. */
export async function countDenials(
  store: DenialStore,
  known: Known,
  from: Hour,
  withNoise: boolean,
): Promise<KindCounts> {
  const counting: Counting = { known, withNoise, counter: newKindCounter(), numbers: new Map(), mixed: new Map() }
  await addAll(counting, store, { from: isoTime(from * MS_PER_HOUR) }, noiseAt(counting))
  for (const mixed of counting.mixed.values()) await addMixed(counting, store, mixed)
  return counting.counter.end()
}

/** The noise class of denials by their time; `later`: not to be counted now. */
type NoiseAt = (kind: DenialKind, count: KindCount, hour: Hour) => NoiseClass | null | 'later'

async function addAll(counting: Counting, store: DenialStore, filter: DenialFilter, noiseAt: NoiseAt): Promise<void> {
  const hours = new Map<string, Hour>()
  for await (const { kinds, counts } of store.tally(filter)) {
    const numbers = kinds.map(() => new Map<NoiseClass | null, number>())
    for (const count of counts) {
      const kind = kinds[count.kind]
      const known = numbers[count.kind]
      if (kind === undefined || known === undefined) continue
      const hour = hours.get(count.bucketStart) ?? hourOf(Date.parse(count.bucketStart))
      hours.set(count.bucketStart, hour)
      const noise = noiseAt(kind, count, hour)
      if (noise === 'later') continue
      const number = known.get(noise) ?? numberOf(counting, kind, noise)
      known.set(noise, number)
      counting.counter.add(number, hour, count.n, count.slots, count.first)
    }
  }
}

/** What is noise for all of its kind, whenever it came, is so; else the age of the principal tells. */
function noiseAt({ known, mixed }: Counting): NoiseAt {
  const ofKinds = new Map<DenialKind, NoiseClass | null>()
  return (kind, count, hour) => {
    let ofKind = ofKinds.get(kind)
    if (ofKind === undefined) ofKinds.set(kind, (ofKind = noiseOfKind(known, kind)))
    if (ofKind !== null) return ofKind
    const created = known.created.get(kind.principal)
    const noise = created === undefined ? null : noiseByAge(count, hour, created)
    if (noise !== 'mixed') return noise
    const { principal } = kind
    const found = mixed.get(`${hour} ${principal}`) ?? { principal, hour, kinds: new Set() }
    mixed.set(`${hour} ${principal}`, found)
    found.kinds.add(JSON.stringify(kind))
    return 'later'
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

function numberOf({ counter, numbers, withNoise }: Counting, kind: DenialKind, noise: NoiseClass | null): number {
  const text = JSON.stringify([kind, noise])
  const found = numbers.get(text) ?? counter.kind(kindOf(kind, withNoise ? null : noise))
  numbers.set(text, found)
  return found
}

const told = (text: string): string => (text === '' ? UNTOLD : text)
const orNull = <T extends string>(text: string): T | null => (text === '' ? null : (text as T))

/** As the detector has it. */
function kindOf(kind: DenialKind, noise: NoiseClass | null): Kind {
  const tuple = {
    principal: told(kind.principal),
    action: told(kind.action),
    resourceFamily: told(kind.resourceFamily),
  }
  return {
    ...tuple,
    tuple: tupleOf(tuple),
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

/** What holds for all denials of a kind, whenever they came. */
function noiseOfKind(known: Known, kind: DenialKind): NoiseClass | null {
  const { principal, action, isActionTold, resourceFamily, signs } = kind
  const marked = `${told(principal)} ${isActionTold ? action : UNTOLD} ${told(resourceFamily)}`
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
