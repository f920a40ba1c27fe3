import type { TimeRange } from '../denial-store.ts'
import { sql, type Statement } from '../sql/statement.ts'

/** The most frequent principals and actions of a time, hour by hour: what a spike is looked for in. */
export const busiestHoursQuery = ({ from, to }: Required<TimeRange>, limit: number): Statement =>
  sql(
    `select principal_key, action, bucket_start, sum(n) as n from denial_rollup
where n > 0 and bucket_start >= :from#time and bucket_start < :to#time
group by principal_key, action, bucket_start order by sum(n) desc, bucket_start, principal_key, action limit :most#integer`,
    { from, to, most: limit },
  )
