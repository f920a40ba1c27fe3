import { type ActionPattern, readActionPattern } from './action.ts'
import { DEFAULT_READINGS, type Readings } from './readings.ts'
import { memoize, memoizeText } from './memoize.ts'
import { type PolicyPlace, type ResourcePattern, readResourcePattern } from './resource.ts'

/** How the elements of statements are compiled. */
export interface Compilers {
  readonly action: (text: string) => ActionPattern
  readonly resource: (source: string, version: string, place: PolicyPlace, readings: Readings) => ResourcePattern
}

/** Each time they are met, and forgotten with the policy: for the many policies of which a request reaches little. */
export const ANEW: Compilers = { action: readActionPattern, resource: readResourcePattern }

/** Compiled action pattern of a text, the same object for equal texts, so that what is made of it is found again. */
export const actionPatternOf = memoizeText(readActionPattern)

const isPlain = (source: string): boolean => source.length <= 256 && !source.includes('${')

/** By place, since short ARNs mean something else in each; the version only says what `${` means. */
const byPlace = new Map<PolicyPlace, (source: string) => ResourcePattern>()

function resourcePatternOf(source: string, version: string, place: PolicyPlace, readings: Readings): ResourcePattern {
  if (readings !== DEFAULT_READINGS || !isPlain(source)) return readResourcePattern(source, version, place, readings)
  const known = byPlace.get(place) ?? memoize((text: string) => readResourcePattern(text, '', place), isPlain)
  byPlace.set(place, known)
  return known(source)
}

/** Once for all that are written alike, in this policy and in others: where patterns are held against each other. */
export const ONCE: Compilers = { action: actionPatternOf, resource: resourcePatternOf }
