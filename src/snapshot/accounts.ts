import { isAccountId } from '#iam/arn.ts'
import { textField } from './fields.ts'
import { organizationOf } from './organization.ts'
import { accountFilesOf, objectIn, type Snapshot } from './snapshot.ts'

export interface SnapshotAccount {
  readonly id: string
  readonly name: string | undefined
  /** `o-x/r-y/ou-z/`; undefined where the organization does not list it. */
  readonly path: string | undefined
  /** Whether the snapshot has a folder for it. */
  readonly collected: boolean
  readonly isManagement: boolean
}

/** Every account the snapshot knows, by folder or by organization, in order of id. */
export function accountsOf(snapshot: Snapshot): readonly SnapshotAccount[] {
  const organization = organizationOf(snapshot)
  const tree = typeof organization === 'string' ? undefined : organization
  const folders = accountFilesOf(snapshot)
  const ids = new Set([...folders.keys(), ...(tree?.accounts.keys() ?? [])])
  const found: SnapshotAccount[] = []
  for (const id of [...ids].sort()) {
    if (!isAccountId(id)) {
      snapshot.report(`accounts/${id}`, 'the folder is not named after an account id of twelve digits')
      continue
    }
    const place = tree?.accounts.get(id)
    const file = objectIn(snapshot, `accounts/${id}/account.json`)
    found.push({
      id,
      name: place?.name ?? (file === 'unreadable' ? undefined : textField(file, 'name')),
      path: place?.path,
      collected: folders.has(id),
      isManagement: tree?.managementAccount === id,
    })
  }
  return found
}
