import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { promisify } from 'node:util'

const ROOT = join(import.meta.dirname, '..', '..')
const EXAMPLES = join(ROOT, 'examples')
const WAYS = ['--short', '--verbose', '--json']
const INCIDENTS = ['boundary-and-session', 'kms-behind-s3', 'scp-overnight']

type Entered = Readonly<Record<string, readonly string[]>>

/** Rooms that work out what is told; what is printed was worked out before. */
const ROOMS = ['engine', 'lint', 'snapshot', 'space', 'prove', 'fix', 'collect', 'intake']

interface Told {
  readonly before: Entered
  readonly printing: Entered
}

/** Each incident in a process of its own, from the sources: a compiled test has no files that are rooms. */
async function entered(incident: string): Promise<readonly Told[]> {
  const script = join(ROOT, 'test', 'report', 'entered-functions.ts')
  const words = ['--conditions=denytrace-src', '--import', 'tsx', script, join(EXAMPLES, incident), ...WAYS]
  const { stdout } = await promisify(execFile)(process.execPath, words, { cwd: ROOT, maxBuffer: 64 * 1024 * 1024 })
  return JSON.parse(stdout) as readonly Told[]
}

describe('after printing of one denial began, no function is entered that works anything out', () => {
  for (const incident of INCIDENTS)
    it(`of ${incident}, ${WAYS.map((way) => way.slice(2)).join(', ')}`, async () => {
      const told = await entered(incident)
      assert.equal(told.length, WAYS.length)
      for (const [i, { before, printing }] of told.entries()) {
        // The count can fail: what is told was worked out in these rooms, and printing is seen at all.
        for (const room of ['engine', 'fix']) assert.ok((before[room] ?? []).length > 0, `${WAYS[i]} ${room}`)
        assert.ok((printing['report'] ?? []).length > 0)
        assert.deepEqual(
          [WAYS[i], Object.fromEntries(ROOMS.map((room) => [room, printing[room] ?? []]))],
          [WAYS[i], NOTHING],
        )
      }
    })
})

const NOTHING = Object.fromEntries(ROOMS.map((room) => [room, []]))
