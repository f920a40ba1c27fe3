import { existsSync, type Dirent, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname, join, resolve, sep } from 'node:path'
import { UserError } from '../errors.ts'
import {
  isUnfinished,
  readSnapshot,
  type Snapshot,
  type SnapshotFiles,
  UNFINISHED,
  UNFOLLOWED_LINK,
} from '#snapshot/snapshot.ts'
import { FilesOnDemand } from './files-on-demand.ts'
import { STAGE } from './staged-snapshot.ts'

/** V8 holds strings up to about 512 MB; a single file near that is no policy data. */
const MAX_FILE_BYTES = 256 * 1024 * 1024
const MAX_TOTAL_BYTES = 1024 * 1024 * 1024
const MAX_FILES = 500_000

/** Reads a snapshot directory (docs/snapshot.md). */
export async function loadSnapshot(folder: string): Promise<Snapshot> {
  return readSnapshot(await readFolder(folder))
}

/**
 * Opens a snapshot directory; each file is read when it is asked for and not kept: for questions that go through every account of a
 * large organization and need one at a time. The folder must not change meanwhile.
 */
export async function openSnapshot(folder: string): Promise<Snapshot> {
  return readSnapshot(openFolder(folder))
}

/** The limits, for tests. */
export interface FolderLimits {
  readonly maxFileBytes?: number
  readonly maxTotalBytes?: number
  readonly maxFiles?: number
}

/**
 * The JSON files of a snapshot directory by relative path. Links are followed inside the directory only; one that leaves
 * it, and a file that cannot be opened, stay in as empty text, so that what they held counts as unread and never as absent.
 */
export async function readFolder(folder: string, limits: FolderLimits = {}): Promise<SnapshotFiles> {
  const before = metaOf(folder)
  const files = finished(folder, readAll(folder, snapshotPaths(folder, limits), limits))
  // Meanwhile another run may have put its files in the place of some.
  const found = files.get('meta.json') ?? ''
  if (metaOf(folder) !== before || (found !== '' && found !== before)) throw unfinished(folder)
  return files
}

function metaOf(folder: string): string {
  try {
    return textOf(readFileSync(join(folder, 'meta.json')))
  } catch {
    return ''
  }
}

/**
 * Files of two days beside each other would tell of access that never was, so nothing is answered from them. The reader of one
 * revision of git, and whoever hands over files, gets them as unread (`readSnapshot`).
 */
function finished(folder: string, files: SnapshotFiles): SnapshotFiles {
  if (isUnfinished(files.get('meta.json') ?? '')) throw unfinished(folder)
  return files
}

const unfinished = (folder: string): UserError =>
  new UserError(
    'snapshot/unfinished',
    `\`${folder}\` is not whole: ${UNFINISHED}`,
    `end it with \`denytrace collect --resume --out ${folder}\`, or write it anew by the command that made it`,
  )

function readAll(folder: string, paths: ReadonlyMap<string, string>, limits: FolderLimits): SnapshotFiles {
  const found = new Map<string, string>()
  let bytes = 0
  const { maxTotalBytes = MAX_TOTAL_BYTES } = limits
  for (const [path, full] of paths) {
    const buffer = full === UNREAD ? undefined : bytesOf(path, full, limits)
    bytes += buffer?.length ?? 0
    if (bytes > maxTotalBytes) throw tooLarge(folder, `holds more than ${megabytes(maxTotalBytes)} of JSON`)
    found.set(path, buffer === undefined ? '' : textOf(buffer))
  }
  return found
}

/** The files of a snapshot's folder, read on demand: memory is that of one file at a time. */
export function openFolder(folder: string, limits: FolderLimits = {}): SnapshotFiles {
  const files = new FilesOnDemand(snapshotPaths(folder, limits), (path, full) => {
    const buffer = full === UNREAD ? undefined : bytesOf(path, full, limits)
    return buffer === undefined ? '' : textOf(buffer)
  })
  return finished(folder, files)
}

/** Stands for the place of what must not or cannot be read. */
const UNREAD = ''

/** Files of a snapshot directory: relative path → where it is; an empty text for what must not or cannot be read. */
export function snapshotPaths(folder: string, limits: FolderLimits): Map<string, string> {
  const root = rootOf(folder)
  if (!isSnapshot(root)) throw noSnapshot(folder, root)
  return jsonPathsIn(folder, root, limits)
}

export const isFolder = (path: string): boolean => kindOf(path) === 'folder'

/** The JSON files of any directory that is no snapshot yet, in the same manner. */
export const readJsonFolder = async (folder: string): Promise<SnapshotFiles> =>
  readAll(folder, jsonPathsIn(folder, rootOf(folder), {}), {})

function jsonPathsIn(folder: string, root: string, limits: FolderLimits): Map<string, string> {
  const replayContext: Walk = { folder, root, paths: new Map(), visited: new Set([root]), limits }
  readInto(replayContext, root, '')
  return replayContext.paths
}

interface Walk {
  readonly folder: string
  readonly root: string
  readonly paths: Map<string, string>
  /** Real paths of the folders that were entered: a link back up must not go round for ever. */
  readonly visited: Set<string>
  readonly limits: FolderLimits
}

function readInto(replayContext: Walk, folder: string, path: string): void {
  const entries = entriesOf(folder)
  if (entries === undefined) {
    replayContext.paths.set(inside(path, UNFOLLOWED_LINK), UNREAD)
    return
  }
  for (const entry of entries) {
    const at = inside(path, entry.name)
    const full = join(folder, entry.name)
    if (entry.isSymbolicLink()) readLink(replayContext, full, at)
    else if (entry.isDirectory()) enter(replayContext, full, at)
    else if (entry.isFile() && entry.name.endsWith('.json')) addFile(replayContext, full, at)
  }
}

const inside = (path: string, name: string): string => (path === '' ? name : `${path}/${name}`)

function enter(replayContext: Walk, full: string, path: string): void {
  if (HIDDEN.has(path)) return
  replayContext.visited.add(full)
  readInto(replayContext, full, path)
}

/** Never part of a snapshot, and large. */
const HIDDEN = new Set(['.git', 'node_modules', STAGE])

function readLink(replayContext: Walk, full: string, path: string): void {
  const target = realPath(full)
  const stays = target !== undefined && (target === replayContext.root || target.startsWith(replayContext.root + sep))
  const kind = target === undefined ? undefined : kindOf(target)
  if (kind === 'folder') {
    if (stays && replayContext.visited.has(target)) return
    if (stays) enter(replayContext, target, path)
    else replayContext.paths.set(inside(path, UNFOLLOWED_LINK), UNREAD)
  } else if (path.endsWith('.json')) {
    if (stays && kind === 'file') addFile(replayContext, target, path)
    else replayContext.paths.set(path, UNREAD)
  }
}

function addFile({ folder, paths, limits: { maxFiles = MAX_FILES } }: Walk, full: string, path: string): void {
  if (paths.size >= maxFiles) throw tooLarge(folder, `holds more than ${maxFiles} JSON files`)
  paths.set(path, full)
}

/** Undefined: it cannot be opened. */
function bytesOf(path: string, full: string, { maxFileBytes = MAX_FILE_BYTES }: FolderLimits): Buffer | undefined {
  try {
    const { size } = statSync(full)
    if (size > maxFileBytes) throw tooLarge(path, `is ${megabytes(size)}, more than ${megabytes(maxFileBytes)}`)
    return readFileSync(full)
  } catch (error) {
    if (error instanceof UserError) throw error
    return undefined
  }
}

const megabytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MB`

const tooLarge = (what: string, how: string): UserError =>
  new UserError(
    'snapshot/too-large',
    `\`${what}\` ${how}`,
    'give the directory of one snapshot: docs/snapshot.md shows its files',
  )

/** UTF-8, or the UTF-16 that PowerShell's `>` writes; a byte order mark is not part of the text. */
export function textOf(buffer: Buffer): string {
  if (buffer[0] === 0xff && buffer[1] === 0xfe) return new TextDecoder('utf-16le').decode(buffer)
  if (buffer[0] === 0xfe && buffer[1] === 0xff) return new TextDecoder('utf-16be').decode(buffer)
  return buffer[0] === 0xef && buffer[1] === 0xbb ? new TextDecoder().decode(buffer) : buffer.toString('utf8')
}

function rootOf(folder: string): string {
  const root = realPath(resolve(folder))
  if (root === undefined) throw noSnapshot(folder, undefined)
  if (kindOf(root) === 'folder') return root
  throw new UserError(
    'snapshot/not-found',
    `there is no snapshot in \`${folder}\`: it is a file`,
    'give the directory that holds organization.json and accounts/',
  )
}

/** Any one of the parts makes a snapshot: each of the others may be missing (docs/snapshot.md). */
const isSnapshot = (folder: string): boolean =>
  ['organization.json', 'accounts', 'meta.json'].some((part) => existsSync(join(folder, part)))

function noSnapshot(folder: string, root: string | undefined): UserError {
  const nearest = nearestSnapshot(folder, root)
  const isBegun = root !== undefined && existsSync(join(root, STAGE))
  const reason =
    root === undefined
      ? 'there is no such directory'
      : isBegun
        ? 'a run of `denytrace collect` into it has not ended'
        : 'it has neither organization.json nor accounts/'
  return new UserError(
    'snapshot/not-found',
    `there is no snapshot in \`${folder}\`: ${reason}`,
    isBegun
      ? `end it with \`denytrace collect --resume --out ${folder}\``
      : nearest === undefined
        ? 'docs/snapshot.md says which AWS CLI commands make one'
        : `did you mean \`${nearest}\`?`,
  )
}

const MAX_LOOKED_AT = 500

/** What lies inside the folder, then what lies around it. */
function nearestSnapshot(folder: string, root: string | undefined): string | undefined {
  const parent = dirname(resolve(folder))
  if (root !== undefined && isSnapshot(parent)) return parent
  const inside = root === undefined ? undefined : snapshotBelow(folder, Number.POSITIVE_INFINITY)
  // What lies far from a misspelt folder, or anywhere on the machine, is not what was meant.
  return inside ?? (dirname(parent) === parent ? undefined : snapshotBelow(parent, 2))
}

/** Breadth first, so the nearest wins; `depth` folders down at most. */
function snapshotBelow(folder: string, depth: number): string | undefined {
  const open: (readonly [folder: string, depth: number])[] = [[folder, 1]]
  for (let i = 0; i < open.length && i < MAX_LOOKED_AT; i++) {
    const [here, level] = open[i] ?? ['', 1]
    for (const entry of entriesOf(here) ?? []) {
      if (!entry.isDirectory() || entry.name.startsWith('.') || entry.name === 'node_modules') continue
      const inner = join(here, entry.name)
      if (isSnapshot(inner)) return inner
      if (i < MAX_LOOKED_AT / 10 && level < depth) open.push([inner, level + 1])
    }
  }
  return undefined
}

function entriesOf(folder: string): readonly Dirent[] | undefined {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
  } catch {
    return undefined
  }
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path)
  } catch {
    return undefined
  }
}

function kindOf(path: string): 'file' | 'folder' | undefined {
  try {
    const stat = statSync(path)
    return stat.isDirectory() ? 'folder' : stat.isFile() ? 'file' : undefined
  } catch {
    return undefined
  }
}
