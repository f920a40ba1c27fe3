import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readAction } from './action.ts'
import { readCaller } from './caller.ts'
import { ABSENT, type Lookup, single, UNKNOWN } from './key-state.ts'
import { readPolicyDocument } from './policy.ts'
import { type PolicyPlace, readRequestResource } from './resource.ts'
import { matchStatement, type Question } from './statement.ts'
import type { Truth } from './truth.ts'

const OBJECT = 'arn:aws:s3:::bucket/key'

function question(action: string, resource: string, lookup: Lookup): Question {
  return {
    action: readAction(action) ?? { service: '', name: '' },
    resource: readRequestResource(resource),
    caller: readCaller({ principal: 'arn:aws:iam::111122223333:user/ann', action, resource }),
    lookup,
    listsAllBuckets: action === 's3:ListAllMyBuckets',
    hasBoundary: false,
  }
}

function matches(
  statement: object,
  action = 's3:GetObject',
  resource = OBJECT,
  place: PolicyPlace = 'identity',
  lookup: Lookup = () => ABSENT,
): Truth {
  const [read] = readPolicyDocument(
    { Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] },
    place,
  ).statements
  assert.ok(read !== undefined, 'the statement was not read')
  return matchStatement(read, place, question(action, resource, lookup)).matches
}

describe('NotAction (R-ACT-04)', () => {
  it('covers what none of its elements does', () => {
    assert.equal(matches({ NotAction: 'iam:*', Resource: '*' }), true)
    assert.equal(matches({ NotAction: ['iam:*', 's3:Get*'], Resource: '*' }), false)
    assert.equal(matches({ NotAction: 'S3:getobject', Resource: '*' }), false)
  })

  it('still obeys Resource', () => assert.equal(matches({ NotAction: 'iam:*', Resource: 'arn:aws:sqs:*:*:*' }), false))

  it('with an element that matches nothing excludes nothing (R-ACT-03)', () => {
    assert.equal(matches({ NotAction: 's3:GetObject, s3:PutObject', Resource: '*' }), true)
  })

  it('without elements has no effect (R-GRAM-11)', () => assert.equal(matches({ NotAction: [], Resource: '*' }), false))
})

describe('NotResource (R-RES-07)', () => {
  it('covers what none of its elements does', () => {
    assert.equal(matches({ Action: '*', NotResource: 'arn:aws:s3:::other/*' }), true)
    assert.equal(matches({ Action: '*', NotResource: ['arn:aws:s3:::other/*', 'arn:aws:s3:::bucket/*'] }), false)
    assert.equal(matches({ Action: '*', NotResource: '*' }), false)
  })

  it('with a variable that has no value excludes nothing', () => {
    assert.equal(matches({ Action: '*', NotResource: 'arn:aws:s3:::${aws:username}/*' }), true)
    assert.equal(
      matches({ Action: '*', NotResource: 'arn:aws:s3:::${aws:username}/*' }, 's3:GetObject', OBJECT, 'identity', () =>
        single('bucket'),
      ),
      false,
    )
    assert.equal(
      matches(
        { Action: '*', NotResource: 'arn:aws:s3:::${aws:username}/*' },
        's3:GetObject',
        OBJECT,
        'identity',
        () => UNKNOWN,
      ),
      'unknown',
    )
  })

  it('with a short ARN that is refused excludes nothing (R-RES-05)', () => {
    assert.equal(matches({ Action: '*', NotResource: 'arn:aws:s3' }, 's3:GetObject', OBJECT, 'scp'), true)
    assert.equal(
      matches({ Action: '*', NotResource: 'arn:aws:s3' }),
      false,
      'in an identity policy it covers all of S3',
    )
  })

  it('that lists ARNs covers a request without a resource (R-REQ-04)', () => {
    assert.equal(matches({ Action: '*', NotResource: 'arn:aws:s3:::bucket' }, 's3:ListAllMyBuckets', '*'), true)
    assert.equal(matches({ Action: '*', NotResource: '*' }, 's3:ListAllMyBuckets', '*'), false)
  })

  it('without elements has no effect (R-GRAM-11)', () => assert.equal(matches({ Action: '*', NotResource: [] }), false))
})

describe('a missing element', () => {
  it('Action: the statement has no effect (R-GRAM-11)', () => assert.equal(matches({ Resource: '*' }), false))

  it('Resource: no effect, but in a trust policy it is the role itself (R-GRAM-08, R-GRAM-10)', () => {
    assert.equal(matches({ Action: '*' }), false)
    const trust = { Principal: '*', Action: 'sts:AssumeRole' }
    assert.equal(matches(trust, 'sts:AssumeRole', 'arn:aws:iam::111122223333:role/r', 'trust'), true)
    assert.equal(matches(trust, 'sts:AssumeRole', 'arn:aws:iam::111122223333:role/r', 'resource'), false)
  })

  it('Principal: nobody in policies that need one, everyone elsewhere (R-GRAM-08, R-GRAM-09)', () => {
    for (const place of ['resource', 'trust', 'vpce', 'rcp'] as const)
      assert.equal(matches({ Action: '*', Resource: '*' }, 's3:GetObject', OBJECT, place), false, place)
    for (const place of ['identity', 'boundary', 'session', 'scp'] as const)
      assert.equal(matches({ Action: '*', Resource: '*' }, 's3:GetObject', OBJECT, place), true, place)
  })

  it('Condition: none; an empty one is none too (R-GRAM-12)', () =>
    assert.equal(matches({ Action: '*', Resource: '*', Condition: {} }), true))
})

describe('the elements of a statement are ANDed (R-COND-63)', () => {
  const unknown: Lookup = () => UNKNOWN
  const condition = { Condition: { StringEquals: { 'ex:k': 'v' } } }

  it('an unknown condition leaves the statement unknown', () =>
    assert.equal(
      matches({ Action: '*', Resource: '*', ...condition }, 's3:GetObject', OBJECT, 'identity', unknown),
      'unknown',
    ))

  it('an element that surely fails settles it in spite of an unknown condition (R-COND-62)', () => {
    assert.equal(
      matches({ Action: 'sqs:*', Resource: '*', ...condition }, 's3:GetObject', OBJECT, 'identity', unknown),
      false,
    )
    assert.equal(
      matches(
        { Action: '*', Resource: 'arn:aws:s3:::other/*', ...condition },
        's3:GetObject',
        OBJECT,
        'identity',
        unknown,
      ),
      false,
    )
    assert.equal(
      matches(
        { Action: '*', Resource: '*', Principal: { AWS: '444455556666' }, ...condition },
        's3:GetObject',
        OBJECT,
        'resource',
        unknown,
      ),
      false,
    )
  })

  it('a Principal that AWS refuses in an identity policy says nothing there (R-GRAM-09, R-VAL-01)', () => {
    assert.equal(matches({ Action: '*', Resource: '*', Principal: { AWS: '444455556666' } }), true)
  })
})

describe('a statement without Resource', () => {
  it('is of the repository in a policy of ECR, and has no effect elsewhere (R-OTH-06, R-GRAM-08)', () => {
    const pull = { Principal: '*', Action: '*' }
    const on = (service: string, place: PolicyPlace) =>
      matches(pull, `${service}:BatchGetImage`, `arn:aws:${service}:eu-west-1:111122223333:repository/r`, place)
    assert.deepEqual([on('ecr', 'resource'), on('ecr-public', 'resource'), on('sqs', 'resource')], [true, true, false])
    assert.deepEqual([on('ecr', 'identity'), on('ecr-public', 'scp'), on('ecr', 'vpce')], [false, false, false])
  })

  it('may be of a file system in its policy (R-OTH-24)', () => {
    const on = (place: PolicyPlace) =>
      matches(
        { Principal: '*', Action: 'elasticfilesystem:ClientWrite' },
        'elasticfilesystem:ClientWrite',
        'arn:aws:elasticfilesystem:eu-west-1:111122223333:file-system/fs-0123456789abcdef0',
        place,
      )
    assert.deepEqual([on('resource'), on('identity')], [true, false])
  })

  it('is of the search domain in its policy, for the calls of the domain alone (R-OTH-15)', () => {
    const on = (action: string, place: PolicyPlace) =>
      matches(
        { Principal: '*', Action: '*' },
        `cloudsearch:${action}`,
        'arn:aws:cloudsearch:eu-west-1:111122223333:domain/d',
        place,
      )
    assert.deepEqual(
      ['search', 'Suggest', 'document', 'DescribeDomains'].map((action) => on(action, 'resource')),
      [true, true, true, false],
    )
    assert.deepEqual([on('search', 'identity'), on('search', 'rcp')], [false, false])
  })
})

describe('an account in the policy of a VPC endpoint (R-VPCE-04)', () => {
  const account = { Principal: { AWS: '111122223333' }, Action: '*', Resource: '*' }
  const others = { NotPrincipal: { AWS: '111122223333' }, Action: '*', Resource: '*' }
  const at = (statement: object, action: string, place: PolicyPlace) =>
    matches(statement, action, `arn:aws:${action.split(':')[0]}:eu-west-1:111122223333:x/y`, place)

  it('means its root user alone at a gateway endpoint: of S3, of DynamoDB', () => {
    assert.deepEqual(
      ['s3:GetObject', 'dynamodb:GetItem', 'sqs:SendMessage'].map((action) => at(account, action, 'vpce')),
      [false, false, true],
    )
    assert.deepEqual(
      ['s3:GetObject', 'dynamodb:GetItem', 'sqs:SendMessage'].map((action) => at(account, action, 'resource')),
      [true, true, true],
    )
  })

  it('is spared as a whole by a NotPrincipal that names it', () => {
    for (const action of ['s3:GetObject', 'dynamodb:GetItem', 'sqs:SendMessage'])
      assert.equal(
        at({ ...others, Effect: 'Deny' }, action, 'vpce'),
        at({ ...others, Effect: 'Deny' }, action, 'rcp'),
        action,
      )
  })
})

describe('a Deny with NotPrincipal that names the caller (R-PM-10)', () => {
  const spared = {
    Effect: 'Deny',
    NotPrincipal: { AWS: ['111122223333', 'arn:aws:iam::111122223333:user/ann'] },
    Action: '*',
    Resource: '*',
  }
  const of = (place: PolicyPlace, hasBoundary: Truth) => {
    const [read] = readPolicyDocument({ Version: '2012-10-17', Statement: [spared] }, place).statements
    assert.ok(read !== undefined)
    return matchStatement(read, place, { ...question('sqs:SendMessage', OBJECT, () => ABSENT), hasBoundary }).matches
  }

  it('reaches it all the same in a policy of a resource or role, if it has a permissions boundary', () => {
    for (const place of ['resource', 'trust'] as const)
      assert.deepEqual([of(place, true), of(place, 'unknown'), of(place, false)], [true, 'unknown', false], place)
    for (const place of ['vpce', 'rcp'] as const)
      assert.deepEqual([of(place, true), of(place, 'unknown'), of(place, false)], [false, false, false], place)
  })
})
