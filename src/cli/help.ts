import { block, type Page } from '#report/page.ts'
import { type Command, type Example, type Option, OPTION_GROUPS } from './command.ts'
import { COMMANDS } from './commands.ts'

const EXIT_CODES = `Exit codes
  0 good answer   1 bad answer   2 wrong usage   3 unreadable, or no denial
  4 undetermined: the answer says what is missing   5 AWS call failed
  70 our bug   130 interrupted
`

/** The commands by what they are for, in the order of the help; a test checks that each is in one group. */
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
${examples.map(exampleText).join('')}
Options
  --help           show this help; \`denytrace COMMAND --help\`: a command's
  --version        show the version, and the dates of the AWS data in it

${EXIT_CODES}`
}

/** From this many options on, the help has groups and leaves out the advanced ones. */
const MANY = 21

/** The page of one command, made from the command object; `showsAll`: with the advanced options, as `--help all` does. */
export function commandHelp(command: Command, page: Page, showsAll = false): string {
  const usage = ['denytrace', command.name, command.operands, '[options]'].filter((word) => word !== '').join(' ')
  const all = Object.entries(command.options)
  const isLong = all.length >= MANY
  const isBrief = isLong && !showsAll
  const listed = isBrief ? all.filter(([, { isAdvanced }]) => isAdvanced !== true) : all
  const groups = isLong ? grouped(listed) : ([['Options', listed]] as const)
  const width = Math.max(...listed.map(([name, option]) => optionHead(name, option).length))
  const shown = groups.map(
    ([title, options]) =>
      `${title}\n${options.map(([name, option]) => row(page, optionHead(name, option), width, optionText(option, isBrief))).join('')}`,
  )
  const more = all.length - listed.length
  const rest = more === 0 ? '' : lines(page, 0, moreText(command.name, more))
  return `${lines(page, 0, command.summary)}
Usage: ${usage}

${examplesOf(command)}${shown.join('\n')}
${rest}${lines(page, 2, `Exit code: ${command.exits}`)}`
}

const moreText = (name: string, count: number): string =>
  `${count} more options: denytrace ${name} --help all. Or set DENYTRACE_SNAPSHOT …`

type NamedOption = readonly [name: string, option: Option]

const grouped = (
  options: readonly NamedOption[],
): readonly (readonly [title: string, options: readonly NamedOption[]])[] =>
  OPTION_GROUPS.map((title) => [title, options.filter(([, { group = 'Options' }]) => group === title)] as const).filter(
    ([, inGroup]) => inGroup.length > 0,
  )

const ABOUT =
  'denytrace explains an AWS AccessDenied: which policy layer and statement denied it, and what would deny it next.'

/** Help is at most this wide, also in a wide terminal or a pipe. */
const COLUMNS = 80

const columnsOf = ({ columns = COLUMNS }: Page): number => Math.min(columns, COLUMNS)

const wrapped = (page: Page, head: string, indent: number, text: string): string =>
  `${block({ ...page, columns: columnsOf(page), isTerminal: false }, head, indent, text).join('\n')}\n`

const lines = (page: Page, indent: number, text: string): string => wrapped(page, ' ', indent, text).trimStart()

/** A name and its text, which begins on the next line in a narrow terminal. */
function row(page: Page, head: string, width: number, text: string): string {
  const indent = width + 4
  const isNarrow = columnsOf(page) < indent + LEAST_TEXT
  return isNarrow ? `  ${head}\n${wrapped(page, ' '.repeat(6), 6, text)}` : wrapped(page, `  ${head}`, indent, text)
}

const LEAST_TEXT = 36

/** A command that runs until it is stopped has none. */
const examplesOf = ({ examples }: Command): string =>
  examples.length === 0 ? '' : `Examples\n${examples.map(exampleText).join('')}\n`

const exampleText = ({ args, does }: Example): string =>
  `${broken(`# ${does}`, '  ', '  # ', '')}${broken(`denytrace ${args}`, '  ', '    ', ' \\')}`

/** A comment or command on lines of the help's width; each line but the first begins with `next`, each but the last ends with `end`. */
function broken(text: string, first: string, next: string, end: string): string {
  const shown: string[] = []
  let line = first
  for (const word of text.split(' ')) {
    const isFirst = line.trim() === '' || line === next
    if (!isFirst && `${line} ${word}${end}`.length > COLUMNS) {
      shown.push(`${line}${end}`)
      line = next
    }
    line = line === first || line === next ? `${line}${word}` : `${line} ${word}`
  }
  return `${[...shown, line].join('\n')}\n`
}

const optionHead = (name: string, option: Option): string =>
  option.value === undefined ? `--${name}` : `--${name} ${option.value}`

const optionText = ({ env, help }: Option, isBrief: boolean): string =>
  env === undefined || isBrief ? help : `${help} [env ${env}]`
