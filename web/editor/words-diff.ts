import { Change, diff } from '@codemirror/merge'

/** A difference that takes longer than this many milliseconds of a keystroke is a coarser one. */
const LIMITS = { scanLimit: 500, timeout: 10 }

/** Words of a change that are held against each other: beyond, its lines are told as gone and new. */
const MOST_COMPARED = 100_000

/** Items of a list that are told apart, each as a letter; beyond, the text is compared as it is, or the line is told as a whole. */
const MOST_ITEMS = 50_000

/** How much of its words a line keeps to be the same line, changed. */
const ALIKE = 0.5

/**
 * What differs, first by lines and then, within a line that was changed, by words: of letters alone it is told that `stag` became
 * `prod-artifacts/*`, where lines were added behind it.
 */
export function wordsDiff(a: string, b: string): readonly Change[] {
  const [was, now] = [linesOf(a), linesOf(b)]
  if (was.lines.length + now.lines.length > MOST_ITEMS) return diff(a, b, LIMITS)
  return diffOf(was.lines, now.lines).flatMap(({ fromA, toA, fromB, toB }) => {
    const changes: Change[] = []
    let [atA, atB] = [fromA, fromB]
    const between = (endA: number, endB: number): void => {
      if (endA > atA || endB > atB) changes.push(wholeLines(was, now, [atA, endA], [atB, endB]))
    }
    for (const [i, j] of pairsOf(was.lines.slice(fromA, toA), now.lines.slice(fromB, toB))) {
      between(fromA + i, fromB + j)
      ;[atA, atB] = [fromA + i + 1, fromB + j + 1]
      changes.push(...wordsOf(was, now, atA - 1, atB - 1))
    }
    between(toA, toB)
    return changes
  })
}

interface Lines {
  readonly text: string
  readonly lines: readonly string[]
  /** Where each begins, and behind the last. */
  readonly starts: readonly number[]
}

function linesOf(text: string): Lines {
  const lines = text.split('\n')
  const starts = [0]
  for (const line of lines) starts.push((starts.at(-1) ?? 0) + line.length + 1)
  return { text, lines, starts }
}

/** Differences of two lists, by their items: each is one letter of a text that is compared. */
function diffOf(a: readonly string[], b: readonly string[]): readonly Change[] {
  const letters = new Map<string, string>()
  const letterOf = (item: string): string => {
    const letter = letters.get(item) ?? String.fromCharCode(letters.size + 1)
    letters.set(item, letter)
    return letter
  }
  return diff(a.map(letterOf).join(''), b.map(letterOf).join(''), LIMITS)
}

type Range = readonly [from: number, to: number]

/** Lines that are gone and those that stand for them, each with its end; the last of a text with the end before it. */
function wholeLines(was: Lines, now: Lines, [fromA, toA]: Range, [fromB, toB]: Range): Change {
  const isLast = toA === was.lines.length && toB === now.lines.length
  const before = isLast && (fromA === toA || fromB === toB) ? 1 : 0
  const start = ({ starts }: Lines, line: number): number => (starts[line] ?? 0) - before
  const end = ({ starts, text }: Lines, line: number): number => (isLast ? text.length : (starts[line] ?? 0))
  return new Change(start(was, fromA), end(was, toA), start(now, fromB), end(now, toB))
}

const WORDS = /[\p{L}\p{N}_]+|\s+|[^]/gu

const wordsIn = (line: string): readonly string[] => line.match(WORDS) ?? []

/** What differs within a line. */
function wordsOf(was: Lines, now: Lines, i: number, j: number): readonly Change[] {
  const [a, b] = [wordsIn(was.lines[i] ?? ''), wordsIn(now.lines[j] ?? '')]
  const [startsA, startsB] = [startsOf(a, was.starts[i] ?? 0), startsOf(b, now.starts[j] ?? 0)]
  if (a.length + b.length > MOST_ITEMS)
    return [new Change(startsA[0] ?? 0, startsA.at(-1) ?? 0, startsB[0] ?? 0, startsB.at(-1) ?? 0)]
  return diffOf(a, b).map(
    ({ fromA, toA, fromB, toB }) =>
      new Change(startsA[fromA] ?? 0, startsA[toA] ?? 0, startsB[fromB] ?? 0, startsB[toB] ?? 0),
  )
}

function startsOf(words: readonly string[], from: number): readonly number[] {
  const starts = [from]
  for (const word of words) starts.push((starts.at(-1) ?? 0) + word.length)
  return starts
}

/** Which line became which, in their order: the most alike, all in all. */
function pairsOf(a: readonly string[], b: readonly string[]): readonly (readonly [number, number])[] {
  const said = (line: string): readonly string[] => wordsIn(line).filter((word) => word.trim() !== '')
  const [wordsA, wordsB] = [a.map(said), b.map(said)]
  if (wordsA.flat().length * b.length + wordsB.flat().length * a.length > MOST_COMPARED) return []
  const width = b.length + 1
  // The best from each place to the end.
  const best = new Float64Array((a.length + 1) * width)
  const at = (i: number, j: number): number => best[i * width + j] ?? 0
  const paired = (i: number, j: number): number => {
    const one = alikeness(wordsA[i] ?? [], wordsB[j] ?? [])
    return one >= ALIKE ? one + at(i + 1, j + 1) : 0
  }
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--) best[i * width + j] = Math.max(paired(i, j), at(i + 1, j), at(i, j + 1))
  const pairs: [number, number][] = []
  // Of two that are as good the first: what is added stands behind more often than before.
  for (let [i, j] = [0, 0]; i < a.length && j < b.length && at(i, j) > 0; ) {
    if (at(i, j) === paired(i, j)) pairs.push([i++, j++])
    else if (at(i, j) === at(i, j + 1)) j++
    else i++
  }
  return pairs
}

/** Part of the words of the longer line that the other has, too. */
function alikeness(a: readonly string[], b: readonly string[]): number {
  const left = new Map<string, number>()
  for (const word of b) left.set(word, (left.get(word) ?? 0) + 1)
  let both = 0
  for (const word of a) {
    const there = left.get(word) ?? 0
    if (there > 0) both += 1
    left.set(word, there - 1)
  }
  return both / Math.max(a.length, b.length, 1)
}
