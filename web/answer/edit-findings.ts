import type { Decision } from '#http/wire.ts'
import type { Finding } from '../editor/mounted.ts'
import { jsonProblem, jsonSpans } from '../json-text.ts'

/** Finding of the engine's lint in a policy; `pointer` into its document. */
export interface LintFinding {
  readonly id: string
  readonly severity: string
  readonly policy: string
  readonly pointer: string
  readonly message: string
}

export type Linted = Decision & { readonly lint?: readonly LintFinding[] }

/** So many stand below their lines; who edits a policy of a hundred findings mends them one by one. */
const MOST = 20

/** Findings in the text of a policy: that it is no JSON, else what lint finds in it, each with its characters. */
export function findingsIn(text: string, linted: Linted | undefined, policy: string | undefined): readonly Finding[] {
  const problem = jsonProblem(text)
  if (problem !== undefined) {
    const { from, to, words } = problem
    return [{ from, to, severity: 'error', message: `No JSON yet: ${words}.` }]
  }
  const spans = jsonSpans(text)
  const lint = (linted?.lint ?? []).filter((one) => one.policy === policy && one.severity !== 'suggestion')
  return lint.slice(0, MOST).flatMap(({ pointer, severity, message }): readonly Finding[] => {
    const span = spans?.get(pointer)
    if (span === undefined) return []
    const said = message.replace(/ \(R-[A-Z]+-\d+\)$/, '')
    const at = slipIn(text, span, message)
    return [{ from: span[0], to: span[1], ...at, severity: severity === 'error' ? 'error' : 'warning', message: said }]
  })
}

/** The name that does not exist, within a value, and the one that does. */
function slipIn(
  text: string,
  [from, to]: readonly [number, number],
  message: string,
): Pick<Finding, 'from' | 'to' | 'instead'> | undefined {
  const [, wrong, instead] = /`([^`]{1,200})` does not exist(?:; `([^`]{1,200})` does)?/.exec(message) ?? []
  if (wrong === undefined) return undefined
  const at = text.slice(from, to).indexOf(`"${wrong}"`)
  if (at < 0) return undefined
  const start = from + at + 1
  return { from: start, to: start + wrong.length, ...(instead === undefined ? {} : { instead }) }
}

/** The findings for those who hear them, with their lines. */
export function heard(findings: readonly Finding[], text: string, firstLine: number): string {
  const [first] = findings
  if (first === undefined) return ''
  const line = firstLine + text.slice(0, first.from).split('\n').length - 1
  const more = findings.length === 1 ? '' : ` And ${findings.length - 1} more.`
  return `Line ${line}: ${first.message.replaceAll('`', '')}${more}`
}
