/** A disk that fails at each write of a command: the error is clear, the old is intact or the new is whole, and a later run repairs it: exports and snapshots. */
import assert from 'node:assert/strict'
import { cpSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { readFolder } from '#collect/folder.ts'
import { openWriter } from '../../src/collect/aws/write-snapshot.ts'
import { isUserError } from '../../src/errors.ts'
import { base, everyFault, faultOf, holdsOf, TRAIL } from './every-fault.ts'
import { EXAMPLE, ROOT } from './run-cli.ts'
import { denytraceInside } from './run-inside.ts'

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
