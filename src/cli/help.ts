import { block, type Page } from '#report/page.ts'
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
  ['Query policies', ['evaluate', 'compare', 'who-can', 'what-can']],
  ['Prevent regressions', ['test', 'drift']],
  ['Policy snapshots', ['collect', 'import', 'snapshot']],
  ['Denial history', ['ingest', 'watch', 'denials', 'regressions', 'spikes', 'replay', 'export', 'schema']],
  ['Integrations', ['serve', 'mcp']],
  ['This installation', ['whoami', 'doctor', 'completion']],
]

/** Shown on the page of the program; every command has its own on its page. */
const FIRST = ['diagnose', 'fix', 'test', 'ingest']

/** The page of the program: what it does, its commands, and where to go on. */
export function programHelp(page: Page): string {
  const width = Math.max(...COMMANDS.map(({ name }) => name.length))
  const lineOf = ({ name, summary }: Command): string => row(page, name, width, summary)
  const groups = GROUPS.map(([title, names]) => {
    const listed = names.flatMap((name) => COMMANDS.filter((command) => command.name === name))
    return listed.length === 0 ? '' : `${title}\n${listed.map(lineOf).join('')}\n`
  })
  const examples = FIRST.flatMap((name) => COMMANDS.find((one) => one.name === name)?.examples.slice(0, 1) ?? [])
  return `${lines(page, 0, ABOUT)}
Usage: denytrace COMMAND [options]

${groups.join('')}Examples
${examples.map(({ args, does }) => `  # ${does}\n  denytrace ${args}\n`).join('')}
Options
  --help           show this help; \`denytrace COMMAND --help\` shows a command's
  --version        show the version, and the dates of the AWS data in it

${EXIT_CODES}`
}

/** The page of one command, made from the command object. */
export function commandHelp(command: Command, page: Page): string {
  const rows = Object.entries(command.options).map(([name, option]) => [optionHead(name, option), optionText(option)])
  const width = Math.max(...rows.map(([head = '']) => head.length))
  return `${lines(page, 0, command.summary)}
Usage: ${['denytrace', command.name, command.operands, '[options]'].filter((word) => word !== '').join(' ')}

${examplesOf(command)}Options
${rows.map(([head = '', text = '']) => row(page, head, width, text)).join('')}
${lines(page, 2, `Exit code: ${command.exits}`)}`
}

const ABOUT =
  'denytrace explains an AWS AccessDenied: which policy layer and statement denied it, and what would deny it next.'

/** Wrapped where somebody reads it in a terminal, with every word whole; a page that is piped has a line for each. */
const wrapped = (page: Page, head: string, indent: number, text: string): string =>
  `${block({ ...page, isTerminal: false }, head, indent, text).join('\n')}\n`

const lines = (page: Page, indent: number, text: string): string => wrapped(page, ' ', indent, text).trimStart()

/** A name, and beside it what it does: under it where there is no room beside. */
function row(page: Page, head: string, width: number, text: string): string {
  const indent = width + 5
  const isNarrow = page.columns !== undefined && page.columns < indent + LEAST_TEXT
  return isNarrow ? `  ${head}\n${wrapped(page, ' '.repeat(6), 6, text)}` : wrapped(page, `  ${head}`, indent, text)
}

const LEAST_TEXT = 36

/** A command that goes on until it is stopped has none that can be run as they stand. */
const examplesOf = ({ examples }: Command): string =>
  examples.length === 0
    ? ''
    : `Examples\n${examples.map(({ args, does }) => `  # ${does}\n  denytrace ${args}\n`).join('')}\n`

const optionHead = (name: string, option: Option): string =>
  option.value === undefined ? `--${name}` : `--${name} ${option.value}`

const optionText = (option: Option): string =>
  option.env === undefined ? option.help : `${option.help} [env ${option.env}]`
