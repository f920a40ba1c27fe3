import { spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
export const EXAMPLE = 'examples/kms-behind-s3'

export interface Ran {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

export interface How {
  readonly stdin?: string | Uint8Array
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
}

const FROM_SOURCES: readonly string[] = ['--conditions=denytrace-src', '--import', import.meta.resolve('tsx')]

const IS_BUILT = process.env['TEST_AS_BUILT'] === '1'

/** The program and its first arguments: as built where `npm test` has just built it, else from its sources. */
export const PROGRAM: readonly [string, ...string[]] = IS_BUILT
  ? [process.execPath, join(ROOT, 'dist', 'cli', 'main.js')]
  : [process.execPath, ...FROM_SOURCES, join(ROOT, 'src', 'cli', 'main.ts')]

/**
 * What Node is started with for a program of test/ that a test starts: as `npm test` compiled it, else from its source.
 *
 * @param file its path from the root, one of STARTED in scripts/build-tests.mjs
 */
export const startedFile = (file: string): readonly string[] =>
  IS_BUILT
    ? [join(ROOT, '.built-tests', 'started', file.replace(/\.ts$/, '.mjs'))]
    : [...FROM_SOURCES, join(ROOT, file)]

/** Runs the program as a user does: another process, with nothing of ours in the environment. */
export function denytrace(args: readonly string[], { stdin = '', env = {}, cwd = ROOT }: How = {}): Promise<Ran> {
  const clean = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(?:DENYTRACE_|NO_COLOR|FORCE_COLOR|COLUMNS|CLICOLOR|NODE_)/.test(name),
    ),
  )
  const [program, ...first] = PROGRAM
  const child = spawn(program, [...first, ...args], {
    cwd,
    env: { ...clean, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const out: Buffer[] = []
  const err: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
  // A program that answers without reading its input closes the pipe.
  child.stdin.on('error', () => undefined)
  child.stdin.end(stdin)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) =>
      resolve({ code, out: Buffer.concat(out).toString('utf8'), err: Buffer.concat(err).toString('utf8') }),
    )
  })
}

/** The parsed lines of a JSON Lines answer. */
export const linesOf = (text: string): Record<string, unknown>[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
