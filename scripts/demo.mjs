// npm run demo: a denied upload, explained against a snapshot of its accounts. Offline after the first run.
import { join } from 'node:path'
import { ensureBuilt, ensureInstalled, ROOT, run } from './start.mjs'

ensureInstalled()
ensureBuilt()
const folder = 'examples/kms-behind-s3'
const args = ['diagnose', `${folder}/denial.json`, '--snapshot', `${folder}/snapshot`]
process.stderr.write(`$ denytrace ${args.join(' ')}\n\n`)
// What the machine's owner has set for other runs must not change the demo.
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('DENYTRACE_')))
process.exitCode = run(process.execPath, [join(ROOT, 'dist', 'cli', 'main.js'), ...args], { env })
