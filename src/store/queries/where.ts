import type { DenialFilter } from '../denial-store.ts'
import { dayOf } from '../hours.ts'
import { principalsOf } from '../principal-key.ts'
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
    const { key, anyPath } = principalsOf(principal)
    const isKey = 'principal_key = :principal'
    clauses.push(anyPath === undefined ? isKey : `(${isKey} or principal_key like :principal_like escape '!')`)
    params['principal'] = key
    if (anyPath !== undefined) params['principal_like'] = anyPath.map(literally).join('%')
  }
  if (account !== undefined) {
    clauses.push(`(caller_account = :account or recipient_account = :account or ${OWNED} = :account
or shared_event_id in (select shared_event_id from denial where ${ofOwner(filter)}))`)
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

/** The owner's events that are of a request of two accounts; both have the time of the request. */
const ofOwner = ({ from, to }: DenialFilter): string =>
  [
    'recipient_account = :account and shared_event_id is not null',
    ...(from === undefined ? [] : ['event_day >= :from_day']),
    ...(to === undefined ? [] : ['event_day <= :to_day']),
  ].join(' and ')

/** The account that the resource's ARN has. */
const OWNED = "split_part(resource, ':', 5)"

/** A text of a pattern of `like` in which `!` escapes. */
const literally = (text: string): string => text.replaceAll(/[!%_]/g, '!$&')

const EXACT = [
  ['principalKey', 'principal_key'],
  ['action', 'action'],
  ['resource', 'resource'],
  ['resourceFamily', 'resource_family'],
  ['service', 'service'],
  ['layer', 'layer'],
  ['requestId', 'request_id'],
] as const
