import type { DenialRow } from './denial-row.ts'
import type { AlertState, Delivery, Detection, DirtyBucket, SeriesRow, StoredAlert } from './detection.ts'
import type { Lease, LedgerCounts, ObjectName } from './ledger.ts'
import type { PolicyChangeRow } from './policy-change-row.ts'
import type { Cell, Tally } from './tally.ts'

/** From `from` to before `to`, both ISO 8601 in UTC; left out: open. */
export interface TimeRange {
  readonly from?: string
  readonly to?: string
}

/**
 * Filter of stored rows: the values that their columns must have; left out: anything. All but the times are compared as
 * text, exactly.
 */
export interface DenialFilter extends TimeRange {
  /** Of the caller's role or user; an ARN of a session finds its role, and one without a path the role wherever it is. */
  readonly principal?: string
  /** Exactly so, as a tuple has it. */
  readonly principalKey?: string
  readonly action?: string
  readonly resource?: string
  readonly resourceFamily?: string
  readonly service?: string
  /** Of the caller or of the resource's owner: by its ARN, or by the owner's event of the request. */
  readonly account?: string
  readonly layer?: string
  readonly requestId?: string
  /** True: also events that are not counted, since another tells of the same request. */
  readonly uncounted?: boolean
}

/** The place of a stored denial in the order of time: events of a second are in order of their ids. */
export interface PlaceInTime {
  readonly eventTime: string
  readonly eventId: string
}

export const GROUPS = [
  'principal',
  'action',
  'resource-family',
  'service',
  'layer',
  'statement',
  'account',
  'day',
] as const
export type GroupBy = (typeof GROUPS)[number]

export interface DenialGroup {
  /** Null: the events do not tell. */
  readonly key: string | null
  readonly count: number
  readonly firstSeen: string
  readonly lastSeen: string
}

/** Who was refused what on which family of resources; the empty text stands for what events do not tell. */
export interface Tuple {
  /** The caller's. */
  readonly account: string
  readonly principalKey: string
  readonly action: string
  readonly resourceFamily: string
}

/** Denials of one tuple in one hour. */
export interface RollupRow extends Tuple {
  /** The beginning of the hour. */
  readonly bucketStart: string
  readonly n: number
  /** Bit i: something came in the i-th five minutes. A bit stays when its denial is counted elsewhere later. */
  readonly slots: number
}

export interface TupleRow extends Tuple {
  readonly count: number
  readonly firstSeen: string
  readonly lastSeen: string
}

/** Tuple that was allowed, from successful events where ingestion was told to keep them. */
export interface AllowedRow extends Tuple {
  readonly firstAllowed: string
  readonly lastAllowed: string
}

/** The newest event of an account's denials. */
export interface Watermark {
  readonly account: string
  readonly latest: string
}

export type MarkState = 'fixed' | 'accepted' | 'noise'

/** State and note that somebody gave a tuple. A denial of a tuple marked `fixed` after `markedAt` makes it open again. */
export interface Mark extends Tuple {
  readonly state: MarkState
  readonly note: string | null
  readonly markedAt: string
}

/** A record of a good file that could not be read, without its content. */
export interface Quarantined {
  readonly hash: string
  readonly source: string
  /** Which record of the source, from 0. */
  readonly position: number
  readonly reason: string
}

/** Written whole or not at all. */
export interface DenialBatch {
  readonly rows: readonly DenialRow[]
  readonly allowed?: readonly AllowedRow[]
  readonly quarantined?: readonly Quarantined[]
  /** Changes of policies, from successful events where ingestion was told to keep them. */
  readonly changes?: readonly PolicyChangeRow[]
  /** Objects of the ledger that are done with this batch; if one is no longer leased, nothing is written (`LeaseLost`). */
  readonly done?: readonly { readonly lease: Lease; readonly counts: LedgerCounts }[]
}

/** Rows that wait outside of memory until they are added, all at once. */
export interface Spool {
  readonly put: (row: DenialRow) => void
  /** Rows that wait. */
  readonly size: () => number
  /** It is time to add them. */
  readonly isFull: () => boolean
  /** Adds what waits, and what else belongs to the batch, whole or not at all. Meanwhile the next rows may be put, where it is not the last. */
  readonly add: (rest: Omit<DenialBatch, 'rows'>, isLast: boolean) => Promise<Added>
  /** What still waits is dropped. */
  readonly close: () => void
}

export interface Added {
  /** By how many the counted denials grew; the others were there, or tell of a request that is counted. */
  readonly fresh: number
  readonly duplicates: number
}

/** Alerts: hours to judge, series, findings and what is to be delivered. */
export interface AlertStore {
  readonly dirtyBuckets: () => Promise<readonly DirtyBucket[]>
  readonly series: (family: string) => Promise<readonly SeriesRow[]>
  /** Does the work while no other process of the store judges, where an engine has several writers. */
  readonly withDetectionLock: <T>(work: () => Promise<T>) => Promise<T>
  /** All of one evaluation; hours that changed again since they were read stay dirty. */
  readonly saveDetection: (detection: Detection) => Promise<void>
  readonly alerts: (range: TimeRange) => Promise<readonly StoredAlert[]>
  readonly setAlertState: (id: string, state: AlertState) => Promise<boolean>
  /** Takes due deliveries for `leaseSeconds`; the store's clock decides. */
  readonly claimDeliveries: (limit: number, leaseSeconds: number) => Promise<readonly Delivery[]>
  /** `retryAfterSeconds` left out: delivered. */
  readonly endDelivery: (delivery: Delivery, retryAfterSeconds?: number) => Promise<void>
}

/** The ledger of objects to be read. */
export interface LedgerStore {
  /** What is there stays as it is. Gives how many are new. */
  readonly enqueue: (objects: readonly ObjectName[]) => Promise<number>
  readonly claim: (limit: number, leaseSeconds: number) => Promise<readonly Lease[]>
  /** False: the lease was lost. */
  readonly extend: (lease: Lease, leaseSeconds: number) => Promise<boolean>
  /** `isData`: the object is to blame, which uses up an attempt; after three it is dead. */
  readonly release: (lease: Lease, reason: string, isData: boolean) => Promise<void>
  readonly ledger: () => Promise<Readonly<Record<'ready' | 'leased' | 'done' | 'dead', number>>>
}

/**
 * Where denials are kept. Each engine behaves the same: `test/conformance/` says how. A method is one transaction; none
 * gives a part of what it promises.
 */
export interface DenialStore extends AlertStore, LedgerStore {
  /** For messages: the URL without a password. */
  readonly name: string
  readonly add: (batch: DenialBatch) => Promise<Added>
  /** Where many rows are added with less memory and in less time so. */
  readonly spool?: () => Spool
  /** Events with this event id or request id, oldest first. */
  readonly byId: (id: string) => Promise<readonly DenialRow[]>
  /** Counted denials, newest first, at most `limit`; only those that come behind `after`, where it is said. */
  readonly find: (filter: DenialFilter, limit: number, after?: PlaceInTime) => Promise<readonly DenialRow[]>
  /** All counted denials of the filter, oldest first, in parts. */
  readonly pages: (filter: DenialFilter) => AsyncIterable<readonly DenialRow[]>
  /** Most frequent first, then by key. */
  readonly groups: (by: GroupBy, filter: DenialFilter) => Promise<readonly DenialGroup[]>
  /** Hours of the range with at least one counted denial, in order of time, then of the tuple. */
  readonly rollups: (range: TimeRange) => Promise<readonly RollupRow[]>
  /** Counted denials of the filter by hour and kind, in parts: what a detector looks at, without the denials themselves. */
  readonly tally: (filter: DenialFilter) => AsyncIterable<Tally>
  /** The first event ids of each cell, at most `most`. */
  readonly examples: (cells: readonly Cell[], most: number) => Promise<readonly (readonly string[])[]>
  /** Tuples of the counted denials in the filter, with the first and last event of each in it. */
  readonly tuples: (filter: DenialFilter) => Promise<readonly TupleRow[]>
  readonly allowed: () => Promise<readonly AllowedRow[]>
  /** Changes of policies in the range, newest first, at most `limit`. */
  readonly policyChanges: (range: TimeRange, limit: number) => Promise<readonly PolicyChangeRow[]>
  readonly watermarks: () => Promise<readonly Watermark[]>
  readonly mark: (mark: Mark) => Promise<void>
  readonly marks: () => Promise<readonly Mark[]>
  readonly quarantined: () => Promise<readonly Quarantined[]>
  /** Drops denials, hours, empty tuples and changes of policies from before the time; gives how many denials. */
  readonly forget: (before: string) => Promise<number>

  readonly close: () => Promise<void>
}
