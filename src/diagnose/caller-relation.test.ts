import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Scenario } from '#engine/scenario.ts'
import { readDenials } from '#intake/read.ts'
import { evidenceOf } from '#intake/parse-result.ts'
import { readSnapshot } from '#snapshot/snapshot.ts'
import { diagnose } from './diagnose.ts'
import type { Identity, PolicySource } from './diagnosis.ts'

const OWNER = '111122223333'
const STRANGER = '987650001234'
const TARGET = `arn:aws:iam::${OWNER}:role/key-admin`
const trust = (principal: unknown, more: object = {}) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole', ...more }],
})
const says = (account: string, role = TARGET): string =>
  `An error occurred (AccessDenied) when calling the AssumeRole operation: User: arn:aws:sts::${account}:assumed-role/x/s is not authorized to perform: sts:AssumeRole on resource: ${role}`

function identityOf(text: string, policySource: PolicySource = { kind: 'none' }): Identity {
  const [diagnosis] = diagnose({ ...evidenceOf(readDenials(text)), policySource }).diagnoses
  assert.ok(diagnosis !== undefined)
  const { warning } = diagnosis.identity
  if (warning !== undefined) assert.ok(diagnosis.summary.startsWith(warning))
  return diagnosis.identity
}

const relationOf = (text: string, source?: PolicySource): string => identityOf(text, source).relation

const scenario = (policies: Scenario['policies'], more: object = {}): PolicySource =>
  ({ kind: 'scenario', scenario: { policies, ...more } }) as unknown as PolicySource
const trusting = (document: unknown) => ({ resourcePolicy: { name: 'trust', kind: 'trust', document } })

function snapshot(
  organization: unknown,
  files: Readonly<Record<string, unknown>> = {},
  state = 'complete',
): PolicySource {
  const all = {
    'meta.json': { coverage: [{ part: 'organization.json', state }] },
    'organization.json': organization,
    [`accounts/${OWNER}/account.json`]: { id: OWNER },
    ...files,
  }
  return {
    kind: 'snapshot',
    snapshot: readSnapshot(new Map(Object.entries(all).map(([path, value]) => [path, JSON.stringify(value)]))),
  }
}
const tree = (...ids: readonly string[]) => ({ id: 'o-x', roots: [{ id: 'r-1', accounts: ids.map((id) => ({ id })) }] })

describe('the account of the caller (R-ADV-08)', () => {
  it('is the owner’s', () => assert.equal(relationOf(says(OWNER)), 'same-account'))

  it('is unknown where there is nothing to compare it with', () => {
    assert.equal(relationOf(says(STRANGER)), 'unknown')
    assert.equal(relationOf(says(STRANGER), scenario({})), 'unknown')
    assert.equal(relationOf(says(STRANGER), snapshot(tree(OWNER), {}, 'partial')), 'unknown')
  })

  it('is one of the organization', () => {
    assert.equal(relationOf(says(STRANGER), snapshot(tree(OWNER, STRANGER))), 'organization')
    assert.equal(
      relationOf(says(STRANGER), scenario({}, { organization: { principalPath: 'o-x/r-1/' } })),
      'organization',
    )
  })

  it('is one of the snapshot', () =>
    assert.equal(
      relationOf(says(STRANGER), snapshot(null, { [`accounts/${STRANGER}/account.json`]: { id: STRANGER } })),
      'organization',
    ))

  it('is outside where the organization does not list it', () => {
    const { relation, warning } = identityOf(says(STRANGER), snapshot(tree(OWNER)))
    assert.equal(relation, 'outside')
    assert.match(
      warning ?? '',
      /^Account 987650001234 is not in your organization, and no policy you provided mentions it\./,
    )
    assert.equal(
      relationOf(says(STRANGER), scenario({}, { organization: { id: 'o-x', principalOutside: true } })),
      'outside',
    )
  })

  it('is named where a statement of the snapshot lets it in, and not where one only denies it', () => {
    const bucket = (Effect: string) => ({
      arn: 'arn:aws:s3:::shared',
      account: OWNER,
      kind: 'bucket',
      policy: {
        Version: '2012-10-17',
        Statement: [{ Effect, Principal: { AWS: STRANGER }, Action: 's3:GetObject', Resource: '*' }],
      },
    })
    const file = `accounts/${OWNER}/resources/s3/shared.json`
    assert.equal(relationOf(says(STRANGER), snapshot(tree(OWNER), { [file]: bucket('Allow') })), 'named-in-policy')
    const denied = identityOf(says(STRANGER), snapshot(tree(OWNER), { [file]: bucket('Deny') }))
    assert.equal(denied.relation, 'outside')
    assert.match(denied.warning ?? '', /no policy you provided trusts it/)
  })

  it('is named where a Deny spares it', () =>
    assert.equal(
      relationOf(
        says(STRANGER),
        scenario(
          trusting({
            Version: '2012-10-17',
            Statement: [
              {
                Effect: 'Deny',
                Principal: '*',
                Action: 'sts:AssumeRole',
                Condition: { StringNotEquals: { 'aws:PrincipalAccount': [OWNER, STRANGER] } },
              },
            ],
          }),
        ),
      ),
      'named-in-policy',
    ))

  it('is outside where the owner’s policy names others, and unknown where the caller’s own policies are given', () => {
    const owners = trusting(trust({ AWS: `arn:aws:iam::${OWNER}:role/ci` }))
    assert.equal(relationOf(says(STRANGER), scenario(owners)), 'outside')
    const both = { ...owners, identityPolicies: [{ name: 'own', document: trust(undefined) }] }
    assert.equal(relationOf(says(STRANGER), scenario(both)), 'unknown')
    assert.equal(relationOf(says(STRANGER), scenario(trusting(trust('*')))), 'unknown')
  })

  it('is outside where it is one digit off from one that is known, whatever else is given', () => {
    for (const source of [
      undefined,
      scenario(trusting(trust({ AWS: `arn:aws:iam::${STRANGER}:role/x` }))),
      snapshot(tree(OWNER, STRANGER), {}, 'partial'),
    ]) {
      const near = source === undefined ? '111122223334' : '987650001235'
      const { relation, warning } = identityOf(says(near), source)
      assert.equal(relation, 'outside')
      assert.match(warning ?? '', /they differ by one digit/)
    }
  })
})

describe('an anonymous caller', () => {
  const ANONYMOUS =
    'User: anonymous is not authorized to perform: es:ESHttpGet on resource: arn:aws:es:eu-west-1:111122223333:domain/logs'

  it('is outside', () => assert.equal(relationOf(ANONYMOUS), 'outside'))

  it('is not outside where the call is made without credentials by design', () =>
    assert.equal(
      relationOf('User: anonymous is not authorized to perform: cognito-identity:GetId on resource: *'),
      'unknown',
    ))
})

describe('a token of a provider', () => {
  const HOST = 'token.actions.githubusercontent.com'
  const denied = (subject: string): string =>
    JSON.stringify({
      eventVersion: '1.08',
      userIdentity: {
        type: 'WebIdentityUser',
        principalId: `arn:aws:iam::${OWNER}:oidc-provider/${HOST}:sts.amazonaws.com:${subject}`,
        userName: subject,
        identityProvider: `arn:aws:iam::${OWNER}:oidc-provider/${HOST}`,
      },
      eventTime: '2026-05-04T10:00:00Z',
      eventSource: 'sts.amazonaws.com',
      eventName: 'AssumeRoleWithWebIdentity',
      awsRegion: 'eu-west-1',
      errorCode: 'AccessDenied',
      errorMessage: 'Not authorized to perform sts:AssumeRoleWithWebIdentity',
      requestParameters: { roleArn: TARGET, roleSessionName: 's' },
      recipientAccountId: OWNER,
      eventID: 'e-1',
    })
  const policy = (pattern: string) =>
    scenario(
      trusting({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Federated: `arn:aws:iam::${OWNER}:oidc-provider/${HOST}` },
            Action: 'sts:AssumeRoleWithWebIdentity',
            Condition: { StringLike: { [`${HOST}:sub`]: pattern } },
          },
        ],
      }),
    )

  it('is outside where the trust policy names another owner', () => {
    const { relation, warning } = identityOf(
      denied('repo:mallory/app:ref:refs/heads/main'),
      policy('repo:acme-org/app:*'),
    )
    assert.equal(relation, 'outside')
    assert.match(warning ?? '', /GitHub owner mallory, and the trust policy trusts acme-org only/)
  })

  it('is outside where the owner looks like the one that is trusted', () =>
    assert.match(
      identityOf(denied('repo:acme-0rg/app:ref:refs/heads/main'), policy('repo:acme-org/app:*')).warning ?? '',
      /not acme-org: the names differ by one character/,
    ))

  it('is named where the owner is, in whatever case, and unknown where the policy leaves the owner open', () => {
    assert.equal(
      relationOf(denied('repo:Acme-org/app:environment:prod'), policy('repo:acme-org/app:ref:*')),
      'named-in-policy',
    )
    assert.equal(relationOf(denied('repo:mallory/app:pull_request'), policy('repo:*')), 'unknown')
  })
})

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_data-perimeters.html */
describe('a caller that a data perimeter denies', () => {
  const BUCKET = 'arn:aws:s3:::acme-data'
  const perimeter = {
    Version: '2012-10-17',
    Statement: {
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Resource: '*',
      Condition: {
        BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' },
        StringNotEqualsIfExists: { 'aws:PrincipalOrgID': 'o-abc1234567' },
      },
    },
  }
  const denied = (layer: string): string =>
    `An error occurred (AccessDenied) when calling the GetObject operation: User: arn:aws:sts::${STRANGER}:assumed-role/x/s is not authorized to perform: s3:GetObject on resource: "${BUCKET}/a.csv" with an explicit deny in a ${layer}`
  const rcp = (more: object = {}) =>
    scenario({
      resourceControlPolicies: [{ target: 'r-1', policies: [{ name: 'rcp', document: perimeter }] }],
      ...more,
    })

  it('is from outside, by an RCP and by a bucket policy', () => {
    assert.equal(relationOf(denied('resource control policy'), rcp()), 'outside')
    const bucket = { resourcePolicy: { name: 'bucket', kind: 'bucket', document: perimeter } }
    assert.equal(relationOf(denied('resource-based policy'), scenario(bucket)), 'outside')
  })

  it('is not taken for one where its own policies were given, or another layer denies it', () => {
    const own = [{ name: 'own', document: { Version: '2012-10-17', Statement: [] } }]
    assert.equal(relationOf(denied('resource control policy'), rcp({ identityPolicies: own })), 'unknown')
    assert.equal(relationOf(denied('service control policy'), rcp()), 'unknown')
  })

  it('is not taken for one where another Deny may be it; one on TLS is none', () => {
    const deny = (key: string, value: string) => ({
      ...perimeter.Statement,
      Condition: { StringNotEquals: { [key]: value } },
    })
    const bucket = (more: object) =>
      scenario({
        resourcePolicy: {
          name: 'b',
          kind: 'bucket',
          document: { ...perimeter, Statement: [perimeter.Statement, more] },
        },
      })
    const text = denied('resource-based policy')
    assert.equal(relationOf(text, bucket(deny('s3:x-amz-server-side-encryption', 'aws:kms'))), 'unknown')
    assert.equal(relationOf(text, bucket(deny('aws:SecureTransport', 'true'))), 'outside')
  })
})
