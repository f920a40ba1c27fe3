/** Through an access point the bucket's own policy must agree (R-S3-07): which bucket, which resource, and what is not known. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { evaluate } from '../evaluate.ts'
import type { Attributes, Policy, Resource, Scenario } from '../scenario.ts'
import { spec } from '../../../test/spec/spec.ts'

const A = '111122223333'
const B = '444455556666'
const POINT = `arn:aws:s3:eu-west-1:${A}:accesspoint/ap`
const BUCKET = 'arn:aws:s3:::data'
const OTHER = 'arn:aws:s3:::other'

const document = (...Statement: readonly object[]) => ({ Version: '2012-10-17', Statement })
const everyone = (Effect: string, Resource: string) => ({ Effect, Principal: '*', Action: '*', Resource })
const ALLOW = { name: 'p', document: document({ Effect: 'Allow', Action: '*', Resource: '*' }) }
const POINT_POLICY = { name: 'ap', kind: 'access-point', document: document(everyone('Allow', '*')) }
/** A bucket whose policy denies this one resource. */
const denying = (Resource: string, more: Partial<Resource> = {}): Resource => ({
  arn: BUCKET,
  account: A,
  kind: 'bucket',
  policy: document(everyone('Allow', '*'), everyone('Deny', Resource)),
  ...more,
})

interface CallOptions {
  readonly on?: string
  readonly who?: string
  readonly attributes?: Attributes
  readonly complete?: boolean
  readonly endpoint?: Policy
  /** Attached to the account of the access point. */
  readonly rcp?: Policy
  /** What the request says of it; null: nothing. */
  readonly bucketOwner?: string | null
}

function ask(resources: readonly Resource[], { on = `${POINT}/object/a/b`, who = A, ...more }: CallOptions = {}) {
  const scenario: Scenario = {
    request: {
      principal: `arn:aws:iam::${who}:user/ann`,
      action: 's3:GetObject',
      resource: on,
      ...(more.bucketOwner === null ? {} : { resourceAccount: more.bucketOwner ?? A }),
      context: more.endpoint === undefined ? {} : { 'aws:SourceVpce': 'vpce-1', 'aws:SourceVpc': 'vpc-1' },
      contextComplete: true,
    },
    policies: {
      complete: more.complete ?? true,
      serviceControlPolicies: null,
      resourceControlPolicies: more.rcp === undefined ? null : [{ target: A, policies: [more.rcp] }],
      vpcEndpointPolicy: more.endpoint ?? null,
      permissionsBoundary: null,
      identityPolicies: [ALLOW],
      resourcePolicy: POINT_POLICY,
      serviceGuards: {
        networkOrigin: 'Internet',
        blockPublicAccess: null,
        accountBlockPublicAccess: null,
        ...more.attributes,
      },
    },
    resources,
  }
  const got = evaluate(scenario)
  const { decision } = spec(scenario)
  if (decision !== 'undetermined') assert.equal(decision, got.decision, 'the second evaluator')
  return got
}

const decide = (...args: Parameters<typeof ask>): string => ask(...args).decision
const behind = (...args: Parameters<typeof ask>) =>
  ask(...args).layers.filter((entry) => entry.layer === 'resource-policy' && entry.kind === 'bucket')

it('an RCP that refuses each bucket that may stand behind is shown with its Deny (R-RCP-01, R-S3-07)', () => {
  const rcp = {
    name: 'r',
    document: document(everyone('Deny', 'arn:aws:s3:::data/a/*'), everyone('Deny', `${OTHER}/a/*`)),
  }
  const buckets = [denying('arn:aws:s3:::none'), denying('arn:aws:s3:::none', { arn: OTHER })]
  const { blockedBy, layers } = ask(buckets, { rcp, attributes: { buckets: [BUCKET, OTHER] } })
  assert.deepEqual(blockedBy, ['resource-control-policy'])
  const [level] = layers.filter((entry) => entry.layer === 'resource-control-policy')
  assert.ok(level?.statements.some(({ effect, matches }) => effect === 'Deny' && matches === true))
})

describe('what is asked of the bucket', () => {
  it('is its own object, whose key may have slashes', () => {
    assert.equal(decide([denying(`${BUCKET}/a/b`)]), 'denied')
    assert.equal(decide([denying(`${BUCKET}/a`)]), 'allowed')
    assert.equal(decide([denying(`${BUCKET}/*`)]), 'denied')
    assert.equal(decide([denying(`${POINT}/object/a/b`)]), 'allowed', 'the bucket does not see the name of the point')
  })

  it('is the bucket itself where the request names the point itself', () => {
    assert.equal(decide([denying(BUCKET)], { on: POINT }), 'denied')
    assert.equal(decide([denying(`${BUCKET}/*`)], { on: POINT }), 'allowed')
  })

  it('is nothing where the resource is no access point of S3', () => {
    const on = `arn:aws:s3-object-lambda:eu-west-1:${A}:accesspoint/ap`
    assert.deepEqual(behind([denying('*')], { on }), [])
    assert.deepEqual(behind([denying('*')], { on: 'arn:aws:s3:::elsewhere/accesspoint/x' }), [])
  })
})

describe('which bucket stands behind it', () => {
  const two = [denying('*', { arn: OTHER }), denying(`${BUCKET}/none`)]

  it('is the one its attributes name, among several', () => {
    assert.equal(decide(two, { attributes: { bucket: BUCKET } }), 'allowed')
    assert.equal(decide(two, { attributes: { bucket: OTHER } }), 'denied')
  })

  it('is the only one there is, by its kind or by the form of its ARN', () => {
    const { kind: _kind, ...plain } = denying('*')
    assert.equal(decide([plain]), 'denied')
    assert.equal(decide([denying('*', { arn: `arn:aws:s3-outposts:eu-west-1:${A}:outpost/op-1/bucket/b` })]), 'denied')
    assert.equal(decide([{ arn: `${OTHER}/key`, policy: document() }, plain]), 'denied', 'an object is no bucket')
    const key = `arn:aws:kms:eu-west-1:${A}:key/k`
    assert.equal(decide([{ arn: key, kind: 'key', policy: document() }, plain]), 'denied', 'nor is a key')
  })

  it('is not known where several could be it, though everything else is', () => {
    assert.equal(decide(two), 'undetermined')
    assert.equal(decide(two, { attributes: { bucket: 'arn:aws:s3:::not-given' } }), 'allowed', 'it has no policy')
  })

  it('is not known where several could be it, or where the one that is named was not given', () => {
    const which = `bucket behind ${POINT}/object/a/b and its policy`
    for (const [resources, attributes, fact] of [
      [two, {}, which],
      [[], {}, which],
      [[denying(`${OTHER}/x`, { arn: OTHER })], { bucket: BUCKET }, `bucket policy of ${BUCKET}`],
    ] as const) {
      const { decision, missing } = ask(resources, { complete: false, attributes })
      assert.equal(decision, 'undetermined')
      assert.deepEqual(
        missing.map(({ layer, kind, fact }) => [layer, kind, fact]),
        [['resource-policy', 'policy', fact]],
      )
    }
  })
})

describe('a bucket without a policy', () => {
  const without = (policy?: null): Resource => ({
    arn: BUCKET,
    account: A,
    kind: 'bucket',
    ...(policy === undefined ? {} : { policy }),
  })

  it('adds nothing within the account, and lets no other account in (R-XACC-01)', () => {
    for (const buckets of [[without(null)], [without()], []]) {
      assert.equal(decide(buckets), 'allowed')
      assert.deepEqual(
        behind(buckets).map(({ verdict }) => verdict),
        ['not-applicable'],
      )
      const other = ask(buckets, { who: B })
      assert.deepEqual([other.decision, other.denyType, other.blockedBy], ['denied', 'implicit', ['resource-policy']])
      assert.deepEqual(
        behind(buckets, { who: B }).map(({ verdict }) => verdict),
        ['implicit-deny'],
      )
    }
  })

  it('is known to have none by `null` alone, unless everything is known', () => {
    assert.equal(decide([without(null)], { complete: false }), 'allowed')
    const { decision, missing } = ask([without()], { complete: false })
    assert.equal(decision, 'undetermined')
    assert.deepEqual(
      missing.map(({ layer, kind, fact }) => [layer, kind, fact]),
      [['resource-policy', 'policy', `bucket policy of ${BUCKET}`]],
    )
  })
})

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-policies.html */
describe('a bucket of another account than the access point (R-S3-07, R-XACC-04)', () => {
  const theirs = (policy: object | null, more: Partial<Resource> = {}): Resource => ({
    arn: BUCKET,
    account: B,
    kind: 'bucket',
    policy,
    ...more,
  })
  const lets = document({ Effect: 'Allow', Principal: { AWS: A }, Action: '*', Resource: '*' })

  it('lets nobody in by silence, whatever the access point and the caller’s own policies say', () => {
    for (const policy of [null, document()]) {
      const { decision, denyType, blockedBy } = ask([theirs(policy)])
      assert.deepEqual([decision, denyType, blockedBy], ['denied', 'implicit', ['resource-policy']])
    }
    assert.equal(decide([theirs(lets)]), 'allowed')
  })

  it('is of that account also where only the access point says so', () => {
    assert.equal(decide([], { attributes: { bucket: BUCKET, bucketAccount: B } }), 'denied')
    assert.equal(decide([], { attributes: { bucket: BUCKET, bucketAccount: A } }), 'allowed')
  })

  it('is asked for as a fact where nothing says whose it is', () => {
    const { account: _, ...open } = theirs(null, {
      attributes: { objectOwnership: 'BucketOwnerEnforced', requesterPays: false },
    })
    const got = ask([open], { complete: false, bucketOwner: null })
    assert.equal(got.decision, 'undetermined')
    assert.deepEqual(
      got.missing.map(({ fact, kind, wouldAllowIf }) => [fact, kind, wouldAllowIf]),
      [[`account that owns the bucket behind ${POINT}/object/a/b`, 'account', `= ${A}`]],
    )
    const said = { bucket: BUCKET, networkOrigin: 'Internet', bucketAccount: null }
    assert.equal(
      ask([open], { bucketOwner: null, attributes: said }).decision,
      'allowed',
      'an access point that names none is of one account',
    )
    assert.equal(
      ask([open], { bucketOwner: null }).decision,
      'undetermined',
      'complete policies do not say that it names none (R-UNK-01)',
    )
  })

  it('opens by an ACL of its own, where the access point lets the caller in', () => {
    const READ = { URI: 'http://acs.amazonaws.com/groups/global/AllUsers' }
    const objectAcl = { Grants: [{ Grantee: READ, Permission: 'READ' }] }
    const opened = theirs(null, { attributes: { objectAcl, objectOwnership: 'ObjectWriter' } })
    assert.equal(decide([opened]), 'allowed')
    assert.equal(decide([theirs(null, { attributes: { objectOwnership: 'ObjectWriter' } })]), 'denied')
  })

  it('is not known behind a multi-Region access point with a bucket of the own account beside it', () => {
    const on = `arn:aws:s3::${A}:accesspoint/m1.mrap/object/a/b`
    const own = { ...theirs(null), arn: OTHER, account: A }
    assert.equal(decide([theirs(null), own], { on }), 'undetermined')
    assert.equal(decide([theirs(null), { ...own, account: B }], { on }), 'denied')
  })
})

describe('behind a multi-Region access point stand several buckets, of which S3 takes the nearest', () => {
  const on = `arn:aws:s3::${A}:accesspoint/m1.mrap/object/a/b`
  const bucket = (arn: string, ...effects: readonly string[]): Resource => ({
    arn,
    account: A,
    kind: 'bucket',
    policy: document(...effects.map((effect) => everyone(effect, '*'))),
  })
  const lets = bucket(BUCKET, 'Allow')
  const letsToo = bucket(OTHER, 'Allow')
  const silent = bucket(OTHER)
  const refuses = bucket(OTHER, 'Deny')
  const bare = (arn: string): Resource => ({ arn, account: A, kind: 'bucket', policy: null })
  const WHICH = ['resource-policy', 'attribute', 'the bucket that the multi-Region access point sends the request to']
  const lacks = (...args: Parameters<typeof ask>) =>
    ask(...args).missing.map(({ layer, kind, fact }) => [layer, kind, fact])

  // biome-ignore format: a table is read by its columns
  const ROWS: readonly (readonly [title: string, buckets: readonly Resource[], own: string, other: string])[] = [
    ['all let everyone in',               [lets, letsToo],            'allowed',      'allowed'],
    ['one is silent',                     [lets, silent],             'allowed',      'undetermined'],
    ['all are silent',                    [bucket(BUCKET), silent],   'allowed',      'denied'],
    ['one refuses',                       [lets, refuses],            'undetermined', 'undetermined'],
    ['one refuses, one is silent',        [bucket(BUCKET), refuses],  'undetermined', 'denied'],
    ['all refuse',                        [bucket(BUCKET, 'Deny'), refuses], 'denied', 'denied'],
    ['none has a policy',                 [bare(BUCKET), bare(OTHER)], 'allowed',     'denied'],
    ['one has no policy, one lets in',    [bare(BUCKET), letsToo],    'allowed',      'undetermined'],
    ['there is but one, and it lets in',  [lets],                     'allowed',      'allowed'],
  ]
  for (const [title, buckets, own, other] of ROWS)
    it(`${title}: ${own} within the account, ${other} from another`, () =>
      assert.deepEqual([decide(buckets, { on }), decide(buckets, { on, who: B })], [own, other]))

  it('are known to stand there by the attributes, where these name them', () => {
    const buckets = [BUCKET, OTHER]
    const third = bucket('arn:aws:s3:::third', 'Deny')
    assert.equal(decide([lets, letsToo, third], { on, attributes: { buckets } }), 'allowed')
    assert.equal(decide([lets, letsToo, third], { on }), 'undetermined')
    assert.equal(decide([lets, third], { on, attributes: { buckets: [] } }), 'undetermined', 'an empty list names none')
    assert.equal(decide([lets], { on, attributes: { buckets } }), 'allowed', 'the one not given has no policy')
    assert.deepEqual(lacks([lets], { on, attributes: { buckets }, complete: false }), [WHICH])
  })

  it('are asked for where none was given', () => {
    assert.equal(decide([], { on, complete: false }), 'undetermined')
    assert.deepEqual(lacks([], { on, complete: false }), [
      ['resource-policy', 'policy', `bucket behind ${on} and its policy`],
    ])
    assert.equal(decide([], { on }), 'allowed')
    assert.equal(decide([], { on, who: B }), 'denied')
  })

  it('are not concerned where none has a policy, and the account is the same', () => {
    const none = [bare(BUCKET), bare(OTHER)]
    assert.deepEqual(
      [behind(none, { on }), behind(none, { on, who: B })].map((all) => all.map(({ verdict }) => verdict)),
      [['not-applicable'], ['implicit-deny']],
    )
    assert.deepEqual(
      behind([bare(BUCKET), letsToo], { on }).map(({ verdict }) => verdict),
      ['unknown'],
    )
  })

  it('are the missing fact where they differ, and only there', () => {
    assert.deepEqual(lacks([bucket(BUCKET), refuses], { on }), [WHICH])
    assert.deepEqual(lacks([lets, refuses], { on }), [WHICH])
    assert.deepEqual(lacks([lets, silent], { on, who: B }), [WHICH])
    assert.deepEqual(lacks([lets, letsToo], { on }), [])
  })

  it('are not those behind a point of one Region', () => assert.equal(decide([lets, letsToo]), 'undetermined'))
})

it('the statement that refuses is cited by the file and line that were given, or by none', () => {
  const cited = (more: Partial<Resource>) =>
    behind([denying('*', more)])
      .flatMap(({ statements }) => statements)
      .filter(({ effect }) => effect === 'Deny')
      .map(({ policy, file, line }) => [policy, file, line])
  assert.deepEqual(cited({ file: 'b.json', lines: [4, 9] }), [[BUCKET, 'b.json', 9]])
  assert.deepEqual(cited({}), [[BUCKET, undefined, undefined]])
  assert.equal('file' in (behind([denying('*')])[0]?.statements[0] ?? {}), false)
})

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-vpc.html */
describe('the policy of the endpoint that the request comes through', () => {
  const bucket: Resource = { arn: BUCKET, account: A, kind: 'bucket', policy: document(everyone('Allow', '*')) }
  const IN_BUCKET = `${BUCKET}/*`
  const IN_POINT = `${POINT}/object/*`
  const through = (resources: readonly Resource[], Statement: readonly object[], complete = true) =>
    ask(resources, { complete, endpoint: { name: 'endpoint', document: document(...Statement) } })
  const allow = (...Resource: readonly string[]) => ({
    Effect: 'Allow',
    Principal: '*',
    Action: 's3:GetObject',
    Resource,
  })

  it('must let through the access point and the bucket', () => {
    assert.equal(through([bucket], [allow(IN_POINT, IN_BUCKET)]).decision, 'allowed')
    for (const only of [IN_POINT, IN_BUCKET]) {
      const { decision, blockedBy, denyType } = through([bucket], [allow(only)])
      assert.deepEqual([decision, blockedBy, denyType], ['denied', ['vpc-endpoint-policy'], 'implicit'], only)
    }
  })

  it('refuses by a Deny on either', () => {
    for (const resource of [`${POINT}/object/a/b`, `${BUCKET}/a/b`]) {
      const { blockedBy, denyType } = through([bucket], [everyone('Allow', '*'), everyone('Deny', resource)])
      assert.deepEqual([blockedBy, denyType], [['vpc-endpoint-policy'], 'explicit'], resource)
    }
    assert.equal(through([bucket], [everyone('Allow', '*'), everyone('Deny', `${OTHER}/*`)]).decision, 'allowed')
  })

  it('is open where the bucket is not known, unless it lets everything through', () => {
    const open = through([], [allow(IN_POINT, IN_BUCKET)])
    assert.equal(open.decision, 'undetermined')
    assert.ok(
      open.missing.some(
        ({ fact, layer }) => layer === 'vpc-endpoint-policy' && fact === `bucket behind ${POINT}/object/a/b`,
      ),
    )
    assert.equal(through([], [everyone('Allow', '*')]).decision, 'allowed')
  })

  it('must let through all buckets behind a multi-Region access point, else it hangs on which', () => {
    const other = { ...bucket, arn: OTHER }
    const two = [bucket, other]
    const attributes = { buckets: [BUCKET, OTHER] }
    const on = `arn:aws:s3::${A}:accesspoint/m.mrap/object/a`
    const judge = (...arns: readonly string[]) =>
      ask(two, {
        on,
        attributes,
        endpoint: { name: 'endpoint', document: document(allow(`${on.slice(0, -1)}*`, ...arns)) },
      }).decision
    assert.equal(judge(IN_BUCKET, `${OTHER}/*`), 'allowed')
    assert.equal(judge(IN_BUCKET), 'undetermined')
    assert.equal(judge(), 'denied')
  })
})
