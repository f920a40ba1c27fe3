import type { Cause, TimelineEntry } from '#http/wire.ts'

/** Events of the input before a denial: that the request passed, and who changed what was in force since. */
export interface WhatChanged {
  /** `Worked 24 hours before.` */
  readonly head: string
  /** When it was changed, in words; undefined: no change was seen. */
  readonly when?: string
  readonly by?: string
  /** As `organizations:UpdatePolicy`. */
  readonly action?: string
  /** Changes besides the last. */
  readonly more: number
}

/** Undefined: the events show neither that it worked nor that something was changed before it was refused. */
export function whatChanged(entries: readonly TimelineEntry[], index: number): WhatChanged | undefined {
  const refused = entries.find(({ outcome, diagnosis }) => outcome === 'denied' && diagnosis === index)?.time
  if (refused === null || refused === undefined) return undefined
  const before = entries.filter(({ time }) => time !== null && time < refused)
  const worked =
    before.findLast(({ outcome, diagnosis }) => outcome === 'allowed' && diagnosis === index)?.time ?? undefined
  const changes = before.filter(
    ({ outcome, time }) => outcome === 'changed' && (worked === undefined || (time ?? '') > worked),
  )
  const last = changes.at(-1)
  if (worked === undefined && last === undefined) return undefined
  const head =
    worked === undefined
      ? `Changed ${spanWords(last?.time ?? refused, refused)} before.`
      : `Worked ${spanWords(worked, refused)} before.`
  if (last === undefined) return { head, more: 0 }
  const [, action, by] = /^(\S{1,120}) by `([^`]{1,400})`/.exec(last.what) ?? []
  return {
    head,
    when: timeWords(last.time ?? refused),
    ...(by === undefined ? {} : { by: by.split(/[/:]/).at(-1) ?? by }),
    ...(action === undefined ? {} : { action }),
    more: changes.length - 1,
  }
}

const MINUTE = 60_000
const UNITS = [
  [24 * 60 * MINUTE, 'day'],
  [60 * MINUTE, 'hour'],
  [MINUTE, 'minute'],
] as const

/** Two days are said in hours: `24 hours` is closer to what people remember of yesterday. */
export function spanWords(from: string, to: string): string {
  const span = Math.max(MINUTE, Date.parse(to) - Date.parse(from))
  const [size, name] = UNITS.find(([one]) => span >= (one === UNITS[0][0] ? 2 * one : one)) ?? UNITS[2]
  const count = Math.round(span / size)
  return `${count} ${name}${count === 1 ? '' : 's'}`
}

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')

/** `14 Sep, 21:17 UTC`. */
function timeWords(time: string): string {
  const date = new Date(time)
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()] ?? ''}, ${date.toISOString().slice(11, 16)} UTC`
}

/** The value of the request that the policy which decides does not list now. */
export interface DecidingValue {
  readonly policy: string
  readonly verb: 'list' | 'allow'
  readonly value: string
}

/** What calls change whose policies: `organizations:UpdatePolicy` those of the organization alone. */
const CHANGES: Readonly<Record<string, readonly string[]>> = {
  'service-control-policy': ['organizations'],
  'resource-control-policy': ['organizations'],
  'identity-policy': ['iam'],
  'permissions-boundary': ['iam'],
}

/** The one value on which the cause hangs, where the change was of such a policy; undefined: several, or none is known. */
export function valueThatDecides(cause: Cause | undefined, action: string | undefined): DecidingValue | undefined {
  const named = cause?.statement ?? cause?.nearest
  if (cause === undefined || named === undefined || action === undefined) return undefined
  const services = CHANGES[cause.layer]
  if (services !== undefined && !services.includes(action.split(':')[0] ?? '')) return undefined
  const listed = (cause.statement === undefined ? (cause.nearest?.failedOn ?? []) : (cause.metBy ?? [])).filter(
    ({ expected, actual }) => typeof actual === 'string' && Array.isArray(expected),
  )
  const [one, ...more] = listed
  if (one === undefined || more.length > 0 || typeof one.actual !== 'string') return undefined
  return { policy: named.policy, verb: cause.statement === undefined ? 'allow' : 'list', value: one.actual }
}
