import { isObject, listField, textField } from '#snapshot/fields.ts'
import type { SnapshotFiles } from '#snapshot/snapshot.ts'
import { printed } from './draft-files.ts'
import type { Imported } from './imported.ts'

/**
 * Snapshot files as they will be in force after a deploy: the accounts that the plan or template reaches are as it has them,
 * and no more is known of these, for it may change or take away what stands there now. The organization is the snapshot's
 * where the source holds none, and so are all other accounts, unless something of the source could not be placed.
 */
export function overlaid(below: SnapshotFiles, { files: over, unread }: Imported): SnapshotFiles {
  const reached = new Set([...over.keys()].flatMap((path) => accountIn(path) ?? []))
  const hasOrganization = over.has('organization.json')
  const isKept = (path: string): boolean => {
    const account = accountIn(path)
    if (account !== undefined) return unread.length === 0 && !reached.has(account)
    return !hasOrganization && (path === 'organization.json' || path.startsWith('policies/'))
  }
  const kept = [...below.keys()].filter(isKept)
  const files = new Map(kept.map((path) => [path, below.get(path) ?? '']))
  for (const [path, text] of over) if (path !== 'meta.json') files.set(path, text)
  files.set('meta.json', printed(metaOf(below, over, isKept)))
  return files
}

function accountIn(path: string): string | undefined {
  const [top, account] = path.split('/', 2)
  return top === 'accounts' ? account : undefined
}

/** Coverage of what came from below stays; of the rest it is that of the source. */
function metaOf(below: SnapshotFiles, over: SnapshotFiles, isKept: (path: string) => boolean): unknown {
  const lower = jsonOf(below.get('meta.json'))
  const upper = jsonOf(over.get('meta.json'))
  const coverage = (meta: unknown): readonly unknown[] => listField(meta, 'coverage') ?? []
  const kept = coverage(lower).filter((entry) => isKept(partOf(entry)))
  const keptParts = new Set(kept.map(partOf))
  return {
    ...(isObject(upper) ? upper : {}),
    coverage: [...kept, ...coverage(upper).filter((entry) => !keptParts.has(partOf(entry)))],
  }
}

const partOf = (entry: unknown): string => (textField(entry, 'part') ?? '').replace(/^\.?\//, '')

function jsonOf(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}
