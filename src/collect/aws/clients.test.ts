import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { it } from 'node:test'

const FOLDER = fileURLToPath(new URL('../../', import.meta.url))

it('makes every client of AWS in clients.ts, so that none is without limits', () => {
  const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => /\.tsx?$/.test(path) && !path.endsWith('.test.ts'))
  const made = files.filter((path) => /\bnew \w*Client\(|\bnew make\(/.test(readFileSync(join(FOLDER, path), 'utf8')))
  assert.deepEqual(made, ['collect/aws/clients.ts'])
})
