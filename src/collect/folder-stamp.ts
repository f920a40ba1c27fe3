import { createHash } from 'node:crypto'
import { statSync } from 'node:fs'
import { snapshotPaths } from './folder.ts'

/**
 * A text that is another one when a file of a snapshot directory has changed, come or gone: of path, size, times of change and place
 * on disk of each.
 *
 * @throws UserError where it is no snapshot any more
 */
export function folderStamp(folder: string): string {
  const hash = createHash('sha256')
  for (const [path, full] of snapshotPaths(folder, {})) hash.update(`${path}\n${fileStamp(full)}\n`)
  return hash.digest('base64url')
}

/** What cannot be looked at has a stamp, too: it is read as unknown. */
function fileStamp(full: string): string {
  try {
    const stat = statSync(full, { throwIfNoEntry: false })
    return stat === undefined ? 'none' : `${stat.size} ${stat.mtimeMs} ${stat.ctimeMs} ${stat.ino}`
  } catch {
    return 'unknown'
  }
}
