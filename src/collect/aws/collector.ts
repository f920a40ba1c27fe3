import type { AccountAccess } from './account-access.ts'
import type { Reading } from './outcome.ts'

/** A resource as AWS describes it, on its way into `resources/<service>/` (docs/snapshot.md). */
export interface Found {
  readonly arn: string
  readonly kind: string
  /** The document as AWS returned it; `null`: it has none; undefined: it could not be read. */
  readonly policy: unknown
  readonly attributes: Readonly<Record<string, unknown>>
  /** What could not be read of this resource: then it is not complete. */
  readonly unread: readonly string[]
}

/** Account and Region that a collector reads, and the access to them. */
export interface AccountRegion {
  readonly access: AccountAccess
  readonly account: string
  readonly partition: string
  readonly region: string
  /** Reads of the list itself: what fails here leaves the whole part incomplete. */
  readonly list: Reading
}

/** Reader of a service's resources: what it calls, and how. */
export interface Collector {
  /** Folder below `resources/`. */
  readonly service: string
  /** `account`: asked once and not in every Region. */
  readonly scope: 'account' | 'region'
  /** IAM actions of all of its calls, for `collect --print-policy`. */
  readonly actions: readonly string[]
  readonly collect: (place: AccountRegion) => AsyncIterable<Found>
  /** Reads a single resource without the others, and the IAM actions of the calls for it. */
  readonly one?: {
    readonly actions: readonly string[]
    /** Undefined: it is not there, or of a type that is not read. */
    readonly read: (place: AccountRegion, arn: string) => Promise<Found | undefined>
  }
}

/** A policy's text as JSON where it is JSON, else as it came. `null` and the empty text are none. */
export function documentOf(text: string | null | undefined): unknown {
  if (text === undefined) return undefined
  if (text === null || text.trim() === '') return null
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}

/** `[{ Key, Value }]`, in either case of the first letter, as an object with sorted keys. */
export function tagsOf(
  tags: readonly { readonly [name: string]: unknown }[] | undefined,
  key = 'Key',
  value = 'Value',
): Record<string, string> | undefined {
  if (tags === undefined) return undefined
  const pairs = tags.map((tag): [string, string] => [String(tag[key] ?? ''), String(tag[value] ?? '')])
  return sortedRecord(pairs)
}

export const sortedRecord = (pairs: readonly (readonly [string, string])[]): Record<string, string> =>
  Object.fromEntries(pairs.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))

/** Leaves out what is not known; `null` stays: it says that there is none. */
export const known = (attributes: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined))

/** Resources described at once; the calls themselves wait their turn (account-access.ts). */
const AT_ONCE = 32

/** Descriptions of names, in their order, read some at a time, so that a large account does not stand in memory whole. */
export async function* eachOf<T>(
  names: readonly T[] | null | undefined,
  describe: (name: T) => Promise<Found>,
): AsyncGenerator<Found> {
  for (let from = 0; from < (names ?? []).length; from += AT_ONCE)
    yield* await Promise.all((names ?? []).slice(from, from + AT_ONCE).map(describe))
}

/** Services name a key by id, by alias or by ARN; `null`: none is named. */
export function keyArn(
  key: string | undefined,
  { partition, region, account }: Pick<AccountRegion, 'partition' | 'region' | 'account'>,
  keyRegion = region,
): string | null {
  if (key === undefined || key === '') return null
  if (key.startsWith('arn:')) return key
  return `arn:${partition}:kms:${keyRegion}:${account}:${key.startsWith('alias/') ? key : `key/${key}`}`
}
