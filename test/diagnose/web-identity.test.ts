/** A token that a role does not accept: what the evidence says of it, and never the statement that is judged (R-EVID-17). */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { searchEvidence, wholeDiagnosis } from '#app/diagnose.ts'
import { evidenceOfText } from '#app/inputs.ts'
import type { Scenario } from '#engine/scenario.ts'
import { diagnosisWithFiles, likelyLayers } from './incident-files.ts'

const GITHUB = 'token.actions.githubusercontent.com'
const EKS = 'oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF'
const DENIED = 'Error: Could not assume role with OIDC: Not authorized to perform sts:AssumeRoleWithWebIdentity'

function answer(text: string, host: string, condition?: Readonly<Record<string, unknown>>) {
  const provider = `arn:aws:iam::111122223333:oidc-provider/${host}`
  const document = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Federated: provider },
        Action: 'sts:AssumeRoleWithWebIdentity',
        ...(condition === undefined ? {} : { Condition: condition }),
      },
    ],
  }
  const scenario = {
    request: { resource: 'arn:aws:iam::111122223333:role/deploy' },
    policies: { resourcePolicy: { name: 'trust policy of deploy', document } },
  } as unknown as Scenario
  const [searched] = searchEvidence({
    ...evidenceOfText(text, 'text'),
    policySource: { kind: 'scenario', scenario },
  }).searches
  assert.ok(searched !== undefined)
  const { causes, fixes, status, usualCauses = [] } = wholeDiagnosis(searched)
  return {
    status,
    usual: usualCauses,
    first: causes[0]?.layer,
    patches: fixes.map(({ changes }) => JSON.stringify(changes.map(({ patch }) => patch))),
  }
}

describe('a token of CircleCI', () => {
  // https://circleci.com/docs/openid-connect-tokens/
  it('has the organization as its audience, so that a trust policy which asks for that of STS denies it', async () => {
    const organization = '8a1b2c3d-1111-2222-3333-444455556666'
    const host = `oidc.circleci.com/org/${organization}`
    const found = await diagnosisWithFiles(
      'An error occurred (AccessDenied) when calling the AssumeRoleWithWebIdentity operation: Not authorized to perform sts:AssumeRoleWithWebIdentity',
      [
        {
          Role: {
            RoleName: 'deploy',
            Arn: 'arn:aws:iam::111122223333:role/deploy',
            AssumeRolePolicyDocument: {
              Version: '2012-10-17',
              Statement: [
                {
                  Effect: 'Allow',
                  Principal: { Federated: `arn:aws:iam::111122223333:oidc-provider/${host}` },
                  Action: 'sts:AssumeRoleWithWebIdentity',
                  Condition: {
                    StringEquals: { [`${host}:aud`]: 'sts.amazonaws.com' },
                    StringLike: { [`${host}:sub`]: `org/${organization}/project/*` },
                  },
                },
              ],
            },
          },
        },
      ],
    )
    assert.equal(found?.causes[0]?.nearest?.failedOn[0]?.key, `${host}:aud`)
    assert.equal(found?.causes[0]?.nearest?.failedOn[0]?.actual, organization)
  })
})

describe('a token whose subject nobody knows', () => {
  it('is denied by the trust policy, and no subject is made up for a fix', () => {
    for (const [host, sub] of [
      [GITHUB, 'repo:acme/app:ref:refs/heads/main'],
      [GITHUB, 'repo:acme/app:*'],
      [EKS, 'system:serviceaccount:apps:web'],
    ] as const) {
      const { first, patches } = answer(DENIED, host, {
        StringLike: { [`${host}:sub`]: sub },
        StringEquals: { [`${host}:aud`]: 'sts.amazonaws.com' },
      })
      assert.equal(first, 'resource-policy', sub)
      assert.deepEqual(patches, [], sub)
    }
  })

  it('gets a statement repaired in place that no token can match', () => {
    const wildcard = answer(DENIED, EKS, { StringEquals: { [`${EKS}:sub`]: 'system:serviceaccount:apps:web-*' } })
    assert.match(wildcard.patches[0] ?? '', /StringLike/)
    assert.match(wildcard.patches[0] ?? '', /system:serviceaccount:apps:web-\*"/)
    const repository = answer(DENIED, GITHUB, { StringEquals: { [`${GITHUB}:sub`]: 'repo:acme/app' } })
    assert.match(repository.patches[0] ?? '', /StringLike.*repo:acme\/app:\*"/)
    for (const patch of [...wildcard.patches, ...repository.patches]) assert.doesNotMatch(patch, /OF_THE_TOKEN/)
  })
})

describe('a token whose claims are in the text', () => {
  const condition = { StringEquals: { [`${GITHUB}:sub`]: 'repo:acme/app:ref:refs/heads/main' } }

  it('is allowed by its own subject, as it was printed', () => {
    const { patches } = answer(`"sub": "repo:acme/app:pull_request"\n${DENIED}`, GITHUB, condition)
    assert.match(patches[0] ?? '', /repo:acme\/app:pull_request/)
  })

  it('has the environment of its job in the place of a branch', () => {
    const workflow = 'jobs:\n  deploy:\n    runs-on: ubuntu-latest\n    environment: production\n'
    const { first, patches } = answer(`${workflow}${DENIED}`, GITHUB, condition)
    assert.equal(first, 'resource-policy')
    assert.match(patches[0] ?? '', /repo:acme\/app:environment:production/)
  })
})

describe('a token that the trust policy accepts', () => {
  it('is no cause for an RCP that nobody has seen', () => {
    const { status, usual, patches } = answer(DENIED, GITHUB)
    assert.equal(status, 'undetermined')
    assert.ok(usual.some(({ tell }) => tell === 'aws iam list-open-id-connect-providers'))
    assert.deepEqual(patches, [])
  })
})

describe('a provider whose name no cluster can have', () => {
  it('is named, and no statement without a subject is opened for it', () => {
    const { first, patches } = answer(DENIED, EKS.replace('oidc.eks.eu-west-1', 'oidc.eu-west-1.eks'))
    assert.equal(first, 'resource-policy')
    assert.deepEqual(patches, [])
  })
})

describe('a token that was given as a file', () => {
  const role = (sub: string) => ({
    Role: {
      RoleName: 'deploy',
      Arn: 'arn:aws:iam::111122223333:role/deploy',
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Federated: `arn:aws:iam::111122223333:oidc-provider/${GITHUB}` },
            Action: 'sts:AssumeRoleWithWebIdentity',
            Condition: { StringLike: { [`${GITHUB}:sub`]: sub, [`${GITHUB}:aud`]: 'sts.amazonaws.com' } },
          },
        ],
      },
    },
  })
  const claims = { iss: `https://${GITHUB}`, sub: 'repo:octo-org/app:pull_request', aud: 'sts.amazonaws.com' }

  it('shows the first difference to the trust policy, and the fix names its subject', async () => {
    const diagnosis = await diagnosisWithFiles(DENIED, [role('repo:octo-org/app:ref:*'), claims])
    assert.ok(diagnosis)
    assert.deepEqual(likelyLayers(diagnosis), ['resource-policy'])
    assert.equal(diagnosis.causes[0]?.certainty, 'certain')
    assert.match(JSON.stringify(diagnosis.fixes[0]), /repo:octo-org\/app:pull_request/)
  })

  it('is of a stranger where the owner is another', async () => {
    const diagnosis = await diagnosisWithFiles(DENIED, [role('repo:octo-corp/app:*'), claims])
    assert.equal(diagnosis?.identity.relation, 'outside')
  })

  it('does not count for another call', async () => {
    const text =
      'User: arn:aws:iam::111122223333:user/ana is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::111122223333:role/deploy'
    const diagnosis = await diagnosisWithFiles(text, [role('repo:octo-org/app:*'), claims])
    assert.ok(!JSON.stringify(diagnosis?.denial.context).includes('pull_request'))
  })
})

// https://github.com/aws-actions/configure-aws-credentials/issues/452
describe('the subject of a job with an environment, where the trust policy names the owner alone', () => {
  const WORKFLOW = `${DENIED}
jobs:
  deploy:
    runs-on: ubuntu-latest
    environment: production
    steps:
      - uses: aws-actions/configure-aws-credentials@v4
        with:
          role-to-assume: arn:aws:iam::111122223333:role/deploy
`
  const ofOwners = (...subjects: readonly string[]) => ({
    StringEquals: { [`${GITHUB}:aud`]: 'sts.amazonaws.com' },
    StringLike: { [`${GITHUB}:sub`]: subjects },
  })

  it('has the environment, and a name of the repository that is to be written in', () => {
    const { patches } = answer(WORKFLOW, GITHUB, ofOwners('repo:octo-org/*:ref:refs/heads/*'))
    assert.match(patches[0] ?? '', /repo:octo-org\/REPOSITORY_NAME:environment:production/)
    assert.doesNotMatch(patches.join(), /octo-org\/\*:environment/)
  })

  it('is not made up where the trust policy names several owners', () => {
    const { patches } = answer(
      WORKFLOW,
      GITHUB,
      ofOwners('repo:octo-org/*:ref:refs/heads/*', 'repo:other/*:pull_request'),
    )
    assert.doesNotMatch(patches.join(), /REPOSITORY_NAME/)
  })
})
