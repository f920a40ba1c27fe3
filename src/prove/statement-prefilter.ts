import { type Action, actionMatches, readActionPattern } from '#iam/action.ts'
import { isConditionBlock } from '#iam/condition/condition.ts'

/** The request that is sought, to leave out statements that surely do not bear on it. */
export interface SoughtRequest {
  readonly action: Action
  /** The ARN as it is evaluated; undefined: none, or not known. */
  readonly arn: string | undefined
}

const ELEMENTS: ReadonlySet<string> = new Set(['Sid', 'Effect', 'Action', 'Resource', 'Condition'])

/**
 * An identity policy without the statements that surely do not bear on a request; undefined: none is left. It looks at the
 * document as given, so that most statements need not be prepared. Whatever is out of the ordinary stays, as it may bear.
 */
export function bearingPart(document: unknown, sought: SoughtRequest): unknown {
  if (!isObject(document) || !Object.hasOwn(document, 'Statement')) return document
  const listed = document['Statement']
  if (!Array.isArray(listed)) return mayBearOn(listed, sought) ? document : undefined
  const kept = listed.filter((statement: unknown) => mayBearOn(statement, sought))
  if (kept.length === listed.length) return document
  return kept.length === 0 ? undefined : { ...document, Statement: kept }
}

function mayBearOn(statement: unknown, { action, arn }: SoughtRequest): boolean {
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

/** Whether a policy denies and allows a request, whoever asks in whatever context. */
export interface Settled {
  readonly deny: boolean
  readonly allow: boolean
}

/**
 * Effects of the statements of a policy on the request, where they are plain: no conditions, and each resource a text, `*`,
 * or a text before one last star behind the fifth colon. Undefined: it has to be prepared to be understood.
 */
export function settledBy(part: unknown, { arn }: SoughtRequest): Settled | undefined {
  if (!isObject(part) || arn === undefined) return undefined
  const listed = part['Statement']
  const settled = { deny: false, allow: false }
  for (const statement of Array.isArray(listed) ? listed : [listed]) {
    const holds = isObject(statement) ? plainlyHolds(statement, arn) : undefined
    if (holds === undefined) return undefined
    if (holds) settled[statement.Effect === 'Deny' ? 'deny' : 'allow'] = true
  }
  return settled
}

function plainlyHolds(statement: Readonly<Record<string, unknown>>, arn: string): boolean | undefined {
  for (const key in statement) if (!ELEMENTS.has(key) || key === 'Condition') return undefined
  const { Effect: effect, Resource: resources } = statement
  if ((effect !== 'Allow' && effect !== 'Deny') || !isTexts(resources)) return undefined
  let any = false
  for (const text of typeof resources === 'string' ? [resources] : resources) {
    const holds = plainPattern(text, arn)
    if (holds === undefined) return undefined
    any ||= holds
  }
  return any
}

function plainPattern(text: string, arn: string): boolean | undefined {
  if (text === '*') return true
  let colons = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 0x3a) colons++
    else if (code === 0x3f || code === 0x24) return undefined
    else if (code === 0x2a) return colons >= 5 && i === text.length - 1 ? arn.startsWith(text.slice(0, i)) : undefined
  }
  return colons >= 5 ? text === arn : undefined
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
