import assert from 'node:assert/strict'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openDraft, placeInside, replaceFile } from '../src/write-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'denytrace-write-'))
let made = 0
const newFolder = (): string => {
  const path = join(folder, String((made += 1)))
  mkdirSync(path)
  return path
}
const modeOf = (path: string): number => statSync(path).mode & 0o777

test('a file is there when it is whole, for its owner alone, and nothing stays beside it', () => {
  const base = newFolder()
  const path = join(base, 'a.csv')
  const draft = openDraft(path)
  draft.write('one\n')
  assert.ok(!existsSync(path))
  draft.write(Buffer.from('two\n'))
  draft.keep()
  draft.drop()
  assert.equal(readFileSync(path, 'utf8'), 'one\ntwo\n')
  assert.equal(modeOf(path), 0o600)
  assert.deepEqual(readdirSync(base), ['a.csv'])
})

test('what is taken back leaves what stood there, and a mode that somebody chose is kept', () => {
  const path = join(newFolder(), 'a.csv')
  writeFileSync(path, 'old')
  chmodSync(path, 0o640)
  const draft = openDraft(path)
  draft.write('new')
  draft.drop()
  assert.equal(readFileSync(path, 'utf8'), 'old')
  replaceFile(path, 'new')
  assert.equal(readFileSync(path, 'utf8'), 'new')
  assert.equal(modeOf(path), 0o640)
  assert.deepEqual(readdirSync(join(path, '..')), ['a.csv'])
})

test('no link is followed: to a file, to nothing, to a folder, on the way', () => {
  const base = newFolder()
  const theirs = join(newFolder(), 'theirs')
  writeFileSync(theirs, 'theirs')
  symlinkSync(theirs, join(base, 'link'))
  symlinkSync(join(base, 'nothing'), join(base, 'dangling'))
  symlinkSync(newFolder(), join(base, 'folder'))
  for (const name of ['link', 'dangling', 'folder'])
    assert.throws(() => replaceFile(join(base, name), 'mine'), { code: 'ELOOP' })
  assert.throws(() => placeInside(base, 'folder/policies/a.json'), { code: 'ELOOP' })
  assert.throws(() => placeInside(base, 'link'), { code: 'ELOOP' })
  assert.equal(readFileSync(theirs, 'utf8'), 'theirs')
  assert.ok(!existsSync(join(base, 'nothing')))
})

test('a device and the streams of the process are written straight to; a folder is no file', () => {
  replaceFile('/dev/null', 'gone')
  assert.throws(() => replaceFile(newFolder(), 'x'), { code: 'EISDIR' })
})

test('folders on the way are made for their owner alone', () => {
  const base = join(newFolder(), 'made')
  const path = placeInside(base, 'a/b/c.json')
  assert.equal(path, join(base, 'a/b/c.json'))
  assert.deepEqual([base, join(base, 'a'), join(base, 'a/b')].map(modeOf), [0o700, 0o700, 0o700])
})
