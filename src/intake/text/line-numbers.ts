/** Line number that an editor, a pastebin or `cat -n` prints in front of each line: `12. `, `12: `, `12 | `, `12`. */
const NUMBER = /^[ \t]{0,8}(\d{1,6})(?:[.:|)]|[ \t]{0,4}\|)?(?=[ \t]|$)/

/** Fewer lines in a row are a list, or numbers of their own. */
const SHORTEST_RUN = 4

/** The text with blanks in the place of line numbers, wherever lines in a row count on by one; every offset is kept. */
export function withoutLineNumbers(text: string): string {
  const lines = text.split('\n')
  const numbers = lines.map((line) => NUMBER.exec(line.slice(0, 24)))
  for (let from = 0; from < lines.length; ) {
    const to = runEnd(numbers, from)
    if (to - from >= SHORTEST_RUN) {
      for (let i = from; i < to; i++) {
        const length = numbers[i]?.[0].length ?? 0
        lines[i] = ' '.repeat(length) + (lines[i] ?? '').slice(length)
      }
    }
    from = Math.max(to, from + 1)
  }
  return lines.join('\n')
}

function runEnd(numbers: readonly (RegExpExecArray | null)[], from: number): number {
  const first = Number(numbers[from]?.[1] ?? Number.NaN)
  let to = from
  while (to < numbers.length && Number(numbers[to]?.[1] ?? Number.NaN) === first + to - from) to++
  return to
}
