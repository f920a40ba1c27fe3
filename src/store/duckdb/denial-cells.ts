import { DENIAL_COLUMNS, type DenialRow, sqlName } from '../denial-row.ts'
import { dayOf } from '../hours.ts'
import type { Appended } from './append-rows.ts'
import { columnsOf, LATEST } from './duckdb-releases.ts'
import { HASH_COLUMNS, HASHED } from './id-hash.ts'

/** Written out: a field whose name is computed takes V8 five times as long, and a trail's rows have a million. */
const FIELDS: { readonly [Field in keyof DenialRow]: (row: DenialRow) => DenialRow[Field] } = {
  eventTime: ({ eventTime }) => eventTime,
  eventId: ({ eventId }) => eventId,
  sharedEventId: ({ sharedEventId }) => sharedEventId,
  originalEventId: ({ originalEventId }) => originalEventId,
  requestId: ({ requestId }) => requestId,
  callerAccount: ({ callerAccount }) => callerAccount,
  recipientAccount: ({ recipientAccount }) => recipientAccount,
  region: ({ region }) => region,
  eventSource: ({ eventSource }) => eventSource,
  eventName: ({ eventName }) => eventName,
  service: ({ service }) => service,
  action: ({ action }) => action,
  principalKey: ({ principalKey }) => principalKey,
  principalArn: ({ principalArn }) => principalArn,
  principalType: ({ principalType }) => principalType,
  sessionName: ({ sessionName }) => sessionName,
  invokedBy: ({ invokedBy }) => invokedBy,
  resource: ({ resource }) => resource,
  resourceFamily: ({ resourceFamily }) => resourceFamily,
  resourceFrom: ({ resourceFrom }) => resourceFrom,
  errorCode: ({ errorCode }) => errorCode,
  layer: ({ layer }) => layer,
  effect: ({ effect }) => effect,
  policyArn: ({ policyArn }) => policyArn,
  errorMessage: ({ errorMessage }) => errorMessage,
  messageHash: ({ messageHash }) => messageHash,
  encodedMessage: ({ encodedMessage }) => encodedMessage,
  statement: ({ statement }) => statement,
  blockedBy: ({ blockedBy }) => blockedBy,
  snapshotHash: ({ snapshotHash }) => snapshotHash,
  sourceKind: ({ sourceKind }) => sourceKind,
  sourceName: ({ sourceName }) => sourceName,
  ingestedAt: ({ ingestedAt }) => ingestedAt,
  isPrimary: ({ isPrimary }) => isPrimary,
  parserVersion: ({ parserVersion }) => parserVersion,
  rest: ({ rest }) => rest,
  authorizationId: ({ authorizationId }) => authorizationId,
}

const DAY: Appended<DenialRow> = { type: 'text', of: ({ eventTime }) => dayOf(eventTime) }

/** The columns of `DENIAL_TABLE`, in its order. */
export const DENIAL_CELLS: readonly Appended<DenialRow>[] = [
  ...DENIAL_COLUMNS.map(([field, type]) => ({ type, of: FIELDS[field] })),
  DAY,
]

const BY_NAME: ReadonlyMap<string, Appended<DenialRow>> = new Map([
  ...DENIAL_COLUMNS.map(([field, type]) => [sqlName(field), { type, of: FIELDS[field] }] as const),
  ['event_day', DAY],
  ...HASH_COLUMNS.map((name, i) => [name, HASHED[i] ?? DAY] as const),
])

/** All columns of DuckDB's table, in the order in which the releases made them: rows are appended by it. */
export const TABLE_CELLS: readonly Appended<DenialRow>[] = columnsOf(LATEST.denial).map((name) => {
  const cell = BY_NAME.get(name)
  if (cell === undefined) throw new Error(`no row has a cell for the column ${name}`)
  return cell
})
