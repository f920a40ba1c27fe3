/** What of a request is known before any layer is evaluated: caller, owner, relation, attributes and tags of the resource. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { KeyState } from '#iam/key-state.ts'
import type { SomeReadings } from '#iam/readings.ts'
import type { Request } from '#iam/request.ts'
import { prepareScenario } from './evaluate.ts'
import { accountOf, knownRelation, normalizeRequest, evaluationInputOf } from './read-request.ts'
import type { Organization, PoliciesInForce, Resource } from './scenario.ts'

const A = '111122223333'
const B = '444455556666'
const USER = `arn:aws:iam::${A}:user/ann`
const ROLE = `arn:aws:iam::${A}:role/app`
const OBJECT = 'arn:aws:s3:::bucket/a/key'
const BUCKET = 'arn:aws:s3:::bucket'
const QUEUE = `arn:aws:sqs:eu-west-1:${B}:q`

interface ScenarioParts {
  readonly request?: Partial<Request>
  readonly policies?: PoliciesInForce
  readonly resources?: readonly Resource[]
  readonly organization?: Organization | null
  readonly readings?: SomeReadings
}

function read({ request = {}, policies = {}, readings, ...more }: ScenarioParts) {
  const wholeRequest: Request = { principal: USER, action: 's3:GetObject', resource: OBJECT, ...request }
  const prepared = prepareScenario({ request: wholeRequest, policies, ...more }, readings)
  const resource = typeof wholeRequest.resource === 'string' ? wholeRequest.resource : null
  const normal = normalizeRequest(wholeRequest, resource, more.resources, prepared.policies.readings)
  const relation = knownRelation(prepared, normal)
  return { normal, relation, facts: evaluationInputOf(prepared, normal, relation) }
}
const tagOf = (parts: ScenarioParts, key = 'aws:ResourceTag/env'): KeyState => read(parts).facts.question.lookup(key)

describe('who owns the resource, and how the caller stands to it', () => {
  const of = (request: Partial<Request>, resources?: readonly Resource[]) => {
    const { relation, facts: input } = read({ request, ...(resources === undefined ? {} : { resources }) })
    return [input.resourceAccount, relation]
  }
  const on = (resource: string | null, action = 'ex:Do'): Partial<Request> => ({ resource, action })

  it('is told by the request, where no account stands in the ARN', () => {
    assert.deepEqual(of({ resourceAccount: B }), [B, 'cross'])
    assert.deepEqual(of({ resourceAccount: A }), [A, 'same'])
    assert.deepEqual(of({ ...on(QUEUE, 'sqs:SendMessage'), resourceAccount: A }), [B, 'cross'])
  })

  it('is told by the ARN of an access point; of the bucket behind it by the bucket, the point, or the request', () => {
    const point = on(`arn:aws:s3:eu-west-1:${A}:accesspoint/p/object/k`, 's3:GetObject')
    const behind = (more: Partial<Request>, parts: Omit<ScenarioParts, 'request'> = {}) => {
      const { relation, facts: input } = read({ request: { ...point, ...more }, ...parts })
      return [input.resourceAccount, relation, input.relationsBehind]
    }
    const bucket = { arn: 'arn:aws:s3:::b', kind: 'bucket', account: B }
    const serviceGuards = { bucket: bucket.arn, bucketAccount: B }
    assert.deepEqual(behind({ resourceAccount: B }), [A, 'same', ['cross']])
    assert.deepEqual(behind({ resourceAccount: A }), [A, 'same', ['same']])
    assert.deepEqual(behind({ resourceAccount: A }, { policies: { serviceGuards } }), [A, 'same', ['cross']])
    assert.deepEqual(behind({ resourceAccount: A }, { resources: [bucket] }), [A, 'same', ['cross']])
    assert.deepEqual(behind({ principal: 'anonymous' }), [A, 'neither', ['neither']])
    assert.deepEqual(behind({}), [A, undefined, ['cross']], 'not known: both are judged')
    assert.deepEqual(
      behind({}, { policies: { complete: true, serviceGuards: { bucketAccount: null } } }),
      [A, 'same', ['same']],
      'none is named: it is one account',
    )
    assert.deepEqual(
      behind({}, { policies: { complete: true } }),
      [A, undefined, ['cross']],
      'whether one is named, nobody says (R-UNK-01)',
    )
  })

  it('is of one of two accounts, which one is not known to aws:ResourceAccount, through an access point', () => {
    const through = (resourceAccount: string) =>
      read({ request: { ...on(`arn:aws:s3:eu-west-1:${A}:accesspoint/p`, 's3:ListBucket'), resourceAccount } })
    const stateOf = (owner: string) => through(owner).facts.question.lookup('aws:ResourceAccount').state
    assert.deepEqual([stateOf(A), stateOf(B)], ['values', 'present'])
  })

  it('is told by its ARN', () => {
    assert.deepEqual(of(on(QUEUE, 'sqs:SendMessage')), [B, 'cross'])
    assert.deepEqual(of(on(ROLE, 'iam:GetRole')), [A, 'same'])
  })

  it('is the caller’s account where the ARN of its service has none, and for what AWS manages', () => {
    assert.deepEqual(of(on('arn:aws:ec2:eu-west-1::image/ami-1', 'ec2:RunInstances')), [A, 'same'])
    assert.deepEqual(of(on('arn:aws:iam::aws:policy/ReadOnlyAccess', 'iam:GetPolicy')), [A, 'same'])
    assert.deepEqual(of(on('arn:aws:route53:::hostedzone/Z1', 'route53:GetHostedZone')), [A, 'same'])
    assert.deepEqual(of(on('*', 'iam:ListRoles')), [A, 'same'])
  })

  it('is not known of a bucket, of an account that is no number, and of a resource that is not known (R-XACC-04)', () => {
    assert.deepEqual(of({}), [undefined, undefined])
    assert.deepEqual(of(on('arn:aws:sqs:eu-west-1:*:q', 'sqs:SendMessage')), [undefined, undefined])
    assert.deepEqual(of(on(null)), [undefined, undefined])
    assert.deepEqual(of(on('a text')), [undefined, undefined])
  })

  it('is not known while an account is masked, and is the caller’s where one placeholder stands for both (R-UNK-05)', () => {
    const by = (account: string) => ({ principal: `arn:aws:iam::${account}:user/ann` })
    const queue = (account: string) => on(`arn:aws:sqs:eu-west-1:${account}:q`, 'sqs:SendMessage')
    const oai = { principal: 'arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1' }
    assert.deepEqual(of({ ...by('****'), resourceAccount: B }), [B, undefined])
    assert.deepEqual(of({ ...by('****'), resourceAccount: '****' }), [undefined, undefined])
    assert.deepEqual(of({ resourceAccount: 'XXXX' }), [undefined, undefined])
    assert.deepEqual(of({ ...by('XXXX'), ...queue(B) }), [B, undefined])
    assert.deepEqual(of({ ...by('XXXX'), ...queue('XXXX') }), [undefined, undefined])
    assert.deepEqual(of({ ...by('ACCOUNT_ID'), ...queue('ACCOUNT_ID') }), ['ACCOUNT_ID', 'same'])
    assert.deepEqual(of({ ...oai, resourceAccount: B }), [B, 'neither'])
    const { relation, facts: input } = read({
      request: {
        ...by('ACCOUNT_ID'),
        ...on('arn:aws:s3:eu-west-1:ACCOUNT_ID:accesspoint/p', 's3:ListBucket'),
        resourceAccount: B,
      },
    })
    assert.deepEqual([input.resourceAccount, relation], ['ACCOUNT_ID', undefined], 'the bucket behind may be another’s')
  })

  it('is told by the bucket among the resources, or by the resource itself', () => {
    assert.deepEqual(
      of({}, [
        { arn: 'arn:aws:s3:::other', account: A },
        { arn: BUCKET, account: B },
      ]),
      [B, 'cross'],
    )
    assert.deepEqual(of({}, [{ arn: OBJECT, account: B }]), [B, 'cross'])
    assert.deepEqual(of({}, [{ arn: BUCKET, account: null }]), [undefined, undefined])
    const image = 'arn:aws:ec2:eu-west-1::image/ami-1'
    assert.deepEqual(of(on(image, 'ec2:RunInstances'), [{ arn: image, account: B }]), [B, 'cross'])
  })

  it('does not matter for PassRole, which is asked in the caller’s account (R-PASS-01)', () => {
    const theirs = `arn:aws:iam::${B}:role/app`
    assert.deepEqual(of(on(theirs, 'iam:PassRole')), [B, 'same'])
    assert.deepEqual(of(on(theirs, 'IAM:passrole')), [B, 'same'])
    assert.deepEqual(of(on(theirs, 'iam:GetRole')), [B, 'cross'])
  })

  it('is neither for callers without an account, and not known for who is not known', () => {
    for (const principal of ['cloudtrail.amazonaws.com', 'anonymous'])
      assert.equal(of({ principal, resourceAccount: A })[1], 'neither')
    assert.equal(of({ principal: 'somebody', resourceAccount: A })[1], undefined)
  })
})

describe('who calls', () => {
  const callerOf = (request: Partial<Request>, readings: SomeReadings = {}) => read({ request, readings }).facts.caller

  it('with a web identity or an assertion is the provider, whoever is written down (R-STS-10)', () => {
    const role = { principal: USER, resource: ROLE }
    for (const action of ['sts:AssumeRoleWithSAML', 'STS:assumerolewithwebidentity']) {
      const { kind, federatedBy, account, roleArn } = callerOf({ ...role, action })
      assert.deepEqual([kind, federatedBy, account, roleArn], ['identity-provider', USER, undefined, undefined])
      const named = callerOf({ ...role, action, principalDetails: { federatedBy: 'idp.example' } })
      assert.equal(named.federatedBy, 'idp.example')
    }
    const idp = `arn:aws:iam::${A}:saml-provider/corp`
    assert.equal(callerOf({ ...role, principal: idp, action: 'sts:AssumeRoleWithSAML' }).federatedBy, idp)
    assert.equal(callerOf({ ...role, action: 'sts:AssumeRole' }).kind, 'user')
  })

  it('of a federated session may be the user of that name, where it is read so (R-PRIN-10)', () => {
    const same = { 'parent-of-federated-session': 'same-name' } as const
    const principal = `arn:aws:sts::${A}:federated-user/ann`
    assert.equal(callerOf({ principal }).federatedBy, undefined)
    assert.equal(callerOf({ principal }, same).federatedBy, USER)
    const known = { principal, principalDetails: { federatedBy: `arn:aws:iam::${A}:user/bob` } }
    assert.equal(callerOf(known, same).federatedBy, `arn:aws:iam::${A}:user/bob`)
    assert.equal(callerOf({}, same).federatedBy, undefined)
  })

  it('has a boundary, has none, or nobody knows', () => {
    const of = (policies: PoliciesInForce) => read({ policies }).facts.question.hasBoundary
    assert.deepEqual(
      [of({ permissionsBoundary: { name: 'b' } }), of({ permissionsBoundary: null }), of({ complete: true }), of({})],
      [true, false, false, 'unknown'],
    )
  })
})

describe('a request in its own words', () => {
  const normal = (request: Partial<Request>) => read({ request }).normal

  it('loses blanks and quotes around action and resource, and nothing else (R-MSG-19)', () => {
    assert.equal(normal({ action: ' "s3:GetObject" ' }).action, 's3:GetObject')
    assert.equal(normal({ resource: ` '${OBJECT}' ` }).resource, OBJECT)
    for (const resource of ['"', `"${OBJECT}`, `${OBJECT}"`, `"${OBJECT}'`, `(${OBJECT})`, ''])
      assert.equal(normal({ resource }).resource, resource, resource)
    assert.equal(normal({ resource: '""' }).resource, '')
  })

  it('says what was changed, and why', () => {
    assert.deepEqual(normal({}).normalized, [])
    assert.deepEqual(normal({ action: 'S3:GETOBJECT', resource: `"${OBJECT}"` }).normalized, [
      { field: 'action', from: 'S3:GETOBJECT', to: 's3:GetObject', rule: 'R-MSG-07' },
      { field: 'resource', from: `"${OBJECT}"`, to: OBJECT, rule: 'R-MSG-19' },
    ])
    assert.deepEqual(normal({ action: '"s3:HeadObject"' }).normalized, [
      { field: 'action', from: '"s3:HeadObject"', to: 's3:GetObject', rule: 'R-MSG-08' },
    ])
  })

  it('whose resource is not known stays so, and `*` is no resource (R-REQ-03, R-REQ-05)', () => {
    assert.deepEqual(normal({ resource: null }).requestResource, { kind: 'unknown' })
    assert.deepEqual(normal({ action: 's3:ListAllMyBuckets', resource: null }).requestResource, { kind: 'none' })
    assert.deepEqual(normal({ resource: '*', resourcePatterns: { '*': [] } }).requestResource, { kind: 'none' })
    const listing = normal({ action: 's3:ListAllMyBuckets', resource: BUCKET })
    assert.deepEqual([listing.requestResource, listing.resource], [{ kind: 'none' }, '*'])
    assert.deepEqual(normal({ action: 's3:ListAllMyBuckets', resource: '*' }).normalized, [])
  })

  it('`*` stands for an ARN where there must be one, of the account that is named or the own (R-REQ-05)', () => {
    const meant = (request: Partial<Request>) => {
      const { requestResource, resource, normalized } = normal({ resource: '*', ...request })
      assert.deepEqual([resource, normalized.map(({ rule }) => rule)], [null, ['R-REQ-05']])
      return requestResource.kind === 'unknown'
        ? [requestResource.account, requestResource.open?.patterns]
        : requestResource.kind
    }
    const sent = { action: 'sqs:SendMessage' }
    assert.deepEqual(meant(sent), [A, [`arn:aws:sqs:*:${A}:*`]])
    assert.deepEqual(meant({ ...sent, resourceAccount: B }), [B, [`arn:aws:sqs:*:${B}:*`]])
    assert.deepEqual(meant({ ...sent, principal: 'anonymous' }), [undefined, ['arn:*:sqs:*:*:*']])
    assert.deepEqual(meant({ action: 's3:PutBucketPolicy' }), [undefined, ['arn:aws:s3:::*']])
    for (const action of ['sts:TagSession', 'ec2:DescribeInstances', 'ex:Do'])
      assert.deepEqual(normal({ action, resource: '*' }).requestResource, { kind: 'none' }, action)
  })

  it('that names no action of a service is that text (R-ACT-05)', () => {
    const { facts: input } = read({ request: { action: 'NoSuch' } })
    assert.deepEqual(input.question.action, { service: '', name: 'nosuch' })
  })
})

describe('what is known of the resource', () => {
  const queue = { action: 'sqs:SendMessage', resource: QUEUE }
  const tags = { env: 'dev' }

  it('is what the policies say of it, else what stands among the resources, of an object its bucket', () => {
    const attributesOf = (parts: ScenarioParts) => read(parts).facts.attributes
    assert.deepEqual(attributesOf({ policies: { serviceGuards: { a: 1 } }, resources: [{ arn: OBJECT }] }), { a: 1 })
    assert.equal(attributesOf({ policies: { serviceGuards: null } }), null)
    assert.deepEqual(attributesOf({ resources: [{ arn: BUCKET, attributes: { a: 2 } }] }), { a: 2 })
    assert.deepEqual(attributesOf({ request: queue, resources: [{ arn: QUEUE, attributes: { a: 3 } }] }), { a: 3 })
    assert.equal(attributesOf({ resources: [{ arn: 'arn:aws:s3:::other', attributes: { a: 4 } }] }), undefined)
    const role = { action: 'iam:GetRole', resource: `arn:aws:iam::${A}:role/team/app` }
    const team = { arn: `arn:aws:iam::${A}:role/team`, attributes: { a: 5 } }
    assert.equal(attributesOf({ request: role, resources: [team] }), undefined)
  })

  it('has tags, none, or nobody knows', () => {
    const state = (serviceGuards: PoliciesInForce['serviceGuards'], complete = false) =>
      tagOf({ request: queue, policies: { complete, ...(serviceGuards === undefined ? {} : { serviceGuards }) } }).state
    assert.deepEqual(
      [state({ tags }), state({ tags: {} }), state({ tags: null }), state(null)],
      ['values', 'absent', 'absent', 'absent'],
    )
    assert.deepEqual([state({}), state(undefined), state({ tags: 'none' })], ['unknown', 'unknown', 'unknown'])
    assert.deepEqual([state({}, true), state(undefined, true)], ['unknown', 'unknown'], 'complete speaks of policies')
  })

  it('counts tags of a bucket only where access control by tags is on (R-S3-11)', () => {
    const state = (serviceGuards: NonNullable<PoliciesInForce['serviceGuards']>, complete = false) =>
      tagOf({ request: { resourceAccount: A }, policies: { complete, serviceGuards } }).state
    assert.deepEqual([state({ abac: true, tags }), state({ abac: true, tags: null })], ['values', 'absent'])
    assert.deepEqual([state({ abac: false, tags }), state({ abac: null, tags })], ['absent', 'absent'])
    assert.deepEqual(
      [state({ tags }), state({ tags }, true), state({ abac: true }), state({ abac: true }, true)],
      ['unknown', 'unknown', 'unknown', 'unknown'],
    )
  })

  it('has no tags for PassRole, which they do not help (R-PASS-02)', () => {
    const of = (action: string) =>
      tagOf({ request: { action, resource: ROLE }, policies: { serviceGuards: { tags } } }).state
    assert.deepEqual([of('iam:PassRole'), of('iam:GetRole')], ['unknown', 'values'])
  })

  it('is in the Region of the one endpoint that a global service has (R-CTX-03)', () => {
    const region = (request: Partial<Request>) => read({ request }).facts.question.lookup('aws:RequestedRegion')
    assert.deepEqual(region({ action: 'iam:GetRole', resource: ROLE }), {
      state: 'values',
      values: ['us-east-1'],
      multivalued: false,
    })
    assert.equal(region({}).state, 'present')
  })

  it('is reached through the endpoint whose policy is given', () => {
    const ip = (policies: PoliciesInForce) => read({ policies }).facts.question.lookup('aws:SourceIp').state
    assert.deepEqual(
      [ip({ vpcEndpointPolicy: { name: 'e' } }), ip({ vpcEndpointPolicy: null }), ip({})],
      ['absent', 'unknown', 'unknown'],
    )
  })

  it('is in an organization, in none, or nobody knows', () => {
    const of = (parts: ScenarioParts) => read(parts).facts.organization
    assert.deepEqual(
      [of({}), of({ policies: { complete: true } }), of({ organization: null })],
      [undefined, undefined, null],
    )
    assert.deepEqual(of({ organization: { id: 'o-1' }, policies: { complete: true } }), { id: 'o-1' })
  })

  it('lists all buckets where that is asked, unless it is read otherwise (R-REQ-04, X-08)', () => {
    const of = (action: string, readings: SomeReadings = {}) =>
      read({ request: { action, resource: '*' }, readings }).facts.question.listsAllBuckets
    assert.deepEqual(
      [of('s3:listallmybuckets'), of('s3:ListAllMyBuckets', { 'all-buckets-arn': 'never' }), of('iam:ListRoles')],
      [true, false, false],
    )
  })
})

it('the account of an ARN is told where it is one', () => {
  assert.deepEqual([QUEUE, OBJECT, 'arn:aws:iam::aws:policy/x', 'text'].map(accountOf), [
    B,
    undefined,
    undefined,
    undefined,
  ])
})
