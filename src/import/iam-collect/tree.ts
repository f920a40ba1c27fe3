import { isAccountId } from '#iam/arn.ts'

/** A folder of the tree with the values of its files, by name without `.json`. */
export interface Folder {
  readonly path: string
  readonly partition: string
  /** Undefined below `organizations/`. */
  readonly account: string | undefined
  /** Undefined below `accounts/`. */
  readonly organization: string | undefined
  /** What follows the account or the organization: `iam`, `role`, `deploy`. */
  readonly steps: readonly string[]
  readonly files: ReadonlyMap<string, unknown>
}

/** A file that is no JSON. */
export interface Broken {
  readonly path: string
}

/**
 * The folders of `aws/<partition>/accounts/<id>/…` and `aws/<partition>/organizations/<id>/…`, in order of path.
 * Layout: docs/Storage.md and docs/AgentInstructions.md of iam-collect.
 */
export function foldersOf(files: ReadonlyMap<string, string>): {
  folders: readonly Folder[]
  broken: readonly Broken[]
} {
  const found = new Map<string, Folder & { readonly files: Map<string, unknown> }>()
  const broken: Broken[] = []
  for (const [path, text] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const place = placeOf(path)
    if (place === undefined) continue
    const folder = path.slice(0, Math.max(0, path.lastIndexOf('/')))
    const entry = found.get(folder) ?? { path: folder, ...place, files: new Map<string, unknown>() }
    found.set(folder, entry)
    try {
      entry.files.set(stemOf(path), JSON.parse(text))
    } catch {
      broken.push({ path })
      // It is there, but what it says is not known: an empty file must not read as "none".
      entry.files.set(stemOf(path), UNREADABLE)
    }
  }
  return { folders: [...found.values()], broken }
}

/** Stands for a file that is no JSON: no policy, and no list of them. */
export const UNREADABLE = '(not known: the file is no JSON)'

const stemOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1).replace(/\.json$/, '')

function placeOf(path: string): Omit<Folder, 'path' | 'files'> | undefined {
  const steps = path.split('/').slice(0, -1)
  for (const [at, step] of steps.entries()) {
    const id = steps[at + 1]
    if (id === undefined) return undefined
    const partition = steps[at - 1] ?? 'aws'
    // The folder may be given from `aws/`, from the partition or from what lies below it.
    if (!partition.startsWith('aws')) continue
    const rest = { partition, steps: steps.slice(at + 2) }
    if (step === 'accounts' && isAccountId(id)) return { ...rest, account: id, organization: undefined }
    if (step === 'organizations') return { ...rest, account: undefined, organization: id }
  }
  return undefined
}
