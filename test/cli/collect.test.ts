import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { denytrace } from './run-cli.ts'

const folder = mkdtempSync(join(tmpdir(), 'denytrace-collect-cli-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const NOBODY = {
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_ACCESS_KEY_ID: '',
  AWS_SECRET_ACCESS_KEY: '',
  AWS_REGION: 'us-east-1',
}
const SOMEBODY = { ...NOBODY, AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'none' }
const out = ['--out', join(folder, 'snapshot')]

describe('collect tells what is wrong, and how to mend it', () => {
  const rows: readonly (readonly [string, readonly string[], number, RegExp])[] = [
    [
      'a service it does not know',
      ['--services', 's4'],
      2,
      /^usage\/not-a-value: .*`s4`\nhint: did you mean `s3`\?\n$/,
    ],
    ['an account id that is none', ['--accounts', '123'], 2, /^usage\/not-a-value: `123` is no account id\nhint: /],
    ['all accounts without a role', ['--accounts', 'all'], 2, /^usage\/missing-option: .*\nhint: add `--role NAME`\n$/],
    ['a number that is none', ['--concurrency', 'many'], 2, /^usage\/not-a-value: /],
    ['no credentials', [], 5, /^aws\/no-credentials: .*\nhint: log in/],
  ]
  for (const [what, args, code, said] of rows)
    test(what, async () => {
      const ran = await denytrace(['collect', ...out, ...args], { env: NOBODY })
      assert.deepEqual([ran.code, ran.out], [code, ''])
      assert.match(ran.err, said)
    })

  test('an address where nobody answers', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as AddressInfo
    await new Promise((resolve) => server.close(resolve))
    const env = { ...SOMEBODY, AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` }
    const { code, out: said, err } = await denytrace(['collect', ...out], { env })
    assert.deepEqual([code, said], [5, ''])
    assert.match(err, /^aws\/unreachable: AWS cannot be reached: ECONNREFUSED\nhint: /)
  })

  test('credentials that have run out', async () => {
    const body =
      '<ErrorResponse><Error><Type>Sender</Type><Code>ExpiredToken</Code><Message>The security token included in the request is expired</Message></Error></ErrorResponse>'
    const server = createServer((_, response) => response.writeHead(403, { 'content-type': 'text/xml' }).end(body))
    server.listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as AddressInfo
    const env = { ...SOMEBODY, AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` }
    const { code, err } = await denytrace(['collect', ...out], { env })
    server.close()
    assert.equal(code, 5)
    assert.match(err, /^aws\/no-credentials: .*ExpiredToken\nhint: .*--resume/)
  })
})

test('--print-policy gives only actions that read', async () => {
  const { code, out: said } = await denytrace(['collect', '--print-policy', '--role', 'Auditor'], { env: NOBODY })
  const { Statement } = JSON.parse(said) as { Statement: { Sid: string; Action: string[]; Resource: string }[] }
  assert.equal(code, 0)
  const others = Statement.filter(({ Sid }) => Sid !== 'OtherAccounts').flatMap(({ Action }) => Action)
  assert.deepEqual(
    others.filter((action) => !/^[a-z0-9-]{1,40}:(?:Get|List|Describe|GET)/.test(action)),
    [],
  )
  const assume = Statement.find(({ Sid }) => Sid === 'OtherAccounts')
  assert.deepEqual([assume?.Action, assume?.Resource], [['sts:AssumeRole'], 'arn:*:iam::*:role/Auditor'])
})
