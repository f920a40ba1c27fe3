/** An object to be read once: in S3 by its ETag, a file by size and time. */
export interface ObjectName {
  readonly bucket: string
  readonly key: string
  readonly version: string
}

/** The right to read an object until `until`; the token fences off who lost it. */
export interface Lease extends ObjectName {
  readonly token: string
  readonly until: string
  /** How often its data could not be read before. */
  readonly attempts: number
}

export interface LedgerCounts {
  readonly records: number
  readonly denials: number
}

/** Tries of an object whose data cannot be read, after which it is dead. */
export const MAX_DATA_ATTEMPTS = 3

/** Another worker has the object now: what this one read must not be written. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost'
  readonly object: ObjectName

  constructor({ bucket, key, version }: ObjectName) {
    super(`the lease of ${bucket}/${key} was lost`)
    this.object = { bucket, key, version }
  }
}

export const objectKey = ({ bucket, key, version }: ObjectName): string => JSON.stringify([bucket, key, version])
