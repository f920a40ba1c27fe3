import type { Operation } from './operation.ts'
import { valueAt } from '#iam/json-pointer.ts'

/** The version in which `${` begins a variable; before it the characters stand for themselves (R-VAR-01, R-VAR-03). */
const WITH_VARIABLES = '2012-10-17'

const hasVariable = (value: unknown): boolean => JSON.stringify(value)?.includes('${') === true

/**
 * The operations with the version that they need: a name with `*` is written `${*}`, which only the newer version reads. Set
 * only where nothing else in the document comes to mean something else by it.
 */
export function withVersion(document: unknown, operations: readonly Operation[]): readonly Operation[] {
  const version = valueAt(document, '/Version')
  if (document === null || version === WITH_VARIABLES || hasVariable(document) || !hasVariable(operations))
    return operations
  const op = version === undefined ? 'add' : 'replace'
  return [{ op, path: '/Version', value: WITH_VARIABLES }, ...operations]
}

/** Whether a statement means the same in the document as in one of its own. */
export const canHold = (document: unknown, statement: unknown): boolean =>
  !hasVariable(statement) || valueAt(document, '/Version') === WITH_VARIABLES || !hasVariable(document)
