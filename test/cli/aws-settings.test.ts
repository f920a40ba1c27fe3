/**
 * How AWS is reached: addresses of profiles and services, and whose credentials count, against a server that only says who calls.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, describe, test } from 'node:test'
import { denytrace } from './run-cli.ts'

const folder = mkdtempSync(join(tmpdir(), 'denytrace-aws-settings-'))
const ARN = 'arn:aws:iam::111122223333:user/x'
const CALLER = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>${ARN}</Arn><UserId>AIDAX</UserId><Account>111122223333</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`
const REFUSED = '<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>'

/** Access keys that signed calls, and the paths that were asked for. */
const keys = new Set<string>()
const paths: string[] = []
const server = createServer((request, response) => {
  const [, key = ''] = (request.headers.authorization ?? '').split(/Credential=|\//, 2)
  keys.add(key)
  paths.push(request.url ?? '')
  let body = ''
  request.on('data', (chunk: Buffer) => (body += chunk.toString()))
  request.on('end', () => {
    const isCaller = body.includes('GetCallerIdentity')
    response.writeHead(isCaller ? 200 : 403, { 'content-type': 'text/xml' }).end(isCaller ? CALLER : REFUSED)
  })
})
let url = ''
const config = join(folder, 'config')
const NOBODY = {
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_CONFIG_FILE: config,
  AWS_ENDPOINT_URL: '',
  AWS_PROFILE: '',
  AWS_ACCESS_KEY_ID: '',
  AWS_SECRET_ACCESS_KEY: '',
}
const KEYS = { AWS_ACCESS_KEY_ID: 'AKIAENVIRONMENT00000', AWS_SECRET_ACCESS_KEY: 'none' }

before(async () => {
  server.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const profile = 'region = eu-west-1\naws_access_key_id = AKIAPROFILE000000000\naws_secret_access_key = none\n'
  const whole = `[profile whole]\n${profile}endpoint_url = ${url}\n`
  const parts = `[profile parts]\n${profile}services = mine\n[services mine]\nsts =\n  endpoint_url = ${url}\n`
  writeFileSync(config, whole + parts)
})
beforeEach(() => {
  keys.clear()
  paths.length = 0
})
after(() => {
  server.close()
  rmSync(folder, { recursive: true, force: true })
})

describe('the addresses of a profile are followed, whichever way it is named', () => {
  for (const profile of ['whole', 'parts'])
    for (const [how, args, env] of [
      ['AWS_PROFILE', [], { AWS_PROFILE: profile }],
      ['--profile', ['--profile', profile], {}],
    ] as const)
      test(`${how} ${profile}`, async () => {
        const { code, out, err } = await denytrace(['whoami', ...args], { env: { ...NOBODY, ...env } })
        assert.deepEqual([code, err], [0, ''])
        assert.match(out, new RegExp(`caller +${ARN}`))
      })

  test('an option stands above the environment', async () => {
    const env = { ...NOBODY, AWS_PROFILE: 'absent' }
    assert.equal((await denytrace(['whoami', '--profile', 'whole'], { env })).code, 0)
  })
})

describe('keys in the environment beside a profile', () => {
  test('AWS_PROFILE: the profile counts, which is said in one line', async () => {
    const ran = await denytrace(['whoami'], { env: { ...NOBODY, ...KEYS, AWS_PROFILE: 'whole' } })
    assert.equal(ran.code, 0)
    assert.match(ran.err, /^warning: AWS_PROFILE and AWS_ACCESS_KEY_ID are both set: [^\n]+\n$/)
    assert.deepEqual([...keys], ['AKIAPROFILE000000000'])
  })

  test('--profile: the profile counts, as asked', async () => {
    const ran = await denytrace(['whoami', '--profile', 'whole'], { env: { ...NOBODY, ...KEYS } })
    assert.deepEqual([ran.code, ran.err], [0, ''])
    assert.deepEqual([...keys], ['AKIAPROFILE000000000'])
  })
})

test('the command that is run has the environment it was given', async () => {
  const words = [process.execPath, '-e', 'console.log(String(process.env.AWS_PROFILE))']
  const env = { ...NOBODY, AWS_PROFILE: 'mine' }
  const ran = await denytrace(['run', '--profile', 'whole', '--', ...words], { env })
  assert.deepEqual([ran.code, ran.out], [0, 'mine\n'])
})

describe('S3 Control at an address of its own', () => {
  const collect = (address: string, out: string) => {
    const names = ['STS', 'EC2', 'IAM', 'ORGANIZATIONS', 'SSO_ADMIN']
    const others = Object.fromEntries(names.map((name) => [`AWS_ENDPOINT_URL_${name}`, url]))
    const env = { ...NOBODY, ...KEYS, ...others, AWS_ENDPOINT_URL_S3_CONTROL: address, AWS_REGION: 'eu-west-1' }
    const args = ['--services', 's3-access-points', '--regions', 'eu-west-1', '--out', join(folder, out)]
    return denytrace(['collect', ...args], { env })
  }
  const told = (out: string): string => readFileSync(join(folder, out, 'meta.json'), 'utf8')

  for (const host of ['127.0.0.1', 'localhost'])
    test(`${host} has no place for an account, and is called as it is`, async () => {
      const { err, code } = await collect(url.replace('127.0.0.1', host), host)
      assert.doesNotMatch(err, /\n {4}at |Failed to construct/)
      assert.equal(code, 0)
      assert.match(told(host), /s3:GetAccountPublicAccessBlock: AccessDenied: no/)
      assert.ok(paths.some((path) => path.startsWith('/v20180820/accesspoint')))
    })

  test('an address that is none becomes coverage that names it', async () => {
    const { err, code } = await collect('nowhere', 'nowhere')
    assert.doesNotMatch(err, /\n {4}at |Failed to construct/)
    assert.equal(code, 0)
    assert.match(told('nowhere'), /s3:GetAccountPublicAccessBlock: TypeError: Invalid URL: nowhere/)
  })
})
