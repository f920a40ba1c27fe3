import { statSync } from 'node:fs'
import { filesIn } from './files-in.ts'

/** Path → size and time of change, of every file of events below the paths: what tells a file that was read from a new one. */
export function fileStamps(paths: readonly string[]): ReadonlyMap<string, string> {
  const stamps = new Map<string, string>()
  for (const path of filesIn(paths).files) {
    // A file may be gone again before it is looked at.
    const stat = statSync(path, { throwIfNoEntry: false })
    if (stat !== undefined) stamps.set(path, `${stat.size} ${Math.floor(stat.mtimeMs)}`)
  }
  return stamps
}
