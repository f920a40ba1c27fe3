import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isReading, type NoiseEvidence, noiseOf } from './noise.ts'
import { changesLayer, isPolicyChange } from './policy-change.ts'

const evidence = (of: Partial<NoiseEvidence>): NoiseEvidence => ({
  action: 's3:PutObject',
  principal: 'arn:aws:iam::111122223333:role/deploy',
  isService: false,
  isForService: false,
  isNotActivated: false,
  mayBeNotFound: false,
  isJustCreated: false,
  ...of,
})

// biome-ignore format: a table is read by its columns
const ROWS: readonly (readonly [what: string, of: Partial<NoiseEvidence>, noise: string | null])[] = [
  ['a denial of a role',                    {},                                                                      null],
  ['a service itself',                      { principal: 'config.amazonaws.com', isService: true },         'service-probe'],
  ['a service-linked role',                 { principal: 'arn:aws:iam::111122223333:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig' }, 'service-probe'],
  ['a service that reads for a role',       { isForService: true, action: 's3:GetBucketPolicy' }, 'service-probe'],
  ['a service that writes for a role',      { isForService: true, action: 's3:CreateBucket' }, null],
  ['a person who reads',                    { action: 's3:GetObject' },                                              null],
  ['a 403 that may be a 404',               { action: 's3:GetObject', mayBeNotFound: true },               'possibly-not-found'],
  ['the billing console',                   { isNotActivated: true },                            'iam-access-not-activated'],
  ['a role in its first minutes',           { isJustCreated: true },                                                 'just-created'],
]

describe('noise', () => {
  for (const [what, of, noise] of ROWS)
    it(`${what} is ${noise ?? 'none'}`, () => {
      assert.equal(noiseOf(evidence(of)), noise)
    })

  it('reading actions begin with a reading verb', () => {
    assert.deepEqual(
      ['s3:GetObject', 'ec2:DescribeInstances', 's3:ListBucket', 's3:PutObject', 'iam:CreateRole', null].map(isReading),
      [true, true, true, false, false, false],
    )
  })
})

describe('changes of policies', () => {
  it('are told by the layer that they change', () => {
    assert.ok(changesLayer('organizations:AttachPolicy', 'service-control-policy'))
    assert.ok(changesLayer('organizations:UpdatePolicy', 'resource-control-policy'))
    assert.ok(changesLayer('iam:DeleteRolePolicy', 'identity-policy'))
    assert.ok(changesLayer('iam:PutRolePermissionsBoundary', 'permissions-boundary'))
    assert.ok(changesLayer('s3:PutBucketPolicy', 'resource-policy'))
    assert.ok(changesLayer('kms:PutKeyPolicy', 'resource-policy'))
    assert.ok(changesLayer('iam:UpdateAssumeRolePolicy', 'resource-policy'))
    assert.ok(changesLayer('ec2:ModifyVpcEndpoint', 'vpc-endpoint-policy'))
    assert.ok(!changesLayer('iam:DeleteRolePolicy', 'service-control-policy'))
    assert.ok(!changesLayer('s3:PutObject', 'resource-policy'))
    assert.ok(!isPolicyChange('organizations:DescribePolicy'))
  })
})
