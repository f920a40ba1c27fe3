import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { SnapshotFiles } from '#snapshot/snapshot.ts'
import { UserError } from '../errors.ts'
import { makeFolder } from '../make-folder.ts'

/** All that a snapshot may hold at its top (docs/snapshot.md); nothing else is ever removed. */
const PARTS = ['organization.json', 'policies', 'accounts', 'meta.json']

/**
 * Writes a snapshot directory. One that holds something is left alone, unless `force` is set: then the snapshot in it is
 * replaced as a whole, so that no file of an earlier one stays behind.
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
    for (const part of PARTS) if (before.includes(part)) rmSync(join(folder, part), { recursive: true })
    makeFolder(folder)
    for (const [path, text] of files) {
      const file = join(folder, ...stepsOf(path))
      makeFolder(dirname(file))
      writeFileSync(file, text)
    }
  } catch (error) {
    throw cannotWrite(folder, error)
  }
}

/** A path that leads out of the folder is our bug: the names of files are made by us. */
function stepsOf(path: string): readonly string[] {
  const steps = path.split('/')
  if (steps.some((step) => step === '' || step === '.' || step === '..' || step.includes('\\')))
    throw new Error(`the file name ${JSON.stringify(path)} is not one of a snapshot`)
  return steps
}

function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw cannotWrite(folder, error)
  }
}

function cannotWrite(folder: string, error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error
  return new UserError(
    'output/not-written',
    `\`${folder}\` cannot be written: ${String(error.code)}`,
    'name a folder that you may write to',
  )
}
