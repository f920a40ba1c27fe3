import { spawn } from 'node:child_process'
import { constants, setPriority } from 'node:os'
import type { Readable } from 'node:stream'
import { UserError } from '../errors.ts'
import { isThere } from './files.ts'

/** The output of a command, and how it ended. */
export interface Ended {
  /** Its exit code; ended by a signal: 128 and the signal's number, as a shell says it. */
  readonly code: number
  /** The end of what it wrote to each of the two, as text. */
  readonly stdout: string
  readonly stderr: string
}

/** Each returns false once nobody reads any more. */
interface Sinks {
  readonly out: (chunk: Uint8Array) => boolean
  readonly err: (chunk: Uint8Array) => boolean
}

/** A denial stands near the end of what a failed command prints; the rest of a long log is not kept. */
const KEPT_BYTES = 4 * 1024 * 1024

/** Environment of the user's command, as this program got it: what it sets for AWS's SDK later is not the command's. */
const ENVIRONMENT = { ...process.env }

interface Child {
  readonly kill: (signal: NodeJS.Signals) => void
  readonly ended: Promise<Ended>
}

/**
 * Runs the user's command with its environment and standard input; what it writes goes on at once and unchanged. Nothing
 * goes through a shell.
 */
export function startChild(words: readonly string[], sinks: Sinks): Child {
  const [program = '', ...args] = words
  const child = spawned(program, args)
  const out = tail()
  const err = tail()
  passOn(child.stdout, sinks.out, out.add)
  passOn(child.stderr, sinks.err, err.add)
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', (error: NodeJS.ErrnoException) => reject(notStarted(program, error)))
    child.on('close', (code, signal) =>
      resolve({
        code: code ?? 128 + (signal === null ? 0 : constants.signals[signal]),
        stdout: out.text(),
        stderr: err.text(),
      }),
    )
  })
  return { kill: (signal) => void child.kill(signal), ended }
}

/** Node reports some faults by an event, and throws others. */
function spawned(program: string, args: readonly string[]) {
  try {
    return spawn(program, args, { stdio: ['inherit', 'pipe', 'pipe'], env: ENVIRONMENT })
  } catch (error) {
    throw notStarted(program, error as NodeJS.ErrnoException)
  }
}

/** Once nobody reads any more, the command's pipe is closed too, so that the command notices as it would without us. */
function passOn(stream: Readable, sink: Sinks['out'], keep: (chunk: Buffer) => void): void {
  stream.on('data', (chunk: Buffer) => {
    keep(chunk)
    if (!sink(chunk)) stream.destroy()
  })
}

function tail(): { readonly add: (chunk: Buffer) => void; readonly text: () => string } {
  let chunks: Buffer[] = []
  let bytes = 0
  return {
    add: (chunk) => {
      chunks.push(chunk)
      bytes += chunk.length
      if (bytes <= 2 * KEPT_BYTES) return
      chunks = [Buffer.concat(chunks).subarray(-KEPT_BYTES)]
      bytes = KEPT_BYTES
    },
    text: () => Buffer.concat(chunks).toString('utf8'),
  }
}

/** A shell tells what is not there from what cannot be executed, such as a script whose interpreter is missing. */
function notStarted(program: string, error: NodeJS.ErrnoException): UserError {
  const why = `\`${program}\` could not be started: ${error.code ?? error.message}`
  const isMissing = program === '' || (error.code === 'ENOENT' && !(program.includes('/') && isThere(program)))
  return isMissing
    ? new UserError('run/not-started', why, 'check its name and your PATH')
    : new UserError(
        'run/not-executable',
        why,
        'check that you may execute it, and that the interpreter in its first line is there',
      )
}

/** A partial clone would fetch what it lacks. */
const NO_NETWORK = { GIT_NO_LAZY_FETCH: '1', GIT_TERMINAL_PROMPT: '0' }
const MAX_GIT_BYTES = 1024 * 1024 * 1024

/**
 * Output of `git` for arguments of ours; undefined where it says no. It is asked for objects only, which needs no network,
 * runs no hook, filter or pager, and writes nothing.
 */
export function git(args: readonly string[], input = ''): Promise<Buffer | undefined> {
  const child = spawn('git', ['--no-pager', ...args], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { ...process.env, ...NO_NETWORK },
  })
  const chunks: Buffer[] = []
  let bytes = 0
  child.stdout.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes > MAX_GIT_BYTES) child.kill()
  })
  // A git that says no does not read what it is given.
  child.stdin.on('error', () => undefined)
  child.stdin.end(input)
  return new Promise((resolve, reject) => {
    child.on('error', (error: NodeJS.ErrnoException) => reject(notStarted('git', error)))
    child.on('close', (code) => resolve(code === 0 ? Buffer.concat(chunks) : undefined))
  })
}

/** A report of this program is never near this. */
const MAX_REPORT_BYTES = 128 * 1024 * 1024

/**
 * Runs a command of this program as a process of its own, below the others in priority, and gives all that it prints; it is
 * ended when it takes longer, or prints more, than it may.
 */
export function runSelf(words: readonly string[], timeoutSeconds: number, signal: AbortSignal): Promise<Ended> {
  const [program = '', ...args] = words
  const timeout = timeoutSeconds * 1000
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout, signal, killSignal: 'SIGKILL' })
  const out: Buffer[] = []
  const err = tail()
  let bytes = 0
  child.stdout.on('data', (chunk: Buffer) => {
    out.push(chunk)
    bytes += chunk.length
    if (bytes > MAX_REPORT_BYTES) child.kill('SIGKILL')
  })
  child.stderr.on('data', (chunk: Buffer) => err.add(chunk))
  if (child.pid !== undefined) lower(child.pid)
  return new Promise((resolve, reject) => {
    child.on('error', (error: NodeJS.ErrnoException) => reject(notStarted(program, error)))
    child.on('close', (code) =>
      resolve({ code: code ?? 137, stdout: Buffer.concat(out).toString('utf8'), stderr: err.text() }),
    )
  })
}

function lower(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL)
  } catch {
    // It is gone already, or the system knows no priorities.
  }
}
