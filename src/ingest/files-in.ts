import { type Dirent, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { UserError } from '../errors.ts'

export interface FoundFiles {
  readonly files: readonly string[]
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
  const files = new Set<string>()
  let skipped = 0
  for (const path of paths) {
    if (!statOf(path).isDirectory()) files.add(path)
    else
      for (const file of below(path)) {
        if (mayHoldEvents(file)) files.add(file)
        else skipped += 1
      }
  }
  return { files: [...files], skipped }
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
  // To join each name anew takes as long as to list them.
  const prefix = join(folder, 'x').slice(0, -1)
  const entries: Dirent[] = readdirSync(folder, { withFileTypes: true })
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = `${prefix}${entry.name}`
    if (entry.isDirectory()) yield* below(path)
    else if (entry.isFile() || (entry.isSymbolicLink() && isFileBehind(path))) yield path
  }
  return undefined
}

const isFileBehind = (link: string): boolean => statSync(link, { throwIfNoEntry: false })?.isFile() === true
