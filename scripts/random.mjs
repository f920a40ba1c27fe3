// npm run random: the properties of which `npm test` draws a quarter (test/property/runs.ts), with all their random cases.
import { join } from 'node:path'
import { readFileSync } from 'node:fs'
import { ensureInstalled, filesIn, ROOT, run } from './start.mjs'

ensureInstalled()
const files = filesIn(join(ROOT, 'test', 'property')).filter(
  (file) => file.endsWith('.test.ts') && readFileSync(file, 'utf8').includes("from './runs.ts'"),
)
const options = ['--conditions=denytrace-src', '--import', 'tsx', '--test-concurrency=2', '--test']
process.exitCode = run(process.execPath, [...options, ...files], { env: { DENYTRACE_RUNS: '20000', ...process.env } })
