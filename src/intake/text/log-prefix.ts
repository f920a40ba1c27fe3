import { type Edit, type MappedText, rewrite } from './mapped-text.ts'
import { stampLength } from './squeeze.ts'

/**
 * What a collector of logs puts before every line, besides a time: it would stand inside a wrapped word. GitHub Actions
 * (`job<TAB>step<TAB>time`), AWS CodeBuild, GitLab (`time 01O `; `+` continues the line before), container runtimes
 * (`time stdout F `; `P` is continued by the next line), kubectl, docker compose, syslog.
 */
const ALONE = [
  /^[^\t\n]{1,120}\t[^\t\n]{1,120}\t(?=\d{4}-\d\d-\d\dT)/,
  /^\[Container\] \d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d(?:\.\d{1,9})? /,
  /^\[pod\/[^\]\n]{1,200}\] /,
  /^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d [\w.-]{1,60} [\w./-]{1,60}(?:\[\d{1,7}\])?: /,
]
const AFTER_STAMP = /^(?:\d\d[OE](?<joins>\+?) ?|(?:stdout|stderr) (?<part>[FP]) )/
/** `app-1  | `: a name may stand before a bar in any text, so two lines in a row must have it. */
const SERVICE = /^(?<name>[\w.-]{1,60}) {1,30}\| ?/

/** Longer prefixes do not occur. */
const REACH = 320

export function dropPrefixes(source: MappedText): MappedText {
  const { text } = source
  const edits: Edit[] = []
  let last: { name: string; edit: Edit; isTaken: boolean } | undefined
  let continues = false
  for (let start = 0; start <= text.length; ) {
    const newline = text.indexOf('\n', start)
    const head = text.slice(start, Math.min(newline < 0 ? text.length : newline, start + REACH))
    const service = SERVICE.exec(head)
    const name = service?.groups?.['name']
    if (service !== null && name !== undefined) {
      const edit = { from: start, to: start + service[0].length, insert: '' }
      const isRun = last?.name === name
      if (isRun && last?.isTaken === false) edits.push(last.edit)
      if (isRun) edits.push(edit)
      last = { name, edit, isTaken: isRun }
    } else {
      last = undefined
      const found = prefixOf(head)
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
