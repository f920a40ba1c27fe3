/** The first fix for an error text and the files that the AWS CLI prints: what an expert would change (R-EVID-17 to R-EVID-20). */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { diagnosed, firstFix } from './diagnosed.ts'

const A = '444455556666'
const policy = (...Statement: readonly object[]) => ({ Version: '2012-10-17', Statement })
const inline = (role: string, ...statements: readonly object[]) => ({
  RoleName: role,
  PolicyName: 'own',
  PolicyDocument: policy(...statements),
})
const allow = (Action: unknown, Resource: unknown, more: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
})
const denied = (action: string, resource: string, why = ''): string =>
  `User: arn:aws:sts::${A}:assumed-role/worker/run is not authorized to perform: ${action} on resource: ${resource}${why}`
const notAllowed = (action: string): string => ` because no identity-based policy allows the ${action} action`

describe('a read of an object that the evidence does not name', () => {
  const text = (operation: string) =>
    `An error occurred (AccessDenied) when calling the ${operation} operation: Access Denied`
  const folder = allow('s3:GetObject', 'arn:aws:s3:::shop-data/in/daily/*')

  it('may be of a missing one: the bucket is listed before every object is granted', async () => {
    for (const operation of ['GetObject', 'HeadObject']) {
      const { fixes } = await diagnosed(text(operation), inline('worker', folder))
      const [first] = fixes
      const statement = { Sid: 'AllowListBucket', Effect: 'Allow', Action: 's3:ListBucket' }
      assert.deepEqual(first?.changes[0]?.patch, [
        { op: 'add', path: '/Statement/-', value: { ...statement, Resource: 'arn:aws:s3:::shop-data' } },
      ])
      assert.doesNotMatch(JSON.stringify(fixes), /shop-data\/\*/)
    }
  })

  it('never opens every bucket where its name is taken out (R-ADV-05)', async () => {
    const masked = allow('s3:GetObject', 'arn:aws:s3:::<bucket>/<path>/*')
    const { fixes } = await diagnosed(text('GetObject'), inline('worker', masked))
    assert.ok(fixes.length > 0)
    assert.doesNotMatch(JSON.stringify(fixes), /arn:aws:s3:::[*]/)
  })
})

describe('what a statement asks of the call', () => {
  const INSTANCES = `arn:aws:ec2:us-east-1:${A}:instance/*`
  const text = denied('ec2:RunInstances', INSTANCES, notAllowed('ec2:RunInstances'))
  const tagged = allow('ec2:RunInstances', INSTANCES, {
    Condition: { StringEquals: { 'aws:RequestTag/team': 'data' } },
  })

  const rest = { ...allow('ec2:RunInstances', '*'), Resource: undefined, NotResource: INSTANCES }

  it('is sent first, with the permission that sending it needs', async () => {
    const [first] = (await diagnosed(text, inline('worker', tagged, rest))).fixes
    const [pass, grant] = first?.changes ?? []
    assert.equal(pass?.does, 'pass the tag team=data')
    assert.deepEqual(grant?.patch, [
      {
        op: 'add',
        path: '/Statement/-',
        value: {
          Sid: 'AllowCreateTags',
          Effect: 'Allow',
          Action: 'ec2:CreateTags',
          Resource: INSTANCES,
          // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/supported-iam-actions-tagging.html
          Condition: { StringEquals: { 'ec2:CreateAction': 'RunInstances' } },
        },
      },
    ])
    assert.equal(first?.proof?.status, 'proved')
  })

  it('is sent alone where the caller may do that', async () => {
    const fix = await firstFix(text, inline('worker', tagged, rest, allow('ec2:CreateTags', '*')))
    assert.equal(fix.does, 'pass the tag team=data')
  })

  it('is given up last, in a line of its own, and without a proof', async () => {
    const { fixes } = await diagnosed(text, inline('worker', tagged, rest))
    assert.equal(fixes.length, 2)
    assert.equal(fixes[1]?.proof?.status, 'not-proved')
    const [consequence] = fixes[1]?.consequences ?? []
    assert.match(
      consequence?.text ?? '',
      /^Gives up a condition: .* does not ask for StringEquals aws:RequestTag\/team data/,
    )
  })

  it('is never proved to be given up where it cannot be sent: the operation that tags what it makes', async () => {
    const INSTANCE = `arn:aws:ec2:us-east-1:${A}:instance/i-0123456789abcdef0`
    const onLaunch = { Condition: { StringEquals: { 'ec2:CreateAction': 'RunInstances' } } }
    const { fixes } = await diagnosed(
      denied('ec2:CreateTags', INSTANCE, notAllowed('ec2:CreateTags')),
      inline('worker', allow('ec2:CreateTags', '*', onLaunch)),
    )
    assert.deepEqual(
      fixes.map(({ proof }) => proof?.status),
      ['not-proved'],
    )
  })
})

describe('a tag of a resource that the evidence does not name', () => {
  it('comes before a statement that does not ask for it, with a name to fill in', async () => {
    const text =
      'An error occurred (UnauthorizedOperation) when calling the RunInstances operation: You are not authorized to perform this operation.'
    const types = ['instance', 'subnet', 'security-group', 'volume', 'network-interface']
    const others = ['arn:aws:ec2:*::image/*', ...types.map((type) => `arn:aws:ec2:*:*:${type}/*`)]
    const template = allow('ec2:RunInstances', 'arn:aws:ec2:*:*:launch-template/*', {
      Condition: { StringEquals: { 'ec2:ResourceTag/cluster': 'blue' } },
    })
    const fix = await firstFix(text, inline('worker', template, allow('ec2:RunInstances', others)))
    assert.equal(fix.does, 'tag the launch template that the call uses with cluster=blue')
    assert.match(fix.commands, /^# replace first: RESOURCE_ARN$/m)
  })
})

describe('a statement that asks for several tags of the resource', () => {
  const QUEUE = `arn:aws:sqs:us-east-1:${A}:orders`
  const statement = allow(['sqs:SendMessage', 'sqs:ReceiveMessage'], '*', {
    Condition: { StringEquals: { 'aws:ResourceTag/stage': 'live', 'aws:ResourceTag/app': 'shop' } },
  })

  it('is met by tagging the resource with all of them in one call', async () => {
    const { id, does, patch, commands } = await firstFix(
      denied('sqs:SendMessage', QUEUE, notAllowed('sqs:SendMessage')),
      inline('worker', statement),
    )
    assert.equal(id, 'resource-tag.exact')
    assert.match(does, /stage=live and app=shop|app=shop and stage=live/)
    assert.deepEqual(new Set(patch.map(({ path }) => path)), new Set(['/tags/app', '/tags/stage']))
    assert.match(
      commands,
      /tag-resources[^]*--tags '\{"(?:app|stage)":"(?:shop|live)","(?:app|stage)":"(?:shop|live)"\}'/,
    )
  })

  it('is not met by tagging what the call only makes: it has no ARN yet', async () => {
    const { fixes } = await diagnosed(
      denied('ecs:TagResource', `arn:aws:ecs:us-east-1:${A}:task/batch/*`, notAllowed('ecs:TagResource')),
      inline(
        'worker',
        allow('ecs:TagResource', '*', { Condition: { StringEquals: { 'aws:ResourceTag/app': 'shop' } } }),
      ),
    )
    for (const { id } of fixes) assert.doesNotMatch(id, /resource-tag/)
  })

  it('that only has to be there is never given the value `false`', async () => {
    const { fixes } = await diagnosed(
      denied('sqs:SendMessage', QUEUE, notAllowed('sqs:SendMessage')),
      inline('worker', allow('sqs:SendMessage', '*', { Condition: { Null: { 'aws:ResourceTag/app': 'false' } } })),
    )
    assert.doesNotMatch(JSON.stringify(fixes), /tag the resource app=false/)
  })
})

describe('a caller of whom the text says only a mask, or the name of the role whose policy was given', () => {
  const text = (who: string): string =>
    `User: ${who} is not authorized to perform: sqs:SendMessage on resource: arn:aws:sqs:us-east-1:${A}:orders`
  const own = inline('worker', allow('sqs:ReceiveMessage', `arn:aws:sqs:us-east-1:${A}:orders`))

  for (const who of ['<the role>', '.../worker/run', '****'])
    it(`is that role: ${who}`, async () => {
      const { layers, patch } = await firstFix(text(who), own)
      assert.deepEqual(layers, ['identity-policy'])
      assert.match(JSON.stringify(patch), /"sqs:SendMessage"/)
    })

  it('is somebody else where the text names another role', async () => {
    const { identity } = await diagnosed(text('another-role'), own)
    assert.doesNotMatch(JSON.stringify(identity), /role\/worker/)
  })

  it('has to send the external id that the trust policy asks for, whoever it is', async () => {
    const { kinds, does } = await firstFix(
      'User: <role> is not authorized to perform: sts:AssumeRole on resource: <resource>',
      {
        Role: {
          RoleName: 'reader',
          Arn: `arn:aws:iam::${A}:role/reader`,
          AssumeRolePolicyDocument: policy({
            Effect: 'Allow',
            Principal: { AWS: `arn:aws:iam::${A}:root` },
            Action: 'sts:AssumeRole',
            Condition: { StringEquals: { 'sts:ExternalId': 'blue' } },
          }),
        },
      },
    )
    assert.deepEqual(kinds, ['edit-request'])
    assert.match(does, /external id `blue`/)
  })
})

describe('a trust policy with one wrong claim, where the subject of the token is not known', () => {
  const trust = (condition: object) => ({
    Role: {
      RoleName: 'deploy',
      Arn: `arn:aws:iam::${A}:role/deploy`,
      AssumeRolePolicyDocument: policy({
        Effect: 'Allow',
        Principal: { Federated: `arn:aws:iam::${A}:oidc-provider/token.actions.githubusercontent.com` },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: condition,
      }),
    },
  })
  const TEXT = 'Error: Not authorized to perform sts:AssumeRoleWithWebIdentity'
  const HOST = 'token.actions.githubusercontent.com'

  it('gets the audience of STS, and keeps asking for the subject', async () => {
    const { fixes } = await diagnosed(
      TEXT,
      trust({ StringEquals: { [`${HOST}:aud`]: 'my-company', [`${HOST}:sub`]: 'repo:acme/shop:environment:live' } }),
    )
    const [fix] = fixes
    assert.deepEqual(fix?.changes[0]?.patch, [
      { op: 'replace', path: `/Statement/0/Condition/StringEquals/${HOST}:aud`, value: 'sts.amazonaws.com' },
    ])
    assert.equal(fix?.replay?.decision, 'allowed-unless')
    assert.match(JSON.stringify(fix?.replay), /token\.actions\.githubusercontent\.com:sub/)
  })

  // The keys that AWS has: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif
  it('loses a key that AWS does not have, and is not said to lack a subject, which every token has', async () => {
    const { fixes, summary } = await diagnosed(
      TEXT,
      trust({
        StringEquals: {
          [`${HOST}:aud`]: 'sts.amazonaws.com',
          [`${HOST}:iss`]: `https://${HOST}`,
          [`${HOST}:sub`]: 'repo:acme/shop:environment:live',
        },
      }),
    )
    assert.match(summary, /:iss is https:\S+, but it was not sent/)
    assert.doesNotMatch(summary, /:sub is \S+, but it was not sent/)
    assert.match(JSON.stringify(fixes[0]?.changes[0]?.patch), /repo:acme\/shop:environment:live/)
  })

  it('gets the key of the subject without the ARN of the provider', async () => {
    const { patch } = await firstFix(
      TEXT,
      trust({
        StringEquals: { [`arn:aws:iam::${A}:oidc-provider/${HOST}:sub`]: 'repo:acme/shop:environment:live' },
      }),
    )
    assert.match(
      JSON.stringify(patch),
      /StringEquals\/token\.actions\.githubusercontent\.com:sub","value":"repo:acme\/shop:environment:live"/,
    )
  })
})

describe('a key policy that lets the account do everything but the denied use, where the caller is not named', () => {
  it('gets the action in that statement, and says that it is for the complete account', async () => {
    const { patch, consequences } = await firstFix(
      'Access to KMS is not allowed (Service: AWSSecretsManager; Status Code: 400; Error Code: AccessDeniedException)',
      {
        Policy: JSON.stringify(
          policy({
            Effect: 'Allow',
            Principal: { AWS: `arn:aws:iam::${A}:root` },
            Action: ['kms:DescribeKey', 'kms:PutKeyPolicy'],
            Resource: '*',
          }),
        ),
        PolicyName: 'default',
      },
    )
    assert.deepEqual(patch, [{ op: 'add', path: '/Statement/0/Action/-', value: 'kms:Decrypt' }])
    assert.match(consequences, /account/)
  })

  it('gets grants for AWS services alone, where it is another account that the policy lets use the key', async () => {
    const { patch } = await firstFix(
      'An error occurred (KMSKeyNotAccessibleFault) when calling the CopyDBClusterSnapshot operation: The source snapshot KMS key [arn:aws:kms:eu-west-1:****:key/****] does not exist, is not enabled or you do not have permissions to access it.',
      {
        Policy: JSON.stringify(
          policy({
            Effect: 'Allow',
            Principal: { AWS: 'arn:aws:iam::777788889999:root' },
            Action: ['kms:Decrypt', 'kms:DescribeKey'],
            Resource: '*',
          }),
        ),
        PolicyName: 'default',
      },
    )
    const [operation] = patch
    assert.deepEqual(operation?.op === 'add' ? operation.value : undefined, {
      Sid: 'AllowGrantsForAWSResources',
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::777788889999:root' },
      Action: 'kms:CreateGrant',
      Resource: '*',
      Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
    })
  })
})

describe('a Deny with a masked value, in the layer that AWS names', () => {
  it('is the cause where it is the only one that can match', async () => {
    const { causes, fixes } = await diagnosed(
      `User: arn:aws:sts::${A}:assumed-role/worker/run is not authorized to perform: iam:CreateServiceLinkedRole on resource: arn:aws:iam::${A}:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS with an explicit deny in a permissions boundary`,
      {
        PolicyVersion: {
          Document: policy(allow('*', '*'), {
            Effect: 'Deny',
            Action: ['iam:CreateUser', 'iam:CreateServiceLinkedRole'],
            Resource: '*',
            Condition: { StringNotEquals: { 'iam:PermissionsBoundary': 'arn:aws:iam::****:policy/limit' } },
          }),
          VersionId: 'v3',
        },
      },
    )
    assert.equal(causes[0]?.statement?.pointer, '/Statement/1')
    assert.deepEqual(fixes[0]?.changes[0]?.patch, [{ op: 'remove', path: '/Statement/1/Action/1' }])
  })
})

describe('work that needs several actions on a resource that nobody names', () => {
  const first = async (text: string, role: string) => {
    const { patch } = await firstFix(text, inline(role, allow('logs:PutLogEvents', '*')))
    return JSON.stringify(patch)
  }

  it('gets all that a managed rule of Step Functions needs', async () => {
    const text = `AccessDeniedException: 'arn:aws:iam::${A}:role/flow' is not authorized to create managed-rule.`
    assert.match(await first(text, 'flow'), /"events:PutRule","events:PutTargets","events:DescribeRule"/)
  })

  /** https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption-requirements.html#ebs-encryption-permissions */
  it('gets all that the launch with an encrypted volume needs, grants for AWS services alone', async () => {
    const text = 'Launching EC2 instance failed. Client.InternalError: Client error on launch'
    const patch = await first(text, 'launcher')
    assert.match(patch, /"Action":"kms:CreateGrant".{1,200}"kms:GrantIsForAWSResource":"true"/)
    assert.match(patch, /"kms:Decrypt","kms:DescribeKey","kms:GenerateDataKeyWithoutPlaintext"/)
  })
})

describe('a call on a resource that nobody names', () => {
  const KEY = `arn:aws:kms:us-east-1:${A}:key/1111`

  it('is about the one that the policies of the caller name for other actions of the service', async () => {
    const { patch } = await firstFix(
      'KMS.AccessDeniedException: The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access. (Service: AWSKMS; Status Code: 400; Error Code: AccessDeniedException)',
      inline('worker', allow('kms:GenerateDataKey', KEY)),
    )
    // One more action of the statement for that key (R-EVID-20).
    assert.match(JSON.stringify(patch), /"\/Statement\/0\/Action","value":\["kms:GenerateDataKey","kms:Decrypt"\]/)
  })

  it('is about none of two that they name', async () => {
    const { fixes } = await diagnosed(
      'KMS.AccessDeniedException: The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access. (Service: AWSKMS; Status Code: 400; Error Code: AccessDeniedException)',
      inline('worker', allow('kms:GenerateDataKey', [KEY, `${KEY}2`])),
    )
    assert.doesNotMatch(JSON.stringify(fixes[0]?.changes[0]?.patch ?? ''), /key\/1111/)
  })

  it('never opens the name of a role that is passed', async () => {
    const { patch } = await firstFix(
      'AccessDeniedException: User: worker is not authorized to perform: iam:PassRole',
      inline('worker', allow('iam:PassRole', `arn:aws:iam::${A}:role/team-*`)),
    )
    assert.doesNotMatch(JSON.stringify(patch), /role\/\*/)
  })

  it('sends the header that an SCP asks for, where the SCP is all that was given', async () => {
    const { kinds, does } = await firstFix(
      'An error occurred (AccessDenied) when calling the PutObject operation: Access Denied',
      {
        Policy: {
          PolicySummary: { Name: 'encrypt', Type: 'SERVICE_CONTROL_POLICY' },
          Content: JSON.stringify(
            policy({
              Effect: 'Deny',
              Action: 's3:PutObject',
              Resource: '*',
              Condition: { StringNotEquals: { 's3:x-amz-server-side-encryption': 'aws:kms' } },
            }),
          ),
        },
      },
    )
    assert.deepEqual(kinds, ['edit-request'])
    assert.match(does, /x-amz-server-side-encryption: aws:kms/)
  })
})

describe('the call with another value', () => {
  it('has the tag that a policy names before one of which a person has to choose the value', async () => {
    const tagged = (key: string, value: string) =>
      allow('ec2:CreateVolume', 'arn:aws:ec2:*:*:volume/*', {
        Condition: { StringLike: { [`aws:RequestTag/${key}`]: value } },
      })
    const { does } = await firstFix(
      denied('ec2:CreateVolume', `arn:aws:ec2:us-east-1:${A}:volume/*`, notAllowed('ec2:CreateVolume')),
      inline('worker', tagged('team-of-the-owner', 'blue'), tagged('id', '*'), allow('ec2:CreateTags', '*')),
    )
    assert.match(does, /pass the tag team-of-the-owner=blue/)
  })

  it('names the workgroup that is allowed, though what the query reads is not known', async () => {
    const { kinds, commands } = await firstFix(
      'An error occurred (AccessDeniedException) when calling the StartQueryExecution operation: You are not authorized to perform: athena:StartQueryExecution on the resource.',
      {
        PolicyVersion: {
          Document: policy(allow('athena:StartQueryExecution', 'arn:aws:athena:*:*:workgroup/ops')),
          VersionId: 'v1',
        },
      },
    )
    assert.deepEqual(kinds, ['edit-request'])
    assert.match(commands, /--work-group ops/)
  })
})

describe('the policy of an endpoint', () => {
  const endpoint = (service: string, ...statements: readonly object[]) => ({
    VpcEndpoints: [
      {
        VpcEndpointId: 'vpce-0123',
        VpcEndpointType: 'Interface',
        ServiceName: `com.amazonaws.eu-west-1.${service}`,
        PolicyDocument: JSON.stringify(policy(...statements)),
      },
    ],
  })

  it('gets the statement with the source that its closest one asks for', async () => {
    const { layers, patch } = await firstFix(
      denied(
        's3:GetObject',
        '"arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/..."',
        ' because no VPC endpoint policy allows the s3:GetObject action',
      ),
      endpoint('s3', {
        Effect: 'Allow',
        Principal: '*',
        Action: 's3:*',
        Resource: 'arn:aws:s3:::reports/*',
        Condition: { StringEquals: { 'aws:SourceVpc': 'vpc-0456' } },
      }),
    )
    assert.deepEqual(layers, ['vpc-endpoint-policy'])
    assert.match(JSON.stringify(patch), /"aws:SourceVpc":"vpc-0456"/)
  })

  it('allows the account, and no placeholder, where nobody names the caller', async () => {
    const { patch } = await firstFix(
      `failed to resolve reference "${A}.dkr.ecr.eu-west-1.amazonaws.com/shop:2": unexpected status from HEAD request to https://${A}.dkr.ecr.eu-west-1.amazonaws.com/v2/shop/manifests/2: 403 Forbidden`,
      endpoint('ecr.dkr', {
        Effect: 'Deny',
        Principal: '*',
        Action: '*',
        Resource: '*',
        Condition: { StringNotEquals: { 'aws:SourceVpc': 'vpc-0456' } },
      }),
    )
    assert.match(JSON.stringify(patch), new RegExp(`"aws:PrincipalAccount":"${A}"`))
    assert.doesNotMatch(JSON.stringify(patch), /CALLER/)
  })
})

describe('a resource in another Region than the one called', () => {
  const catalog = (region: string): string => `arn:aws:glue:${region}:${A}:catalog`

  it('is called in the Region in which the policy names it, before anything is granted', async () => {
    const { id, patch } = await firstFix(
      denied('glue:GetDatabases', catalog('us-east-2'), notAllowed('glue:GetDatabases')),
      inline('worker', allow('glue:GetDatabase*', catalog('us-west-2'))),
    )
    assert.equal(id, 'request-region.exact')
    assert.ok(patch.some((step) => 'value' in step && step.value === catalog('us-west-2')))
  })

  it('is granted where the policy has only a pattern of it', async () => {
    const { kinds } = await firstFix(
      denied('glue:GetDatabases', catalog('us-east-2'), notAllowed('glue:GetDatabases')),
      inline('worker', allow('glue:GetDatabase*', `arn:aws:glue:us-west-2:${A}:*`)),
    )
    assert.deepEqual(kinds, ['edit-policy'])
  })

  it('is called in a Region that the SCP allows where no account owns it', async () => {
    const scp = policy({
      Effect: 'Deny',
      Action: 'bedrock:*',
      Resource: '*',
      Condition: { StringNotEquals: { 'aws:RequestedRegion': ['us-west-2'] } },
    })
    const { id } = await firstFix(
      denied(
        'bedrock:InvokeModel',
        'arn:aws:bedrock:us-east-2::foundation-model/m',
        ' with an explicit deny in a service control policy',
      ),
      { Policy: { PolicySummary: { Name: 'regions', Type: 'SERVICE_CONTROL_POLICY' }, Content: JSON.stringify(scp) } },
    )
    assert.equal(id, 'request-region.exact')
  })
})

describe('a Deny of an endpoint policy that compares the id of an endpoint with that of a VPC', () => {
  it('compares the VPC with the key of VPCs', async () => {
    const document = policy({
      Effect: 'Deny',
      Principal: '*',
      Action: 'dynamodb:*',
      Resource: '*',
      Condition: { StringNotEquals: { 'aws:sourceVpce': 'vpc-0abc1234' } },
    })
    const { patch, kinds } = await firstFix(
      denied('dynamodb:GetItem', `arn:aws:dynamodb:eu-west-1:${A}:table/orders`, ' with an explicit deny'),
      {
        VpcEndpoints: [
          {
            VpcEndpointId: 'vpce-0example',
            VpcEndpointType: 'Gateway',
            VpcId: 'vpc-0abc1234',
            ServiceName: 'com.amazonaws.eu-west-1.dynamodb',
            PolicyDocument: JSON.stringify(document),
          },
        ],
      },
    )
    assert.deepEqual(kinds, ['edit-policy'])
    assert.deepEqual(patch.slice(0, 2), [
      { op: 'remove', path: '/Statement/0/Condition/StringNotEquals/aws:sourceVpce' },
      { op: 'add', path: '/Statement/0/Condition/StringNotEquals/aws:SourceVpc', value: 'vpc-0abc1234' },
    ])
  })
})

/** R-EVID-20; screens 3: the subject is added to the statement that accepts another one. */
describe('a job whose token has another subject', () => {
  const HOST = 'token.actions.githubusercontent.com'
  const MAIN = 'repo:acme/shop:ref:refs/heads/main'
  const text = 'Error: Could not assume role with OIDC: Not authorized to perform sts:AssumeRoleWithWebIdentity'
  const trust = (more: object) => ({
    Role: {
      Arn: `arn:aws:iam::${A}:role/deploy`,
      AssumeRolePolicyDocument: policy({
        Effect: 'Allow',
        Principal: { Federated: `arn:aws:iam::${A}:oidc-provider/${HOST}` },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: { StringEquals: { [`${HOST}:aud`]: 'sts.amazonaws.com', [`${HOST}:sub`]: MAIN }, ...more },
      }),
    },
  })
  const environment = `${text}\nsub: repo:acme/shop:environment:prod\naud: sts.amazonaws.com`

  it('has its subject added to the statement that accepts the branch, and no copy of the statement', async () => {
    const [first] = (await diagnosed(environment, trust({}))).fixes
    assert.deepEqual(first?.changes[0]?.patch, [
      {
        op: 'replace',
        path: `/Statement/0/Condition/StringEquals/${HOST}:sub`,
        value: [MAIN, 'repo:acme/shop:environment:prod'],
      },
    ])
    assert.equal(first?.proof?.status, 'proved')
  })

  it('has no fix while nobody knows its claims', async () => {
    const { fixes } = await diagnosed(text, trust({}))
    assert.deepEqual(fixes, [])
  })
})

describe('a service that a topic does not let in', () => {
  const TOPIC = `arn:aws:sns:us-east-1:${A}:uploads`
  const topic = (more: object) => ({
    Attributes: {
      TopicArn: TOPIC,
      Policy: JSON.stringify(
        policy({
          Effect: 'Allow',
          Principal: { Service: ['events.amazonaws.com'] },
          Action: 'sns:Publish',
          Resource: TOPIC,
          ...more,
        }),
      ),
    },
  })

  /** https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html: a service acts for every account. */
  it('is not listed in a statement that asks for no source, where its own statement would ask for one', async () => {
    const text =
      'Unable to validate the following destination configurations: Permissions on the destination topic do not allow S3 to publish notifications from this bucket'
    const { fixes } = await diagnosed(text, topic({}))
    for (const { changes } of fixes.slice(0, 1))
      assert.match(JSON.stringify(changes.map(({ patch }) => patch)), /aws:Source(?:Account|Arn)/)
  })
})

describe('a service that assumes a role', () => {
  const ROLE_ARN = `arn:aws:iam::${A}:role/app`
  const trusts = (service: string, action: unknown = 'sts:AssumeRole') => ({
    Role: {
      Arn: ROLE_ARN,
      AssumeRolePolicyDocument: policy({ Effect: 'Allow', Principal: { Service: service }, Action: action }),
    },
  })
  const added = async (text: string, file: object): Promise<unknown> =>
    (await diagnosed(text, file)).fixes[0]?.changes.flatMap(({ patch }) =>
      patch.map((operation) => ('value' in operation ? operation.value : undefined)),
    )
  const POD =
    'AccessDeniedException: Unauthorized Exception! EKS does not have permissions to assume the associated role.'

  /** https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html: both actions, and no aws:SourceAccount. */
  it('for a pod is let in with both actions, as the page of EKS has it', async () => {
    assert.deepEqual(await added(POD, trusts('ec2.amazonaws.com')), [
      {
        Sid: 'AllowPodsEksAmazonawsComAssumeRoleAndMore',
        Effect: 'Allow',
        Principal: { Service: 'pods.eks.amazonaws.com' },
        Action: ['sts:AssumeRole', 'sts:TagSession'],
      },
    ])
  })

  it('for a pod gets the action that is missing in its own statement', async () => {
    assert.deepEqual(await added(POD, trusts('pods.eks.amazonaws.com')), [['sts:AssumeRole', 'sts:TagSession']])
  })
})

/** https://docs.aws.amazon.com/ses/latest/dg/control-user-access.html: the statement limits who a mail is from. */
describe('a mail whose sender the evidence does not show', () => {
  const IDENTITY = `arn:aws:ses:eu-west-1:${A}:identity/example.com`
  const statement = allow('ses:SendEmail', '*', {
    Condition: { StringEquals: { 'ses:FromAddress': 'no@example.com' } },
  })

  it('is sent from the allowed address, and no statement gives up the condition', async () => {
    const { fixes, causes } = await diagnosed(denied('ses:SendEmail', IDENTITY), inline('worker', statement))
    assert.equal(fixes[0]?.changes[0]?.does, 'send it from the address no@example.com')
    assert.doesNotMatch(JSON.stringify(fixes.map(({ changes }) => changes.map(({ patch }) => patch))), /AllowSendEmail/)
    const [failed] = causes[0]?.nearest?.failedOn ?? []
    // Nobody says that it was not sent.
    assert.deepEqual([failed?.actual, failed?.state], ['(other)', undefined])
  })
})

describe('a call of a parameter', () => {
  const folder = allow('ssm:GetParameters', `arn:aws:ssm:us-east-1:${A}:parameter/app/*`)

  it('whose name the evidence masks gets that one name, not the folder above the allowed one (R-ADV-05)', async () => {
    const { fixes } = await diagnosed(denied('ssm:GetParameters', 'xxx'), inline('worker', folder))
    assert.match(JSON.stringify(fixes[0]?.changes[0]?.patch), /:parameter\/NAME"/)
    assert.doesNotMatch(JSON.stringify(fixes), /"arn:aws:ssm:[^"]*:parameter\/\*"/)
  })

  it('where AWS found no name gets nothing of the whole account (R-ADV-05)', async () => {
    const { fixes } = await diagnosed(
      denied('ssm:GetParameters', `arn:aws:ssm:us-east-1:${A}:*`),
      inline('worker', folder),
    )
    assert.doesNotMatch(
      JSON.stringify(fixes.map(({ changes }) => changes.map(({ patch }) => patch))),
      /:444455556666:\*"/,
    )
  })
})
