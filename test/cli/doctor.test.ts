import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { EXAMPLE, ROOT } from './run-cli.ts'
import { denytraceInside as denytrace } from './run-inside.ts'

const folder = mkdtempSync(join(tmpdir(), 'denytrace-doctor-'))
after(() => rmSync(folder, { recursive: true, force: true }))

interface Report {
  readonly schemaVersion: number
  readonly node: { readonly version: string; readonly supported: boolean }
  readonly data: Record<string, { readonly date: string }>
  readonly environment: readonly { readonly name: string; readonly value: string | null; readonly known: boolean }[]
  readonly snapshot: null | {
    readonly collectedAt: string
    readonly accounts: { readonly known: number; readonly collected: number }
    readonly gaps: readonly { readonly part: string; readonly state: string; readonly why: string | null }[]
    readonly problems: readonly { readonly part: string }[]
  }
  readonly checks: readonly { readonly name: string; readonly status: string; readonly hint?: string }[]
}

async function report(args: readonly string[], env = {}): Promise<Report & { readonly exit: number | null }> {
  const { code, out, err } = await denytrace(['doctor', '--format', 'json', ...args], { env })
  assert.equal(err, '')
  return { ...(JSON.parse(out) as Report), exit: code }
}

test('doctor tells Node, the dates of the data, and that nothing is wrong', async () => {
  const got = await report([])
  assert.deepEqual([got.schemaVersion, got.exit, got.snapshot], [1, 0, null])
  assert.deepEqual(got.node, { version: process.versions.node, supported: true })
  for (const { date } of Object.values(got.data)) assert.match(date, /^\d{4}-\d\d-\d\d$/)
})

test('doctor says of a snapshot what it holds, of which day it is, and what is missing and why', async () => {
  const { snapshot, exit } = await report(['--snapshot', `${EXAMPLE}/snapshot`])
  assert.equal(exit, 0)
  assert.equal(snapshot?.collectedAt, '2026-04-27T10:20:00Z')
  assert.deepEqual(snapshot?.accounts, { known: 3, collected: 2 })
  assert.deepEqual(snapshot?.gaps, [
    { part: 'accounts/444455556666', state: 'partial', why: 'only the artifact bucket was read' },
    { part: 'accounts/999988887777', state: 'missing', why: 'no role to read it with' },
  ])
})

test('a file of a snapshot that cannot be read is wrong, by name', async () => {
  cpSync(join(ROOT, EXAMPLE, 'snapshot'), folder, { recursive: true })
  const part = 'accounts/111122223333/resources/kms/prod-artifacts-key.json'
  writeFileSync(join(folder, part), '{"arn": ')
  const { exit, snapshot, checks } = await report(['--snapshot', folder])
  assert.equal(exit, 1)
  assert.deepEqual(
    snapshot?.problems.map((one) => one.part),
    [part],
  )
  assert.ok(checks.some(({ name, status }) => name === part && status === 'bad'))
})

test('doctor counts what a store holds, and says why one cannot be opened', async () => {
  const url = `duckdb:${join(folder, 'denials.duckdb')}`
  await denytrace(['ingest', join(EXAMPLE, 'denial.json'), '--store', url])
  const { code, out } = await denytrace(['doctor', '--store', url, '--format', 'json'])
  const { store } = JSON.parse(out)
  assert.deepEqual([code, store], [0, { url, denials: 1, newest: '2026-04-27T10:03:00Z', fault: null }])
  const none = await denytrace(['doctor', '--store', 'duckdb:/nowhere/at/all.duckdb'])
  assert.equal(none.code, 1)
  assert.match(none.out, /^wrong {2}store: /m)
})

test('a snapshot that is not there is an error', async () => {
  const { code, out, err } = await denytrace(['doctor', '--snapshot', 'nowhere'])
  assert.deepEqual([code, out], [3, ''])
  assert.match(err, /^snapshot\/not-found: /)
})

test('secrets of the environment are never shown, and a misspelt variable of ours is told', async () => {
  const env = {
    AWS_PROFILE: 'ci',
    AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI',
    DENYTRACE_STORE: 'postgres://ann:hunter2@127.0.0.1:1/denials',
    DENYTRACE_SNAPSHT: 'x',
  }
  const { out } = await denytrace(['doctor', '--format', 'json'], { env })
  assert.ok(!out.includes('wJalrXUtnFEMI') && !out.includes('hunter2'), out)
  const { environment, checks } = JSON.parse(out) as Report
  const of = (name: string) => environment.find((one) => one.name === name)
  assert.deepEqual(of('AWS_PROFILE'), { name: 'AWS_PROFILE', value: 'ci', known: true })
  assert.deepEqual(of('AWS_SECRET_ACCESS_KEY'), { name: 'AWS_SECRET_ACCESS_KEY', value: null, known: true })
  assert.equal(of('DENYTRACE_SNAPSHT')?.known, false)
  assert.match(checks.find(({ name }) => name === 'DENYTRACE_SNAPSHT')?.hint ?? '', /DENYTRACE_SNAPSHOT/)
})

test('the text has a line for each thing', async () => {
  const { out } = await denytrace(['doctor', '--snapshot', `${EXAMPLE}/snapshot`])
  for (const head of ['denytrace', 'service data', 'managed policies', 'snapshot', '  collected', '  coverage'])
    assert.match(out, new RegExp(`^${head} +\\S`, 'm'))
})
