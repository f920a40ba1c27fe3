import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { SnapshotFiles } from '#snapshot/snapshot.ts'
import { UserError } from '../errors.ts'
import { notWritten } from './not-written.ts'
import { dropStage, STAGE, stageFile, swapIn } from './staged-snapshot.ts'

/** All that a snapshot may hold at its top beside meta.json (docs/snapshot.md); nothing else is ever removed. */
const PARTS = ['organization.json', 'policies', 'accounts']

/**
 * Writes a snapshot directory. One that holds something is left alone, unless `force` is set: then the snapshot in it is
 * replaced as a whole, so that no file of an earlier one stays behind; it stays as it is until the new one is wholly written.
 */
export function writeSnapshot(folder: string, files: SnapshotFiles, force: boolean): void {
  const before = entriesOf(folder)
  if (before.length > 0 && !force)
    throw new UserError(
      'usage/directory-not-empty',
      `\`${folder}\` is not empty`,
      'give a directory that is new or empty, or `--force` to replace the snapshot in it',
    )
  try {
    dropStage(folder)
    const others = [...files]
      .filter(([path]) => path !== 'meta.json')
      .map(([path, text]) => [inside(path), text] as const)
    for (const [path, text] of others) stageFile(folder, path, text)
    swapIn(folder, {
      files: others.map(([path]) => path),
      meta: files.get('meta.json'),
      removeOld: () => {
        for (const part of PARTS)
          if (before.includes(part)) rmSync(join(folder, part), { recursive: true, force: true })
      },
    })
  } catch (error) {
    try {
      dropStage(folder)
    } catch {
      // The next run does it; what went wrong first is what is told.
    }
    throw notWritten(folder, error)
  }
}

/** A path that leads out of the folder is our bug: the names of files are made by us. */
function inside(path: string): string {
  const steps = path.split('/')
  if (steps.some((step) => step === '' || step === '.' || step === '..' || step.includes('\\')))
    throw new Error(`the file name ${JSON.stringify(path)} is not one of a snapshot`)
  return path
}

function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => name !== STAGE)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw notWritten(folder, error)
  }
}
