/** A disk that fails at each write of a command: the error is clear, the old is intact or the new is whole, and a later run repairs it. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { after, test } from 'node:test'
import { writeNewTexts } from '#app/files.ts'
import { readFolder } from '#collect/folder.ts'
import { openWriter } from '../../src/collect/aws/write-snapshot.ts'
import { isUserError } from '../../src/errors.ts'
import { deniedRecord } from './cloudtrail-history.ts'
import { type Fault, onFailingDisk } from './failing-disk.ts'
import { EXAMPLE, PROGRAM, ROOT, type Ran } from './run-cli.ts'
import { denytraceInside } from './run-inside.ts'

const base = mkdtempSync(join(tmpdir(), 'denytrace-disk-'))
after(() => rmSync(base, { recursive: true, force: true }))
const FAULTS: readonly Fault[] = ['ENOSPC', 'EIO', 'EACCES']
/** No command here writes so often: the loop ends where nothing was left to fail. */
const MOST = 400

const holdsOf = (folder: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    (existsSync(folder) ? readdirSync(folder, { recursive: true, withFileTypes: true }) : [])
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .toSorted()
      .map((path) => [relative(folder, path), readFileSync(path, 'utf8')]),
  )

interface Writing {
  /** What is there before, in a folder of its own. */
  readonly before: (folder: string) => void
  readonly run: (folder: string) => Promise<Ran>
  /** What counts of what is there. */
  readonly look: (folder: string) => Promise<unknown>
  /** What may be there instead of the old and the new. */
  readonly isElse?: (found: unknown) => boolean
}

let made = 0
function fresh({ before }: Writing): string {
  const folder = join(base, String((made += 1)))
  mkdirSync(folder)
  before(folder)
  return folder
}

/** Fails each call in turn, and gives how many there were. */
async function failEach(writing: Writing, fault: Fault): Promise<number> {
  const [untouched, written] = [fresh(writing), fresh(writing)]
  const old = await writing.look(untouched)
  const clean = await writing.run(written)
  const next = await writing.look(written)
  assert.notDeepEqual(old, next)
  for (let at = 1; at < MOST; at++) {
    const folder = fresh(writing)
    const { result, failed } = await onFailingDisk({ folder, at, fault }, () => writing.run(folder))
    if (failed.length === 0) return at - 1
    const found = await writing.look(folder)
    const what = `${fault} at ${at}, ${failed[0]}: exit ${result.code}, ${result.err}`
    if (result.code === clean.code) assert.deepEqual(found, next, what)
    else {
      assert.equal(result.code, 3, what)
      assert.match(result.err, /^(?:output\/not-written|store\/full): .+\nhint: .+\n$/m, what)
      const isKnown = [old, next].some((one) => JSON.stringify(one) === JSON.stringify(found))
      assert.ok(isKnown || writing.isElse?.(found) === true, `${what}: ${JSON.stringify(found)}`)
    }
    assert.deepEqual(
      Object.keys(holdsOf(folder)).filter((path) => path.endsWith('.draft')),
      [],
      what,
    )
    const again = await writing.run(folder)
    assert.equal(again.code, clean.code, `${what}, then ${again.err}`)
    assert.deepEqual(await writing.look(folder), next, what)
    rmSync(folder, { recursive: true })
  }
  return assert.fail(`more than ${MOST} calls`)
}

function faultOf(error: unknown): Ran {
  assert.ok(isUserError(error), String(error))
  return { code: 3, out: '', err: `${error.code}: ${error.message}\nhint: ${error.hint}\n` }
}

async function everyFault(writing: Writing, least: number, faults = FAULTS): Promise<void> {
  for (const fault of faults) {
    const calls = await failEach(writing, fault)
    assert.ok(calls >= least, `only ${calls} calls could fail with ${fault}`)
  }
}

const TRAIL = join(base, 'trail.json')
const AT = Date.parse('2026-04-27T10:00:00Z')
writeFileSync(
  TRAIL,
  JSON.stringify({
    Records: Array.from({ length: 20 }, (_, n) => deniedRecord({ time: AT, role: 'deploy', bucket: 'artifacts' }, n)),
  }),
)

test('export: the CSV and OCSF that was there stays, or the new one is whole', async () => {
  const store = `duckdb:${join(base, 'store.duckdb')}`
  assert.equal((await denytraceInside(['ingest', TRAIL, '--store', store])).code, 0)
  for (const kind of ['csv', 'ocsf'])
    await everyFault(
      {
        before: (folder) => writeFileSync(join(folder, 'out'), 'of yesterday'),
        run: (folder) => denytraceInside(['export', '--as', kind, '--out', join(folder, 'out'), '--store', store]),
        look: async (folder) => holdsOf(folder)['out'],
      },
      2,
    )
})

test('import --force: the snapshot that was there stays, or nobody reads it until the new one is whole', async () => {
  const details = join(ROOT, EXAMPLE, 'snapshot', 'accounts', '111122223333', 'authorization-details.json')
  await everyFault(
    {
      before: (folder) => cpSync(join(ROOT, EXAMPLE, 'snapshot'), join(folder, 'snapshot'), { recursive: true }),
      run: (folder) =>
        denytraceInside(['import', 'authorization-details', details, '--out', join(folder, 'snapshot'), '--force']),
      look: (folder) => snapshotIn(join(folder, 'snapshot')),
      isElse: (found) => found === 'snapshot/unfinished',
    },
    8,
  )
})

/** Its files, or why it cannot be read. */
async function snapshotIn(folder: string): Promise<unknown> {
  try {
    const files = [...(await readFolder(folder))].toSorted(([a], [b]) => (a < b ? -1 : 1))
    return Object.fromEntries(files.map(([path, text]) => [path, path === 'meta.json' ? withoutTime(text) : text]))
  } catch (error) {
    if (isUserError(error)) return error.code
    throw error
  }
}

const withoutTime = (text: string): string => text.replace(/"collectedAt": "[^"]*"/, '')

const isPartOf = (texts: Readonly<Record<string, string>>, found: unknown): boolean =>
  Object.entries(found as object).every(([name, text]) => texts[name] === text)

test('fix --out: every file is whole, and what could not be written is said', async () => {
  const writing: Writing = {
    before: () => undefined,
    run: (folder) =>
      denytraceInside([
        'fix',
        join(ROOT, EXAMPLE, 'denial.json'),
        '--snapshot',
        join(ROOT, EXAMPLE, 'snapshot'),
        '--out',
        join(folder, 'fix'),
      ]),
    look: async (folder) => holdsOf(join(folder, 'fix')),
  }
  const whole = fresh(writing)
  await writing.run(whole)
  const texts = holdsOf(join(whole, 'fix'))
  await everyFault({ ...writing, isElse: (found) => isPartOf(texts, found) }, 8, ['ENOSPC'])
  // The same writing without the diagnosis before it.
  const run = async (folder: string): Promise<Ran> => {
    try {
      writeNewTexts(join(folder, 'fix'), new Map(Object.entries(texts)))
      return { code: 0, out: '', err: '' }
    } catch (error) {
      return faultOf(error)
    }
  }
  await everyFault({ ...writing, run, isElse: (found) => isPartOf(texts, found) }, 8, ['EIO', 'EACCES'])
})

test('fix --out writes over nothing that says something else, and through no link', async () => {
  const fixInto = (out: string) =>
    denytraceInside([
      'fix',
      join(ROOT, EXAMPLE, 'denial.json'),
      '--snapshot',
      join(ROOT, EXAMPLE, 'snapshot'),
      '--out',
      out,
    ])
  const [first, theirs, linked] = ['first', 'theirs', 'linked'].map((name) => join(base, name))
  assert.equal((await fixInto(first ?? '')).code, 0)
  assert.equal((await fixInto(first ?? '')).code, 0, 'the same again changes nothing')
  writeFileSync(join(first ?? '', 'fix.json'), 'mine')
  const before = holdsOf(first ?? '')
  const over = await fixInto(first ?? '')
  assert.equal(over.code, 3)
  assert.match(over.err, /^output\/not-written: .*fix\.json` is there already, and holds something else\nhint: /)
  assert.deepEqual(holdsOf(first ?? ''), before)

  writeFileSync(theirs ?? '', 'theirs')
  mkdirSync(linked ?? '')
  symlinkSync(theirs ?? '', join(linked ?? '', 'fix.json'))
  const through = await fixInto(linked ?? '')
  assert.equal(through.code, 3)
  assert.match(through.err, /^output\/not-written: .*fix\.json` is a symbolic link, and links are not followed\nhint: /)
  assert.equal(readFileSync(theirs ?? '', 'utf8'), 'theirs')
  assert.deepEqual(readdirSync(linked ?? ''), ['fix.json'])
})

const QUEUES = 'accounts/111122223333/resources/sqs'

test('collect: the snapshot that was there stays, or nobody reads it until --resume has ended', async () => {
  const queue = (name: string) => ({
    part: QUEUES,
    files: new Map([[`${QUEUES}/${name}.json`, { arn: `arn:aws:sqs:us-east-1:111122223333:${name}` }]]),
    state: 'complete' as const,
    why: [],
  })
  const collectInto = (folder: string, names: readonly string[], resume: boolean): void => {
    const writer = openWriter(folder, resume)
    for (const name of names) if (!writer.done.has(name)) writer.add(name, queue(name))
    writer.finish('2026-11-29T00:00:00Z', 'test')
  }
  await everyFault(
    {
      before: (folder) => collectInto(join(folder, 'snapshot'), ['old', 'kept'], false),
      // What the command does around it is to ask AWS, and to print the error.
      run: async (folder) => {
        try {
          collectInto(join(folder, 'snapshot'), ['kept', 'new'], true)
          return { code: 0, out: '', err: '' }
        } catch (error) {
          return faultOf(error)
        }
      },
      look: (folder) => snapshotIn(join(folder, 'snapshot')),
      isElse: (found) => found === 'snapshot/unfinished',
    },
    10,
  )
})

async function countedIn(folder: string): Promise<number> {
  const store = join(folder, 'store.duckdb')
  if (!existsSync(store)) return 0
  const { out } = await denytraceInside(['denials', '--store', `duckdb:${store}`, '--format', 'json'])
  return out === '' ? 0 : (JSON.parse(out) as { denials: unknown[] }).denials.length
}

test('ingest: what waits on the disk cannot be written; nothing is counted twice after it', async () => {
  await everyFault(
    {
      before: () => undefined,
      run: (folder) => denytraceInside(['ingest', TRAIL, '--store', `duckdb:${join(folder, 'store.duckdb')}`]),
      look: countedIn,
    },
    1,
  )
})

/** Files may not grow beyond so many blocks of 512 bytes: the calls of DuckDB itself fail, as on a full disk. */
const BLOCKS = [4, 8, 16, 200, 600, 1200, 2400]

test('ingest: DuckDB cannot write; nothing of it is lost or counted twice', {
  skip: process.platform === 'win32',
}, async () => {
  let failed = 0
  for (const blocks of BLOCKS) {
    const folder = join(base, `blocks-${blocks}`)
    mkdirSync(folder)
    const store = `duckdb:${join(folder, 'store.duckdb')}`
    const limited = await underLimit(blocks, ['ingest', TRAIL, '--store', store])
    if (limited.code !== 0) {
      failed++
      assert.equal(limited.code, 3, limited.err)
      assert.match(limited.err, /^(?:output\/not-written|store\/full|store\/unreadable): .+\nhint: .+\n$/m, limited.err)
    }
    const again = await denytraceInside(['ingest', TRAIL, '--store', store])
    assert.equal(again.code, 0, `${blocks} blocks, then ${again.err}`)
    assert.equal(await countedIn(folder), 20)
  }
  assert.ok(failed > 1, `only ${failed} could not be written`)
})

/** In another process, which is not ended by the signal that comes with such a failure. */
function underLimit(blocks: number, words: readonly string[]): Promise<Ran> {
  const shell = `trap '' XFSZ; ulimit -f ${blocks}; exec "$@"`
  const child = spawn('sh', ['-c', shell, 'sh', ...PROGRAM, ...words], { stdio: ['ignore', 'ignore', 'pipe'] })
  const err: Buffer[] = []
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, out: '', err: Buffer.concat(err).toString('utf8') }))
  })
}

test('what is written is for its owner alone: store, Parquet, exports, snapshots', async () => {
  const folder = join(base, 'modes')
  const store = `duckdb:${join(folder, 'data', 'store.duckdb')}`
  for (const words of [
    ['ingest', TRAIL, '--store', store],
    ['export', '--out', join(folder, 'parquet'), '--store', store],
    ['export', '--as', 'csv', '--out', join(folder, 'a.csv'), '--store', store],
  ]) {
    const { code, err } = await denytraceInside(words)
    assert.equal(code, 0, err)
  }
  const open = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (path) => (statSync(join(folder, path)).mode & 0o077) !== 0,
  )
  assert.deepEqual(open, [])
})
