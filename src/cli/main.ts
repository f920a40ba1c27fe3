import { constants } from 'node:os'
import { UserError } from '../errors.ts'
import { EXIT, type Io } from './command.ts'
import { exitOf, runCli } from './run.ts'
import { isTerminal, writer } from './standard-streams.ts'
import type { Page } from '#report/page.ts'
import { safeLine } from '#quote/terminal.ts'

const { argv, env } = process
const words = argv.slice(2)
const isDebug = words.includes('--debug') || isSet(env['DENYTRACE_DEBUG'])
// Of what cannot be told to anybody the exit code is left.
const err = writer('stderr', () => undefined)
const out = writer('stdout', (error) => process.exit(tell(outputFault(error))))
const outIsTerminal = isTerminal('stdout')

const onInterrupt = (): void => process.exit(EXIT.interrupted)
process.on('SIGINT', onInterrupt)
// By itself Node opens a debugger that every user of the machine can reach.
const onUser1 = (): void => process.exit(128 + constants.signals.SIGUSR1)
process.on('SIGUSR1', onUser1)

/** The signals that end a program and that it may catch. */
const END_SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2']

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== '0'
}

/** https://no-color.org: set and not empty, whatever the value. */
function wantsColor(): boolean {
  if (env['NO_COLOR'] !== undefined && env['NO_COLOR'] !== '') return false
  if (isSet(env['FORCE_COLOR']) || isSet(env['CLICOLOR_FORCE'])) return true
  return outIsTerminal && env['TERM'] !== 'dumb' && env['CLICOLOR'] !== '0'
}

function page(): Page {
  const said = Number(env['COLUMNS'])
  const columns = Number.isInteger(said) && said > 0 ? said : outIsTerminal ? process.stdout.columns : undefined
  return {
    columns: columns === undefined ? undefined : Math.max(40, columns),
    isTerminal: outIsTerminal,
    color: wantsColor(),
  }
}

const io: Io = {
  env,
  stdin: () => process.stdin as AsyncIterable<Buffer>,
  stdinIsTerminal: isTerminal('stdin'),
  errIsTerminal: isTerminal('stderr'),
  out,
  err,
  outBytes: out,
  errBytes: err,
  onSignal: (listener) => {
    for (const signal of END_SIGNALS)
      process.on(signal, () => {
        const code = listener(signal)
        if (code !== undefined) process.exit(code)
      })
    process.off('SIGINT', onInterrupt).off('SIGUSR1', onUser1)
  },
  self: [process.execPath, ...process.execArgv, argv[1] ?? ''],
  interrupted: () =>
    new Promise((resolve) => {
      process.off('SIGINT', onInterrupt)
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
    }),
  page: page(),
}

const outputFault = (error: unknown): UserError =>
  new UserError(
    'output/not-written',
    `standard output cannot be written: ${error instanceof Error && 'code' in error ? String(error.code) : String(error)}`,
    'make room where it goes to, or send it to another place',
  )

function tell(error: unknown): number {
  const known = error instanceof UserError
  const fault = known
    ? error
    : new UserError(
        'internal/bug',
        `this is our fault: ${error instanceof Error ? error.message : String(error)}`,
        isDebug ? 'please report it with the stack above' : 'run it again with `--debug` and report the stack',
      )
  if (!known && isDebug && error instanceof Error) err(`${error.stack ?? ''}\n`)
  err(`${fault.code}: ${safeLine(fault.message)}\nhint: ${safeLine(fault.hint)}\n`)
  return known ? exitOf(error) : EXIT.bug
}

/** Not at the top level: the built program is a script, which cannot await there. */
async function main(): Promise<void> {
  try {
    process.exitCode = await runCli(words, io)
  } catch (error) {
    process.exitCode = tell(error)
  }
  // Taking the heap apart costs a tenth of a short run, and the operating system does it anyway.
  if (out.isFlushed() && err.isFlushed()) process.exit()
}

void main()
