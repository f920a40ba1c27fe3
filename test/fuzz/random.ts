/** Chance that can be had again: the same seed gives the same numbers. */
export interface Random {
  /** A whole number from 0 up to and without `below`. */
  readonly below: (below: number) => number
  readonly oneOf: <T>(items: readonly T[]) => T
  /** True once in `times`. */
  readonly once: (times: number) => boolean
}

/** Mulberry32 over a hash of the words (FNV-1a), so that each case of a run has numbers of its own. */
export function randomOf(...words: readonly (string | number)[]): Random {
  let state = 0x811c9dc5
  for (const character of words.join('\0')) state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 0x01000193)
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const below = (most: number): number => Math.floor(next() * most)
  return {
    below,
    once: (times) => below(times) === 0,
    oneOf: (items) => {
      const item = items[below(items.length)]
      if (item === undefined) throw new RangeError('there is nothing to choose from')
      return item
    },
  }
}
