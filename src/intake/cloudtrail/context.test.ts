import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contextOf } from './context.ts'

const A = '444455556666'
const context = (more: Record<string, unknown>) =>
  contextOf({ eventVersion: '1.10', eventSource: 's3.amazonaws.com', eventName: 'PutObject', ...more }, A)

const user = (more: Record<string, unknown> = {}) => ({
  type: 'IAMUser',
  arn: `arn:aws:iam::${A}:user/u`,
  accountId: A,
  ...more,
})
const role = (more: Record<string, unknown> = {}) => ({
  type: 'AssumedRole',
  arn: `arn:aws:sts::${A}:assumed-role/r/s`,
  accountId: A,
  ...more,
})

test('a public address is aws:SourceIp and rules out an endpoint; a private one through an endpoint the reverse (F.2)', () => {
  const open = context({ sourceIPAddress: '198.51.100.7' })
  assert.deepEqual(
    [open['aws:SourceIp'], open['aws:SourceVpce'], open['aws:SourceVpc'], open['aws:VpcSourceIp']],
    ['198.51.100.7', null, null, null],
  )
  const inside = context({ sourceIPAddress: '10.1.2.3', vpcEndpointId: 'vpce-7', vpcEndpointAccountId: A })
  assert.deepEqual(
    [inside['aws:SourceIp'], inside['aws:SourceVpce'], inside['aws:VpcSourceIp'], inside['aws:VpceAccount']],
    [null, 'vpce-7', '10.1.2.3', A],
  )
  assert.ok(!('aws:SourceVpc' in inside), 'the VPC must be looked up')
  assert.equal(context({ sourceIPAddress: '2001:db8::7' })['aws:SourceIp'], '2001:db8::7')
})

test('what proves nothing stays out: a private address without an endpoint, a service name, AWS Internal', () => {
  for (const sourceIPAddress of ['10.1.2.3', 'cloudformation.amazonaws.com', 'AWS Internal', '0.0.0.0', undefined]) {
    const keys = Object.keys(context({ sourceIPAddress }))
    for (const key of ['aws:SourceIp', 'aws:SourceVpce', 'aws:SourceVpc', 'aws:VpcSourceIp'])
      assert.ok(!keys.includes(key), `${String(sourceIPAddress)} ${key}`)
  }
})

test('Region, time, agent and TLS are keys; global services are in us-east-1 (F.2, R-CTX-03)', () => {
  const keys = context({
    awsRegion: 'eu-west-1',
    eventTime: '2026-03-01T09:30:00Z',
    userAgent: '[tool/1.0]',
    tlsDetails: { tlsVersion: 'TLSv1.3' },
  })
  assert.deepEqual(
    [keys['aws:RequestedRegion'], keys['aws:CurrentTime'], keys['aws:UserAgent'], keys['aws:SecureTransport']],
    ['eu-west-1', '2026-03-01T09:30:00Z', 'tool/1.0', true],
  )
  assert.equal(
    context({ eventSource: 'iam.amazonaws.com', awsRegion: 'eu-west-1' })['aws:RequestedRegion'],
    'us-east-1',
  )
  assert.equal(
    context({ eventSource: 'iam.amazonaws.com', awsRegion: 'cn-north-1' })['aws:RequestedRegion'],
    'cn-north-1',
  )
  assert.ok(!('aws:SecureTransport' in context({})), 'no TLS details prove nothing')
})

test('MFA is a key only of temporary credentials of a user; long-term keys lack it (R-CT-02)', () => {
  const session = (mfaAuthenticated: string) => ({
    sessionContext: { attributes: { mfaAuthenticated, creationDate: '2026-03-01T08:00:00Z' } },
  })
  assert.equal(context({ userIdentity: user(session('true')) })['aws:MultiFactorAuthPresent'], true)
  const without = context({ userIdentity: user(session('false')) })
  assert.deepEqual([without['aws:MultiFactorAuthPresent'], without['aws:MultiFactorAuthAge']], [false, null])
  const longTerm = context({ userIdentity: user({ accessKeyId: 'AKIAEXAMPLE' }) })
  assert.deepEqual([longTerm['aws:MultiFactorAuthPresent'], longTerm['aws:TokenIssueTime']], [null, null])
  assert.ok(!('aws:MultiFactorAuthPresent' in context({ userIdentity: user() })), 'a trimmed record does not tell')
})

test('a role session has no MFA key, except perhaps in the console (R-CT-02, R-STS-06)', () => {
  const made = {
    sessionContext: { sessionIssuer: {}, attributes: { mfaAuthenticated: 'true', creationDate: '20260301T080000Z' } },
  }
  const keys = context({ userIdentity: role(made) })
  assert.deepEqual(
    [keys['aws:MultiFactorAuthPresent'], keys['aws:TokenIssueTime'], keys['aws:SourceIdentity']],
    [null, '2026-03-01T08:00:00Z', null],
  )
  assert.ok(
    !('aws:MultiFactorAuthPresent' in context({ userIdentity: role(made), sessionCredentialFromConsole: 'true' })),
  )
})

test('source identity, role delivery and federation come from the session (R-CT-03)', () => {
  const keys = context({
    userIdentity: role({
      sessionContext: {
        sourceIdentity: 'ann',
        ec2RoleDelivery: '2.0',
        webIdFederationData: {
          federatedProvider: 'arn:aws:iam::444455556666:oidc-provider/ci.example.org',
          attributes: { 'ci.example.org:sub': 'repo:x', 'ci.example.org:aud': 'sts' },
        },
      },
    }),
  })
  assert.equal(keys['aws:SourceIdentity'], 'ann')
  assert.equal(keys['ec2:RoleDelivery'], '2.0')
  assert.equal(keys['aws:FederatedProvider'], 'arn:aws:iam::444455556666:oidc-provider/ci.example.org')
  assert.deepEqual([keys['ci.example.org:sub'], keys['ci.example.org:aud']], ['repo:x', 'sts'])
  assert.equal(
    context({ userIdentity: role({ sessionContext: { webIdFederationData: {} } }) })['aws:FederatedProvider'],
    null,
  )
})

test('the token of a web identity gives audience and subject (R-CT-09a)', () => {
  const provider = `arn:aws:iam::${A}:oidc-provider/oidc.example.org/id/7`
  const keys = context({
    eventSource: 'sts.amazonaws.com',
    eventName: 'AssumeRoleWithWebIdentity',
    userIdentity: {
      type: 'WebIdentityUser',
      principalId: `${provider}:sts.amazonaws.com:system:x`,
      userName: 'system:x',
      identityProvider: provider,
    },
  })
  assert.deepEqual(
    [keys['oidc.example.org/id/7:aud'], keys['oidc.example.org/id/7:sub']],
    ['sts.amazonaws.com', 'system:x'],
  )
})

test('a service in between makes a forward access session, unless the role is its own (R-CT-04)', () => {
  const via = context({
    userIdentity: role({ invokedBy: 'cloudformation.amazonaws.com' }),
    sourceIPAddress: 'cloudformation.amazonaws.com',
  })
  assert.deepEqual([via['aws:ViaAWSService'], via['aws:CalledViaLast']], [true, 'cloudformation.amazonaws.com'])
  assert.ok(!('aws:CalledViaFirst' in via), 'the first service is not known')
  const linked = context({
    userIdentity: role({
      invokedBy: 'x.amazonaws.com',
      sessionContext: { sessionIssuer: { arn: `arn:aws:iam::${A}:role/aws-service-role/x.amazonaws.com/L` } },
    }),
  })
  assert.deepEqual([linked['aws:ViaAWSService'], linked['aws:CalledVia']], [false, null])
  assert.ok(!('aws:ViaAWSService' in context({ userIdentity: role({ invokedBy: 'AWS Internal' }) })))
  const service = context({ userIdentity: { type: 'AWSService', invokedBy: 'logs.amazonaws.com' } })
  assert.deepEqual(
    [service['aws:PrincipalIsAWSService'], service['aws:PrincipalServiceName'], service['aws:ViaAWSService']],
    [true, 'logs.amazonaws.com', false],
  )
  assert.equal(context({ userIdentity: role(), sourceIPAddress: '198.51.100.7' })['aws:ViaAWSService'], false)
})

test('S3 parameters and additional data are keys of S3 (F.2, R-CT-31b)', () => {
  const keys = context({
    requestParameters: {
      bucketName: 'b',
      prefix: 'p/',
      versionId: '7',
      'x-amz-server-side-encryption': 'aws:kms',
      'x-amz-acl': ['private'],
      'x-amz-tagging': 'team=a%20b&x=1',
    },
    additionalEventData: { SignatureVersion: 'SigV4', AuthenticationMethod: 'QueryString' },
  })
  assert.deepEqual(
    [keys['s3:prefix'], keys['s3:VersionId'], keys['s3:x-amz-server-side-encryption'], keys['s3:x-amz-acl']],
    ['p/', '7', 'aws:kms', 'private'],
  )
  assert.deepEqual([keys['s3:authType'], keys['s3:signatureversion']], ['REST-QUERY-STRING', 'AWS4-HMAC-SHA256'])
  assert.deepEqual([keys['s3:RequestObjectTag/team'], keys['s3:RequestObjectTagKeys']], ['a b', ['team', 'x']])
})

test('KMS calls carry their encryption context and the service in between (R-CTX-15)', () => {
  const kms = {
    eventSource: 'kms.amazonaws.com',
    eventName: 'Decrypt',
    awsRegion: 'eu-west-1',
    requestParameters: { encryptionContext: { 'aws:s3:arn': 'arn:aws:s3:::b/k' } },
  }
  const via = context({ ...kms, userIdentity: role({ invokedBy: 's3.amazonaws.com' }) })
  assert.deepEqual(
    [via['kms:ViaService'], via['kms:CallerAccount'], via['kms:EncryptionContext:aws:s3:arn']],
    ['s3.eu-west-1.amazonaws.com', A, 'arn:aws:s3:::b/k'],
  )
  assert.equal(context({ ...kms, userIdentity: role(), sourceIPAddress: '198.51.100.7' })['kms:ViaService'], null)
  const named = (keyId: string) => context({ ...kms, requestParameters: { keyId } })['kms:RequestAlias']
  assert.deepEqual(['alias/a/b', `arn:aws:kms:eu-west-1:${A}:alias/a`, `arn:aws:kms:eu-west-1:${A}:key/k`].map(named), [
    'alias/a/b',
    'alias/a',
    undefined,
  ])
})

test('AssumeRoot carries the policy of its task (R-STS-13)', () => {
  const arn = 'arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy'
  const call = { eventSource: 'sts.amazonaws.com', eventName: 'AssumeRoot' }
  const task = (taskPolicyArn: unknown) =>
    context({ ...call, requestParameters: { taskPolicyArn } })['sts:TaskPolicyArn']
  assert.deepEqual([task({ arn }), task(arn), task(undefined)], [arn, arn, undefined])
})

test('what AssumeRole was not given is absent; tags of a call are request tags (R-CTX-13, R-CTX-03)', () => {
  const keys = context({
    eventSource: 'sts.amazonaws.com',
    eventName: 'AssumeRole',
    requestParameters: {
      roleArn: 'arn:aws:iam::777788889999:role/x',
      roleSessionName: 's',
      tags: [{ key: 'team', value: 'a' }],
      transitiveTagKeys: ['team'],
    },
  })
  assert.deepEqual([keys['sts:ExternalId'], keys['sts:RoleSessionName'], keys['aws:RequestTag/team']], [null, 's', 'a'])
  assert.deepEqual([keys['aws:TagKeys'], keys['sts:TransitiveTagKeys']], [['team'], ['team']])
  const ec2 = context({
    eventSource: 'ec2.amazonaws.com',
    eventName: 'RunInstances',
    requestParameters: {
      tagSpecificationSet: { items: [{ resourceType: 'instance', tags: [{ key: 'env', value: 'x' }] }] },
    },
  })
  assert.deepEqual([ec2['aws:RequestTag/env'], ec2['aws:TagKeys']], ['x', ['env']])
})

test('tags that EC2 is to give to what it makes are told by type (R-REQ-02)', () => {
  const launch = (items: readonly unknown[], more: object = {}) =>
    Object.entries(
      context({
        eventSource: 'ec2.amazonaws.com',
        eventName: 'RunInstances',
        requestParameters: { tagSpecificationSet: { items }, ...more },
      }),
    ).filter(([key]) => key.startsWith('denytrace:'))
  const spec = (resourceType: string, ...tags: readonly (readonly [key: string, value: string])[]) => ({
    resourceType,
    tags: tags.map(([key, value]) => ({ key, value })),
  })
  const both = [spec('instance', ['env', 'x']), spec('volume', ['env', 'x'])]
  assert.deepEqual(launch(both), [['denytrace:call/tagged', ['instance', 'volume']]])
  assert.deepEqual(launch(both.slice(1), { launchTemplate: { launchTemplateId: 'lt-1' } }), [
    ['denytrace:call/tagged', ['volume', '*']],
  ])
  assert.deepEqual(
    launch([spec('instance', ['env', 'x'], ['a', 'b']), spec('volume', ['env', '<sensitiveDataRemoved>'])]),
    [
      ['denytrace:call/tagged', ['instance', 'volume']],
      ['denytrace:call/tagkeys/instance', ['env', 'a']],
      ['denytrace:call/tagkeys/volume', ['env']],
      ['denytrace:call/tag/instance/env', 'x'],
      ['denytrace:call/tag/instance/a', 'b'],
    ],
  )
})

test('parameters of newer calls of EC2 stand one level down', () => {
  const made = (tags: unknown) =>
    context({
      eventSource: 'ec2.amazonaws.com',
      eventName: 'CreateNatGateway',
      requestParameters: {
        CreateNatGatewayRequest: {
          SubnetId: 'subnet-0abc',
          TagSpecification: { tag: 1, ResourceType: 'natgateway', Tag: tags },
        },
      },
    })
  const one = made({ tag: 1, Key: 'env', Value: 'x' })
  assert.deepEqual(
    [one['aws:RequestTag/env'], one['aws:TagKeys'], one['denytrace:call/tagged']],
    ['x', ['env'], ['natgateway']],
  )
  const two = made([
    { tag: 1, Key: 'env', Value: 'x' },
    { tag: 2, Key: 'team', Value: 'y' },
  ])
  assert.deepEqual([two['aws:RequestTag/team'], two['aws:TagKeys']], ['y', ['env', 'team']])
})

test('a launch from a template has its ARN as a key', () => {
  const keys = context({
    eventSource: 'ec2.amazonaws.com',
    eventName: 'RunInstances',
    awsRegion: 'eu-west-1',
    requestParameters: { launchTemplate: { launchTemplateId: 'lt-1' } },
  })
  assert.equal(keys['ec2:LaunchTemplate'], `arn:aws:ec2:eu-west-1:${A}:launch-template/lt-1`)
})

test('the key of a secret and the network of a hosted zone are keys as the services write them (R-CTX-13)', () => {
  const arn = `arn:aws:kms:eu-west-1:${A}:key/1234abcd-12ab-34cd-56ef-1234567890ab`
  const secret = (kmsKeyId: string) =>
    context({ eventSource: 'secretsmanager.amazonaws.com', eventName: 'UpdateSecret', requestParameters: { kmsKeyId } })
  assert.deepEqual([secret(arn)['secretsmanager:KmsKeyId'], secret(arn)['secretsmanager:KmsKeyArn']], [arn, arn])
  assert.equal(secret('alias/k')['secretsmanager:KmsKeyId'], 'alias/k')
  assert.ok(!('secretsmanager:KmsKeyArn' in secret('alias/k')), 'which key an alias stands for is not said')
  const zone = context({
    eventSource: 'route53.amazonaws.com',
    eventName: 'CreateHostedZone',
    requestParameters: { name: 'a.test', vPC: { vPCId: 'vpc-123abc', vPCRegion: 'us-east-1' } },
  })
  assert.deepEqual(zone['route53:VPCs'], 'VPCId=vpc-123abc,VPCRegion=us-east-1')
})

test('keys recorded by CloudTrail Lake win over derived ones (R-CT-06)', () => {
  const keys = context({
    sourceIPAddress: '198.51.100.7',
    eventContext: {
      requestContext: { 'aws:SourceIp': '198.51.100.8', 'aws:PrincipalOrgID': 'o-7' },
      tagContext: {
        principalTags: [{ key: 'team', value: 'a' }],
        resourceTags: [{ arn: 'arn:aws:s3:::b', tags: { env: 'x' } }],
      },
    },
  })
  assert.deepEqual(
    [keys['aws:SourceIp'], keys['aws:PrincipalOrgID'], keys['aws:PrincipalTag/team'], keys['aws:ResourceTag/env']],
    ['198.51.100.8', 'o-7', 'a', 'x'],
  )
})

test('redacted values are no values (R-CT-19)', () => {
  const keys = context({
    requestParameters: {
      prefix: 'HIDDEN_DUE_TO_SECURITY_REASONS',
      tags: [{ key: 'k', value: '<sensitiveDataRemoved>' }],
    },
  })
  assert.ok(!('s3:prefix' in keys))
  assert.ok(!('aws:RequestTag/k' in keys))
  assert.deepEqual(keys['aws:TagKeys'], ['k'])
})

test('what CloudTrail Lake recorded is the key, in whatever letters (R-CTX-01, R-CT-06)', () => {
  const keys = context({
    sourceIPAddress: '198.51.100.7',
    eventContext: { requestContext: { 'AWS:sourceip': '203.0.113.9' } },
  })
  assert.deepEqual(
    Object.entries(keys).filter(([name]) => name.toLowerCase() === 'aws:sourceip'),
    [['AWS:sourceip', '203.0.113.9']],
  )
})

test('of two tags that differ only in letter case neither is known: which counts is undocumented (R-CTX-01)', () => {
  const tag = (key: string, value: string) => ({ key, value })
  const keys = context({ requestParameters: { tags: [tag('Team', 'a'), tag('team', 'b'), tag('env', 'x')] } })
  const tags = Object.entries(keys).filter(([name]) => name.startsWith('aws:RequestTag/'))
  assert.deepEqual(tags, [['aws:RequestTag/env', 'x']])
})

test('a record has none of what was in another with the same keys, however many kinds of records there are', () => {
  const called = (region: string, parameters: Record<string, unknown>) =>
    context({ awsRegion: region, userAgent: `agent/${region}`, requestParameters: parameters })
  const first = called('eu-west-1', { bucketName: 'a' })
  const second = called('us-west-2', { bucketName: 'a' })
  assert.deepEqual(
    [first, second].map((one) => [one['aws:RequestedRegion'], one['aws:UserAgent']]),
    [
      ['eu-west-1', 'agent/eu-west-1'],
      ['us-west-2', 'agent/us-west-2'],
    ],
  )
  // Four thousand sets of parameters that each make a key: more than are kept.
  const names = [
    'acl',
    'copy-source',
    'metadata-directive',
    'storage-class',
    'content-sha256',
    'grant-read',
    'grant-write',
  ]
  names.push('grant-read-acp', 'grant-write-acp', 'grant-full-control', 'object-ownership', 'server-side-encryption')
  for (let set = 0; set < 2 ** names.length; set += 1) {
    const given = names
      .filter((_, i) => (set & (1 << i)) !== 0)
      .map((name) => [`x-amz-${name}`, `${set} ${name}`] as const)
    const found = called('eu-west-1', Object.fromEntries(given))
    const keys = Object.fromEntries(Object.entries(found).filter(([name]) => name.startsWith('s3:x-amz-')))
    assert.deepEqual(keys, Object.fromEntries(given.map(([name, value]) => [`s3:${name}`, value])))
    assert.equal(found['aws:UserAgent'], 'agent/eu-west-1')
  }
})

test('whose credentials a role session has, an instance or a function, is a key of a call that it makes itself (R-CT-03, R-CTX-03)', () => {
  const issued = (issuerType: string, credentialsIssuedTo: string, more: object = {}) =>
    context({
      sourceIPAddress: '198.51.100.7',
      userIdentity: role({ inScopeOf: { issuerType, credentialsIssuedTo }, ...more }),
    })
  const instance = `arn:aws:ec2:eu-west-1:${A}:instance/i-0abc`
  const code = `arn:aws:lambda:eu-west-1:${A}:function:f`
  assert.equal(issued('AWS::EC2::Instance', instance)['ec2:SourceInstanceArn'], instance)
  assert.equal(issued('AWS::Lambda::Function', code)['lambda:SourceFunctionArn'], code)
  for (const keys of [
    issued('AWS::ECS::Task', `arn:aws:ecs:eu-west-1:${A}:task/c/t`),
    issued('AWS::Lambda::Function', 'f'),
    issued('AWS::Lambda::Function', code, { invokedBy: 'sqs.amazonaws.com' }),
    issued('AWS::EC2::Instance', instance, { type: 'IAMUser', arn: `arn:aws:iam::${A}:user/u` }),
  ])
    assert.deepEqual(
      Object.keys(keys).filter((key) => /:Source(?:Instance|Function)Arn$/.test(key)),
      [],
    )
  const own = context({
    sourceIPAddress: 'AWS Internal',
    userIdentity: role({ inScopeOf: { issuerType: 'AWS::EC2::Instance', credentialsIssuedTo: instance } }),
  })
  assert.ok(!('ec2:SourceInstanceArn' in own), 'a call that a service makes with the role')
})

test('of a root session from AssumeRoot nothing says whether the MFA key is there (R-CT-02, R-STS-06)', () => {
  const root = (more: object) => ({
    type: 'Root',
    arn: `arn:aws:iam::${A}:root`,
    accountId: A,
    accessKeyId: 'ASIAEXAMPLE',
    sessionContext: { attributes: { mfaAuthenticated: 'false', creationDate: '2026-03-01T09:00:00Z' }, ...more },
  })
  const assumed = context({ userIdentity: root({ assumedRoot: 'true' }) })
  assert.deepEqual([assumed['aws:AssumedRoot'], 'aws:MultiFactorAuthPresent' in assumed], [true, false])
  assert.equal(context({ userIdentity: root({}) })['aws:MultiFactorAuthPresent'], false)
})
