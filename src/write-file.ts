import {
  closeSync,
  constants,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { makeFolder } from './make-folder.ts'

/** Of what is written for the one who runs it; whoever wants to share it says so by `chmod`, which a later run keeps. */
const OWN_FILE = 0o600
const OWN_FOLDER = 0o700

/** A file that is written beside its place: nothing is seen of it before it is whole. Errors are Node's, with their `code`. */
export interface Draft {
  readonly write: (data: string | Uint8Array) => void
  /** Puts it in its place, once the disk has it. */
  readonly keep: () => void
  /** Takes it back; what stood in its place stays. After `keep` it does nothing. */
  readonly drop: () => void
}

/** `node:crypto` brings all streams along: only what writes loads it. */
const randomName = (): string => process.getBuiltinModule('node:crypto').randomBytes(6).toString('hex')

/**
 * Begins to write a file, whose folder is there. What is no file but a pipe or a device is written straight to, as are the files of
 * this process (`/dev/stdout`). A symbolic link is refused with the code ELOOP: whoever put it there chose what is written over.
 */
export function openDraft(path: string): Draft {
  if (isOpenPlace(path)) return straight(path)
  const there = lstatSync(path, { throwIfNoEntry: false })
  if (there?.isDirectory() === true) throw fault('EISDIR', path, 'is a directory')
  const name = `.${basename(path).slice(0, 200)}.${process.pid}-${randomName()}.draft`
  const draft = join(dirname(path), name)
  const file = openSync(draft, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, modeOf(there?.mode))
  let state: 'open' | 'closed' | 'gone' = 'open'
  const close = (): void => {
    if (state !== 'open') return
    state = 'closed'
    closeSync(file)
  }
  const drop = (): void => {
    if (state === 'gone') return
    close()
    rmSync(draft, { force: true })
    state = 'gone'
  }
  const keep = (): void => {
    fsyncSync(file)
    close()
    renameSync(draft, path)
    state = 'gone'
    syncFolder(dirname(path))
  }
  return { write: (data) => guarded(() => writeAll(file, data), drop), keep: () => guarded(keep, drop), drop }
}

/** Writes a file whole or not at all. */
export function replaceFile(path: string, data: string | Uint8Array): void {
  const draft = openDraft(path)
  draft.write(data)
  draft.keep()
}

/** Moves what another writer has put beside into its place, once the disk has it: a file of DuckDB's. */
export function keepFile(draft: string, path: string): void {
  try {
    const file = openSync(draft, 'r+')
    try {
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(draft, path)
  } catch (error) {
    rmSync(draft, { force: true })
    throw error
  }
}

/**
 * From here on this process makes files and folders for its owner alone, those of native libraries too. Only the main thread can say
 * so; in others it does nothing.
 */
export function ownFilesOnly(): void {
  try {
    process.umask(0o077)
  } catch {
    // A thread: what starts it has said so already, or writes nothing.
  }
}

/**
 * Makes the folders of a relative path below a folder that is ours to write, and gives the whole path. A symbolic link on
 * the way is refused with the code ELOOP.
 */
export function placeInside(folder: string, path: string): string {
  makeFolder(folder)
  let at = folder
  for (const step of path.split('/').slice(0, -1)) {
    at = join(at, step)
    const there = lstatSync(at, { throwIfNoEntry: false })
    if (there?.isSymbolicLink() === true) throw linkFault(at)
    if (there === undefined) mkdirSync(at, { mode: OWN_FOLDER })
  }
  const place = join(folder, path)
  if (lstatSync(place, { throwIfNoEntry: false })?.isSymbolicLink() === true) throw linkFault(place)
  return place
}

/** Best effort: some file systems cannot do it, and the file itself is on the disk. */
function syncFolder(folder: string): void {
  try {
    const opened = openSync(folder, 'r')
    try {
      fsyncSync(opened)
    } finally {
      closeSync(opened)
    }
  } catch {
    // What the folder holds is then on the disk a little later.
  }
}

function straight(path: string): Draft {
  const file = openSync(path, 'w')
  let isOpen = true
  const close = (): void => {
    if (isOpen) closeSync(file)
    isOpen = false
  }
  return { write: (data) => guarded(() => writeAll(file, data), close), keep: close, drop: close }
}

/** A place that cannot be replaced, and that holds nothing to be lost. A link to a file is none. */
function isOpenPlace(path: string): boolean {
  if (/^\/(?:dev|proc)\//.test(path)) return true
  const there = lstatSync(path, { throwIfNoEntry: false })
  if (there?.isSymbolicLink() !== true) return there !== undefined && !there.isFile() && !there.isDirectory()
  const behind = statSync(path, { throwIfNoEntry: false })
  if (behind === undefined || behind.isFile() || behind.isDirectory()) throw linkFault(path)
  return true
}

const modeOf = (mode: number | undefined): number => (mode === undefined ? OWN_FILE : mode & 0o777)

function writeAll(file: number, data: string | Uint8Array): void {
  const bytes = typeof data === 'string' ? Buffer.from(data) : data
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at, bytes.length - at)
}

function guarded(work: () => void, undo: () => void): void {
  try {
    work()
  } catch (error) {
    undo()
    throw error
  }
}

const linkFault = (path: string): Error => fault('ELOOP', path, 'is a symbolic link')

const fault = (code: string, path: string, how: string): Error =>
  Object.assign(new Error(`${path} ${how}`), { code, path })
