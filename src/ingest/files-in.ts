import { type Dirent, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { UserError } from '../errors.ts'

export interface FoundFiles {
  readonly files: readonly string[]
  /** Files of folders that are none of CloudTrail's events. */
  readonly skipped: number
}

/** Whether a path is of what CloudTrail writes beside the events: sums to check them by, and its own findings. */
export const isBesideEvents = (path: string): boolean => /CloudTrail-(?:Digest|Insight)/.test(path)

/** By its ending, as CloudTrail, exports and tools name files of events. */
export const mayHoldEvents = (path: string): boolean =>
  /\.(?:json|jsonl|ndjson|csv)(?:\.gz)?$|\.gz$/i.test(path) && !isBesideEvents(path)

/**
 * Every file of events below the paths, in order of name; a file that is named itself is taken whatever its name. What cannot be looked
 * at, such as a link in a circle or a folder that may not be listed, is taken for a file: who reads it is told why it cannot be read.
 */
export function filesIn(paths: readonly string[]): FoundFiles {
  const files = new Set<string>()
  let skipped = 0
  for (const path of paths) {
    const kind = kindOf(path)
    if (kind === 'none') throw notFound(path)
    if (kind === 'folder') skipped += addBelow(path, files)
    else files.add(path)
  }
  return { files: [...files], skipped }
}

const notFound = (path: string): UserError =>
  new UserError(
    'input/not-found',
    `there is no file or folder \`${path}\``,
    'give CloudTrail files, folders of them, `s3://BUCKET/PREFIX`, the URL of an SQS queue, or `-` for standard input',
  )

function kindOf(path: string): 'none' | 'folder' | 'file' | 'other' | 'unknown' {
  try {
    const stat = statSync(path, { throwIfNoEntry: false })
    if (stat === undefined) return 'none'
    return stat.isDirectory() ? 'folder' : stat.isFile() ? 'file' : 'other'
  } catch {
    return 'unknown'
  }
}

/** Gives how many files are none of events. */
function addBelow(folder: string, files: Set<string>): number {
  const entries = entriesOf(folder)
  if (entries === undefined) files.add(folder)
  // To join each name anew takes as long as to list them.
  const prefix = join(folder, 'x').slice(0, -1)
  let skipped = 0
  for (const entry of entries ?? []) {
    const path = `${prefix}${entry.name}`
    if (entry.isDirectory()) skipped += addBelow(path, files)
    else if (entry.isFile() || (entry.isSymbolicLink() && mayBeFile(path))) {
      if (mayHoldEvents(path)) files.add(path)
      else skipped += 1
    }
  }
  return skipped
}

function entriesOf(folder: string): readonly Dirent[] | undefined {
  try {
    return readdirSync(folder, { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1))
  } catch {
    return undefined
  }
}

const mayBeFile = (link: string): boolean => ['file', 'unknown'].includes(kindOf(link))
