import { NoDenial } from '#app/answer-question.ts'
import { DiagnoseBody } from '#schemas/bodies.ts'
import { UserError } from '../errors.ts'

/**
 * How a body was said to be: `json`; `text`, as `text/plain`; or nothing that helps: `curl --data-binary @error.txt` calls any file a form.
 */
export type BodyKind = 'json' | 'text' | 'unsaid'

export function bodyKindOf(contentType: string | undefined): BodyKind {
  const [type = ''] = (contentType ?? '').split(';')
  const name = type.trim().toLowerCase()
  if (name === 'application/json' || name.endsWith('+json')) return 'json'
  return name === 'text/plain' ? 'text' : 'unsaid'
}

/** A body that was not said to be JSON, and what the address says besides. */
export interface PlainBody {
  readonly text: string
  readonly kind: Exclude<BodyKind, 'json'>
  readonly query: Readonly<Record<string, string>>
}

const FIELDS = Object.keys(DiagnoseBody.shape)

/**
 * Answers a body that was not said to be JSON. JSON that has a field of ours is read as such; all else is the text that somebody saw,
 * records of CloudTrail among it. Where nothing in it is an error and it may have been meant as JSON, that is what is told of it.
 */
export async function answerPlain(body: PlainBody, answer: (line: string) => Promise<unknown>): Promise<unknown> {
  const { text, kind, query } = body
  const value = parsed(text)
  if (isObject(value) && FIELDS.some((field) => Object.hasOwn(value, field))) {
    refuseQuery(query)
    return answer(text)
  }
  try {
    return await answer(JSON.stringify({ text, ...query }))
  } catch (error) {
    const isMaybeJson = kind === 'unsaid' || /^\s*[[{]/.test(text)
    if (!(error instanceof NoDenial) || !isMaybeJson || isKnown(error)) throw error
    if (value !== undefined) return answer(text)
    throw new UserError(
      'batch/not-json',
      'the body is no JSON, and read as a text it holds no denial',
      'send JSON as `application/json`, see /docs; or the error as it was printed, as `text/plain`',
    )
  }
}

/** Both the address and the body would say what is meant. */
function refuseQuery(query: PlainBody['query']): void {
  const [name] = Object.keys(query)
  if (name === undefined) return
  throw new UserError(
    'usage/unknown-option',
    `\`${name}\` stands in the address, and the body is JSON`,
    `write \`${name}\` into the body`,
  )
}

/** An error of another kind, which the answer tells. */
function isKnown({ result }: NoDenial): boolean {
  const { diagnoses = [] } = result as {
    readonly diagnoses?: readonly { readonly denial: { readonly kind: string } }[]
  }
  return diagnoses.some(({ denial }) => denial.kind !== 'other')
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
