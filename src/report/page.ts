import { noWorkflowCommand } from '#quote/workflow-command.ts'
import { safeLine } from '#quote/terminal.ts'

/** How text may look where it goes. */
export interface Page {
  /** Undefined: a pipe or file, so nothing is wrapped. */
  readonly columns: number | undefined
  /** A person reads: long ARNs may be shortened in the middle. A pipe gets every ARN whole. */
  readonly isTerminal: boolean
  readonly color: boolean
}

/** For commands, which are to be copied: nothing is wrapped or shortened. */
export const UNWRAPPED: Page = { columns: undefined, isTerminal: false, color: false }

export type Paint = 'bold' | 'red' | 'green' | 'yellow' | 'dim'

const CODES: Readonly<Record<Paint, readonly [number, number]>> = {
  bold: [1, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  dim: [2, 22],
}

/** Colour for text that is safe already, and is not wrapped after. */
export function paint(page: Page, how: Paint, text: string): string {
  const [on, off] = CODES[how]
  return page.color && text !== '' ? `\u001b[${on}m${text}\u001b[${off}m` : text
}

/** Lines of text with a hanging indent; the first has `head` in it, or begins further left where `head` is blank. */
export function block(page: Page, head: string, indent: number, text: string): string[] {
  const first = head.trim() === '' ? head : head.padEnd(indent)
  const rest = ' '.repeat(indent)
  const width = page.columns === undefined ? Number.POSITIVE_INFINITY : Math.max(20, page.columns - indent)
  return wrap(safeLine(text), width, page.isTerminal).map((line, i) =>
    noWorkflowCommand(`${i === 0 ? first : rest}${line}`.trimEnd()),
  )
}

/** Words that do not fit a line of their own are ARNs, paths and blobs: shortened for a person, whole for a program. */
function wrap(text: string, width: number, mayShorten: boolean): string[] {
  const lines: string[] = []
  let line: string | undefined
  for (const word of text.split(' ')) {
    if (word === '' && line === undefined && lines.length > 0) continue
    const fitted = mayShorten && word.length > width ? shorten(word, width) : word
    if (line === undefined) line = fitted
    else if (line.length + 1 + fitted.length <= width) line += ` ${fitted}`
    else {
      lines.push(line)
      line = word === '' ? undefined : fitted
    }
  }
  return [...lines, line ?? '']
}

/** Cut in the middle: the service and account stand in front, the name that tells two apart at the end. */
export function shorten(text: string, width: number): string {
  if (text.length <= width || width < 9) return text
  const tail = Math.ceil((width - 1) * 0.6)
  return `${text.slice(0, width - 1 - tail)}…${text.slice(-tail)}`
}
