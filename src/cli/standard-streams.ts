import { fstatSync, statSync, writeSync } from 'node:fs'

/**
 * The standard streams by their descriptors. Node's own objects for them load its streams, sockets and terminals, a
 * tenth of a short run; most runs write to a pipe or a file and read nothing.
 */
const DESCRIPTORS = { stdin: 0, stdout: 1, stderr: 2 } as const

type Name = keyof typeof DESCRIPTORS

/** Whether a standard stream is a terminal. Only a character device can be one, and of those not the empty device. */
export function isTerminal(name: Name): boolean {
  try {
    const found = fstatSync(DESCRIPTORS[name])
    if (!found.isCharacterDevice() || found.rdev === statSync('/dev/null').rdev) return false
  } catch {
    // Closed, or a platform without such files: Node's own answer counts.
  }
  return process[name].isTTY === true
}

/**
 * Writes to a standard stream, whole and at once, as Node does for files, pipes and terminals. A pipe that another
 * program set to not block is left to Node's stream from the first write that it refuses. `onFault` is called where
 * nothing can be written, and whatever called us is not to go on. Returns whether anyone still reads: once the reader has
 * gone (`| head`), output is dropped, and the command goes on to the exit code of its answer.
 */
export function writer(name: 'stdout' | 'stderr', onFault: (error: unknown) => void): Writer {
  let stream: NodeJS.WriteStream | undefined
  let isRead = true
  const failed = (error: unknown): void => {
    if (!isRead) return
    if (codeOf(error) === 'EPIPE') isRead = false
    else onFault(error)
  }
  const write = (data: string | Uint8Array): boolean => {
    if (!isRead) return false
    const rest = stream === undefined ? unwritten(DESCRIPTORS[name], data, failed) : data
    if (rest.length > 0) {
      stream ??= process[name].on('error', failed)
      stream.write(rest)
    }
    return isRead
  }
  return Object.assign(write, { isFlushed: () => stream === undefined || stream.writableLength === 0 })
}

type Writer = ((data: string | Uint8Array) => boolean) & {
  /** Whether nothing that was written is waiting for a slow reader. */
  readonly isFlushed: () => boolean
}

/** What a write that would have to wait leaves over; nothing is left of what cannot be written. */
function unwritten(descriptor: number, data: string | Uint8Array, failed: (error: unknown) => void): Uint8Array {
  let rest = typeof data === 'string' ? Buffer.from(data) : data
  try {
    while (rest.length > 0) rest = rest.subarray(writeSync(descriptor, rest))
  } catch (error) {
    if (codeOf(error) === 'EAGAIN') return rest
    failed(error)
  }
  return new Uint8Array()
}

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined)
