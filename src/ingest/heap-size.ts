import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'

/** Of what is in use. */
const GARBAGE_PERCENT = 60

/**
 * From now on V8 collects when there is about so much garbage; it would wait for up to three times what is in use, not knowing that
 * threads and a database in the same process need memory too. It holds for the whole process, and costs it a thirtieth of the time.
 */
export function keepHeapSmall(): void {
  isSmall = true
  setFlagsFromString(`--heap-growing-percent=${GARBAGE_PERCENT}`)
}

let isSmall = false

/** Bytes in which V8 makes new objects, both halves. */
const YOUNG = 8 * 1024 * 1024

/**
 * Where the heap is kept small, to be called now and then: rows outlive many collections, so more room for new objects only delays that
 * of garbage; V8 would double it. Whatever starts a thread sets the flag back.
 */
export function keepYoungSmall(): void {
  if (!isSmall) return
  const size = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space')?.space_size ?? 0
  if (size >= YOUNG) setFlagsFromString('--semi-space-growth-factor=1')
}

/** V8's own, and what is worth it where nothing runs for longer than some seconds: of bytes of bytecode. */
const INLINED = { usual: 920, short: 300 }

/**
 * Makes V8 compile less: what becomes part of a function that calls it is compiled again with each of those that do. Reading
 * a record is a hundred functions, and a scan of some seconds gave a seventh of its processor time to V8's compiler
 * (ADR 0038).
 */
export const compileLess = (): void => setFlagsFromString(`--max-inlined-bytecode-size-cumulative=${INLINED.short}`)

/** V8's own settings again. A code cache that is written under others would be refused by the next process, which has none yet. */
export function usualSettings(): void {
  isSmall = false
  setFlagsFromString('--heap-growing-percent=0')
  setFlagsFromString('--semi-space-growth-factor=2')
  setFlagsFromString(`--max-inlined-bytecode-size-cumulative=${INLINED.usual}`)
}
