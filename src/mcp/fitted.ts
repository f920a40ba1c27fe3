import { UserError } from '../errors.ts'

/** Size that an answer of a tool may have in a model's context, in bytes of JSON. */
export const MAX_ANSWER = 8_000

/** A part that was left out of an answer, as it is asked for: `diagnoses/0/steps`. */
export interface LeftOut {
  readonly part: string
  readonly bytes: number
}

/** An answer that fits, and what of the whole it leaves out. */
export type Fitted = Readonly<Record<string, unknown>> & { readonly left?: readonly LeftOut[] }

type Json = Record<string, unknown> | unknown[]

/** What goes first, by its place; `*` stands for any step, `+` for any index but the first. */
const ORDER: readonly (readonly string[])[] = [
  [
    '*/*/steps/*/decision/layers',
    '*/*/steps/*/decision/requirement',
    '*/*/steps/*/decision/lint',
    '*/*/steps/*/decision/outcomes',
  ],
  ['*/*/fixes/*/proof/neighbours', '*/*/fixes/*/proof/newlyAllowed', '*/*/fixes/*/proof/newlyDenied'],
  ...['terraform', 'cloudFormation', 'cdk', 'diff', 'before', 'after'].map((name) => [`*/*/fixes/*/changes/*/${name}`]),
  ['*/*/fixesIf', '*/*/fixes/+'],
  [
    'timeline',
    '*/*/evidence',
    '*/*/denial/evidence/otherSources',
    '*/*/assumptions',
    '*/*/unseen',
    '*/*/steps/*/decision/missing',
    '*/*/steps/*/decision/assumptions',
    '*/*/steps/*/decision/parts',
    '*/*/fixes/*/replay/others',
  ],
  ['*/*/fixes/*/changes/*/awsCli'],
  ['*/*/steps/*/request/principalTags', '*/*/steps/*/request/context', '*/*/denial/context'],
  ['*/*/fixes/*/proof', '*/*/fixes/*/replay'],
  ['*/*/question/answers'],
  ['*/*/usualCauses'],
  ['*/*/steps/+'],
  ['*/*/steps'],
  ['*/*/causes'],
  ['*/*/fixes'],
  ['*/+'],
]

/**
 * The answer within `most` bytes: what is longest and least asked for is left out, and named in `left`, so that it can be
 * asked for by itself. What fits is given as it is.
 */
export function fitted(result: object, most = MAX_ANSWER): Fitted {
  // Getters and undefined fields are not for the wire.
  const answer = JSON.parse(JSON.stringify(result)) as Record<string, unknown>
  const left: LeftOut[] = []
  let size = bytesOf(answer)
  const dropAll = (places: readonly string[]): boolean => {
    const before = left.length
    for (const place of places) {
      if (size + (left.length === 0 ? 0 : ROOM) <= most) break
      size -= drop(answer, place, left)
    }
    return left.length > before
  }
  for (const patterns of ORDER) dropAll(largestFirst(answer, patterns))
  let isDropping = size + ROOM > most
  while (isDropping) isDropping = dropAll(largestIn(answer))
  return left.length === 0 ? answer : { ...answer, left: merged(left) }
}

/** For the field `left` itself: a dozen places. */
const ROOM = 1000

/** Part of the whole answer, by its place. */
export function partOf(result: object, part: string): Readonly<Record<string, unknown>> {
  let value: unknown = JSON.parse(JSON.stringify(result))
  for (const step of part.split('/').filter((one) => one !== '')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step))
      throw new UserError('usage/not-a-value', `the answer has no part \`${part}\``, 'take one that stands in `left`')
    value = (value as Record<string, unknown>)[step]
  }
  return { schemaVersion: 1, part, value }
}

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value))

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null

/** Every place that a pattern fits, first to last. */
function placesOf(root: Json, pattern: string): string[] {
  let found: readonly (readonly [place: string, value: unknown])[] = [['', root]]
  for (const step of pattern.split('/'))
    found = found.flatMap(([place, value]) =>
      isJson(value)
        ? Object.entries(value)
            .filter(
              ([key]) => step === '*' || step === key || (step === '+' && Array.isArray(value) && Number(key) > 0),
            )
            .map(([key, one]) => [place === '' ? key : `${place}/${key}`, one] as const)
        : [],
    )
  return found.filter(([, value]) => isJson(value) || typeof value === 'string').map(([place]) => place)
}

/** Of a list the last goes first, so that the others keep their places. */
function largestFirst(root: Json, patterns: readonly string[]): readonly string[] {
  const places = patterns.flatMap((pattern) => placesOf(root, pattern))
  if (patterns.some((pattern) => pattern.endsWith('+'))) return places.toReversed()
  const sized = places.map((place) => [place, bytesOf(valueAt(root, place) ?? null)] as const)
  return sized.toSorted((a, b) => b[1] - a[1]).map(([place]) => place)
}

function valueAt(root: Json, place: string): unknown {
  return place
    .split('/')
    .reduce<unknown>((value, step) => (isJson(value) ? (value as Record<string, unknown>)[step] : undefined), root)
}

/** Gives how many bytes are gone; a key with a slash in it has no place, and stays. */
function drop(root: Json, place: string, left: LeftOut[]): number {
  const steps = place.split('/')
  const last = steps.pop() ?? ''
  let holder: unknown = root
  for (const step of steps) holder = isJson(holder) ? (holder as Record<string, unknown>)[step] : undefined
  if (!isJson(holder) || !Object.hasOwn(holder, last)) return 0
  const bytes = bytesOf((holder as Record<string, unknown>)[last])
  if (Array.isArray(holder)) holder.splice(Number(last), 1)
  else Reflect.deleteProperty(holder, last)
  left.push({ part: place, bytes })
  return bytes
}

/** The largest field of what is listed, down to two steps below a list; none where nothing is large. */
function largestIn(root: Json): readonly string[] {
  const places = ['*/*/*', '*/*'].flatMap((pattern) => placesOf(root, pattern))
  const sized = places.map((place) => [place, bytesOf(valueAt(root, place) ?? null)] as const)
  const [first] = sized.filter(([, bytes]) => bytes > 200).toSorted((x, y) => y[1] - x[1])
  return first === undefined ? [] : [first[0]]
}

const MAX_LEFT = 12

/** The largest first; what lies below one that is named goes with it. */
function merged(left: readonly LeftOut[]): readonly LeftOut[] {
  const named = new Set(left.map(({ part }) => part))
  const isWithin = (part: string): boolean => {
    for (let at = part.lastIndexOf('/'); at > 0; at = part.lastIndexOf('/', at - 1))
      if (named.has(part.slice(0, at))) return true
    return false
  }
  const outer = left.filter(({ part }) => !isWithin(part))
  return outer.toSorted((a, b) => b.bytes - a.bytes).slice(0, MAX_LEFT)
}
