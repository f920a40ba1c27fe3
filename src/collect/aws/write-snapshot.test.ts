import assert from 'node:assert/strict'
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { readFolder } from '../folder.ts'
import { type Part, safeName } from './part.ts'
import { JOURNAL, openWriter } from './write-snapshot.ts'

const folder = mkdtempSync(join(tmpdir(), 'denytrace-writer-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const QUEUES = 'accounts/111122223333/resources/sqs'

const part = (region: string, names: readonly string[], over: Partial<Part> = {}): Part => ({
  part: QUEUES,
  files: new Map(names.map((name) => [`${QUEUES}/${region}--${name}.json`, { name }])),
  state: 'complete',
  why: [],
  ...over,
})

const has = (base: string, path: string): boolean => existsSync(join(base, path))

test('a run that was stopped goes on: what is done is not asked again, and nothing of it is lost', () => {
  const base = join(folder, 'resumed')
  const first = openWriter(base, false)
  first.add('111122223333/sqs/us-east-1', part('us-east-1', ['jobs'], { state: 'partial', why: ['refused'] }))
  // The process dies while it writes the next line.
  appendFileSync(join(base, JOURNAL), '{"key":"111122223333/sqs/eu-')

  const second = openWriter(base, true)
  assert.deepEqual([...second.done], ['111122223333/sqs/us-east-1'])
  second.add('111122223333/sqs/eu-west-1', part('eu-west-1', ['mails']))
  const coverage = second.finish('2026-11-24T00:00:00Z', 'test')

  assert.deepEqual(coverage, [{ part: QUEUES, state: 'partial', why: 'refused' }])
  assert.ok(has(base, `${QUEUES}/us-east-1--jobs.json`) && has(base, `${QUEUES}/eu-west-1--mails.json`))
  assert.ok(!has(base, JOURNAL))
  assert.deepEqual(openWriter(base, true).done.size, 0, 'a finished run leaves nothing to resume')
})

test('files that a part no longer has are removed, and others are not touched', () => {
  const base = join(folder, 'stale')
  const first = openWriter(base, false)
  first.add('a', part('us-east-1', ['old', 'kept']))
  first.finish('2026-11-23T00:00:00Z', 'test')
  writeFileSync(join(base, 'README.md'), 'mine')

  const second = openWriter(base, false)
  second.add(
    'a',
    part('us-east-1', ['kept'], { incomplete: [{ file: `${QUEUES}/us-east-1--kept.json`, why: ['tags'] }] }),
  )
  const coverage = second.finish('2026-11-24T00:00:00Z', 'test')
  assert.ok(!has(base, `${QUEUES}/us-east-1--old.json`) && has(base, `${QUEUES}/us-east-1--kept.json`))
  assert.equal(readFileSync(join(base, 'README.md'), 'utf8'), 'mine')
  assert.deepEqual(coverage, [
    { part: QUEUES, state: 'complete', files: 1 },
    { part: `${QUEUES}/us-east-1--kept.json`, state: 'partial', why: 'tags' },
  ])
})

test('an account that can no longer be entered keeps no old files that look current', () => {
  const base = join(folder, 'closed')
  const first = openWriter(base, false)
  first.add('a', part('us-east-1', ['old']))
  first.finish('2026-11-23T00:00:00Z', 'test')
  const second = openWriter(base, false)
  second.add('closed', { part: 'accounts/111122223333', files: new Map(), state: 'missing', why: ['AccessDenied'] })
  assert.deepEqual(second.finish('2026-11-24T00:00:00Z', 'test'), [
    { part: 'accounts/111122223333', state: 'missing', why: 'AccessDenied' },
  ])
  assert.ok(!has(base, QUEUES))
})

test('a second run that dies leaves the first one whole, and what it has read waits beside it', async () => {
  const base = join(folder, 'died')
  const first = openWriter(base, false)
  first.add('a', part('us-east-1', ['old']))
  first.finish('2026-11-23T00:00:00Z', 'test')
  const before = await readFolder(base)

  const second = openWriter(base, false)
  second.add('a', part('us-east-1', ['new']))
  assert.deepEqual(await readFolder(base), before)
  const third = openWriter(base, true)
  assert.deepEqual([...third.done], ['a'])
  third.finish('2026-11-24T00:00:00Z', 'test')
  assert.deepEqual([...(await readFolder(base)).keys()], [`${QUEUES}/us-east-1--new.json`, 'meta.json'])
})

test('a run that dies while it puts the files in place leaves a snapshot that nobody reads, and the next one ends it', async () => {
  const base = join(folder, 'swapped')
  const first = openWriter(base, false)
  first.add('a', part('us-east-1', ['old', 'kept']))
  first.finish('2026-11-23T00:00:00Z', 'test')
  const second = openWriter(base, false)
  second.add('a', part('us-east-1', ['kept']))
  // Where a file must go stands a folder that holds something: the rename fails, as it would on a broken disk.
  mkdirSync(join(base, QUEUES, 'us-east-1--new.json', 'x'), { recursive: true })
  second.add('b', part('us-east-1', ['new']))
  assert.throws(() => second.finish('2026-11-24T00:00:00Z', 'test'), { code: 'output/not-written' })
  await assert.rejects(readFolder(base), { code: 'snapshot/unfinished' })

  rmSync(join(base, QUEUES, 'us-east-1--new.json'), { recursive: true })
  const third = openWriter(base, true)
  assert.deepEqual([...third.done], ['a', 'b'])
  third.finish('2026-11-24T00:00:00Z', 'test')
  const files = await readFolder(base)
  assert.deepEqual([...files.keys()], [`${QUEUES}/us-east-1--kept.json`, `${QUEUES}/us-east-1--new.json`, 'meta.json'])
  assert.ok(!has(base, JOURNAL))
})

test('what a run writes is for its owner alone', () => {
  const base = join(folder, 'modes')
  const writer = openWriter(base, false)
  writer.add('a', part('us-east-1', ['jobs']))
  writer.finish('2026-11-24T00:00:00Z', 'test')
  const modes = ['', 'meta.json', QUEUES, `${QUEUES}/us-east-1--jobs.json`].map(
    (path) => statSync(join(base, path)).mode & 0o777,
  )
  assert.deepEqual(modes, [0o700, 0o600, 0o700, 0o600])
})

test('a name from AWS is never a path', () => {
  for (const name of ['../../etc/passwd', '..', '.', 'a/b', 'a\\b', 'a\0b', `${'x'.repeat(500)}`]) {
    const safe = safeName(name)
    assert.match(safe, /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,121}$/, name)
  }
})
