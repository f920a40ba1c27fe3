/** For a guardrail another call comes first, then a value for everybody, then an exception for one action (R-ADV-11). */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Policy, Scenario } from '#engine/scenario.ts'
import type { FixInHand } from '#fix/proof/fix.ts'
import type { Request } from '#iam/request.ts'
import { fixesOf } from './on-paper.ts'

const A = '111122223333'
const ROLE = `arn:aws:iam::${A}:role/app`
const BOUNDARY = `arn:aws:iam::${A}:policy/team-boundary`
const ALL = { Effect: 'Allow', Action: '*', Resource: '*' }
const policy = (name: string, ...Statement: readonly object[]): Policy => ({
  name,
  document: { Version: '2012-10-17', Statement },
})

const scenario = (
  request: Partial<Request>,
  {
    scp = [],
    boundary,
    own = [ALL],
  }: { scp?: readonly object[]; boundary?: readonly object[]; own?: readonly object[] },
): Scenario => ({
  request: {
    principal: `arn:aws:sts::${A}:assumed-role/app/s1`,
    principalDetails: { roleArn: ROLE },
    action: 'ec2:RunInstances',
    resource: `arn:aws:ec2:us-east-1:${A}:instance/*`,
    resourceAccount: A,
    context: {},
    contextComplete: true,
    ...request,
  },
  policies: {
    complete: true,
    identityPolicies: [policy('p', ...own)],
    ...(boundary === undefined
      ? {}
      : { permissionsBoundary: { ...policy('team-boundary', ...boundary), arn: BOUNDARY } }),
    ...(scp.length === 0
      ? {}
      : {
          serviceControlPolicies: [
            { target: 'r-1', policies: [policy('FullAWSAccess', ALL), policy('guard', ...scp)] },
          ],
        }),
  },
  ...(scp.length === 0 ? { organization: null } : {}),
})

const kinds = (fixes: readonly FixInHand[]): readonly string[] => fixes.map(({ id }) => id.replace(/\..*/, ''))

describe('of a Region guard', () => {
  const guard = {
    Sid: 'Regions',
    Effect: 'Deny',
    NotAction: ['iam:*', 'sts:*'],
    Resource: '*',
    Condition: { StringNotEquals: { 'aws:RequestedRegion': ['eu-west-1', 'eu-central-1'] } },
  }
  const context = { 'aws:RequestedRegion': 'us-east-1' }

  /** The fixes that change a policy, in their order. */
  const opened = (fixes: readonly FixInHand[]): readonly string[] =>
    kinds(fixes).filter((kind) => !kind.startsWith('request-'))

  it('for a resource that exists, the action comes first, then the Region, and the exception for the role last', () => {
    const sent = { action: 'sqs:SendMessage', resource: `arn:aws:sqs:us-east-1:${A}:q`, context }
    assert.deepEqual(opened(fixesOf(scenario(sent, { scp: [guard] }))), [
      'leave-out-service-control-policy',
      'list-service-control-policy',
      'except-service-control-policy-narrow',
    ])
  })

  it('where it lists the actions that it is about, the Region comes before the exception', () => {
    const { NotAction: _, ...plain } = guard
    const listing = { ...plain, Action: ['ec2:CreateVpc', 'sqs:Send*'] }
    const sent = { action: 'sqs:SendMessage', resource: `arn:aws:sqs:us-east-1:${A}:q`, context }
    const fixes = fixesOf(scenario(sent, { scp: [listing], own: [{ ...ALL, Action: 'sqs:*' }] }))
    assert.deepEqual(opened(fixes), ['list-service-control-policy', 'except-service-control-policy-narrow'])
    assert.equal(fixes.at(-1)?.proof.status, 'proved')
  })

  it('for a service with one endpoint, no Region is opened: its action is left out', () => {
    const one = { ...guard, NotAction: ['sts:*'] }
    const fixes = fixesOf(scenario({ action: 'iam:PassRole', resource: ROLE, context }, { scp: [one] }))
    assert.deepEqual(opened(fixes), ['leave-out-service-control-policy', 'except-service-control-policy-narrow'])
  })

  it('in the role’s own policy, the Region comes before the cut for the one request', () => {
    const sent = { action: 'sqs:SendMessage', resource: `arn:aws:sqs:us-east-1:${A}:q`, context }
    const found = opened(fixesOf(scenario(sent, { own: [ALL, { ...guard, Sid: 'Own' }] })))
    assert.deepEqual(found, ['list-identity-policy', 'narrow-identity-policy'])
  })

  it('the call goes to a Region of the list first; then the list, the action and the exception are offered', () => {
    const fixes = fixesOf(scenario({ context }, { scp: [guard] }))
    assert.match(fixes[0]?.title ?? '', /Make the call in Region eu-west-1/)
    const found = kinds(fixes)
    assert.ok(found.includes('list-service-control-policy'), found.join())
    const listed = fixes.find(({ id }) => id.startsWith('list-'))
    assert.deepEqual(listed?.changes[0]?.patch, [
      { op: 'add', path: '/Statement/0/Condition/StringNotEquals/aws:RequestedRegion/-', value: 'us-east-1' },
    ])
  })

  it('an exception is limited to the one action', () => {
    const fixes = fixesOf(scenario({ context }, { scp: [guard] }))
    const excepting = fixes.filter(({ id }) => id.startsWith('except-'))
    assert.ok(excepting.length > 0)
    for (const { id, changes } of excepting) assert.match(JSON.stringify(changes[0]?.patch), /ec2:RunInstances/, id)
  })

  it('what a call makes may be made elsewhere, what exists may not', () => {
    const at = (action: string) => ({ action, resource: `arn:aws:sqs:us-east-1:${A}:q`, context })
    const [made] = fixesOf(scenario(at('sqs:CreateQueue'), { scp: [guard] }))
    assert.match(made?.title ?? '', /Make the call in Region eu-west-1/)
    const sent = fixesOf(scenario(at('sqs:SendMessage'), { scp: [guard] }))
    assert.ok(!kinds(sent).includes('request-region'), kinds(sent).join())
  })
})

describe('of another list of values in a control policy', () => {
  it('the call comes first, then the value', () => {
    const guard = {
      Effect: 'Deny',
      Action: 'ec2:RunInstances',
      Resource: '*',
      Condition: { StringNotEquals: { 'ec2:InstanceType': ['t3.micro', 't3.small'] } },
    }
    const fixes = fixesOf(scenario({ context: { 'ec2:InstanceType': 'm5.large' } }, { scp: [guard] }))
    assert.match(fixes[0]?.title ?? '', /ec2:InstanceType t3\.micro/)
    assert.ok(kinds(fixes).includes('list-service-control-policy'), kinds(fixes).join())
  })

  it('an action that is listed among others is taken off the list', () => {
    const guard = { Effect: 'Deny', Action: ['ec2:RunInstances', 'ec2:CreateVpc'], Resource: '*' }
    const fixes = fixesOf(scenario({}, { scp: [guard] }))
    const left = fixes.find(({ id }) => id.startsWith('leave-out-'))
    assert.deepEqual(left?.changes[0]?.patch, [{ op: 'remove', path: '/Statement/0/Action/0' }])
  })
})

describe('what a guardrail is about is opened for one principal, and not for everybody first', () => {
  it('an action that the Deny lists', () => {
    const guard = { Effect: 'Deny', Action: ['iam:CreateUser', 'iam:CreateGroup'], Resource: '*' }
    const create = { action: 'iam:CreateUser', resource: `arn:aws:iam::${A}:user/new` }
    assert.deepEqual(kinds(fixesOf(scenario(create, { scp: [guard] }))), [
      'except-service-control-policy-narrow',
      'leave-out-service-control-policy',
    ])
  })

  // biome-ignore format: a table is read by its columns
  const LISTS: readonly (readonly [key: string, listed: string, sent: string])[] = [
    ['ec2:ResourceTag/env', 'dev',                              'prod'],
    ['s3:ResourceAccount',  A,                                  '444455556666'],
    ['ec2:Owner',           'amazon',                           '444455556666'],
    ['iam:PolicyARN',       `arn:aws:iam::${A}:policy/ok`,      'arn:aws:iam::aws:policy/AdministratorAccess'],
    ['s3:prefix',           'home/app',                         'home/other'],
    ['aws:RequestTag/team', 'red',                              'blue'],
    ['lambda:FunctionUrlAuthType',      'AWS_IAM',                   'NONE'],
    ['ec2:MetadataHttpTokens',          'required',                  'optional'],
    ['s3:x-amz-server-side-encryption', 'aws:kms',                   'AES256'],
    ['s3:x-amz-acl',                    'bucket-owner-full-control', 'public-read'],
    ['s3:TlsVersion',                   '1.3',                       '1.2'],
  ]
  for (const [key, listed, sent] of LISTS)
    it(`no value is added to a list of ${key}`, () => {
      const Condition = { StringNotEquals: { [key]: [listed] } }
      const found = kinds(
        fixesOf(
          scenario(
            {
              action: 'ec2:StartInstances',
              resource: `arn:aws:ec2:us-east-1:${A}:instance/i-1`,
              context: { [key]: sent },
            },
            { scp: [{ Effect: 'Deny', Action: '*', Resource: '*', Condition }] },
          ),
        ),
      )
      assert.ok(!found.includes('list-service-control-policy'), found.join())
    })

  it('an action that takes no boundary is left out of a Deny that asks for one, and nobody is excepted', () => {
    const guard = {
      Effect: 'Deny',
      Action: ['iam:CreateRole', 'iam:CreateServiceLinkedRole'],
      Resource: '*',
      Condition: { StringNotEquals: { 'iam:PermissionsBoundary': BOUNDARY } },
    }
    const create = {
      action: 'iam:CreateServiceLinkedRole',
      resource: `arn:aws:iam::${A}:role/aws-service-role/elasticloadbalancing.amazonaws.com/AWSServiceRoleForElasticLoadBalancing`,
    }
    const fixes = fixesOf(scenario(create, { boundary: [ALL, guard] }))
    assert.deepEqual(kinds(fixes), ['leave-out-permissions-boundary'])
    assert.deepEqual(fixes[0]?.changes[0]?.patch, [{ op: 'remove', path: '/Statement/1/Action/1' }])
  })
})

describe('of a Deny in a bucket policy for the bucket and its objects', () => {
  const bucket = 'arn:aws:s3:::data'
  const asked = { action: 's3:GetObject', resource: `${bucket}/dir/k`, context: { 'aws:SourceVpce': null } }
  const Condition = { StringNotEquals: { 'aws:SourceVpce': 'vpce-0123456789abcdef0' } }
  const denied = (Resource: readonly string[]): Scenario => {
    const given = scenario(asked, {})
    const Statement = [{ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource, Condition }]
    const resourcePolicy = { name: 'bp', kind: 'bucket', document: { Version: '2012-10-17', Statement } }
    return { ...given, policies: { ...given.policies, resourcePolicy } }
  }

  for (const [what, listed, others] of [
    ['both', [bucket, `${bucket}/*`], `${bucket}/dir/k`],
    ['its objects alone', [`${bucket}/*`], [`${bucket}/dir/k`, bucket]],
  ] as const)
    it(`(${what}) the exception for the one request is proved and takes nothing away`, () => {
      const exceptions = fixesOf(denied(listed)).filter(({ id }) => id.startsWith('except-'))
      const [first] = exceptions
      assert.equal(first?.id, 'except-resource-policy-narrow.exact')
      assert.equal(first.proof.status, 'proved')
      assert.deepEqual(first.proof.newlyDenied, [])
      assert.ok(JSON.stringify(first.changes[0]?.patch).includes(`"NotResource":${JSON.stringify(others)}`))
      assert.deepEqual(
        exceptions.filter(({ proof }) => proof.status !== 'proved').map(({ id }) => id),
        ['except-resource-policy.exact'],
      )
    })

  it('there is no such exception where the Deny is about some objects', () => {
    const ids = fixesOf(denied([`${bucket}/dir/*`])).map(({ id }) => id)
    assert.ok(ids.includes('except-resource-policy.exact'), ids.join())
    assert.ok(!ids.includes('except-resource-policy-narrow.exact'), ids.join())
  })
})

describe('the protection of permissions boundaries is opened by no fix:', () => {
  const remove = {
    action: 'iam:DeleteRolePermissionsBoundary',
    resource: `arn:aws:iam::${A}:role/dev`,
  }
  const deny = {
    Effect: 'Deny',
    Action: ['iam:DeleteRolePermissionsBoundary', 'iam:DeleteUserPermissionsBoundary'],
    Resource: '*',
  }

  it('a Deny of taking one away', () => {
    assert.deepEqual(kinds(fixesOf(scenario(remove, { boundary: [ALL, deny] }))), [])
    assert.deepEqual(kinds(fixesOf(scenario(remove, { scp: [deny] }))), [])
  })

  it('a boundary that does not allow it', () => {
    const s3 = { Effect: 'Allow', Action: 's3:*', Resource: '*' }
    assert.deepEqual(kinds(fixesOf(scenario(remove, { boundary: [s3] }))), [])
  })

  it('a role without one: the call passes it', () => {
    const create = { action: 'iam:CreateRole', resource: `arn:aws:iam::${A}:role/new` }
    const guard = {
      Effect: 'Deny',
      Action: 'iam:CreateRole',
      Resource: '*',
      Condition: { StringNotEquals: { 'iam:PermissionsBoundary': BOUNDARY } },
    }
    for (const layers of [{ scp: [guard] }, { boundary: [ALL, guard] }]) {
      const fixes = fixesOf(scenario(create, layers))
      assert.deepEqual(kinds(fixes), ['request-iam-permissionsboundary'])
      assert.match(
        fixes[0]?.changes[0]?.awsCli ?? '',
        /--permissions-boundary arn:aws:iam::111122223333:policy\/team-boundary/,
      )
    }
    const own = [{ ...ALL, Condition: { StringEquals: { 'iam:PermissionsBoundary': BOUNDARY } } }]
    assert.deepEqual(kinds(fixesOf(scenario(create, { own }))), ['request-iam-permissionsboundary'])
  })
})
