import type { DenialFilter } from '../denial-store.ts'
import { sql, type SqlValue, type Statement } from '../sql/statement.ts'
import { PACK } from '../sql/packed-cells.ts'
import { type Cell, type DenialKind, EVENTUAL_NOTE, NOT_ACTIVATED, NOT_FOUND_NOTE, SIGN_BITS } from '../tally.ts'
import { where } from './where.ts'

/** Each text of a kind, out of a row of `denial`. */
const TEXTS = [
  ['principal', "coalesce(principal_key, principal_arn, '')"],
  ['action', "coalesce(action, service || ':' || event_name, '')"],
  ['resource_family', "coalesce(resource_family, '')"],
  ['account', "coalesce(caller_account, '')"],
  ['layer', "coalesce(layer, case when blocked_by like '%,%' then null else blocked_by end, '')"],
  ['effect', "coalesce(effect, '')"],
  ['policy_arn', "coalesce(policy_arn, '')"],
  ['statement', "coalesce(statement, '')"],
] as const

const bit = (condition: string, value: number): string => `case when ${condition} then ${value} else 0 end`

const noted = (code: string): string => `rest like '%"notes":[%"code":"${code}"%'`

const SIGNS = [
  bit('action is null', SIGN_BITS.isActionUntold),
  bit("principal_type = 'service'", SIGN_BITS.isService),
  bit("invoked_by like '%.amazonaws.com'", SIGN_BITS.isForService),
  bit(`error_message like '%${NOT_ACTIVATED}%'`, SIGN_BITS.isNotActivated),
  bit(noted(NOT_FOUND_NOTE), SIGN_BITS.mayBeNotFound),
  bit(noted(EVENTUAL_NOTE), SIGN_BITS.isEventual),
].join(' + ')

const KIND: readonly (readonly [name: string, expression: string])[] = [...TEXTS, ['signs', SIGNS]]
const MINUTE = 'cast(extract(minute from event_time) as integer)'
const SECOND = `${MINUTE} * 60 + cast(extract(second from event_time) as integer)`

/** Twelve bits, one for each five minutes; not all engines know bits. */
const SLOTS = Array.from(
  { length: 12 },
  (_, i) => `max(case when minute_of >= ${i * 5} and minute_of < ${i * 5 + 5} then ${1 << i} else 0 end)`,
).join('\n  + ')

const HOUR = "date_trunc('hour', event_time)"

/** The texts of a kind as one, each behind its length in characters: no character is one that a text cannot have. */
const TOLD = TEXTS.map(([name]) => `cast(length(k_${name}) as varchar) || ':' || k_${name}`).join(' || ')

/**
 * Denials counted by hour and kind. A kind stands in one row of its own, with its number; the others have the number alone.
 * Most of what a history says is who, what and where, again and again: so it is grouped by once, and sent once. In a kind's own
 * row `told` holds its texts and `n` its signs. Days are numbers like 20260427.
 */
export function tallyQuery(filter: DenialFilter): Statement {
  const { text, params } = where(filter)
  const names = KIND.map(([name]) => `k_${name}`).join(', ')
  return sql(
    `with event as (
  select ${HOUR} as hour_of, ${MINUTE} as minute_of, ${SECOND} as second_of,
  ${KIND.map(([name, expression]) => `${expression} as k_${name}`).join(',\n  ')}
  from denial where ${text}
), kind as (
  select cast(row_number() over (order by ${names}) as integer) as place, ${names} from (select distinct ${names} from event) alike
), cell as (
  select place, hour_of, cast(count(*) as integer) as n, ${SLOTS} as slots,
  min(second_of) as first_second, max(second_of) as last_second
  from event join kind on ${KIND.map(([name]) => `event.k_${name} = kind.k_${name}`).join(' and ')}
  group by place, hour_of
)
select place, cast(extract(year from hour_of) * 10000 + extract(month from hour_of) * 100 + extract(day from hour_of) as integer) as day_of,
cast(extract(hour from hour_of) as integer) * ${PACK} + slots as hour_and_slots, n,
last_second * ${PACK} + first_second as last_and_first, cast(null as varchar) as told from cell
union all select place, 0, 0, k_signs, 0, ${TOLD} from kind`,
    params,
  )
}

/** The first event ids of each cell, at most `most`; `place` is that of the cell. They are of one day or two, or it reads much. */
export function examplesQuery(cells: readonly Cell[], most: number): Statement {
  const hours = cells.map(({ bucketStart }) => bucketStart).toSorted()
  const to = nextHour(hours.at(-1) ?? '')
  const { text, params } = where({ from: hours[0] ?? '', to })
  const values: Record<string, SqlValue> = { ...params, most }
  const arms = cells.map(({ bucketStart, kind }, i) => {
    values[`hour_${i}`] = bucketStart
    const same = KIND.map(([name, expression]) => {
      values[`${name}_${i}`] = valueOf(kind, name)
      return `${expression} = :${name}_${i}${name === 'signs' ? '#integer' : ''}`
    })
    return `when ${HOUR} = :hour_${i}#time and ${same.join(' and ')} then ${i}`
  })
  return sql(
    `select place, event_id from (
  select place, event_id, row_number() over (partition by place order by event_time, event_id) as turn from (
    select case ${arms.join('\n    ')} end as place, event_id, event_time from denial where ${text}
  ) found where place is not null
) ordered where turn <= :most#integer order by place, turn`,
    values,
  )
}

function valueOf(kind: DenialKind, name: string): SqlValue {
  switch (name) {
    case 'resource_family':
      return kind.resourceFamily
    case 'policy_arn':
      return kind.policyArn
    case 'signs':
      return bitsOf(kind)
    default:
      return kind[name as 'principal' | 'action' | 'account' | 'layer' | 'effect' | 'statement']
  }
}

const bitsOf = ({ isActionTold, signs }: DenialKind): number =>
  (isActionTold ? 0 : SIGN_BITS.isActionUntold) +
  Object.entries(signs).reduce((sum, [name, holds]) => sum + (holds ? SIGN_BITS[name as keyof typeof signs] : 0), 0)

const nextHour = (hour: string): string => new Date(Date.parse(hour) + 3_600_000).toISOString().replace('.000', '')
