/** Denials from public threads: what the answer says first, and which ARN it grants. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { diagnoseToShow } from '#app/diagnose.ts'
import { rawEvidence } from '#app/inputs.ts'
import { NOTHING_AT_HAND } from '#snapshot/at-hand/piece.ts'
import { recognize } from '#snapshot/at-hand/recognize.ts'
import { diagnosesText } from '#report/text-diagnosis.ts'

const rolePolicy = (name: string, statement: object) => ({
  RoleName: name,
  PolicyName: 'own',
  PolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] },
})

const ROOT = { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::111122223333:root' }, Action: 'kms:*', Resource: '*' }

function answer(text: string, ...files: readonly object[]): string {
  const pieces = files.flatMap((file, i) => {
    const found = recognize(`${i + 1}.json`, JSON.stringify(file))
    assert.equal(found.is, 'pieces')
    return found.is === 'pieces' ? found.pieces : []
  })
  const provided = { ...NOTHING_AT_HAND, pieces, namedLayer: null }
  return diagnosesText(diagnoseToShow({ ...rawEvidence(text), provided }), { color: false, width: 200 } as never)
}

// https://github.com/natsukium/dotfiles/pull/710
test('a noun before the name of a policy is no part of its ARN', () => {
  const text =
    'AccessDenied: User: apply is not authorized to perform:\n  iam:CreatePolicy on resource: policy plan-research-account-assume-role'
  const shown = answer(
    text,
    rolePolicy('apply', { Action: 'iam:CreatePolicy', Resource: 'arn:aws:iam::111122223333:policy/apply-*' }),
  )
  assert.match(shown, /:policy\/plan-research-account-assume-role"/)
  assert.doesNotMatch(shown, /policy\/policy/)
})

// https://github.com/kubernetes-sigs/external-dns/issues/5773
test('a condition whose value nobody knows is told where AWS says that the policy does not allow it', () => {
  const key = 'route53:ChangeResourceRecordSetsRecordTypes'
  const text =
    'api error AccessDenied: User: arn:aws:sts::123456789012:assumed-role/external-dns-role/x is not authorized to perform: route53:ChangeResourceRecordSets on resource: arn:aws:route53:::hostedzone/Z0098938DV62 because no identity-based policy allows the route53:ChangeResourceRecordSets action'
  const shown = answer(
    text,
    rolePolicy('external-dns-role', {
      Action: 'route53:ChangeResourceRecordSets',
      Resource: 'arn:aws:route53:::hostedzone/*',
      Condition: { 'ForAllValues:StringEquals': { [key]: ['A', 'AAAA', 'CNAME'] } },
    }),
  )
  assert.match(shown, /allows it only if route53:ChangeResourceRecordSetsRecordTypes is A, AAAA or CNAME/)
})

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html: a multipart upload under a KMS key needs kms:Decrypt, too.
test('the encryption of a bucket that no file names is that of the one bucket of the given policies', () => {
  const key = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab'
  const rule = { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: key } }
  const policy = (...buckets: readonly string[]) => ({
    UserName: 'backup',
    PolicyName: 'own',
    PolicyDocument: {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: 's3:PutObject', Resource: buckets.map((bucket) => `arn:aws:s3:::${bucket}/*`) },
        { Effect: 'Allow', Action: 'kms:GenerateDataKey', Resource: key },
      ],
    },
  })
  const text = 'An error occurred (AccessDenied) when calling the UploadPart operation: Access Denied'
  const given = (file: object) =>
    answer(
      text,
      file,
      { ServerSideEncryptionConfiguration: { Rules: [rule] } },
      { Policy: JSON.stringify({ Version: '2012-10-17', Statement: [ROOT] }), PolicyName: 'default' },
    )
  assert.match(given(policy('archive')), /^DENIED {3}.+ can't kms:Decrypt on arn:aws:kms:eu-west-1/m)
  assert.match(given(policy('archive')), /"Action": "kms:Decrypt"/)
  assert.match(given(policy('archive')), /resource: arn:aws:s3:::archive\/\*/)
  assert.match(given(policy('archive', 'other')), /^DENIED {3}.+ can't s3:PutObject/m)
})

// https://docs.aws.amazon.com/efs/latest/ug/API_CreateMountTarget.html lists the three actions.
test('what a call needs on a resource that nobody names is granted with the rest', () => {
  const shown = answer(
    '* aws_efs_mount_target.shared: AccessDeniedException: User is not authorized to perform that action on the specified resource\n  status code: 403, request id: 35027496-0000-0000-0000-45fe21728a81',
    rolePolicy('deploy', { Action: 'elasticfilesystem:*', Resource: '*' }),
  )
  assert.match(shown, /"ec2:DescribeSubnets", "ec2:DescribeNetworkInterfaces"/)
  assert.match(shown, /"Action": "ec2:CreateNetworkInterface"/)
})

// https://docs.aws.amazon.com/bedrock/latest/userguide/global-cross-region-inference.html
test('a Deny by Region gets the value that a global inference profile sends', () => {
  const shown = answer(
    'User: arn:aws:sts::111122223333:assumed-role/app/s is not authorized to perform: bedrock:InvokeModel on resource: arn:aws:bedrock:::foundation-model/anthropic.claude-sonnet-4-20250514-v1:0 with an explicit deny in an identity-based policy',
    rolePolicy('app', {
      Effect: 'Deny',
      Action: '*',
      Resource: '*',
      Condition: { StringNotEquals: { 'aws:RequestedRegion': ['eu-west-1', 'eu-central-1'] } },
    }),
    { ...rolePolicy('app', { Action: 'bedrock:InvokeModel', Resource: '*' }), PolicyName: 'allow' },
  )
  assert.match(shown, /Condition StringNotEquals aws:RequestedRegion\n\s+\+ "unspecified"/)
  assert.match(shown, /it also allows/)
})

// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html: GetSessionToken with a code gives
// the credentials for which `aws:MultiFactorAuthAge` is there.
test('an Allow that holds for a while after MFA is met by a session with MFA, not by another Allow', () => {
  const shown = answer(
    'An error occurred (AccessDenied) when calling the CreateAccessKey operation: User: arn:aws:iam::111122223333:user/ops is not authorized to perform: iam:CreateAccessKey on resource: user ops',
    {
      UserName: 'ops',
      PolicyName: 'own',
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Action: '*',
            Resource: '*',
            Condition: { NumericLessThan: { 'aws:MultiFactorAuthAge': '3600' } },
          },
        ],
      },
    },
  )
  assert.match(shown, /aws sts get-session-token --serial-number arn:aws:iam::111122223333:mfa\/ops --token-code CODE/)
  assert.doesNotMatch(shown, /"Effect": "Allow"/)
  assert.doesNotMatch(shown, /other ways?: --verbose/)
})

// The role that a call passes is not in the text: no statement may name one (R-ADV-05).
test('a role that is passed, and that nobody names, is granted under no made-up name', () => {
  const shown = answer(
    'An error occurred (AccessDeniedException) when calling the CreateFunction operation: User: arn:aws:sts::111122223333:assumed-role/ci/s is not authorized to perform: lambda:CreateFunction on resource: arn:aws:lambda:eu-west-1:111122223333:function:orders because no identity-based policy allows the lambda:CreateFunction action',
    rolePolicy('ci', { Action: 's3:GetObject', Resource: 'arn:aws:s3:::artifacts/*' }),
  )
  assert.match(shown, /"Action": "lambda:CreateFunction"/)
  assert.doesNotMatch(shown, /role\/NAME|Both calls then succeed/)
})
