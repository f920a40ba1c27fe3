import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { malformedRequest } from './malformed-request.ts'

describe('a request for a resource that cannot exist (R-EVID-19)', () => {
  for (const resource of [
    'arn:aws:iam::${AWS::AccountId}:role/cdk-hnb659fds-lookup-role-${AWS::AccountId}-${AWS::Region}',
    'arn:aws:s3:::${Token[TOKEN.123]}/key',
    'arn:aws:dynamodb:eu-west-1:#{AWS::AccountId}:table/orders',
    'arn:aws:iam::#{AWS:AccountId}:role/deploy',
    'arn:aws:lambda:${aws:region}:${aws:accountId}:function:app',
    'arn:aws:sqs:eu-west-1:{{ account_id }}:jobs',
    'arn:aws:iam::${data.aws_caller_identity.current.account_id}:role/app',
  ])
    it(`names the placeholder that nobody replaced: ${resource}`, () => {
      assert.match(malformedRequest({ resource })?.what ?? '', /has not replaced this placeholder/)
    })

  it('says that the account of a transform is misspelled', () => {
    const found = malformedRequest({ resource: 'arn:aws:cloudformation:us-east-1:aw:transform/Serverless-2016-10-31' })
    assert.match(found?.what ?? '', /typo for `aws`/)
  })

  for (const resource of [
    'arn:aws:cloudformation:us-east-1:aws:transform/Serverless-2016-10-31',
    'arn:aws:iam::123456789012:role/app',
    'arn:aws:iam::***:role/app',
    'arn:aws:iam::${ACCOUNT_ID}:role/app',
    'arn:aws:iam::ACCOUNT:role/app',
    'arn:aws:iam::<account>:role/app',
    'arn:aws:iam::123456789012:mfa/${*}',
    'arn:aws:s3:::bucket/${aws:username}/*',
    'arn:aws:iam::aws:policy/ReadOnlyAccess',
    null,
  ])
    it(`leaves what is in order or masked alone: ${resource ?? 'no resource'}`, () => {
      assert.equal(malformedRequest({ resource }), undefined)
    })
})
