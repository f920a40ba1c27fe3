/** An hour whose counts changed since a detector looked; `version` grows with each change. */
export interface DirtyBucket {
  readonly bucketStart: string
  readonly version: number
}

export type AlertState = 'open' | 'acknowledged' | 'closed'

/** State of a detector for a series; `state` is its own, as JSON. */
export interface SeriesRow {
  readonly family: string
  readonly key: string
  readonly lastBucket: string
  readonly modelVersion: number
  readonly state: string
}

/** Alert as it is stored: unique by detector, family, key and hour. A later evaluation may revise it, never double it. */
export interface AlertRow {
  readonly id: string
  readonly detector: string
  readonly family: string
  readonly key: string
  readonly bucketStart: string
  readonly revision: number
  /** The finding as JSON. */
  readonly body: string
}

export interface StoredAlert extends AlertRow {
  readonly state: AlertState
  readonly changedAt: string
}

/** Message to be delivered to a sink; a second one with the same `dedupeKey` is dropped. */
export interface NewDelivery {
  readonly dedupeKey: string
  readonly sink: string
  readonly alertId: string
  readonly body: string
}

export interface Delivery extends NewDelivery {
  readonly attempts: number
  /** Fences off who held it before. */
  readonly token: string
}

/** Everything one evaluation found: written whole or not at all. */
export interface Detection {
  readonly series: readonly SeriesRow[]
  /** An alert that is there is replaced where `revision` is higher, and is open again if it was closed. */
  readonly alerts: readonly AlertRow[]
  readonly deliveries: readonly NewDelivery[]
  /** Hours that were looked at, as they were read. */
  readonly cleaned: readonly DirtyBucket[]
}
