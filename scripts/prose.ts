/**
 * Checks the language of pages, help texts and sample answers: `npm run prose`.
 *
 * Two checks: the word list of scripts/prose/words.ts, and grammar and sentence length by harper.js, which is installed on
 * first use into scripts/prose (73 MB, so not with `npm ci`). Findings that were there before are counted in
 * scripts/prose/baseline.json; a count may only shrink. `--update` writes the smaller counts, `--list [PATH…]` prints every
 * finding, `--words` leaves out harper.js.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { commandHelp, programHelp } from '../src/cli/help.ts'
import { COMMANDS } from '../src/cli/commands.ts'
import { compareCounts, type Counts, findWords, proseLines } from './prose/words.ts'

const ROOT = join(import.meta.dirname, '..')
const HERE = join(ROOT, 'scripts', 'prose')
const BASELINE = join(HERE, 'baseline.json')
/** Rules of harper.js with few false alarms on our pages. Its speller and its title case do not know AWS. */
const GRAMMAR = [
  'AnA',
  'DiscourseMarkers',
  'InflectedVerbAfterTo',
  'LongSentences',
  'OneOfTheSingular',
  'RepeatedWords',
  'SimplePastToPastParticiple',
  'ThatThan',
  'ThereIsAgreement',
]

const flags = process.argv.slice(2).filter((arg) => arg.startsWith('--'))
const paths = process.argv.slice(2).filter((arg) => !arg.startsWith('--'))
const isListed = (path: string): boolean => flags.includes('--list') && (paths.length === 0 || paths.includes(path))

interface Finding {
  readonly line: number
  readonly rule: string
  readonly text: string
}

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')
const filesUnder = (folder: string, end: string): readonly string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(end))
    .map((name) => join(folder, name))

const pages = [
  'README.md',
  'SECURITY.md',
  'CONTRIBUTING.md',
  'ARCHITECTURE.md',
  ...filesUnder('docs', '.md'),
].toSorted()
const samples = filesUnder('examples', 'expected.txt').toSorted()
const asPiped = { columns: undefined, isTerminal: false, color: false } as const
const helps: readonly (readonly [path: string, text: string])[] = [
  ['denytrace --help', programHelp(asPiped)],
  ...COMMANDS.map((command) => [`denytrace ${command.name} --help`, commandHelp(command, asPiped)] as const),
]

/** Whatever is read by a person, as lines of prose. */
const texts: readonly (readonly [path: string, lines: readonly string[]])[] = [
  ...pages.map((path) => [path, proseLines(read(path))] as const),
  ...samples.map((path) => [path, read(path).split('\n')] as const),
  ...helps.map(([path, text]) => [path, text.split('\n')] as const),
]

const found = new Map<string, Finding[]>(
  texts.map(([path, lines]) => [
    path,
    findWords(lines).map(({ line, word, found: is, instead }) => ({
      line,
      rule: word,
      text: `"${is}": ${instead}`,
    })),
  ]),
)
if (!flags.includes('--words')) await addGrammar()

async function addGrammar(): Promise<void> {
  const manifest = join(HERE, 'node_modules', 'harper.js', 'package.json')
  const wanted = (JSON.parse(readFileSync(join(HERE, 'package.json'), 'utf8')) as Manifest).devDependencies['harper.js']
  if (!existsSync(manifest) || (JSON.parse(readFileSync(manifest, 'utf8')) as Manifest).version !== wanted)
    execFileSync('npm', ['ci', '--ignore-scripts'], { cwd: HERE, stdio: ['ignore', 2, 2] })
  const load = (file: string): Promise<Harper> =>
    import(pathToFileURL(join(HERE, 'node_modules/harper.js/dist', file)).href)
  const { LocalLinter, Dialect } = await load('index.js')
  const { slimBinary } = await load('slimBinary.js')
  const linter = new LocalLinter({ binary: slimBinary, dialect: Dialect.American })
  const config = await linter.getDefaultLintConfig()
  await linter.setLintConfig(Object.fromEntries(Object.keys(config).map((rule) => [rule, GRAMMAR.includes(rule)])))
  for (const path of pages) {
    const text = read(path)
    for (const [rule, lints] of Object.entries(await linter.organizedLints(text, { language: 'markdown' })))
      for (const lint of lints) {
        const line = [...text].slice(0, lint.span().start).filter((character) => character === '\n').length + 1
        found.get(path)?.push({ line, rule: `harper ${rule}`, text: `${lint.message()} ${lint.get_problem_text()}` })
      }
  }
}

interface Manifest {
  readonly version: string
  readonly devDependencies: Readonly<Record<string, string>>
}

interface Lint {
  readonly span: () => { readonly start: number }
  readonly message: () => string
  readonly get_problem_text: () => string
}

interface Linter {
  readonly getDefaultLintConfig: () => Promise<Readonly<Record<string, boolean>>>
  readonly setLintConfig: (config: Readonly<Record<string, boolean>>) => Promise<void>
  readonly organizedLints: (
    text: string,
    options: { readonly language: 'markdown' },
  ) => Promise<Readonly<Record<string, readonly Lint[]>>>
}

/** What is used of harper.js. */
interface Harper {
  readonly LocalLinter: new (options: { readonly binary: unknown; readonly dialect: unknown }) => Linter
  readonly Dialect: { readonly American: unknown }
  readonly slimBinary: unknown
}

const counts: Counts = Object.fromEntries(
  [...found].filter(([, findings]) => findings.length > 0).map(([path, findings]) => [path, countByRule(findings)]),
)

function countByRule(findings: readonly Finding[]): Readonly<Record<string, number>> {
  const byRule: Record<string, number> = {}
  for (const { rule } of findings) byRule[rule] = (byRule[rule] ?? 0) + 1
  return Object.fromEntries(Object.entries(byRule).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

for (const [path, findings] of found)
  if (isListed(path))
    for (const { line, rule, text } of findings.toSorted((a, b) => a.line - b.line))
      console.log(`${path}:${line}: ${rule}: ${text.replaceAll(/\s+/g, ' ')}`)

const total = [...found.values()].flat().length
if (flags.includes('--update')) {
  writeFileSync(BASELINE, `${JSON.stringify(counts, null, 2)}\n`)
  console.log(`scripts/prose/baseline.json: ${total} findings`)
} else {
  const baseline = JSON.parse(readFileSync(BASELINE, 'utf8')) as Counts
  const { more, fewer } = compareCounts(counts, flags.includes('--words') ? wordsOnly(baseline) : baseline)
  for (const line of more) console.error(line)
  if (fewer.length > 0) console.log(`${fewer.length} counts are smaller than the baseline: npm run prose -- --update`)
  console.log(`${texts.length} texts, ${total} findings, ${more.length} more than before.`)
  if (more.length > 0)
    console.error('npm run prose -- --list PATH shows where; scripts/prose/words.ts has the plain words.')
  process.exitCode = more.length === 0 ? 0 : 1
}

function wordsOnly(baseline: Counts): Counts {
  return Object.fromEntries(
    Object.entries(baseline).map(([path, byRule]) => [
      path,
      Object.fromEntries(Object.entries(byRule).filter(([rule]) => !rule.startsWith('harper '))),
    ]),
  )
}
