import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { ROOT } from './run-cli.ts'
import { denytraceInside as denytrace } from './run-inside.ts'

const folder = mkdtempSync(join(tmpdir(), 'denytrace-regressions-'))
const store = `duckdb:${join(folder, 'denials.duckdb')}`
const example = join(ROOT, 'examples', 'scp-overnight')
after(() => rmSync(folder, { recursive: true, force: true }))

interface Event {
  readonly [key: string]: unknown
}
const { Records } = JSON.parse(readFileSync(join(example, 'denial.json'), 'utf8')) as { Records: readonly Event[] }
const event = Records.find(({ errorCode }) => errorCode !== undefined)

/** Somebody else's denial at a time, so that the store was watching then. */
const other = (eventTime: string): Event => ({
  ...event,
  eventTime,
  eventID: `other-${eventTime}`,
  requestID: `other-${eventTime}`,
  eventName: 'GetBucketTagging',
  errorMessage: 'Access Denied',
})

before(async () => {
  const records = [other('2026-09-01T00:00:00Z'), event]
  writeFileSync(join(folder, 'trail.json'), JSON.stringify({ Records: records }))
  const { code, err } = await denytrace(['ingest', join(folder, 'trail.json'), '--store', store])
  assert.equal(code, 0, err)
})

const asked = async (...args: readonly string[]) => {
  const { code, out, err } = await denytrace(['regressions', '--store', store, '--format', 'json', ...args])
  assert.equal(code, 0, err)
  return (JSON.parse(out) as { regressions: Record<string, unknown>[] }).regressions
}

test('a call that was never refused before is told with the decision that refuses it', async () => {
  const [one, ...others] = await asked('--since', '2026-09-10T00:00:00Z')
  assert.deepEqual(others, [])
  assert.deepEqual(
    [one?.['reason'], one?.['action'], one?.['principal']],
    ['was-quiet', 's3:PutBucketTagging', 'arn:aws:iam::111122223333:role/automation/terraform-apply'],
  )
  const decision = one?.['decision'] as Record<string, unknown>
  assert.deepEqual(
    [decision['layer'], decision['denyType'], decision['policyArn']],
    [
      'service-control-policy',
      'explicit',
      'arn:aws:organizations::999988887777:policy/o-7k2m9q4x1z/service_control_policy/p-r8w3e5region',
    ],
  )
  assert.ok(!('change' in (one ?? {})))
})

test('in a store that did not watch well before the time nothing is new, and without a time neither', async () => {
  assert.deepEqual(await asked('--since', '2026-09-02T00:00:00Z'), [])
  assert.deepEqual(await asked(), [])
})

test('two snapshots tell the statement that makes the difference', async () => {
  const sides = ['--snapshot', join(example, 'snapshot'), '--against', join(example, 'snapshot-yesterday')]
  const [one] = await asked('--since', '2026-09-10T00:00:00Z', ...sides)
  const change = one?.['change'] as Record<string, unknown>
  assert.deepEqual(
    [change['before'], change['after'], change['layer']],
    ['allowed', 'denied', 'service-control-policy'],
  )
  const [statement] = change['statements'] as Record<string, string>[]
  assert.equal(statement?.['how'], 'changed')
  assert.equal(statement?.['effect'], 'Deny')
  assert.match(statement?.['policy'] ?? '', /p-r8w3e5region/)
  const { out } = await denytrace(['regressions', '--store', store, '--since', '2026-09-10T00:00:00Z', ...sides])
  assert.match(
    out,
    /never refused before\n {2}refused by service-control-policy arn:\S*p-r8w3e5region ChangesOnlyInApprovedRegions\n/,
  )
  assert.match(out, /allowed by the snapshot of before, denied by that of now: service-control-policy/)
  assert.match(out, /changed: Deny /)
})

test('one snapshot tells the statement that refuses, of a denial that was stored without any', async () => {
  const since = ['--since', '2026-09-10T00:00:00Z']
  const [plain] = await asked(...since)
  const stored = plain?.['decision'] as Record<string, unknown>
  assert.deepEqual([stored['statement'], stored['blockedBy']], [null, []])
  const [one] = await asked(...since, '--snapshot', join(example, 'snapshot'))
  const decision = one?.['decision'] as Record<string, unknown>
  assert.deepEqual(decision['blockedBy'], ['service-control-policy'])
  assert.match(String(decision['statement']), /^service-control-policy arn:\S*p-r8w3e5region /)
  assert.ok(!('change' in (one ?? {})))
})

test('what cannot be is said', async () => {
  for (const [args, code, error] of [
    [['--snapshot', join(folder, 'none')], 3, /^snapshot\/not-found: /],
    [['--against', join(example, 'snapshot')], 2, /^usage\/missing-operand: /],
    [['--snapshot', join(example, 'snapshot'), '--against', join(folder, 'none')], 3, /^[a-z]+\/[a-z-]+: /],
    [['--since', 'soon'], 2, /^usage\/not-a-value: /],
  ] as const) {
    const told = await denytrace(['regressions', '--store', store, ...args])
    assert.equal(told.code, code, told.err)
    assert.match(told.err, error)
  }
})
