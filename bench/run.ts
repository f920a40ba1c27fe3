/**
 * `npm run bench`: ratios in one interleaved run against a yardstick on the same machine, written to results.md.
 * `BENCH_ROWS=6,9` measures some rows only; those are shown and not written. `BENCH_SMALLEST=1` runs each row once in its
 * smallest size, and neither compares it with its bar nor writes it.
 *
 * What is measured together has a process of its own, so that a figure hangs on nothing that ran before: after iam-simulate, V8
 * compares policies a seventh slower.
 */
import { fork } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { hostileRows } from './hostile-rows.ts'
import { liveRows } from './live-rows.ts'
import { loadSubject } from './load-subject.ts'
import { pageRows } from './page-rows.ts'
import { pairRows } from './pair-rows.ts'
import { proofRows } from './proof-rows.ts'
import { engineRows, growthRow, type Row } from './rows.ts'
import { IS_SMALLEST } from './size.ts'
import { startUpRows } from './start-up.ts'
import { storeRows } from './store-rows.ts'
import { whoCanRows } from './who-can.ts'
import { findYardstick, type Yardstick } from './yardstick.ts'
import { z3Version } from './z3.ts'

const wanted = (process.env['BENCH_ROWS'] ?? '').split(',').filter((row) => row !== '')

/** What is measured together, with the rows that come of it. */
const GROUPS: readonly (readonly [rows: readonly string[], measure: () => Promise<readonly Row[]>])[] = [
  [['1', '2', '3', '4'], async () => engineRows(await loadSubject(), await findYardstick())],
  [['5', '12'], whoCanRows],
  [['6'], async () => pairRows(await loadSubject(), z3Version())],
  [['7'], () => proofRows(z3Version())],
  [['11'], startUpRows],
  [['8', '9', '10', '12'], storeRows],
  [['16'], liveRows],
  [['19'], pageRows],
  [['15'], () => Promise.resolve(hostileRows())],
  [['12'], async () => [await growthRow(await loadSubject())]],
]

const own = process.env['BENCH_GROUP']
if (own !== undefined) {
  const found = await GROUPS[Number(own)]?.[1]()
  await new Promise((resolve) => process.send?.(found, resolve))
  process.exit()
}

const isWanted = (row: string): boolean => wanted.length === 0 || wanted.includes(row)
const rows: Row[] = []
for (const [i, [found]] of GROUPS.entries())
  if (found.some(isWanted)) rows.push(...(await measuredApart(i)).filter(({ row }) => isWanted(row)))
if (rows.length === 0) throw new Error(`BENCH_ROWS names no row of bench/run.ts: ${wanted.join()}`)

const verdict = ({ met }: Row): string =>
  met === undefined || IS_SMALLEST ? 'not computed' : met ? 'met' : '**missed**'

function page(found: Yardstick | undefined): string {
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'package.json'), 'utf8')) as {
    version: string
  }
  const processors = cpus()
  return `# Results of \`npm run bench\`

Written by bench/run.ts. Medians of interleaved rounds, one thread; a ratio compares two figures of one run.

- Date: ${new Date().toISOString().slice(0, 10)}
- Machine: ${processors.length} x ${processors[0]?.model.trim() ?? 'unknown'}, Node ${process.version}, ${process.platform}
- denytrace ${version}
- Yardstick: ${found === undefined ? 'not at hand (`npm i --no-save @cloud-copilot/iam-simulate`, or DENYTRACE_YARDSTICKS names the folder it is in)' : `${found.name} ${found.version}, runSimulation`}

| Row | What | Bar | denytrace | Yardstick | Ratio | |
| --- | --- | --- | --- | --- | --- | --- |
${rows.map((row) => `| ${row.row} | ${row.what} | ${row.bar} | ${row.ours} | ${row.yardstick} | ${row.result} | ${verdict(row)} |`).join('\n')}
`
}

/** The rows of a group, measured in a process of its own. */
function measuredApart(group: number): Promise<readonly Row[]> {
  return new Promise((resolve, reject) => {
    const child = fork(import.meta.filename, { env: { ...process.env, BENCH_GROUP: String(group) } })
    let rows: readonly Row[] | undefined
    child.once('message', (message) => (rows = message as readonly Row[]))
    child.once('exit', (code) =>
      rows === undefined ? reject(new Error(`group ${group} of bench/run.ts ended with ${code}`)) : resolve(rows),
    )
  })
}

const text = page(await findYardstick())
if (wanted.length === 0 && !IS_SMALLEST) writeFileSync(join(import.meta.dirname, 'results.md'), text)
process.stdout.write(text)
process.exitCode = !IS_SMALLEST && rows.some(({ met }) => met === false) ? 1 : 0
