import { runCli, exitOf } from '../../src/cli/run.ts'
import { isUserError } from '../../src/errors.ts'
import { safeLine } from '#quote/terminal.ts'
import type { How, Ran } from './run-cli.ts'

/**
 * Runs the program in this process, for tests of what it answers: each run in another takes a third of a second of a
 * processor, and more with AWS's SDK. Streams, signals, colours and `cwd` are those of run-cli.ts. `env` is for the program's
 * options and, while it runs, for the SDK.
 */
export async function denytraceInside(words: readonly string[], { stdin = '', env = {} }: How = {}): Promise<Ran> {
  const [out, err]: [string[], string[]] = [[], []]
  const before = { ...process.env }
  Object.assign(process.env, env)
  try {
    const code = await runCli(words, {
      env,
      stdin: async () => (typeof stdin === 'string' ? Buffer.from(stdin) : stdin),
      stdinIsTerminal: false,
      errIsTerminal: false,
      out: (text) => out.push(text) > 0,
      err: (text) => void err.push(text),
      outBytes: () => true,
      errBytes: () => true,
      onSignal: () => undefined,
      self: [],
      interrupted: async () => undefined,
      page: { columns: undefined, isTerminal: false, color: false },
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
    for (const name of Object.keys(env)) {
      if (before[name] === undefined) delete process.env[name]
      else process.env[name] = before[name]
    }
  }
}
