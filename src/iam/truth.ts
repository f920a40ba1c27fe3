/** Three truth values: what is not known stays `'unknown'` (ADR 0003). R-COND-61. */
export type Truth = true | false | 'unknown'

/** Kleene AND: false wins, then unknown (R-COND-61, R-COND-62). The empty AND is true. */
export const and = (...values: readonly Truth[]): Truth => andAll(values)

/** Kleene OR: true wins, then unknown (R-COND-61). The empty OR is false. */
export const or = (...values: readonly Truth[]): Truth => orAll(values)

/** AND of a list, which may be as long as a policy: nothing is spread. */
export function andAll(values: Iterable<Truth>): Truth {
  let result: Truth = true
  for (const value of values) {
    if (value === false) return false
    if (value === 'unknown') result = 'unknown'
  }
  return result
}

export function orAll(values: Iterable<Truth>): Truth {
  let result: Truth = false
  for (const value of values) {
    if (value === true) return true
    if (value === 'unknown') result = 'unknown'
  }
  return result
}

/** AND and OR of two, for where every request passes. */
export const both = (a: Truth, b: Truth): Truth => (a === true ? b : a === false || b === false ? false : 'unknown')
export const either = (a: Truth, b: Truth): Truth => (a === false ? b : a === true || b === true ? true : 'unknown')

/** Kleene NOT. */
export const not = (value: Truth): Truth => (value === 'unknown' ? 'unknown' : !value)
