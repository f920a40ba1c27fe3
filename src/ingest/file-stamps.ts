import { statSync } from 'node:fs'
import { filesIn } from './files-in.ts'

/** Path → size and time of change, of every file of events below the paths: what tells a file that was read from a new one. */
export function fileStamps(paths: readonly string[]): ReadonlyMap<string, string> {
  const stamps = new Map<string, string>()
  for (const path of filesIn(paths).files) {
    const stamp = stampOf(path)
    if (stamp !== undefined) stamps.set(path, stamp)
  }
  return stamps
}

/** Undefined: the file is gone again. What cannot be looked at has always the same, so it is read once, and told of then. */
function stampOf(path: string): string | undefined {
  try {
    const stat = statSync(path, { throwIfNoEntry: false })
    return stat && `${stat.size} ${Math.floor(stat.mtimeMs)}`
  } catch {
    return 'unknown'
  }
}
