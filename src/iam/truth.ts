/** Three truth values: what is not known stays `'unknown'` (ADR 0003). R-COND-61. */
export type Truth = true | false | 'unknown'

/** Kleene AND of two: false wins, then unknown (R-COND-61, R-COND-62). */
export const and = (a: Truth, b: Truth): Truth => (a === true ? b : a === false || b === false ? false : 'unknown')

/** Kleene OR of two: true wins, then unknown (R-COND-61). */
export const or = (a: Truth, b: Truth): Truth => (a === false ? b : a === true || b === true ? true : 'unknown')

/** Kleene AND of a list, which may be as long as a policy; of an empty one true. */
export function andAll(values: Iterable<Truth>): Truth {
  let result: Truth = true
  for (const value of values) {
    if (value === false) return false
    if (value === 'unknown') result = 'unknown'
  }
  return result
}

/** Kleene OR of a list, which may be as long as a policy; of an empty one false. */
export function orAll(values: Iterable<Truth>): Truth {
  let result: Truth = false
  for (const value of values) {
    if (value === true) return true
    if (value === 'unknown') result = 'unknown'
  }
  return result
}

/** Kleene NOT. */
export const not = (value: Truth): Truth => (value === 'unknown' ? 'unknown' : !value)
