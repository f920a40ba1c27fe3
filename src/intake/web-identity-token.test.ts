/** Claims of web identity tokens, and the condition keys that AWS STS makes of them. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { decodeWebIdentityToken, MAX_TOKEN } from './web-identity-token.ts'

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const token = (claims: object): string => [part({ alg: 'RS256' }), part(claims), 'c2lnbmF0dXJl'].join('.')

const GITHUB = 'token.actions.githubusercontent.com'
const ID = '0123456789ABCDEF0123456789ABCDEF'
const UUID = '1f0c9a52-aaaa-4bbb-8ccc-0123456789ab'

/** Claims as each provider's page has them. */
const TOKENS: readonly (readonly [what: string, claims: object, keys: object])[] = [
  [
    'GitHub, a job with an environment',
    {
      iss: `https://${GITHUB}`,
      sub: 'repo:octo-org/app:environment:prod',
      aud: 'sts.amazonaws.com',
      environment: 'prod',
    },
    {
      [`${GITHUB}:sub`]: 'repo:octo-org/app:environment:prod',
      [`${GITHUB}:aud`]: 'sts.amazonaws.com',
      [`${GITHUB}:environment`]: 'prod',
    },
  ],
  [
    'GitHub, a pull request of a repository with immutable ids',
    { iss: `https://${GITHUB}`, sub: 'repo:octo-org@1/app@2:pull_request', aud: 'sts.amazonaws.com' },
    { [`${GITHUB}:sub`]: 'repo:octo-org@1/app@2:pull_request', [`${GITHUB}:aud`]: 'sts.amazonaws.com' },
  ],
  [
    'GitHub, a reusable workflow',
    {
      iss: `https://${GITHUB}`,
      sub: 'repo:octo-org/app:ref:refs/heads/main',
      aud: 'sts.amazonaws.com',
      job_workflow_ref: 'octo-org/shared/.github/workflows/deploy.yml@refs/tags/v1',
    },
    {
      [`${GITHUB}:sub`]: 'repo:octo-org/app:ref:refs/heads/main',
      [`${GITHUB}:aud`]: 'sts.amazonaws.com',
      [`${GITHUB}:job_workflow_ref`]: 'octo-org/shared/.github/workflows/deploy.yml@refs/tags/v1',
    },
  ],
  [
    'GitLab',
    { iss: 'https://gitlab.com', sub: 'project_path:group/app:ref_type:branch:ref:main', aud: 'https://gitlab.com' },
    { 'gitlab.com:sub': 'project_path:group/app:ref_type:branch:ref:main', 'gitlab.com:aud': 'https://gitlab.com' },
  ],
  [
    'Bitbucket',
    {
      iss: 'https://api.bitbucket.org/2.0/workspaces/team/pipelines-config/identity/oidc',
      sub: `{${UUID}}:{${UUID}}`,
      aud: `ari:cloud:bitbucket::workspace/${UUID}`,
    },
    {
      'api.bitbucket.org/2.0/workspaces/team/pipelines-config/identity/oidc:sub': `{${UUID}}:{${UUID}}`,
      'api.bitbucket.org/2.0/workspaces/team/pipelines-config/identity/oidc:aud': `ari:cloud:bitbucket::workspace/${UUID}`,
    },
  ],
  [
    'HCP Terraform',
    {
      iss: 'https://app.terraform.io',
      sub: 'organization:acme:project:web:workspace:prod:run_phase:apply',
      aud: 'aws.workload.identity',
    },
    {
      'app.terraform.io:sub': 'organization:acme:project:web:workspace:prod:run_phase:apply',
      'app.terraform.io:aud': 'aws.workload.identity',
    },
  ],
  [
    'a pod of EKS',
    {
      iss: `https://oidc.eks.eu-west-1.amazonaws.com/id/${ID}`,
      sub: 'system:serviceaccount:shop:cart',
      aud: ['sts.amazonaws.com'],
      'kubernetes.io': {
        namespace: 'shop',
        serviceaccount: { name: 'cart', uid: '1' },
        pod: { name: 'cart-1', uid: '2' },
      },
    },
    {
      [`oidc.eks.eu-west-1.amazonaws.com/id/${ID}:sub`]: 'system:serviceaccount:shop:cart',
      [`oidc.eks.eu-west-1.amazonaws.com/id/${ID}:aud`]: 'sts.amazonaws.com',
    },
  ],
  [
    'a guest of a Cognito identity pool',
    {
      iss: 'https://cognito-identity.amazonaws.com',
      sub: `eu-west-1:${UUID}`,
      aud: `eu-west-1:${UUID}`,
      amr: ['unauthenticated'],
    },
    {
      'cognito-identity.amazonaws.com:sub': `eu-west-1:${UUID}`,
      'cognito-identity.amazonaws.com:aud': `eu-west-1:${UUID}`,
      'cognito-identity.amazonaws.com:amr': ['unauthenticated'],
    },
  ],
  [
    'an authorized party, which stands in the place of the audience',
    { iss: 'https://accounts.google.com', sub: '1', aud: 'app', azp: 'client' },
    { 'accounts.google.com:sub': '1', 'accounts.google.com:aud': 'client', 'accounts.google.com:oaud': 'app' },
  ],
]

describe('a web identity token', () => {
  for (const [what, claims, keys] of TOKENS)
    it(`becomes condition keys: ${what}`, () => {
      assert.deepEqual(decodeWebIdentityToken(token(claims))?.conditionKeys, keys)
    })

  it('shows neither its signature, nor names of people and pods', () => {
    const [, claims] = TOKENS[6] ?? []
    const found = JSON.stringify(decodeWebIdentityToken(token({ ...claims, email: 'ana@example.com', jti: 'x' })))
    for (const secret of ['c2lnbmF0dXJl', 'ana@example.com', 'cart-1']) assert.ok(!found.includes(secret), secret)
  })

  it('is read as GitHub answers it, and as claims that somebody decoded', () => {
    const [, claims = {}] = TOKENS[3] ?? []
    const plain = decodeWebIdentityToken(token(claims))
    assert.ok(plain)
    for (const text of [JSON.stringify({ count: 1, value: token(claims) }), JSON.stringify(claims)])
      assert.deepEqual(decodeWebIdentityToken(text), plain)
    assert.deepEqual(
      decodeWebIdentityToken(JSON.stringify({ schemaVersion: 1, webIdentityToken: { claims } }))?.conditionKeys,
      plain.conditionKeys,
    )
  })

  it('is none where it is malformed, too long, or has no issuer or subject', () => {
    const none = [
      '',
      'a.b.c',
      'not a token',
      '{}',
      '[1]',
      token({ iss: 'https://gitlab.com' }),
      token({ iss: 'gitlab', sub: 'x' }),
      token({ iss: 'https://gitlab.com', sub: 'x'.repeat(MAX_TOKEN) }),
      `${part({})}.%%%%.c2ln`,
      JSON.stringify({ Version: '2012-10-17', Statement: [] }),
      JSON.stringify({ __proto__: { iss: 'https://gitlab.com', sub: 'x' } }),
    ]
    for (const text of none) assert.equal(decodeWebIdentityToken(text), undefined, text.slice(0, 60))
  })
})
