import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readDenials } from '../read.ts'
import { callEvent } from './call-event.ts'
import { recordsIn } from './record.ts'

const SESSION = 'arn:aws:sts::111122223333:assumed-role/build/ci'
const ROLE = 'arn:aws:iam::111122223333:role/ci/build'
const SECRET = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbCdEf'

/** https://www.elastic.co/docs/reference/integrations/aws/cloudtrail, the fields of an event whose original was not kept */
const ECS = {
  '@timestamp': '2026-03-01T09:30:00.000Z',
  aws: {
    cloudtrail: {
      error_code: 'AccessDenied',
      event_type: 'AwsApiCall',
      flattened: { request_parameters: { secretId: SECRET } },
      recipient_account_id: '111122223333',
      request_id: '11111111-2222-3333-4444-555555555555',
      user_identity: {
        arn: SESSION,
        type: 'AssumedRole',
        session_context: {
          creation_date: '2026-03-01T09:00:00.000Z',
          mfa_authenticated: 'false',
          session_issuer: { account_id: '111122223333', arn: ROLE, principal_id: 'AROAEXAMPLE', type: 'Role' },
        },
      },
    },
  },
  cloud: { account: { id: '111122223333' }, region: 'eu-west-1' },
  event: { action: 'GetSecretValue', id: 'e-1', outcome: 'failure', provider: 'secretsmanager.amazonaws.com' },
  source: { address: '198.51.100.7', ip: '198.51.100.7' },
  user: { id: 'AROAEXAMPLE:ci', name: 'build' },
  user_agent: { original: 'aws-cli/2.17.60' },
}

test("a record in Elastic's common schema is read with all its fields (R-CT-09)", () => {
  for (const value of [ECS, { hits: { hits: [{ _index: 'logs-aws.cloudtrail', _source: ECS }] } }]) {
    const { denials, records } = readDenials(JSON.stringify(value))
    assert.equal(records.length, 1)
    const [denial] = denials
    assert.deepEqual(
      [denial?.action, denial?.resource, denial?.principal, denial?.roleArn, denial?.accountId, denial?.region],
      ['secretsmanager:GetSecretValue', SECRET, SESSION, ROLE, '111122223333', 'eu-west-1'],
    )
    assert.deepEqual(
      [denial?.requestId, denial?.eventId, denial?.time, denial?.code],
      ['11111111-2222-3333-4444-555555555555', 'e-1', '2026-03-01T09:30:00Z', 'AccessDenied'],
    )
    assert.equal(denial?.context['aws:SourceIp'], '198.51.100.7')
    assert.equal(denial?.context['aws:TokenIssueTime'], '2026-03-01T09:00:00Z')
  }
})

test('the original beside the fields of the schema wins over them (R-CT-09)', () => {
  const original = { eventName: 'PutObject', eventSource: 's3.amazonaws.com', errorCode: 'AccessDenied' }
  const [record] = recordsIn({ ...ECS, event: { ...ECS.event, original: JSON.stringify(original) } })
  assert.equal(record?.['eventName'], 'PutObject')
})

/** https://github.com/ocsf/examples/tree/main/mappings/markdown/AWS, the names of Amazon Security Lake */
const OCSF = {
  class_name: 'API Activity',
  metadata: {
    product: { name: 'CloudTrail', vendor_name: 'AWS', version: '1.09' },
    event_code: 'AwsApiCall',
    uid: 'e-2',
  },
  time: 1772357400000,
  cloud: { provider: 'AWS', region: 'eu-west-1', account: { uid: '111122223333' } },
  api: {
    operation: 'GetSecretValue',
    request: { uid: 'r-2', data: JSON.stringify({ secretId: SECRET }) },
    response: { error: 'AccessDeniedException', data: null },
    service: { name: 'secretsmanager.amazonaws.com' },
  },
  actor: {
    user: { type: 'AssumedRole', uid: SESSION, uid_alt: 'AROAEXAMPLE:ci', account: { uid: '111122223333' } },
    session: { created_time_dt: '2026-03-01T09:00:00Z', is_mfa: false, issuer: ROLE },
  },
  src_endpoint: { ip: '10.1.2.3', uid: 'vpce-0abc' },
  http_request: { user_agent: 'aws-cli/2.17.60' },
}

test('a record in the schema of Security Lake is read with all its fields (R-CT-09)', () => {
  const { denials, records } = readDenials(JSON.stringify(OCSF))
  assert.equal(records.length, 1)
  const [denial] = denials
  assert.deepEqual(
    [denial?.action, denial?.resource, denial?.principal, denial?.roleArn, denial?.sessionName, denial?.region],
    ['secretsmanager:GetSecretValue', SECRET, SESSION, ROLE, 'ci', 'eu-west-1'],
  )
  assert.deepEqual([denial?.requestId, denial?.eventId, denial?.time], ['r-2', 'e-2', '2026-03-01T09:30:00Z'])
  assert.equal(denial?.context['aws:SourceVpce'], 'vpce-0abc')
  assert.equal(denial?.context['aws:VpcSourceIp'], '10.1.2.3')
})

test('before its version 1.1 the schema had the ARN in `uuid` (R-CT-09)', () => {
  const user = { type: 'IAMUser', name: 'ann', uid: 'AIDAEXAMPLE', uuid: 'arn:aws:iam::111122223333:user/ann' }
  const old = { ...OCSF, actor: { user: { ...user, account_uid: '111122223333' }, session: {} } }
  const [denial] = readDenials(JSON.stringify(old)).denials
  assert.deepEqual(
    [denial?.principal, denial?.principalType, denial?.accountId],
    ['arn:aws:iam::111122223333:user/ann', 'user', '111122223333'],
  )
})

test('a call that succeeded gives none, and what is no record of CloudTrail stays none (R-CT-09)', () => {
  const { response: _, ...rest } = OCSF.api
  assert.deepEqual(readDenials(JSON.stringify({ ...OCSF, api: { ...rest, response: {} } })).denials, [])
  const other = { ...OCSF, metadata: { product: { name: 'Okta System Log' } } }
  assert.deepEqual(recordsIn(other), [])
  assert.deepEqual(recordsIn({ aws: { vpcflow: { action: 'REJECT' } }, event: { action: 'reject' } }), [])
  assert.deepEqual(recordsIn({ aws: { cloudtrail: 'x' }, event: { provider: 'x' } }), [])
})

test('an Insights event tells of a rate and of no call, so that it is no denial (R-CT-20)', () => {
  const insight = {
    eventVersion: '1.09',
    eventTime: '2026-03-01T09:30:00Z',
    awsRegion: 'eu-west-1',
    eventID: 'i-1',
    eventType: 'AwsCloudTrailInsight',
    insightDetails: {
      state: 'Start',
      eventSource: 'ec2.amazonaws.com',
      eventName: 'RunInstances',
      insightType: 'ApiErrorRateInsight',
      errorCode: 'Client.UnauthorizedOperation',
    },
    eventCategory: 'Insight',
  }
  const one = { eventName: 'PutObject', eventSource: 's3.amazonaws.com', errorCode: 'AccessDenied' }
  assert.deepEqual(readDenials(JSON.stringify(insight)).denials, [])
  assert.equal(callEvent(insight), undefined)
  assert.deepEqual(readDenials(JSON.stringify({ Records: [insight] })).denials, [])
  assert.deepEqual(
    readDenials(`found this:\n${JSON.stringify(insight, null, 2)}\n`).denials.filter(({ kind }) => kind !== 'other'),
    [],
  )
  assert.equal(readDenials(JSON.stringify({ Records: [insight, one] })).denials.length, 1)
})
