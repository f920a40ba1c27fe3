/**
 * What a template leaves open: of which thing a policy is, which of two things of one name is made, and what macros, loops and
 * modules put in. None of it may be taken for "none" (docs/import.md, "What is open stays open").
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { evaluateRequest } from '#app/evaluate.ts'
import { importCloudFormation } from '#import/cloudformation/cloudformation.ts'
import { type Imported, isImported } from '#import/imported.ts'
import { readSnapshot } from '#snapshot/snapshot.ts'

const ACCOUNT = '111122223333'
const APP = `arn:aws:iam::${ACCOUNT}:role/app`
const KEY = 'arn:aws:s3:::data/k'
const arn = (service: string, name: string): string => `arn:aws:${service}:us-east-1:${ACCOUNT}:${name}`

type Fields = Readonly<Record<string, unknown>>

const document = (...statements: readonly Fields[]): Fields => ({ Version: '2012-10-17', Statement: statements })
const allow = (action: string): Fields => ({ Effect: 'Allow', Action: action, Resource: '*' })
const denyAll = document({ Effect: 'Deny', Principal: '*', Action: '*', Resource: '*' })
const policies = (...actions: readonly string[]): Fields => ({
  Policies: [{ PolicyName: 'p', PolicyDocument: document(...actions.map(allow)) }],
})
const trustOf = (principal: string): Fields =>
  document({ Effect: 'Allow', Principal: { AWS: principal }, Action: 'sts:AssumeRole' })
const role = (more: Fields, name = 'app'): Fields => ({
  Type: 'AWS::IAM::Role',
  Properties: { RoleName: name, AssumeRolePolicyDocument: trustOf(`arn:aws:iam::${ACCOUNT}:root`), ...more },
})
const resource = (type: string, properties: Fields, more: Fields = {}): Fields => ({
  Type: `AWS::${type}`,
  Properties: properties,
  ...more,
})
const DATA = resource('S3::Bucket', { BucketName: 'data' })
const INCLUDE = { 'Fn::Transform': { Name: 'AWS::Include', Parameters: { Location: 's3://x/y.yaml' } } }

/** `Env` is a parameter without a value, and so nobody knows which of `Prod` and `Dev` holds. */
function imported(resources: Fields, top: Fields = {}): Imported {
  const result = importCloudFormation(
    {
      Parameters: { Env: { Type: 'String' } },
      Conditions: {
        Prod: { 'Fn::Equals': [{ Ref: 'Env' }, 'prod'] },
        Dev: { 'Fn::Not': [{ Condition: 'Prod' }] },
      },
      ...top,
      Resources: resources,
    },
    { account: ACCOUNT, region: 'us-east-1', noOrganization: true },
  )
  if (!isImported(result)) throw new Error(result.problem)
  return result
}

function decide({ files }: Imported, action: string, of: string, principal = APP): string {
  const context = { 'aws:SourceVpce': null }
  const request = { principal, action, resource: of, contextComplete: true, context }
  return evaluateRequest(readSnapshot(files), request, { sessionPolicies: null }).decision.decision
}

describe('a policy of which nothing says what it is of', () => {
  const either = { 'Fn::If': ['Prod', { Ref: 'Env' }, { Ref: 'Thing' }] }

  it('may be that of any bucket, queue or topic', () => {
    const cases = [
      ['S3::Bucket', { BucketName: 'x' }, 'S3::BucketPolicy', { Bucket: either }, 's3:GetObject', 'arn:aws:s3:::x/k'],
      ['SQS::Queue', { QueueName: 'x' }, 'SQS::QueuePolicy', { Queues: [either] }, 'sqs:SendMessage', arn('sqs', 'x')],
      ['SNS::Topic', { TopicName: 'x' }, 'SNS::TopicPolicy', { Topics: either }, 'sns:Publish', arn('sns', 'x')],
    ] as const
    for (const [type, named, apart, of, action, asked] of cases) {
      const thing = { App: role(policies('*')), Thing: resource(type, named) }
      assert.equal(decide(imported(thing), action, asked), 'allowed', type)
      const open = imported({ ...thing, P: resource(apart, { ...of, PolicyDocument: denyAll }) })
      assert.equal(decide(open, action, asked), 'undetermined', type)
      assert.ok(open.unread.some(({ where }) => where === 'P'))
    }
  })

  it('is of none that has a name, where it is of one that the template makes without one', () => {
    const result = imported({
      App: role(policies('*')),
      Data: DATA,
      Other: resource('S3::Bucket', {}),
      P: resource('S3::BucketPolicy', { Bucket: { Ref: 'Other' }, PolicyDocument: denyAll }),
    })
    assert.equal(decide(result, 's3:GetObject', KEY), 'allowed')
  })

  it('may let in whom it lets in: a permission of a function', () => {
    const result = imported({
      F: resource('Lambda::Function', { FunctionName: 'f' }),
      P: resource('Lambda::Permission', {
        FunctionName: { 'Fn::If': ['Prod', { Ref: 'Env' }, { Ref: 'F' }] },
        Action: 'lambda:InvokeFunction',
        Principal: 's3.amazonaws.com',
      }),
    })
    const decided = decide(result, 'lambda:InvokeFunction', arn('lambda', 'function:f'), 's3.amazonaws.com')
    assert.equal(decided, 'undetermined')
  })
})

describe('two of one name, of which one is made', () => {
  it('roles: neither has its policies, its boundary or its trust policy for sure', () => {
    const twins = (prod: Fields, dev: Fields) => ({
      A: { ...role(prod), Condition: 'Prod' },
      B: { ...role(dev), Condition: 'Dev' },
      Caller: role(policies('*'), 'caller'),
      Data: DATA,
    })
    assert.equal(decide(imported(twins(policies('s3:Get*'), policies('s3:*'))), 's3:PutObject', KEY), 'undetermined')
    const boundary = { PermissionsBoundary: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }
    const bounded = imported(twins({ ...policies('s3:*'), ...boundary }, policies('s3:*')))
    assert.equal(decide(bounded, 's3:PutObject', KEY), 'undetermined')
    const trusting = imported(twins({ AssumeRolePolicyDocument: trustOf(`arn:aws:iam::${ACCOUNT}:role/other`) }, {}))
    const caller = `arn:aws:iam::${ACCOUNT}:role/caller`
    assert.equal(decide(trusting, 'sts:AssumeRole', APP, caller), 'undetermined')
  })

  it('repositories and buckets: neither has its policy or its settings for sure', () => {
    const repository = { RepositoryName: 'r' }
    const denied = { ...repository, RepositoryPolicyText: denyAll }
    const of = arn('ecr', 'repository/r')
    for (const [first, second] of [
      [denied, repository],
      [repository, denied],
    ] as const) {
      const result = imported({
        App: role(policies('*')),
        A: resource('ECR::Repository', first, { Condition: 'Prod' }),
        B: resource('ECR::Repository', second, { Condition: 'Dev' }),
      })
      assert.equal(decide(result, 'ecr:BatchGetImage', of), 'undetermined')
    }
    const buckets = imported({
      A: { ...DATA, Condition: 'Prod' },
      B: { ...DATA, Condition: 'Dev' },
    })
    const file = JSON.parse(buckets.files.get(`accounts/${ACCOUNT}/resources/s3/data.json`) ?? '') as Fields
    assert.deepEqual(file['attributes'], {})
  })

  it('where the condition of one is false, the other is made', () => {
    const Conditions = { Prod: { 'Fn::Equals': ['a', 'b'] }, Dev: { 'Fn::Not': [{ Condition: 'Prod' }] } }
    const twins = {
      A: { ...role(policies('s3:*')), Condition: 'Prod' },
      B: { ...role(policies('s3:Get*')), Condition: 'Dev' },
      Data: DATA,
    }
    assert.equal(decide(imported(twins, { Conditions }), 's3:GetObject', KEY), 'allowed')
    assert.equal(decide(imported(twins, { Conditions }), 's3:PutObject', KEY), 'denied')
  })

  it('aliases of a key under a condition are not known', () => {
    const alias = (more: Fields) => {
      const properties = { AliasName: 'alias/a', TargetKeyId: { Ref: 'K' } }
      const { files } = imported({ K: resource('KMS::Key', {}), A: resource('KMS::Alias', properties, more) })
      const key = JSON.parse(files.get(`accounts/${ACCOUNT}/resources/kms/K.json`) ?? '') as { attributes: Fields }
      return key.attributes['aliases']
    }
    assert.deepEqual(alias({}), ['alias/a'])
    assert.equal(alias({ Condition: 'Prod' }), undefined)
  })

  it('policies of one bucket: one of them stays', () => {
    const of = (PolicyDocument: Fields) => resource('S3::BucketPolicy', { Bucket: { Ref: 'Data' }, PolicyDocument })
    const result = imported({
      App: role(policies('s3:*')),
      Data: DATA,
      A: of(denyAll),
      B: of(document({ ...allow('s3:*'), Principal: '*' })),
    })
    assert.equal(decide(result, 's3:GetObject', KEY), 'undetermined')
  })

  it('inline policies of one name on one role: one of them stays', () => {
    const named = (statement: Fields) =>
      resource('IAM::Policy', { PolicyName: 'p', Roles: [{ Ref: 'App' }], PolicyDocument: document(statement) })
    const result = imported({
      App: role({}),
      Data: DATA,
      A: named({ ...allow('s3:*'), Effect: 'Deny' }),
      B: named(allow('s3:*')),
    })
    assert.equal(decide(result, 's3:GetObject', KEY), 'undetermined')
  })
})

describe('what is put in before the deploy', () => {
  const { Properties } = role(policies('s3:*')) as { Properties: Fields }
  const cases: Readonly<Record<string, Fields>> = {
    'an include among the properties': { App: { Type: 'AWS::IAM::Role', Properties: { ...Properties, ...INCLUDE } } },
    'an include beside the properties': { App: { Type: 'AWS::IAM::Role', Properties, ...INCLUDE } },
    'an include in a policy': {
      App: role({ Policies: [{ PolicyName: 'p', PolicyDocument: { ...document(allow('s3:*')), ...INCLUDE } }] }),
    },
    'an include that may bring the policies': { App: role(INCLUDE) },
    'a loop that may bring the policies': { App: role({ 'Fn::ForEach::P': ['X', ['Policies'], { '${X}': [] }] }) },
    'an include in the place of a resource': { App: role(policies('s3:*')), P: INCLUDE },
    'a module': { App: role(policies('s3:*')), M: { Type: 'Acme::S3::Policy::MODULE', Properties: {} } },
    'a nested stack that is given the role': {
      App: role({}),
      N: resource('CloudFormation::Stack', { TemplateURL: 'https://x/y', Parameters: { Role: { Ref: 'App' } } }),
    },
  }
  for (const [name, resources] of Object.entries(cases))
    it(`${name} leaves the decision open, and is told`, () => {
      const result = imported({ ...resources, Data: DATA })
      assert.equal(decide(result, 's3:PutObject', KEY), 'undetermined')
      assert.ok(result.unread.length + result.open.length > 0)
    })

  it('a nested stack that is given something else changes nothing of the role', () => {
    const Parameters = { Name: 'other', Bucket: { Ref: 'Data' } }
    const nested = resource('CloudFormation::Stack', { TemplateURL: 'https://x/y', Parameters })
    const result = imported({ App: role(policies('sqs:*')), Data: DATA, N: nested })
    assert.equal(decide(result, 's3:PutObject', KEY), 'undetermined')
    assert.equal(decide(result, 'sqs:ListQueues', '*'), 'allowed')
    assert.equal(decide(result, 's3:ListAllMyBuckets', '*'), 'denied')
  })

  it('connectors of SAM may attach policies, and its other resources do not', () => {
    const Transform = 'AWS::Serverless-2016-10-31'
    const made = { App: role({}), Data: DATA }
    const connector = { C: resource('Serverless::Connector', { Source: { Id: 'F' }, Destination: { Id: 'Data' } }) }
    const within = { F: resource('Lambda::Function', {}, { Connectors: { C: { Properties: {} } } }) }
    const decided = (more: Fields) => decide(imported({ ...made, ...more }, { Transform }), 's3:PutObject', KEY)
    assert.equal(decided(connector), 'undetermined')
    assert.equal(decided(within), 'undetermined')
    assert.equal(decided({ F: resource('Serverless::Function', { FunctionName: 'f' }) }), 'denied')
  })

  it('a subscription of SAM gives its queue a policy', () => {
    const QueueArn = { 'Fn::GetAtt': ['Q', 'Arn'] }
    const Events = { E: { Type: 'SNS', Properties: { Topic: 't', SqsSubscription: { QueueArn } } } }
    const result = imported(
      { Q: resource('SQS::Queue', { QueueName: 'q' }), F: resource('Serverless::Function', { Events }) },
      { Transform: 'AWS::Serverless-2016-10-31' },
    )
    assert.equal(decide(result, 'sqs:SendMessage', arn('sqs', 'q'), 'sns.amazonaws.com'), 'undetermined')
  })
})

describe('a principal of which nobody knows whether it is made', () => {
  const maybe = (thing: Fields): Fields => ({ ...thing, Condition: 'Prod' })
  const READ_ONLY = { ManagedPolicyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'] }
  const open = (result: Imported): boolean => result.open.some(({ why }) => why === 'whether App is made is not known')

  it('a role: what its policies allow is open, and what they deny or do not name is denied', () => {
    const denied = { ...allow('s3:DeleteObject'), Effect: 'Deny' }
    const own = { PolicyName: 'p', PolicyDocument: document(allow('s3:*'), denied) }
    for (const more of [{ Policies: [own] }, { Policies: [own], ...READ_ONLY }]) {
      const result = imported({ App: maybe(role(more)), Data: DATA })
      assert.ok(open(result))
      assert.equal(decide(result, 's3:GetObject', KEY), 'undetermined')
      assert.equal(decide(result, 's3:DeleteObject', KEY), 'denied')
      if (!('ManagedPolicyArns' in more)) assert.equal(decide(result, 'sqs:ListQueues', '*'), 'denied')
    }
    const attached = imported({ App: maybe(role(READ_ONLY)), Data: DATA })
    assert.ok(open(attached))
    assert.equal(decide(attached, 's3:GetObject', KEY), 'undetermined')
    const caller = role(policies('*'), 'caller')
    const trusting = imported({ App: maybe(role({})), Caller: caller })
    assert.equal(decide(trusting, 'sts:AssumeRole', APP, `arn:aws:iam::${ACCOUNT}:role/caller`), 'undetermined')
  })

  it('a user with managed policies or groups alone', () => {
    const user = `arn:aws:iam::${ACCOUNT}:user/u`
    const group = resource('IAM::Group', { GroupName: 'g', ...policies('s3:*') })
    for (const more of [READ_ONLY, { Groups: [{ Ref: 'G' }] }]) {
      const result = imported({ App: maybe(resource('IAM::User', { UserName: 'u', ...more })), G: group, Data: DATA })
      assert.ok(open(result))
      assert.equal(decide(result, 's3:GetObject', KEY, user), 'undetermined')
    }
  })

  it('a group: its members have its policies or not, also those that deny', () => {
    const user = `arn:aws:iam::${ACCOUNT}:user/u`
    const member = resource('IAM::User', { UserName: 'u', Groups: [{ Ref: 'App' }], ...policies('s3:GetObject') })
    const denying = {
      Policies: [{ PolicyName: 'p', PolicyDocument: document({ ...allow('s3:GetObject'), Effect: 'Deny' }) }],
    }
    for (const more of [denying, { ManagedPolicyArns: ['arn:aws:iam::aws:policy/AWSDenyAll'] }]) {
      const result = imported({
        App: maybe(resource('IAM::Group', { GroupName: 'g', ...more })),
        U: member,
        Data: DATA,
      })
      assert.equal(decide(result, 's3:GetObject', KEY, user), 'undetermined')
    }
  })
})

it('a sure Deny in the policy of a table stays sure beside a statement that is not', () => {
  const open = { Effect: 'Allow', Principal: { AWS: { Ref: 'Env' } }, Action: 'dynamodb:*', Resource: '*' }
  const sure = { Effect: 'Deny', Principal: '*', Action: 'dynamodb:GetItem', Resource: '*' }
  const ResourcePolicy = { PolicyDocument: document(sure, open) }
  const result = imported({
    App: role(policies('*')),
    T: resource('DynamoDB::Table', { TableName: 't', ResourcePolicy }),
  })
  assert.equal(decide(result, 'dynamodb:GetItem', arn('dynamodb', 'table/t')), 'denied')
  assert.deepEqual(
    result.open.map(({ where }) => where),
    [arn('dynamodb', 'table/t')],
  )
})
