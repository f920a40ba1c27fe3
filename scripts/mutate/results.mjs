/** What the runs of Stryker left in their reports, for the eye and for docs/mutation.md. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../start.mjs'

const PAGE = join(ROOT, 'docs', 'mutation.md')
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

/** The last result of each file, by room, between the marks of the page, and what was never run. */
export function writePage(rooms) {
  const run = rooms.flatMap(({ sources, days, report }) =>
    sources
      .filter((file) => days[file] !== undefined)
      .map((file) => ({ file, day: days[file], mutants: report.files[file]?.mutants ?? [] })),
  )
  const left = rooms.flatMap(({ sources, days }) => sources.filter((file) => days[file] === undefined))
  const roomRows = rooms.flatMap(({ room, sources, days, report }) => {
    const there = sources.filter((file) => days[file] !== undefined)
    const mutants = there.flatMap((file) => report.files[file]?.mutants ?? [])
    return there.length === 0 ? [] : [row(room, countsOf(mutants), `${there.length} of ${sources.length}`)]
  })
  const page = readFileSync(PAGE, 'utf8')
  const [before, after] = [page.slice(0, page.indexOf(BEGIN)), page.slice(page.indexOf(END))]
  const text = [
    `| Room | ${HEAD} Files run |`,
    `| ${LINES.join(' | ')} |`,
    ...roomRows,
    row(
      'all that was run',
      countsOf(run.flatMap(({ mutants }) => mutants)),
      `${run.length} of ${run.length + left.length}`,
    ),
    '',
    `| File | ${HEAD} Day |`,
    `| ${LINES.join(' | ')} |`,
    ...run
      .filter(({ mutants }) => mutants.length > 0)
      .map(({ file, day, mutants }) => row(`\`${file}\``, countsOf(mutants), day)),
    '',
    ...(left.length === 0 ? [] : [`Never run: ${left.map((file) => `\`${file}\``).join(', ')}.`, '']),
  ]
  writeFileSync(PAGE, `${before}${BEGIN}\n\n${text.join('\n')}\n${after}`)
}
