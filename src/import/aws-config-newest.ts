import { textField } from '#snapshot/fields.ts'
import type { ConfigItem } from './aws-config-items.ts'

/** Newest configuration item of each resource, which says how it is now; `unclear`: of those nothing says which item does. */
export interface Newest {
  readonly items: readonly ConfigItem[]
  readonly unclear: readonly ConfigItem[]
}

/**
 * A history has an item for each change of a resource; only the one captured last is in force, and one that says "deleted" ends
 * those before it. Items that differ and are of one time, or of none, leave open which it is.
 * https://docs.aws.amazon.com/config/latest/developerguide/config-item-table.html, `configurationItemCaptureTime`
 */
export function newestOf(items: readonly ConfigItem[]): Newest {
  const [clear, unclear]: [ConfigItem[], ConfigItem[]] = [[], []]
  for (const { items: all } of groupsOf(items)) {
    const newest = all.reduce((known, item) => (isBefore(known, item) ? item : known))
    const isClear = all.every((item) => isBefore(item, newest) || contentOf(item) === contentOf(newest))
    ;(isClear ? clear : unclear).push(newest)
  }
  return { items: clear, unclear }
}

const isBefore = ({ captured }: ConfigItem, other: ConfigItem): boolean =>
  captured !== undefined && other.captured !== undefined && captured < other.captured

const contentOf = ({ isDeleted, configuration, supplement, tags }: ConfigItem): string =>
  JSON.stringify([isDeleted, configuration, supplement, [...(tags ?? [])]])

interface Group {
  readonly items: ConfigItem[]
  readonly keys: Set<string>
}

/** Items of one resource: those that share an ARN, an id or a name. That of a deleted resource may lack some of them. */
function groupsOf(items: readonly ConfigItem[]): ReadonlySet<Group> {
  const byKey = new Map<string, Group>()
  const groups = new Set<Group>()
  for (const item of items) {
    const keys = keysOf(item)
    const [group = { items: [], keys: new Set<string>() }, ...others] = new Set(
      keys.map((key) => byKey.get(key)).filter((known) => known !== undefined),
    )
    group.items.push(item)
    for (const other of others) {
      for (const one of other.items) group.items.push(one)
      for (const key of other.keys) keys.push(key)
      groups.delete(other)
    }
    for (const key of keys) {
      byKey.set(key, group)
      group.keys.add(key)
    }
    groups.add(group)
  }
  return groups
}

/** Types whose names are not used twice in an account, or at all, and where their configuration has the name. */
const NAMES: Readonly<Record<string, string>> = {
  'AWS::IAM::Role': 'roleName',
  'AWS::IAM::User': 'userName',
  'AWS::IAM::Group': 'groupName',
  'AWS::S3::Bucket': 'name',
}

function keysOf({ type, account = '', arn, resourceId, name, configuration }: ConfigItem): string[] {
  const field = Object.hasOwn(NAMES, type) ? NAMES[type] : undefined
  const named = field === undefined ? undefined : (textField(configuration, field) ?? name)
  const keys = [
    ['arn', arn ?? textField(configuration, 'arn')],
    ['id', resourceId],
    ['name', named?.toLowerCase()],
    // An account has one.
    ['', type === 'AWS::S3::AccountPublicAccessBlock' ? '' : undefined],
  ]
  return keys.filter(([, value]) => value !== undefined).map((key) => JSON.stringify([type, account, ...key]))
}
