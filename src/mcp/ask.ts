import type { SearchedResult } from '#app/diagnose.ts'
import type { QuestionAnswerer } from '#app/answer-question.ts'
import type { Page } from '#report/page.ts'
import { UserError } from '../errors.ts'
import { fitted, partOf } from './fitted.ts'
import type { ToolArguments } from './tool-arguments.ts'

/** Nothing is wrapped or shortened: a model reads it. */
export const PAGE: Page = { columns: undefined, isTerminal: false, color: false }

/** Answer of a tool as far as it fits, or the part that is asked for (docs/mcp.md). */
export function answerOf(result: object, part: unknown): object {
  if (part === 'all') return result
  return typeof part === 'string' ? partOf(result, part) : fitted(result)
}

/** The questions that tools put to the judge. */
export interface Ask {
  readonly answer: (
    question: 'evaluate' | 'compare' | 'who-can' | 'what-can' | 'compare-snapshots',
    args: ToolArguments,
  ) => Promise<unknown>
  /** What is no denial is an answer too: it says what it is. */
  readonly search: (args: ToolArguments) => Promise<SearchedResult>
}

/** JSON that came as its text is taken for what it says. */
export const asker = (answerer: QuestionAnswerer): Ask => ({
  answer: (question, args) => answerer.answer(question, TAKES_JSON.includes(question) ? lineOf(args) : written(args)),
  search: (args) => answerer.search(lineOf(args)),
})

/** What `old` and `new` are the names of snapshots in takes none. */
const TAKES_JSON = ['evaluate', 'compare']

const lineOf = (args: ToolArguments): string =>
  written(Object.fromEntries(Object.entries(args).map(([k, v]) => [k, opened(k, v)])))

export function written(args: ToolArguments): string {
  try {
    return JSON.stringify(args)
  } catch {
    throw new UserError('batch/not-json', 'an argument nests too deep to be read', 'give what AWS wrote, as it is')
  }
}

const JSON_FIELDS = ['record', 'records', 'request', 'scenario', 'old', 'new', 'after', 'files']

export function opened(name: string, value: unknown): unknown {
  if (typeof value !== 'string' || !JSON_FIELDS.includes(name)) return value
  try {
    return JSON.parse(value)
  } catch {
    if (name === 'scenario') return value // YAML
    throw new UserError('batch/not-json', `\`${name}\` is no JSON`, 'give the value itself, not its text')
  }
}
