/** Incidents as people posted them, names replaced: what is named as the cause, and that the first fix is a careful colleague's. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { diagnoseToShow } from '#app/diagnose.ts'
import { evidenceOfText } from '#app/inputs.ts'
import type { Scenario } from '#engine/scenario.ts'

const ALL = { Effect: 'Allow', Action: '*', Resource: '*' }
const document = (...Statement: readonly unknown[]) => ({ Version: '2012-10-17', Statement })
const inline = (...statements: readonly unknown[]) => [{ name: 'own', document: document(...statements) }]

/** A scenario may leave its request to the text. */
type Given = Omit<Partial<Scenario>, 'request'> & { readonly request?: Partial<Scenario['request']> }

function diagnosed(text: string, given: Given) {
  const [diagnosis] = diagnoseToShow({
    ...evidenceOfText(text, 'text'),
    policySource: {
      kind: 'scenario',
      scenario: given as Scenario,
    },
  }).diagnoses
  assert.ok(diagnosis !== undefined)
  const [fix] = diagnosis.fixes
  return {
    diagnosis,
    causes: diagnosis.causes.map(({ layer, certainty }) => `${certainty} ${layer}`),
    kinds: fix?.changes.map(({ kind }) => kind) ?? [],
    call: fix?.changes[0]?.awsCli,
    after: JSON.stringify(fix?.changes.map(({ after }) => after)),
    added: fix?.changes.flatMap(({ patch }) => patch.map((one) => (one.op === 'remove' ? undefined : one.value))) ?? [],
    assumed: diagnosis.assumptions.map(({ fact }) => fact),
  }
}

describe('the call changes before a policy does', () => {
  test('MFA is made before the rule that asks for it is weakened', () => {
    const { causes, kinds, call } = diagnosed(
      'User: arn:aws:iam::111122223333:user/dev is not authorized to perform: cloudformation:DescribeStacks on resource: arn:aws:cloudformation:eu-central-1:111122223333:stack/toolkit/* with an explicit deny in an identity-based policy',
      {
        policies: {
          identityPolicies: inline(ALL, {
            Sid: 'NeedMfa',
            Effect: 'Deny',
            NotAction: ['iam:GetUser', 'sts:GetSessionToken'],
            Resource: '*',
            Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } },
          }),
        },
      },
    )
    assert.deepEqual(causes, ['certain identity-policy'])
    assert.deepEqual(kinds, ['edit-request'])
    assert.equal(call, 'aws sts get-session-token --serial-number arn:aws:iam::111122223333:mfa/dev --token-code CODE')
  })

  test('the header is sent before a service control policy is excepted from', () => {
    const header = 's3:x-amz-server-side-encryption'
    const on = { Effect: 'Deny', Action: 's3:PutObject', Resource: '*' }
    const { causes, kinds, call } = diagnosed(
      'An error occurred (AccessDenied) when calling the PutObject operation: Access Denied',
      {
        request: {
          principal: 'arn:aws:iam::111122223333:user/dev',
          action: 's3:PutObject',
          resource: 'arn:aws:s3:::files/a',
        },
        policies: {
          serviceControlPolicies: [
            {
              target: '111122223333',
              policies: [
                {
                  name: 'encrypt',
                  document: document(
                    ALL,
                    { ...on, Condition: { StringNotEquals: { [header]: ['AES256', 'aws:kms'] } } },
                    { ...on, Condition: { Null: { [header]: ['true'] } } },
                  ),
                },
              ],
            },
          ],
        },
      },
    )
    assert.deepEqual(causes, ['likely service-control-policy'])
    assert.deepEqual(kinds, ['edit-request'])
    assert.equal(call, 'aws s3api put-object --bucket files --key a --body FILE --server-side-encryption AES256')
  })
})

test('a boundary is set only in the calls that take one', () => {
  const boundary = 'arn:aws:iam::111122223333:policy/limit'
  const { kinds, added } = diagnosed(
    'API: iam:UpdateRole User: arn:aws:sts::111122223333:assumed-role/operator/1 is not authorized to perform: iam:UpdateRole on resource: role app-1',
    {
      policies: {
        identityPolicies: inline({
          Effect: 'Allow',
          Action: ['iam:CreateRole', 'iam:UpdateRole'],
          Resource: 'arn:aws:iam::111122223333:role/app-*',
          Condition: { StringEquals: { 'iam:PermissionsBoundary': boundary } },
        }),
      },
    },
  )
  assert.deepEqual(kinds, ['edit-policy'])
  assert.ok(!JSON.stringify(added).includes(boundary), JSON.stringify(added))
})

describe('what the evidence masks or leaves out', () => {
  test('an account that is masked is a placeholder in the fix, and told', () => {
    const { causes, added, assumed } = diagnosed(
      'User: arn:aws:sts::****:assumed-role/app/run is not authorized to perform: sqs:SendMessage on resource: arn:aws:sqs:us-east-1:****:jobs because no identity-based policy allows the sqs:SendMessage action',
      { policies: { identityPolicies: inline({ Effect: 'Allow', Action: 'sqs:ReceiveMessage', Resource: '*' }) } },
    )
    assert.deepEqual(causes, ['certain identity-policy'])
    assert.match(JSON.stringify(added), /"arn:aws:sqs:us-east-1:ACCOUNT_ID:jobs"/)
    assert.ok(assumed.some((fact) => fact.includes('ACCOUNT_ID')))
  })

  test('two masks whose digits differ are two accounts', () => {
    const { added } = diagnosed(
      'User: arn:aws:sts::9xxxxxxxxxxx:assumed-role/build/run is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::0xxxxxxxxxxx:role/admin',
      {
        policies: {
          identityPolicies: inline({
            Effect: 'Allow',
            Action: 'sts:AssumeRole',
            Resource: 'arn:aws:iam::*:role/deploy',
          }),
        },
      },
    )
    assert.match(JSON.stringify(added), /"arn:aws:iam::OTHER_ACCOUNT_ID:role\/admin"/)
  })

  test('a call that names nothing is about the bucket that the policy speaks of', () => {
    const { causes, added } = diagnosed('An error occurred (403) when calling the HeadBucket operation: Forbidden', {
      policies: { identityPolicies: inline({ Effect: 'Allow', Action: 's3:*', Resource: 'arn:aws:s3:::files/*' }) },
    })
    assert.deepEqual(causes, ['likely identity-policy'])
    assert.match(JSON.stringify(added), /"arn:aws:s3:::files"/)
  })

  test('of two Denies that the words may mean the one at hand is the simpler explanation', () => {
    const { causes, kinds } = diagnosed(
      'User: arn:aws:sts::*****:assumed-role/***Role/*** is not authorized to perform: iam:CreateRole on resource: arn:aws:iam::*****:role/nodes with an explicit deny',
      {
        policies: {
          identityPolicies: inline(
            { Effect: 'Allow', Action: 'iam:*', Resource: '*' },
            {
              Effect: 'Deny',
              Action: 'iam:CreateRole',
              Resource: '*',
              Condition: { StringNotEquals: { 'iam:PermissionsBoundary': 'arn:aws:iam::111122223333:policy/limit' } },
            },
          ),
        },
      },
    )
    assert.deepEqual(causes, ['likely identity-policy'])
    assert.deepEqual(kinds, ['edit-request'])
  })
})

describe('what a call needs besides', () => {
  const key = 'arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab'

  test('a part of a multipart upload needs kms:Decrypt', () => {
    const { diagnosis, causes } = diagnosed(
      'An error occurred (AccessDenied) when calling the UploadPart operation: Access Denied',
      {
        request: {
          principal: 'arn:aws:iam::111122223333:user/up',
          action: 's3:PutObject',
          resource: 'arn:aws:s3:::files/big',
        },
        policies: {
          identityPolicies: inline(
            { Effect: 'Allow', Action: 's3:PutObject', Resource: 'arn:aws:s3:::files/*' },
            { Effect: 'Allow', Action: ['kms:Encrypt', 'kms:GenerateDataKey'], Resource: key },
          ),
        },
        resources: [
          { arn: 'arn:aws:s3:::files', account: '111122223333', kind: 'bucket', attributes: { sseKmsKeyArn: key } },
          {
            arn: key,
            account: '111122223333',
            kind: 'key',
            policy: document({
              Effect: 'Allow',
              Principal: { AWS: 'arn:aws:iam::111122223333:root' },
              Action: 'kms:*',
              Resource: '*',
            }),
          },
        ],
      },
    )
    assert.equal(diagnosis.steps[0]?.request.action, 'kms:Decrypt')
    assert.ok(causes.some((one) => one.endsWith(' identity-policy')))
  })

  test('a launch that is allowed everything else lacks iam:PassRole, and that is no more than likely', () => {
    const { diagnosis, causes } = diagnosed(
      'An error occurred (UnauthorizedOperation) when calling the RunInstances operation: You are not authorized to perform this operation.',
      {
        request: {
          principal: 'arn:aws:iam::111122223333:user/dev',
          action: 'ec2:RunInstances',
          resource: 'arn:aws:ec2:us-east-1:111122223333:instance/*',
        },
        policies: { identityPolicies: inline({ Effect: 'Allow', Action: 'ec2:*', Resource: '*' }) },
      },
    )
    assert.equal(diagnosis.steps[0]?.request.action, 'iam:PassRole')
    assert.deepEqual(causes, ['likely identity-policy'])
  })

  describe('an upload that is allowed everything else', () => {
    const upload = (text: string, context: Readonly<Record<string, null>>, ...actions: readonly string[]) => {
      const { diagnosis, causes } = diagnosed(text, {
        request: {
          principal: 'arn:aws:iam::111122223333:user/dev',
          action: 's3:PutObject',
          resource: 'arn:aws:s3:::files/a.txt',
          resourceAccount: '111122223333',
          context,
        },
        policies: { identityPolicies: inline({ Effect: 'Allow', Action: actions, Resource: '*' }) },
      })
      return { action: diagnosis.steps[0]?.request.action, causes, assumptions: diagnosis.assumptions }
    }
    const BARE = 'An error occurred (AccessDenied) when calling the PutObject operation: Access Denied'

    test('lacks s3:PutObjectAcl if it sent an ACL, and that is no more than likely', () => {
      const { action, causes, assumptions } = upload(BARE, {}, 's3:PutObject')
      assert.equal(action, 's3:PutObjectAcl')
      assert.deepEqual(causes, ['likely identity-policy'])
      const [assumption] = assumptions.filter(({ fact }) => fact === 'action')
      assert.match(String(assumption?.value), /an upload that sends an ACL needs it, too/)
    })

    test('is another case where it may do that, where no ACL was sent, or where a part has none', () => {
      assert.equal(upload(BARE, {}, 's3:PutObject', 's3:PutObjectAcl').action, 's3:PutObject')
      assert.equal(upload(BARE, { 's3:x-amz-acl': null }, 's3:PutObject').action, 's3:PutObject')
      assert.equal(upload(BARE.replace('PutObject', 'UploadPart'), {}, 's3:PutObject').action, 's3:PutObject')
    })
  })

  test('a bucket without a policy does not let an origin access identity in, whatever its ACL is', () => {
    const { causes, kinds } = diagnosed('<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>', {
      request: {
        principal: 'arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1EXAMPLE',
        action: 's3:GetObject',
        resource: 'arn:aws:s3:::site/index.html',
      },
      policies: { resourcePolicy: null },
    })
    assert.deepEqual(causes, ['likely resource-policy'])
    assert.deepEqual(kinds, ['add-policy'])
  })
})

describe('a trust policy', () => {
  const DENIED =
    'An error occurred (AccessDenied) when calling the AssumeRoleWithWebIdentity operation: Not authorized to perform sts:AssumeRoleWithWebIdentity'
  const trust = (provider: string, Condition: unknown): Given => ({
    policies: {
      resourcePolicy: {
        name: 'trust',
        kind: 'trust',
        document: document({
          Effect: 'Allow',
          Principal: { Federated: `arn:aws:iam::111122223333:oidc-provider/${provider}` },
          Action: 'sts:AssumeRoleWithWebIdentity',
          Condition,
        }),
      },
    },
  })

  test('that has the subject under the key of the audience is mended with both claims', () => {
    const host = 'oidc.eks.eu-central-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE'
    const { causes, after } = diagnosed(
      DENIED,
      trust(host, { StringEquals: { [`${host}:aud`]: 'system:serviceaccount:kube-system:secrets' } }),
    )
    assert.deepEqual(causes, ['likely resource-policy'])
    assert.ok(after.includes(`"${host}:sub":"system:serviceaccount:kube-system:secrets"`), after)
    assert.ok(after.includes(`"${host}:aud":"sts.amazonaws.com"`), after)
  })

  test('of GitHub is opened to no token whose subject is not known', () => {
    const host = 'token.actions.githubusercontent.com'
    const { added } = diagnosed(DENIED, trust(host, { StringEquals: { [`${host}:aud`]: 'other' } }))
    assert.deepEqual(
      added.filter((one) => !JSON.stringify(one).includes(':sub')),
      [],
    )
  })

  test('that asks for an external id asks for it of the next caller, too', () => {
    const { added } = diagnosed(
      'User: arn:aws:iam::222233334444:user/bob is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::111122223333:role/app because no resource-based policy allows the sts:AssumeRole action',
      {
        request: {
          principal: 'arn:aws:iam::222233334444:user/bob',
          action: 'sts:AssumeRole',
          resource: 'arn:aws:iam::111122223333:role/app',
          context: { 'sts:ExternalId': 'x1' },
        },
        policies: {
          identityPolicies: inline({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' }),
          resourcePolicy: {
            name: 'trust',
            kind: 'trust',
            document: document({
              Effect: 'Allow',
              Principal: { AWS: 'arn:aws:iam::222233334444:user/eve' },
              Action: 'sts:AssumeRole',
              Condition: { StringEquals: { 'sts:ExternalId': 'x1' } },
            }),
          },
        },
      },
    )
    assert.match(JSON.stringify(added), /bob/)
    assert.ok(
      // One more principal of the statement that asks for it, or a statement that asks for it.
      added.every((each) => Array.isArray(each) || JSON.stringify(each).includes('sts:ExternalId')),
      JSON.stringify(added),
    )
  })
})

test('nothing is edited that only stands in for a policy nobody has seen', () => {
  const { diagnosis } = diagnosed(
    'User: arn:aws:iam::111122223333:user/dev is not authorized to perform: sqs:SendMessage on resource: arn:aws:sqs:us-east-1:111122223333:jobs with an explicit deny in a service control policy',
    { policies: { identityPolicies: inline(ALL) } },
  )
  assert.deepEqual(
    diagnosis.fixes.flatMap(({ changes }) => changes.filter(({ policy }) => policy.includes('not seen'))),
    [],
  )
})

test('a bucket policy that is refused though the caller may put it was public: that comes before another owner', () => {
  const { diagnosis, causes } = diagnosed(
    'An error occurred (AccessDenied) when calling the PutBucketPolicy operation: Access Denied',
    { policies: { identityPolicies: inline({ Effect: 'Allow', Action: 's3:*', Resource: '*' }) } },
  )
  assert.deepEqual(causes, ['likely service-guard'])
  assert.equal(diagnosis.causes[0]?.kind, 'block-public-access')
})

describe('a Deny that would have to be cut around one action', () => {
  const TEXT =
    'User: arn:aws:sts::111122223333:assumed-role/analyst/one is not authorized to perform: dynamodb:GetItem on resource: arn:aws:dynamodb:eu-west-1:111122223333:table/orders with an explicit deny in an identity-based policy'
  const regions = {
    Sid: 'Regions',
    Effect: 'Deny',
    Action: '*',
    Resource: '*',
    Condition: { StringNotEquals: { 'aws:RequestedRegion': ['us-east-1'] } },
  }

  const ids = (fixes: readonly { readonly id: string }[]): readonly string[] => fixes.map(({ id }) => id)

  test('of the caller alone gets another value first, and the cut is another way (R-ADV-11)', () => {
    const { diagnosis } = diagnosed(TEXT, { policies: { identityPolicies: inline(ALL, regions) } })
    assert.deepEqual(ids(diagnosis.fixes), ['list-identity-policy.exact'])
    assert.ok(ids(diagnosis.otherFixes).includes('narrow-identity-policy.exact'))
  })

  test('of an organization gets no exception that is wider than the one action (R-ADV-11)', () => {
    const { diagnosis } = diagnosed(TEXT.replace('an identity-based policy', 'a service control policy'), {
      policies: {
        identityPolicies: inline(ALL),
        serviceControlPolicies: [{ target: 'r-1', policies: [{ name: 'regions', document: document(ALL, regions) }] }],
      },
    })
    const all = [...ids(diagnosis.fixes), ...ids(diagnosis.otherFixes)]
    assert.deepEqual(all.toSorted(), [
      'except-service-control-policy-narrow.exact',
      'list-service-control-policy.exact',
    ])
    assert.equal(diagnosis.fixes[0]?.id, 'list-service-control-policy.exact')
  })

  test('by who calls is left as it is', () => {
    const { diagnosis } = diagnosed(TEXT, {
      policies: {
        identityPolicies: inline(ALL, {
          ...regions,
          Condition: { StringNotEquals: { 'aws:PrincipalTag/team': ['blue'] } },
        }),
      },
    })
    assert.ok(![...diagnosis.fixes, ...diagnosis.otherFixes].some(({ id }) => id.startsWith('list-')))
  })
})
