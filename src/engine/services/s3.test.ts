/** S3's ACLs, the headers that set them, Block Public Access and the fixed rules, by the tables of its user guide. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ContextValue, Request } from '#iam/request.ts'
import { evaluate } from '../evaluate.ts'
import type { Policy, Resource } from '../scenario.ts'

const A = '111122223333'
const B = '444455556666'
const C = '777788889999'
const USER = `arn:aws:iam::${A}:user/ann`
const BUCKET = 'arn:aws:s3:::bucket'
const OBJECT = 'arn:aws:s3:::bucket/a/key'
const ALL = 'http://acs.amazonaws.com/groups/global/AllUsers'
const AUTHENTICATED = 'http://acs.amazonaws.com/groups/global/AuthenticatedUsers'

const allow = (more: object = {}): Policy => ({
  name: 'p',
  document: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*', ...more }] },
})
const everyone = { ...allow({ Principal: '*' }), kind: 'bucket' }

interface ScenarioParts {
  readonly request?: Partial<Request>
  readonly attributes?: Readonly<Record<string, unknown>>
  readonly policy?: Policy | null
  readonly identity?: Policy
  readonly complete?: boolean
  readonly resources?: readonly Resource[]
}

/** Left out, the bucket is of another account, has no policy, and ACLs are on; nothing else is in force. */
function run({
  request = {},
  attributes = {},
  policy = null,
  identity,
  complete = true,
  resources = [],
}: ScenarioParts) {
  return evaluate({
    request: {
      principal: USER,
      action: 's3:GetObject',
      resource: OBJECT,
      resourceAccount: B,
      contextComplete: true,
      ...request,
    },
    policies: {
      complete,
      serviceControlPolicies: null,
      resourceControlPolicies: null,
      vpcEndpointPolicy: null,
      permissionsBoundary: null,
      identityPolicies: [identity ?? allow()],
      resourcePolicy: policy,
      serviceGuards: {
        objectOwnership: 'ObjectWriter',
        blockPublicAccess: null,
        accountBlockPublicAccess: null,
        ...attributes,
      },
    },
    resources,
  })
}
const decide = (parts: ScenarioParts) => run(parts).decision
const fixed = (parts: ScenarioParts) =>
  run(parts)
    .layers.filter((entry) => entry.guard === 'hard-rule' && entry.verdict !== 'allow')
    .map((entry) => [entry.verdict, entry.errorCode])

const grant = (grantee: object, permission: string) => ({
  Owner: { ID: B },
  Grants: [{ Grantee: grantee, Permission: permission }],
})
const words = (text: string): readonly string[] => text.trim().split(/\s+/)

describe('which permission of an ACL stands for which action (R-S3-04)', () => {
  const PERMISSIONS = words('READ WRITE READ_ACP WRITE_ACP FULL_CONTROL')
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html
  // biome-ignore format: a table is read by its columns
  const ROWS: readonly (readonly [on: 'object' | 'bucket', permission: string, actions: string])[] = [
    ['object', 'READ',      'GetObject GetObjectVersion GetObjectTorrent'],
    ['object', 'READ_ACP',  'GetObjectAcl GetObjectVersionAcl'],
    ['object', 'WRITE_ACP', 'PutObjectAcl PutObjectVersionAcl'],
    ['bucket', 'READ',      'ListBucket ListBucketVersions ListBucketMultipartUploads'],
    ['bucket', 'WRITE',     'PutObject DeleteObject'],
    ['bucket', 'READ_ACP',  'GetBucketAcl'],
    ['bucket', 'WRITE_ACP', 'PutBucketAcl'],
  ]
  for (const [on, permission, actions] of ROWS)
    for (const name of words(actions))
      it(`${name}: ${permission} of the ${on}`, () => {
        const isOfBucket = name.includes('Bucket')
        const decisionBy = (acl: string, granted: string) =>
          decide({
            request: { action: `s3:${name}`, resource: isOfBucket ? BUCKET : OBJECT },
            attributes: { [acl]: grant({ ID: A }, granted) },
          })
        const [right, wrong] = on === 'object' ? ['objectAcl', 'acl'] : ['acl', 'objectAcl']
        for (const granted of PERMISSIONS) {
          const expected = granted === permission || granted === 'FULL_CONTROL' ? 'allowed' : 'denied'
          assert.equal(decisionBy(right, granted), expected, granted)
          assert.equal(decisionBy(wrong, granted), 'denied', `${granted} in the other ACL`)
        }
      })

  it('none stands for other actions', () =>
    assert.equal(
      decide({
        request: { action: 's3:GetObjectTagging' },
        attributes: { objectAcl: grant({ ID: A }, 'FULL_CONTROL') },
      }),
      'denied',
    ))
})

describe('whom a grant of an ACL lets in (R-S3-04, R-S3-05)', () => {
  const unsigned = { principal: 'anonymous' }
  const CANONICAL = 'a'.repeat(64)
  // biome-ignore format: a table is read by its columns
  const ROWS: readonly (readonly [title: string, acl: unknown, request: Partial<Request>, decision: string])[] = [
    ['everyone: a user',                      grant({ URI: ALL }, 'READ'), {}, 'allowed'],
    ['everyone: an unsigned call',            grant({ URI: ALL }, 'READ'), unsigned, 'allowed'],
    ['the signed: a user',                    grant({ URI: AUTHENTICATED }, 'READ'), {}, 'allowed'],
    ['the signed: an unsigned call',          grant({ URI: AUTHENTICATED }, 'READ'), unsigned, 'denied'],
    ['another group',                         grant({ URI: 'http://acs.amazonaws.com/groups/s3/LogDelivery' }, 'READ'), {}, 'denied'],
    ['an account: its user',                  grant({ ID: A }, 'READ'), {}, 'allowed'],
    ['another account',                       grant({ ID: C }, 'READ'), {}, 'denied'],
    ['an account: an unsigned call',          grant({ ID: A }, 'READ'), unsigned, 'denied'],
    ['a canonical id: no fact says whose',    grant({ ID: CANONICAL }, 'READ'), {}, 'undetermined'],
    ['a canonical id: an unsigned call',      grant({ ID: CANONICAL }, 'READ'), unsigned, 'denied'],
    ['the bucket’s owner, by its canonical id', { ...grant({ ID: CANONICAL }, 'READ'), Owner: { ID: CANONICAL } }, {}, 'denied'],
    ['no list of grants',                     { Owner: {} }, {}, 'denied'],
    ['a list that is none',                   { Grants: 'x' }, {}, 'denied'],
    ['grants that are none',                  { Grants: [null, 'x', { Permission: 'READ' }, { Grantee: { ID: A } }, { Grantee: null, Permission: 'READ' }] }, {}, 'denied'],
    ['the second grant of two',               { Grants: [...grant({ ID: C }, 'READ').Grants, ...grant({ ID: A }, 'READ').Grants] }, {}, 'allowed'],
    ['the first grant of two',                { Grants: [...grant({ ID: A }, 'READ').Grants, ...grant({ ID: C }, 'READ').Grants] }, {}, 'allowed'],
    ['letter case of the names',              { grants: [{ grantee: { id: A }, permission: 'READ' }] }, {}, 'allowed'],
    ['no ACL is set',                         null, {}, 'denied'],
  ]
  for (const [title, objectAcl, request, decision] of ROWS)
    it(`${title}: ${decision}`, () => assert.equal(decide({ request, attributes: { objectAcl } }), decision))

  it('no service, and nobody of the owner’s own account', () => {
    const attributes = { objectAcl: grant({ URI: ALL }, 'READ') }
    assert.equal(decide({ request: { principal: 'cloudtrail.amazonaws.com' }, attributes }), 'denied')
    const nothing = allow({ Action: 's3:ListBucket' })
    assert.equal(decide({ request: { resourceAccount: A }, attributes, identity: nothing }), 'denied')
  })

  it('a group only while IgnorePublicAcls is off in the bucket and its account; an account all the same', () => {
    const on = { IgnorePublicAcls: true }
    for (const level of ['blockPublicAccess', 'accountBlockPublicAccess']) {
      for (const group of [ALL, AUTHENTICATED])
        assert.equal(decide({ attributes: { [level]: on, objectAcl: grant({ URI: group }, 'READ') } }), 'denied')
      assert.equal(decide({ attributes: { [level]: on, objectAcl: grant({ ID: A }, 'READ') } }), 'allowed')
      assert.equal(
        decide({ attributes: { [level]: { IgnorePublicAcls: false }, objectAcl: grant({ URI: ALL }, 'READ') } }),
        'allowed',
      )
    }
  })

  it('says that IgnorePublicAcls took it away, and only where it did', () => {
    const reason = (objectAcl: unknown, settings: unknown) =>
      run({ attributes: { objectAcl, blockPublicAccess: settings } }).layers.find((entry) => entry.guard === 'acl')
        ?.reason
    const on = { IgnorePublicAcls: 'true' }
    assert.match(reason(grant({ URI: ALL }, 'READ'), on) ?? '', /IgnorePublicAcls/)
    assert.doesNotMatch(reason(grant({ ID: C }, 'READ'), on) ?? '', /IgnorePublicAcls/)
    assert.doesNotMatch(reason(grant({ URI: ALL }, 'READ'), null) ?? '', /IgnorePublicAcls/)
  })

  it('nobody knows while the settings or the ACL are not known', () => {
    const open = { objectAcl: grant({ URI: ALL }, 'READ'), blockPublicAccess: undefined }
    assert.equal(decide({ complete: false, attributes: open }), 'undetermined')
    const got = run({ complete: false })
    assert.equal(got.decision, 'undetermined')
    assert.ok(
      got.missing.some(({ fact }) => fact.includes('objectAcl')),
      JSON.stringify(got.missing),
    )
    const listed = run({ complete: false, request: { action: 's3:ListBucket', resource: BUCKET } })
    assert.ok(
      listed.missing.some(({ fact }) => /^acl\b/.test(fact)),
      JSON.stringify(listed.missing),
    )
  })
})

describe('an object of another account than the bucket’s (R-S3-02, R-S3-03)', () => {
  const inOwn = { request: { resourceAccount: A }, policy: everyone }
  // biome-ignore format: a table is read by its columns
  const ROWS: readonly (readonly [title: string, attributes: Readonly<Record<string, unknown>>, action: string, decision: string])[] = [
    ['is not covered by the bucket policy',         { objectOwner: C, objectAcl: null }, 's3:GetObject', 'denied'],
    ['is read where its ACL says so',               { objectOwner: C, objectAcl: grant({ ID: A }, 'READ') }, 's3:GetObject', 'allowed'],
    ['is the bucket owner’s all the same',          { objectOwner: A, objectAcl: null }, 's3:GetObject', 'allowed'],
    ['counts as the bucket owner’s where not said', { objectAcl: null }, 's3:GetObject', 'allowed'],
    ['does not bear on the listing of the bucket',  { objectOwner: C, acl: null }, 's3:ListBucket', 'allowed'],
    ['is covered where ACLs are disabled',          { objectOwner: C, objectAcl: null, objectOwnership: 'BucketOwnerEnforced' }, 's3:GetObject', 'allowed'],
    ['is not where the owner is only preferred',    { objectOwner: C, objectAcl: null, objectOwnership: 'BucketOwnerPreferred' }, 's3:GetObject', 'denied'],
  ]
  for (const [title, attributes, action, decision] of ROWS)
    it(title, () => {
      const resource = action === 's3:ListBucket' ? BUCKET : OBJECT
      assert.equal(decide({ ...inOwn, request: { resourceAccount: A, action, resource }, attributes }), decision)
    })
  it('may be one while Object Ownership is not known', () =>
    assert.equal(
      decide({
        ...inOwn,
        complete: false,
        attributes: { objectOwner: C, objectAcl: null, objectOwnership: undefined },
      }),
      'undetermined',
    ))
})

describe('an ACL that the call itself sets', () => {
  const put = (
    context: Readonly<Record<string, ContextValue>>,
    attributes: ScenarioParts['attributes'],
    action = 's3:PutObject',
  ) => ({
    request: { action, resource: action === 's3:PutBucketAcl' ? BUCKET : OBJECT, resourceAccount: A, context },
    attributes: { ...attributes },
  })
  const canned = (acl: string) => ({ 's3:x-amz-acl': acl })
  const OWNER = { objectOwnership: 'BucketOwnerEnforced' }
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl
  for (const acl of words('private aws-exec-read bucket-owner-read log-delivery-write'))
    it(`${acl} is not public, and not one that a bucket without ACLs takes (R-S3-03, R-S3-05)`, () => {
      assert.equal(decide(put(canned(acl), { blockPublicAccess: { BlockPublicAcls: true } })), 'allowed')
      assert.deepEqual(fixed(put(canned(acl), OWNER)), [['implicit-deny', 'AccessControlListNotSupported']])
    })
  for (const acl of words('public-read public-read-write authenticated-read'))
    it(`${acl} is public: BlockPublicAcls refuses it explicitly, in the bucket or its account (R-S3-05)`, () => {
      for (const level of ['blockPublicAccess', 'accountBlockPublicAccess']) {
        const got = run(put(canned(acl), { [level]: { BlockPublicAcls: true } }))
        assert.deepEqual([got.decision, got.denyType, got.blockedBy], ['denied', 'explicit', ['service-guard']])
      }
      assert.equal(decide(put(canned(acl), { blockPublicAccess: { BlockPublicAcls: false } })), 'allowed')
      assert.equal(decide(put(canned(acl), { blockPublicAccess: { BlockPublicPolicy: true } })), 'allowed')
      assert.deepEqual(fixed(put(canned(acl), OWNER)), [['implicit-deny', 'AccessControlListNotSupported']])
    })
  it('bucket-owner-full-control is taken by a bucket without ACLs (R-S3-03)', () => {
    assert.deepEqual(fixed(put(canned('bucket-owner-full-control'), OWNER)), [])
    assert.equal(decide(put(canned('bucket-owner-full-control'), OWNER)), 'allowed')
  })
  for (const header of words('read write read-acp write-acp full-control'))
    it(`x-amz-grant-${header} to a group of everyone is public, to an account not`, () => {
      const to = (grantee: string) => ({ [`s3:x-amz-grant-${header}`]: grantee })
      const blocked = { blockPublicAccess: { BlockPublicAcls: true } }
      for (const group of [ALL, AUTHENTICATED]) assert.equal(decide(put(to(`uri="${group}"`), blocked)), 'denied')
      assert.equal(decide(put(to('id="abc"'), blocked)), 'allowed')
      assert.equal(decide(put(to('id="abc"'), { ...OWNER })), 'undetermined', 'whose id it is, is not known')
    })
  it('is not known where the header is sent with a value that is not', () => {
    const sent = { 's3:x-amz-acl': { state: 'present' as const } }
    assert.equal(decide(put(sent, { blockPublicAccess: { BlockPublicAcls: true } })), 'undetermined')
    assert.equal(decide(put(sent, OWNER)), 'undetermined')
    const granted = { 's3:x-amz-grant-read': { state: 'present' as const } }
    assert.equal(decide(put(granted, { blockPublicAccess: { BlockPublicAcls: true } })), 'undetermined')
  })
  it('is not known where it is listed as perhaps sent', () => {
    for (const key of ['s3:x-amz-acl', 's3:x-amz-grant-read', 'S3:X-Amz-Grant-Write']) {
      const perhaps = { [key]: { state: 'unknown' as const } }
      assert.equal(decide(put(perhaps, { blockPublicAccess: { BlockPublicAcls: true } })), 'undetermined', key)
      assert.equal(decide(put(perhaps, OWNER)), 'undetermined', key)
    }
  })
  it('is in the body of a call that is there to set it, if not in a header', () => {
    for (const action of ['s3:PutObjectAcl', 's3:PutObjectVersionAcl', 's3:PutBucketAcl']) {
      assert.equal(decide(put({}, { blockPublicAccess: { BlockPublicAcls: true } }, action)), 'undetermined', action)
      assert.equal(decide(put({}, OWNER, action)), 'undetermined', action)
      assert.equal(decide(put({}, { blockPublicAccess: { BlockPublicAcls: false } }, action)), 'allowed', action)
      assert.equal(decide(put(canned('private'), { blockPublicAccess: { BlockPublicAcls: true } }, action)), 'allowed')
    }
  })
  it('is none where an upload sends no header, or the call sets no ACL', () => {
    assert.equal(decide(put({}, { blockPublicAccess: { BlockPublicAcls: true } })), 'allowed')
    assert.deepEqual(fixed(put({}, OWNER)), [])
    assert.equal(
      decide(put(canned('public-read'), { blockPublicAccess: { BlockPublicAcls: true } }, 's3:GetObject')),
      'allowed',
    )
  })
  it('may be refused while Block Public Access is not known', () => {
    const publicRead = put(canned('public-read'), { blockPublicAccess: undefined })
    assert.equal(decide({ ...publicRead, complete: false }), 'undetermined')
    assert.equal(decide({ ...put(canned('private'), { blockPublicAccess: undefined }), complete: false }), 'allowed')
    for (const action of ['s3:PutObjectAcl', 's3:PutObjectVersionAcl', 's3:PutBucketAcl'])
      assert.equal(decide({ ...put({}, { blockPublicAccess: undefined }, action), complete: false }), 'undetermined')
  })
  it('is refused with a new bucket as well, by the setting of the account (R-S3-21)', () => {
    const blocked = { accountBlockPublicAccess: { BlockPublicAcls: true } }
    assert.equal(decide(put(canned('public-read'), blocked, 's3:CreateBucket')), 'denied')
    assert.equal(decide(put({}, blocked, 's3:CreateBucket')), 'allowed')
  })
})

const NOTHING_SAID = { blockPublicAccess: undefined, accountBlockPublicAccess: undefined }

describe('a policy that the call sets, under BlockPublicPolicy (R-S3-05, R-S3-21)', () => {
  for (const [action, resource] of [
    ['s3:PutBucketPolicy', BUCKET],
    ['s3:PutAccessPointPolicy', `arn:aws:s3:eu-west-1:${A}:accesspoint/ap`],
    ['s3:PutMultiRegionAccessPointPolicy', `arn:aws:s3::${A}:accesspoint/ap.mrap`],
    ['s3:PutAccessPointPolicyForObjectLambda', `arn:aws:s3-object-lambda:eu-west-1:${A}:accesspoint/ap`],
  ] as const) {
    const underSetting = (setting: string, value: unknown) => ({
      request: { action, resource, resourceAccount: A },
      attributes: { blockPublicAccess: { [setting]: value } },
    })
    it(`${action} is open while the switch is on, for what it would set is not known`, () => {
      const got = run(underSetting('BlockPublicPolicy', true))
      assert.equal(got.decision, 'undetermined')
      assert.ok(
        got.missing.some(({ fact }) => fact.includes('public')),
        JSON.stringify(got.missing),
      )
    })
    it(`${action} is open while the switch is not known, and says so`, () => {
      const got = run({ ...underSetting('BlockPublicPolicy', undefined), attributes: NOTHING_SAID, complete: false })
      assert.equal(got.decision, 'undetermined')
      assert.deepEqual(
        got.missing.map(({ fact }) => fact).filter((fact) => fact.startsWith('Block Public Access')),
        ['Block Public Access settings of the bucket and its account'],
      )
    })
    it(`${action} is allowed while it is off`, () => {
      assert.equal(decide(underSetting('BlockPublicPolicy', false)), 'allowed')
      assert.equal(decide(underSetting('BlockPublicAcls', true)), 'allowed')
    })
  }
})

describe('what narrows an Allow to everyone so that it is not public (R-S3-06)', () => {
  const restricted = (statement: object, context: Readonly<Record<string, ContextValue>>) =>
    run({
      request: { context },
      policy: allow('NotPrincipal' in statement ? statement : { Principal: '*', ...statement }),
      attributes: { blockPublicAccess: { RestrictPublicBuckets: true } },
    }).layers.find((entry) => entry.guard === 'block-public-access')?.verdict
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
  const KEYS = words(`aws:PrincipalOrgID aws:PrincipalOrgPaths aws:PrincipalAccount aws:PrincipalArn aws:SourceArn
    aws:SourceAccount aws:SourceOwner aws:SourceOrgID aws:SourceOrgPaths aws:SourceVpc aws:SourceVpce aws:userid
    s3:DataAccessPointArn s3:DataAccessPointAccount s3:x-amz-server-side-encryption-aws-kms-key-id`)
  for (const key of KEYS)
    it(`a fixed value of ${key}`, () => {
      assert.equal(restricted({ Condition: { StringEquals: { [key]: 'fixed' } } }, {}), undefined)
      assert.equal(restricted({ Condition: { StringLike: { [key]: 'fix*' } } }, {}), 'explicit-deny')
      assert.equal(restricted({ Condition: { StringNotEquals: { [key]: 'fixed' } } }, {}), 'explicit-deny')
    })
  it('no other key', () => {
    for (const key of words('aws:UserAgent aws:Referer aws:SecureTransport s3:prefix aws:PrincipalType'))
      assert.equal(restricted({ Condition: { StringEquals: { [key]: 'fixed' } } }, {}), 'explicit-deny', key)
  })
  for (const operator of words('StringEquals StringEqualsIgnoreCase StringLike ArnEquals ArnLike'))
    it(`by ${operator}, for every value`, () => {
      const values = (...list: string[]) => restricted({ Condition: { [operator]: { 'aws:SourceArn': list } } }, {})
      const arn = `arn:aws:sns:eu-west-1:${A}:t`
      assert.equal(values(arn), undefined)
      assert.equal(values(arn, `${arn}2`), undefined)
      for (const open of [`${arn}*`, `${arn}?`, 'arn:aws:sns:eu-west-1:${aws:PrincipalAccount}:t'])
        assert.equal(values(arn, open), 'explicit-deny', open)
      assert.equal(
        restricted({ Condition: { [`${operator}IfExists`]: { 'aws:SourceArn': arn } } }, {}),
        'explicit-deny',
      )
    })
  it('ranges of addresses: up to /8 and /32 are wide, private ones are not', () => {
    const range = (text: string, operator = 'IpAddress') =>
      restricted({ Condition: { [operator]: { 'aws:SourceIp': text } } }, {})
    for (const wide of words(
      '0.0.0.0/0 128.0.0.0/1 3.0.0.0/7 10.0.0.0/0 10.0.0.0/7 172.16.0.0/0 192.168.0.0/7 ::/0 2001::/31',
    ))
      assert.equal(range(wide), 'explicit-deny', wide)
    for (const narrow of words(
      '3.0.0.0/8 203.0.113.7 203.0.113.7/32 10.0.0.0/8 192.168.0.0/16 172.16.0.0/12 2001:db8::/32',
    ))
      assert.equal(range(narrow), undefined, narrow)
    assert.equal(range('203.0.113.0/24', 'NotIpAddress'), 'explicit-deny')
    assert.equal(range('no range'), 'explicit-deny')
  })
  it('one condition of several is enough; of an element that names everyone but some, too', () => {
    const Condition = { StringEquals: { 'aws:SourceVpce': 'vpce-1', 'aws:UserAgent': 'x' } }
    assert.equal(restricted({ Condition }, {}), undefined)
    assert.equal(restricted({ NotPrincipal: { AWS: C } }, {}), 'explicit-deny')
    assert.equal(restricted({ NotPrincipal: { AWS: C }, Condition }, {}), undefined)
    assert.equal(restricted({ Principal: { AWS: [A, C] } }, {}), undefined)
    assert.equal(restricted({ Principal: { AWS: ['*', C] } }, {}), 'explicit-deny')
    assert.equal(restricted({ Effect: 'Deny', Action: 's3:PutObject' }, {}), undefined)
  })
})

describe('the network of an access point (R-S3-07)', () => {
  const POINT = `arn:aws:s3:eu-west-1:${A}:accesspoint/ap/object/key`
  const through = (context: Readonly<Record<string, ContextValue>>, attributes: Readonly<Record<string, unknown>>) =>
    fixed({ request: { resource: POINT, resourceAccount: A, context }, attributes })
  const VPC = { networkOrigin: 'VPC', vpcId: 'vpc-1' }
  it('is its VPC where it is made for one', () => {
    assert.deepEqual(through({ 'aws:SourceVpc': 'vpc-1' }, VPC), [])
    assert.deepEqual(through({ 'aws:SourceVpc': 'vpc-2' }, VPC), [['implicit-deny', undefined]])
    assert.deepEqual(through({}, VPC), [['implicit-deny', undefined]], 'not through a VPC at all')
  })
  it('is not known where the VPC of either is not', () => {
    assert.deepEqual(through({ 'aws:SourceVpc': { state: 'present' } }, VPC), [['unknown', undefined]])
    assert.deepEqual(through({ 'aws:SourceVpc': 'vpc-1' }, { networkOrigin: 'VPC' }), [['unknown', undefined]])
  })
  it('is any where it is made for the Internet, and for a bucket itself', () => {
    assert.deepEqual(through({}, { networkOrigin: 'Internet', vpcId: 'vpc-1' }), [])
    assert.deepEqual(fixed({ attributes: VPC }), [])
  })
})

describe('a bucket whose requester pays (R-S3-09)', () => {
  const payerRefusals = (context: Readonly<Record<string, ContextValue>>, more: ScenarioParts = {}) =>
    fixed({ ...more, request: { context, ...more.request }, attributes: { requesterPays: true, ...more.attributes } })
  const REFUSED = [['implicit-deny', undefined]]
  it('refuses another account that does not say that it pays, and every unsigned call', () => {
    assert.deepEqual(payerRefusals({}), REFUSED)
    for (const key of ['x-amz-request-payer', 's3:x-amz-request-payer']) {
      assert.deepEqual(payerRefusals({ [key]: 'requester' }), [])
      assert.deepEqual(payerRefusals({ [key]: { state: 'present' } }), [])
      assert.deepEqual(payerRefusals({ [key]: 'requester' }, { request: { principal: 'anonymous' } }), REFUSED)
    }
  })
  it('serves its own account, and everyone while the owner pays', () => {
    assert.deepEqual(payerRefusals({}, { request: { resourceAccount: A } }), [])
    assert.deepEqual(payerRefusals({}, { attributes: { requesterPays: false } }), [])
  })
  it('may be refusing while not every header is known, and the header is the fact to fetch', () => {
    const got = run({ request: { contextComplete: false }, attributes: { requesterPays: true } })
    assert.ok(got.missing.some(({ fact, kind }) => fact === 'x-amz-request-payer' && kind === 'context-key'))
  })
  it('may be refusing while not every header is known', () =>
    assert.deepEqual(payerRefusals({}, { request: { contextComplete: false } }), [['unknown', undefined]]))
})

describe('an object that does not exist (R-S3-08)', () => {
  const decisionBy = (
    statement: object,
    more: Partial<Request> = {},
    attributes: ScenarioParts['attributes'] = { objectExists: false },
  ) => decide({ request: { resourceAccount: A, ...more }, identity: allow(statement), attributes })
  const READ = { Action: ['s3:GetObject', 's3:GetObjectVersion'] }
  it('is 403 to who may not list the bucket', () => {
    assert.equal(decisionBy(READ), 'denied')
    assert.equal(decisionBy(READ, { action: 's3:GetObjectVersion' }), 'denied')
    assert.equal(decisionBy({ Action: 's3:*' }), 'allowed')
    assert.equal(decisionBy({ Action: ['s3:GetObject', 's3:ListBucket'], Resource: [OBJECT, BUCKET] }), 'allowed')
    assert.equal(decisionBy({ Action: ['s3:GetObject', 's3:ListBucket'], Resource: OBJECT }), 'denied')
  })
  it('is so only where it is known not to be there, and for reading', () => {
    assert.equal(decisionBy(READ, {}, { objectExists: true }), 'allowed')
    assert.equal(decisionBy(READ, {}, {}), 'allowed')
    assert.equal(decisionBy({ Action: 's3:DeleteObject' }, { action: 's3:DeleteObject' }), 'allowed')
  })
  it('may be there to be listed: the policies that would say so are the fact to fetch', () => {
    const policy = {
      name: 'p',
      document: {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' },
          { Effect: 'Allow', Action: 's3:ListBucket', Resource: '*', Condition: { StringEquals: { 'ex:k': 'v' } } },
        ],
      },
    }
    const got = run({
      request: { resourceAccount: A, contextComplete: false },
      identity: policy,
      attributes: { objectExists: false },
    })
    assert.equal(got.decision, 'undetermined')
    assert.ok(
      got.missing.some(({ fact, kind }) => fact.includes('s3:ListBucket') && kind === 'policy'),
      JSON.stringify(got.missing),
    )
  })
  it('is listed by its own key', () => {
    const listing = (prefix: string) => ({
      name: 'p',
      document: {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' },
          {
            Effect: 'Allow',
            Action: 's3:ListBucket',
            Resource: '*',
            Condition: { StringLike: { 's3:prefix': prefix } },
          },
        ],
      },
    })
    const decisionFor = (prefix: string) =>
      decide({ request: { resourceAccount: A }, identity: listing(prefix), attributes: { objectExists: false } })
    assert.equal(decisionFor('a/*'), 'allowed')
    assert.equal(decisionFor('a/key'), 'allowed')
    assert.equal(decisionFor('b/*'), 'denied')
    assert.equal(decisionFor('bucket/*'), 'denied')
  })
  it('is listed through the access point it is read through', () => {
    const point = `arn:aws:s3:eu-west-1:${A}:accesspoint/ap`
    const refusalsFor = (Resource: readonly string[]) =>
      fixed({
        request: { resourceAccount: A, resource: `${point}/object/a/key` },
        identity: allow({ Action: ['s3:GetObject', 's3:ListBucket'], Resource }),
        attributes: { objectExists: false, bucket: BUCKET, networkOrigin: 'Internet' },
        resources: [{ arn: BUCKET, account: A, kind: 'bucket', policy: null }],
      })
    assert.deepEqual(refusalsFor([`${point}/object/*`, point, BUCKET, OBJECT]), [])
    assert.deepEqual(refusalsFor([`${point}/object/*`, OBJECT]), [['implicit-deny', undefined]])
  })
})

describe('an unsigned request for an object under SSE-KMS (R-S3-20)', () => {
  const unsigned = (sseKmsKeyArn: unknown, complete = true) =>
    run({ request: { principal: 'anonymous' }, policy: everyone, attributes: { sseKmsKeyArn }, complete })
  it('is refused whatever the bucket policy says, as S3 answers it', () => {
    const got = unsigned(`arn:aws:kms:eu-west-1:${B}:key/k`)
    assert.deepEqual([got.decision, got.denyType, got.blockedBy], ['denied', 'implicit', ['service-guard']])
    assert.deepEqual(
      got.layers.filter((entry) => entry.guard === 'hard-rule').map((entry) => entry.errorCode),
      ['InvalidArgument'],
    )
  })
  it('is open while the encryption is not known, and that is the fact to fetch', () => {
    const got = unsigned(undefined, false)
    assert.equal(got.decision, 'undetermined')
    assert.ok(
      got.missing.some(
        ({ fact, howToGet }) => fact === 'sseKmsKeyArn of the bucket' && howToGet.includes('encryption'),
      ),
      JSON.stringify(got.missing),
    )
  })
  it('is nothing of S3’s own keys', () => assert.equal(unsigned(null).decision, 'allowed'))
})
