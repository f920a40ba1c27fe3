import type { Command, Option } from './command.ts'
import { COMMANDS } from './commands.ts'

const EXIT_CODES = `Exit codes
  0 good answer   1 bad answer   2 wrong usage   3 input unreadable, or no denial in it
  4 undetermined: facts are missing, and the answer says which   5 AWS not reached, or its answer
  70 our bug   130 interrupted
`

/** The commands by what they are for, in the order of the help; a test holds that each stands in one group. */
export const GROUPS: readonly (readonly [title: string, names: readonly string[]])[] = [
  ['Explain and fix a denial', ['diagnose', 'fix', 'verify', 'run', 'parse', 'guide']],
  ['Ask what policies do', ['evaluate', 'compare', 'who-can', 'what-can']],
  ['Keep it so', ['test', 'drift']],
  ['What was in force', ['collect', 'import', 'snapshot']],
  ['Every denial kept', ['ingest', 'watch', 'denials', 'regressions', 'spikes', 'replay', 'export', 'schema']],
  ['For others', ['serve', 'mcp']],
  ['This installation', ['whoami', 'doctor', 'completion']],
]

/** Shown on the page of the program; every command has its own on its page. */
const FIRST = ['diagnose', 'fix', 'test', 'ingest']

/** The page of the program: what it does, its commands, and where to go on. */
export function programHelp(): string {
  const width = Math.max(...COMMANDS.map(({ name }) => name.length))
  const lineOf = ({ name, summary }: Command): string => `  ${name.padEnd(width)}   ${summary}\n`
  const groups = GROUPS.map(([title, names]) => {
    const listed = names.flatMap((name) => COMMANDS.filter((command) => command.name === name))
    return listed.length === 0 ? '' : `${title}\n${listed.map(lineOf).join('')}\n`
  })
  const examples = FIRST.flatMap((name) => COMMANDS.find((one) => one.name === name)?.examples.slice(0, 1) ?? [])
  return `denytrace explains an AWS AccessDenied: which policy layer and statement refused, and what would refuse next.

Usage: denytrace COMMAND [options]

${groups.join('')}Examples
${examples.map(({ args, does }) => `  # ${does}\n  denytrace ${args}\n`).join('')}
Options
  --help           show this help; \`denytrace COMMAND --help\` shows a command's
  --version        show the version, and the dates of the AWS data in it

${EXIT_CODES}`
}

/** The page of one command, made from the command object. */
export function commandHelp(command: Command): string {
  const rows = Object.entries(command.options).map(([name, option]) => [optionHead(name, option), optionText(option)])
  const width = Math.max(...rows.map(([head = '']) => head.length))
  return `${command.summary}

Usage: ${['denytrace', command.name, command.operands, '[options]'].filter((word) => word !== '').join(' ')}

${examplesOf(command)}Options
${rows.map(([head = '', text = '']) => `  ${head.padEnd(width)}   ${text}\n`).join('')}
Exit code: ${command.exits}
`
}

/** A command that goes on until it is stopped has none that can be run as they stand. */
const examplesOf = ({ examples }: Command): string =>
  examples.length === 0
    ? ''
    : `Examples\n${examples.map(({ args, does }) => `  # ${does}\n  denytrace ${args}\n`).join('')}\n`

const optionHead = (name: string, option: Option): string =>
  option.value === undefined ? `--${name}` : `--${name} ${option.value}`

const optionText = (option: Option): string =>
  option.env === undefined ? option.help : `${option.help} [env ${option.env}]`
