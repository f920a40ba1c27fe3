import type { DenialFilter } from '../denial-store.ts'
import { dayOf } from '../hours.ts'
import { principalKeyOf } from '../principal-key.ts'
import { sql, type Statement } from '../sql/statement.ts'

/** The clauses of a filter, for counted denials. `event_day` lets engines skip partitions. */
export function where(filter: DenialFilter): Statement {
  const { from, to, principal, account, uncounted = false, ...exact } = filter
  const clauses = [uncounted ? '1 = 1' : 'is_primary = true']
  const params: Record<string, string> = {}
  if (from !== undefined) {
    clauses.push('event_time >= :from#time', 'event_day >= :from_day')
    Object.assign(params, { from, from_day: dayOf(from) })
  }
  if (to !== undefined) {
    clauses.push('event_time < :to#time', 'event_day <= :to_day')
    Object.assign(params, { to, to_day: dayOf(to) })
  }
  if (principal !== undefined) {
    clauses.push('principal_key = :principal')
    params['principal'] = principalKeyOf(principal)
  }
  if (account !== undefined) {
    clauses.push('(caller_account = :account or recipient_account = :account)')
    params['account'] = account
  }
  for (const [field, column] of EXACT) {
    const value = exact[field]
    if (value === undefined) continue
    clauses.push(`${column} = :${column}`)
    params[column] = value
  }
  return sql(clauses.join(' and '), params)
}

const EXACT = [
  ['action', 'action'],
  ['resource', 'resource'],
  ['resourceFamily', 'resource_family'],
  ['service', 'service'],
  ['layer', 'layer'],
  ['requestId', 'request_id'],
] as const
