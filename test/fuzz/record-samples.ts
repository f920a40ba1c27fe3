/** CloudTrail's records and what tells of their files. */
import { filesOf, once, printed } from './sample-files.ts'

const denials = once(() => [...filesOf('examples', /denial\.json$/), ...filesOf('test/samples/diagnose', /\.json$/)])

/** A record of every kind of caller that CloudTrail tells apart. */
const CALLERS: readonly object[] = [
  { type: 'Root', accountId: '111122223333', arn: 'arn:aws:iam::111122223333:root', principalId: '111122223333' },
  { type: 'IAMUser', accountId: '111122223333', arn: 'arn:aws:iam::111122223333:user/dev', userName: 'dev' },
  { type: 'AWSService', invokedBy: 'ecs.amazonaws.com' },
  { type: 'AWSAccount', accountId: '444455556666', principalId: 'AIDAEXAMPLE' },
  {
    type: 'AssumedRole',
    accountId: '111122223333',
    arn: 'arn:aws:sts::111122223333:assumed-role/app/i-0123456789abcdef0',
    principalId: 'AROAEXAMPLE:i-0123456789abcdef0',
    sessionContext: {
      sessionIssuer: { type: 'Role', arn: 'arn:aws:iam::111122223333:role/team/app', userName: 'app' },
      attributes: { creationDate: '2026-01-02T03:00:00Z', mfaAuthenticated: 'false' },
      webIdFederationData: { federatedProvider: 'arn:aws:iam::111122223333:oidc-provider/x', attributes: {} },
    },
  },
  {
    type: 'WebIdentityUser',
    principalId: 'accounts.google.com:x:1',
    userName: '1',
    identityProvider: 'accounts.google.com',
  },
  {
    type: 'IdentityCenterUser',
    accountId: '111122223333',
    onBehalfOf: { userId: 'x', identityStoreArn: 'arn:aws:identitystore::111122223333:identitystore/d-1' },
  },
]

const record = (userIdentity: object): object => ({
  eventVersion: '1.11',
  userIdentity,
  eventTime: '2026-01-02T03:04:05Z',
  eventSource: 's3.amazonaws.com',
  eventName: 'PutObject',
  awsRegion: 'us-east-1',
  sourceIPAddress: '192.0.2.1',
  userAgent: '[aws-cli/2.0]',
  errorCode: 'AccessDenied',
  errorMessage:
    'User: arn:aws:sts::111122223333:assumed-role/app/x is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::b/k" because no identity-based policy allows the s3:PutObject action',
  requestParameters: { bucketName: 'b', key: 'k', 'x-amz-acl': 'private', Host: 'b.s3.amazonaws.com' },
  responseElements: null,
  additionalEventData: { SignatureVersion: 'SigV4', AuthenticationMethod: 'AuthHeader' },
  requestID: 'REQ1',
  eventID: '0a0a0a0a-0000-4000-8000-000000000001',
  readOnly: false,
  resources: [{ type: 'AWS::S3::Object', ARN: 'arn:aws:s3:::b/k', accountId: '111122223333' }],
  eventType: 'AwsApiCall',
  recipientAccountId: '111122223333',
  vpcEndpointId: 'vpce-0123456789abcdef0',
  tlsDetails: { tlsVersion: 'TLSv1.3' },
})

export const made = CALLERS.map(record)

export const records = once(() => [...denials(), ...printed(made), ...printed([{ Records: made }])])
export const recordLines = once(() =>
  printed([made.map((one) => JSON.stringify(one)).join('\n'), JSON.stringify(made), JSON.stringify({ Records: made })]),
)
export const trails = once(() => [...recordLines(), ...denials()])

const object = { key: 'AWSLogs/a%2Bb.json.gz', size: 10, eTag: 'x' }
const S3_EVENT = { Records: [{ eventSource: 'aws:s3', s3: { bucket: { name: 'b' }, object } }] }

export const notifications = once(() =>
  printed([
    S3_EVENT,
    { Type: 'Notification', Message: JSON.stringify(S3_EVENT) },
    { Event: 's3:TestEvent', Bucket: 'b' },
    {
      source: 'aws.s3',
      'detail-type': 'Object Created',
      detail: { bucket: { name: 'b' }, object: { key: 'k', etag: 'x' } },
    },
    { s3Bucket: 'b', s3ObjectKey: ['AWSLogs/x.json.gz'] },
    { 'detail-type': 'AWS API Call via CloudTrail', detail: made[4] },
  ]),
)
