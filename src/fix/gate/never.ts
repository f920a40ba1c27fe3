import { isService } from '#iam/facts/services.ts'
import { valueAt } from '#iam/json-pointer.ts'
import type { Operation } from '../operation.ts'

/**
 * Whether an operation is never proposed, whoever asks (R-FIX-06): an Allow for every action, to everyone or on every bucket. A Deny
 * grants nothing, and may have such patterns.
 */
export function isNeverProposed(operation: Operation, before: unknown): boolean {
  if (operation.op === 'remove') return false
  const { path, value } = operation
  if (operation.op === 'replace' && isSameWithin(valueAt(before, path), value)) return false
  // Where one value became a list, the first is what stood there.
  const fresh: unknown = operation.op === 'replace' && Array.isArray(value) ? value.slice(1) : value
  return (isOpenElement(path, fresh) && !isInDeny(path, before)) || isOpen(fresh)
}

/** Whether an operation is not even put back: an Allow for every action there is, or for everybody. */
export function isNeverReverted(operation: Operation): boolean {
  if (operation.op === 'remove') return false
  const { path, value } = operation
  const element = path.split('/')[3] ?? ''
  return (['Action', 'Principal'].includes(element) && isAll(value)) || holdsAll(value)
}

function holdsAll(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(holdsAll)
  if (typeof value !== 'object' || value === null) return false
  const fields = value as Readonly<Record<string, unknown>>
  if (fields['Statement'] !== undefined) return holdsAll(fields['Statement'])
  return fields['Effect'] === 'Allow' && (isAll(fields['Action']) || isAll(fields['Principal']))
}

const isAll = (value: unknown): boolean =>
  value === '*' || value === '*:*' || (typeof value === 'object' && value !== null && Object.values(value).some(isAll))

/** A pattern of one service's actions under the prefix that the service has, where it stood under one that nothing has. */
const isSameWithin = (before: unknown, after: unknown): boolean =>
  typeof before === 'string' &&
  typeof after === 'string' &&
  /^[a-z0-9-]+:[^:]+$/i.test(before) &&
  !isService(before.slice(0, before.indexOf(':'))) &&
  isService(after.slice(0, after.indexOf(':'))) &&
  before.slice(before.indexOf(':')) === after.slice(after.indexOf(':'))

/** Whether the operation changes an element of a Deny, whose patterns grant nothing. */
const isInDeny = (path: string, before: unknown): boolean =>
  valueAt(before, `/${path.split('/').slice(1, 3).join('/')}/Effect`) === 'Deny'

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
  return (
    negated ||
    [fields['Resource']].flat().some(isEveryBucket) ||
    everything(fields['Action']) ||
    (everything(fields['Principal']) && !namesCaller(fields['Condition']))
  )
}

/** Whether a pattern is of all buckets, or of all objects in them (R-ADV-05). */
const isEveryBucket = (pattern: unknown): boolean =>
  typeof pattern === 'string' && /^arn:[^:]*:s3:::[*/]+$/.test(pattern)

/** Whether a condition names one principal of one account: an endpoint's policy has `*` for a principal (R-VPCE-04). */
function namesCaller(condition: unknown): boolean {
  const blocks =
    typeof condition === 'object' && condition !== null ? (condition as Readonly<Record<string, unknown>>) : {}
  return ['ArnEquals', 'ArnLike'].some((operator) => {
    const block = blocks[operator]
    const arn =
      typeof block === 'object' && block !== null
        ? (block as Readonly<Record<string, unknown>>)['aws:PrincipalArn']
        : undefined
    return (
      typeof arn === 'string' &&
      /^arn:[^:*?]+:iam::\d{12}:(?:user|role)\/(?:[^*?]*|aws-reserved\/.*\/[^/*?]+)$/.test(arn)
    )
  })
}

function everything(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('*') || value.includes('?')
  if (typeof value !== 'object' || value === null) return false
  return Object.values(value).some(everything)
}
