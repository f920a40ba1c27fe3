/** Hops evaluated end to end: whose layers bear on them, and what the resource says (R-HOP-01, R-HOP-04). */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ContextValue, Request } from '#iam/request.ts'
import { asDependentCall, evaluateChain, furtherRequests, furtherScenario } from '../chain.ts'
import type { Step } from '../decision.ts'
import type { PoliciesInForce, Policy, Resource, Scenario } from '../scenario.ts'

const A = '111122223333'
const B = '444455556666'
const R = 'eu-west-1'
const SESSION = `arn:aws:sts::${A}:assumed-role/deploy/ci`
const KEY = `arn:aws:kms:${R}:${A}:key/k1`
const ROLE = `arn:aws:iam::${A}:role/work`
const BUCKET = 'arn:aws:s3:::bucket'
const OBJECT = 'arn:aws:s3:::bucket/a.txt'
const QUEUE = `arn:aws:sqs:${R}:${A}:q`
const FUNCTION = `arn:aws:lambda:${R}:${A}:function:f`

interface Line {
  readonly Effect?: 'Allow' | 'Deny'
  readonly Action: string | readonly string[]
  readonly Resource?: string
  readonly Condition?: unknown
  readonly Principal?: unknown
}
const document = (...lines: readonly Line[]) => ({
  Version: '2012-10-17',
  Statement: lines.map((line) => ({ Effect: 'Allow', Resource: '*', ...line })),
})
const policy = (...lines: readonly Line[]): Policy => ({ name: 'p', document: document(...lines) })
const trusting = (...lines: readonly Line[]): unknown =>
  document(...lines.map((line) => ({ Principal: { AWS: `arn:aws:iam::${A}:root` }, ...line })))
const openKey = (arn = KEY): Resource => ({
  arn,
  account: A,
  kind: 'key',
  policy: trusting({ Action: 'kms:*' }),
  attributes: { kmsGrants: [] },
})

interface Call {
  readonly action: string
  readonly resource: string | readonly string[]
  readonly account?: string
  readonly context?: Readonly<Record<string, ContextValue>>
  readonly identity: readonly Policy[]
  readonly policies?: PoliciesInForce
  readonly resources?: readonly Resource[]
  readonly principal?: string
}

function scenario(call: Call): Scenario {
  const request: Request = {
    principal: call.principal ?? SESSION,
    principalDetails: { roleArn: `arn:aws:iam::${A}:role/deploy` },
    action: call.action,
    resource: call.resource,
    resourceAccount: call.account ?? A,
    context: call.context ?? {},
    contextComplete: true,
  }
  return {
    request,
    policies: { complete: true, identityPolicies: call.identity, ...call.policies },
    resources: call.resources ?? [],
  }
}

/** `G-01 kms:Decrypt: denied by identity-policy` of each step. */
const shown = (steps: readonly Step[] | undefined): string[] =>
  (steps ?? []).map(
    ({ rule, request, decision }) =>
      `${rule} ${request.action}: ${decision.decision}${decision.decision === 'denied' ? ` by ${decision.blockedBy.join(', ')}` : ''}`,
  )
const chain = (call: Call): string[] => shown(evaluateChain(scenario(call)).steps)

describe('launching an instance', () => {
  const LAUNCH: Call = {
    action: 'ec2:RunInstances',
    resource: [`arn:aws:ec2:${R}:${A}:instance/*`, `arn:aws:ec2:${R}:${A}:volume/*`, `arn:aws:ec2:${R}::image/ami-1`],
    context: { 'ec2:InstanceProfile': `arn:aws:iam::${A}:instance-profile/web` },
    identity: [policy({ Action: ['ec2:*', 'iam:PassRole'] })],
    resources: [{ arn: `arn:aws:iam::${A}:instance-profile/web`, attributes: { roleArns: [ROLE] } }, openKey()],
  }
  const KMS_STEPS = [
    'CreateGrant',
    'Decrypt',
    'DescribeKey',
    'GenerateDataKeyWithoutPlaintext',
    'ReEncryptFrom',
    'ReEncryptTo',
  ]

  it('passes the role and needs the key of encrypted volumes (G-20, G-22)', () => {
    assert.deepEqual(chain(LAUNCH), [
      'G-20 iam:PassRole: allowed',
      ...KMS_STEPS.map((operation) => `G-22 kms:${operation}: denied by identity-policy`),
    ])
  })

  it('is let through by a grant limited to AWS resources (R-KMS-08)', () => {
    const onlyForAws = { Action: 'kms:CreateGrant', Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } } }
    const rest = { Action: ['kms:Decrypt', 'kms:DescribeKey', 'kms:Generate*', 'kms:ReEncrypt*'] }
    const identity = [policy({ Action: ['ec2:*', 'iam:PassRole'] }, onlyForAws, rest)]
    assert.deepEqual(
      chain({ ...LAUNCH, identity }).slice(1),
      KMS_STEPS.map((operation) => `G-22 kms:${operation}: allowed`),
    )
  })

  it('is refused the role where it may pass roles to another service only (R-PASS-02)', () => {
    const toLambda = {
      Action: 'iam:PassRole',
      Condition: { StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' } },
    }
    assert.equal(
      chain({ ...LAUNCH, identity: [policy({ Action: 'ec2:*' }, toLambda)] })[0],
      'G-20 iam:PassRole: denied by identity-policy',
    )
  })

  it('leaves the role open where the profile is not at hand and the Allow names a role', () => {
    const identity = [policy({ Action: 'ec2:*' }, { Action: 'iam:PassRole', Resource: ROLE })]
    assert.equal(chain({ ...LAUNCH, identity, resources: [] })[0], 'G-20 iam:PassRole: undetermined')
  })

  it('needs ec2:CreateTags for that very action, where tags are passed (G-21)', () => {
    const tags = { Action: 'ec2:CreateTags', Condition: { StringEquals: { 'ec2:CreateAction': 'RunInstances' } } }
    const context = { 'aws:TagKeys': ['team'], 'aws:RequestTag/team': 'x' }
    assert.deepEqual(
      chain({ ...LAUNCH, context, resources: [], identity: [policy({ Action: 'ec2:RunInstances' }, tags)] }),
      ['G-21 ec2:CreateTags: allowed', 'G-21 ec2:CreateTags: allowed'],
    )
    assert.deepEqual(chain({ ...LAUNCH, context, resources: [], identity: [policy({ Action: 'ec2:RunInstances' })] }), [
      'G-21 ec2:CreateTags: denied by identity-policy',
      'G-21 ec2:CreateTags: denied by identity-policy',
    ])
  })

  it('needs ec2:CreateTags for those types alone that the call says are to be tagged (G-21)', () => {
    const context = { 'aws:TagKeys': ['team'], 'denytrace:call/tagged': ['volume'] }
    const { steps = [] } = evaluateChain(scenario({ ...LAUNCH, context, resources: [], identity: [] }))
    assert.deepEqual(
      steps.filter(({ rule }) => rule === 'G-21').map(({ request }) => request.resource),
      [`arn:aws:ec2:${R}:${A}:volume/*`],
    )
  })

  it('needs it on what is tagged, whichever part of the launch was refused (G-21)', () => {
    const context = { 'aws:TagKeys': ['team'], 'denytrace:call/tagged': ['instance'] }
    for (const resource of [
      `arn:aws:ec2:${R}::image/ami-1`,
      `arn:aws:ec2:${R}:${A}:subnet/subnet-1`,
      `arn:aws:ec2:${R}:${A}:volume/*`,
    ]) {
      const { steps = [] } = evaluateChain(scenario({ ...LAUNCH, resource, context, resources: [], identity: [] }))
      assert.deepEqual(
        steps.filter(({ rule }) => rule === 'G-21').map(({ request }) => request.resource),
        [`arn:aws:ec2:${R}:${A}:instance/*`],
        resource,
      )
    }
  })
})

describe('pulling an image from a VPC (G-37, G-38)', () => {
  const PULL: Call = {
    action: 'ecr:BatchGetImage',
    resource: `arn:aws:ecr:${R}:${A}:repository/r`,
    context: { 'aws:SourceVpce': 'vpce-ecr', 'aws:SourceVpc': 'vpc-1' },
    identity: [policy({ Action: 'ecr:*' })],
    policies: { vpcEndpointPolicy: policy({ Action: 'ecr:*', Principal: '*' }) },
  }
  const gateway = (resource: string): Resource => ({
    arn: `arn:aws:ec2:${R}:${A}:vpc-endpoint/vpce-s3`,
    kind: 'vpc-endpoint',
    policy: document({ Action: 's3:GetObject', Principal: '*', Resource: resource }),
  })

  it('is refused by an S3 endpoint policy that does not open the layer bucket', () => {
    assert.deepEqual(chain({ ...PULL, resources: [gateway(`${BUCKET}/*`)] }), [
      'G-37 ecr:GetAuthorizationToken: allowed',
      'G-37 ecr:GetDownloadUrlForLayer: allowed',
      'G-38 s3:GetObject: denied by vpc-endpoint-policy',
    ])
  })

  it('is let through by one that does', () => {
    const open = gateway(`arn:aws:s3:::prod-${R}-starport-layer-bucket/*`)
    assert.equal(chain({ ...PULL, resources: [open] }).at(-1), 'G-38 s3:GetObject: allowed')
  })

  it('is open where the policy of the S3 endpoint is not at hand', () => {
    assert.equal(chain(PULL).at(-1), 'G-38 s3:GetObject: undetermined')
  })

  it('needs no S3 endpoint outside of a VPC', () => {
    assert.deepEqual(chain({ ...PULL, context: { 'aws:SourceIp': '203.0.113.7' } }).length, 2)
  })
})

describe('a key behind a resource', () => {
  // biome-ignore format: a table is read by its columns
  const ROWS: readonly (readonly [action: string, resource: string, rule: string, next: string])[] = [
    ['sqs:SendMessage', QUEUE, 'G-25', 'kms:GenerateDataKey'],
    ['sns:Publish', `arn:aws:sns:${R}:${A}:t`, 'G-27', 'kms:GenerateDataKey'],
    ['secretsmanager:GetSecretValue', `arn:aws:secretsmanager:${R}:${A}:secret:s-AbCdEf`, 'G-29', 'kms:Decrypt'],
    ['ssm:GetParameter', `arn:aws:ssm:${R}:${A}:parameter/p`, 'G-33', 'kms:Decrypt'],
    ['dynamodb:GetItem', `arn:aws:dynamodb:${R}:${A}:table/T`, 'G-40', 'kms:Decrypt'],
    ['kinesis:PutRecord', `arn:aws:kinesis:${R}:${A}:stream/s`, 'G-41', 'kms:GenerateDataKey'],
  ]
  for (const [action, resource, rule, next] of ROWS) {
    const service = action.slice(0, action.indexOf(':'))
    const callWith = (...lines: readonly Line[]): Call => ({
      action,
      resource,
      identity: [policy({ Action: action }, ...lines)],
      resources: [{ arn: resource, attributes: { kmsKeyArn: KEY } }, openKey()],
    })
    const through = { StringEquals: { 'kms:ViaService': `${service}.${R}.amazonaws.com` } }

    it(`refuses ${action} to whoever may not use it (${rule})`, () => {
      assert.equal(chain(callWith())[0], `${rule} ${next}: denied by identity-policy`)
    })
    it(`serves ${action} through ${service} (${rule}, R-CTX-15)`, () => {
      assert.equal(chain(callWith({ Action: 'kms:*', Condition: through }))[0], `${rule} ${next}: allowed`)
    })
    it(`refuses ${action} by a Deny that NotResource does not spare (${rule})`, () => {
      const deny = {
        name: 'guard',
        document: { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: '*', NotResource: resource }] },
      }
      const refused = { ...callWith({ Action: 'kms:*' }), identity: [...callWith({ Action: 'kms:*' }).identity, deny] }
      assert.equal(chain(refused)[0], `${rule} ${next}: denied by identity-policy`)
    })
  }

  it('of another account must be open to the caller, too (R-XACC-01)', () => {
    const foreign = `arn:aws:kms:${R}:${B}:key/k9`
    const call: Call = {
      action: 's3:GetObject',
      resource: OBJECT,
      identity: [policy({ Action: ['s3:*', 'kms:*'] })],
      resources: [
        { arn: BUCKET, account: A, attributes: { sseKmsKeyArn: foreign } },
        {
          arn: foreign,
          account: B,
          kind: 'key',
          policy: trusting({ Action: 'kms:*', Principal: { AWS: B } }),
          attributes: { kmsGrants: [] },
        },
      ],
      policies: { serviceControlPolicies: null },
    }
    // The resource control policies of the other account are in no scenario of this one.
    const step = evaluateChain({ ...scenario(call), organization: null }).steps?.[0]
    assert.deepEqual(
      [step?.request.resourceAccount, step?.decision.decision, step?.decision.blockedBy],
      [B, 'denied', ['resource-policy']],
    )
  })

  it('that AWS manages serves no other account (R-KMS-12)', () => {
    const call: Call = {
      action: 'secretsmanager:GetSecretValue',
      resource: `arn:aws:secretsmanager:${R}:${B}:secret:s-AbCdEf`,
      account: B,
      identity: [policy({ Action: ['secretsmanager:*', 'kms:*'] })],
      resources: [
        {
          arn: `arn:aws:secretsmanager:${R}:${B}:secret:s-AbCdEf`,
          attributes: { kmsKeyArn: 'alias/aws/secretsmanager' },
        },
      ],
    }
    assert.deepEqual(chain(call), ['G-31 kms:Decrypt: denied by resource-policy'])
  })
})

describe('a request that a service makes itself', () => {
  const callWith = (queuePolicy: unknown, key: string | null = null): Call => ({
    action: 's3:PutBucketNotification',
    resource: BUCKET,
    identity: [policy({ Action: 's3:*' })],
    resources: [{ arn: QUEUE, kind: 'queue', policy: queuePolicy, attributes: { kmsKeyArn: key } }, openKey()],
    policies: { serviceControlPolicies: [{ target: 'r', policies: [policy({ Action: 's3:*' })] }] },
  })
  const forBucket = (arn: string): unknown =>
    document({
      Principal: { Service: 's3.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Condition: { ArnLike: { 'aws:SourceArn': arn } },
    })

  it('is let in by the target’s policy for this bucket alone, and no SCP limits it (G-08, R-SVC-01)', () => {
    assert.deepEqual(chain(callWith(forBucket(BUCKET))), ['G-08 sqs:SendMessage: allowed'])
    assert.deepEqual(chain(callWith(forBucket('arn:aws:s3:::other'))), [
      'G-08 sqs:SendMessage: denied by resource-policy',
    ])
    assert.deepEqual(chain(callWith(null)), ['G-08 sqs:SendMessage: denied by resource-policy'])
  })

  it('is refused by the key that admits only the account (G-08)', () => {
    assert.deepEqual(chain(callWith(forBucket(BUCKET), KEY)).slice(1), [
      'G-08 kms:GenerateDataKey: denied by resource-policy',
      'G-08 kms:Decrypt: denied by resource-policy',
    ])
  })

  it('is refused by the AWS managed key (G-90)', () => {
    assert.deepEqual(chain(callWith(forBucket(BUCKET), 'alias/aws/sqs')).slice(1), [
      'G-90 kms:GenerateDataKey: denied by resource-policy',
      'G-90 kms:Decrypt: denied by resource-policy',
    ])
  })

  it('asks the key as the sender where the sender is a service (G-25)', () => {
    const send: Call = {
      principal: 's3.amazonaws.com',
      action: 'sqs:SendMessage',
      resource: QUEUE,
      identity: [],
      context: { 'aws:SourceArn': BUCKET, 'aws:SourceAccount': A },
      resources: [{ arn: QUEUE, attributes: { kmsKeyArn: KEY } }, openKey()],
    }
    const [step] = evaluateChain(scenario(send)).steps ?? []
    assert.equal(step?.request.principal, 's3.amazonaws.com')
    assert.equal(step?.request.context?.['aws:SourceArn'], BUCKET)
    assert.equal(step?.request.context?.['kms:ViaService'], undefined)
    assert.deepEqual(step?.decision.blockedBy, ['resource-policy'])
  })
})

describe('a request that a role makes', () => {
  const call: Call = {
    action: 'lambda:InvokeFunction',
    resource: FUNCTION,
    identity: [policy({ Action: '*' })],
    policies: { sessionPolicies: [policy({ Action: '*' })] },
    resources: [{ arn: FUNCTION, attributes: { roleArn: ROLE, kmsKeyArn: KEY } }, openKey()],
  }
  const key = furtherRequests(scenario(call)).find((needed) => needed.rule === 'G-77')

  it('is open without the policies of the role, whatever the caller may do (R-HOP-04)', () => {
    assert.deepEqual(
      chain(call).map((line) => line.split(': ')[1]),
      ['undetermined', 'undetermined', 'undetermined', 'undetermined'],
    )
  })

  it('has no session policy, and none of the caller’s layers', () => {
    assert.ok(key !== undefined)
    const { policies } = furtherScenario(scenario(call), key)
    assert.deepEqual(
      [
        policies?.identityPolicies,
        policies?.permissionsBoundary,
        policies?.sessionPolicies,
        policies?.vpcEndpointPolicy,
        policies?.complete,
      ],
      [undefined, undefined, null, null, undefined],
    )
  })

  it('is refused by the SCP of the account it shares with the caller, and of another account’s nothing is known', () => {
    const levels = [{ target: 'r', policies: [policy({ Action: '*' }, { Effect: 'Deny', Action: 'kms:*' })] }]
    const refused = { ...call, policies: { serviceControlPolicies: levels } }
    assert.ok(chain(refused).includes('G-77 kms:Decrypt: denied by service-control-policy'))
    const elsewhere = {
      ...refused,
      resources: [{ arn: FUNCTION, attributes: { roleArn: ROLE.replace(A, B), kmsKeyArn: KEY } }, openKey()],
    }
    assert.ok(!chain(elsewhere).some((line) => line.includes('service-control-policy')))
  })

  it('keeps the service’s own session policy open where there is one (G-82)', () => {
    const pipeline: Call = {
      action: 'codepipeline:StartPipelineExecution',
      resource: `arn:aws:codepipeline:${R}:${A}:p`,
      identity: [policy({ Action: '*' })],
      resources: [{ arn: ROLE }, { arn: BUCKET, account: A }],
    }
    const [needed] = furtherRequests(scenario(pipeline))
    assert.ok(needed !== undefined)
    assert.equal(furtherScenario(scenario(pipeline), needed).policies?.sessionPolicies, undefined)
    assert.equal(
      'sessionPolicies' in
        (asDependentCall({ request: needed.request, policies: { sessionPolicies: [] } }, needed).policies ?? {}),
      false,
    )
  })
})

describe('a role that is passed', () => {
  const call: Call = {
    action: 'lambda:CreateFunction',
    resource: FUNCTION,
    context: { 'aws:SourceVpce': 'vpce-1', 'aws:SourceVpc': 'vpc-1' },
    identity: [policy({ Action: ['lambda:*', 'iam:PassRole'] })],
    policies: { vpcEndpointPolicy: policy({ Action: 'lambda:*', Principal: '*' }) },
    resources: [
      {
        arn: ROLE,
        kind: 'trust',
        policy: trusting({ Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }),
      },
    ],
  }

  it('asks neither the endpoint nor its trust policy (R-PASS-01, R-PASS-04)', () => {
    assert.deepEqual(chain(call), ['G-10 iam:PassRole: allowed'])
  })

  it('is refused by the caller’s boundary, session policy and SCP as well (R-HOP-04)', () => {
    const only = policy({ Action: 'lambda:*' })
    for (const [layer, policies] of [
      ['permissions-boundary', { permissionsBoundary: only }],
      ['session-policy', { sessionPolicies: [only] }],
      ['service-control-policy', { serviceControlPolicies: [{ target: 'r', policies: [only] }] }],
    ] as const)
      assert.deepEqual(chain({ ...call, policies }), [`G-10 iam:PassRole: denied by ${layer}`])
  })

  it('of another account cannot be passed (R-PASS-03)', () => {
    const [step] = evaluateChain(scenario({ ...call, resources: [{ arn: ROLE.replace(A, B) }] })).steps ?? []
    assert.equal(step?.decision.decision, 'denied')
    assert.ok(step?.decision.blockedBy.includes('service-guard'))
  })

  it('leaves a condition on the endpoint open, for no page says whether it is seen', () => {
    const onlyThere = { Action: 'iam:PassRole', Condition: { StringEquals: { 'aws:SourceVpce': 'vpce-1' } } }
    assert.deepEqual(chain({ ...call, identity: [policy({ Action: 'lambda:*' }, onlyThere)] }), [
      'G-10 iam:PassRole: undetermined',
    ])
  })
})

describe('objects in S3', () => {
  const copy: Call = {
    action: 's3:PutObject',
    resource: OBJECT,
    context: { 's3:x-amz-copy-source': 'source/k' },
    identity: [policy({ Action: 's3:PutObject' }, { Action: 's3:GetObject', Resource: 'arn:aws:s3:::source/*' })],
    resources: [{ arn: 'arn:aws:s3:::source', account: A, policy: null }],
  }

  it('are copied by whoever may read the source and write the target (G-04)', () => {
    assert.deepEqual(chain(copy), ['G-04 s3:GetObject: allowed'])
    assert.deepEqual(chain({ ...copy, identity: [policy({ Action: 's3:PutObject' })] }), [
      'G-04 s3:GetObject: denied by identity-policy',
    ])
  })

  it('are copied through an endpoint that lets the source be read as well (G-04)', () => {
    const vpcEndpointPolicy = policy({ Action: 's3:*', Resource: 'arn:aws:s3:::bucket/*', Principal: '*' })
    const context = { ...copy.context, 'aws:SourceVpce': 'vpce-1' }
    assert.deepEqual(chain({ ...copy, context, policies: { vpcEndpointPolicy } }), [
      'G-04 s3:GetObject: denied by vpc-endpoint-policy',
    ])
  })

  it('are refused by the policy of the source’s bucket (G-04)', () => {
    const refusing = document({ Effect: 'Deny', Action: 's3:GetObject', Principal: '*' })
    assert.deepEqual(chain({ ...copy, resources: [{ arn: 'arn:aws:s3:::source', account: A, policy: refusing }] }), [
      'G-04 s3:GetObject: denied by resource-policy',
    ])
  })

  it('of a given version need the version action (G-61)', () => {
    const read: Call = {
      action: 's3:GetObject',
      resource: OBJECT,
      context: { 's3:VersionId': 'v' },
      identity: [policy({ Action: 's3:GetObject' })],
    }
    assert.deepEqual(chain(read), ['G-61 s3:GetObjectVersion: denied by identity-policy'])
  })

  it('that are missing are told so only with s3:ListBucket, by the policy of the same bucket (G-62, R-S3-08)', () => {
    const read: Call = {
      action: 's3:GetObject',
      resource: OBJECT,
      identity: [policy({ Action: 's3:GetObject' })],
      policies: {
        serviceGuards: { objectExists: false },
        resourcePolicy: {
          name: 'b',
          kind: 'bucket',
          document: trusting({ Action: 's3:ListBucket', Principal: { AWS: `arn:aws:iam::${A}:role/deploy` } }),
        },
      },
    }
    assert.deepEqual(chain(read), ['G-62 s3:ListBucket: allowed'])
    assert.deepEqual(chain({ ...read, policies: { serviceGuards: { objectExists: false } } }), [
      'G-62 s3:ListBucket: denied by identity-policy',
    ])
  })

  it('with tags, ACL and lock need an action for each (G-63)', () => {
    const put: Call = {
      action: 's3:PutObject',
      resource: OBJECT,
      identity: [policy({ Action: ['s3:PutObject', 's3:PutObjectAcl'] })],
      context: { 's3:x-amz-acl': 'bucket-owner-full-control', 's3:RequestObjectTag/team': 'x' },
    }
    assert.deepEqual(chain(put), [
      'G-63 s3:PutObjectTagging: denied by identity-policy',
      'G-63 s3:PutObjectAcl: allowed',
    ])
  })
})

describe('a forward access session', () => {
  const call: Call = {
    action: 's3:GetObject',
    resource: OBJECT,
    identity: [policy({ Action: ['s3:*', 'kms:*'] })],
    resources: [{ arn: BUCKET, account: A, attributes: { sseKmsKeyArn: KEY } }, openKey()],
  }

  it('keeps the public address and drops the endpoint (R-CTX-10)', () => {
    const byAddress = {
      Effect: 'Deny',
      Action: 'kms:*',
      Condition: { NotIpAddress: { 'aws:SourceIp': '203.0.113.0/24' } },
    } as const
    const from = (address: string) =>
      chain({ ...call, context: { 'aws:SourceIp': address }, identity: [...call.identity, policy(byAddress)] })
    assert.deepEqual(from('203.0.113.7'), ['G-02 kms:Decrypt: allowed'])
    assert.deepEqual(from('198.51.100.7'), ['G-02 kms:Decrypt: denied by identity-policy'])
    const byEndpoint = {
      Effect: 'Deny',
      Action: 'kms:*',
      Condition: { StringNotEquals: { 'aws:SourceVpce': 'vpce-1' } },
    } as const
    const through = { 'aws:SourceVpce': 'vpce-1' }
    assert.deepEqual(chain({ ...call, context: through, identity: [...call.identity, policy(byEndpoint)] }), [
      'G-02 kms:Decrypt: denied by identity-policy',
    ])
  })

  it('of a user with a long-term key has MFA present and false: a Deny on false hits the hop alone (R-CTX-16)', () => {
    const guard = policy({
      Effect: 'Deny',
      Action: '*',
      Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'false' } },
    })
    const got = evaluateChain(
      scenario({ ...call, principal: `arn:aws:iam::${A}:user/ann`, identity: [...call.identity, guard] }),
    )
    assert.deepEqual([got.decision, ...shown(got.steps)], ['allowed', 'G-02 kms:Decrypt: denied by identity-policy'])
  })

  it('is told from a direct call by aws:CalledVia and aws:ViaAWSService (R-CTX-03)', () => {
    const direct = policy({ Effect: 'Deny', Action: 'kms:*', Condition: { Bool: { 'aws:ViaAWSService': 'false' } } })
    assert.deepEqual(chain({ ...call, identity: [...call.identity, direct] }), ['G-02 kms:Decrypt: allowed'])
  })

  it('says of keys of its own service only what is known, also where the first context is complete', () => {
    const multiRegion = policy({ Effect: 'Deny', Action: 'kms:*', Condition: { Bool: { 'kms:MultiRegion': 'true' } } })
    assert.deepEqual(chain({ ...call, identity: [...call.identity, multiRegion] }), ['G-02 kms:Decrypt: undetermined'])
  })

  it('is limited by the resource control policies only of an owner they are known of', () => {
    const levels = [
      {
        target: 'r',
        policies: [policy({ Action: '*', Principal: '*' }, { Effect: 'Deny', Action: 'kms:*', Principal: '*' })],
      },
    ]
    const policies = { resourceControlPolicies: levels }
    assert.deepEqual(chain({ ...call, policies }), ['G-02 kms:Decrypt: denied by resource-control-policy'])
    const [further] = furtherRequests(scenario(call))
    assert.ok(further !== undefined)
    const elsewhere = { ...further, request: { ...further.request, resourceAccount: B } }
    assert.equal(
      furtherScenario(scenario({ ...call, policies }), elsewhere).policies?.resourceControlPolicies,
      undefined,
    )
  })
})

describe('a further request that is perhaps not needed', () => {
  const ASK: Call = {
    action: 'elasticloadbalancing:CreateLoadBalancer',
    resource: `arn:aws:elasticloadbalancing:${R}:${A}:loadbalancer/app/x/1`,
    identity: [policy({ Action: 'elasticloadbalancing:*' })],
  }
  const LINKED = `arn:aws:iam::${A}:role/aws-service-role/elasticloadbalancing.amazonaws.com/AWSServiceRoleForElasticLoadBalancing`
  const stepOf = (call: Call) => evaluateChain(scenario(call)).steps?.find(({ rule }) => rule === 'G-114')

  it('is undetermined where it would be refused, and names the fact it hangs on (G-114)', () => {
    const decision = stepOf(ASK)?.decision
    assert.deepEqual([decision?.decision, decision?.denyType, decision?.blockedBy], ['undetermined', null, []])
    assert.match(decision?.missing[0]?.fact ?? '', /AWSServiceRoleForElasticLoadBalancing` is not there yet/)
    assert.match(decision?.missing[0]?.howToGet ?? '', /aws iam get-role/)
  })

  it('is allowed where it is allowed in any case', () => {
    const all = stepOf({
      ...ASK,
      identity: [policy({ Action: ['elasticloadbalancing:*', 'iam:CreateServiceLinkedRole'] })],
    })
    assert.equal(all?.decision.decision, 'allowed')
    assert.equal(all?.request.context?.['iam:AWSServiceName'], 'elasticloadbalancing.amazonaws.com')
  })

  it('is not asked where the role is known to be there', () => {
    assert.equal(stepOf({ ...ASK, resources: [{ arn: LINKED, account: A }] }), undefined)
  })
})
