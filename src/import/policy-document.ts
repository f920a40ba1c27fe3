import { duplicateKeyAt, nestsDeeper } from '#iam/json-scan.ts'
import { OPEN_KEY, OPEN_TEXT } from '#iam/open-value.ts'
import { isObject, type JsonObject } from '#snapshot/fields.ts'
import { sealed, sealedAs } from './seal.ts'
import { isUnknown, type Unknown, unknownIn } from './unknown.ts'

/**
 * A policy document as it goes into a snapshot: an object where all is known, the text itself where it is no JSON, and
 * otherwise one that can only be judged "unknown" where it is not known, never as if it did not stand there.
 *
 * `label` names the policy in the condition keys that stand for open values.
 */
export function documentOf(value: unknown, label: string): unknown {
  if (isUnknown(value)) return unreadable(value)
  if (typeof value === 'string') return fromText(value)
  if (!isObject(value) || unknownIn(value) === undefined) return value
  const statement = Object.hasOwn(value, 'Statement') ? value['Statement'] : undefined
  const version = Object.hasOwn(value, 'Version') ? value['Version'] : undefined
  if (isUnknown(version)) return unreadable(version)
  if (isUnknown(statement)) return unreadable(statement)
  const listed: readonly unknown[] = Array.isArray(statement) ? statement : [statement]
  const statements = listed.flatMap((one, index) => statementsOf(one, `${OPEN_KEY}${keyName(label)}/${index}`))
  const rest = Object.entries(value).filter(([name, part]) => name !== 'Statement' && unknownIn(part) === undefined)
  return Object.fromEntries([...rest, ['Statement', statements]])
}

/** Text that is no JSON for any reader, so that it is judged as a policy that may allow or deny. */
const unreadable = ({ what, told }: Unknown): string => notKnown(sealedAs(what, told))

/** A policy or statement of which it is said in words what is not known. */
export const notKnown = (what: string): string => `${OPEN_TEXT}${what})`

/** No policy comes near it. */
const MAX_DEPTH = 100

/** A text stays one where a key stands twice in it: its reader must see that too. */
function fromText(text: string): unknown {
  if (nestsDeeper(text, MAX_DEPTH)) return `(not read: it nests more than ${MAX_DEPTH} deep)`
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) && duplicateKeyAt(text.trimStart(), 0) === undefined ? value : text
  } catch {
    return text
  }
}

/**
 * A statement of which nobody knows whether it counts: it matches "unknown" where it would match. `what` says what it hangs
 * on, as a sentence that may be true.
 */
export function perhaps(statement: JsonObject, label: string, what: string): JsonObject {
  const condition = statement['Condition']
  const lines = isObject(condition) ? condition : {}
  const equals = lines['StringEquals']
  const line = { ...(isObject(equals) ? equals : {}), [`${OPEN_KEY}${keyName(label)}`]: what }
  return { ...statement, Condition: { ...lines, StringEquals: line } }
}

/**
 * A policy of which nobody knows whether it counts. With `keepsDeny` what it denies is taken for denied, and only what it
 * allows hangs on that.
 */
export function onlyPerhaps(document: unknown, label: string, what: string, keepsDeny = false): unknown {
  // What is no object is judged as one that may allow or deny.
  if (!isObject(document)) return document
  const listed = Object.hasOwn(document, 'Statement') ? document['Statement'] : undefined
  const statements: readonly unknown[] = Array.isArray(listed) ? listed : [listed]
  const isKept = (one: JsonObject): boolean => keepsDeny && Object.hasOwn(one, 'Effect') && one['Effect'] === 'Deny'
  return {
    ...document,
    Statement: statements.map((statement) =>
      isObject(statement) && !isKept(statement) ? perhaps(statement, label, what) : statement,
    ),
  }
}

const keyName = (label: string): string => label.replaceAll(/[^\w./-]/g, '-').slice(0, 120)

/**
 * One statement, or two where only some of its resources are known. What is not known is widened to all that it might be,
 * and a condition that nobody can decide is added: the statement then matches "unknown" where it might match.
 */
function statementsOf(statement: unknown, key: string): readonly unknown[] {
  if (isUnknown(statement)) return [unreadable(statement)]
  const open = unknownIn(statement)
  if (open === undefined || !isObject(statement)) return [statement]
  for (const name of ['Effect', 'Principal', 'NotPrincipal']) {
    const part = Object.hasOwn(statement, name) ? unknownIn(statement[name]) : undefined
    // Who is meant decides more than whether the statement matches (R-PM-01), so nothing stands in for it.
    if (part !== undefined)
      return [notKnown(sealed(`${name} of statement ${nameOf(statement)}, ${part.what}`, statement))]
  }
  const known = knownResources(statement)
  const wide = widened(statement, key, open, known !== undefined)
  return known === undefined ? [wide] : [known, wide]
}

const nameOf = (statement: JsonObject): string => {
  const sid = Object.hasOwn(statement, 'Sid') ? statement['Sid'] : undefined
  return typeof sid === 'string' ? `\`${sid}\`` : 'without Sid'
}

/** The statement for the resources that are known, where nothing else of it is open. */
function knownResources(statement: JsonObject): JsonObject | undefined {
  const list = Object.hasOwn(statement, 'Resource') ? statement['Resource'] : undefined
  if (!Array.isArray(list)) return undefined
  const others = Object.entries(statement).filter(([name]) => name !== 'Resource' && name !== 'Sid')
  if (others.some(([, part]) => unknownIn(part) !== undefined)) return undefined
  const known = list.filter((entry) => !isUnknown(entry))
  if (known.length === 0) return undefined
  return Object.fromEntries(
    Object.entries(statement)
      .filter(([, part]) => !isUnknown(part))
      .map(([name, part]) => (name === 'Resource' ? [name, known] : [name, part])),
  )
}

function widened(statement: JsonObject, key: string, open: Unknown, isSecond: boolean): JsonObject {
  const found = new Map<string, unknown>()
  const conditions: [string, unknown][] = []
  for (const [name, part] of Object.entries(statement)) {
    if (name === 'Condition') conditions.push(...knownLines(part))
    else if (name === 'Sid') {
      // A Sid is unique in its policy.
      if (typeof part === 'string' && !isSecond) found.set(name, part)
    } else if (name === 'Action' || name === 'Resource') found.set(name, wide(part, isSecond))
    else if (name === 'NotAction' || name === 'NotResource') narrowed(found, name, part)
    else if (unknownIn(part) === undefined) found.set(name, part)
  }
  const lines = new Map(conditions)
  const equals = lines.get('StringEquals')
  const others = isObject(equals) ? Object.entries(equals) : []
  lines.set('StringEquals', Object.fromEntries([...others, [key, sealed(`${open.what} fits`, openParts(statement))]]))
  found.set('Condition', Object.fromEntries(lines))
  return Object.fromEntries(found)
}

/** What is not in the statement as it is widened: two that differ only there must not look the same. */
function openParts(statement: JsonObject): readonly unknown[] {
  return Object.entries(statement).flatMap(([name, part]): readonly unknown[] => {
    if (name === 'Sid' || unknownIn(part) === undefined) return []
    if (Array.isArray(part)) return [[name, part.filter((one) => unknownIn(one) !== undefined)]]
    if (isUnknown(part) || !isObject(part)) return [[name, part]]
    return Object.entries(part)
      .filter(([, block]) => unknownIn(block) !== undefined)
      .map(([operator, block]) => [name, operator, isUnknown(block) || !isObject(block) ? block : openLines(block)])
  })
}

const openLines = (block: JsonObject): readonly unknown[] =>
  Object.entries(block).filter(([, values]) => unknownIn(values) !== undefined)

/** The lines of a Condition that are known; dropping the others only makes the statement match more. */
function knownLines(condition: unknown): [string, unknown][] {
  if (isUnknown(condition) || !isObject(condition)) return []
  return Object.entries(condition).flatMap(([operator, block]): [string, unknown][] => {
    if (unknownIn(block) === undefined) return [[operator, block]]
    if (isUnknown(block) || !isObject(block)) return []
    const lines = Object.entries(block).filter(([, values]) => unknownIn(values) === undefined)
    return lines.length === 0 ? [] : [[operator, Object.fromEntries(lines)]]
  })
}

function wide(part: unknown, openOnly: boolean): unknown {
  if (isUnknown(part)) return patternOf(part)
  if (!Array.isArray(part)) return part
  if (!part.some(isUnknown)) return part
  const entries: readonly unknown[] = openOnly ? part.filter(isUnknown) : part
  const texts = entries.map((entry) => (isUnknown(entry) ? patternOf(entry) : entry))
  return texts.includes('*') ? '*' : texts
}

/** What is excluded and not known may be nothing. */
function narrowed(found: Map<string, unknown>, name: 'NotAction' | 'NotResource', part: unknown): void {
  const entries: readonly unknown[] = Array.isArray(part) ? part : [part]
  const known = entries.filter((entry) => !isUnknown(entry))
  if (known.length > 0) found.set(name, known)
  else found.set(name.slice('Not'.length), '*')
}

/**
 * A pattern that covers whatever the value will be. A wildcard inside the word for the type matches nothing (R-RES-03), and a
 * short ARN is read differently in each kind of policy (R-RES-05); there `*` stands for all of it.
 */
function patternOf({ pattern }: Unknown): string {
  const [arn, , service = '', , , ...rest] = pattern?.split(':') ?? []
  if (pattern === undefined || arn !== 'arn' || rest.length === 0) return '*'
  const [type = ''] = rest.join(':').split(/[/:]/, 1)
  return service !== 's3' && type.includes('*') && rest.join(':') !== '*' ? '*' : pattern
}
