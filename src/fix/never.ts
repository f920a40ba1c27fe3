import type { Operation } from './operation.ts'

/**
 * What is never proposed, whoever asks (R-FIX-06): an Allow for every action or to everyone. What a Deny refuses is not
 * granted, and stays.
 */
export function isNeverProposed(operation: Operation): boolean {
  if (operation.op === 'remove') return false
  const { path, value } = operation
  // Where one value became a list, the first is what stood there.
  const fresh: unknown = operation.op === 'replace' && Array.isArray(value) ? value.slice(1) : value
  return isOpenElement(path, fresh) || isOpen(fresh)
}

function isOpenElement(path: string, value: unknown): boolean {
  const element = path.split('/')[3] ?? ''
  return ['Action', 'Principal'].includes(element) && everything(value)
}

function isOpen(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(isOpen)
  if (typeof value !== 'object' || value === null) return false
  const fields = value as Readonly<Record<string, unknown>>
  if (fields['Statement'] !== undefined) return isOpen(fields['Statement'])
  if (fields['Effect'] !== 'Allow') return false
  const negated = fields['NotAction'] !== undefined || fields['NotPrincipal'] !== undefined
  return negated || everything(fields['Action']) || everything(fields['Principal'])
}

function everything(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('*') || value.includes('?')
  if (typeof value !== 'object' || value === null) return false
  return Object.values(value).some(everything)
}
