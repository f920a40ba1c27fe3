/** Sessions that STS does not make: how long they were to last, and subjects that are almost the one of the trust policy. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { diagnoseToShow } from '#app/diagnose.ts'
import { evidenceOfText } from '#app/inputs.ts'
import type { Scenario } from '#engine/scenario.ts'
import { diagnosesText } from '#report/text-diagnosis.ts'

const ROLE = 'arn:aws:iam::111122223333:role/b'
const SESSION = 'arn:aws:sts::111122223333:assumed-role/a/s'
const USER = 'arn:aws:iam::111122223333:user/dev'
const policy = (...Statement: readonly object[]) => ({ Version: '2012-10-17', Statement })
const PAGE = { columns: undefined, isTerminal: false, color: false }

function assumed(principal: string, durationSeconds: number, attributes: object): string {
  const record = {
    userIdentity: principal.includes(':user/')
      ? { type: 'IAMUser', arn: principal, accountId: '111122223333', userName: 'dev' }
      : { type: 'AssumedRole', arn: principal, accountId: '111122223333' },
    eventTime: '2026-04-27T10:03:01Z',
    eventSource: 'sts.amazonaws.com',
    eventName: 'AssumeRole',
    awsRegion: 'us-east-1',
    errorCode: 'AccessDenied',
    errorMessage: `User: ${principal} is not authorized to perform: sts:AssumeRole on resource: ${ROLE}`,
    requestParameters: { roleArn: ROLE, roleSessionName: 'x', durationSeconds },
    eventID: 'e1',
    recipientAccountId: '111122223333',
  }
  const scenario = {
    policies: {
      complete: true,
      identityPolicies: [
        { name: 'own', document: policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' }) },
      ],
      resourcePolicy: {
        kind: 'trust',
        name: 'trust',
        document: policy({
          Effect: 'Allow',
          Principal: { AWS: 'arn:aws:iam::111122223333:root' },
          Action: 'sts:AssumeRole',
        }),
      },
      serviceGuards: attributes,
    },
  } as unknown as Scenario
  return diagnosesText(
    diagnoseToShow({
      ...evidenceOfText(JSON.stringify({ Records: [record] }), 'trail.json'),
      policySource: { kind: 'scenario', scenario },
    }),
    PAGE,
  )
}

describe('a session that is asked to last too long', () => {
  test('with the credentials of another role: an hour, whatever the role says, and the call that asks for it', () => {
    const text = assumed(SESSION, 7200, { maxSessionDuration: 43_200 })
    assert.match(text, /^Cause {4}A session of 7200 seconds was asked for, .*role chaining\) lasts 3600 at most/m)
    assert.match(text, /aws sts assume-role --role-arn \S+:role\/b --role-session-name NAME --duration-seconds 3600$/m)
  })
  test('by a user: as long as the role says', () => {
    const text = assumed(USER, 14_400, { maxSessionDuration: 7200 })
    assert.match(text, /A session of 14400 seconds was asked for, and the maximum session duration of the role is 7200/)
    assert.match(text, /--duration-seconds 7200$/m)
  })
  test('shorter than any session', () =>
    assert.match(assumed(USER, 60, { maxSessionDuration: 7200 }), /none is shorter than 900/))
})

describe('the refusal of STS itself is no denial, and says what to ask for', () => {
  const words =
    'An error occurred (ValidationError) when calling the AssumeRole operation: The requested DurationSeconds exceeds the '
  const notes = (text: string): string => {
    const { denials } = evidenceOfText(words + text, 'text')
    assert.notEqual(denials[0]?.kind, 'aws-access-denied')
    return (denials[0]?.notes ?? []).map((note) => note.text).join()
  }
  test('of the role', () =>
    assert.match(notes('MaxSessionDuration set for this role.'), /aws iam get-role .*MaxSessionDuration/))
  test('of chaining', () =>
    assert.match(notes('1 hour session limit for roles assumed by role chaining.'), /--duration-seconds 3600/))
})

const ISSUER = 'token.actions.githubusercontent.com'
const PROVIDER = `arn:aws:iam::111122223333:oidc-provider/${ISSUER}`

function tokenRefused(trusted: string, subject: string): string {
  const record = {
    userIdentity: {
      type: 'WebIdentityUser',
      principalId: `${PROVIDER}:sts.amazonaws.com:${subject}`,
      userName: subject,
      identityProvider: PROVIDER,
    },
    eventTime: '2026-04-27T10:03:01Z',
    eventSource: 'sts.amazonaws.com',
    eventName: 'AssumeRoleWithWebIdentity',
    awsRegion: 'us-east-1',
    errorCode: 'AccessDenied',
    errorMessage: 'An unknown error occurred',
    requestParameters: { roleArn: ROLE, roleSessionName: 'x' },
    eventID: 'e1',
    recipientAccountId: '111122223333',
  }
  const document = policy({
    Effect: 'Allow',
    Principal: { Federated: PROVIDER },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: { StringLike: { [`${ISSUER}:sub`]: trusted }, StringEquals: { [`${ISSUER}:aud`]: 'sts.amazonaws.com' } },
  })
  const scenario = { policies: { resourcePolicy: { kind: 'trust', name: 'trust', document } } } as unknown as Scenario
  return diagnosesText(
    diagnoseToShow({
      ...evidenceOfText(JSON.stringify({ Records: [record] }), 'trail.json'),
      policySource: { kind: 'scenario', scenario },
    }),
    PAGE,
  )
}

describe('a subject that is almost the trusted one is named as what it is', () => {
  const BRANCH = 'repo:octo-org/octo-repo:ref:refs/heads/main'
  const rows: readonly [name: string, subject: string, words: RegExp][] = [
    ['an environment', 'repo:octo-org/octo-repo:environment:prod', /runs in an environment/],
    ['other capitals', 'repo:Octo-Org/octo-repo:ref:refs/heads/main', /other capitals than the request/],
    ['an actor', `${BRANCH}:actor:octocat`, /names the `actor:`/],
    ['ids beside the names', 'repo:octo-org@123456/octo-repo@456789:ref:refs/heads/main', /immutable subject/],
  ]
  for (const [name, subject, words] of rows)
    test(name, () => {
      const text = tokenRefused(BRANCH, subject)
      assert.match(text, words)
      // No trust is opened without the subject.
      assert.match(text, new RegExp(`\\+ .*${subject.replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&')}`))
    })
})
