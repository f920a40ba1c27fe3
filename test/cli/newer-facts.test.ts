import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { denytrace } from './run-cli.ts'

const folder = mkdtempSync(join(tmpdir(), 'denytrace-facts-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const reference = join(folder, 'sqs.json')
writeFileSync(
  reference,
  JSON.stringify({ Name: 'sqs', Actions: [{ Name: 'PolishQueue', Resources: [{ Name: 'queue' }] }] }),
)

const ask = (env: Readonly<Record<string, string>>) =>
  denytrace(
    [
      'who-can',
      'sqs:PolishQueue',
      'arn:aws:sqs:us-east-1:111122223333:q',
      '--snapshot',
      'examples/kms-behind-s3/snapshot',
    ],
    { env },
  )

test('an action that AWS added later is known with AWS’s service reference in DENYTRACE_FACTS', async () => {
  const without = await ask({})
  assert.equal(without.code, 2)
  assert.match(without.err, /sqs:PolishQueue/)
  for (const path of [reference, folder]) {
    const { code, err } = await ask({ DENYTRACE_FACTS: path })
    assert.notEqual(code, 2, err)
    assert.doesNotMatch(err, /usage\/unknown-action/)
  }
})

test('a file that is not AWS’s service reference is an error with a hint', async () => {
  const broken = join(folder, 'broken.txt')
  writeFileSync(broken, '{"Name": ')
  const { code, out, err } = await ask({ DENYTRACE_FACTS: broken })
  assert.deepEqual([code, out], [3, ''])
  assert.match(err, /not AWS's service reference: it is not valid JSON/)
  assert.match(err, /hint: .*servicereference/)
})
