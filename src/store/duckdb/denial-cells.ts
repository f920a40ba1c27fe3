import { DENIAL_COLUMNS, type DenialRow } from '../denial-row.ts'
import { dayOf } from '../hours.ts'
import type { Appended } from './append-rows.ts'
import { HASHED } from './id-hash.ts'

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
}

/** The columns of `DENIAL_TABLE`, in its order. */
export const DENIAL_CELLS: readonly Appended<DenialRow>[] = [
  ...DENIAL_COLUMNS.map(([field, type]) => ({ type, of: FIELDS[field] })),
  { type: 'text', of: ({ eventTime }) => dayOf(eventTime) },
]

/** All columns of DuckDB's table, in its order. */
export const TABLE_CELLS: readonly Appended<DenialRow>[] = [...DENIAL_CELLS, ...HASHED]
