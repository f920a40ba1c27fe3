/**
 * Holds the pages against the program: `npm run docs:check`.
 *
 * Runs the commands of every `console` block and compares what they print, looks for the target of every relative link,
 * and checks the form of docs/rules.md. `--update` writes the output into the pages instead; read the diff.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import {
  anchorsOf,
  type ConsoleCommand,
  consoleCommands,
  linksOf,
  type Printed,
  sameOutput,
  withOutputs,
} from './docs-page.ts'

const ROOT = resolve(import.meta.dirname, '..')
const update = process.argv.includes('--update')
const SECONDS_PER_COMMAND = 60

/** Where pages stand: at the root, and in these folders. */
const FOLDERS = ['docs', 'examples']

const pages = [
  ...readdirSync(ROOT).filter((name) => name.endsWith('.md')),
  ...FOLDERS.filter((folder) => existsSync(join(ROOT, folder))).flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md'))
      .map((name) => join(folder, name)),
  ),
].toSorted()

const read = (page: string): string => readFileSync(join(ROOT, page), 'utf8')
const faults: string[] = []
const scripts = (JSON.parse(read('package.json')) as { readonly scripts: Record<string, string> }).scripts

/** `denytrace …` at the start of a command or behind a pipe, with or without npx. */
const PROGRAM = /(^|[|;&]\s*)(?:npx )?denytrace(?=\s|$)/g
const RUNNABLE = /^(?:(?:npx )?denytrace|cat|echo|printf)(?:\s|$)/
/** These three npm runs by themselves. */
const NPM_ITSELF = new Set(['ci', 'install', 'i'])

let built = false
/** The pages show the program as it is built from these sources, not as it was built once. */
function build(): void {
  if (built) return
  built = true
  const ensure = "import('./scripts/start.mjs').then(({ ensureBuilt }) => ensureBuilt())"
  const { status, stderr } = spawnSync(process.execPath, ['-e', ensure], { cwd: ROOT, encoding: 'utf8' })
  if (status !== 0)
    faults.push(`the program cannot be built, so that no command can be run:
${stderr}`)
}

function run(command: string): Printed {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('DENYTRACE_') && !name.startsWith('AWS_')),
  )
  const { stdout, stderr, status } = spawnSync('sh', ['-c', command.replaceAll(PROGRAM, '$1node dist/cli/main.js')], {
    cwd: ROOT,
    env: { ...env, NO_COLOR: '1', TZ: 'UTC', COLUMNS: '100' },
    encoding: 'utf8',
    input: '',
    timeout: SECONDS_PER_COMMAND * 1000,
    maxBuffer: 64 * 1024 * 1024,
  })
  const text = `${stdout}${stderr}`
  return { output: text === '' ? [] : text.replace(/\n+$/, '').split('\n'), exit: status ?? -1 }
}

/** What is wrong with a command that is not run here; undefined: it is to be run. */
function npmFault(command: string): string | undefined {
  const [, name = '', script = ''] = /^npm (?:(run) )?([\w:-]+)/.exec(command) ?? []
  if (name === '' && NPM_ITSELF.has(script)) return ''
  return Object.hasOwn(scripts, script) ? '' : `package.json has no script ${script}`
}

function checkCommand(page: string, shown: ConsoleCommand): Printed | undefined {
  const where = `${page}:${shown.from}: ${shown.command}`
  if (shown.command.startsWith('npm ')) {
    const fault = npmFault(shown.command)
    if (fault !== '') faults.push(`${where}\n  ${fault}`)
    return undefined
  }
  if (!RUNNABLE.test(shown.command)) {
    faults.push(`${where}\n  is not run here: mark the block \`sh\`, not \`console\``)
    return undefined
  }
  build()
  const printed = run(shown.command)
  if (printed.exit === shown.exit && sameOutput(shown.output, printed.output)) return undefined
  if (!update) faults.push(`${where}\n${difference(shown, printed)}`)
  return printed
}

function difference(shown: ConsoleCommand, printed: Printed): string {
  const exit = printed.exit === shown.exit ? [] : [`  ends with ${printed.exit}, the page says ${shown.exit}`]
  const at = shown.output.findIndex((line, i) => line.trimEnd() !== printed.output[i]?.trimEnd() && line.trim() !== '…')
  const line = at < 0 ? shown.output.length : at
  if (sameOutput(shown.output, printed.output)) return exit.join('\n')
  return [
    ...exit,
    `  page:    ${shown.output[line] ?? '(nothing more)'}`,
    `  program: ${printed.output[line] ?? '(nothing more)'}`,
  ].join('\n')
}

function checkLink(page: string, line: number, target: string): void {
  if (/^[a-z][a-z0-9+.-]*:/i.test(target)) return
  const [path = '', anchor] = target.split('#')
  const file = path === '' ? join(ROOT, page) : resolve(dirname(join(ROOT, page)), decodeURIComponent(path))
  const say = (what: string): void => void faults.push(`${page}:${line}: ${target} ${what}`)
  if (file !== ROOT && !file.startsWith(ROOT + sep)) say('leads out of the repository')
  else if (!existsSync(file)) say('leads nowhere')
  else if (
    anchor !== undefined &&
    file.endsWith('.md') &&
    statSync(file).isFile() &&
    !anchorsOf(readFileSync(file, 'utf8')).has(anchor)
  )
    say(`names no heading of ${relative(ROOT, file)}`)
}

let commands = 0
let links = 0
for (const page of pages) {
  const text = read(page)
  const printed = new Map<ConsoleCommand, Printed>()
  for (const shown of consoleCommands(text)) {
    commands++
    const now = checkCommand(page, shown)
    if (now !== undefined) printed.set(shown, now)
  }
  for (const { line, target } of linksOf(text)) {
    links++
    checkLink(page, line, target)
  }
  if (update && printed.size > 0) {
    writeFileSync(join(ROOT, page), withOutputs(text, printed))
    console.log(`${page}: the output of ${printed.size} commands was written; read the diff`)
  }
}

const rules = spawnSync(process.execPath, ['scripts/rules-check.mjs'], { cwd: ROOT, encoding: 'utf8' })
if (rules.status !== 0) faults.push(rules.stderr.trimEnd())

for (const fault of faults) console.error(fault)
console.log(
  `${pages.length} pages, ${commands} commands, ${links} links: ${faults.length === 0 ? 'all in order' : `${faults.length} faults`}.`,
)
process.exitCode = faults.length === 0 ? 0 : 1
