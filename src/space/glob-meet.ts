import { splitArn } from '#iam/arn.ts'
import { compileGlob, globMatches } from '#iam/glob.ts'

/** More patterns than this say less than one that is too wide. */
const MAX_PATTERNS = 8
const MAX_STEPS = 20_000

/**
 * The texts that two wildcard patterns both hold, as patterns; undefined: they cannot be told in a few. `*` is any run of
 * characters, `?` one character. `${` may stand for anything in a policy, so such a text is left alone.
 */
export function meet(a: string, b: string): readonly string[] | undefined {
  if (a === b || covers(b, a)) return [a]
  if (covers(a, b)) return [b]
  if (a.includes('${') || b.includes('${')) return undefined
  if (!isPattern(a) && !isPattern(b)) return NOTHING
  const found = new Set<string>()
  const search: Search = { a, b, found, steps: 0 }
  return walk(search, 0, 0, '') ? narrowest([...found]) : undefined
}

/** Whether every text of `inner` is one of `outer`: a star of `inner` is a character that only a star or `?` of `outer` takes. */
export const covers = (outer: string, inner: string): boolean => {
  if (outer === '*') return true
  if (outer.includes('?')) return false
  return outer.includes('*') ? globMatches(compileGlob(outer), inner) : outer === inner
}

const isPattern = (text: string): boolean => text.includes('*') || text.includes('?')
const NOTHING: readonly never[] = []

interface Search {
  readonly a: string
  readonly b: string
  readonly found: Set<string>
  steps: number
}

/** Both patterns side by side, writing what both allow; false: too much. */
function walk(search: Search, i: number, j: number, written: string): boolean {
  const { a, b, found } = search
  if (++search.steps > MAX_STEPS) return false
  const [x, y] = [a[i], b[j]]
  if (x === undefined && y === undefined) {
    found.add(written)
    return found.size <= MAX_PATTERNS * 4
  }
  if (x === '*' && y === '*') return walk(search, i + 1, j, star(written)) && walk(search, i, j + 1, star(written))
  if (x === '*') return walk(search, i + 1, j, written) && (y === undefined || walk(search, i, j + 1, written + y))
  if (y === '*') return walk(search, i, j + 1, written) && (x === undefined || walk(search, i + 1, j, written + x))
  if (x === undefined || y === undefined) return true
  if (x === y) return walk(search, i + 1, j + 1, written + x)
  if (x === '?') return walk(search, i + 1, j + 1, written + y)
  return y === '?' ? walk(search, i + 1, j + 1, written + x) : true
}

const star = (written: string): string => (written.endsWith('*') ? written : `${written}*`)

function narrowest(patterns: readonly string[]): readonly string[] | undefined {
  const kept = patterns.filter((pattern) => !patterns.some((other) => other !== pattern && covers(other, pattern)))
  return kept.length > MAX_PATTERNS ? undefined : kept
}

/** Patterns of what two resource patterns both hold: `*`, or ARNs whose first five segments no wildcard crosses (R-RES-03). */
export function meetArns(a: string, b: string): readonly string[] | undefined {
  if (a === b || b === '*') return [a]
  if (a === '*') return [b]
  const [left, right] = [splitArn(a), splitArn(b)]
  if (left === undefined || right === undefined) return undefined
  let found: readonly string[] = ['']
  for (const [i, segment] of left.entries()) {
    const shared = meet(segment, right[i] ?? '')
    if (shared === undefined || shared.length * found.length > MAX_PATTERNS) return undefined
    found = found.flatMap((text) => shared.map((one) => (i === 0 ? one : `${text}:${one}`)))
  }
  return found
}

export function coversArn(outer: string, inner: string): boolean {
  if (outer === inner || outer === '*') return true
  const [left, right] = [splitArn(outer), splitArn(inner)]
  if (left === undefined || right === undefined) return false
  return left.every((segment, i) => covers(segment, right[i] ?? ''))
}
