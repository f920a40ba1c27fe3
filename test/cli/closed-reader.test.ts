/** `denytrace … | head -1`: a reader that goes away changes no exit code, so that a gate in a pipeline stays closed. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { burst, everyday, writeTrail } from './cloudtrail-history.ts'
import { denytrace, EXAMPLE, PROGRAM, ROOT } from './run-cli.ts'

const folder = mkdtempSync(join(tmpdir(), 'denytrace-reader-'))
after(() => rmSync(folder, { recursive: true, force: true }))

function file(name: string, value: unknown): string {
  const path = join(folder, name)
  writeFileSync(path, JSON.stringify(value))
  return path
}

const HOUR = 3_600_000

const allow = (Action: string) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, Resource: 'arn:aws:s3:::b/*' }],
})
const narrow = file('narrow.json', allow('s3:GetObject'))
const wide = file('wide.json', allow('s3:*'))
const denied = file('denied.json', {
  request: { principal: 'arn:aws:iam::111122223333:user/u', action: 's3:GetObject', resource: 'arn:aws:s3:::b/k' },
  policies: { complete: true, identityPolicies: [{ name: 'p', document: allow('s3:PutObject') }] },
})
const batch = join(folder, 'batch.jsonl')
writeFileSync(batch, '{"id":1,"text":"x"}\nno json\n')

/** The exit code where the read ends of these streams are closed before the program writes. */
async function codeWithoutReader(args: readonly string[], closed: readonly ('stdout' | 'stderr')[]): Promise<number> {
  const [program, ...first] = PROGRAM
  const child = spawn(program, [...first, ...args], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] })
  for (const name of ['stdout', 'stderr'] as const) {
    if (closed.includes(name)) child[name].destroy()
    else child[name].resume()
  }
  const [code] = (await once(child, 'close')) as [number]
  return code
}

const FAILS = ['node', '-e', "console.log('out'); console.error('err'); process.exitCode = 7"]
const WRITES_FOR_EVER = ['node', '-e', "setInterval(() => process.stdout.write('y\\n'), 1)"]

describe('a reader that goes away', () => {
  for (const [name, args, code] of [
    ['compare', ['compare', narrow, wide], 1],
    ['test', ['test', `${EXAMPLE}/access.test.yaml`], 1],
    ['evaluate', ['evaluate', '--scenario', denied], 1],
    ['evaluate as JSON', ['evaluate', '--scenario', denied, '--format', 'json'], 1],
    ['diagnose', ['diagnose', '--snapshot', `${EXAMPLE}/snapshot`, `${EXAMPLE}/denial.json`], 0],
    ['a batch with a bad line', ['parse', '--batch', batch], 3],
    ['run', ['run', '--offline', '--', ...FAILS], 7],
  ] as const) {
    it(`leaves the exit code of ${name}`, async () => {
      assert.equal(await codeWithoutReader(args, ['stdout']), code)
    })
    it(`leaves the exit code of ${name}, also where standard error goes the same way`, async () => {
      assert.equal(await codeWithoutReader(args, ['stdout', 'stderr']), code)
    })
  }

  it('ends the command of run, which would write for ever', async () => {
    // Node reports the closed pipe as an error of the program that writes.
    assert.equal(await codeWithoutReader(['run', '--offline', '--', ...WRITES_FOR_EVER], ['stdout']), 1)
  })

  it('ends a stream that nobody reads to its end with 141: export, watch', async () => {
    const trail = join(folder, 'trail.json')
    const store = `duckdb:${join(folder, 'store')}`
    const recent = Math.floor(Date.now() / HOUR) * HOUR - 6 * HOUR
    writeTrail(trail, [...everyday(recent - 20 * 24 * HOUR, 20), ...burst(recent, 15)])
    assert.equal((await denytrace(['ingest', trail, '--store', store])).code, 0)
    assert.equal(await codeWithoutReader(['export', '--as', 'csv', '--store', store], ['stdout']), 141)
    const emptyStore = `duckdb:${join(folder, 'watched')}`
    const watch = ['watch', '--store', emptyStore, '--sink', 'stdout', trail]
    assert.equal(await codeWithoutReader(watch, ['stdout']), 141)
  })
})
