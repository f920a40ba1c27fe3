import type { Denial } from '#intake/denial.ts'
import { joinedCalls } from './outer-call.ts'

/** A denial and how often the input holds it. */
export interface Occurrence {
  readonly denial: Denial
  readonly count: number
  readonly first: string | null
  readonly last: string | null
  /** Every denial it stands for, the first included, and the calls that came back with them. */
  readonly all: readonly Denial[]
  /** The call in which a service was refused this, where its record is there, too. */
  readonly call?: Denial
}

/** Exact repeats are one: the same call by the same principal refused in the same words (docs/json.md, "Diagnosis"). */
export function occurrencesOf(denials: readonly Denial[]): Occurrence[] {
  const groups = new Map<string, Denial[]>()
  const seen = new Set<string>()
  const joined = joinedCalls(withoutCopies(denials))
  joined.denials.forEach((denial, i) => {
    // The same event delivered twice is one (R-CT-12).
    if (denial.eventId !== null && seen.has(denial.eventId)) return
    if (denial.eventId !== null) seen.add(denial.eventId)
    const key = denial.kind === 'aws-access-denied' ? signature(denial) : `${i}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [denial])
    else group.push(denial)
  })
  return [...groups.values()].flatMap((all) => {
    const [denial] = all
    if (denial === undefined) return []
    const times = all.map((denial) => denial.time).filter((time) => time !== null)
    times.sort()
    const calls = all.flatMap((denial) => joined.outer.get(denial) ?? [])
    const [call] = calls
    return [
      {
        denial,
        count: all.length,
        first: times[0] ?? null,
        last: times.at(-1) ?? null,
        all: [...all, ...calls],
        ...(call === undefined ? {} : { call }),
      },
    ]
  })
}

/**
 * A call across accounts is logged in both: the caller's copy says who called (R-CT-10), the owner's whose the resource is (R-CT-18).
 */
function withoutCopies(denials: readonly Denial[]): readonly Denial[] {
  const best = new Map<string, Denial>()
  const owners = new Map<string, string>()
  for (const denial of denials) {
    const { sharedEventId, resourceAccount } = denial
    if (sharedEventId === null) continue
    const known = best.get(sharedEventId)
    if (known === undefined || (known.principal === null && denial.principal !== null)) best.set(sharedEventId, denial)
    if (resourceAccount !== null && !owners.has(sharedEventId)) owners.set(sharedEventId, resourceAccount)
  }
  return denials
    .filter(({ sharedEventId, eventId }) => sharedEventId === null || best.get(sharedEventId)?.eventId === eventId)
    .map((denial) => {
      const owner = denial.sharedEventId === null ? undefined : owners.get(denial.sharedEventId)
      return denial.resourceAccount !== null || owner === undefined ? denial : { ...denial, resourceAccount: owner }
    })
}

/** Keys that differ between two repeats of one request. */
const PASSING = new Set(['aws:currenttime', 'aws:epochtime', 'aws:tokenissuetime', 'aws:useragent'])

/** A text that two denials share when one is a repeat of the other. */
export function signature(denial: Denial): string {
  const context = Object.entries(denial.context).filter(([key]) => !PASSING.has(key.toLowerCase()))
  return JSON.stringify([
    denial.code,
    denial.eventSource,
    denial.operation,
    denial.principal,
    denial.action,
    denial.resource,
    // A queue's address and a bucket's name are no ARN, and tell two refusals apart all the same.
    denial.resource === null ? denial.resourceText : null,
    denial.candidates,
    denial.reported,
    context,
  ])
}
