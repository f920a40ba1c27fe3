import type { ChangeInHand } from '../change.ts'
import { CHANGE_SUBJECTS } from '../change-kinds.ts'
import { statementsOf } from '../statement.ts'

/** The elements of a statement. */
export type Fields = Readonly<Record<string, unknown>>

/** An Allow statement that a change adds or widens. Each element lists only what is new in it. */
export interface NewGrant {
  readonly principals: readonly string[]
  readonly actions: readonly string[]
  readonly resources: readonly string[]
  /** The resources that the statement did not name before; all of them where it is new. */
  readonly addedResources: readonly string[]
  readonly conditions: Fields
  /** It names its actions, principals or resources by what they are not. */
  readonly isNegated: boolean
}

/** Returns the Allow statements that the change adds or widens. A change of the request has none. */
export function newGrants(change: ChangeInHand): readonly NewGrant[] {
  const { before, after } = documentsOf(change)
  return changedStatements(before, after).flatMap(([old, statement]) =>
    statement['Effect'] === 'Allow' ? [grantOf(statement, old?.['Effect'] === 'Allow' ? old : undefined)] : [],
  )
}

/** The statements that a change adds or edits, and those of the policy before it. A change of the request has none. */
export function writtenStatements(change: ChangeInHand): Readonly<Record<'written' | 'replaced', readonly Fields[]>> {
  const { before, after } = documentsOf(change)
  return {
    written: changedStatements(before, after).map(([, statement]) => statement),
    replaced: statementsIn(before),
  }
}

/** Returns the condition keys of Allow statements that the change takes away. */
export function liftedKeys(change: ChangeInHand): readonly string[] {
  const { before, after } = documentsOf(change)
  return changedStatements(before, after).flatMap(([old, statement]) =>
    old?.['Effect'] === 'Allow' && statement['Effect'] === 'Allow'
      ? keysOf(old).filter((key) => !keysOf(statement).some((kept) => kept.toLowerCase() === key.toLowerCase()))
      : [],
  )
}

const keysOf = (statement: Fields): readonly string[] =>
  isFields(statement['Condition']) ? Object.values(statement['Condition']).flatMap(conditionKeys) : []

const conditionKeys = (block: unknown): readonly string[] => (isFields(block) ? Object.keys(block) : [])

/** Condition keys that limit a statement for many principals to some of them. */
const LIMITING = new Set([
  'aws:principalarn',
  'aws:principalaccount',
  'aws:principalorgid',
  'aws:principalorgpaths',
  'aws:userid',
  'aws:sourceaccount',
  'aws:sourcearn',
  'aws:sourceorgid',
  'aws:sourceowner',
  'kms:calleraccount',
])

/** Keys that limit a statement to callers from one network. */
const NETWORK = new Set(['aws:sourcevpc', 'aws:sourcevpce', 'aws:vpcsourceip', 'aws:sourceip'])

/** Whether a condition limits the statement to named principals, accounts or organizations. */
export const limitsPrincipals = (grant: NewGrant): boolean => hasKey(grant, LIMITING)

/** Whether a condition keeps the statement from being public: it names principals, accounts or networks. */
export const isNotPublic = (grant: NewGrant): boolean => limitsPrincipals(grant) || hasKey(grant, NETWORK)

/** A negated operator, or one that passes where the key is absent, limits nothing. */
function hasKey({ conditions }: NewGrant, keys: ReadonlySet<string>): boolean {
  return Object.entries(conditions).some(
    ([operator, block]) =>
      !/not|ifexists|null/i.test(operator) &&
      isFields(block) &&
      Object.entries(block).some(([key, value]) => keys.has(key.toLowerCase()) && !textsIn(value).some(isAny)),
  )
}

const isAny = (text: string): boolean => /^[*?]+$/.test(text) || text === '0.0.0.0/0' || text === '::/0'

/** Whether the change edits or removes a Deny statement. */
export function editsDeny(change: ChangeInHand): boolean {
  const { before, after } = documentsOf(change)
  const kept = new Set(statementsIn(after).map(textOf))
  return statementsIn(before).some((statement) => statement['Effect'] === 'Deny' && !kept.has(textOf(statement)))
}

/** The statements of `after` that are not in `before`, each with the one that it replaces. */
function changedStatements(before: unknown, after: unknown): readonly (readonly [Fields | undefined, Fields])[] {
  const old = statementsIn(before)
  const known = new Set(old.map(textOf))
  const statements = statementsIn(after)
  const kept = new Set(statements.map(textOf))
  return statements.flatMap((statement, i) => {
    if (known.has(textOf(statement))) return []
    const named = old.find(({ Sid: sid }) => sid !== undefined && sid === statement['Sid'])
    const replaced = named ?? old[i]
    return [[replaced === undefined || kept.has(textOf(replaced)) ? undefined : replaced, statement] as const]
  })
}

/** The documents of a change. Of a policy that was not seen only the added statements are known. */
function documentsOf({ kind, editedDocument, before, after, patch }: ChangeInHand): {
  readonly before: unknown
  readonly after: unknown
} {
  if (CHANGE_SUBJECTS[kind] !== 'policy') return { before: null, after: null }
  if (editedDocument !== undefined) return editedDocument
  if (statementsIn(after).length > 0) return { before, after }
  const added = patch.flatMap((operation) => (operation.op === 'remove' ? [] : [operation.value]))
  return {
    before: null,
    after: { Statement: added.flatMap((value) => (isStatement(value) ? [value] : statementsIn(value))) },
  }
}

const isStatement = (value: unknown): value is Fields => isFields(value) && value['Effect'] !== undefined

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const statementsIn = (document: unknown): readonly Fields[] =>
  isFields(document) ? statementsOf(document).filter(isFields) : []

const textOf = (statement: Fields): string => JSON.stringify(statement)

/** An element that did not change is complete: what is new in another element applies to all of it. */
function grantOf(statement: Fields, old: Fields | undefined): NewGrant {
  const fresh = (values: readonly string[], known: readonly string[]): readonly string[] => {
    const added = values.filter((value) => !known.includes(value))
    return added.length === 0 ? values : added
  }
  const element = (name: string): readonly string[] => fresh(textsIn(statement[name]), textsIn(old?.[name]))
  const conditions = statement['Condition']
  return {
    principals: element('Principal'),
    actions: element('Action'),
    resources: element('Resource'),
    addedResources: textsIn(statement['Resource']).filter((text) => !textsIn(old?.['Resource']).includes(text)),
    conditions: isFields(conditions) ? conditions : {},
    isNegated: ['NotAction', 'NotPrincipal', 'NotResource'].some((name) => statement[name] !== undefined),
  }
}

/** The texts of an element: a text, a list, or a map of principals. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  if (Array.isArray(value)) return value.flatMap(textsIn)
  return isFields(value) ? Object.values(value).flatMap(textsIn) : []
}
