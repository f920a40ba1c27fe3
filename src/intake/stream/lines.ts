import { readLine } from '../json-lines.ts'
import type { ParseResult } from '../parse-result.ts'

/** A line that is longer is read as if it ended there. */
const LONGEST_LINE = 8_000_000

/** JSON Lines as they come. */
export function linesReader(put: (parsed: ParseResult) => void): { push: (text: string) => void; end: () => void } {
  let pending: string[] = []
  let length = 0
  let from = 0
  let number = 1
  const take = (text: string): void => {
    if (text.trim() !== '') put(readLine({ text, from, number }))
    from += text.length + 1
    number++
  }
  return {
    push: (text) => {
      let read = 0
      for (let newline = text.indexOf('\n'); newline >= 0; newline = text.indexOf('\n', read)) {
        pending.push(text.slice(read, newline))
        read = newline + 1
        take(pending.join(''))
        pending = []
        length = 0
      }
      if (read < text.length) pending.push(text.slice(read))
      length += text.length - read
      if (length <= LONGEST_LINE) return
      take(pending.join(''))
      from--
      pending = []
      length = 0
    },
    end: () => {
      if (pending.length > 0) take(pending.join(''))
    },
  }
}
