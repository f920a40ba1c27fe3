/** Refusals that AWS's own words lay to no policy of IAM (R-OTH-09, R-MSG-32): no statement is proposed, and none is to blame. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { diagnoseEvidence, diagnoseToShow } from '#app/diagnose.ts'
import { draftsOf } from '#fix/draft/draft.ts'
import { rawEvidence } from '#app/inputs.ts'
import { diagnosesText } from '#report/text-diagnosis.ts'

const answerFor = (text: string) => {
  const [diagnosis] = diagnoseEvidence(rawEvidence(text)).diagnoses
  assert.ok(diagnosis !== undefined)
  return diagnosis
}

const PAGE = { columns: undefined, isTerminal: false, color: false }
const screenFor = (text: string): string => diagnosesText(diagnoseToShow(rawEvidence(text)), PAGE)

describe('what no policy of IAM refused', () => {
  for (const [text, reason] of [
    [
      'An error occurred (AccessDenied) when calling the AssumeRole operation: Roles may not be assumed by root accounts.',
      /root user/,
    ],
    ['Cross-account pass role is not allowed.', /of one account/],
  ] as const)
    test(`is a fixed rule of the service, and nothing is drafted: ${text.slice(0, 40)}`, () => {
      const diagnosis = answerFor(text)
      assert.equal(diagnosis.status, 'explained')
      assert.deepEqual(
        diagnosis.causes.map(({ layer, certainty }) => [layer, certainty]),
        [['service-guard', 'certain']],
      )
      assert.match(diagnosis.causes[0]?.reason ?? '', reason)
      assert.deepEqual([diagnosis.fixes, draftsOf(diagnosis)], [[], []])
    })

  test('is no layer where a service keeps permissions of its own', () => {
    const diagnosis = answerFor('Insufficient Lake Formation permission(s): Required Describe on sales_db')
    const { status, causes, usualCauses = [], summary } = diagnosis
    assert.deepEqual([status, causes, usualCauses.map(({ layer }) => layer)], ['explained', [], [null]])
    assert.match(summary, /not granted the caller Describe on sales_db/)
    assert.deepEqual([diagnosis.fixes, draftsOf(diagnosis)], [[], []])
  })

  test('of an event of CloudTrail is looked for where the permissions are kept', () => {
    const event = {
      eventVersion: '1.08',
      userIdentity: {
        type: 'IAMUser',
        arn: 'arn:aws:iam::111122223333:user/ana',
        accountId: '111122223333',
        userName: 'ana',
      },
      eventTime: '2026-11-30T10:00:00Z',
      eventSource: 'glue.amazonaws.com',
      eventName: 'GetTable',
      awsRegion: 'eu-west-1',
      sourceIPAddress: '203.0.113.9',
      errorCode: 'AccessDeniedException',
      errorMessage: 'Insufficient Lake Formation permission(s): Required Describe on orders',
      requestParameters: { databaseName: 'sales', name: 'orders' },
      eventID: '8c1c1c1c-1c1c-4c1c-8c1c-1c1c1c1c1c1c',
      eventType: 'AwsApiCall',
      recipientAccountId: '111122223333',
    }
    const { causes, fixes, usualCauses = [] } = answerFor(JSON.stringify(event))
    assert.deepEqual([causes, fixes], [[], []])
    assert.match(screenFor(JSON.stringify(event)), /^Fix +none: no IAM policy has to change$/m)
    assert.deepEqual(
      usualCauses.map(({ tell }) => tell),
      [
        'aws lakeformation list-permissions --principal DataLakePrincipalIdentifier=arn:aws:iam::111122223333:user/ana --region eu-west-1',
      ],
    )
  })
})

describe('a denied call that nobody has to be allowed', () => {
  const PASSED =
    'User: arn:aws:iam::111122223333:user/ana is not authorized to perform: iam:PassRole on resource: arn:aws:iam::111122223333:role/aws-service-role/'

  test('is iam:PassRole of a service-linked role: the parameter is left out', () => {
    const diagnosis = answerFor(
      `${PASSED}stacksets.cloudformation.amazonaws.com/AWSServiceRoleForCloudFormationStackSetsOrgAdmin`,
    )
    assert.match(diagnosis.summary, /service-linked role.*administration_role_arn.*SERVICE_MANAGED/)
    assert.deepEqual([diagnosis.causes, diagnosis.fixes, draftsOf(diagnosis)], [[], [], []])
  })

  test('is not iam:PassRole of a role of Auto Scaling with a suffix, which its callers do pass', () => {
    const diagnosis = answerFor(`${PASSED}autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling_CMK`)
    assert.equal(draftsOf(diagnosis).length > 0, true)
  })

  const ENDED =
    'An error occurred (AccessDeniedException) when calling the TerminateSession operation: User: arn:aws:sts::111122223333:assumed-role/dev/ana is not authorized to perform: ssm:TerminateSession on resource: arn:aws:ssm:eu-west-1:111122223333:session/ana-0123456789abcdef0 because no identity-based policy allows the ssm:TerminateSession action'

  test('is ssm:TerminateSession after start-session: the plugin is missing', () => {
    const diagnosis = answerFor(`$ aws ssm start-session --target i-0123456789abcdef0\n\n${ENDED}`)
    assert.match(diagnosis.summary, /Session Manager plugin/)
    assert.deepEqual([diagnosis.causes, diagnosis.fixes, draftsOf(diagnosis)], [[], [], []])
  })

  test('is not ssm:TerminateSession of a command that ends a session', () => {
    const diagnosis = answerFor(`$ aws ssm terminate-session --session-id ana-0123456789abcdef0\n\n${ENDED}`)
    assert.equal(draftsOf(diagnosis).length > 0, true)
  })
})
