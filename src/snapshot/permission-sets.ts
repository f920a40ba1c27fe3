import { listField, textField } from './fields.ts'
import { fileOf, perSnapshot, type Snapshot } from './snapshot.ts'

/** `AWSReservedSSO_PowerUser_0123456789abcdef`, as IAM Identity Center names the role of a permission set. */
const ROLE = /^AWSReservedSSO_(?<set>.{1,32})_[0-9a-f]{16}$/

/**
 * ARN of the permission set that a role of IAM Identity Center was made from, by its name; undefined: it is no such role, or
 * none of the snapshot's files of permission sets names one set of that name.
 * https://docs.aws.amazon.com/singlesignon/latest/userguide/using-service-linked-roles.html
 */
export function permissionSetOfRole(snapshot: Snapshot, roleName: string): string | undefined {
  const name = ROLE.exec(roleName)?.groups?.['set']
  if (name === undefined) return undefined
  const found = permissionSets(snapshot, '').filter((set) => set.name === name)
  const [only, ...others] = new Set(found.map(({ arn }) => arn))
  return others.length === 0 ? only : undefined
}

interface PermissionSet {
  readonly arn: string
  readonly name: string
}

const permissionSets = perSnapshot((snapshot): readonly PermissionSet[] =>
  [...snapshot.files.keys()]
    .filter((path) => /^accounts\/\d{12}\/identity-center\.json$/.test(path))
    .flatMap((path) => {
      const source = fileOf(snapshot, path)
      if (source === undefined || source === 'unreadable') return []
      return (listField(source.value, 'permissionSets') ?? []).flatMap((item) => {
        const [arn, name] = [textField(item, 'arn'), textField(item, 'name')]
        return arn === undefined || name === undefined ? [] : [{ arn, name }]
      })
    }),
)
