import { runCli, exitOf } from '../../src/cli/run.ts'
import { isUserError } from '../../src/errors.ts'
import type { How, Ran } from './run-cli.ts'

/**
 * Runs the program in this process: for tests of many runs that would each load AWS's SDK. `env` is for the program's
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
      out: (text) => void out.push(text),
      err: (text) => void err.push(text),
      outBytes: () => undefined,
      errBytes: () => undefined,
      keepOnInterrupt: () => undefined,
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
      err: `${err.join('')}${error.code}: ${error.message}\nhint: ${error.hint}\n`,
    }
  } finally {
    for (const name of Object.keys(env)) {
      if (before[name] === undefined) delete process.env[name]
      else process.env[name] = before[name]
    }
  }
}
