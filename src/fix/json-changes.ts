import { pointerTo } from '#iam/json-pointer.ts'
import type { Operation } from './operation.ts'

/**
 * The smallest steps that lead from one JSON value back to another, each of its own: a field that went or came, one value of a
 * list. Lists of texts are sets, as in policies. Paths are those of the first value, so that steps are put together by `inOrder`.
 */
export function changesBack(now: unknown, was: unknown, at: string): readonly Operation[] {
  if (JSON.stringify(now) === JSON.stringify(was)) return []
  if (isTexts(now) && isTexts(was)) return ofLists(now, was, at)
  if (!isRecord(now) || !isRecord(was)) return [{ op: 'replace', path: at, value: was }]
  return [...new Set([...Object.keys(was), ...Object.keys(now)])].flatMap((key): readonly Operation[] => {
    const path = pointerTo(at, key)
    if (!Object.hasOwn(now, key)) return [{ op: 'add', path, value: was[key] }]
    return Object.hasOwn(was, key) ? changesBack(now[key], was[key], path) : [{ op: 'remove', path }]
  })
}

function ofLists(now: readonly string[], was: readonly string[], at: string): readonly Operation[] {
  const [listed, before] = [new Set(now), new Set(was)]
  const gone = was.filter((value) => !listed.has(value))
  const come = now.flatMap((value, i) => (before.has(value) ? [] : [i]))
  return [
    ...gone.map((value) => ({ op: 'add', path: `${at}/-`, value }) as const),
    ...come.map((i) => ({ op: 'remove', path: `${at}/${i}` }) as const),
  ]
}

/** Operations of one value so that none moves what another means: what is taken out of lists goes last, from the end. */
export function inOrder(operations: readonly Operation[]): readonly Operation[] {
  const isRemoval = ({ op, path }: Operation): boolean => op === 'remove' && /\/\d+$/.test(path)
  const removals = operations.filter(isRemoval)
  const depth = ({ path }: Operation): number => path.split('/').length
  const last = ({ path }: Operation): number => Number(path.slice(path.lastIndexOf('/') + 1))
  return [
    ...operations.filter((operation) => !isRemoval(operation)),
    ...removals.toSorted((a, b) => depth(b) - depth(a) || last(b) - last(a)),
  ]
}

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string')

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
