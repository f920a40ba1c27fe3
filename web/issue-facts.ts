import { useEffect, useRef, useState } from 'preact/hooks'
import type { ListedDenial, TupleRow } from '#http/wire.ts'
import type { NamedBy } from '#rail/named.ts'
import { ask } from './ask.ts'
import { timeAt } from './chart-data.ts'
import type { Asked } from './denials-asked.ts'

/** What the denials of an issue tell besides their number. */
export interface IssueFacts {
  /** By equal parts of the time asked for. */
  readonly counts: readonly number[]
  /** The layer that AWS named most often; undefined: it named none. */
  readonly layer: string | undefined
  readonly by: NamedBy
  /** Event id of the newest. */
  readonly newest: string | undefined
}

type Listed = Pick<ListedDenial, 'eventId' | 'time' | 'layer' | 'denyType'>

/** The newest so many tell; of more denials no picture over time is drawn. */
export const MOST_TOLD = 200
const PARTS = 28

export const issueKey = ({ principalKey, action, resourceFamily, account }: TupleRow): string =>
  JSON.stringify([principalKey, action, resourceFamily, account])

/** Facts of issues by key, asked for one after the other, and again where there are more denials than then. */
export function useIssueFacts(tuples: readonly TupleRow[], asked: Asked): ReadonlyMap<string, IssueFacts> {
  const { since, until } = asked
  const [facts, setFacts] = useState<ReadonlyMap<string, IssueFacts>>(new Map())
  const known = useRef<{ time: string; counts: Map<string, number> }>({ time: '', counts: new Map() })
  const time = JSON.stringify([since, until])
  useEffect(() => {
    let isOver = false
    if (known.current.time !== time) known.current = { time, counts: new Map() }
    const { counts } = known.current
    const work = async (): Promise<void> => {
      for (const tuple of tuples) {
        const key = issueKey(tuple)
        if (counts.get(key) === tuple.count) continue
        const found = await factsOf(tuple, asked)
        if (isOver) return
        if (found === undefined) continue
        counts.set(key, tuple.count)
        setFacts((before) => new Map(before).set(key, found))
      }
    }
    void work()
    return () => void (isOver = true)
  }, [time, JSON.stringify(tuples.map((tuple) => [issueKey(tuple), tuple.count]))])
  return facts
}

async function factsOf(tuple: TupleRow, { since, until }: Asked): Promise<IssueFacts | undefined> {
  const params = new URLSearchParams({ limit: String(MOST_TOLD) })
  const { principalKey, action, resourceFamily } = tuple
  for (const [name, value] of Object.entries({
    since,
    until,
    principal: principalKey,
    action,
    'resource-family': resourceFamily,
  }))
    if (value !== '') params.set(name, value)
  const found = await ask<{ readonly denials: readonly Listed[] }>(`/api/denials?${params.toString()}`)
  return found.ok ? toldBy(found.value.denials, since, until, Date.now() / 1000) : undefined
}

/** Of denials that are listed newest first; `now` in seconds. */
export function toldBy(denials: readonly Listed[], since: string, until: string, now: number): IssueFacts {
  const named = new Map<string, number>()
  for (const { layer } of denials) if (layer !== null) named.set(layer, (named.get(layer) ?? 0) + 1)
  const [layer] = [...named].toSorted(([, one], [, other]) => other - one)[0] ?? []
  const ofLayer = denials.filter((denial) => denial.layer === layer)
  const areImplicit = ofLayer.length > 0 && ofLayer.every(({ denyType }) => denyType === 'implicit')
  return {
    counts: denials.length >= MOST_TOLD ? [] : countsOf(denials, since, until, now),
    layer,
    by: areImplicit ? 'implicit' : 'explicit',
    newest: denials[0]?.eventId,
  }
}

function countsOf(denials: readonly Listed[], since: string, until: string, now: number): readonly number[] {
  const times = denials.map(({ time }) => Date.parse(time) / 1000)
  const from = timeAt(since, now) ?? times.at(-1) ?? now
  const length = Math.max(1, (timeAt(until, now) ?? now) - from)
  const counts = Array.from({ length: PARTS }, () => 0)
  for (const time of times) {
    const at = Math.min(PARTS - 1, Math.max(0, Math.floor(((time - from) / length) * PARTS)))
    counts[at] = (counts[at] ?? 0) + 1
  }
  return counts
}
