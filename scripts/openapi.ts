/** Writes docs/openapi.json, a copy of what the service sends, and the fields in docs/json.md; `--check` only compares. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openApi } from '#http/openapi.ts'
import { ROUTES } from '#http/routes.ts'
import { withFields } from './json-fields.ts'

const DOCS = join(import.meta.dirname, '..', 'docs')
const read = (file: string): string => readFileSync(join(DOCS, file), 'utf8')
const { version } = JSON.parse(read('../package.json')) as { version: string }

const files: Readonly<Record<string, string>> = {
  'openapi.json': `${JSON.stringify(openApi(ROUTES, version), null, 1)}\n`,
  'json.md': withFields(read('json.md')),
}
for (const [file, text] of Object.entries(files))
  if (!process.argv.includes('--check')) writeFileSync(join(DOCS, file), text)
  else if (read(file) !== text) {
    process.stderr.write(`docs/${file} is not what the schemas give: run \`npm run openapi\`\n`)
    process.exitCode = 1
  }
