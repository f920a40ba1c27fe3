import { type Edit, type MappedText, rewrite } from './mapped-text.ts'
import { repeatedPrefix } from './repeated-prefix.ts'
import { stampLength } from './letters-only.ts'

/**
 * Prefixes that collectors of logs put before every line, besides a time: it would stand inside a wrapped word. GitHub
 * Actions (`job<TAB>step<TAB>time`), AWS CodeBuild, GitLab (`time 01O `; `+` continues the line before), container runtimes
 * (`time stdout F `; `P` is continued by the next line), kubectl, syslog in both its forms. What is certain only where
 * lines in a row have it: repeated-prefix.ts.
 */
const ALONE = [
  /^[^\t\n]{1,120}\t[^\t\n]{1,120}\t(?=\d{4}-\d\d-\d\dT)/,
  /^\[Container\] \d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d(?:\.\d{1,9})? /,
  /^\[pod\/[^\]\n]{1,200}\] /,
  /^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d [\w.-]{1,60} [\w./-]{1,60}(?:\[\d{1,7}\])?: /,
  // What the CLIs made with oclif put before each line of an error.
  /^ {1,2}\u203a {1,4}(?=\S)/,
  /^<\d{1,3}>1 \d{4}-\d\d-\d\dT[\d:.+-]{8,24}Z? [^\s]{1,100} [^\s]{1,60} [^\s]{1,60} [^\s]{1,40} (?:-|\[[^\]\n]{0,100}\]) /,
]
const AFTER_STAMP = /^(?:\d\d[OE](?<joins>\+?) ?|(?:stdout|stderr) (?<part>[FP]) )/

/** Longer prefixes do not occur. */
const REACH = 320

export function dropPrefixes(source: MappedText): MappedText {
  const { text } = source
  const edits: Edit[] = []
  let last: { key: string; edit: Edit; isTaken: boolean } | undefined
  let continues = false
  for (let start = 0; start <= text.length; ) {
    const newline = text.indexOf('\n', start)
    const head = text.slice(start, Math.min(newline < 0 ? text.length : newline, start + REACH))
    const found = prefixOf(head)
    const repeated = found.length > 0 ? undefined : repeatedPrefix(head)
    if (repeated !== undefined) {
      const edit = { from: start, to: start + repeated.length, insert: '' }
      const isRun = last?.key === repeated.key
      if (isRun && last?.isTaken === false) edits.push(last.edit)
      if (isRun) edits.push(edit)
      last = { key: repeated.key, edit, isTaken: isRun }
      continues = false
    } else {
      last = undefined
      const joins = found.joins || (continues && found.length > 0)
      if (found.length > 0) {
        const from = joins && start > 0 ? start - 1 : start
        edits.push({ from: Math.max(from, edits.at(-1)?.to ?? 0), to: start + found.length, insert: '' })
      }
      continues = found.continues
    }
    if (newline < 0) break
    start = newline + 1
  }
  return rewrite(source, edits)
}

/** Whether a line that begins so has been begun by a log, and by no terminal that broke the line before. */
export const hasPrefix = (head: string): boolean => prefixOf(head).length > 0 || repeatedPrefix(head) !== undefined

interface Prefix {
  readonly length: number
  /** The line goes on the one before. */
  readonly joins: boolean
  /** The next line goes on this one. */
  readonly continues: boolean
}

function prefixOf(head: string): Prefix {
  for (const pattern of ALONE) {
    const match = pattern.exec(head)
    if (match !== null) return { length: match[0].length, joins: false, continues: false }
  }
  const stamp = stampLength(head, 0)
  const after = stamp === 0 ? null : AFTER_STAMP.exec(head.slice(stamp))
  if (after === null) return { length: 0, joins: false, continues: false }
  const { joins, part } = after.groups ?? {}
  return { length: stamp + after[0].length, joins: joins === '+', continues: part === 'P' }
}
