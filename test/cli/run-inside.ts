import { runCli, exitOf } from '../../src/cli/run.ts'
import { isUserError } from '../../src/errors.ts'
import { safeLine } from '#quote/terminal.ts'
import type { How, Ran } from './run-cli.ts'

let running = 0
let elsewhere = false

/**
 * Runs the program in this process, for tests of what it answers: each run in another takes a third of a second of a
 * processor, and more with AWS's SDK. Streams, signals and colours are those of run-cli.ts. `env` is for the program's options
 * and, while it runs, for the SDK; `cwd` is that of the whole process, so that one run at a time may have one.
 */
export async function denytraceInside(words: readonly string[], how: How = {}): Promise<Ran> {
  const { stdin = '', env = {}, cwd } = how
  if (elsewhere || (cwd !== undefined && running > 0)) throw new Error('a run in another folder runs alone')
  const [out, err]: [string[], string[]] = [[], []]
  const before = { ...process.env }
  const folder = process.cwd()
  running++
  elsewhere = cwd !== undefined
  if (cwd !== undefined) process.chdir(cwd)
  Object.assign(process.env, env)
  try {
    const code = await runCli(words, {
      env,
      stdin: async () => (typeof stdin === 'string' ? Buffer.from(stdin) : stdin),
      stdinIsTerminal: false,
      errIsTerminal: false,
      out: (text) => out.push(text) > 0,
      err: (text) => void err.push(text),
      outBytes: (bytes) => out.push(Buffer.from(bytes).toString('utf8')) > 0,
      errBytes: (bytes) => err.push(Buffer.from(bytes).toString('utf8')) > 0,
      onSignal: () => undefined,
      self: [],
      interrupted: async () => undefined,
      page: {
        columns: env['COLUMNS'] === undefined ? undefined : Number(env['COLUMNS']),
        isTerminal: false,
        color: false,
      },
    })
    return { code, out: out.join(''), err: err.join('') }
  } catch (error) {
    if (!isUserError(error)) throw error
    return {
      code: exitOf(error),
      out: out.join(''),
      err: `${err.join('')}${error.code}: ${safeLine(error.message)}\nhint: ${safeLine(error.hint)}\n`,
    }
  } finally {
    running--
    if (cwd !== undefined) process.chdir(folder)
    elsewhere = false
    for (const name of Object.keys(env)) {
      if (before[name] === undefined) delete process.env[name]
      else process.env[name] = before[name]
    }
  }
}
