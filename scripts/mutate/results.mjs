/** What the runs of Stryker left in their reports, for the eye and for results.md. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../start.mjs'

const PAGE = join(ROOT, 'scripts', 'mutate', 'results.md')
const BEGIN = '<!-- written by npm run mutate -- --page -->'
const END = '<!-- end -->'

/** Time running out is a kill: the mutant is a loop without an end. */
const isKilled = (status) => status === 'Killed' || status === 'Timeout'
const isLeft = (status) => status === 'Survived' || status === 'NoCoverage'

/** One line a mutant that no test killed: where, what stood there, what stands there now. */
export function leftOf(report, files) {
  return Object.entries(report.files)
    .filter(([name]) => files.includes(name))
    .flatMap(([name, { source, mutants }]) => {
      const lines = source.split('\n')
      return mutants
        .filter(({ status }) => isLeft(status))
        .toSorted((a, b) => a.location.start.line - b.location.start.line)
        .map((mutant) => line(name, lines, mutant))
    })
}

function line(name, lines, { location: { start, end }, mutatorName, replacement, status }) {
  const first = lines[start.line - 1] ?? ''
  const was = start.line === end.line ? first.slice(start.column - 1, end.column - 1) : first.slice(start.column - 1)
  const shown = (text) => text.replaceAll(/\s+/g, ' ').slice(0, 110)
  const note = status === 'Survived' ? '' : ` (${status})`
  return `${name}:${start.line}:${start.column} ${mutatorName}${note}: ${shown(was)} => ${shown(replacement ?? '')}`
}

const countsOf = (mutants) => {
  const count = (is) => mutants.filter(({ status }) => is(status)).length
  return {
    killed: count(isKilled),
    survived: count((status) => status === 'Survived'),
    uncovered: count((status) => status === 'NoCoverage'),
    other: count((status) => !isKilled(status) && !isLeft(status) && status !== 'Ignored'),
  }
}

const mutantsOf = (report) => Object.values(report.files).flatMap(({ mutants }) => mutants)
const testedOf = ({ killed, survived, uncovered }) => killed + survived + uncovered
const percent = (counts) => (testedOf(counts) === 0 ? '' : `${((100 * counts.killed) / testedOf(counts)).toFixed(1)} %`)

export function summaryOf(room, report) {
  const counts = countsOf(mutantsOf(report))
  const { killed, survived, uncovered, other } = counts
  return `${room}: ${percent(counts)}, ${testedOf(counts)} mutants, ${killed} killed, ${survived} survived, ${uncovered} without a test, ${other} without a result`
}

const row = (name, counts, ...rest) =>
  `| ${[name, testedOf(counts), counts.killed, counts.survived, counts.uncovered, percent(counts), ...rest].join(' | ')} |`

const HEAD = 'Mutants | Killed | Survived | In no test | Score |'
const LINES = ['---', '--:', '--:', '--:', '--:', '--:', '---']

/** Rows of an earlier run, for files that this checkout has not run: what is known of the mutants is not in git. */
function earlierRows(page) {
  const rows = page.matchAll(/^\| `(.+)` \| (\d+) \| (\d+) \| (\d+) \| (\d+) \| .* \| (\d{4}-\d{2}-\d{2}) \|$/gmu)
  return new Map(
    [...rows].map(([, file, , killed, survived, uncovered, day]) => [
      file,
      { day, counts: { killed: Number(killed), survived: Number(survived), uncovered: Number(uncovered) } },
    ]),
  )
}

const sumOf = (list) => ({
  killed: list.reduce((sum, { killed }) => sum + killed, 0),
  survived: list.reduce((sum, { survived }) => sum + survived, 0),
  uncovered: list.reduce((sum, { uncovered }) => sum + uncovered, 0),
})

/**
 * The last result of each file, by room, between the marks of the page, the sum of src/engine, and what was never run.
 * A file without a mutant has no row.
 */
export function writePage(rooms) {
  const page = readFileSync(PAGE, 'utf8')
  const [before, after] = [page.slice(0, page.indexOf(BEGIN)), page.slice(page.indexOf(END))]
  const earlier = earlierRows(page)
  const files = rooms.flatMap(({ room, sources, days, report }) =>
    sources.map((file) => {
      if (days[file] === undefined) return { room, file, ...earlier.get(file) }
      return { room, file, day: days[file], counts: countsOf(report.files[file]?.mutants ?? []) }
    }),
  )
  const run = files.filter(({ day }) => day !== undefined)
  const left = files.filter(({ day }) => day === undefined)
  const summary = (name, is) => {
    const there = run.filter(is)
    return there.length === 0
      ? []
      : [row(name, sumOf(there.map(({ counts }) => counts)), `${there.length} of ${files.filter(is).length}`)]
  }
  const text = [
    `| Group | ${HEAD} Files run |`,
    `| ${LINES.join(' | ')} |`,
    ...rooms.flatMap(({ room }) => summary(room, (one) => one.room === room)),
    ...['src/iam', 'src/engine'].flatMap((place) =>
      summary(`all of \`${place}\``, ({ file }) => file.startsWith(`${place}/`)),
    ),
    '',
    `| File | ${HEAD} Day |`,
    `| ${LINES.join(' | ')} |`,
    ...run.filter(({ counts }) => testedOf(counts) > 0).map(({ file, day, counts }) => row(`\`${file}\``, counts, day)),
    '',
    ...(left.length === 0 ? [] : [`Never run: ${left.map(({ file }) => `\`${file}\``).join(', ')}.`, '']),
  ]
  writeFileSync(PAGE, `${before}${BEGIN}\n\n${text.join('\n')}\n${after}`)
}
