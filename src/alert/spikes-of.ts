import { POLICY_LAYERS } from '#iam/layers.ts'
import type { Alarm, AlarmKind } from './alarm.ts'
import { type Cluster, clusters } from './cluster.ts'
import { isoHour } from './iso-time.ts'
import { type ChangeEvent, changeBefore } from './policy-change.ts'
import { FAMILIES, type Row, seriesKey } from './refusal.ts'
import { DETECTOR_VERSION } from './settings.ts'
import { shortHash } from './short-hash.ts'
import type { Severity, Spike } from './spike.ts'

export interface Surroundings {
  /** Changes of policies, in any order. */
  readonly changes: readonly ChangeEvent[]
  /** Whether the principal was allowed the action on the resource family before; undefined: successes are not known. */
  readonly allowedBefore: (row: Row) => boolean | undefined
}

/** Smaller ones are not told apart from nothing by a double. */
const LEAST_P = 1e-300

/** An alert and the rows that it is made of. */
export interface Explained {
  readonly spike: Spike
  readonly rows: readonly Row[]
}

/** Alarms → one alert for each cause, by time. */
export const spikesOf = (alarms: readonly Alarm[], around: Surroundings): readonly Spike[] =>
  explained(alarms, around).map(({ spike }) => spike)

/** Alarms → one alert for each cause, by time, each with its rows. */
export const explained = (alarms: readonly Alarm[], around: Surroundings): readonly Explained[] =>
  clusters(alarms)
    .map((cluster) => ({ spike: spikeOf(cluster, around), rows: cluster.rows }))
    .toSorted((a, b) => inTime(a.spike, b.spike))

const inTime = (a: Spike, b: Spike): number => (a.from < b.from ? -1 : a.from > b.from ? 1 : a.id < b.id ? -1 : 1)

export const MOST_EXAMPLES = 5

function spikeOf(cluster: Cluster, around: Surroundings): Spike {
  const { rows, alarms, cause } = cluster
  const head = headlineOf(cluster)
  const hours = rows.map(({ hour }) => hour)
  const from = Math.min(...minMax(hours))
  const to = Math.max(...minMax(hours)) + 1
  const principals = new Set(rows.map(({ principal }) => principal)).size
  const known = rows.map(around.allowedBefore)
  const allowedBefore = known.includes(true) ? true : known.includes(false) ? false : null
  const kind = kindOf(alarms)
  return {
    id: `spike-${shortHash([DETECTOR_VERSION, cause, from].join('\n'))}`,
    kind,
    severity: severityOf(kind, principals, allowedBefore),
    family: head.family,
    key: head.key,
    from: isoHour(from),
    to: isoHour(to),
    count: head.count,
    expected: head.expected,
    p: head.p === null ? null : Math.max(LEAST_P, head.p),
    fanOut: principals,
    affected: {
      principals,
      actions: new Set(rows.map(({ action }) => action)).size,
      resourceFamilies: new Set(rows.map(({ resourceFamily }) => resourceFamily)).size,
    },
    allowedBefore,
    cause: causeOf(cluster, around.changes),
    examples: rows.flatMap(({ examples }) => examples).slice(0, MOST_EXAMPLES),
    state: 'open',
    revision: 1,
  }
}

/** Not `Math.min(...all)`: there may be more hours than a call takes arguments. */
const minMax = (values: readonly number[]): readonly [number, number] =>
  values.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)] as const, [
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ] as const)

const KINDS: readonly AlarmKind[] = ['spike', 'shift', 'first-seen']

const kindOf = (alarms: readonly Alarm[]): AlarmKind =>
  KINDS.find((kind) => alarms.some((alarm) => alarm.kind === kind)) ?? 'first-seen'

interface Headline extends Pick<Alarm, 'family' | 'key' | 'count' | 'expected' | 'p'> {}

/** A series that has this share of the rows tells the whole. */
const MOST = 0.8

/** The most particular series that has most of the rows; where none has, the one with the smallest p. */
function headlineOf({ rows, alarms }: Cluster): Headline {
  const kind = kindOf(alarms)
  const total = rows.reduce((sum, { count }) => sum + count, 0)
  const series = seriesIn(alarms.filter((alarm) => alarm.kind === kind))
  const sized = series.map((each) => ({
    one: each,
    share: rows.reduce((sum, row) => sum + (seriesKey(each.family, row) === each.key ? row.count : 0), 0) / total,
  }))
  const rank = (one: Headline): number => FAMILIES.indexOf(one.family)
  const telling = sized.filter(({ share }) => share >= MOST).toSorted((a, b) => rank(a.one) - rank(b.one))
  const best = telling[0] ?? sized.toSorted((a, b) => (a.one.p ?? 1) - (b.one.p ?? 1) || b.share - a.share)[0]
  return (
    best?.one ?? {
      family: 'tuple',
      key: rows[0]?.tuple ?? '',
      count: total,
      expected: 0,
      p: null,
    }
  )
}

/** The alarms of one series in several hours, as one. */
function seriesIn(alarms: readonly Alarm[]): readonly Headline[] {
  const found = new Map<string, { -readonly [K in keyof Headline]: Headline[K] }>()
  for (const { family, key, count, expected, p } of alarms) {
    const one = found.get(`${family} ${key}`)
    if (one === undefined) found.set(`${family} ${key}`, { family, key, count, expected, p })
    else {
      one.count += count
      one.expected += expected
      one.p = p === null ? one.p : Math.min(p, one.p ?? 1)
    }
  }
  return [...found.values()]
}

/** From this many principals on it is an organization's matter. */
const MANY = 10

function severityOf(kind: AlarmKind, principals: number, allowedBefore: boolean | null): Severity {
  if (allowedBefore === true) return 'high'
  if (kind === 'first-seen') return principals >= MANY ? 'medium' : 'low'
  return principals >= MANY ? 'high' : 'medium'
}

/** What all rows agree on; where they differ, nothing is said. Of other layers that refuse the same, their names. */
function causeOf({ own, rows }: Cluster, changes: readonly ChangeEvent[]): Spike['cause'] {
  const named = rows.filter(({ layer }) => layer !== null)
  const main = own.some(({ layer }) => layer !== null) || named.length === 0 ? own : named
  const cause = {
    layer: agreed(main.map(({ layer }) => layer)),
    denyType: agreed(main.map(({ denyType }) => denyType)),
    policyArn: agreed(main.map(({ policyArn }) => policyArn)),
    statement: agreed(main.map(({ statement }) => statement)),
  }
  const layers = POLICY_LAYERS.filter((layer) => named.some((row) => row.layer === layer))
  const change = changeBefore(main, cause.layer, cause.policyArn, changes)
  return { ...cause, ...(layers.length > 1 ? { layers } : {}), change }
}

const agreed = <T>(values: readonly (T | null)[]): T | null => {
  const [first = null] = values
  return values.every((value) => value === first) ? first : null
}
