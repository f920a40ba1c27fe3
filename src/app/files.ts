import { readFileSync, statSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { textOf } from '#collect/folder.ts'
import { UserError } from '../errors.ts'

/** Text of one input and what to call it in a message. */
export interface Input {
  readonly name: string
  readonly text: string
}

/** V8 holds strings up to about 512 MB; the readers keep the text, a cleaned copy and a squeezed one. */
const MAX_BYTES = 128 * 1024 * 1024

export type Stdin = () => Promise<Uint8Array>

/** The inputs a command reads: its files, `-` for standard input, and that alone where no file is named. */
export async function readInputs(paths: readonly string[], stdin: Stdin): Promise<readonly Input[]> {
  const inputs: Input[] = []
  for (const path of paths.length === 0 ? ['-'] : paths) inputs.push(await readInput(path, stdin))
  return inputs
}

/** One input as text. One that holds nothing is an error. */
export async function readInput(path: string, stdin: Stdin): Promise<Input> {
  const input = await readText(path, stdin)
  if (input.text.trim() !== '') return input
  throw new UserError(
    'input/empty',
    `\`${input.name}\` is empty`,
    'paste the error message, or give a file with it or with the CloudTrail event',
  )
}

/** The text of a file or of standard input: UTF-8 or UTF-16, gzip or not. */
export async function readText(path: string, stdin: Stdin): Promise<Input> {
  const name = path === '-' ? 'standard input' : path
  const bytes = path === '-' ? await stdin() : readBytes(path)
  if (bytes.length > MAX_BYTES) throw tooLarge(name)
  const text = textOf(unpacked(name, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)))
  return { name, text }
}

function readBytes(path: string): Buffer {
  try {
    const stat = statSync(path)
    if (stat.isDirectory())
      throw new UserError('input/unreadable', `\`${path}\` is a directory`, `give the files in it: \`${path}/*\``)
    if (stat.size > MAX_BYTES) throw tooLarge(path)
    return readFileSync(path)
  } catch (error) {
    if (error instanceof UserError) throw error
    throw unreadable(path, error)
  }
}

function unreadable(path: string, error: unknown): UserError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return new UserError('input/not-found', `there is no file \`${path}\``, 'give a file, or `-` for standard input')
  if (code === 'EACCES' || code === 'EPERM')
    return new UserError('input/unreadable', `\`${path}\` may not be read`, 'ask for read permission on the file')
  const reason = error instanceof Error ? error.message : String(error)
  return new UserError('input/unreadable', `\`${path}\` cannot be read: ${reason}`, 'give a readable file')
}

const tooLarge = (name: string): UserError =>
  new UserError(
    'input/too-large',
    `\`${name}\` is larger than ${MAX_BYTES / 1024 / 1024} MB`,
    'cut out the part with the denial, for example with `grep -i denied`',
  )

function unpacked(name: string, bytes: Buffer): Buffer {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_BYTES })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(name)
    throw new UserError('input/unreadable', `\`${name}\` is gzip, but broken`, 'copy the file again, whole')
  }
}
