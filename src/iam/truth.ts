/** Three truth values: what is not known stays `'unknown'` (ADR 0003). R-COND-61. */
export type Truth = true | false | 'unknown'

/** Kleene AND: false wins, then unknown (R-COND-61, R-COND-62). The empty AND is true. */
export function and(...values: readonly Truth[]): Truth {
  let result: Truth = true
  for (const value of values) {
    if (value === false) return false
    if (value === 'unknown') result = 'unknown'
  }
  return result
}

/** Kleene OR: true wins, then unknown (R-COND-61). The empty OR is false. */
export function or(...values: readonly Truth[]): Truth {
  let result: Truth = false
  for (const value of values) {
    if (value === true) return true
    if (value === 'unknown') result = 'unknown'
  }
  return result
}

/** Kleene NOT. */
export const not = (value: Truth): Truth => (value === 'unknown' ? 'unknown' : !value)
