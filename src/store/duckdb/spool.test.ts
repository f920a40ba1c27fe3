import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { sampleRow } from '../../../test/conformance/sample-rows.ts'
import type { DenialRow } from '../denial-row.ts'
import type { DenialStore } from '../denial-store.ts'
import { openDuckdbStore } from './duckdb-store.ts'
import { spoolBeside } from './spool.ts'

const inFolder = async (work: (path: string) => Promise<void>): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'denytrace-spool-'))
  await work(join(folder, 'store.duckdb')).finally(() => rmSync(folder, { recursive: true, force: true }))
}

const spooledFiles = (path: string): readonly string[] =>
  readdirSync(join(path, '..')).filter((name) => name.endsWith('.rows'))

async function addTo(store: DenialStore, rows: readonly DenialRow[]) {
  const spool = store.spool?.()
  assert.ok(spool)
  for (const row of rows) spool.put(row)
  return spool.add({}, true).finally(spool.close)
}

/** Texts that a file of lines could tell apart badly. */
const ODD = [
  '',
  ' ',
  '"',
  '""',
  "it's",
  'a,b;c|d\te',
  'line\nline',
  'line\r\nline',
  '\r',
  '\0',
  'a\0b',
  '\u001E',
  'a\u001Eb',
  '\u001F',
  'a\u001Fb',
  '\u001F\u001E\n',
  '\u007F',
  '\\',
  '\\n',
  '\\N',
  'NULL',
  'null',
  '#',
  '–„ü“ 中文 😀',
  'a\uFEFF',
  'x'.repeat(70_000),
  '😀'.repeat(20_000),
]

test('every text is read as it was put', () =>
  inFolder(async (path) => {
    const store = await openDuckdbStore(path)
    const rows = ODD.map((text, i) =>
      sampleRow({
        eventId: `odd-${i}`,
        eventTime: `2026-04-27T10:00:${String(i).padStart(2, '0')}Z`,
        requestId: text,
        errorMessage: text,
        sourceName: text,
        rest: text,
      }),
    )
    const plain = [
      sampleRow({ eventId: 'none', eventTime: '2026-04-27T11:00:00Z' }),
      sampleRow({ eventId: 'early', eventTime: '0001-01-02T03:04:05Z', isPrimary: true, parserVersion: 2_147_483_647 }),
    ]
    assert.deepEqual(await addTo(store, [...rows, ...plain]), { fresh: rows.length + 2, duplicates: 0 })
    const found = await store.find({}, 100)
    const byId = (a: DenialRow, b: DenialRow): number => (a.eventId < b.eventId ? -1 : 1)
    assert.deepEqual(found.toSorted(byId), [...rows, ...plain].toSorted(byId))
    for (const row of rows) assert.deepEqual(await store.byId(row.eventId), [row])
    await store.close()
  }))

test('of an event that comes twice, and of one that is there, there is one row', () =>
  inFolder(async (path) => {
    const store = await openDuckdbStore(path)
    const [a, b, c] = ['a', 'b', 'c'].map((eventId) => sampleRow({ eventId }))
    assert.ok(a !== undefined && b !== undefined && c !== undefined)
    const broken = sampleRow({ eventId: 'd', errorMessage: 'two\nlines' })
    assert.deepEqual(await addTo(store, [a, broken]), { fresh: 2, duplicates: 0 })
    assert.deepEqual(await addTo(store, [b, a, broken, b, c]), { fresh: 2, duplicates: 3 })
    assert.deepEqual(await addTo(store, [c, broken]), { fresh: 0, duplicates: 2 })
    assert.deepEqual((await store.find({}, 10)).map(({ eventId }) => eventId).toSorted(), ['a', 'b', 'c', 'd'])
    await store.close()
  }))

test('rows are put while others are added', () =>
  inFolder(async (path) => {
    const store = await openDuckdbStore(path)
    const spool = store.spool?.()
    assert.ok(spool)
    let added = Promise.resolve(0)
    let parts = 0
    for (let i = 0; i < 10_000; i += 1) {
      spool.put(sampleRow({ eventId: `e-${i}`, errorMessage: i % 1000 === 0 ? 'two\nlines' : 'one' }))
      if (!spool.isFull()) continue
      parts += 1
      const before = added
      const adding = spool.add({}, false)
      added = adding.then(async ({ fresh }) => fresh + (await before))
    }
    const { fresh } = await spool.add({}, true)
    assert.equal(parts, 2)
    assert.equal((await added) + fresh, 10_000)
    assert.equal((await store.groups('day', {}))[0]?.count, 10_000)
    spool.close()
    assert.deepEqual(spooledFiles(path), [])
    await store.close()
  }))

test('a process that ends leaves no file, in the middle of its rows too', () =>
  inFolder(async (path) => {
    const script = `import { spoolBeside } from '#store/duckdb/spool.ts'
import { sampleRow } from '${new URL('../../../test/conformance/sample-rows.ts', import.meta.url).href}'
const spool = spoolBeside(process.argv[1], 2)
for (let i = 0; i < 3; i += 1) {
  spool.put(sampleRow())
  if (spool.isFull()) console.log(spool.take().path)
}
process.exit(130)`
    const args = [
      '--conditions=denytrace-src',
      '--import',
      import.meta.resolve('tsx'),
      '--input-type=module',
      '-e',
      script,
    ]
    const { status, stdout, stderr } = spawnSync(process.execPath, [...args, path], { encoding: 'utf8' })
    assert.equal(status, 130, stderr)
    assert.ok(stdout.startsWith(path), 'there was a file')
    assert.deepEqual(spooledFiles(path), [])
  }))

test('what is dropped leaves no file, and what a killed process left behind is removed a day later', () =>
  inFolder(async (path) => {
    const end = '.1-0123456789ab-1.rows'
    const [young, old, other] = [`${path}${end}`, `${path}${end.replace('ab-1', 'ab-2')}`, `${path}x${end}`]
    for (const one of [young, old, other]) writeFileSync(one, '')
    for (const one of [old, other]) utimesSync(one, 0, 0)
    const spool = spoolBeside(path, 2)
    assert.deepEqual([existsSync(young), existsSync(old), existsSync(other)], [true, false, true])
    spool.put(sampleRow())
    spool.put(sampleRow())
    assert.equal(spool.isFull(), true)
    const part = spool.take()
    assert.equal(spool.size(), 0)
    assert.ok(existsSync(part.path))
    spool.put(sampleRow())
    spool.close()
    assert.equal(spooledFiles(path).length, 2)
  }))
