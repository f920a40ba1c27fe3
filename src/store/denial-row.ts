/**
 * Stored denial: a row per CloudTrail event. Times are ISO 8601 in UTC to the second, as `Denial` has them.
 * docs/store.md explains every column; which of them a store has is said by the release that made it.
 */
export interface DenialRow {
  readonly eventTime: string
  readonly eventId: string
  /** Ties the two events of a request across accounts. */
  readonly sharedEventId: string | null
  /** Of an addendum that corrects an event: that event. */
  readonly originalEventId: string | null
  readonly requestId: string | null
  readonly callerAccount: string | null
  readonly recipientAccount: string | null
  readonly region: string | null
  readonly eventSource: string | null
  readonly eventName: string | null
  readonly service: string | null
  /** IAM action; null: the event does not tell which of several was refused. */
  readonly action: string | null
  /** The role or user behind the session; null: the event names nobody. */
  readonly principalKey: string | null
  readonly principalArn: string | null
  readonly principalType: string | null
  readonly sessionName: string | null
  readonly invokedBy: string | null
  readonly resource: string | null
  readonly resourceFamily: string | null
  readonly resourceFrom: string | null
  readonly errorCode: string | null
  /** The layer AWS named. */
  readonly layer: string | null
  readonly effect: string | null
  readonly policyArn: string | null
  /** At most 1 KB, without credentials. */
  readonly errorMessage: string | null
  readonly messageHash: string | null
  /** At most 10 KB. */
  readonly encodedMessage: string | null
  /** The statement that decided, where a snapshot was given when it was stored. */
  readonly statement: string | null
  /** The layers that refused by that snapshot, joined by commas. */
  readonly blockedBy: string | null
  readonly snapshotHash: string | null
  readonly sourceKind: SourceKind
  readonly sourceName: string | null
  readonly ingestedAt: string
  /** False: another event tells of the same request and is counted instead. */
  readonly isPrimary: boolean
  readonly parserVersion: number
  /** JSON of what the columns do not hold: condition keys, candidates, notes (`denialOf` puts it together again). */
  readonly rest: string
  /** Of the authorization details that AWS keeps for a refusal, where the message names them. */
  readonly authorizationId: string | null
}

export type SourceKind = 's3' | 'eventbridge' | 'file' | 'stdin' | 'lookup' | 'paste'

export type ColumnType = 'text' | 'time' | 'boolean' | 'integer'

/** Fields and what type each has; a new one comes last (docs/recipes/add-a-column.md). */
export const DENIAL_COLUMNS: readonly (readonly [keyof DenialRow, ColumnType])[] = [
  ['eventTime', 'time'],
  ['eventId', 'text'],
  ['sharedEventId', 'text'],
  ['originalEventId', 'text'],
  ['requestId', 'text'],
  ['callerAccount', 'text'],
  ['recipientAccount', 'text'],
  ['region', 'text'],
  ['eventSource', 'text'],
  ['eventName', 'text'],
  ['service', 'text'],
  ['action', 'text'],
  ['principalKey', 'text'],
  ['principalArn', 'text'],
  ['principalType', 'text'],
  ['sessionName', 'text'],
  ['invokedBy', 'text'],
  ['resource', 'text'],
  ['resourceFamily', 'text'],
  ['resourceFrom', 'text'],
  ['errorCode', 'text'],
  ['layer', 'text'],
  ['effect', 'text'],
  ['policyArn', 'text'],
  ['errorMessage', 'text'],
  ['messageHash', 'text'],
  ['encodedMessage', 'text'],
  ['statement', 'text'],
  ['blockedBy', 'text'],
  ['snapshotHash', 'text'],
  ['sourceKind', 'text'],
  ['sourceName', 'text'],
  ['ingestedAt', 'time'],
  ['isPrimary', 'boolean'],
  ['parserVersion', 'integer'],
  ['rest', 'text'],
  ['authorizationId', 'text'],
]

/** `eventTime` → `event_time`. */
export const sqlName = (field: string): string => field.replaceAll(/[A-Z]/g, (c) => `_${c.toLowerCase()}`)
