import type { Attributes } from '#engine/scenario.ts'
import { field, isObject } from './fields.ts'
import { objectIn, partState, type Snapshot } from './snapshot.ts'

/** Attributes of docs/snapshot.md that a collector of the kind reads; `object…` ones belong to one object and stay unknown. */
const COLLECTED: ReadonlyMap<string, readonly string[]> = new Map([
  [
    'bucket',
    [
      'blockPublicAccess',
      'objectOwnership',
      'acl',
      'sseKmsKeyArn',
      'bucketKeyEnabled',
      'abac',
      'requesterPays',
      'tags',
    ],
  ],
  ['access-point', ['vpcId', 'blockPublicAccess']],
  ['key', ['aliases', 'kmsGrants', 'primaryKeyArn', 'tags']],
  ['function', ['functionUrls', 'kmsKeyArn', 'tags']],
  ['queue', ['kmsKeyArn', 'tags']],
  ['topic', ['kmsKeyArn', 'tags']],
  ['secret', ['kmsKeyArn', 'tags']],
  ['file-system', ['kmsKeyArn', 'tags']],
  ['backup-vault', ['kmsKeyArn']],
  ['api', ['tags']],
  ['event-bus', ['tags']],
])

/** Every attribute name of docs/snapshot.md. */
export const ATTRIBUTE_NAMES: readonly string[] = [
  ...new Set([...COLLECTED.values()].flat()),
  'accountBlockPublicAccess',
  'objectAcl',
  'objectOwner',
  'objectExists',
  'bucket',
  'bucketAccount',
  'networkOrigin',
  'buckets',
  'keyManager',
  'maxSessionDuration',
  'roleId',
  'roleArn',
  'roleArns',
  'authType',
  'private',
]

/**
 * The attributes of a resource, its account's public-access setting among them. In a folder that was collected completely
 * an attribute left out is not set (`null`), if a collector of the kind reads it; elsewhere it stays out and thereby unknown.
 */
export function attributesOf(
  snapshot: Snapshot,
  kind: string | undefined,
  account: string | undefined,
  written: unknown,
  complete: boolean,
): Attributes {
  const found = new Map<string, unknown>()
  if (complete) for (const name of COLLECTED.get(kind ?? '') ?? []) found.set(name, null)
  if (account !== undefined && (kind === 'bucket' || kind === 'access-point')) {
    const setting = accountBlockPublicAccess(snapshot, account)
    if (setting !== undefined) found.set('accountBlockPublicAccess', setting)
  }
  if (isObject(written)) for (const [name, value] of Object.entries(written)) found.set(name, value)
  return Object.fromEntries(found)
}

/** The account-wide setting; `null`: not set; undefined: not known. */
export function accountBlockPublicAccess(snapshot: Snapshot, account: string): unknown {
  const file = `accounts/${account}/account.json`
  const value = objectIn(snapshot, file)
  if (value === 'unreadable') return undefined
  const setting = field(value, 'blockPublicAccess')
  return setting === undefined && partState(snapshot, file) === 'complete' ? null : setting
}
