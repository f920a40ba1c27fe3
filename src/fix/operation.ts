import { stepsOf, valueAt } from '#iam/json-pointer.ts'

/**
 * Operation of an RFC 6902 patch; the three operations that an edit of a policy needs.
 * https://www.rfc-editor.org/rfc/rfc6902
 */
export type Operation =
  | { readonly op: 'add' | 'replace'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string }

type Json = Record<string, unknown> | unknown[]

/**
 * The document after the operations, in their order; what was given stays as it is. Throws where an operation does not
 * fit the document: it was made for another one, which is our fault.
 */
export function applyOperations(document: unknown, operations: readonly Operation[]): unknown {
  let result = copyOf(document)
  for (const operation of operations) result = applied(result, operation)
  return result
}

/** Copy of a JSON value. A program may hold an object in two places of it: written down, and edited, these are two. */
const copyOf = (value: unknown): unknown => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)))

function applied(document: unknown, operation: Operation): unknown {
  const steps = stepsOf(operation.path)
  const last = steps.at(-1)
  if (last === undefined) return operation.op === 'remove' ? null : copyOf(operation.value)
  const parent = valueAt(document, operation.path.slice(0, operation.path.lastIndexOf('/')))
  if (!isJson(parent)) throw new Error(`a patch does not fit: nothing at ${operation.path}`)
  if (operation.op === 'remove') remove(parent, last)
  else put(parent, last, operation)
  return document
}

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null

function put(parent: Json, key: string, operation: Exclude<Operation, { op: 'remove' }>): void {
  const value = copyOf(operation.value)
  if (Array.isArray(parent)) {
    const index = key === '-' ? parent.length : Number(key)
    if (operation.op === 'add') parent.splice(index, 0, value)
    else parent[index] = value
    // Also a key such as `__proto__` is a field like any other.
  } else Object.defineProperty(parent, key, { value, writable: true, enumerable: true, configurable: true })
}

function remove(parent: Json, key: string): void {
  if (Array.isArray(parent)) parent.splice(Number(key), 1)
  else Reflect.deleteProperty(parent, key)
}
