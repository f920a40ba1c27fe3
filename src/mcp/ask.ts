import type { SearchedResult } from '#app/diagnose.ts'
import type { QuestionAnswerer } from '#app/answer-question.ts'
import type { Page } from '#report/page.ts'
import { UserError } from '../errors.ts'
import { fitted, partOf } from './fitted.ts'
import type { Field, ToolArguments } from './tool.ts'

/** Nothing is wrapped or shortened: a model reads it. */
export const PAGE: Page = { columns: undefined, isTerminal: false, color: false }

export const EVIDENCE: Readonly<Record<string, Field>> = {
  text: { kind: 'text', help: 'the error message or log, as it was printed' },
  record: { kind: 'json', help: 'a CloudTrail record instead of the text' },
  records: { kind: 'json', help: 'several CloudTrail records, successful ones too: they are evidence' },
}

export const HELD: Readonly<Record<string, Field>> = {
  snapshot: { kind: 'text', help: 'name of a snapshot the server was started with; left out: the first' },
  scenario: { kind: 'json', help: 'request and policies instead of a snapshot (docs/json.md, "Scenario")' },
  files: {
    kind: 'json',
    help: 'policies as AWS prints them, [{ "name", "text" }]: documents, outputs of the AWS CLI, a plan, a template',
  },
}

export const DIAGNOSED: Readonly<Record<string, Field>> = {
  ...EVIDENCE,
  ...HELD,
  expectPrincipal: { kind: 'text', help: 'ARN of who should have made the call' },
}

export const PART: Readonly<Record<string, Field>> = {
  part: {
    kind: 'text',
    help: 'a part that an answer left out, as its `left` names it (diagnoses/0/steps); `all`: the whole answer, which may be long',
  },
}

/** Answer of a tool as far as it fits, or the part that is asked for (docs/mcp.md). */
export function answerOf(result: object, part: unknown): object {
  if (part === 'all') return result
  return typeof part === 'string' ? partOf(result, part) : fitted(result)
}

/** The questions that tools put to the judge. */
export interface Ask {
  readonly answer: (question: 'evaluate' | 'compare', args: ToolArguments) => Promise<unknown>
  /** What is no denial is an answer too: it says what it is. */
  readonly search: (args: ToolArguments) => Promise<SearchedResult>
}

/** JSON that came as its text is taken for what it says. */
export const asker = (answerer: QuestionAnswerer): Ask => ({
  answer: (question, args) => answerer.answer(question, lineOf(args)),
  search: (args) => answerer.search(lineOf(args)),
})

const lineOf = (args: ToolArguments): string =>
  written(Object.fromEntries(Object.entries(args).map(([k, v]) => [k, opened(k, v)])))

function written(args: ToolArguments): string {
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
