/** Statements that say almost what was asked: the slip is named, and mended where it stands if that grants no more. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { diagnoseToShow } from '#app/diagnose.ts'
import { evidenceOfText } from '#app/inputs.ts'
import type { Scenario } from '#engine/scenario.ts'

const document = (...Statement: readonly unknown[]) => ({ Version: '2012-10-17', Statement })
const allow = (Action: unknown, Resource: unknown, more: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
})
const own = (...statements: readonly unknown[]) => ({
  identityPolicies: [{ name: 'own', document: document(...statements) }],
})

type Given = Omit<Partial<Scenario>, 'request'> & { readonly request?: Partial<Scenario['request']> }

function told(text: string, given: Given) {
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
    slips: diagnosis.slips,
    doubt: diagnosis.identity.doubt,
    id: fix?.id,
    proof: fix?.proof.status,
    takes: fix?.proof.newlyDenied ?? [],
    call: fix?.changes[0]?.awsCli,
    patch: fix?.changes.flatMap(({ patch }) => patch) ?? [],
    others: diagnosis.otherFixes.map(({ id }) => id),
    exactly: diagnosis.exactly?.id,
  }
}

const ROLE = 'arn:aws:sts::111122223333:assumed-role/worker/run'
const refused = (action: string, resource: string, who = ROLE) =>
  `User: ${who} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`

describe('a slip is mended first where that grants no more than a new statement', () => {
  const cases: readonly [
    name: string,
    action: string,
    asked: string,
    written: readonly [actions: unknown, resource: string],
    mended: unknown,
  ][] = [
    [
      'a slash too many',
      'ssm:GetParameter',
      'arn:aws:ssm:us-east-1:111122223333:parameter/app/db',
      ['ssm:GetParameter', 'arn:aws:ssm:us-east-1:111122223333:parameter//app/db'],
      'arn:aws:ssm:us-east-1:111122223333:parameter/app/db',
    ],
    [
      'an action beside it that AWS asks on no resource',
      'ssm:GetParameter',
      'arn:aws:ssm:us-east-1:111122223333:parameter/app/db',
      [['ssm:DescribeParameters', 'ssm:GetParameter'], 'arn:aws:ssm:us-east-1:111122223333:parameter//app/db'],
      'arn:aws:ssm:us-east-1:111122223333:parameter/app/db',
    ],
    [
      'an account a digit off',
      'sqs:SendMessage',
      'arn:aws:sqs:us-east-1:111122223333:jobs',
      ['sqs:SendMessage', 'arn:aws:sqs:us-east-1:111122223338:jobs'],
      'arn:aws:sqs:us-east-1:111122223333:jobs',
    ],
    [
      'an account a digit short',
      'sqs:SendMessage',
      'arn:aws:sqs:us-east-1:111122223333:jobs',
      ['sqs:SendMessage', 'arn:aws:sqs:us-east-1:11112222333:jobs'],
      'arn:aws:sqs:us-east-1:111122223333:jobs',
    ],
    [
      'no account',
      'sqs:SendMessage',
      'arn:aws:sqs:us-east-1:111122223333:jobs',
      ['sqs:SendMessage', 'arn:aws:sqs:us-east-1::jobs'],
      'arn:aws:sqs:us-east-1:111122223333:jobs',
    ],
    [
      'another partition',
      'sqs:SendMessage',
      'arn:aws:sqs:us-east-1:111122223333:jobs',
      ['sqs:SendMessage', 'arn:aws-cn:sqs:us-east-1:111122223333:jobs'],
      'arn:aws:sqs:us-east-1:111122223333:jobs',
    ],
    [
      'a Region that is none',
      'sqs:SendMessage',
      'arn:aws:sqs:us-east-1:111122223333:jobs',
      ['sqs:SendMessage', 'arn:aws:sqs:us-east1:111122223333:jobs'],
      'arn:aws:sqs:us-east-1:111122223333:jobs',
    ],
    [
      'the role of what is called',
      'lambda:InvokeFunction',
      'arn:aws:lambda:us-east-1:111122223333:function:sync',
      ['lambda:InvokeFunction', 'arn:aws:iam::111122223333:role/sync-role'],
      'arn:aws:lambda:us-east-1:111122223333:function:sync',
    ],
    [
      'other capitals',
      'dynamodb:GetItem',
      'arn:aws:dynamodb:us-east-1:111122223333:table/Orders',
      ['dynamodb:GetItem', 'arn:aws:dynamodb:us-east-1:111122223333:table/orders'],
      'arn:aws:dynamodb:us-east-1:111122223333:table/Orders',
    ],
  ]
  for (const [name, action, asked, [actions, resource], mended] of cases)
    test(name, () => {
      const { id, proof, patch, slips } = told(refused(action, asked), { policies: own(allow(actions, resource)) })
      assert.equal(id, 'mend-identity-policy.exact')
      assert.equal(proof, 'proved')
      assert.deepEqual(patch, [{ op: 'replace', path: '/Statement/0/Resource', value: mended }])
      assert.equal(slips[0]?.fix, id)
    })

  test('the name of a call is the action that IAM asks for', () => {
    const { id, proof, patch, slips } = told(refused('s3:ListBucket', 'arn:aws:s3:::files'), {
      policies: own(allow('s3:ListObjectsV2', 'arn:aws:s3:::files')),
    })
    assert.equal(id, 'mend-identity-policy.exact')
    assert.equal(proof, 'proved')
    assert.deepEqual(patch, [{ op: 'replace', path: '/Statement/0/Action', value: 's3:ListBucket' }])
    assert.deepEqual(slips[0]?.lint, ['Invalid action'])
  })
})

describe('what its author meant comes first though it grants more, and the exact statement beside it', () => {
  test('a whole service under a prefix that nothing has', () => {
    const { id, proof, slips, exactly } = told(
      refused('es:ESHttpPost', 'arn:aws:es:us-east-1:111122223333:domain/logs/_doc'),
      {
        policies: own(allow('elasticsearch:*', '*')),
      },
    )
    assert.equal(id, 'mend-identity-policy.exact')
    assert.equal(proof, 'refuted', 'what it opens is said')
    assert.equal(exactly, 'identity-policy.exact')
    assert.match(slips[0]?.slips[0] ?? '', /`elasticsearch:\*` names a service `elasticsearch`.*`es`/)
    assert.deepEqual(slips[0]?.lint, ['Invalid service in action'])
  })

  test('all objects of a bucket', () => {
    const { id, proof, slips, exactly } = told(refused('s3:GetObject', 'arn:aws:s3:::files/a.txt'), {
      policies: own(allow(['s3:GetObject', 's3:DeleteObject'], 'arn:aws:s3:::files')),
    })
    assert.equal(id, 'mend-identity-policy.exact')
    assert.equal(proof, 'refuted', 'what it opens is said')
    assert.equal(exactly, 'identity-policy.exact')
    assert.match(slips[0]?.slips[0] ?? '', /is the bucket, not its objects/)
  })
})

describe('what is no slip is left as it stands', () => {
  const cases: readonly [
    name: string,
    action: string,
    asked: string,
    written: readonly [actions: unknown, resource: string],
  ][] = [
    ['another bucket', 's3:GetObject', 'arn:aws:s3:::prod-files/a', ['s3:GetObject', 'arn:aws:s3:::staging-files/*']],
    [
      'a bucket whose name differs by a digit',
      's3:GetObject',
      'arn:aws:s3:::files-1/a',
      ['s3:GetObject', 'arn:aws:s3:::files-2/*'],
    ],
    [
      'another account',
      'sqs:SendMessage',
      'arn:aws:sqs:us-east-1:111122223333:jobs',
      ['sqs:SendMessage', 'arn:aws:sqs:us-east-1:444455556666:jobs'],
    ],
    [
      'another Region',
      'sqs:SendMessage',
      'arn:aws:sqs:us-east-1:111122223333:jobs',
      ['sqs:SendMessage', 'arn:aws:sqs:us-east-2:111122223333:jobs'],
    ],
    ['an action that exists', 's3:GetObject', 'arn:aws:s3:::files/a', ['s3:PutObject', 'arn:aws:s3:::files/*']],
    ['every action', 's3:GetObject', 'arn:aws:s3:::files/a', ['*', 'arn:aws:s3:::files']],
  ]
  for (const [name, action, asked, [actions, resource]] of cases)
    test(name, () => {
      const { slips, others, id } = told(refused(action, asked), { policies: own(allow(actions, resource)) })
      assert.deepEqual(slips, [])
      assert.ok(![id, ...others].some((one) => one?.startsWith('mend-')), others.join())
    })
})

describe('a trust policy for a token', () => {
  const HOST = 'oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF'
  const PROVIDER = `arn:aws:iam::111122223333:oidc-provider/${HOST}`
  const SUB = 'system:serviceaccount:jobs:runner'
  const trust = (
    Condition: object,
    Principal: object = { Federated: PROVIDER },
    provider = PROVIDER,
    host = HOST,
    sub = SUB,
  ): Given => ({
    request: {
      action: 'sts:AssumeRoleWithWebIdentity',
      principal: provider,
      principalDetails: { type: 'web-identity' },
      resource: 'arn:aws:iam::111122223333:role/runner',
      context: { [`${host}:sub`]: sub, [`${host}:aud`]: 'sts.amazonaws.com' },
    },
    policies: {
      resourcePolicy: {
        name: 'trust',
        kind: 'trust',
        document: document({ Effect: 'Allow', Principal, Action: 'sts:AssumeRoleWithWebIdentity', Condition }),
      },
    },
  })
  const NOT =
    'An error occurred (AccessDenied) when calling the AssumeRoleWithWebIdentity operation: Not authorized to perform sts:AssumeRoleWithWebIdentity'

  test('a key with the ARN in it has the address of the provider, and the audience is asked for, too', () => {
    const { id, proof, patch } = told(NOT, trust({ StringEquals: { [`${PROVIDER}:sub`]: SUB } }))
    assert.equal(id, 'mend-trust.exact')
    assert.equal(proof, 'proved')
    const at = '/Statement/0/Condition/StringEquals/'
    const escaped = (key: string) => at + key.replaceAll('/', '~1')
    assert.deepEqual(patch, [
      { op: 'remove', path: escaped(`${PROVIDER}:sub`) },
      { op: 'add', path: escaped(`${HOST}:sub`), value: SUB },
      { op: 'add', path: escaped(`${HOST}:aud`), value: 'sts.amazonaws.com' },
    ])
  })

  test('an audience that the token is not made for; whose tokens it shuts out is told', () => {
    const { id, proof, patch, takes } = told(
      NOT,
      trust({ StringEquals: { [`${HOST}:sub`]: SUB, [`${HOST}:aud`]: 'runner' } }),
    )
    assert.equal(id, 'mend-trust.exact')
    assert.equal(proof, 'proved')
    assert.equal(patch.length, 1)
    assert.equal(patch[0]?.op === 'remove' ? '' : patch[0]?.value, 'sts.amazonaws.com')
    assert.equal(takes.length, 1)
  })

  const GITHUB = 'token.actions.githubusercontent.com'
  const HUB = `arn:aws:iam::111122223333:oidc-provider/${GITHUB}`
  const hub = (sub: string, operator = 'StringEquals', is = 'repo:acme/app:ref:refs/heads/main') =>
    trust(
      {
        [operator]: { [`${GITHUB}:sub`]: sub },
        StringEquals: {
          ...(operator === 'StringEquals' ? { [`${GITHUB}:sub`]: sub } : {}),
          [`${GITHUB}:aud`]: 'sts.amazonaws.com',
        },
      },
      { Federated: HUB },
      HUB,
      GITHUB,
      is,
    )

  for (const [name, sub] of [
    ['a branch without refs/heads/', 'repo:acme/app:ref:main'],
    ['other capitals', 'repo:Acme/app:ref:refs/heads/main'],
  ] as const)
    test(name, () => {
      const { id, proof, patch } = told(NOT, hub(sub))
      assert.equal(id, 'mend-trust.exact')
      assert.equal(proof, 'proved')
      assert.deepEqual(
        patch.map((one) => (one.op === 'remove' ? null : one.value)),
        ['repo:acme/app:ref:refs/heads/main'],
      )
    })

  test('a wildcard that is compared as a character is told, and what it opens comes behind', () => {
    const { id, others, slips } = told(NOT, hub('repo:acme/app:*'))
    assert.equal(id, 'trust-policy.exact')
    assert.ok(others.includes('mend-trust.exact'), others.join())
    assert.match(slips[0]?.slips[0] ?? '', /under StringEquals, which compares it as a character/)
  })

  for (const subject of ['repo:*', '*', 'repo:acme*'])
    test(`${subject} is never made a pattern: it would let other people's repositories in`, () => {
      const { slips, others, id } = told(NOT, hub(subject))
      assert.deepEqual(slips, [])
      assert.ok(![id, ...others].some((one) => one?.startsWith('mend-')))
    })

  test('a wildcard in an external id, a source, is not made a pattern', () => {
    for (const [key, written, sent] of [
      ['sts:ExternalId', 'acme-*', 'acme-1'],
      ['aws:SourceAccount', '1111*', '111122223333'],
      ['aws:PrincipalOrgID', 'o-*', 'o-7k2m9q4x1z'],
    ] as const) {
      const { slips, others, id } = told(
        'User: arn:aws:iam::111122223333:user/ci is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::444455556666:role/deploy',
        {
          request: { context: { [key]: sent } },
          policies: {
            ...own(allow('sts:AssumeRole', '*')),
            resourcePolicy: {
              name: 'trust',
              kind: 'trust',
              document: document({
                Effect: 'Allow',
                Principal: { AWS: 'arn:aws:iam::111122223333:user/ci' },
                Action: 'sts:AssumeRole',
                Condition: { StringEquals: { [key]: written } },
              }),
            },
          },
        },
      )
      assert.deepEqual(slips, [], key)
      assert.ok(![id, ...others].some((one) => one?.startsWith('mend-')), key)
    }
  })

  test('another repository is no slip', () => {
    const { slips } = told(NOT, hub('repo:acme/api:ref:refs/heads/main'))
    assert.deepEqual(slips, [])
  })

  test('what a trust policy asks for besides a name is not given up for what the caller sends', () => {
    const { slips, others, id } = told(
      'User: arn:aws:iam::111122223333:user/ci is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::444455556666:role/deploy',
      {
        request: { context: { 'sts:ExternalId': 'Acme-1' } },
        policies: {
          ...own(allow('sts:AssumeRole', '*')),
          resourcePolicy: {
            name: 'trust',
            kind: 'trust',
            document: document({
              Effect: 'Allow',
              Principal: { AWS: 'arn:aws:iam::111122223333:user/ci' },
              Action: 'sts:AssumeRole',
              Condition: { StringEquals: { 'sts:ExternalId': 'acme-1' } },
            }),
          },
        },
      },
    )
    assert.deepEqual(slips, [])
    assert.ok(![id, ...others].some((one) => one?.startsWith('mend-')))
  })
})

describe('a Principal', () => {
  const key = (principal: string): Given => ({
    policies: {
      ...own(allow('kms:Decrypt', '*')),
      resourcePolicy: {
        name: 'key policy',
        kind: 'key',
        document: document({ Effect: 'Allow', Principal: { AWS: principal }, Action: 'kms:Decrypt', Resource: '*' }),
      },
    },
  })
  const TEXT =
    'User: arn:aws:sts::111122223333:assumed-role/worker/run is not authorized to perform: kms:Decrypt on resource: arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab because no resource-based policy allows the kms:Decrypt action'

  for (const [name, principal] of [
    ['an account a digit off', 'arn:aws:iam::111122223330:role/worker'],
    ['another path', 'arn:aws:iam::111122223333:role/team/worker'],
    ['the instance profile', 'arn:aws:iam::111122223333:instance-profile/worker'],
    ['a wildcard', 'arn:aws:iam::111122223333:role/work*'],
    ['a session', 'arn:aws:sts::111122223333:assumed-role/worker/first'],
  ] as const)
    test(name, () => {
      const { id, patch, proof } = told(TEXT, key(principal))
      assert.equal(id, 'mend-key.exact')
      assert.equal(proof, 'proved')
      assert.deepEqual(patch, [
        { op: 'replace', path: '/Statement/0/Principal/AWS', value: 'arn:aws:iam::111122223333:role/worker' },
      ])
    })
})

describe('what the evidence masks', () => {
  test('is a `*` where the policy writes one, in a resource of another type', () => {
    const { patch } = told(
      refused(
        'elasticloadbalancing:AddTags',
        'arn:aws:elasticloadbalancing:us-east-1:****:listener/app/<name>',
        'arn:aws:sts::****:assumed-role/balancer/x',
      ),
      { policies: own(allow('elasticloadbalancing:AddTags', 'arn:aws:elasticloadbalancing:*:*:targetgroup/*/*')) },
    )
    assert.match(JSON.stringify(patch), /"arn:aws:elasticloadbalancing:us-east-1:\*:listener\/app\/\*"/)
  })

  test('is the pattern of the policy that covers it', () => {
    const { patch } = told(
      refused(
        'route53:ListResourceRecordSets',
        'arn:aws:route53:::hostedzone/HOSTED_ZONE_ID',
        'arn:aws:iam::****:user/dns',
      ),
      { policies: own(allow('route53:GetChange', ['arn:aws:route53:::hostedzone/*', 'arn:aws:route53:::change/*'])) },
    )
    assert.match(JSON.stringify(patch), /"arn:aws:route53:::hostedzone\/\*"/)
  })

  test('stays a word to be written in where the policy has no pattern', () => {
    const { patch } = told(
      refused('sqs:SendMessage', 'arn:aws:sqs:us-east-1:****:jobs', 'arn:aws:sts::****:assumed-role/app/run'),
      { policies: own(allow('sqs:ReceiveMessage', 'arn:aws:sqs:us-east-1:111122223333:jobs')) },
    )
    assert.match(JSON.stringify(patch), /"arn:aws:sqs:us-east-1:ACCOUNT_ID:jobs"/)
  })
})

test('a call that names no workgroup is made in the one that is allowed', () => {
  const { id, call } = told(
    'An error occurred (AccessDeniedException) when calling the StartQueryExecution operation: You are not authorized to perform: athena:StartQueryExecution on the resource.',
    { policies: own(allow('athena:StartQueryExecution', 'arn:aws:athena:*:*:workgroup/analysts')) },
  )
  assert.equal(id, 'request-workgroup.exact')
  assert.equal(call, 'aws athena start-query-execution --query-string QUERY --work-group analysts')
})

test('a tag that a pattern asks for is the fix, and no statement without it', () => {
  const { id, others } = told(
    refused('ec2:TerminateInstances', 'arn:aws:ec2:us-east-1:111122223333:instance/i-0123456789abcdef0'),
    {
      policies: own(
        allow('ec2:TerminateInstances', '*', { Condition: { StringLike: { 'ec2:ResourceTag/Name': '*scaler*' } } }),
      ),
    },
  )
  assert.equal(id, 'resource-tag.exact')
  assert.ok(!others.includes('identity-policy.exact'), others.join())
})

describe('a caller whose policies let it assume roles alone', () => {
  test('should have assumed one', () => {
    const { doubt } = told(
      refused(
        'ssm:GetParameter',
        'arn:aws:ssm:us-east-1:111122223333:parameter/version',
        'arn:aws:iam::111122223333:user/pipeline',
      ),
      { policies: own(allow('sts:AssumeRole', 'arn:aws:iam::*:role/tool-*')) },
    )
    assert.equal(doubt?.kind, 'not-assumed')
    assert.match(doubt?.text ?? '', /tool-\*/)
  })

  test('is not in doubt where it may do something else', () => {
    const { doubt } = told(
      refused(
        'ssm:GetParameter',
        'arn:aws:ssm:us-east-1:111122223333:parameter/version',
        'arn:aws:iam::111122223333:user/pipeline',
      ),
      { policies: own(allow('sts:AssumeRole', 'arn:aws:iam::*:role/tool-*'), allow('ssm:GetParameters', '*')) },
    )
    assert.equal(doubt, undefined)
  })
})

describe('a role that a service works with', () => {
  const guard = (...statements: readonly object[]): Given => ({
    policies: {
      ...own(allow('ec2:CreateNetworkInterface', '*')),
      serviceControlPolicies: [
        {
          target: 'r-7c2d',
          policies: [{ name: 'perimeter', document: document(allow('*', '*'), ...statements) }],
        },
      ],
    },
  })
  const TEXT = 'The provided execution role does not have permissions to call CreateNetworkInterface on EC2'
  const Condition = { NotIpAddressIfExists: { 'aws:SourceIp': ['203.0.113.0/24'] } }

  test('is not asked to call otherwise: its action joins those that the Deny leaves out already', () => {
    const { id, patch, proof, others } = told(
      TEXT,
      guard({ Effect: 'Deny', NotAction: ['es:ES*', 'iam:PassRole'], Resource: '*', Condition }),
    )
    assert.equal(id, 'leave-out-service-control-policy.exact')
    assert.deepEqual(patch, [{ op: 'add', path: '/Statement/1/NotAction/-', value: 'ec2:CreateNetworkInterface' }])
    assert.equal(proof, 'refuted', 'others gain by it')
    assert.ok(!others.some((one) => one.startsWith('request-')), others.join())
  })

  test('is offered nothing of the kind where the Deny lists what it refuses', () => {
    const { id, others } = told(TEXT, guard({ Effect: 'Deny', Action: 'ec2:*', Resource: '*', Condition }))
    assert.deepEqual([id, ...others], [undefined])
  })
})

describe('a statement that hangs on what nobody knows', () => {
  const causeOf = (text: string, given: Given) => {
    const [diagnosis] = diagnoseToShow({
      ...evidenceOfText(text, 'text'),
      policySource: {
        kind: 'scenario',
        scenario: given as Scenario,
      },
    }).diagnoses
    return [diagnosis?.steps[0]?.request.action, diagnosis?.causes[0]] as const
  }

  test('is the nearest where a variable in its ARN keeps it from allowing, and no ACL that was not sent is to blame', () => {
    const key = 'arn:aws:s3:::images/app/3908ef60/a.png'
    const [action, cause] = causeOf(
      'Request URL: https://images.s3.eu-west-1.amazonaws.com/app/3908ef60/a.png\nRequest Method: PUT\nStatus Code: 403 Forbidden',
      { policies: own(allow('s3:PutObject', 'arn:aws:s3:::images/app/${cognito-identity.amazonaws.com:sub}/*')) },
    )
    assert.equal(action, 's3:PutObject')
    assert.equal(cause?.layer, 'identity-policy')
    assert.equal(cause.nearest?.failedOn[0]?.element, 'Resource')
    assert.equal(cause.nearest.failedOn[0].actual, key)
  })

  test('of a trust policy is not its audience, which is nearly always STS, but the other claim', () => {
    const provider = 'arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com'
    const claim = (name: string) => `token.actions.githubusercontent.com:${name}`
    const statement = {
      Effect: 'Allow',
      Principal: { Federated: provider },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: { StringEquals: { [claim('aud')]: 'sts.amazonaws.com', [claim('actor')]: 'ann' } },
    }
    const [, cause] = causeOf('Error: Not authorized to perform sts:AssumeRoleWithWebIdentity', {
      request: {
        principal: provider,
        action: 'sts:AssumeRoleWithWebIdentity',
        principalDetails: { type: 'web-identity' },
      },
      policies: { resourcePolicy: { name: 'trust', kind: 'trust', document: document(statement) } },
    })
    assert.deepEqual(
      cause?.nearest?.failedOn.map(({ key }) => key),
      [claim('actor')],
    )
  })
})
