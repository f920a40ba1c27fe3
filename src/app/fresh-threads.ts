/** Threads that hold what was read from disk when they were started. */
export interface FreshThreadsOptions {
  /**
   * A text that changes with what they hold.
   *
   * @throws UserError where it is gone
   */
  readonly stamp: () => string
  /** As it was before they were started. */
  readonly stampAtStart: string
  /** Starts them anew. */
  readonly renew: () => Promise<void>
  /** Milliseconds; what was looked at within as many before is not looked at again. */
  readonly between: number
  /** Milliseconds. */
  readonly now: () => number
}

/**
 * A look at the disk before a question is asked of threads: where what they hold has changed since, they are started anew, so that nothing
 * is answered from what it was.
 *
 * @returns a function that throws a `UserError` where it cannot be read any more
 */
export function keptFresh({ stamp, stampAtStart, renew, between, now }: FreshThreadsOptions): () => Promise<void> {
  let held = stampAtStart
  let lookedAt = now()
  let looked: Promise<void> = Promise.resolve()
  const look = async (): Promise<void> => {
    const found = stamp()
    if (found === held) return
    await renew()
    held = found
  }
  return () => {
    if (now() - lookedAt < between) return looked
    lookedAt = now()
    looked = looked.catch(() => undefined).then(look)
    return looked
  }
}
