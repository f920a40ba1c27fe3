import { entriesField, field, listField, textField } from './fields.ts'
import type { Snapshot } from './snapshot.ts'

/** A managed policy that is attached; an empty ARN: nothing says which. */
export interface Attached {
  readonly name: string
  readonly arn: string
}

/** Empty where there is a boundary, and nothing says which. */
export function boundaryArnOf(value: unknown): string | undefined {
  const boundary = field(value, 'PermissionsBoundary') ?? undefined
  return boundary === undefined ? undefined : (textField(boundary, 'PermissionsBoundaryArn') ?? '')
}

/** A name that no group has (R-PRIN-03): the user is in one, and nothing says in which. */
const UNREAD_GROUP = '(not read)'

/** Names of a user's groups. */
export const groupNamesOf = (value: unknown): readonly string[] =>
  entriesField(value, 'GroupList').map((group) => (typeof group === 'string' ? group : UNREAD_GROUP))

export function attachedTo(snapshot: Snapshot, value: unknown, file: string): readonly Attached[] {
  return entriesField(value, 'AttachedManagedPolicies').map((item) => {
    const arn = textField(item, 'PolicyArn') ?? ''
    if (arn === '') snapshot.report(file, 'an attached managed policy has no PolicyArn')
    return { name: textField(item, 'PolicyName') ?? arn.slice(arn.lastIndexOf('/') + 1), arn }
  })
}

/** The versions of a managed policy that are not in force; undefined where the entry does not name them all. */
export function otherVersionsOf(value: unknown): readonly string[] | undefined {
  const inForce = textField(value, 'DefaultVersionId')
  const ids = listField(value, 'PolicyVersionList')?.map((version) => textField(version, 'VersionId'))
  if (inForce === undefined || ids?.every((id) => id !== undefined) !== true) return undefined
  return ids.filter((id) => id !== inForce)
}
