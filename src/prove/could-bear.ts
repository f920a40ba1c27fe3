import { type Action, actionMatches, readActionPattern } from '#iam/action.ts'
import { isConditionBlock } from '#iam/condition/condition.ts'

/** What is asked for, to leave out what surely says nothing of it. */
export interface Sought {
  readonly action: Action
  /** The ARN as it is judged; undefined: none, or not known. */
  readonly arn: string | undefined
}

const ELEMENTS: ReadonlySet<string> = new Set(['Sid', 'Effect', 'Action', 'Resource', 'Condition'])

/**
 * An identity policy without the statements that surely do not bear on a request; undefined: none is left. It looks at the
 * document as given, so that most statements need not be prepared. Whatever is out of the ordinary stays, as it may bear.
 */
export function bearingPart(document: unknown, sought: Sought): unknown {
  if (!isObject(document) || !Object.hasOwn(document, 'Statement')) return document
  const listed = document['Statement']
  if (!Array.isArray(listed)) return couldBear(listed, sought) ? document : undefined
  const kept = listed.filter((statement: unknown) => couldBear(statement, sought))
  if (kept.length === listed.length) return document
  return kept.length === 0 ? undefined : { ...document, Statement: kept }
}

function couldBear(statement: unknown, { action, arn }: Sought): boolean {
  if (!isObject(statement)) return true
  for (const key in statement) if (!ELEMENTS.has(key)) return true
  const { Effect: effect, Action: actions, Resource: resources, Condition: condition } = statement
  if (effect !== 'Allow' && effect !== 'Deny') return true
  if (!isTexts(actions) || !isTexts(resources)) return true
  if (condition !== undefined && !isConditionBlock(condition)) return true
  return (
    some(actions, (text) => matches(text, action)) &&
    (arn === undefined || some(resources, (text) => begins(text, arn)))
  )
}

const some = (texts: string | readonly string[], test: (text: string) => boolean): boolean =>
  typeof texts === 'string' ? test(texts) : texts.some(test)

/** Most texts are of another service, which is plain without reading them. */
function matches(text: string, action: Action): boolean {
  const first = text.charCodeAt(0)
  const isOther = first < 0x80 && first !== 0x2a && (first | 0x20) !== action.service.charCodeAt(0)
  return !isOther && actionMatches(readActionPattern(text), action)
}

/** Whether the pattern's text before its first wildcard or variable begins the ARN; no pattern matches without that. */
function begins(pattern: string, arn: string): boolean {
  for (let i = 0; i < pattern.length; i++) {
    const code = pattern.charCodeAt(i)
    if (code === 0x2a || code === 0x3f || code === 0x24) return true
    if (code !== arn.charCodeAt(i)) return false
  }
  return true
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isTexts = (value: unknown): value is string | readonly string[] =>
  typeof value === 'string' || (Array.isArray(value) && value.every((text) => typeof text === 'string'))
