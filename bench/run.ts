/** `npm run bench`: ratios in one interleaved run against a yardstick on the same machine, written to results.md. */
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { compareRows } from './compare-rows.ts'
import { loadSubject } from './load-subject.ts'
import { engineRows, growthRow, type Row } from './rows.ts'
import { startUpRows } from './start-up.ts'
import { storeRows } from './store-rows.ts'
import { whoCanRows } from './who-can.ts'
import { findYardstick, type Yardstick } from './yardstick.ts'

const subject = await loadSubject()
const yardstick = await findYardstick()
const rows = [
  ...(await engineRows(subject, yardstick)),
  ...(await whoCanRows()),
  ...(await compareRows(subject)),
  ...(await startUpRows()),
  ...(await storeRows()),
  await growthRow(subject),
]

const verdict = ({ met }: Row): string => (met === undefined ? 'not computed' : met ? 'met' : '**missed**')

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

const text = page(yardstick)
writeFileSync(join(import.meta.dirname, 'results.md'), text)
process.stdout.write(text)
process.exitCode = rows.some(({ met }) => met === false) ? 1 : 0
