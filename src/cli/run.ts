import { UserError } from '../errors.ts'
import { readArguments } from './arguments.ts'
import { EXIT, type Io } from './command.ts'
import { COMMANDS } from './commands.ts'
import { commandHelp, programHelp } from './help.ts'
import { nearest } from './nearest.ts'

/** Runs the program on its words (without `node` and the script's name) and gives the exit code. */
export async function runCli(words: readonly string[], io: Io): Promise<number> {
  const [first, ...rest] = words
  if (first === undefined || first === '--help' || first === '-h') return show(programHelp(io.page), io)
  if (first === 'help') return show(helpOn(rest, io), io)
  if (first === '--version' || first === '-V' || first === 'version') {
    const { versionText } = await import('./version.ts')
    return show(versionText(rest), io)
  }
  const found = COMMANDS.find(({ name }) => name === first)
  if (found === undefined) throw unknown(first)
  // Help is asked for where something else is wrong, too.
  const end = rest.indexOf('--')
  const options = end < 0 ? rest : rest.slice(0, end)
  if (options.some((word) => ['--help', '-h', '--help=all'].includes(word)))
    return show(commandHelp(found, io.page, asksForAll(options)), io)
  const read = readArguments(found, rest, io.env) as never
  if (io.env['DENYTRACE_FACTS'] !== undefined) await (await import('#app/newer-facts.ts')).loadNewerFacts(io.env)
  const code = await found.run(read, io, COMMANDS)
  // A person reads it; a script compares what is printed, which must not change with the day.
  const note = io.errIsTerminal ? (await import('#app/data-versions.ts')).staleDataNote(Date.now()) : undefined
  if (note !== undefined) io.err(`note: ${note}\n`)
  return code
}

function show(text: string, io: Io): number {
  io.out(text)
  return EXIT.ok
}

/** `--help all`, `--help=all` and `help COMMAND all` show every option. */
const asksForAll = (words: readonly string[]): boolean =>
  words.includes('--help=all') || words[words.findIndex((word) => word === '--help' || word === '-h') + 1] === 'all'

function helpOn([name, ...more]: readonly string[], { page }: Io): string {
  if (name === undefined) return programHelp(page)
  const found = COMMANDS.find((command) => command.name === name)
  if (found === undefined) throw unknown(name)
  return commandHelp(found, page, more[0] === 'all')
}

function unknown(word: string): UserError {
  if (word.startsWith('-')) {
    const near = nearest(word.replace('--', ''), ['help', 'version'])
    const hint = near === undefined ? 'the command comes first: see `denytrace --help`' : `did you mean \`--${near}\`?`
    return new UserError('usage/unknown-option', `there is no option \`${word}\` before a command`, hint)
  }
  const near = nearest(word, [...COMMANDS.map(({ name }) => name), 'help', 'version'])
  return new UserError(
    'usage/unknown-command',
    `there is no command \`${word}\``,
    near === undefined ? 'see `denytrace --help`' : `did you mean \`${near}\`?`,
  )
}

/** The exit code of an error that the user can fix. */
export const exitOf = (error: UserError): number =>
  EXITS[error.code] ?? EXITS[error.code.slice(0, error.code.indexOf('/'))] ?? EXIT.unreadable

/** By the code or its topic. */
const EXITS: Readonly<Record<string, number>> = {
  usage: EXIT.usage,
  internal: EXIT.bug,
  aws: EXIT.aws,
  'run/not-executable': EXIT.notExecutable,
  run: EXIT.notFound,
}
