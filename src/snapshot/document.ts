import type { Policy } from '#engine/scenario.ts'
import { isObject } from './fields.ts'
import { duplicateKeyAt, endOfValue, memberAt, membersAt } from '#iam/json-scan.ts'
import { duplicateProblem, type JsonSource } from './json-source.ts'

/** A policy document of a file, with where its statements stand; `problem`: why it cannot be read. */
export interface LocatedDocument {
  readonly document: unknown
  readonly file: string
  readonly lines: readonly number[]
  readonly problem?: string
}

/**
 * The document at an offset: an object as it stands, or a text (URL-encoded too, as the IAM API returns it).
 * One that cannot be read stays in as text, so that it is evaluated as a policy that may allow or deny, never left out.
 */
export function documentAt(source: JsonSource, at: number, value: unknown): LocatedDocument {
  if (typeof value === 'string') return textDocument(source, at, value)
  const found = { file: source.file, lines: statementLines(source, at) }
  if (isObject(value)) places.set(value, { source, at })
  const problem = duplicateProblem(source, at)
  if (problem !== undefined) {
    const text = source.text.slice(at, endOfValue(source.text, at))
    return { ...found, document: unreadableText(problem, text), problem }
  }
  return isObject(value)
    ? { ...found, document: value }
    : { ...found, document: value, problem: 'the policy is no object' }
}

/** Where documents that are objects were read from. */
const places = new WeakMap<object, { readonly source: JsonSource; readonly at: number }>()

/** A document's text with its own layout, as it stands in its file; undefined where it was not read from one. */
export function textOfDocument(document: unknown): string | undefined {
  if (typeof document === 'string') return decoded(document)
  const place = isObject(document) ? places.get(document) : undefined
  return place?.source.text.slice(place.at, endOfValue(place.source.text, place.at))
}

function textDocument(source: JsonSource, at: number, text: string): LocatedDocument {
  const line = source.lineOf(at)
  const json = decoded(text)
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    return { document: text, file: source.file, lines: [line], problem: `the policy's text is no JSON, line ${line}` }
  }
  const statements = isObject(value) && Object.hasOwn(value, 'Statement') ? value['Statement'] : undefined
  const lines = Array.from({ length: Array.isArray(statements) ? statements.length : 1 }, () => line)
  const duplicate = duplicateKeyAt(json.trimStart(), 0)
  if (duplicate === undefined) return { document: text, file: source.file, lines }
  const problem = `key \`${duplicate.key}\` stands twice in one object of the policy, line ${line}`
  return { document: unreadableText(problem, json), file: source.file, lines, problem }
}

function decoded(text: string): string {
  const trimmed = text.trimStart()
  if (!trimmed.startsWith('%')) return trimmed
  try {
    return decodeURIComponent(trimmed)
  } catch {
    return trimmed
  }
}

/** JSON.parse would keep the last of two equal keys without a word; the comment makes the text no JSON for every reader. */
export const unreadableText = (why: string, text: string): string =>
  `/* not read: ${why.replaceAll('*/', '')} */ ${text}`

/** 1-based line of each statement of the policy object at an offset; a lone statement counts as a list of one. */
export function statementLines(source: JsonSource, at: number): readonly number[] {
  const statement = memberAt(source.text, at, 'Statement')
  if (statement === undefined) return []
  if (source.text.charAt(statement.start) !== '[') return [source.lineOf(statement.start)]
  return membersAt(source.text, statement.start).map((member) => source.lineOf(member.start))
}

export const policyOf = (name: string, arn: string | undefined, located: LocatedDocument | undefined): Policy => ({
  name,
  ...(arn === undefined ? {} : { arn }),
  ...(located === undefined ? {} : { document: located.document, file: located.file, lines: located.lines }),
})
