import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { extractFile } from './extract-file.ts'
import { fileStamps } from './file-stamps.ts'
import { filesIn } from './files-in.ts'

const folder = mkdtempSync(join(tmpdir(), 'denytrace-files-'))
mkdirSync(join(folder, 'b', 'deep'), { recursive: true })
for (const name of ['b/deep/z.json', 'b/a.json.gz', 'c.csv', 'notes.txt', 'b/x_CloudTrail-Digest_y.json.gz'])
  writeFileSync(join(folder, name), '')
symlinkSync('c.csv', join(folder, 'link.json'))
symlinkSync('gone', join(folder, 'dead.json'))
symlinkSync('circle.json', join(folder, 'circle.json'))
symlinkSync('b', join(folder, 'folder.json'))

const names = (...found: readonly string[]): readonly string[] => found.map((name) => join(folder, name))

test('files of events are found in order, and what cannot be looked at is left for who reads it to tell', () => {
  const found = filesIn([folder, join(folder, 'notes.txt')])
  const files = names('b/a.json.gz', 'b/deep/z.json', 'c.csv', 'circle.json', 'link.json', 'notes.txt')
  assert.deepEqual(found, { files, skipped: 2 })
  const [circle = ''] = names('circle.json')
  assert.deepEqual(filesIn([circle]).files, [circle])
  assert.equal(extractFile(circle, '2026-11-24T00:00:00Z', {}).bad, 'it cannot be read (ELOOP)')
})

test('what cannot be looked at has a stamp that stays, as a file has that nobody changes', () => {
  const [circle = '', file = ''] = names('circle.json', 'c.csv')
  const stamps = fileStamps([folder])
  assert.equal(stamps.get(circle), 'unknown')
  assert.match(stamps.get(file) ?? '', /^0 \d+$/)
  assert.deepEqual(fileStamps([folder]), stamps)
})

test('a folder is written as it was named, whatever stands behind it', () => {
  for (const named of [folder, `${folder}/`, join(folder, '.')])
    assert.equal(filesIn([named]).files[0], join(folder, 'b', 'a.json.gz'), named)
})

test('what is not there is an error', () => {
  assert.throws(() => filesIn([join(folder, 'nothing')]), /there is no file or folder/)
})
