/** A key that encrypts a bucket changes together with who may use the bucket: each is told by itself, and no more than it is. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { loadSnapshot } from '#collect/folder.ts'
import { compareSnapshots } from '#prove/compare-snapshots.ts'
import { ROOT } from '../cli/run-cli.ts'

const EXAMPLE = join(ROOT, 'examples', 'kms-behind-s3')
const BUCKET = 'arn:aws:s3:::prod-artifacts'
const KEY = 'arn:aws:kms:us-east-1:111122223333:key/1234abcd-56ef-78ab-90cd-1234567890ef'

test('what came is s3:PutObject on the objects and kms:GenerateDataKey on the key, and nothing on the whole bucket', async () => {
  const [old, next] = await Promise.all(
    ['snapshot', 'snapshot-mended'].map((name) => loadSnapshot(join(EXAMPLE, name))),
  )
  assert.ok(old !== undefined && next !== undefined)
  const { newAccess, newlyAllowed, lostAccess, newlyDenied } = compareSnapshots(old, next)
  assert.deepEqual([newAccess, lostAccess, newlyDenied], ['some', 'none', []])
  const told = new Set(newlyAllowed.map(({ actions, resources }) => `${actions.join()} ${resources.join()}`))
  assert.deepEqual([...told].toSorted(), [`kms:GenerateDataKey ${KEY}`, `s3:PutObject ${BUCKET}/releases/*`])
  const back = compareSnapshots(next, old)
  assert.deepEqual([back.newAccess, back.lostAccess], ['none', 'some'])
})
