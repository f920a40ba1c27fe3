import assert from 'node:assert/strict'
import { mkdtempSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { makeFolder } from '../src/make-folder.ts'

const folder = mkdtempSync(join(tmpdir(), 'denytrace-folders-'))

test('a folder is made with those above it, and one that is there is left alone', () => {
  const path = join(folder, 'a', 'b', 'c')
  makeFolder(path)
  makeFolder(path)
  makeFolder(`${path}/`)
  assert.ok(statSync(path).isDirectory())
})

test('a folder that cannot be made is an error, below a file, a link to nothing and /proc', () => {
  writeFileSync(join(folder, 'file'), '')
  symlinkSync(join(folder, 'nothing', 'there'), join(folder, 'link'))
  assert.throws(() => makeFolder(join(folder, 'file')), { code: 'EEXIST' })
  assert.throws(() => makeFolder(join(folder, 'file', 'x', 'y')), { code: 'ENOTDIR' })
  assert.throws(() => makeFolder(join(folder, 'link')), { code: 'EEXIST' })
  assert.throws(() => makeFolder(join(folder, 'link', 'x', 'y')), { code: 'EEXIST' })
  if (process.platform === 'linux') assert.throws(() => makeFolder('/proc/denytrace/x'), { code: 'ENOENT' })
})
