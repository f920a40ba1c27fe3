import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { policiesInForce } from '#snapshot/in-force.ts'
import { partState } from '#snapshot/snapshot.ts'
import { UserError } from '../errors.ts'
import { loadSnapshot, readFolder } from './folder.ts'

function folderWith(t: TestContext, files: Readonly<Record<string, string | Buffer>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'denytrace-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return folder
}

const isCode =
  (code: string, hint = '') =>
  (error: unknown): boolean =>
    error instanceof UserError && error.code === code && error.hint.includes(hint)

test('only JSON files are read, by relative path', async (t) => {
  const folder = folderWith(t, {
    'organization.json': 'null',
    'accounts/1/account.json': '{}',
    'README.md': 'x',
    '.git/x.json': '{}',
  })
  assert.deepEqual([...(await readFolder(folder)).keys()].sort(), ['accounts/1/account.json', 'organization.json'])
})

test('UTF-16 and byte order marks, as PowerShell writes them, are read', async (t) => {
  const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('{"a": 1}', 'utf16le')])
  const utf8 = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from('{"a": 1}')])
  const files = await readFolder(folderWith(t, { 'meta.json': utf16, 'organization.json': utf8 }))
  assert.deepEqual([...files.values()], ['{"a": 1}', '{"a": 1}'])
})

test('a folder that is no snapshot is refused, and the nearest one is named', async (t) => {
  const folder = folderWith(t, { 'deep/er/snapshot/organization.json': 'null', 'other/x.json': '{}' })
  await assert.rejects(readFolder(folder), isCode('snapshot/not-found', join('deep', 'er', 'snapshot')))
  await assert.rejects(readFolder(join(folder, 'deep', 'er', 'snapshto')), isCode('snapshot/not-found', 'snapshot`?'))
  await assert.rejects(readFolder(join(folder, 'other', 'x.json')), isCode('snapshot/not-found'))
})

test('a link inside the snapshot is followed; one that leaves it counts as unread, never as absent', async (t) => {
  const outside = folderWith(t, { 'secret.json': '{"secret": 1}', 'sub/secret.json': '{"secret": 2}' })
  const folder = folderWith(t, {
    'meta.json': '{"coverage": [{"part": "", "state": "complete"}]}',
    'policies/p-1.json': '{"Statement": []}',
    'accounts/111122223333/account.json': '{}',
    'accounts/111122223333/resources/sqs/a.json': '{"arn": "arn:aws:sqs:us-east-1:111122223333:a", "policy": null}',
  })
  symlinkSync(join(folder, 'policies/p-1.json'), join(folder, 'policies/p-2.json'))
  symlinkSync(join(outside, 'secret.json'), join(folder, 'policies/p-3.json'))
  symlinkSync(join(outside, 'sub'), join(folder, 'accounts/111122223333/resources/kms'))
  symlinkSync(join(folder, 'gone.json'), join(folder, 'organization.json'))
  symlinkSync(folder, join(folder, 'accounts/round'))
  const files = await readFolder(folder)
  assert.equal(files.get('policies/p-2.json'), '{"Statement": []}')
  assert.equal(files.get('policies/p-3.json'), '')
  assert.ok(![...files.values()].some((text) => text.includes('secret')))
  const snapshot = await loadSnapshot(folder)
  assert.equal(partState(snapshot, 'accounts/111122223333/resources/sqs'), 'complete')
  assert.notEqual(partState(snapshot, 'accounts/111122223333/resources/kms'), 'complete')
  const asked = { principal: 'arn:aws:iam::111122223333:root', action: 'kms:Decrypt' }
  const { policies } = policiesInForce(snapshot, { ...asked, resource: 'arn:aws:kms:us-east-1:111122223333:key/k' })
  assert.ok(!('resourcePolicy' in policies) && !('serviceControlPolicies' in policies))
})

test('a folder over a limit is refused with the size', async (t) => {
  const folder = folderWith(t, {
    'organization.json': 'null',
    'accounts/1/a.json': '[1, 2, 3]',
    'accounts/1/b.json': '[]',
  })
  for (const limits of [{ maxFileBytes: 5 }, { maxTotalBytes: 12 }, { maxFiles: 2 }])
    await assert.rejects(readFolder(folder, limits), isCode('snapshot/too-large'))
})

test('for a folder that is not there a snapshot beside it is named, and none that lies far away', async (t) => {
  const hintIn = async (place: string): Promise<string> => {
    const folder = folderWith(t, { [`${place}/meta.json`]: '{}' })
    const error = await loadSnapshot(join(folder, 'nope')).catch((caught: unknown) => caught)
    assert.ok(error instanceof UserError && error.code === 'snapshot/not-found')
    return error.hint
  }
  assert.match(await hintIn('prod/snapshot'), /^did you mean `.*snapshot`\?$/)
  assert.doesNotMatch(await hintIn('some/other/project/snapshot'), /did you mean/)
})
