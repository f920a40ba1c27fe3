import { type Dirent, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { UserError } from '../errors.ts'

export interface FoundFile {
  readonly path: string
  readonly bytes: number
}

export interface FoundFiles {
  readonly files: readonly FoundFile[]
  /** Files of folders that are none of CloudTrail's events. */
  readonly skipped: number
}

/** What CloudTrail writes beside the events: sums to check them by, and its own findings. */
export const isBesideEvents = (path: string): boolean => /CloudTrail-(?:Digest|Insight)/.test(path)

/** By its ending, as CloudTrail, exports and tools name files of events. */
export const mayHoldEvents = (path: string): boolean =>
  /\.(?:json|jsonl|ndjson|csv)(?:\.gz)?$|\.gz$/i.test(path) && !isBesideEvents(path)

/** Every file of events below the paths, in order of name; a file that is named itself is taken whatever its name. */
export function filesIn(paths: readonly string[]): FoundFiles {
  const files = new Map<string, FoundFile>()
  let skipped = 0
  for (const path of paths) {
    const stat = statOf(path)
    if (!stat.isDirectory()) files.set(path, { path, bytes: stat.size })
    else
      for (const file of below(path)) {
        if (mayHoldEvents(file)) files.set(file, { path: file, bytes: statSync(file).size })
        else skipped += 1
      }
  }
  return { files: [...files.values()], skipped }
}

function statOf(path: string) {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat !== undefined) return stat
  throw new UserError(
    'input/not-found',
    `there is no file or folder \`${path}\``,
    'give CloudTrail files, folders of them, `s3://BUCKET/PREFIX`, the URL of an SQS queue, or `-` for standard input',
  )
}

function* below(folder: string): Generator<string, undefined> {
  const entries: Dirent[] = readdirSync(folder, { withFileTypes: true })
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* below(path)
    else if (entry.isFile() || (entry.isSymbolicLink() && isFileBehind(path))) yield path
  }
  return undefined
}

const isFileBehind = (link: string): boolean => statSync(link, { throwIfNoEntry: false })?.isFile() === true
