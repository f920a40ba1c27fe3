/**
 * What a trust policy asks of a token or an assertion stays in every proposed statement.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { diagnosisWithFiles, likelyLayers } from './incident-files.ts'

const ACCOUNT = '111122223333'
const GITHUB = 'token.actions.githubusercontent.com'
const COGNITO = 'cognito-identity.amazonaws.com'
const POOL = 'us-east-1:11111111-2222-3333-4444-555555555555'
const WEB = 'Not authorized to perform sts:AssumeRoleWithWebIdentity'
const SAML = 'Not authorized to perform sts:AssumeRoleWithSAML'
const called = (name: string, text: string): string =>
  `An error occurred (AccessDenied) when calling the ${name} operation: ${text}`

const role = (federated: string, action: string, condition: object) => ({
  Role: {
    RoleName: 'deploy',
    Arn: `arn:aws:iam::${ACCOUNT}:role/deploy`,
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Federated: federated }, Action: action, Condition: condition }],
    },
  },
})
const github = `arn:aws:iam::${ACCOUNT}:oidc-provider/${GITHUB}`
const okta = `arn:aws:iam::${ACCOUNT}:saml-provider/Okta`
const webIdentity = called('AssumeRoleWithWebIdentity', WEB)
const saml = called('AssumeRoleWithSAML', SAML)
const signIn = { StringEquals: { 'SAML:aud': 'https://signin.aws.amazon.com/saml' } }

describe('a statement for another token', () => {
  // https://docs.github.com/en/actions/how-tos/secure-your-work/security-harden-deployments/oidc-with-reusable-workflows
  it('keeps the reusable workflow that the trust policy asks for', async () => {
    const trust = role(github, 'sts:AssumeRoleWithWebIdentity', {
      StringEquals: { [`${GITHUB}:aud`]: 'sts.amazonaws.com', [`${GITHUB}:sub`]: 'repo:octo-org/app:pull_request' },
      StringLike: { [`${GITHUB}:job_workflow_ref`]: 'octo-org/shared/.github/workflows/deploy.yml@refs/heads/*' },
    })
    const claims = {
      iss: `https://${GITHUB}`,
      sub: 'repo:octo-org/app:ref:refs/heads/main',
      aud: 'sts.amazonaws.com',
      job_workflow_ref: 'octo-org/shared/.github/workflows/deploy.yml@refs/heads/main',
    }
    const diagnosis = await diagnosisWithFiles(webIdentity, [trust, claims])
    assert.deepEqual(diagnosis && likelyLayers(diagnosis), ['resource-policy'])
    assert.ok((diagnosis?.fixes.length ?? 0) > 0)
    for (const fix of diagnosis?.fixes ?? [])
      if (JSON.stringify(fix.changes.map(({ patch }) => patch)).includes('"Effect"'))
        assert.match(JSON.stringify(fix.changes), /shared\/\.github\/workflows\/deploy\.yml@refs\/heads\/\*/)
  })

  it('asks for the workflow of the token where that is what differs', async () => {
    const trust = role(github, 'sts:AssumeRoleWithWebIdentity', {
      StringEquals: { [`${GITHUB}:aud`]: 'sts.amazonaws.com' },
      StringLike: {
        [`${GITHUB}:sub`]: 'repo:octo-org/*',
        [`${GITHUB}:job_workflow_ref`]: 'octo-org/shared/.github/workflows/deploy.yml@refs/heads/main',
      },
    })
    const workflow = 'octo-org/shared/.github/workflows/deploy.yml@refs/tags/v2'
    const sub = 'repo:octo-org/app:ref:refs/heads/main'
    const claims = { iss: `https://${GITHUB}`, sub, aud: 'sts.amazonaws.com', job_workflow_ref: workflow }
    const diagnosis = await diagnosisWithFiles(webIdentity, [trust, claims])
    assert.ok(JSON.stringify(diagnosis?.fixes[0]?.changes).includes(workflow))
  })
})

// https://docs.aws.amazon.com/cognito/latest/developerguide/role-trust-and-permissions.html
describe('a token of a Cognito identity pool', () => {
  const trust = role(COGNITO, 'sts:AssumeRoleWithWebIdentity', {
    StringEquals: { [`${COGNITO}:aud`]: POOL },
    'ForAnyValue:StringLike': { [`${COGNITO}:amr`]: 'authenticated' },
  })
  const token = (aud: string, ...amr: readonly string[]) => ({
    iss: `https://${COGNITO}`,
    sub: 'us-east-1:aaaaaaaa-2222-3333-4444-555555555555',
    aud,
    amr,
  })

  it('of a guest gets no statement that lets guests in', async () => {
    const diagnosis = await diagnosisWithFiles(webIdentity, [trust, token(POOL, 'unauthenticated')])
    assert.deepEqual(diagnosis && likelyLayers(diagnosis), ['resource-policy'])
    assert.deepEqual(diagnosis?.fixes, [])
  })

  it('of another pool still has to be of a user who signed in', async () => {
    const other = POOL.replace('1111', '9999')
    const diagnosis = await diagnosisWithFiles(webIdentity, [trust, token(other, 'authenticated')])
    assert.ok((diagnosis?.fixes.length ?? 0) > 0)
    for (const { changes } of diagnosis?.fixes ?? [])
      if (JSON.stringify(changes.map(({ patch }) => patch)).includes('"Effect"'))
        assert.ok(JSON.stringify(changes).includes(`${COGNITO}:amr`))
  })
})

// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_saml.html
describe('an assertion', () => {
  it('that nobody has seen gets no statement without its audience', async () => {
    const diagnosis = await diagnosisWithFiles(saml, [role(okta, 'sts:AssumeRoleWithSAML', signIn)])
    assert.deepEqual(diagnosis && likelyLayers(diagnosis), ['resource-policy'])
    assert.deepEqual(diagnosis?.fixes, [])
    assert.doesNotMatch(JSON.stringify(diagnosis?.causes), /not sent/)
  })

  it('is no caller of sts:AssumeRole: the action is corrected where it is, and the audience stays', async () => {
    const diagnosis = await diagnosisWithFiles(saml, [role(okta, 'sts:AssumeRole', signIn)])
    assert.deepEqual(
      diagnosis?.fixes[0]?.changes.map(({ patch }) => patch),
      [[{ op: 'replace', path: '/Statement/0/Action', value: 'sts:AssumeRoleWithSAML' }]],
    )
  })
})

// https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html
describe('a token of another cluster than the trust policy names', () => {
  const host = (id: string): string => `oidc.eks.eu-west-1.amazonaws.com/id/${id.repeat(32)}`
  const trusted = `arn:aws:iam::${ACCOUNT}:oidc-provider/${host('A')}`
  const subject = 'system:serviceaccount:apps:web'

  it('is of the provider of its own issuer, and a statement for it has keys of that provider alone', async () => {
    const trust = role(trusted, 'sts:AssumeRoleWithWebIdentity', { StringEquals: { [`${host('A')}:sub`]: subject } })
    const claims = { iss: `https://${host('B')}`, sub: subject, aud: ['sts.amazonaws.com'] }
    const diagnosis = await diagnosisWithFiles(webIdentity, [trust, claims])
    const text = JSON.stringify(diagnosis?.fixes[0]?.changes.map(({ patch }) => patch))
    assert.ok(text.includes(`oidc-provider/${host('B')}`) && text.includes(`${host('B')}:sub`))
    assert.ok(!text.includes(`${host('A')}:sub`))
  })
})
