/** Which keys, services and principals a check is about, each by itself, and the place in the document it points at. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { PolicyPlace } from '#iam/resource.ts'
import { lintPolicy } from './lint-scenario.ts'
import { preparePolicy } from '#engine/prepare.ts'
import { oneEditApart } from '#iam/nearest-name.ts'
import { CHECKS } from './checks.ts'

const A = '111122223333'
const V = '2012-10-17'

function lint(document: unknown, where = 'identity') {
  const [place, kind] = where.split('/')
  return lintPolicy(preparePolicy({ name: 'p', document }, place as PolicyPlace), place === 'trust' ? 'trust' : kind)
}
const pointers = (id: string, document: unknown, where?: string) =>
  lint(document, where)
    .filter((finding) => finding.id === id)
    .map(({ pointer }) => pointer)
const found = (...args: Parameters<typeof pointers>) => pointers(...args).length > 0

const S = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/k' }
const of = (...Statement: readonly unknown[]) => ({ Version: V, Statement })
const when = (operator: string, key: string, value: unknown, rest: object = S) =>
  of({ ...rest, Condition: { [operator]: { [key]: value } } })
const to = (Principal: unknown, rest: object = {}) => of({ ...S, Principal, ...rest })
const trust = (Principal: unknown, Action: unknown, rest: object = {}) =>
  of({ Effect: 'Allow', Principal, Action, ...rest })
const words = (text: string): readonly string[] => text.trim().split(/\s+/)

describe('each key that a check is about', () => {
  const ids = words(`aws:PrincipalAccount aws:PrincipalOrgID aws:ResourceAccount aws:ResourceOrgID aws:SourceAccount
    aws:SourceOrgID aws:SourceVpc aws:SourceVpce aws:VpceAccount aws:VpceOrgID`)
  for (const key of ids)
    it(`${key} holds a whole id: a wildcard or what the caller chooses opens it (R-VAR-06)`, () => {
      assert.ok(found('Wildcard usage too permissive', when('StringLike', key, 'x*')))
      assert.ok(found('Wildcard usage too permissive', when('StringLike', key, 'x?')))
      assert.ok(!found('Wildcard usage too permissive', when('StringEquals', key, 'x*')))
      assert.ok(!found('Wildcard usage too permissive', when('StringLike', key, '${*}')))
      for (const chosen of words('aws:PrincipalTag/a aws:RequestTag/a aws:SourceIdentity aws:Referer aws:UserAgent'))
        assert.ok(found('Variable usage too permissive', when('StringEquals', key, `\${${chosen}}`)), chosen)
      assert.ok(!found('Variable usage too permissive', when('StringEquals', key, '${aws:PrincipalAccount}')))
    })
  it('aws:userid may have both behind its colon only', () => {
    for (const open of ['*', 'AROA*:s', 'AROA?', '?:s', 'a*'])
      assert.ok(found('Wildcard usage too permissive', when('StringLike', 'aws:userid', open)), open)
    for (const shut of ['*:s', 'AROA:*', 'AROA:s?', '${aws:userid}*:x'])
      assert.ok(!found('Wildcard usage too permissive', when('StringLike', 'aws:userid', shut)), shut)
    assert.ok(found('Variable usage too permissive', when('StringEquals', 'aws:userid', '${aws:SourceIdentity}')))
    assert.ok(!found('Variable usage too permissive', when('StringLike', 'aws:userid', '*:${aws:SourceIdentity}')))
    assert.ok(!found('Variable usage too permissive', when('StringEquals', 'aws:username', '${aws:SourceIdentity}')))
  })

  const service = { Service: 'sns.amazonaws.com' }
  for (const key of words('aws:SourceArn aws:SourceAccount aws:SourceOrgID aws:SourceOrgPaths'))
    it(`${key} restricts a service (R-SVC-02)`, () => {
      const id = 'Restrict access to service principal'
      assert.ok(!found(id, to(service, { Condition: { StringLike: { [key]: 'x' } } }), 'resource/bucket'))
    })
  it('no other key does (R-SVC-02)', () => {
    const rest = { Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } } }
    assert.deepEqual(pointers('Restrict access to service principal', to(service, rest), 'resource/bucket'), [
      '/Statement/0/Principal/Service',
    ])
    assert.ok(!found('Restrict access to service principal', to(service, { Effect: 'Deny' }), 'resource/bucket'))
  })
  for (const key of words(
    'aws:PrincipalOrgID aws:PrincipalOrgPaths aws:PrincipalAccount aws:PrincipalTag/a aws:username',
  ))
    it(`no service has ${key} (R-PRIN-01)`, () => {
      const id = 'Unsupported condition key for service principal'
      const asked = (operator: string, principal: object = service) =>
        pointers(id, to(principal, { Condition: { [operator]: { [key]: 'x' } } }), 'resource/bucket')
      assert.deepEqual(asked('StringEquals'), [`/Statement/0/Condition/StringEquals/${key.replace('/', '~1')}`])
      assert.deepEqual(asked('StringEqualsIfExists'), [])
      assert.deepEqual(asked('Null'), [])
      assert.deepEqual(asked('StringEquals', { ...service, AWS: A }), [])
    })
  for (const key of words(
    'aws:PrincipalServiceName aws:PrincipalServiceNamesList iam:PassedToService iam:AWSServiceName kms:ViaService',
  ))
    it(`${key} holds names of services (R-PM-08)`, () => {
      const id = 'Invalid service principal format'
      assert.deepEqual(pointers(id, when('StringEquals', key, ['ec2.amazonaws.com', 'EC2', 'ec2'])), [
        `/Statement/0/Condition/StringEquals/${key}/1`,
        `/Statement/0/Condition/StringEquals/${key}/2`,
      ])
      assert.ok(!found(id, when('StringLike', key, ['EC2*', '${aws:username}'])))
      assert.ok(!found(id, when('Null', key, 'true')))
    })
  for (const key of words(`aws:PrincipalAccount aws:ResourceAccount aws:SourceAccount aws:SourceOwner aws:VpceAccount
    s3:ResourceAccount s3:DataAccessPointAccount kms:CallerAccount`))
    it(`${key} holds account ids, which have leading zeros (R-PM-03)`, () => {
      assert.deepEqual(pointers('account-id-number', when('StringEquals', key, 123456789012)), [
        `/Statement/0/Condition/StringEquals/${key}`,
      ])
      assert.ok(!found('account-id-number', when('StringEquals', key, '123456789012')))
    })
  for (const [key, action] of [
    ['aws:RequestTag/a', 'sts:TagSession'],
    ['aws:TagKeys', 'sts:TagSession'],
    ['sts:TransitiveTagKeys', 'sts:TagSession'],
    ['sts:SourceIdentity', 'sts:SetSourceIdentity'],
  ] as const)
    it(`${key} needs ${action} (R-STS-07, R-STS-08)`, () => {
      const id = 'Missing action for condition key'
      const asked = (actions: readonly string[], operator = 'StringEquals', where = 'trust') =>
        found(id, trust({ AWS: A }, actions, { Condition: { [operator]: { [key]: 'x' } } }), where)
      assert.ok(asked(['sts:AssumeRole']))
      assert.ok(asked(['sts:AssumeRole', action === 'sts:TagSession' ? 'sts:SetSourceIdentity' : 'sts:TagSession']))
      assert.ok(!asked(['sts:AssumeRole', action]))
      assert.ok(!asked(['sts:*']))
      assert.ok(!asked(['sts:AssumeRole'], 'Null'))
      assert.ok(!asked(['sts:AssumeRole'], 'StringEqualsIfExists'))
      assert.ok(!asked(['sts:AssumeRole'], 'StringEquals', 'resource/bucket'))
    })
  for (const key of words('aws:SourceVpc aws:SourceVpce aws:SourceVpcArn'))
    it(`${key} says in which VPC an address is (R-CTX-03)`, () => {
      const Condition = { IpAddress: { 'aws:VpcSourceIp': '10.0.0.0/8' }, StringEquals: { [key]: 'x' } }
      assert.ok(!found('Missing paired condition keys', of({ ...S, Condition })))
    })
  for (const key of words('aws:VpceAccount aws:VpceOrgID aws:VpceOrgPaths'))
    it(`only some services send ${key} (R-CTX-03)`, () => {
      const id = 'Use condition key only with supported services'
      for (const [element, value, expected] of [
        ['Action', '*', true],
        ['Action', '*:*', true],
        ['Action', 's3:*', false],
        ['NotAction', 's3:*', true],
      ] as const)
        assert.equal(
          found(id, when('StringLike', key, 'x', { Effect: 'Deny', [element]: value, Resource: '*' }), 'scp'),
          expected,
          value,
        )
    })
  it('aws:Referer and aws:UserAgent are what the caller sends, and no other', () => {
    for (const key of ['aws:Referer', 'aws:UserAgent'])
      assert.deepEqual(pointers('Untrustworthy condition key', when('StringEquals', key, 'x')), [
        `/Statement/0/Condition/StringEquals/${key}`,
      ])
    assert.ok(!found('Untrustworthy condition key', when('StringEquals', 'aws:username', 'x')))
  })
  for (const [key, other] of [
    ['iam:PolicyARN', 'iam:GetUser'],
    ['kms:GrantOperations', 'kms:Decrypt'],
    ['lambda:Layer', 'lambda:InvokeFunction'],
    ['s3:prefix', 's3:GetObject'],
    ['secretsmanager:RecoveryWindowInDays', 'secretsmanager:GetSecretValue'],
    ['sns:Endpoint', 'sns:Publish'],
  ] as const)
    it(`${key} never comes with ${other}, which is an error in a service whose keys are well listed (R-COND-06)`, () => {
      const bad = when('StringEquals', key, 'x', { ...S, Action: other, Resource: '*' })
      assert.deepEqual(pointers('Unsupported action for condition key', bad), [
        `/Statement/0/Condition/StringEquals/${key}`,
      ])
      assert.ok(!found('condition-key-not-listed', bad))
    })
})

describe('RCPs and the calls of AWS services (R-SVC-03)', () => {
  const rcp = (conditions: object, more: object = {}) =>
    of({ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: '*', Condition: conditions, ...more })
  const principal = 'RCP missing related principal condition key'
  const source = 'RCP missing related service principal condition key'
  const text = (key: string) => ({ StringNotEquals: { [key]: 'x' } })
  for (const key of words('aws:PrincipalOrgID aws:PrincipalAccount aws:PrincipalArn aws:PrincipalTag/a'))
    it(`${key} shuts services out too`, () => {
      assert.ok(found(principal, rcp(text(key)), 'rcp'))
      assert.ok(!found(principal, rcp({ ...text(key), Bool: { 'aws:PrincipalIsAWSService': 'false' } }), 'rcp'))
      assert.ok(!found(principal, rcp(text(key), { Effect: 'Allow' }), 'rcp'))
      assert.ok(!found(principal, rcp({ Null: { [key]: 'true' } }), 'rcp'))
      assert.ok(!found(principal, rcp(text(key)), 'scp'))
    })
  for (const key of words('aws:PrincipalServiceName aws:PrincipalServiceNamesList aws:PrincipalType'))
    it(`${key} is of services themselves`, () => assert.ok(!found(principal, rcp(text(key)), 'rcp')))
  for (const key of words('aws:SourceOrgID aws:SourceOrgPaths aws:SourceAccount aws:SourceArn'))
    it(`${key} shuts users and roles out too`, () => {
      assert.ok(found(source, rcp(text(key)), 'rcp'))
      assert.ok(!found(source, rcp({ ...text(key), Bool: { 'aws:PrincipalIsAWSService': 'true' } }), 'rcp'))
      assert.ok(!found(source, rcp(text(key), { Effect: 'Allow' }), 'rcp'))
    })
  it('no other key shuts them out', () => assert.ok(!found(source, rcp(text('aws:SourceVpc')), 'rcp')))
  it('an organization is not sent by every integration: an account or an ARN is', () => {
    const id = 'RCP missing service condition key null check'
    for (const key of ['aws:SourceOrgID', 'aws:SourceOrgPaths']) {
      assert.deepEqual(pointers(id, rcp(text(key)), 'rcp'), [`/Statement/0/Condition/StringNotEquals/${key}`])
      for (const checked of ['aws:SourceAccount', 'aws:SourceArn'])
        assert.ok(!found(id, rcp({ ...text(key), Null: { [checked]: 'false' } }), 'rcp'), checked)
      assert.ok(found(id, rcp({ ...text(key), Null: { 'aws:username': 'false' } }), 'rcp'))
      assert.ok(found(id, rcp({ ...text(key), StringEquals: { 'aws:SourceAccount': A } }), 'rcp'))
      assert.ok(!found(id, rcp(text(key), { Effect: 'Allow' }), 'rcp'))
    }
    assert.ok(!found(id, rcp(text('aws:SourceAccount')), 'rcp'))
  })
})

describe('the policy of a resource speaks of its own service (R-ACT-01)', () => {
  for (const [kind, service] of [
    ['bucket', 's3'],
    ['key', 'kms'],
    ['queue', 'sqs'],
    ['topic', 'sns'],
    ['secret', 'secretsmanager'],
    ['function', 'lambda'],
    ['repository', 'ecr'],
    ['search-domain', 'cloudsearch'],
  ] as const)
    it(`${kind}: ${service}`, () => {
      const id = 'Unsupported action in policy'
      const asked = (Action: unknown) => pointers(id, to({ AWS: A }, { Action, Resource: '*' }), `resource/${kind}`)
      assert.deepEqual(asked(`${service}:*`), [])
      assert.deepEqual(asked('*'), [])
      assert.deepEqual(asked([`${service}:*`, 'ec2:RunInstances']), ['/Statement/0/Action/1'])
    })
})

describe('a statement without Resource (R-GRAM-08, R-OTH-15)', () => {
  for (const [kind, faults] of [
    ['search-domain', []],
    ['repository', []],
    ['file-system', []],
    ['domain', ['/Statement/0']],
  ] as const)
    it(`in the policy of a ${kind}`, () => {
      const bare = of({ Effect: 'Allow', Principal: { AWS: A }, Action: '*' })
      assert.deepEqual(pointers('Missing resource', bare, `resource/${kind}`), faults)
    })
})

describe('principals (R-PM-02)', () => {
  const id = 'Invalid principal format'
  const sound = [
    A,
    'AROAEXAMPLEEXAMPLEEX',
    `arn:aws:iam::${A}:root`,
    `arn:aws:iam::${A}:user/x`,
    `arn:aws:iam::${A}:role/x`,
    `arn:aws:sts::${A}:assumed-role/x/s`,
    `arn:aws:sts::${A}:federated-user/x`,
    'arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1',
    '*',
  ]
  const unsound = [
    '11112222333',
    'AROA',
    'aroaexampleexampleex',
    `arn:aws:iam::${A}:group/x`,
    `arn:aws:sts::${A}:role/x`,
    `arn:aws:iam::${A}:assumed-role/x/s`,
    `arn:aws:iam:eu-west-1:${A}:role/x`,
    `arn:aws:s3::${A}:role/x`,
    'arn:aws:iam::other:user/x',
    'arn:aws:sts::cloudfront:user/x',
    'ann',
  ]
  for (const one of sound)
    it(`${one} is one`, () => assert.deepEqual(pointers(id, to({ AWS: one }), 'resource/bucket'), []))
  for (const one of unsound)
    it(`${one} is none`, () =>
      assert.deepEqual(pointers(id, to({ AWS: [A, one] }), 'resource/bucket'), ['/Statement/0/Principal/AWS/1']))
  it('is a text, under one of four names', () => {
    for (const one of [true, null, {}]) assert.ok(found(id, to({ AWS: one }), 'resource/bucket'))
    assert.deepEqual(pointers(id, to('ann'), 'resource/bucket'), ['/Statement/0/Principal'])
    assert.deepEqual(pointers(id, of({ ...S, NotPrincipal: 'ann' }), 'resource/bucket'), ['/Statement/0/NotPrincipal'])
    for (const key of words('AWS CanonicalUser Federated Service'))
      assert.ok(!found('Invalid principal key', to({ [key]: 'x' }), 'trust'), key)
    assert.deepEqual(pointers('Invalid principal key', to({ Aws: 'x' }), 'trust'), ['/Statement/0/Principal/Aws'])
  })
  it('is part of the policies of resources, roles, endpoints and of RCPs alone (R-GRAM-09)', () => {
    for (const where of ['identity', 'boundary', 'session']) {
      assert.deepEqual(pointers('Unsupported principal', to('*'), where), ['/Statement/0/Principal'])
      assert.deepEqual(pointers('Unsupported principal', of({ ...S, NotPrincipal: '*' }), where), [
        '/Statement/0/NotPrincipal',
      ])
    }
    for (const where of ['trust', 'resource/bucket', 'vpce', 'rcp']) {
      assert.ok(!found('Unsupported principal', to('*'), where), where)
      assert.ok(found(id, to('ann'), where), where)
    }
  })
  it('an identity provider is part of a trust policy alone (R-GRAM-10)', () => {
    const provider = { Federated: 'accounts.google.com' }
    for (const where of ['resource/bucket', 'vpce', 'rcp'])
      assert.ok(found('Federated principal not supported', to(provider), where), where)
    assert.ok(!found('Federated principal not supported', to(provider), 'trust'))
    assert.ok(!found('Federated principal not supported', to({ AWS: A }), 'resource/bucket'))
  })
  it('that are unique ids are told apart (R-PM-06)', () => {
    for (const [one, name] of [
      ['AROAEXAMPLEEXAMPLEEX', 'Invalid role reference'],
      ['AIDAEXAMPLEEXAMPLEEX', 'Invalid user reference'],
    ] as const) {
      assert.deepEqual(pointers(name, to({ AWS: one }), 'resource/bucket'), ['/Statement/0/Principal/AWS'])
      assert.ok(!found(name, to({ AWS: `${one}:s` }), 'resource/bucket'))
      assert.ok(!found(name, to({ Service: one }), 'resource/bucket'))
      assert.match(
        lint(to({ AWS: one }), 'resource/bucket').find(({ id: of_ }) => of_ === name)?.message ?? '',
        new RegExp(`id of a ${name.split(' ')[1] ?? ''};`),
      )
    }
  })
  it('of a service have its form', () => {
    const form = 'Invalid service principal format'
    for (const name of words(
      's3.amazonaws.com states.eu-west-1.amazonaws.com ec2.amazonaws.com.cn edge_x.amazonaws.com',
    ))
      assert.ok(!found(form, to({ Service: name }), 'trust'), name)
    for (const name of [
      's3',
      'S3.amazonaws.com',
      's3.amazonaws.com.',
      's 3.amazonaws.com',
      `a.${'b'.repeat(64)}`,
      `${'a.'.repeat(130)}b`,
    ])
      assert.deepEqual(pointers(form, to({ Service: name }), 'trust'), ['/Statement/0/Principal/Service'], name)
  })
})

describe('ranges of addresses (R-COND-14)', () => {
  const isPrivate = (range: string) => found('Private IP address', when('IpAddress', 'aws:SourceIp', range))
  it('are private where they lie wholly in a private block', () => {
    for (const one of words(
      '10.0.0.0/8 10.1.2.3 172.16.0.0/12 172.31.255.255 192.168.0.0/16 192.168.9.9 fc00::/7 fd12::1',
    ))
      assert.ok(isPrivate(one), one)
    for (const one of words(
      '10.0.0.0/7 11.0.0.0/8 172.15.0.0/16 172.32.0.0/16 172.16.0.0/11 192.167.0.0/16 192.168.0.0/15 191.168.0.0/16 fc00::/6 fe00::/7',
    ))
      assert.ok(!isPrivate(one), one)
  })
  it('have no bits behind the mask', () => {
    const id = 'Improve IP range'
    for (const one of words('203.0.113.1/24 203.0.113.128/24 10.1.0.0/15 2001:db8::1/64 203.0.113.2/30'))
      assert.ok(found(id, when('IpAddress', 'aws:SourceIp', one)), one)
    for (const one of words(
      '203.0.113.0/24 10.2.0.0/15 2001:db8::/64 203.0.113.4/30 203.0.113.1/32 203.0.113.1 0.0.0.0/0',
    ))
      assert.ok(!found(id, when('IpAddress', 'aws:SourceIp', one)), one)
    assert.deepEqual(pointers(id, when('NotIpAddress', 'aws:SourceIp', ['10.0.0.0/8', '10.0.0.1/8'])), [
      '/Statement/0/Condition/NotIpAddress/aws:SourceIp/1',
    ])
    assert.ok(!found(id, when('StringEquals', 'aws:SourceIp', '203.0.113.1/24')))
  })
})

describe('a finding points at what it is about', () => {
  // biome-ignore format: a table is read by its columns
  const ROWS: readonly (readonly [id: string, where: string, document: unknown, at: readonly string[]])[] = [
    ['Invalid version', 'identity', { ...of(S), Version: '2012-10-18' }, ['/Version']],
    ['Invalid policy element', 'identity', of(S, { ...S, condition: {} }), ['/Statement/1']],
    ['Invalid policy element', 'identity', { Version: V, Statement: { ...S, action: 'x' } }, ['/Statement']],
    ['Data type mismatch', 'identity', of({ ...S, Sid: 5 }), ['/Statement/0/Sid']],
    ['Data type mismatch', 'identity', of({ ...S, NotAction: 5 }), ['/Statement/0/NotAction']],
    ['Data type mismatch', 'identity', of({ ...S, NotResource: [5] }), ['/Statement/0/NotResource']],
    ['Data type mismatch', 'identity', of({ ...S, Action: ['s3:GetObject', 5] }), ['/Statement/0/Action']],
    ['Data type mismatch', 'identity', of(S, 'Allow'), ['/Statement/1']],
    ['Data type mismatch', 'identity', { ...of(S), Id: 5 }, ['/Id']],
    ['Allow with NotPrincipal', 'resource/bucket', of({ ...S, NotPrincipal: { AWS: A } }), ['/Statement/0/NotPrincipal']],
    ['Unsupported wildcard in principal', 'resource/bucket', to({ AWS: ['*', 'a*'] }), ['/Statement/0/Principal/AWS/1']],
    ['Redundant action', 'identity', of({ ...S, Action: ['s3:Get*', 's3:GetObject'], Resource: '*' }), ['/Statement/0/Action/1']],
    ['Redundant resource', 'identity', of({ ...S, Resource: ['arn:aws:s3:::b/*', 'arn:aws:s3:::b/k'] }), ['/Statement/0/Resource/1']],
    ['Redundant statement', 'identity', of(S, S), ['/Statement/1']],
    ['Empty object condition', 'identity', of({ ...S, Condition: {} }), ['/Statement/0/Condition']],
    ['Empty object principal', 'resource/bucket', to({}), ['/Statement/0/Principal']],
    ['Empty array principal', 'resource/bucket', to({ AWS: [] }), ['/Statement/0/Principal']],
    ['Invalid condition operator', 'identity', when('StringEqual', 'aws:username', 'a'), ['/Statement/0/Condition/StringEqual/aws:username']],
    ['Type mismatch IP range', 'identity', when('IpAddress', 'aws:SourceIp', ['203.0.113.0/24', 'x']), ['/Statement/0/Condition/IpAddress/aws:SourceIp/1']],
    ['Missing brace in variable', 'identity', of({ ...S, Resource: ['arn:aws:s3:::b', 'arn:aws:s3:::b/${x'] }), ['/Statement/0/Resource/1']],
    ['Pass role with star in resource', 'identity', of({ Effect: 'Allow', Action: 'iam:PassRole', Resource: '*' }), ['/Statement/0/Resource']],
    ['S3 prefix in negative context', 'identity', when('StringEquals', 's3:prefix', 'x', { ...S, Effect: 'Deny', Action: 's3:ListBucket' }), ['/Statement/0/Condition/StringEquals/s3:prefix']],
    ['Irrelevant condition key in policy', 'resource/access-point', to('*', { Condition: { StringEquals: { 's3:ResourceAccount': A } } }), ['/Statement/0/Condition/StringEquals/s3:ResourceAccount']],
    ['Missing tag key in condition', 'identity', when('StringEquals', 'aws:RequestTag', 'x'), ['/Statement/0/Condition/StringEquals/aws:RequestTag']],
    ['Missing tag key in condition', 'identity', when('StringEquals', 'aws:RequestTag/', 'x'), ['/Statement/0/Condition/StringEquals/aws:RequestTag~1']],
  ]
  for (const [id, where, document, at] of ROWS)
    it(`${id}: ${at.join(', ')}`, () => assert.deepEqual(pointers(id, document, where), at))
})

describe('variables (R-VAR-01)', () => {
  const faults = (text: string) =>
    lint(of({ ...S, Resource: `arn:aws:s3:::b/${text}` }))
      .map(({ id }) => id)
      .filter((id) => / variable\b/.test(id))
  // biome-ignore format: a table is read by its columns
  const ROWS: readonly (readonly [text: string, fault: string | undefined])[] = [
    ['${aws:username}',                       undefined],
    ['${*}${?}${$}',                          undefined],
    ["${aws:username, 'none'}",               undefined],
    ["${aws:username,'none'}",                undefined],
    ["${aws:PrincipalTag/a b, 'none'}",       undefined],
    ['${aws:username',                        'Missing brace in variable'],
    ['${aws:user${aws:username}',             'Missing brace in variable'],
    ['${aws:username}/${aws:userid',          'Missing brace in variable'],
    ['${}',                                   'Empty variable'],
    ['${ }',                                  'Empty variable'],
    ["${, 'none'}",                           'Empty variable'],
    ['${aws:user name}',                      'Unsupported space in variable'],
    ['${aws:Principal Tag/a}',                'Unsupported space in variable'],
    ['${aws:username, none}',                 'Missing quote in variable'],
    ["${aws:username, 'none}",                'Missing quote in variable'],
    ["${aws:username, none'}",                'Missing quote in variable'],
    ["${aws:username, '}",                    'Missing quote in variable'],
    ['${aws:username,}',                      'Missing quote in variable'],
  ]
  for (const [text, fault] of ROWS)
    it(`${text}: ${fault ?? 'sound'}`, () => assert.deepEqual(faults(text), fault === undefined ? [] : [fault]))
  it('stand in the last part of an ARN', () => {
    const id = 'variable-in-arn-head'
    for (const one of [
      'arn:aws:s3:${aws:RequestedRegion}:*:x',
      'arn:${aws:username}:s3:::b',
      'arn:aws:s3:::${aws:username}',
    ])
      assert.equal(found(id, of({ ...S, Resource: one })), !one.includes(':::$'), one)
  })
})

describe('what is said of a finding', () => {
  it('is that a name is one slip from another: a letter more, less, other, or two exchanged', () => {
    for (const [a, b] of [
      ['abc', 'ab'],
      ['abc', 'abcd'],
      ['abc', 'bc'],
      ['abc', 'axc'],
      ['abc', 'acb'],
      ['abcd', 'abdc'],
      ['abc', 'bac'],
    ] as const) {
      assert.ok(oneEditApart(a, b), `${a} ${b}`)
      assert.ok(oneEditApart(b, a), `${b} ${a}`)
    }
    for (const [a, b] of [
      ['abc', 'abc'],
      ['abc', 'a'],
      ['abc', 'cba'],
      ['abcd', 'badc'],
      ['abc', 'xyc'],
      ['abcd', 'acdb'],
      ['abc', 'bca'],
      ['ab', 'cd'],
    ] as const)
      assert.ok(!oneEditApart(a, b), `${a} ${b}`)
  })
  it('is a short text of the value', () => {
    const message = (name: string) =>
      lint(to({ [name]: 'x' }), 'trust').find(({ id }) => id === 'Invalid principal key')?.message ?? ''
    assert.match(message('Person'), /^`Person` is none of `AWS`, `CanonicalUser`, `Federated`, `Service` \(R-PM-02\)$/)
    assert.ok(message('p'.repeat(80)).includes(`\`${'p'.repeat(80)}\``))
    assert.ok(message('p'.repeat(81)).includes(`\`${'p'.repeat(77)}…\``))
  })
  it('has the place on AWS’s page that names it, where AWS has such a check', () => {
    const docs = (id: string) => CHECKS.find((one) => one.id === id)?.docs.split('#')[1]
    const at = 'access-analyzer-reference-policy-checks-'
    assert.equal(docs('Invalid version'), `${at}error-invalid-version`)
    assert.equal(docs('Missing version'), `${at}general-warning-missing-version`)
    assert.equal(docs('Allow with NotPrincipal'), `${at}security-warning-allow-with-not-principal`)
    assert.equal(docs('Private IP address subset'), `${at}suggestion-private-ip-address-subset`)
    assert.equal(docs('Private NotIpAddress'), `${at}error-private-not-ip-address`)
    assert.equal(docs('duplicate-key'), undefined)
  })
})
