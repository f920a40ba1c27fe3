/** Writes docs/openapi.json, a copy of what the service tells; `--check` only compares. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openApi } from '#http/openapi.ts'
import { ROUTES } from '#http/routes.ts'

const ROOT = join(import.meta.dirname, '..')
const FILE = join(ROOT, 'docs', 'openapi.json')
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }
const text = `${JSON.stringify(openApi(ROUTES, version), null, 1)}\n`
if (!process.argv.includes('--check')) writeFileSync(FILE, text)
else if (readFileSync(FILE, 'utf8') !== text) {
  process.stderr.write('docs/openapi.json is not what the routes give: run `npm run openapi`\n')
  process.exitCode = 1
}
