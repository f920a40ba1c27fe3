import { execFile, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'

/** The AWS CLI, asked many times. */
export interface AwsCli {
  /** What it prints; its error where it does not end with 0. */
  readonly aws: (words: readonly string[]) => Promise<string>
  readonly stop: () => void
}

/**
 * Loads the AWS CLI's own code once, and runs each command in a fork of it: half a second of a processor goes into loading. A line of
 * standard input is the words and a file for standard output; a line of the answer is the exit code.
 */
const FORKS = `
import json, os, sys
from awscli import clidriver
clidriver.create_clidriver()
for line in sys.stdin:
    words, path = json.loads(line)
    child = os.fork()
    if child == 0:
        code = 255
        try:
            file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            os.dup2(file, 1)
            sys.argv = ['aws'] + words
            code = clidriver.main() or 0
            sys.stdout.flush()
            sys.stderr.flush()
        finally:
            os._exit(code)
    status = os.waitpid(child, 0)[1]
    print(os.waitstatus_to_exitcode(status), flush=True)
`

/** @param env of the commands, all that they have */
export function startAwsCli(env: NodeJS.ProcessEnv): AwsCli {
  const python = interpreterOf('aws')
  return python === undefined ? eachByItself(env) : inForks(python, env)
}

/** The Python that a script of the PATH names; undefined where the CLI is no script of one. */
function interpreterOf(program: string): string | undefined {
  const path = (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, program))
    .find((file) => existsSync(file))
  const [first = ''] = path === undefined ? [] : readFileSync(path, 'latin1').slice(0, 300).split('\n')
  return /^#!(\S*\/python3?[\d.]*)$/.exec(first)?.[1]
}

function eachByItself(env: NodeJS.ProcessEnv): AwsCli {
  const run = promisify(execFile)
  const aws = async (words: readonly string[]): Promise<string> =>
    (await run('aws', words, { env, maxBuffer: 64 * 1024 * 1024 })).stdout
  return { aws, stop: () => undefined }
}

function inForks(python: string, env: NodeJS.ProcessEnv): AwsCli {
  const folder = mkdtempSync(join(tmpdir(), 'denytrace-aws-cli-'))
  const child = spawn(python, ['-c', FORKS], { env, stdio: ['pipe', 'pipe', 'inherit'] })
  const waiting: ((code: string | undefined) => void)[] = []
  createInterface({ input: child.stdout }).on('line', (code) => waiting.shift()?.(code))
  child.on('close', () => waiting.splice(0).forEach((settle) => settle(undefined)))
  // One that has ended says so to all that wait for it.
  child.stdin.on('error', () => undefined)
  let asked = 0
  const aws = async (words: readonly string[]): Promise<string> => {
    const path = join(folder, String((asked += 1)))
    const code = await new Promise<string | undefined>((settle) => {
      waiting.push(settle)
      child.stdin.write(`${JSON.stringify([words, path])}\n`)
    })
    if (code !== '0') throw new Error(`aws ${words.join(' ')} ended with ${code ?? 'nothing'}`)
    return readFileSync(path, 'utf8')
  }
  const stop = (): void => {
    child.kill()
    rmSync(folder, { recursive: true, force: true })
  }
  return { aws, stop }
}
