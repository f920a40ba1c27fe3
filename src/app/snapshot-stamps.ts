import { folderStamp } from '#collect/folder-stamp.ts'
import type { NamedFolder } from './answer-question.ts'

/**
 * A text that is another one when a file of any of the snapshots has changed.
 *
 * @throws UserError where one of them is gone
 */
export const snapshotStamps = (folders: readonly NamedFolder[]): string =>
  folders.map(({ folder }) => folderStamp(folder)).join(' ')
