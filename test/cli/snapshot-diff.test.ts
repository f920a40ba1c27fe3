import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { EXAMPLE, ROOT } from './run-cli.ts'
import { denytraceInside as denytrace } from './run-inside.ts'

const OLD = 'examples/scp-overnight/snapshot-yesterday'
const NEW = 'examples/scp-overnight/snapshot'
const folder = mkdtempSync(join(tmpdir(), 'denytrace-diff-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const diff = (...args: string[]) => denytrace(['snapshot', 'diff', ...args])

test('what changed overnight is one policy, and access is lost', async () => {
  const { code, out, err } = await diff(OLD, NEW, '--format', 'json')
  assert.deepEqual([code, err], [0, ''])
  const { schemaVersion, collectedAt, changes, newAccess, lostAccess, lostWitness } = JSON.parse(out)
  assert.equal(schemaVersion, 1)
  assert.deepEqual(collectedAt, { old: '2026-09-14T04:00:00Z', new: '2026-09-15T06:10:00Z' })
  assert.deepEqual(changes, [{ part: 'policies/p-r8w3e5region.json', change: 'changed' }])
  assert.deepEqual([newAccess, lostAccess], ['none', 'some'])
  assert.equal(lostWitness.context['aws:RequestedRegion'], 'eu-west-1')
})

test('the exit code says whether access is new, or lost where that was asked', async () => {
  assert.equal((await diff(NEW, OLD)).code, 1)
  assert.equal((await diff(OLD, NEW, '--fail-on-lost')).code, 1)
  const same = await diff(NEW, NEW)
  assert.equal(same.code, 0)
  assert.match(same.out, /^Changed {6}nothing$/m)
})

test('of the details of an account, the entities are told one by one; layout and order do not count', async () => {
  const snapshot = join(ROOT, EXAMPLE, 'snapshot')
  cpSync(snapshot, folder, { recursive: true })
  const part = 'accounts/111122223333/authorization-details.json'
  const details = JSON.parse(readFileSync(join(folder, part), 'utf8'))
  details.RoleDetailList.reverse()
  writeFileSync(join(folder, part), JSON.stringify(details))
  assert.deepEqual(JSON.parse((await diff(snapshot, folder, '--format', 'json')).out).changes, [])
  const role = details.RoleDetailList.find(({ RoleName }: { RoleName: string }) => RoleName === 'deploy-role')
  role.RolePolicyList = []
  writeFileSync(join(folder, part), JSON.stringify(details))
  assert.deepEqual(JSON.parse((await diff(snapshot, folder, '--format', 'json')).out).changes, [
    { part, entity: role.Arn, change: 'changed' },
  ])
})

test('what is no snapshot, and what is missing, is told', async () => {
  const policy = await diff('docs/compare/old.json', 'docs/compare/new.json')
  assert.deepEqual([policy.code, policy.out], [3, ''])
  assert.match(policy.err, /^documents\/different-kinds: /)
  const one = await diff(OLD)
  assert.equal(one.code, 2)
  assert.match(one.err, /^usage\/missing-operand: /)
  const misspelt = await denytrace(['snapshot', 'dif', OLD, NEW])
  assert.match(misspelt.err, /^usage\/unknown-command: [^\n]+\nhint: did you mean `snapshot diff`\?\n$/)
})
