/**
 * What a plan refers to and does not say: a policy that may be of several things is of none for sure, and what none surely has
 * is open (docs/import.md, "What is open stays open"). A plan lists the references of an expression and not the expression:
 * https://developer.hashicorp.com/terraform/internals/json-format#expression-representation
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ACCOUNT, allow, type Block, block, bucket, decide, deny, imported, inline, LATE, plan } from './plans.ts'
import { policy, refers, role, roleArn } from './plans.ts'

const APP = roleArn('app')
const app = (...actions: readonly string[]): readonly Block[] => [
  role('app'),
  inline('app', policy(...actions.map((one) => allow(one)))),
]
const denyAll = policy(deny('*', { Principal: '*' }))
const arn = (service: string, name: string): string => `arn:aws:${service}:us-east-1:${ACCOUNT}:${name}`

describe('a policy of which nothing says what it is of', () => {
  const ofBucket = (...references: readonly string[]) =>
    imported(
      plan([
        ...app('s3:*'),
        bucket('data'),
        bucket('logs'),
        block('aws_s3_bucket_policy.x', { bucket: refers(...references), policy: denyAll }),
        block('aws_s3_bucket_policy.logs', {
          bucket: refers('aws_s3_bucket.logs.id', 'aws_s3_bucket.logs'),
          policy: policy(allow('s3:GetObject', { Principal: '*' })),
        }),
      ]),
      { plainReferences: true },
    )

  it('may be that of any bucket, but of one that another surely belongs to', () => {
    for (const references of [['local.bucket'], ['var.x', 'aws_s3_bucket.data.id', 'aws_s3_bucket.data', 'local.y']]) {
      const result = ofBucket(...references)
      assert.equal(decide(result, APP, 's3:GetObject', 'arn:aws:s3:::data/k'), 'undetermined', references.join(' '))
      assert.equal(decide(result, APP, 's3:GetObject', 'arn:aws:s3:::logs/k'), 'allowed')
      assert.ok(result.unread.some(({ where }) => where === 'aws_s3_bucket_policy.x'))
      assert.ok(result.open.some(({ where }) => where === 'arn:aws:s3:::data'))
    }
  })

  it('is the policy of the bucket that is the one it refers to, by itself or through another setting of it', () => {
    const setting = block('aws_s3_bucket_public_access_block.data', {
      bucket: refers('aws_s3_bucket.data.id', 'aws_s3_bucket.data'),
      block_public_policy: true,
      id: LATE,
    })
    for (const of of ['aws_s3_bucket.data', 'aws_s3_bucket_public_access_block.data']) {
      const last = block('aws_s3_bucket_policy.x', { bucket: refers(`${of}.id`, of), policy: denyAll })
      const result = imported(plan([...app('s3:*'), bucket('data'), bucket('logs'), setting, last]))
      assert.equal(decide(result, APP, 's3:GetObject', 'arn:aws:s3:::data/k'), 'denied', of)
      assert.equal(decide(result, APP, 's3:GetObject', 'arn:aws:s3:::logs/k'), 'allowed', of)
    }
  })

  it('may be that of any queue, topic or key', () => {
    const cases = [
      ['aws_sqs_queue', 'aws_sqs_queue_policy', 'queue_url', 'sqs:SendMessage', arn('sqs', 'x')],
      ['aws_sns_topic', 'aws_sns_topic_policy', 'arn', 'sns:Publish', arn('sns', 'x')],
      ['aws_kms_key', 'aws_kms_key_policy', 'key_id', 'kms:Encrypt', arn('kms', 'key/(aws_kms_key.x)')],
    ] as const
    for (const [type, apart, of, action, resource] of cases) {
      const thing = block(`${type}.x`, { name: 'x', arn: LATE, id: LATE, policy: LATE })
      const decision = (...blocks: readonly Block[]) =>
        decide(imported(plan([...app('*'), thing, ...blocks])), APP, action, resource)
      assert.equal(decision(), 'allowed', type)
      assert.equal(decision(block(`${apart}.p`, { [of]: refers('local.x'), policy: denyAll })), 'undetermined', type)
      const direct = refers(`${type}.x.id`, `${type}.x`)
      assert.equal(decision(block(`${apart}.p`, { [of]: direct, policy: denyAll })), 'denied', type)
    }
  })

  it('leaves the settings of a bucket open that it may change', () => {
    const rule = [{ apply_server_side_encryption_by_default: [{ sse_algorithm: 'AES256' }] }]
    const type = 'aws_s3_bucket_server_side_encryption_configuration'
    const attributes = (...references: readonly string[]) => {
      const blocks = [bucket('data'), block(`${type}.x`, { bucket: refers(...references), rule })]
      const file = imported(plan(blocks)).files.get(`accounts/${ACCOUNT}/resources/s3/data.json`)
      return (JSON.parse(file ?? '{}') as { attributes: Record<string, unknown> }).attributes
    }
    assert.equal(attributes('aws_s3_bucket.data.id', 'aws_s3_bucket.data')['sseKmsKeyArn'], null)
    assert.ok(!Object.hasOwn(attributes('local.x'), 'sseKmsKeyArn'))
  })

  it('may give what it gives: a grant of a key, a permission of a function', () => {
    const key = block('aws_kms_key.k', { arn: LATE, id: LATE, policy: LATE })
    const grant = block('aws_kms_grant.g', {
      key_id: refers('local.k'),
      grantee_principal: APP,
      operations: ['Decrypt'],
    })
    const keyArn = arn('kms', 'key/(aws_kms_key.k)')
    assert.equal(decide(imported(plan([role('app'), key, grant])), APP, 'kms:Decrypt', keyArn), 'undetermined')
    assert.equal(decide(imported(plan([role('app'), key])), APP, 'kms:Decrypt', keyArn), 'denied')
  })
})

describe('a key of an instance', () => {
  const policies = ['admin', 'readonly'].map((key) =>
    block(`aws_iam_policy.this["${key}"]`, {
      name: key,
      path: '/',
      policy: policy(allow(key === 'admin' ? '*' : 's3:Get*')),
      arn: LATE,
    }),
  )
  const attached = (...references: readonly string[]) =>
    decide(
      imported(
        plan([
          role('admin', 'aws_iam_role.this["admin"]'),
          ...policies,
          block('aws_iam_role_policy_attachment.a["admin"]', { role: 'admin', policy_arn: refers(...references) }),
        ]),
      ),
      roleArn('admin'),
      'iam:CreateUser',
      `arn:aws:iam::${ACCOUNT}:user/x`,
    )

  it('is the same for each.key, and may be any for each.value', () => {
    assert.equal(attached('aws_iam_policy.this', 'each.key'), 'allowed')
    assert.equal(attached('aws_iam_policy.this', 'each.value'), 'undetermined')
    assert.equal(attached('aws_iam_policy.this', 'each.value.policy', 'each.value'), 'undetermined')
  })

  it('that is written out is that one, though Terraform lists the bare name behind it', () => {
    const by = (key: string) => [
      `aws_iam_policy.this["${key}"].arn`,
      `aws_iam_policy.this["${key}"]`,
      'aws_iam_policy.this',
    ]
    assert.equal(attached(...by('admin')), 'allowed')
    assert.equal(attached(...by('readonly')), 'denied')
    assert.equal(attached(...by('admin'), ...by('readonly')), 'undetermined')
    assert.equal(attached(...by('none')), 'undetermined')
  })

  it('beside a reference that is whole belongs to something else', () => {
    assert.equal(attached('aws_iam_policy.this["admin"].arn', 'each.key'), 'undetermined')
  })

  it('of a list that a module was given may mean any of the list', () => {
    const blocks = [
      role('app', 'module.m.aws_iam_role.app'),
      ...[0, 1].map((key) =>
        block(`aws_iam_policy.p[${key}]`, {
          name: `p${key}`,
          path: '/',
          policy: policy(key === 0 ? allow('ec2:*') : deny('ec2:*')),
          arn: LATE,
        }),
      ),
      block('module.m.aws_iam_role_policy_attachment.x[0]', {
        role: 'app',
        policy_arn: refers('var.arns', 'count.index'),
      }),
    ]
    const result = imported(plan(blocks, { m: { arns: refers('aws_iam_policy.p') } }))
    assert.equal(decide(result, APP, 'ec2:DescribeVpcs', '*'), 'undetermined')
  })

  it('of a module is the same for each.key in its call', () => {
    const blocks = [
      role('app', 'module.m["a"].aws_iam_role.app'),
      ...['a', 'b'].map((key) =>
        block(`aws_iam_policy.p["${key}"]`, { name: key, path: '/', policy: policy(allow(`${key}:*`)), arn: LATE }),
      ),
      block('module.m["a"].aws_iam_role_policy_attachment.x', { role: 'app', policy_arn: refers('var.arn') }),
    ]
    const result = imported(plan(blocks, { m: { arn: refers('aws_iam_policy.p', 'each.key') } }))
    assert.equal(decide(result, APP, 'a:Do', '*'), 'allowed')
    assert.equal(decide(result, APP, 'b:Do', '*'), 'denied')
  })
})

describe('an expression around a reference', () => {
  const statement = (more: object) => ({ effect: 'Allow', actions: ['s3:*'], resources: ['*'], ...more })
  const data = block('data.aws_iam_policy_document.base', {
    statement: [statement({}), statement({ effect: 'Deny', actions: ['s3:DeleteObject'] })],
    json: LATE,
  })

  const ofData = ['data.aws_iam_policy_document.base.json', 'data.aws_iam_policy_document.base']
  const withData = plan([role('app'), bucket('data'), data, inline('app', refers(...ofData))])

  it('may add a Deny to a policy document: what it allows is open, and what it denies or leaves out is denied', () => {
    const result = imported(withData)
    assert.equal(decide(result, APP, 's3:GetObject', 'arn:aws:s3:::data/k'), 'undetermined')
    assert.equal(decide(result, APP, 's3:DeleteObject', 'arn:aws:s3:::data/k'), 'denied')
    assert.equal(decide(result, APP, 'sqs:ListQueues', '*'), 'denied')
    assert.deepEqual(result.open, [
      {
        where: `${APP}, p`,
        why: 'whether aws_iam_role_policy.p.policy is more than data.aws_iam_policy_document.base.json is not known',
      },
    ])
  })

  it('is none where somebody says so', () => {
    const result = imported(withData, { plainReferences: true })
    assert.equal(decide(result, APP, 's3:GetObject', 'arn:aws:s3:::data/k'), 'allowed')
    assert.equal(decide(result, APP, 's3:DeleteObject', 'arn:aws:s3:::data/k'), 'denied')
    assert.equal(decide(result, APP, 'sqs:ListQueues', '*'), 'denied')
    assert.deepEqual(result.open, [])
  })

  describe('that names a thing by what its maker calls it', () => {
    const PEER = roleArn('peer')
    const direct = refers('aws_s3_bucket.data.id', 'aws_s3_bucket.data')
    const statements = [allow('s3:GetObject', { Principal: { AWS: PEER } }), deny('s3:PutObject', { Principal: '*' })]
    const ofData = (more: readonly Block[] = [bucket('data-logs')], options = {}) =>
      imported(
        plan([
          role('app'),
          role('peer'),
          inline('app', policy(allow('s3:*'))),
          bucket('data'),
          bucket('other'),
          block('aws_s3_bucket_policy.x', { bucket: direct, policy: policy(...statements) }),
          ...more,
        ]),
        options,
      )
    const on = (name: string) => `arn:aws:s3:::${name}/k`

    it('means that where the file has no other of such a name', () => {
      const result = ofData([])
      assert.equal(decide(result, PEER, 's3:GetObject', on('data')), 'allowed')
      assert.equal(decide(result, APP, 's3:PutObject', on('data')), 'denied')
      assert.equal(decide(result, APP, 's3:PutObject', on('other')), 'allowed')
    })

    it('may put a text around it: what the policy denies is denied, and what it allows is open', () => {
      const result = ofData()
      assert.equal(decide(result, APP, 's3:GetObject', on('data')), 'allowed')
      assert.equal(decide(result, APP, 's3:PutObject', on('data')), 'denied')
      assert.equal(decide(result, PEER, 's3:GetObject', on('data')), 'undetermined')
      assert.equal(decide(result, PEER, 's3:DeleteObject', on('data')), 'denied')
    })

    it('may mean another whose name has that name in it', () => {
      const result = ofData()
      assert.equal(decide(result, APP, 's3:PutObject', on('data-logs')), 'undetermined')
      assert.equal(decide(result, APP, 's3:GetObject', on('data-logs')), 'allowed')
      assert.equal(decide(result, APP, 's3:PutObject', on('other')), 'allowed')
      assert.equal(decide(result, PEER, 's3:GetObject', on('other')), 'denied')
    })

    it('means what it refers to where somebody says so', () => {
      const result = ofData([bucket('data-logs')], { plainReferences: true })
      assert.equal(decide(result, PEER, 's3:GetObject', on('data')), 'allowed')
      assert.equal(decide(result, APP, 's3:PutObject', on('data-logs')), 'allowed')
    })

    it('may be that of one of two: nobody knows which of them stays', () => {
      const second = block('aws_s3_bucket_policy.y', {
        bucket: direct,
        policy: policy(allow('s3:*', { Principal: '*' })),
      })
      assert.equal(decide(ofData([second]), APP, 's3:PutObject', on('data')), 'undetermined')
    })

    it('gives a bucket the settings that ask more of a caller, and leaves the others open', () => {
      const KEY = `arn:aws:kms:us-east-1:${ACCOUNT}:key/1`
      const by = { sse_algorithm: 'aws:kms', kms_master_key_id: KEY }
      const encryption = block('aws_s3_bucket_server_side_encryption_configuration.x', {
        bucket: direct,
        rule: [{ apply_server_side_encryption_by_default: [by] }],
      })
      const unblocked = block('aws_s3_bucket_public_access_block.x', { bucket: direct, block_public_policy: false })
      const { files } = ofData([bucket('data-logs'), encryption, unblocked])
      const attributes = (name: string) => {
        const file = JSON.parse(files.get(`accounts/${ACCOUNT}/resources/s3/${name}.json`) ?? '') as {
          attributes: Record<string, unknown>
        }
        return [file.attributes['sseKmsKeyArn'], file.attributes['blockPublicAccess'] !== undefined]
      }
      assert.deepEqual(attributes('data'), [KEY, false])
      assert.deepEqual(attributes('data-logs'), [undefined, false])
      assert.deepEqual(attributes('other'), [null, true])
    })
  })

  const invoked = (of: unknown, resource: string, ...more: readonly Block[]) =>
    decide(
      imported(
        plan([
          block('aws_lambda_function.f', { function_name: 'f', publish: false, arn: LATE }),
          block('aws_lambda_permission.p', {
            function_name: of,
            action: 'lambda:InvokeFunction',
            principal: 's3.amazonaws.com',
          }),
          ...more,
        ]),
      ),
      's3.amazonaws.com',
      'lambda:InvokeFunction',
      arn('lambda', resource),
    )
  const alias = block('aws_lambda_alias.live', { name: 'live', function_name: 'f', arn: LATE })

  it('may add an alias to the ARN of a function (R-OTH-14)', () => {
    const direct = refers('aws_lambda_function.f.arn', 'aws_lambda_function.f')
    assert.equal(invoked(direct, 'function:f'), 'undetermined')
    assert.equal(invoked(direct, 'function:f', alias), 'undetermined')
    assert.equal(invoked('f', 'function:f'), 'allowed')
    assert.equal(
      invoked(refers('aws_lambda_function.f.qualified_arn', 'aws_lambda_function.f'), 'function:f'),
      'undetermined',
    )
    assert.equal(invoked(refers('local.f'), 'function:f'), 'undetermined')
  })

  it('may be for the function or an alias where the qualifier is not known', () => {
    const permission = (name: string, qualifier: unknown, principal = 's3.amazonaws.com') =>
      block(`aws_lambda_permission.${name}`, {
        function_name: 'f',
        qualifier,
        action: 'lambda:InvokeFunction',
        principal,
      })
    const live = permission('live', 'live', 'sns.amazonaws.com')
    for (const on of ['function:f', 'function:f:live'])
      assert.equal(invoked('g', on, alias, live, permission('q', LATE)), 'undetermined', on)
  })

  it('is none where it is the ARN of an alias, or the text says it (R-OTH-14)', () => {
    for (const of of [
      refers('aws_lambda_alias.live.arn', 'aws_lambda_alias.live'),
      arn('lambda', 'function:f:live'),
      'f:live',
    ]) {
      assert.equal(invoked(of, 'function:f', alias), 'denied')
      assert.equal(invoked(of, 'function:f:live', alias), 'allowed')
    }
  })
})

describe('a plan that is not complete', () => {
  const blocks = [...app('s3:*'), bucket('data')]
  const decided = (value: unknown) => decide(imported(value), APP, 's3:GetObject', 'arn:aws:s3:::data/k')

  it('says so, and then what it leaves out may bear on all of it', () => {
    assert.equal(decided(plan(blocks, {}, { complete: true, errored: false })), 'allowed')
    for (const top of [{ errored: true }, { complete: false }]) {
      assert.equal(decided(plan(blocks, {}, top)), 'undetermined')
      assert.deepEqual(
        imported(plan(blocks, {}, top)).unread.map(({ where }) => where),
        ['the plan'],
      )
    }
  })

  it('lacks a block of the configuration that has one instance', () => {
    const { entry } = block('aws_s3_bucket_policy.data', {
      bucket: refers('aws_s3_bucket.data.id', 'aws_s3_bucket.data'),
    })
    const withEntry = (one: unknown) => {
      const value = plan(blocks) as { configuration: { root_module: { resources: unknown[] } } }
      value.configuration.root_module.resources.push(one)
      return value
    }
    assert.equal(decided(withEntry(entry)), 'undetermined')
    assert.equal(decided(withEntry({ ...entry, count_expression: {} })), 'allowed')
  })
})

it('two inline policies of one name are one, and nobody knows which', () => {
  const second = block('aws_iam_role_policy.q', { name: 'p', role: 'app', policy: policy(allow('s3:*')) })
  const first = block('aws_iam_role_policy.p', { name: 'p', role: 'app', policy: policy(deny('s3:*')) })
  const result = imported(plan([role('app'), bucket('data'), first, second]))
  assert.equal(decide(result, APP, 's3:GetObject', 'arn:aws:s3:::data/k'), 'undetermined')
})

it('of two policies of one bucket one stays, and nobody knows which', () => {
  const of = (name: string, document: string) =>
    block(`aws_s3_bucket_policy.${name}`, { bucket: 'data', policy: document })
  const open = policy(allow('s3:*', { Principal: '*' }))
  const decided = (...documents: readonly string[]) =>
    decide(
      imported(plan([...app('s3:*'), bucket('data'), ...documents.map((one, i) => of(`p${i}`, one))])),
      APP,
      's3:GetObject',
      'arn:aws:s3:::data/k',
    )
  assert.equal(decided(denyAll, open), 'undetermined')
  assert.equal(decided(open, denyAll), 'undetermined')
  assert.equal(decided(denyAll, denyAll), 'denied')
})

describe('a data source that is read after apply', () => {
  const looksUp = (type: string, attributes: Readonly<Record<string, unknown>>): Block =>
    block(`data.${type}.x`, { ...attributes, id: LATE, arn: LATE })
  const of = (type: string, attribute = 'id') => refers(`data.${type}.x.${attribute}`, `data.${type}.x`)

  it('may look at what the file makes: a bucket, an endpoint, a role of a list', () => {
    const policyOfBucket = block('aws_s3_bucket_policy.x', { bucket: of('aws_s3_bucket'), policy: denyAll })
    const buckets = imported(
      plan([...app('s3:*'), bucket('data'), looksUp('aws_s3_bucket', { bucket: LATE }), policyOfBucket]),
    )
    assert.equal(decide(buckets, APP, 's3:GetObject', 'arn:aws:s3:::data/k'), 'undetermined')

    const endpoints = imported(
      plan([
        role('app'),
        block('aws_vpc_endpoint.e', { vpc_id: 'vpc-1', service_name: 's', id: LATE, policy: LATE }),
        looksUp('aws_vpc_endpoint', {}),
        block('aws_vpc_endpoint_policy.x', { vpc_endpoint_id: of('aws_vpc_endpoint'), policy: denyAll }),
      ]),
    )
    const file = JSON.parse(endpoints.files.get(`accounts/${ACCOUNT}/vpc-endpoints.json`) ?? '') as {
      VpcEndpoints: readonly Record<string, unknown>[]
    }
    assert.equal(file.VpcEndpoints[0]?.['PolicyDocument'], undefined)

    const attachment = block('aws_iam_policy_attachment.x', {
      name: 'x',
      roles: of('aws_iam_role', 'name'),
      policy_arn: 'arn:aws:iam::aws:policy/AWSDenyAll',
    })
    const roles = imported(plan([...app('s3:*'), bucket('data'), looksUp('aws_iam_role', { name: LATE }), attachment]))
    assert.equal(decide(roles, APP, 's3:GetObject', 'arn:aws:s3:::data/k'), 'undetermined')
  })

  it('may look at a policy of AWS, and not at that of the account with its name', () => {
    const result = imported(
      plan([
        role('app'),
        block('aws_iam_policy.p', { name: 'p', path: '/', policy: policy(allow('ec2:*')), arn: LATE }),
        looksUp('aws_iam_policy', { name: 'p' }),
        block('aws_iam_role_policy_attachment.x', { role: 'app', policy_arn: of('aws_iam_policy', 'arn') }),
      ]),
    )
    assert.equal(decide(result, APP, 'ec2:DescribeVpcs', '*'), 'undetermined')
  })
})
