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

/** The results of the last run of each room, between the marks of the page. */
export function writePage(results) {
  const all = results.flatMap(({ report }) => mutantsOf(report))
  const rooms = results.map(({ room, day, report }) => row(room, countsOf(mutantsOf(report)), day))
  const files = results.flatMap(({ report }) =>
    Object.entries(report.files)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, { mutants }]) => row(`\`${name}\``, countsOf(mutants))),
  )
  const columns = 'Mutants | Killed | Survived | In no test | Score |'
  const table = [
    `| Room | ${columns} Run on |`,
    '| --- | --: | --: | --: | --: | --: | --- |',
    ...rooms,
    row('all', countsOf(all), ''),
    '',
    `| File | ${columns}`,
    '| --- | --: | --: | --: | --: | --: |',
    ...files,
  ]
  const page = readFileSync(PAGE, 'utf8')
  const [before, after] = [page.slice(0, page.indexOf(BEGIN)), page.slice(page.indexOf(END))]
  writeFileSync(PAGE, `${before}${BEGIN}\n\n${table.join('\n')}\n\n${after}`)
}
