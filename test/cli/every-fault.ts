/** A disk that fails at each write of a command: the error is clear, the old is intact or the new is whole, and a later run repairs it. */
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { after } from 'node:test'
import { isUserError } from '../../src/errors.ts'
import { deniedRecord } from './cloudtrail-history.ts'
import { type Fault, onFailingDisk } from './failing-disk.ts'
import { type Ran } from './run-cli.ts'

/** A folder of this file's tests, gone with them. */
export const base = mkdtempSync(join(tmpdir(), 'denytrace-disk-'))
after(() => rmSync(base, { recursive: true, force: true }))
const FAULTS: readonly Fault[] = ['ENOSPC', 'EIO', 'EACCES']
/** No command here writes so often: the loop ends where nothing was left to fail. */
const MOST = 400

/** The texts of the files in a folder, by path. */
export const holdsOf = (folder: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    (existsSync(folder) ? readdirSync(folder, { recursive: true, withFileTypes: true }) : [])
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .toSorted()
      .map((path) => [relative(folder, path), readFileSync(path, 'utf8')]),
  )

/** A command that writes, and how it is looked at. */
export interface Writing {
  /** What is there before, in a folder of its own. */
  readonly before: (folder: string) => void
  readonly run: (folder: string) => Promise<Ran>
  /** What counts of what is there. */
  readonly look: (folder: string) => Promise<unknown>
  /** What may be there instead of the old and the new. */
  readonly isElse?: (found: unknown) => boolean
}

let made = 0
/** A new folder with what is there before. */
export function fresh({ before }: Writing): string {
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

/** What the command line makes of an error that the user can mend. */
export function faultOf(error: unknown): Ran {
  assert.ok(isUserError(error), String(error))
  return { code: 3, out: '', err: `${error.code}: ${error.message}\nhint: ${error.hint}\n` }
}

/** Fails each call in turn, with each fault; at least so many could fail. */
export async function everyFault(writing: Writing, least: number, faults = FAULTS): Promise<void> {
  for (const fault of faults) {
    const calls = await failEach(writing, fault)
    assert.ok(calls >= least, `only ${calls} calls could fail with ${fault}`)
  }
}

/** A trail of twenty denials. */
export const TRAIL = join(base, 'trail.json')
const AT = Date.parse('2026-04-27T10:00:00Z')
writeFileSync(
  TRAIL,
  JSON.stringify({
    Records: Array.from({ length: 20 }, (_, n) => deniedRecord({ time: AT, role: 'deploy', bucket: 'artifacts' }, n)),
  }),
)
