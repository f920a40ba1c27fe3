import {
  closeSync,
  createReadStream,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  type Stats,
  statSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { maxInflated, RAISE_INFLATED } from '#ingest/max-inflated.ts'
import { UserError } from '../errors.ts'
import { makeFolder } from '../make-folder.ts'
import { type Draft, openDraft, placeInside, replaceFile } from '../write-file.ts'
import { textChunks } from './text-chunks.ts'

/** Text of one input and what to call it in a message. */
export interface Input {
  readonly name: string
  readonly text: string
}

/** An input that is read when it is asked for. */
export interface OpenInput {
  readonly name: string
  /** In bytes; left out where it is not known before the end, as of what is packed or comes through a pipe. */
  readonly size?: number
  /** Its text in parts, as they come. */
  readonly chunks: () => AsyncIterable<string>
}

/** V8 holds strings up to about 512 MB: what must be read whole, a scenario or a policy, is never near this. */
const MAX_CHARACTERS = 128 * 1024 * 1024

/** Standard input, whole or as it comes. */
export type Stdin = () => Promise<Uint8Array> | AsyncIterable<Uint8Array>

/** The inputs a command reads: its files, `-` for standard input, and that alone where no file is named. */
export const openInputs = (paths: readonly string[], stdin: Stdin): readonly OpenInput[] =>
  (paths.length === 0 ? ['-'] : paths).map((path) => ({
    name: nameOf(path),
    ...sizeKnown(path),
    chunks: () => chunksOf(path, stdin),
  }))

function sizeKnown(path: string): { readonly size?: number } {
  const size = path === '-' || path.endsWith('.gz') ? undefined : sizeOfFile(path)
  return size === undefined ? {} : { size }
}

const nameOf = (path: string): string => (path === '-' ? 'standard input' : path)

/** Input as text. An input that holds nothing is an error; `hint` says what to give. */
export async function readInput(path: string, stdin: Stdin, hint: string): Promise<Input> {
  const input = await readText(path, stdin)
  if (input.text.trim() !== '') return input
  throw empty(input.name, hint)
}

/** Where a denial is looked for. */
export const PASTE_HINT = 'paste the error message, or give a file with it or with the CloudTrail event'

export const empty = (name: string, hint: string): UserError =>
  new UserError('input/empty', `\`${name}\` is empty`, hint)

/** The text of a file or of standard input: UTF-8 or UTF-16, gzip or not. */
export async function readText(path: string, stdin: Stdin): Promise<Input> {
  const name = nameOf(path)
  const parts: string[] = []
  let length = 0
  for await (const part of chunksOf(path, stdin)) {
    parts.push(part)
    length += part.length
    if (length > MAX_CHARACTERS)
      throw tooLarge(
        `\`${name}\` is larger than ${MAX_CHARACTERS / 1024 / 1024} MB`,
        'what is read whole, such as a scenario or a policy, is never near that size: give the right file',
      )
  }
  return { name, text: parts.join('') }
}

/** Undefined: there is nothing, or nothing that can be looked at, such as a link in a circle. Who reads it says why. */
function statusOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch {
    return undefined
  }
}

export const isFolder = (path: string): boolean => statusOf(path)?.isDirectory() === true

/** The size of a regular file in bytes; undefined where there is none, or it is no file. */
export function sizeOfFile(path: string): number | undefined {
  const found = statusOf(path)
  return found?.isFile() === true ? found.size : undefined
}

/** The paths of the files in a folder whose names end with `.json`, sorted. */
export const jsonFilesIn = (folder: string): readonly string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .toSorted()
    .map((name) => join(folder, name))

export const isThere = (path: string): boolean => statusOf(path) !== undefined

/** The text of an input in parts; a file that cannot be read is the user's error. */
async function* chunksOf(path: string, stdin: Stdin): AsyncGenerator<string, undefined> {
  const name = nameOf(path)
  const bytes = path === '-' ? endingBytes(bytesOf(stdin()), name) : fileBytes(path)
  try {
    yield* textChunks(unpacked(bytes, name))
  } catch (error) {
    if (error instanceof UserError) throw error
    if (isGzipFault(error))
      throw new UserError('input/unreadable', `\`${name}\` is gzip, but broken`, 'copy the file again, whole')
    throw path === '-' ? error : unreadable(path, error)
  }
}

async function* bytesOf(
  source: Promise<Uint8Array> | AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, undefined> {
  if (Symbol.asyncIterator in source) yield* source
  else yield await source
}

function fileBytes(path: string): AsyncIterable<Uint8Array> {
  try {
    const found = statSync(path)
    if (found.isDirectory())
      throw new UserError('input/unreadable', `\`${path}\` is a directory`, `give the files in it: \`${path}/*\``)
    // Loading Node's streams takes longer than reading an event. A pipe must not block, so it is read as a stream.
    if (found.isFile()) return blocksOf(path, Math.min(READ_AT_ONCE, found.size + 1))
    if (!isStream(path, found)) throw special(path, found)
  } catch (error) {
    if (error instanceof UserError) throw error
    throw unreadable(path, error)
  }
  return endingBytes(createReadStream(path, { highWaterMark: READ_AT_ONCE }), path)
}

/**
 * Whether a path that is no file may be read: a descriptor of this process, as `<(command)` is, a terminal, and the empty
 * device. Other pipes wait for a writer that may never come, and other devices never end.
 */
function isStream(path: string, found: Stats): boolean {
  const isDescriptor = /^\/(?:dev\/(?:stdin|fd\/\d{1,9})|proc\/(?:self|\d{1,9})\/fd\/\d{1,9})$/.test(path)
  if (found.isFIFO() || found.isSocket()) return isDescriptor
  if (!found.isCharacterDevice()) return false
  return isDescriptor || path === '/dev/tty' || found.rdev === statusOf('/dev/null')?.rdev
}

function special(path: string, found: Stats): UserError {
  const what = found.isFIFO() ? 'a named pipe' : found.isSocket() ? 'a socket' : 'a device'
  return new UserError(
    'input/unreadable',
    `\`${path}\` is ${what}, not a file`,
    'give a file, or pipe the text in and give `-` for standard input',
  )
}

/** More than any log that is piped in: what does not end before is no text. */
const MAX_STREAM = 4 * 1024 * 1024 * 1024

/** The bytes of a stream, which may have no end. */
export const endingBytes = (
  bytes: AsyncIterable<Uint8Array>,
  name: string,
  most = MAX_STREAM,
): AsyncGenerator<Uint8Array, undefined> =>
  atMost(bytes, most, (size) =>
    tooLarge(`\`${name}\` does not end after ${size}`, 'give the file itself: a file may have any size'),
  )

const tooLarge = (problem: string, hint: string): UserError => new UserError('input/too-large', problem, hint)

/** @throws what `fault` makes of the bound, as in `512 MB`, where there are more bytes */
async function* atMost(
  bytes: AsyncIterable<Uint8Array>,
  most: number,
  fault: (size: string) => UserError,
): AsyncGenerator<Uint8Array, undefined> {
  let length = 0
  for await (const part of bytes) {
    length += part.length
    if (length > most) throw fault(`${most / 1024 / 1024} MB`)
    yield part
  }
  return undefined
}

async function* blocksOf(path: string, blockBytes: number): AsyncGenerator<Uint8Array, undefined> {
  const file = openSync(path, 'r')
  try {
    for (;;) {
      const block = Buffer.allocUnsafe(blockBytes)
      const length = readSync(file, block, 0, block.length, null)
      if (length === 0) return undefined
      yield block.subarray(0, length)
    }
  } finally {
    closeSync(file)
  }
}

const READ_AT_ONCE = 1024 * 1024

/** Undoes gzip, of one or several members, by the first two bytes. */
async function* unpacked(bytes: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Uint8Array, undefined> {
  const iterator = bytes[Symbol.asyncIterator]()
  let head = Buffer.alloc(0)
  let isDone = false
  while (!isDone && head.length < 2) {
    const { value, done } = await iterator.next()
    if (done === true) isDone = true
    else head = Buffer.concat([head, value])
  }
  const all = rest(head, iterator, isDone)
  if (head[0] !== 0x1f || head[1] !== 0x8b) return yield* all
  const [{ Readable }, { createGunzip }] = await Promise.all([import('node:stream'), import('node:zlib')])
  yield* bounded(Readable.from(all, { objectMode: true }).pipe(createGunzip()) as AsyncIterable<Uint8Array>, name)
  return undefined
}

/** A few kilobytes of gzip can be gigabytes of text, each of which costs as much as one that means something. */
const bounded = (bytes: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Uint8Array, undefined> =>
  atMost(bytes, maxInflated(), (size) =>
    tooLarge(
      `\`${name}\` inflates to more than ${size}`,
      `${RAISE_INFLATED}, or inflate it yourself: text has no such bound`,
    ),
  )

async function* rest(
  head: Uint8Array,
  iterator: AsyncIterator<Uint8Array>,
  isDone: boolean,
): AsyncGenerator<Uint8Array, undefined> {
  if (head.length > 0) yield head
  for (let ended = isDone; !ended; ) {
    const { value, done } = await iterator.next()
    ended = done === true
    if (!ended) yield value
  }
  return undefined
}

const isGzipFault = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('Z_')

function unreadable(path: string, error: unknown): UserError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return new UserError('input/not-found', `there is no file \`${path}\``, 'give a file, or `-` for standard input')
  if (code === 'EACCES' || code === 'EPERM')
    return new UserError('input/unreadable', `\`${path}\` may not be read`, 'ask for read permission on the file')
  if (code === 'ELOOP')
    return new UserError(
      'input/unreadable',
      `\`${path}\` is a symbolic link that leads back to itself`,
      'give the file itself',
    )
  const reason = error instanceof Error ? error.message : String(error)
  return new UserError('input/unreadable', `\`${path}\` cannot be read: ${reason}`, 'give a readable file')
}

/** Writes an output file whole or not at all; one that cannot be written is the user's to mend. */
export const writeText = (path: string, text: string): void => writing(path, () => replaceFile(path, text))

/**
 * Writes a file in parts, each as it comes: all of them together may be longer than a text can be. Nothing is seen of the file
 * before the last: what stood there is worth more than the start of an answer that never came whole.
 */
export async function writeParts(path: string, parts: AsyncIterable<string>): Promise<void> {
  let draft: Draft | undefined
  try {
    for await (const part of parts) {
      const to = (draft ??= writing(path, () => openDraft(path)))
      writing(path, () => to.write(part))
    }
    const whole = (draft ??= writing(path, () => openDraft(path)))
    writing(path, () => whole.keep())
  } finally {
    draft?.drop()
  }
}

/** Does what writes below a path. */
function writing<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw notWritten(path, error)
  }
}

export function notWritten(path: string, error: unknown): UserError {
  const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error)
  if (reason === 'ELOOP') return throughLink(error instanceof Error && 'path' in error ? String(error.path) : path)
  return new UserError(
    'output/not-written',
    `\`${path}\` cannot be written: ${reason}`,
    /ENOSPC|EDQUOT|EFBIG|No space left|File too large/.test(reason)
      ? 'make room on the disk'
      : 'name a file in a folder that you may write to',
  )
}

const throughLink = (path: string): UserError =>
  new UserError(
    'output/not-written',
    `\`${path}\` is a symbolic link, and links are not followed`,
    'remove the link, or name the file that it leads to',
  )

/** Files that come with the program, by name; undefined where there is no such folder. */
export function shippedTexts(folder: URL): ReadonlyMap<string, string> | undefined {
  const path = fileURLToPath(folder)
  if (!isFolder(path)) return undefined
  const names = readdirSync(path).filter((name) => name.endsWith('.md'))
  return new Map(names.toSorted().map((name) => [name, readFileSync(join(path, name), 'utf8')]))
}

/** Writes files into a folder, which is made where it is not there, and through no link in it. */
export function writeTexts(folder: string, files: ReadonlyMap<string, string>): void {
  try {
    makeFolder(folder)
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    throw new UserError(
      'output/not-written',
      `\`${folder}\` cannot be made: ${why}`,
      'name a folder that you may write to',
    )
  }
  for (const [name, text] of files) writeInside(folder, name, text)
}

const writeInside = (folder: string, name: string, text: string): void =>
  writing(join(folder, name), () => replaceFile(placeInside(folder, name), text))

/**
 * Writes files by name into a folder, and nothing that is there is written over: of files that differ from what is to be
 * written none is written. All stand in their place, or what could not be written says so.
 */
export function writeNewTexts(folder: string, files: ReadonlyMap<string, string>): void {
  for (const [name, text] of files) {
    const path = writing(join(folder, name), () => placeToWrite(folder, name))
    if (path !== undefined && !holds(path, text))
      throw new UserError(
        'output/not-written',
        `\`${path}\` is there already, and holds something else`,
        'name another directory, or remove what is there: nothing is written over',
      )
  }
  writeTexts(folder, files)
}

/** Undefined: nothing is there yet. Nothing is made. */
function placeToWrite(folder: string, name: string): string | undefined {
  if (!isFolder(folder)) return undefined
  const above = dirname(join(folder, name))
  if (!isThere(above)) return undefined
  const path = placeInside(folder, name)
  return isThere(path) ? path : undefined
}

function holds(path: string, text: string): boolean {
  try {
    return readFileSync(path, 'utf8') === text
  } catch {
    return false
  }
}
