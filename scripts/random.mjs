// npm run random: the properties of which `npm test` draws a fortieth (test/property/runs.ts), with all their random cases.
import { ensureInstalled, randomTests, run } from './start.mjs'

ensureInstalled()
const options = ['--conditions=denytrace-src', '--import', 'tsx', '--test-concurrency=2', '--test']
process.exitCode = run(process.execPath, [...options, ...randomTests()], {
  env: { DENYTRACE_RUNS: '40000', ...process.env },
})
