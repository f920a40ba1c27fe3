/** `whoami --web-identity-token`: the claims of a token, by file and from the environment of a job. */
import assert from 'node:assert/strict'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { denytraceInside } from './run-inside.ts'

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const token = (claims: object): string => [part({ alg: 'RS256' }), part(claims), 'c2lnbmF0dXJl'].join('.')
const CLAIMS = {
  iss: 'https://gitlab.com',
  sub: 'project_path:group/app:ref_type:branch:ref:main',
  aud: 'sts',
  exp: 4e9,
}

const folder = mkdtempSync(join(tmpdir(), 'token-'))
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}
const whoami = (from: string, env = {}, ...more: readonly string[]) =>
  denytraceInside(['whoami', '--web-identity-token', from, ...more], { env })

describe('whoami with a web identity token', () => {
  it('shows the claims of a file, and never the signature', async () => {
    const { code, out } = await whoami(file('a.jwt', token(CLAIMS)))
    assert.equal(code, 0)
    assert.match(out, /gitlab\.com:sub\s+project_path:group\/app:ref_type:branch:ref:main/)
    assert.match(out, /signature was not checked/)
    assert.doesNotMatch(out, /c2lnbmF0dXJl/)
  })

  it('says that a token has expired, and ends with 1', async () => {
    const { code, out } = await whoami(file('b.jwt', token({ ...CLAIMS, exp: 1 })), {}, '--format', 'json')
    assert.equal(code, 1)
    const { webIdentityToken } = JSON.parse(out)
    assert.equal(webIdentityToken.expired, true)
    assert.equal(webIdentityToken.verified, false)
    assert.equal(webIdentityToken.expiresAt, '1970-01-01T00:00:01.000Z')
  })

  it('finds the token of a job in its environment', async () => {
    for (const env of [
      { AWS_WEB_IDENTITY_TOKEN_FILE: file('c.jwt', token(CLAIMS)) },
      { BITBUCKET_STEP_OIDC_TOKEN: token(CLAIMS) },
      { CIRCLE_OIDC_TOKEN_V2: token(CLAIMS) },
      { TFC_WORKLOAD_IDENTITY_TOKEN: token(CLAIMS) },
    ]) {
      const { code, out } = await whoami('env', env)
      assert.equal(code, 0)
      assert.ok(out.includes(Object.keys(env)[0] ?? ''))
    }
  })

  it('asks GitHub for nothing, and says how to save the token', async () => {
    const { code, err } = await whoami('env', { ACTIONS_ID_TOKEN_REQUEST_URL: 'https://example.com/?a=1' })
    assert.equal(code, 3)
    assert.match(err, /input\/no-token/)
    assert.match(err, /audience=sts\.amazonaws\.com" > token\.json/)
  })

  it('refuses what is no token, and what is too large to be one', async () => {
    for (const text of ['hello', '{"a": 1}', 'x'.repeat(100_000)]) {
      const { code, err } = await whoami(file('d.txt', text))
      assert.equal(code, 3)
      assert.match(err, /input\/no-token/)
    }
  })
})
