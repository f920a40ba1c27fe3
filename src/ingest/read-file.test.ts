import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileBytes } from './read-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'denytrace-read-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const made = (name: string, bytes: Buffer): string => {
  writeFileSync(join(folder, name), bytes)
  return join(folder, name)
}

test('a short file behind a long one is read without what is left of the long one', () => {
  const long = Buffer.alloc(300_000, 'a')
  assert.ok(fileBytes(made('long', long)).equals(long))
  assert.equal(fileBytes(made('short', Buffer.from('b'))).toString(), 'b')
  assert.ok(fileBytes(made('long', long)).equals(long))
})

test('an empty file and one that is too large to keep memory for are read too', () => {
  assert.equal(fileBytes(made('empty', Buffer.alloc(0))).length, 0)
  const large = Buffer.alloc(17 * 1024 * 1024, 'c')
  assert.ok(fileBytes(made('large', large)).equals(large))
})

test('what cannot be read fails as the file system says', () => {
  assert.throws(() => fileBytes(join(folder, 'none')), { code: 'ENOENT' })
  assert.throws(() => fileBytes(folder), { code: 'EISDIR' })
})
