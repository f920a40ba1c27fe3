import type { CorsAnswer } from '#guide/cors-rules.ts'
import { UserError } from '../errors.ts'

const MAX_ANSWERS = 20
const STATUS = /^HTTP\/[\d.]{1,3} (\d{3})(?: |$)/

/** HTTP answers as `curl -si` prints them, one after another; bodies are skipped. */
export function recordedAnswers(text: string, name: string): readonly CorsAnswer[] {
  const answers: { status: number; headers: Map<string, string> }[] = []
  let isHead = false
  for (const line of text.split(/\r?\n/)) {
    const status = STATUS.exec(line)?.[1]
    if (status !== undefined && !isHead) {
      if (answers.length === MAX_ANSWERS) break
      answers.push({ status: Number(status), headers: new Map() })
      isHead = true
    } else if (line === '') isHead = false
    else if (isHead) addHeader(answers.at(-1)?.headers, line)
  }
  if (answers.length > 0) return answers
  throw new UserError('input/unreadable', `\`${name}\` has no HTTP answer in it`, 'write it with `curl -si`')
}

/** Several of one name are one list, as the Fetch standard joins them. */
function addHeader(headers: Map<string, string> | undefined, line: string): void {
  const colon = line.indexOf(':')
  if (colon <= 0) return
  const name = line.slice(0, colon).trim().toLowerCase()
  const value = line.slice(colon + 1).trim()
  const before = headers?.get(name)
  headers?.set(name, before === undefined ? value : `${before}, ${value}`)
}
