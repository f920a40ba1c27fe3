import { OPEN_KEY, OPEN_TEXT } from '#iam/open-value.ts'
import type { Operation } from './operation.ts'
import { stepsOf } from '#iam/json-pointer.ts'
import { statementsOf } from './statement.ts'

const isOpenKey = (key: string): boolean => key.toLowerCase().startsWith(OPEN_KEY)

/** Each open value, by its key or text, with what is not known of it. */
function placeholdersIn(value: unknown): readonly (readonly [key: string, what: unknown])[] {
  if (typeof value === 'string') return value.startsWith(OPEN_TEXT) ? [[value, value.slice(OPEN_TEXT.length, -1)]] : []
  if (Array.isArray(value)) return value.flatMap(placeholdersIn)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, field]) =>
    isOpenKey(key) ? [[key, field] as const] : placeholdersIn(field),
  )
}

/** Whether a document, or a part of one, holds what nobody knows: written as it stands, it would be another policy. */
export const hasUnknownPlaceholder = (value: unknown): boolean => placeholdersIn(value).length > 0

/**
 * The unknown placeholders of a document, in its order and each once: `the parameter X`, without the digest that tells it from
 * others.
 */
export const unknownPlaceholdersIn = (document: unknown): readonly string[] => [
  ...new Set(
    placeholdersIn(document).map(([, what]) =>
      String(what)
        .replace(/ #[0-9a-f]{12}$/, '')
        .replace(/ fits$/, ''),
    ),
  ),
]

/**
 * Whether the operations say the same of the policy in force as of what an importer made of it: none writes an open value,
 * and each is about a statement that stands at its place there, too.
 */
export function areOfPolicyInForce(document: unknown, operations: readonly Operation[]): boolean {
  if (
    operations.some(
      (operation) =>
        stepsOf(operation.path).some(isOpenKey) ||
        (operation.op !== 'remove' && hasUnknownPlaceholder(operation.value)),
    )
  )
    return false
  return !hasUnknownPlaceholder(document) || operations.every(({ path }) => isPlaceSure(document, path))
}

/**
 * Whether the place of a statement is sure: a statement of the source may have become two, of which the second is open, and
 * what is behind them moves.
 */
function isPlaceSure(document: unknown, path: string): boolean {
  const [first, index = ''] = stepsOf(path)
  if (first !== 'Statement') return first === 'Version'
  if (index === '-') return true
  const at = Number(index)
  if (!Number.isInteger(at)) return false
  const statements = statementsOf(document)
  if (statements.slice(0, at + 1).some(hasUnknownPlaceholder)) return false
  return !placeholdersIn(statements[at + 1]).some(([key]) => key.endsWith(`/${at}`))
}
