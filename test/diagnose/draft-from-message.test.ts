import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { diagnoseEvidence } from '#app/diagnose.ts'
import { rawEvidence } from '#app/inputs.ts'
import { diagnose } from '#diagnose/diagnose.ts'
import { whoWasRefused } from '#intake/note.ts'
import { readDenials } from '#intake/read.ts'
import { draftsOf } from '#fix/draft/draft.ts'

const draftsFor = (text: string) =>
  diagnose({ denials: readDenials(text).denials, events: [] }).diagnoses.flatMap(draftsOf)

const statementsIn = (text: string): readonly unknown[] =>
  draftsFor(text).flatMap(({ changes }) =>
    changes.flatMap(({ patch }) => patch.map((one) => 'value' in one && one.value)),
  )

describe('what is drafted from a message alone', () => {
  test('is the statement that the message lacks, with the ARN it names', () => {
    assert.deepEqual(
      statementsIn(
        'Your access has been denied by EC2, please make sure your request credentials have permission to DescribeSecurityGroups for sg-1. EC2 Error Code: UnauthorizedOperation. EC2 Error Message: You are not authorized to perform this operation.',
      ),
      [
        {
          Sid: 'AllowDescribeSecurityGroups',
          Effect: 'Allow',
          Action: 'ec2:DescribeSecurityGroups',
          Resource: '*',
        },
      ],
    )
  })

  test('holds every resource that a launch is evaluated on, and no id that the launch makes (R-REQ-02)', () => {
    const [statement] = statementsIn(
      'An error occurred (UnauthorizedOperation) when calling the RunInstances operation: You are not authorized to perform this operation.',
    ) as readonly { readonly Resource: readonly string[] }[]
    const own = 'arn:aws:ec2:REGION:ACCOUNT_ID'
    assert.deepEqual(
      new Set(statement?.Resource),
      new Set([
        'arn:aws:ec2:REGION::image/IMAGE_ID',
        `${own}:instance/*`,
        `${own}:network-interface/*`,
        `${own}:security-group/SECURITY_GROUP_ID`,
        `${own}:subnet/SUBNET_ID`,
        `${own}:volume/*`,
      ]),
    )
  })

  test('leaves a name that the caller chooses to be written in, also of what the call makes', () => {
    const [statement] = statementsIn(
      'User: arn:aws:iam::111122223333:user/ci is not authorized to perform: secretsmanager:CreateSecret because no identity-based policy allows the secretsmanager:CreateSecret action',
    ) as readonly { readonly Resource: string }[]
    assert.match(statement?.Resource ?? '', /:secret:[A-Z_]+$/)
  })

  test('is for the role that pulls an image, where the message tells who does', () => {
    const image = '111122223333.dkr.ecr.us-east-1.amazonaws.com/app:1.4'
    const answered = `failed to resolve ref ${image}: pulling from host failed with status code [manifests 1.4]: 403 Forbidden`
    const drafted = (text: string) => {
      const [diagnosis] = diagnose({ denials: readDenials(text).denials, events: [] }).diagnoses
      assert.ok(diagnosis !== undefined)
      const [change] = draftsOf(diagnosis)[0]?.changes ?? []
      return [whoWasRefused(diagnosis.denial.notes)?.text.slice(0, 40), change?.policy, change?.owner]
    }
    const ofRole = ['identity policy of that role', 'the account of the role']
    assert.deepEqual(drafted(`CannotPullContainerError: pull image manifest has been retried: ${answered}`), [
      'ECS pulls the image as the task’s execut',
      ...ofRole,
    ])
    assert.deepEqual(drafted(`Failed to pull image "${image}": rpc error: code = Unknown desc = ${answered}`), [
      'The kubelet pulls the image as the role ',
      ...ofRole,
    ])
    assert.deepEqual(drafted(answered), [undefined, 'identity policy of the caller', 'the account of the caller'])
  })

  test('is the value that the Deny of a decoded message lets pass, or another than it names', () => {
    const titleFor = (value: string): string | undefined => {
      const items = (...values: readonly object[]) => ({ items: values })
      const conditions = items({ key: 'ec2:InstanceType', values: items({ value }) })
      const decoded = {
        allowed: false,
        explicitDeny: true,
        matchedStatements: items({ statementId: 'OnlySmall', effect: 'DENY', conditions }),
        failures: items(),
        context: {
          principal: { arn: 'arn:aws:iam::111122223333:user/ann' },
          action: 'ec2:RunInstances',
          resource: 'arn:aws:ec2:us-east-1:111122223333:instance/*',
          conditions: items({ key: 'ec2:InstanceType', values: items({ value: 'm5.large' }) }),
        },
      }
      return draftsFor(JSON.stringify(decoded))[0]?.title
    }
    assert.equal(titleFor('t3.*'), 'Call with ec2:InstanceType t3.*, not m5.large, as Deny OnlySmall asks')
    const another = 'Call with another ec2:InstanceType than m5.large, as Deny OnlySmall asks'
    assert.equal(titleFor('${aws:PrincipalTag/size}'), another)
    assert.equal(titleFor('m5.*'), another)
  })

  test('is a statement of the endpoint that AWS names, and no way round it', () => {
    const parameter = 'arn:aws:ssm:eu-west-1:111122223333:parameter/app/db'
    const text = `User: arn:aws:sts::111122223333:assumed-role/app/job is not authorized to perform: ssm:GetParameter on resource: ${parameter} because no VPC endpoint policy allows the ssm:GetParameter action`
    const [diagnosis] = diagnoseEvidence(rawEvidence(text)).diagnoses
    assert.equal(diagnosis?.causes[0]?.where, undefined)
    const [ofGateway] = statementsIn(
      text.replaceAll('ssm:GetParameter', 's3:GetObject').replace(parameter, '"arn:aws:s3:::b/k"'),
    )
    assert.deepEqual(ofGateway, {
      Sid: 'AllowGetObject',
      Effect: 'Allow',
      Principal: '*',
      Action: 's3:GetObject',
      Resource: 'arn:aws:s3:::b/k',
      Condition: { ArnEquals: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/app' } },
    })
    assert.deepEqual(
      diagnosis?.fixes.flatMap(({ changes }) => changes.map(({ layer, kind, patch }) => [layer, kind, patch[0]])),
      [
        [
          'vpc-endpoint-policy',
          'edit-policy',
          {
            op: 'add',
            path: '/Statement/-',
            value: {
              Sid: 'AllowGetParameter',
              Effect: 'Allow',
              Principal: { AWS: 'arn:aws:iam::111122223333:role/app' },
              Action: 'ssm:GetParameter',
              Resource: parameter,
            },
          },
        ],
      ],
    )
  })

  test('is a statement of the layer that AWS names, and of no other, where that layer only limits', () => {
    const key = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab'
    const role = 'arn:aws:iam::111122223333:role/app'
    const allow = { Sid: 'AllowDecrypt', Effect: 'Allow', Action: 'kms:Decrypt', Resource: key }
    const rows = [
      ['permissions boundary', 'permissions-boundary', 'permissions boundary of role app', allow],
      ['session policy', 'session-policy', 'session policy of role app', allow],
      [
        'service control policy',
        'service-control-policy',
        'service control policy',
        { ...allow, Condition: { ArnEquals: { 'aws:PrincipalArn': role } } },
      ],
    ] as const
    for (const [named, layer, policy, statement] of rows) {
      const [draft, ...others] = draftsFor(
        `User: arn:aws:sts::111122223333:assumed-role/app/job is not authorized to perform: kms:Decrypt on resource: ${key} because no ${named} allows the kms:Decrypt action`,
      )
      assert.deepEqual(others, [])
      assert.deepEqual(
        draft?.changes.map((change) => [change.layer, change.policy, change.patch]),
        [[layer, policy, [{ op: 'add', path: '/Statement/-', value: statement }]]],
      )
    }
  })

  test('is no statement of a boundary or session policy that AWS makes itself', () => {
    const sessions = ['pool_Unauth/CognitoIdentityCredentials', 'AWSReservedSSO_Dev_0123456789abcdef/ann']
    for (const session of sessions)
      for (const named of ['session policy', 'permissions boundary']) {
        const text = `User: arn:aws:sts::111122223333:assumed-role/${session} is not authorized to perform: ssm:GetParameter on resource: arn:aws:ssm:eu-west-1:111122223333:parameter/p because no ${named} allows the ssm:GetParameter action`
        assert.deepEqual(draftsFor(text), [], `${session} ${named}`)
      }
  })

  test('is held to the service that asked KMS, where the message comes back with its call', () => {
    const key = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab'
    const [statement] = statementsIn(
      `An error occurred (AccessDenied) when calling the GetObject operation: User: arn:aws:sts::111122223333:assumed-role/app/run is not authorized to perform: kms:Decrypt on resource: ${key} because no identity-based policy allows the kms:Decrypt action`,
    )
    assert.deepEqual(statement, {
      Sid: 'AllowDecrypt',
      Effect: 'Allow',
      Action: 'kms:Decrypt',
      Resource: key,
      Condition: { StringEquals: { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' } },
    })
  })

  test('is for the trust policy first, then for the caller, where the tags of a session were denied', () => {
    const [draft] = draftsFor(
      'User: arn:aws:iam::111122223333:user/ci is not authorized to perform: sts:TagSession on resource: arn:aws:iam::444455556666:role/deploy',
    )
    assert.deepEqual(
      draft?.changes.map(({ layer }) => layer),
      ['resource-policy', 'identity-policy'],
    )
    assert.match(JSON.stringify(draft.changes[0]?.patch), /"AWS":"arn:aws:iam::111122223333:user\/ci"/)
  })

  test('has words in capitals for what is masked, and no pattern and no command of it', () => {
    const [draft] = draftsFor(
      'User: arn:aws:sts::****:assumed-role/app/run is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::****/report.csv" because no identity-based policy allows the s3:GetObject action',
    )
    const [change] = draft?.changes ?? []
    assert.match(JSON.stringify(change?.patch), /"Resource":"arn:aws:s3:::NAME\/report\.csv"/)
    assert.equal(change?.awsCli, undefined)
    const endpoint = statementsIn(
      'User: arn:aws:sts::****:assumed-role/app/run is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::b/k" because no VPC endpoint policy allows the s3:GetObject action',
    )
    assert.match(JSON.stringify(endpoint), /"aws:PrincipalArn":"arn:aws:iam::ACCOUNT_ID:role\/app"/)
  })

  test('has no command where a word of its resource is to be written in', () => {
    const [change] =
      draftsFor(
        'User: arn:aws:iam::111122223333:user/ann is not authorized to perform: ssm:GetParameter because no identity-based policy allows the ssm:GetParameter action',
      )[0]?.changes ?? []
    assert.match(JSON.stringify(change?.patch), /parameter\/PARAMETER_NAME/)
    assert.equal(change?.awsCli, undefined)
  })

  for (const [operation, resource] of [
    ['ListObjectsV2', 'arn:aws:s3:::BUCKET_NAME'],
    ['PutObject', 'arn:aws:s3:::BUCKET_NAME/OBJECT_NAME'],
  ] as const)
    test(`is on a bucket rather than on an access point (${operation})`, () => {
      const text = `An error occurred (AccessDenied) when calling the ${operation} operation: Access Denied`
      assert.match(JSON.stringify(draftsFor(text)[0]?.changes[0]?.patch), new RegExp(`"Resource":"${resource}"`))
    })

  for (const [name, text] of [
    [
      'against an explicit deny',
      'User: arn:aws:sts::xxx:assumed-role/R/s is not authorized to perform: iam:GetRole on resource: role R with an explicit deny in an identity-based policy',
    ],
    [
      'for a trust policy, whose subject the message does not say',
      'Not authorized to perform sts:AssumeRoleWithWebIdentity',
    ],
    [
      'for nobody',
      'User: anonymous is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::b/k" because no resource-based policy allows the s3:GetObject action',
    ],
  ] as const)
    test(`is nothing ${name}`, () => {
      assert.deepEqual(draftsFor(text), [])
    })
})

// R-KMS-01: https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
describe('the use of a key by a caller that nobody names', () => {
  const text =
    'The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access. (Service: Amazon S3; Status Code: 403; Error Code: AccessDenied)'

  test('is drafted for no side: the policy of the key decides first, and it would have to name the caller', () => {
    assert.deepEqual(statementsIn(text), [])
  })

  test('is drafted for both sides where the caller is named', () => {
    const layers = draftsFor(
      'User: arn:aws:iam::111122223333:user/ana is not authorized to perform: kms:Decrypt on resource: arn:aws:kms:us-east-1:444455556666:key/1111 with an implicit deny',
    ).flatMap(({ changes }) => changes.map(({ layer }) => layer))
    assert.ok(layers.includes('resource-policy'))
  })
})

describe('what is changed first where AWS names the policy of a resource that nobody saw', () => {
  const refusedBy = (action: string, resource: string): string =>
    `User: arn:aws:sts::111122223333:assumed-role/app/job is not authorized to perform: ${action} on resource: ${resource} because no resource-based policy allows the ${action} action`
  const shownFor = (text: string) => diagnoseEvidence(rawEvidence(text)).diagnoses[0]

  test('is the key policy of another account, before a grant that goes around it', () => {
    const key = 'arn:aws:kms:eu-west-1:444455556666:key/1234abcd-12ab-34cd-56ef-1234567890ab'
    const shown = shownFor(refusedBy('kms:Decrypt', key))
    const [first, ...others] = shown?.fixes ?? []
    assert.deepEqual(
      first?.changes.map(({ layer, policy, on }) => [layer, policy, on]),
      [['resource-policy', 'key policy of 1234abcd-12ab-34cd-56ef-1234567890ab', key]],
    )
    assert.deepEqual(
      others.map(({ id }) => id),
      ['kms-grant.exact'],
    )
  })

  test('is the policy of the bucket that holds the object', () => {
    const [first] = shownFor(refusedBy('s3:GetObject', 'arn:aws:s3:::reports/2026/a.csv'))?.fixes ?? []
    assert.deepEqual(
      first?.changes.map(({ policy, owner, on }) => [policy, owner, on]),
      [['bucket policy of reports', 'the account that owns it', 'arn:aws:s3:::reports']],
    )
  })
})
