/** `whoami --web-identity-token` for each provider of docs/web-identity.md: the condition keys, and no secret. */
import assert from 'node:assert/strict'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { denytraceInside } from './run-inside.ts'

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const SIGNATURE = 'c2lnbmF0dXJlLW9mLXRoZS10b2tlbg'
const token = (claims: object): string => [part({ alg: 'RS256', kid: 'key-1' }), part(claims), SIGNATURE].join('.')
const folder = mkdtempSync(join(tmpdir(), 'token-'))
const UUID = '11111111-2222-3333-4444-555555555555'
const BITBUCKET = 'api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc'
const CLUSTER = 'oidc.eks.us-east-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF'

/** Claims as the pages of the providers show them (src/intake/web-identity-token.ts), and the keys that AWS makes of them. */
const PROVIDERS: readonly (readonly [provider: string, claims: object, keys: object])[] = [
  [
    'token.actions.githubusercontent.com',
    { sub: 'repo:acme/app:environment:prod', aud: 'sts.amazonaws.com', repository: 'acme/app', actor: 'ada' },
    { sub: 'repo:acme/app:environment:prod', aud: 'sts.amazonaws.com', repository: 'acme/app' },
  ],
  [
    'gitlab.com',
    { sub: 'project_path:acme/app:ref_type:branch:ref:main', aud: 'https://gitlab.com', user_email: 'ada@example.com' },
    { sub: 'project_path:acme/app:ref_type:branch:ref:main', aud: 'https://gitlab.com' },
  ],
  [
    BITBUCKET,
    { sub: `{${UUID}}:{${UUID}}`, aud: `ari:cloud:bitbucket::workspace/${UUID}` },
    { sub: `{${UUID}}:{${UUID}}`, aud: `ari:cloud:bitbucket::workspace/${UUID}` },
  ],
  [
    `oidc.circleci.com/org/${UUID}`,
    { sub: `org/${UUID}/project/${UUID}/user/${UUID}`, aud: UUID },
    { sub: `org/${UUID}/project/${UUID}/user/${UUID}`, aud: UUID },
  ],
  [
    'app.terraform.io',
    { sub: 'organization:acme:project:Default Project:workspace:prod:run_phase:plan', aud: 'aws.workload.identity' },
    { sub: 'organization:acme:project:Default Project:workspace:prod:run_phase:plan', aud: 'aws.workload.identity' },
  ],
  [
    CLUSTER,
    { sub: 'system:serviceaccount:apps:web', aud: ['sts.amazonaws.com'], 'kubernetes.io': { pod: { name: 'web-1' } } },
    { sub: 'system:serviceaccount:apps:web', aud: 'sts.amazonaws.com' },
  ],
  [
    'cognito-identity.amazonaws.com',
    { sub: `us-east-1:${UUID}`, aud: `us-east-1:${UUID}`, amr: ['unauthenticated'] },
    { sub: `us-east-1:${UUID}`, aud: `us-east-1:${UUID}`, amr: ['unauthenticated'] },
  ],
  [
    'accounts.google.com',
    { sub: '110248495921238986420', aud: 'https://example.com', azp: '123.apps', email: 'ada@example.com' },
    { sub: '110248495921238986420', aud: '123.apps', oaud: 'https://example.com' },
  ],
  [
    `sts.windows.net/${UUID}/`,
    { sub: UUID, aud: 'api://app', upn: 'ada@example.com' },
    { sub: UUID, aud: 'api://app' },
  ],
  [`login.microsoftonline.com/${UUID}/v2.0`, { sub: UUID, aud: UUID }, { sub: UUID, aud: UUID }],
]

describe('the token of a provider', () => {
  for (const [provider, claims, keys] of PROVIDERS)
    it(`${provider} has its condition keys shown, and neither its signature nor who started the job`, async () => {
      const path = join(folder, `${provider.replaceAll(/\W/g, '-')}.jwt`)
      const text = token({ iss: `https://${provider}`, exp: 4e9, ...claims })
      writeFileSync(path, text)
      const asJson = await denytraceInside(['whoami', '--web-identity-token', path, '--format', 'json'])
      const { webIdentityToken } = JSON.parse(asJson.out)
      assert.equal(webIdentityToken.provider, provider)
      const expected = Object.fromEntries(Object.entries(keys).map(([claim, value]) => [`${provider}:${claim}`, value]))
      assert.deepEqual(webIdentityToken.conditionKeys, expected)
      const asText = await denytraceInside(['whoami', '--web-identity-token', path])
      assert.equal(asText.code, 0)
      for (const { out, err } of [asJson, asText])
        for (const secret of [SIGNATURE, text, 'key-1', 'ada'])
          assert.ok(!`${out}${err}`.replaceAll(path, '').includes(secret), secret)
    })
})
