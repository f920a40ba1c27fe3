/** The first fix where the policies show what was meant (R-FIX-03, R-ADV-04). */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { diagnosed, firstFix } from './diagnosed.ts'

const A = '111122223333'
const policy = (...Statement: readonly object[]) => ({ Version: '2012-10-17', Statement })
const ofRole = (...statements: readonly object[]) => ({
  RoleName: 'worker',
  PolicyName: 'own',
  PolicyDocument: policy(...statements),
})
const ofUser = (...statements: readonly object[]) => ({
  UserName: 'alice',
  PolicyName: 'own',
  PolicyDocument: policy(...statements),
})
const allow = (Action: unknown, Resource: unknown, more: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
})
const deniedTo = (who: string, action: string, resource: string): string =>
  `User: ${who} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`
const WORKER = `arn:aws:sts::${A}:assumed-role/worker/run`
const ALICE = `arn:aws:iam::${A}:user/alice`

describe('an action on tags by the name that other services have for it', () => {
  const text = deniedTo(WORKER, 'iam:TagRole', `arn:aws:iam::${A}:role/app`)
  const roles = `arn:aws:iam::${A}:role/*`

  // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html has no TagResource.
  it('is replaced by the one that was denied', async () => {
    const { patch } = await firstFix(text, ofRole(allow(['iam:GetRole', 'iam:TagResource'], roles)))
    assert.deepEqual(patch, [{ op: 'replace', path: '/Statement/0/Action/1', value: 'iam:TagRole' }])
  })

  it('is not taken for another thing that is done with tags, nor an action that exists', async () => {
    for (const action of ['iam:UntagResource', 'iam:ListTagsForResource', 'iam:TagPolicy']) {
      const { patch } = await firstFix(text, ofRole(allow(['iam:GetRole', action], roles)))
      assert.equal(patch[0]?.path, '/Statement/-', action)
    }
  })
})

describe('a condition on tags of a resource that AWS owns, which nobody else can tag', () => {
  const tagged = { Condition: { StringLike: { 'ssm:resourceTag/Name': 'login*' } } }
  const start = (document: string) =>
    ofUser(allow('ssm:StartSession', ['arn:aws:ec2:*:*:instance/*', document], tagged))

  it('is left out for that resource alone', async () => {
    const document = 'arn:aws:ssm:us-east-1::document/AWS-StartSSHSession'
    const { patch } = await firstFix(
      deniedTo(ALICE, 'ssm:StartSession', document),
      start('arn:aws:ssm:*:*:document/AWS-StartSSHSession'),
    )
    assert.deepEqual(patch, [
      {
        op: 'add',
        path: '/Statement/-',
        value: { Sid: 'AllowStartSession', Effect: 'Allow', Action: 'ssm:StartSession', Resource: document },
      },
    ])
  })

  it('stays for a resource of the account', async () => {
    const document = `arn:aws:ssm:us-east-1:${A}:document/Login`
    const { fixes } = await diagnosed(deniedTo(ALICE, 'ssm:StartSession', document), start(document))
    for (const { changes } of fixes)
      assert.doesNotMatch(JSON.stringify(changes.map(({ patch }) => patch)), /AllowStartSession/)
  })
})

describe('a foundation model in another Region', () => {
  const model = (region: string) => `arn:aws:bedrock:${region}::foundation-model/anthropic.claude`
  const text = deniedTo(WORKER, 'bedrock:InvokeModel', model('ap-northeast-3'))
  const profile = `arn:aws:bedrock:ap-northeast-1:${A}:inference-profile/jp.anthropic.claude`

  // https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-prereq.html: the model in each Region of the profile.
  it('is allowed there where the call goes through an inference profile', async () => {
    const { fixes } = await diagnosed(text, ofRole(allow('bedrock:InvokeModel', [model('ap-northeast-1'), profile])))
    // The statement that names the model of the other Region and the profile gets one more (R-EVID-20).
    assert.deepEqual(fixes[0]?.changes[0]?.patch, [
      { op: 'add', path: '/Statement/0/Resource/-', value: model('ap-northeast-3') },
    ])
    assert.ok(!fixes.some(({ changes }) => changes.some(({ does }) => /Region/.test(does))))
  })

  // The same page: the profile that the call names chooses the Region, and the message names only the model.
  it('is allowed there too where the policies name no profile', async () => {
    const { fixes } = await diagnosed(text, ofRole(allow('bedrock:InvokeModel', model('ap-northeast-1'))))
    // The closest statement gets the one resource that it lacks (R-EVID-20).
    assert.deepEqual(fixes[0]?.changes[0]?.patch, [
      { op: 'replace', path: '/Statement/0/Resource', value: [model('ap-northeast-1'), model('ap-northeast-3')] },
    ])
    assert.ok(!fixes.some(({ changes }) => changes.some(({ kind }) => kind === 'edit-request')))
  })
})

describe('a secret by its name, which the policies allow in another account', () => {
  const other = 'arn:aws:secretsmanager:us-east-2:222222222222:secret:shop/*'
  const text = deniedTo(WORKER, 'secretsmanager:GetSecretValue', 'shop/db')

  // https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
  it('is asked for by its ARN, and nothing is granted', async () => {
    const { fixes } = await diagnosed(text, ofRole(allow('secretsmanager:GetSecretValue', other)))
    assert.deepEqual(
      fixes.map(({ id, changes }) => [id, changes.map(({ kind, patch }) => [kind, patch])]),
      [
        [
          'arn-not-name',
          [
            [
              'edit-request',
              [
                {
                  op: 'replace',
                  path: '/resource',
                  value: 'arn:aws:secretsmanager:us-east-2:222222222222:secret:shop/db-??????',
                },
              ],
            ],
          ],
        ],
      ],
    )
  })

  it('is granted in the account of the caller where the policies name no such secret', async () => {
    for (const resource of [other.replace('shop', 'bank'), other.replace('222222222222', A).replace('shop', 'bank')]) {
      const { kinds } = await firstFix(text, ofRole(allow('secretsmanager:GetSecretValue', resource)))
      assert.deepEqual(kinds, ['edit-policy'], resource)
    }
  })
})

describe('a condition on what is sent, of which nobody knows the values', () => {
  const zone = 'arn:aws:route53:::hostedzone/Z0984294TRL0R8AT3SQA'
  const SECRET = `arn:aws:secretsmanager:us-east-1:${A}:secret:app/db-AbCdEf`

  it('is not left out for record sets of Route 53', async () => {
    const Condition = {
      'ForAllValues:StringEquals': { 'route53:ChangeResourceRecordSetsRecordTypes': ['A'] },
    }
    const { fixes } = await diagnosed(
      deniedTo(WORKER, 'route53:ChangeResourceRecordSets', zone),
      ofRole(allow('route53:ChangeResourceRecordSets', 'arn:aws:route53:::hostedzone/*', { Condition })),
    )
    assert.deepEqual(fixes, [])
  })

  it('is met by other tags, before anything is granted', async () => {
    const Condition = { 'ForAllValues:StringLike': { 'aws:TagKeys': ['acme_*'] } }
    const { does, kinds } = await firstFix(
      deniedTo(WORKER, 'secretsmanager:TagResource', SECRET),
      ofRole(allow('secretsmanager:TagResource', '*', { Condition })),
    )
    assert.deepEqual([does, kinds], ['send only tags whose keys are like acme_*', ['edit-request']])
  })
})

describe('an action on what belongs to whoever calls', () => {
  const own = `arn:aws:iam::*:user/\${aws:username}`
  const keys = { ...allow(['iam:CreateAccessKey', 'iam:ListAccessKeys'], own), Sid: 'OwnKeys' }
  const passwords = { ...allow(['iam:ChangePassword'], own), Sid: 'OwnPasswords' }

  it('is added to the statement for that thing', async () => {
    const text = deniedTo(ALICE, 'iam:GetAccessKeyLastUsed', ALICE)
    const { patch } = await firstFix(text, ofUser(passwords, keys))
    assert.deepEqual(patch, [{ op: 'add', path: '/Statement/1/Action/-', value: 'iam:GetAccessKeyLastUsed' }])
  })

  it('is allowed to the caller alone where it gives more than the statement has, or is about another thing', async () => {
    const reads = { ...allow(['iam:ListAccessKeys', 'iam:GetUser'], own), Sid: 'Reads' }
    for (const action of ['iam:DeleteAccessKey', 'iam:ListMFADevices', 'iam:PutUserPolicy']) {
      const { patch } = await firstFix(deniedTo(ALICE, action, ALICE), ofUser(passwords, reads))
      assert.equal(patch[0]?.path, '/Statement/-', action)
    }
  })
})

describe('a call on a bucket of which nobody knows the account, which both policies explain only across accounts', () => {
  const identity = JSON.stringify({ UserId: 'AIDACKCEVSQ6C2EXAMPLE', Account: A, Arn: ALICE }, null, 4)
  const bucketPolicy = (Action: unknown, more: object = {}) => ({
    Policy: JSON.stringify(policy({ ...allow(Action, 'arn:aws:s3:::shop-data/*', more), Principal: { AWS: [ALICE] } })),
  })
  const text = (operation: string) =>
    `$ aws sts get-caller-identity\n${identity}\n\n$ aws s3 cp s3://shop-data/test.txt .\nfatal error: An error occurred (403) when calling the ${operation} operation: Forbidden\n`

  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
  it('drafts the policy of the caller, beside that of the bucket', async () => {
    const { layers, patch } = await firstFix(text('HeadObject'), bucketPolicy('s3:GetObject'), { AttachedPolicies: [] })
    assert.deepEqual(layers, ['identity-policy'])
    assert.match(JSON.stringify(patch), /"s3:GetObject".*shop-data\/test\.txt/)
  })

  it('sends the ACL that the policy of the bucket asks for', async () => {
    const upload = text('PutObject')
      .replace('s3://shop-data/test.txt .', 'test.txt s3://shop-data')
      .replace('(403)', '(AccessDenied)')
    const { kinds, does } = await firstFix(
      upload,
      bucketPolicy(['s3:PutObject', 's3:PutObjectAcl'], {
        Condition: { StringEquals: { 's3:x-amz-acl': 'bucket-owner-full-control' } },
      }),
      ofUser(allow(['s3:PutObject', 's3:PutObjectAcl'], 'arn:aws:s3:::shop-data/*')),
    )
    assert.deepEqual([kinds, does], [['edit-request'], 'send the header x-amz-acl: bucket-owner-full-control'])
  })
})

describe('a version of a layer of another account', () => {
  const layer = 'arn:aws:lambda:us-east-1:770693421928:layer:pillow:9'

  // https://docs.aws.amazon.com/lambda/latest/api/API_AddLayerVersionPermission.html
  it('is opened to an account, in the policy of that version', async () => {
    const text = `User: ${ALICE} is not authorized to perform: lambda:GetLayerVersion on resource: ${layer} because no resource-based policy allows the lambda:GetLayerVersion action`
    const { causes, fixes } = await diagnosed(text)
    assert.equal(causes[0]?.kind, 'layer-version')
    assert.doesNotMatch(JSON.stringify(fixes.map(({ changes }) => changes.map(({ patch }) => patch))), /user\/alice/)
  })
})

describe('a bucket policy that denies everyone to change it', () => {
  const bucket = 'arn:aws:s3:::shop-data'
  const text = `User: ${WORKER} is not authorized to perform: s3:PutBucketPolicy on resource: "${bucket}" with an explicit deny in a resource-based policy`
  const denying = (more: object) => ({
    Policy: JSON.stringify(
      policy({
        Effect: 'Deny',
        Principal: '*',
        Action: ['s3:DeleteBucket', 's3:PutBucketPolicy'],
        Resource: bucket,
        ...more,
      }),
    ),
  })

  // https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html
  it('is changed by the root user of the account alone', async () => {
    const { fixes } = await diagnosed(text, denying({}))
    assert.match(JSON.stringify(fixes[0]?.consequences), /Only the root user/)
  })

  it('is changed by others where a condition limits the Deny', async () => {
    const Condition = { StringNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/admin' } }
    const { fixes } = await diagnosed(text, denying({ Condition }))
    assert.doesNotMatch(JSON.stringify(fixes.map(({ consequences }) => consequences)), /root user/)
  })
})

describe('a condition of a trust policy with a value that no call has', () => {
  const trusting = (name: string, ...statements: readonly object[]) => ({
    Role: { RoleName: name, Arn: `arn:aws:iam::${A}:role/${name}`, AssumeRolePolicyDocument: policy(...statements) },
  })

  // https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
  it('is the account of the role where it is `*` for any account', async () => {
    const text =
      'ValidationException: The execution role you provide must allow AWS EventBridge Scheduler to assume the role.'
    const { patch } = await firstFix(
      text,
      trusting('schedule', {
        Effect: 'Allow',
        Principal: { Service: 'scheduler.amazonaws.com' },
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'aws:SourceAccount': '*' } },
      }),
    )
    const path = '/Statement/0/Condition/StringEquals/aws:SourceAccount'
    assert.deepEqual(patch, [{ op: 'replace', path, value: A }])
  })

  // https://circleci.com/docs/openid-connect-tokens/: the audience is the organization.
  it('is the organization of CircleCI where it is the audience of another provider, and the subject stays', async () => {
    const organization = '8a1b2c3d-1111-2222-3333-444455556666'
    const host = `oidc.circleci.com/org/${organization}`
    const { patch } = await firstFix(
      'An error occurred (AccessDenied) when calling the AssumeRoleWithWebIdentity operation: Not authorized to perform sts:AssumeRoleWithWebIdentity',
      trusting('deploy', {
        Effect: 'Allow',
        Principal: { Federated: `arn:aws:iam::${A}:oidc-provider/${host}` },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: {
          StringEquals: { [`${host}:aud`]: 'sts.amazonaws.com' },
          StringLike: { [`${host}:sub`]: `org/${organization}/project/0f9e8d7c-1111-2222-3333-444455556666/user/*` },
        },
      }),
    )
    const path = `/Statement/0/Condition/StringEquals/${host.replaceAll('/', '~1')}:aud`
    assert.deepEqual(patch, [{ op: 'replace', path, value: organization }])
  })
})
