/** Files are bound by what they are, and by what AWS and the other files name (R-EVID-13); none is dropped in silence (R-EVID-14). */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { PolicyLayer } from '#iam/layers.ts'
import type { Scenario } from '#engine/scenario.ts'
import { withAtHand } from './in-force.ts'
import { NOTHING_AT_HAND, type Piece } from './piece.ts'
import { recognize } from './recognize.ts'
import { unusedInputs } from './unused.ts'

const ACCOUNT = '111122223333'
const KEY = `arn:aws:kms:eu-west-1:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`
const OTHER_KEY = KEY.replace('1234abcd', '9999abcd')

const scenario = (action: string, resource: string | null, more: Partial<Scenario['request']> = {}): Scenario => ({
  request: { principal: `arn:aws:iam::${ACCOUNT}:role/app`, action, resource, resourceAccount: ACCOUNT, ...more },
})

function given(files: Readonly<Record<string, unknown>>): readonly Piece[] {
  return Object.entries(files).flatMap(([name, value]) => {
    const found = recognize(name, JSON.stringify(value))
    assert.equal(found.is, 'pieces', name)
    return found.is === 'pieces' ? found.pieces : []
  })
}

const bound = (call: Scenario, files: Readonly<Record<string, unknown>>, namedLayer: PolicyLayer | null = null) =>
  withAtHand(call, { ...NOTHING_AT_HAND, pieces: given(files), namedLayer })

const keyPolicy = {
  Policy: JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'kms:*', Resource: '*' },
    ],
  }),
  PolicyName: 'default',
}
const describeKey = (arn: string) => ({ KeyMetadata: { Arn: arn, KeyManager: 'CUSTOMER' } })
const encryption = (key: string) => ({
  ServerSideEncryptionConfiguration: {
    Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: key } }],
  },
})
const put = scenario('s3:PutObject', 'arn:aws:s3:::b/k')
const keysIn = ({ scenario: { resources = [] } }: ReturnType<typeof bound>) =>
  resources.filter(({ policy }) => policy !== undefined).map(({ arn }) => arn)

describe('a key policy', () => {
  test('belongs to the key that the encryption of the bucket names', () => {
    assert.deepEqual(keysIn(bound(put, { 'k.json': keyPolicy, 'e.json': encryption(KEY) })), [KEY])
  })

  test('belongs to the key that describe-key names, for an alias in the bucket, too', () => {
    const found = bound(put, { 'k.json': keyPolicy, 'd.json': describeKey(KEY), 'e.json': encryption('alias/app') })
    assert.deepEqual(keysIn(found), [KEY])
    assert.equal(found.scenario.policies?.serviceGuards?.['sseKmsKeyArn'], KEY)
  })

  test('belongs to the key of a queue by its attributes', () => {
    const queue = `arn:aws:sqs:eu-west-1:${ACCOUNT}:orders`
    const attributes = { Attributes: { QueueArn: queue, KmsMasterKeyId: KEY } }
    assert.deepEqual(keysIn(bound(scenario('sqs:SendMessage', queue), { 'k.json': keyPolicy, 'q.json': attributes })), [
      KEY,
    ])
  })

  test('and its key are taken for those of the bucket where no file says how it is encrypted, and that is assumed', () => {
    const found = bound(put, { 'k.json': keyPolicy, 'd.json': describeKey(KEY) })
    assert.equal(found.scenario.policies?.serviceGuards?.['sseKmsKeyArn'], KEY)
    assert.ok(
      found.assumptions.some(({ fact, value }) => fact.startsWith('KMS key of arn:aws:s3:::b') && value === KEY),
    )
  })

  test('stays unbound where two keys are named', () => {
    const files = { 'k.json': keyPolicy, 'd.json': describeKey(KEY), 'e.json': encryption(OTHER_KEY) }
    assert.deepEqual(keysIn(bound(put, files)), [])
  })
})

const endpoints = (...services: readonly string[]) => ({
  VpcEndpoints: services.map((service, i) => ({
    VpcEndpointId: `vpce-${i}`,
    VpcEndpointType: 'Gateway',
    ServiceName: `com.amazonaws.eu-west-1.${service}`,
    PolicyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: '*' }],
    }),
  })),
})

describe('an endpoint policy', () => {
  const endpointOf = ({ scenario: { request } }: ReturnType<typeof bound>) => request.context?.['aws:SourceVpce']

  test('belongs to the call where it is the only one for the service, and that is assumed', () => {
    const found = bound(put, { 'v.json': endpoints('s3', 'dynamodb') })
    assert.equal(endpointOf(found), 'vpce-0')
    assert.deepEqual(
      found.assumptions.map(({ fact }) => fact),
      ['aws:SourceVpce'],
    )
  })

  test('belongs to the call where AWS named an endpoint policy and it is the only one', () => {
    const call = scenario('ecr:BatchGetImage', `arn:aws:ecr:eu-west-1:${ACCOUNT}:repository/app`)
    assert.equal(endpointOf(bound(call, { 'v.json': endpoints('s3') }, 'vpc-endpoint-policy')), 'vpce-0')
    assert.equal(endpointOf(bound(call, { 'v.json': endpoints('s3') })), undefined)
  })

  test('of two for the service is not chosen', () => {
    assert.equal(endpointOf(bound(put, { 'v.json': endpoints('s3', 's3') })), undefined)
  })

  test('does not count where the request names another endpoint', () => {
    const call = scenario('s3:PutObject', 'arn:aws:s3:::b/k', { context: { 'aws:SourceVpce': 'vpce-9' } })
    assert.equal(bound(call, { 'v.json': endpoints('s3') }).scenario.policies?.vpcEndpointPolicy, undefined)
  })
})

const version = {
  PolicyVersion: {
    Document: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }] },
  },
}
const role = (more: object = {}) => ({ Role: { RoleName: 'app', Arn: `arn:aws:iam::${ACCOUNT}:role/app`, ...more } })
const boundaryIn = ({ scenario: { policies } }: ReturnType<typeof bound>) => policies?.permissionsBoundary

describe('the text of a managed policy', () => {
  const arn = `arn:aws:iam::${ACCOUNT}:policy/team-boundary`

  test('is the boundary where the role has a boundary of that name', () => {
    const files = {
      'team-boundary.json': version,
      'role.json': role({ PermissionsBoundary: { PermissionsBoundaryArn: arn } }),
    }
    const boundary = boundaryIn(bound(put, files))
    assert.equal(boundary?.arn, arn)
    assert.ok(boundary?.document !== undefined)
  })

  test('is the boundary where AWS named the boundary and there is no other', () => {
    const found = bound(put, { 'b.json': version }, 'permissions-boundary')
    assert.ok(boundaryIn(found)?.document !== undefined)
    assert.equal(found.assumptions.length, 1)
  })

  test('is a policy of the caller otherwise', () => {
    const found = bound(put, { 'b.json': version }, 'identity-policy')
    assert.equal(boundaryIn(found), undefined)
    assert.ok(found.scenario.policies?.identityPolicies?.some(({ name }) => name === 'b'))
  })
})

describe('of a role that is assumed', () => {
  const trust = {
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }],
    },
  }

  test('get-role is the resource, though the evidence masks its account', () => {
    const call = scenario('sts:AssumeRole', 'arn:aws:iam::***:role/target')
    const target = { Role: { RoleName: 'target', Arn: `arn:aws:iam::${ACCOUNT}:role/target`, ...trust } }
    const found = bound(call, { 'role.json': target })
    assert.equal(found.scenario.policies?.resourcePolicy?.kind, 'trust')
    assert.deepEqual(
      found.used.map(({ file }) => file),
      ['role.json'],
    )
  })

  test('the only trust policy counts, though nothing names the role', () => {
    const found = bound(scenario('sts:AssumeRole', null), { 'trust.json': trust.AssumeRolePolicyDocument })
    assert.equal(found.scenario.policies?.resourcePolicy?.kind, 'trust')
  })
})

describe('a file that counts for nothing', () => {
  const unused = (call: Scenario, files: Readonly<Record<string, unknown>>) =>
    unusedInputs({ ...NOTHING_AT_HAND, pieces: given(files) }, [call])

  const bucket = {
    Policy: JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::other/*' }],
    }),
  }

  test('is named: a policy of an unrelated bucket', () => {
    assert.deepEqual(
      unused(put, { 'b.json': bucket }).map(({ file, takenFor }) => [file, takenFor]),
      [['b.json', 'bucket policy (arn:aws:s3:::other)']],
    )
  })

  test('is named: a key policy of a key that nothing names, with what would bind it', () => {
    const [found] = unused(put, { 'k.json': keyPolicy })
    assert.match(found?.whatWouldBindIt ?? '', /aws kms describe-key/)
  })

  test('is named: a policy of another role, with the caller', () => {
    const other = { RoleName: 'other', PolicyName: 'p', PolicyDocument: version.PolicyVersion.Document }
    const [found] = unused(put, { 'p.json': other })
    assert.match(found?.why ?? '', /role\/app/)
    assert.match(found?.whatWouldBindIt ?? '', /--principal ARN, if role other made the call/)
  })

  test('is named: a policy of the role that was to be assumed, which counts once it is', () => {
    const own = { RoleName: 'copy', PolicyName: 'p', PolicyDocument: version.PolicyVersion.Document }
    const request = {
      principal: 'redshift.amazonaws.com',
      action: 'sts:AssumeRole',
      resource: `arn:aws:iam::${ACCOUNT}:role/copy`,
    }
    const [found] = unused({ request }, { 'p.json': own })
    assert.equal(found?.countsLater, true)
    assert.match(found.why, /once it is assumed/)
  })

  test('is not named where it counts', () => {
    assert.deepEqual(unused(put, { 'e.json': encryption(KEY), 'd.json': describeKey(KEY), 'k.json': keyPolicy }), [])
  })
})

describe('a bare document, where AWS named a layer', () => {
  const run = scenario('ec2:RunInstances', `arn:aws:ec2:eu-west-1:${ACCOUNT}:instance/*`)
  const document = (...statements: readonly object[]) => ({ Version: '2012-10-17', Statement: statements })
  const deny = document({
    Effect: 'Deny',
    Action: 'ec2:RunInstances',
    Resource: '*',
    Condition: { StringNotEquals: { 'ec2:MetadataHttpTokens': 'required' } },
  })
  const allow = document({ Effect: 'Allow', Action: 'ec2:*', Resource: '*' })
  const namesIn = (policies: readonly { readonly name: string }[] = []) => policies.map(({ name }) => name)
  const scpsIn = ({ scenario: { policies } }: ReturnType<typeof bound>) =>
    namesIn((policies?.serviceControlPolicies ?? []).flatMap(({ policies: all = [] }) => all))

  test('is an SCP if it only denies, and that is assumed', () => {
    const found = bound(run, { 'guard.json': deny, 'role.json': allow }, 'service-control-policy')
    assert.deepEqual(scpsIn(found), ['guard', 'further service control policies'])
    assert.deepEqual(namesIn(found.scenario.policies?.identityPolicies ?? []), ['role', 'further identity policies'])
    assert.ok(
      found.assumptions.some(({ fact, value }) => fact === 'layer of guard.json' && value === 'service control policy'),
    )
  })

  test('stays a policy of the caller if it says nothing about the action', () => {
    const other = document({ Effect: 'Allow', Action: 'ec2:Describe*', Resource: '*' })
    assert.deepEqual(scpsIn(bound(run, { 'role.json': other }, 'service-control-policy')), [])
  })

  test('is no RCP if it is a trust policy, or AWS printed it as a key policy', () => {
    const trust = document({ Effect: 'Deny', Principal: '*', Action: 'sts:AssumeRole' })
    const assume = scenario('sts:AssumeRole', `arn:aws:iam::${ACCOUNT}:role/app`)
    const printed = {
      Policy: JSON.stringify(document({ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: '*' })),
      PolicyName: 'default',
    }
    for (const found of [
      bound(assume, { 't.json': trust }, 'resource-control-policy'),
      bound(put, { 'k.json': printed }, 'resource-control-policy'),
    ])
      assert.equal(found.scenario.policies?.resourceControlPolicies, undefined)
  })

  test('stays a policy of the caller if it allows the action, or an SCP was given', () => {
    assert.deepEqual(scpsIn(bound(run, { 'role.json': allow }, 'service-control-policy')), [])
    const scp = {
      Policy: {
        PolicySummary: { Id: 'p-1', Name: 'guard', Type: 'SERVICE_CONTROL_POLICY' },
        Content: JSON.stringify(deny),
      },
    }
    const found = bound(run, { 'scp.json': scp, 'other.json': deny }, 'service-control-policy')
    assert.deepEqual(scpsIn(found), ['guard', 'further service control policies'])
  })

  test('is the permissions boundary if it is the only one that does not allow the action', () => {
    const narrow = document({ Effect: 'Allow', Action: 's3:*', Resource: '*' })
    const found = bound(run, { 'a.json': narrow, 'b.json': allow }, 'permissions-boundary')
    assert.equal(found.scenario.policies?.permissionsBoundary?.name, 'a')
    const two = bound(run, { 'a.json': narrow, 'c.json': deny }, 'permissions-boundary')
    assert.equal(two.scenario.policies?.permissionsBoundary, undefined)
  })

  test('with a principal and no resource is an RCP', () => {
    const rcp = document({ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: '*' })
    const found = bound(put, { 'r.json': rcp }, 'resource-control-policy')
    assert.deepEqual(
      namesIn((found.scenario.policies?.resourceControlPolicies ?? []).flatMap(({ policies = [] }) => policies)),
      ['r', 'further resource control policies'],
    )
  })
})

describe('the policies of a caller whose name is masked', () => {
  const ofUser = { UserName: 'ana', PolicyName: 'p', PolicyDocument: version.PolicyVersion.Document }
  const namedIn = (principal: string) =>
    bound({ ...put, request: { ...put.request, principal } }, { 'p.json': ofUser }).assumptions.map(
      ({ value }) => value,
    )

  test('are those that were given, where they are of one user or role', () => {
    for (const name of ['****', '<name>', '$USER', '…'])
      assert.deepEqual(namedIn(`arn:aws:iam::${ACCOUNT}:user/${name}`), ['user ana'], name)
  })

  test('are not those of another kind of caller, and not those of a caller with a name', () => {
    assert.deepEqual(namedIn(`arn:aws:sts::${ACCOUNT}:assumed-role/****/x`), [])
    assert.deepEqual(namedIn(`arn:aws:iam::${ACCOUNT}:user/bob`), [])
  })
})
