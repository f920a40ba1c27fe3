import { existsSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { placeInside, replaceFile } from '../write-file.ts'

/** Folder inside a snapshot where the next one waits until it is whole. No part of the snapshot. */
export const STAGE = '.denytrace-new'

/** Where a staged file waits. */
const stagedPath = (path: string): string => `${STAGE}/files/${path}`

export const isStaged = (folder: string, path: string): boolean => existsSync(join(folder, stagedPath(path)))

/** Writes a file of the next snapshot; the one that is there is not touched. */
export function stageFile(folder: string, path: string, text: string): void {
  replaceFile(placeInside(folder, stagedPath(path)), text)
}

/** What meta.json says while files are put in the place of others; every reader heeds it (docs/snapshot.md). */
const BEING_REPLACED = `${JSON.stringify(
  {
    unfinished: true,
    coverage: [{ part: '', state: 'missing', why: 'a run that was writing this snapshot has not ended' }],
  },
  null,
  2,
)}\n`

export interface Swap {
  /** Staged files, which may be in their place already where an earlier try has died. */
  readonly files: Iterable<string>
  /** Text of meta.json at the end; undefined: the snapshot has none. */
  readonly meta: string | undefined
  /** Removes what the next snapshot has no more. */
  readonly removeOld: () => void
}

/**
 * Puts the staged files in their place. Readers meet the old snapshot, the new one, or one whose meta.json says that it is
 * neither; whatever stops it, the same call again ends it.
 */
export function swapIn(folder: string, { files, meta, removeOld }: Swap): void {
  const last = placeInside(folder, `${STAGE}/meta.json`)
  if (meta !== undefined) replaceFile(last, meta)
  const place = placeInside(folder, 'meta.json')
  replaceFile(place, BEING_REPLACED)
  removeOld()
  for (const path of files)
    if (isStaged(folder, path)) renameSync(join(folder, stagedPath(path)), placeInside(folder, path))
  if (meta === undefined) rmSync(place)
  else renameSync(last, place)
  dropStage(folder)
}

export const dropStage = (folder: string): void => rmSync(join(folder, STAGE), { recursive: true, force: true })
