import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { prepareScenario } from '#engine/evaluate.ts'
import type { PoliciesInForce, Policy, Scenario } from '#engine/scenario.ts'
import type { AccessSet } from '#space/access-set.ts'
import { compareDocuments, compareInForce } from './compare.ts'

type Statement = Readonly<Record<string, unknown>>

const allow = (action: unknown, resource: unknown = '*', condition?: object): Statement => ({
  Effect: 'Allow',
  Action: action,
  Resource: resource,
  ...(condition === undefined ? {} : { Condition: condition }),
})
const deny = (...args: Parameters<typeof allow>): Statement => ({ ...allow(...args), Effect: 'Deny' })
const policy = (...statements: readonly Statement[]): Policy => ({
  name: 'd',
  document: { Version: '2012-10-17', Statement: statements },
})

const GET = allow('s3:GetObject', 'arn:aws:s3:::b/*')
const EVERYTHING = allow('*')
const https = { Bool: { 'aws:SecureTransport': 'true' } }

/** What becomes allowed and what is lost, from AWS's rules: an Allow must match and no Deny may. */
// biome-ignore format: a table is read by its columns
const ROWS: readonly (readonly [what: string, old: readonly Statement[], next: readonly Statement[], gained: string, lost: string])[] = [
  ['the same',                          [GET],                                     [GET],                                              'none', 'none'],
  ['the same twice, in another order',  [GET, EVERYTHING],                         [EVERYTHING, GET, GET],                             'none', 'none'],
  ['action names are not told apart by case', [GET],                               [allow('S3:getobject', 'arn:aws:s3:::b/*')],        'none', 'none'],
  ['a narrower Allow beside it',        [allow('s3:*')],                           [allow('s3:*'), GET],                               'none', 'none'],
  ['a wider resource',                  [GET],                                     [allow('s3:GetObject', 'arn:aws:s3:::b*')],         'some', 'none'],
  ['overlapping resources',             [allow('s3:GetObject', 'arn:aws:s3:::b/a*')], [allow('s3:GetObject', 'arn:aws:s3:::b/*a')],    'some', 'some'],
  ['all known names against a pattern', [allow(['sqs:SendMessage'])],              [allow('sqs:SendM*')],                              'some', 'none'],
  ['a question mark',                   [allow('s3:GetObject', 'arn:aws:s3:::b/?')], [allow('s3:GetObject', 'arn:aws:s3:::b/??')],     'some', 'some'],
  ['NotAction leaves one out',          [EVERYTHING],                              [{ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }], 'none', 'some'],
  ['NotResource covers the rest',       [GET, { Effect: 'Allow', Action: 's3:GetObject', NotResource: 'arn:aws:s3:::b/*' }], [allow('s3:GetObject')], 'none', 'none'],
  ['a Deny with a wildcard inside the type gone (R-RES-11)', [allow('iam:*'), deny('iam:*', 'arn:aws:iam::*:us*/b')], [allow('iam:*')], 'undecided', 'none'],
  ['… kept',                            [allow('iam:*'), deny('iam:*', 'arn:aws:iam::*:us*/b')], [allow('iam:*'), deny('iam:*', 'arn:aws:iam::*:us*/b')], 'none', 'none'],
  ['two stars for one in a Deny (R-RES-11)', [allow('iam:*'), deny('iam:*', 'arn:aws:iam::*:*/b')], [allow('iam:*'), deny('iam:**', 'arn:aws:iam::**:**/b')], 'none', 'none'],
  ['a Deny gone',                       [EVERYTHING, deny('s3:*')],                [EVERYTHING],                                       'some', 'none'],
  ['a Deny that denied nothing gone',   [allow('sqs:*'), deny('s3:*')],            [allow('sqs:*')],                                   'none', 'none'],
  ['a Deny narrowed to plain text',     [EVERYTHING, deny('s3:*')],                [EVERYTHING, deny('s3:*', '*', { Bool: { 'aws:SecureTransport': 'false' } })], 'some', 'none'],
  ['a condition that all meet',         [allow('s3:*')],                           [allow('s3:*', '*', { Null: { 'aws:SecureTransport': 'false' } })], 'none', 'none'],
  ['one of two values',                 [allow('s3:*', '*', https), allow('s3:*', '*', { Bool: { 'aws:SecureTransport': 'false' } })], [allow('s3:*')], 'none', 'none'],
  ['IfExists lets the absent in',       [allow('s3:*', '*', { StringEquals: { 'aws:SourceVpce': 'v' } })], [allow('s3:*', '*', { StringEqualsIfExists: { 'aws:SourceVpce': 'v' } })], 'some', 'none'],
  ['a negated operator and its absent key', [allow('s3:*', '*', { StringNotEquals: { 'aws:SourceVpce': 'v' } })], [allow('s3:*', '*', { StringNotEqualsIfExists: { 'aws:SourceVpce': 'v' } })], 'none', 'none'],
  ['two halves of a range',             [allow('s3:*', '*', { IpAddress: { 'aws:SourceIp': ['10.0.0.0/25', '10.0.0.128/25'] } })], [allow('s3:*', '*', { IpAddress: { 'aws:SourceIp': '10.0.0.0/24' } })], 'none', 'none'],
  ['a number at the edge',              [allow('s3:ListBucket', '*', { NumericLessThan: { 's3:max-keys': '10' } })], [allow('s3:ListBucket', '*', { NumericLessThanEquals: { 's3:max-keys': '10' } })], 'some', 'none'],
  ['all values, any value',             [allow('ec2:*', '*', { 'ForAnyValue:StringEquals': { 'aws:TagKeys': ['a', 'b'] } })], [allow('ec2:*', '*', { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['a', 'b'] } })], 'some', 'some'],
  ['any value is not the opposite of all', [allow('ec2:*', '*', { 'ForAllValues:StringEquals': { 'aws:TagKeys': 'a' } }), allow('ec2:*', '*', { 'ForAnyValue:StringNotEquals': { 'aws:TagKeys': 'a' } })], [allow('ec2:*')], 'none', 'none'],
  ['an endpoint or an address, never both', [], [allow('s3:*', '*', { StringLike: { 'aws:SourceVpce': '*' }, IpAddress: { 'aws:SourceIp': '0.0.0.0/0' } })], 'none', 'none'],
  ['a user name on both sides',         [allow('s3:GetObject', 'arn:aws:s3:::b/${aws:username}/*')], [allow('s3:GetObject', 'arn:aws:s3:::b/${aws:username}/*'), GET], 'some', 'none'],
  ['a variable within what is allowed', [GET],                                     [GET, allow('s3:GetObject', 'arn:aws:s3:::b/${aws:username}/*')], 'none', 'none'],
  ['a user name alone',                 [],                                        [allow('s3:GetObject', 'arn:aws:s3:::b/${aws:username}/*')], 'some', 'none'],
  ['a tag as a folder',                 [],                                        [allow('s3:GetObject', 'arn:aws:s3:::b/${aws:PrincipalTag/team}/*')], 'some', 'none'],
  ['the default of a tag',              [],                                        [allow('s3:GetObject', "arn:aws:s3:::b/${aws:PrincipalTag/team, 'none'}/*")], 'some', 'none'],
  ['a Deny of all folders but one\'s own gone', [EVERYTHING, { Effect: 'Deny', Action: 's3:*', NotResource: 'arn:aws:s3:::b/${aws:username}/*' }], [EVERYTHING], 'some', 'none'],
  ['a Deny within one\'s own folder',   [allow('s3:GetObject', 'arn:aws:s3:::b/${aws:PrincipalTag/team}/*')], [allow('s3:GetObject', 'arn:aws:s3:::b/${aws:PrincipalTag/team}/*'), deny('s3:GetObject', 'arn:aws:s3:::b/admin/*')], 'none', 'some'],
  ['a service no one knows',            [],                                        [allow('nosuch:*')],                                'none', 'none'],
  ['an action its service does not know', [],                                      [allow('s3:Nosuch')],                               'some', 'none'],
  ['an action on a resource it has not', [],                                       [allow('s3:ListAllMyBuckets', 'arn:aws:sqs:us-east-1:111122223333:q')], 'none', 'none'],
  ['nothing allowed and much denied',   [],                                        [deny('*')],                                        'none', 'none'],
]

describe('comparing documents', () => {
  for (const [what, old, next, gained, lost] of ROWS)
    it(`${what}: ${gained} new, ${lost} lost`, () => {
      const result = compareDocuments([policy(...old)], [policy(...next)])
      assert.deepEqual([result.newAccess, result.lostAccess], [gained, lost], result.reason)
      assert.equal(result.witness !== null, gained === 'some')
      assert.equal(result.lostWitness !== null, lost === 'some')
      const back = compareDocuments([policy(...next)], [policy(...old)])
      assert.deepEqual([back.newAccess, back.lostAccess], [lost, gained], 'the other way round')
    })

  it('takes a resource type of the action for a witness where one is left', () => {
    const { witness } = compareDocuments([], [policy(allow('sqs:SendMessage'))])
    assert.equal(String(witness?.resource).split(':')[2], 'sqs')
  })

  it('names what is new in the policy’s own words, without what was allowed before', () => {
    const { newlyAllowed } = compareDocuments(
      [policy(allow('s3:GetObject', 'arn:aws:s3:::b/a/*'))],
      [policy(allow(['s3:GetObject', 's3:PutObject'], 'arn:aws:s3:::b/*', https))],
    )
    assert.deepEqual(newlyAllowed, [
      {
        principals: ['*'],
        actions: ['s3:GetObject', 's3:PutObject'],
        resources: ['arn:aws:s3:::b/*'],
        conditions: [https],
        except: [{ principals: ['*'], actions: ['s3:GetObject'], resources: ['arn:aws:s3:::b/a/*'], conditions: [] }],
      },
    ])
  })

  it('names of a Deny that went only what an Allow lets through now, and what another Deny keeps', () => {
    const gained = (old: readonly Statement[], next: readonly Statement[]) =>
      compareDocuments([policy(...old)], [policy(...next)]).newlyAllowed.map(({ actions, resources, except }) => [
        actions,
        resources,
        ...(except ?? []).map((set) => set.actions),
      ])
    const within = allow('s3:*', 'arn:aws:s3:::data/*')
    const secret = deny('s3:DeleteObject', 'arn:aws:s3:::data/secret/*')
    assert.deepEqual(gained([within, secret], [within]), [[['s3:DeleteObject'], ['arn:aws:s3:::data/secret/*']]])
    const across = [allow('s3:*', 'arn:aws:s3:::*/in/*'), deny('s3:Get*', 'arn:aws:s3:::data/*')]
    assert.deepEqual(gained(across, across.slice(0, 1)), [
      [['s3:Get*'], ['arn:aws:s3:::data/in/*', 'arn:aws:s3:::data/*/in/*']],
    ])
    const others = { Effect: 'Deny', NotAction: 's3:GetObject', Resource: '*' }
    const [set] = compareDocuments([policy(EVERYTHING, deny('s3:*'))], [policy(EVERYTHING, others)]).newlyAllowed
    assert.deepEqual([set?.actions, set?.except?.length], [['s3:*'], 1])
  })

  it('without a Deny of actions that the cut is not about', () => {
    const [from, to] = [['s3:GetObject', 's3:DeleteObject'], 's3:GetObject'] as const
    const old = policy(allow(from[0], 'arn:aws:s3:::b/in/*'), deny(from[1]))
    const next = policy(allow(to, 'arn:aws:s3:::b/in*'), deny(from[1]))
    const cut = { principals: ['*'], actions: ['s3:GetObject'], resources: ['arn:aws:s3:::b/in/*'], conditions: [] }
    assert.deepEqual(compareDocuments([old], [next]).newlyAllowed[0]?.except, [cut])
    const back = policy(allow('s3:GetObject', 'arn:aws:s3:::b/in/*'), deny('s3:Get*', 'arn:aws:s3:::b/in/x/*'))
    const sets = compareDocuments([back], [policy(allow('s3:GetObject', 'arn:aws:s3:::b/in*'))]).newlyAllowed
    const wider = sets.find(({ resources }) => resources.includes('arn:aws:s3:::b/in*'))
    assert.deepEqual(wider?.except?.[0]?.except?.[0]?.resources, ['arn:aws:s3:::b/in/x/*'])
  })

  it('is undecided over a document that cannot be read, and none over the same one', () => {
    const broken = { name: 'd', document: { Statement: [{ Effect: 'Perhaps', Action: '*', Resource: '*' }] } }
    const result = compareDocuments([policy(GET)], [broken])
    assert.deepEqual([result.newAccess, result.lostAccess], ['undecided', 'undecided'])
    assert.match(result.reason ?? '', /Perhaps/)
    assert.equal(compareDocuments([broken], [broken]).newAccess, 'none')
  })

  it('counts principals in a resource policy', () => {
    const to = (principal: unknown): Policy => policy({ ...GET, Principal: principal })
    const account = to({ AWS: '111122223333' })
    assert.equal(compareDocuments([account], [to('*')], 'resource-policy').newAccess, 'some')
    assert.equal(compareDocuments([to('*')], [account], 'resource-policy').newAccess, 'none')
    const root = to({ AWS: 'arn:aws:iam::111122223333:root' })
    assert.equal(compareDocuments([account], [root], 'resource-policy').newAccess, 'none')
    assert.equal(compareDocuments([account], [root], 'resource-policy').lostAccess, 'none')
  })

  it('gives up within its budget', () => {
    const result = compareDocuments([policy(allow('s3:*', '*', https))], [policy(allow('s3:*'))], 'identity-policy', {
      budget: 0,
    })
    assert.equal(result.newAccess, 'undecided')
    assert.match(result.reason ?? '', /budget/)
  })
})

const inForce = (policies: PoliciesInForce) =>
  prepareScenario({
    request: { principal: 'arn:aws:iam::111122223333:user/u', action: 's3:GetObject', resource: 'arn:aws:s3:::b/k' },
    policies: { complete: true, ...policies },
  })

const NO_LIMITS: PoliciesInForce = {
  serviceControlPolicies: null,
  resourceControlPolicies: null,
  permissionsBoundary: null,
  sessionPolicies: null,
  vpcEndpointPolicy: null,
}

describe('comparing what is in force', () => {
  const identityPolicies = [policy(allow('s3:*'))]

  it('a boundary that goes lets through what it held back', () => {
    const bounded = inForce({ identityPolicies, permissionsBoundary: policy(allow('s3:Get*')) })
    const result = compareInForce(bounded, inForce({ identityPolicies }))
    assert.deepEqual([result.newAccess, result.lostAccess], ['some', 'none'])
  })

  it('what a boundary holds back is not new', () => {
    const permissionsBoundary = policy(allow('s3:*'))
    const old = inForce({ identityPolicies, permissionsBoundary })
    const next = inForce({ identityPolicies: [...identityPolicies, policy(allow('iam:*'))], permissionsBoundary })
    assert.equal(compareInForce(old, next).newAccess, 'none')
  })

  it('names what all layers let through together', () => {
    const organization = { id: 'o-1', managementAccount: '999988887777' }
    const side = (scp: Statement, own: Statement, boundary?: Statement) => {
      const { scenario, policies } = inForce({
        serviceControlPolicies: [{ target: 'r', policies: [policy(scp)] }],
        identityPolicies: [policy(own)],
        ...(boundary === undefined ? {} : { permissionsBoundary: policy(boundary) }),
      })
      return { scenario: { ...scenario, organization }, policies }
    }
    const gained = (old: ReturnType<typeof side>, next: ReturnType<typeof side>) =>
      compareInForce(old, next, { lost: false }).newlyAllowed.map(({ actions, resources }) => [actions, resources])
    const [ec2, all, own] = [allow('ec2:*'), allow('s3:*'), allow('s3:*', 'arn:aws:s3:::data/*')]
    const objects = allow('s3:GetObject', 'arn:aws:s3:::data/in/*')
    assert.deepEqual(gained(side(ec2, all), side(GET, all)), [[['s3:GetObject'], ['arn:aws:s3:::b/*']]])
    assert.deepEqual(gained(side(ec2, own), side(objects, own)), [[['s3:GetObject'], ['arn:aws:s3:::data/in/*']]])
    assert.deepEqual(gained(side(GET, ec2), side(GET, all)), [[['s3:GetObject'], ['arn:aws:s3:::b/*']]])
    assert.deepEqual(gained(side(EVERYTHING, all, ec2), side(EVERYTHING, all, GET)), [
      [['s3:GetObject'], ['arn:aws:s3:::b/*']],
    ])
    assert.deepEqual(gained(side(allow('s3:*Object'), ec2), side(allow('s3:*Object'), allow('s3:Get*'))), [
      [['s3:Get*Object'], ['*']],
    ])
  })

  it('says whether anything beyond the intent became allowed', () => {
    const old = inForce({ identityPolicies })
    const next = inForce({
      identityPolicies: [...identityPolicies, policy(allow('sqs:*', 'arn:aws:sqs:us-east-1:111122223333:q'))],
    })
    const set = { principals: ['*'], resources: ['arn:aws:sqs:us-east-1:111122223333:q'], conditions: [] }
    const wide = compareInForce(old, next, { intended: [{ ...set, actions: ['sqs:*'] }], lost: false })
    assert.equal(wide.beyondIntent?.access, 'none')
    const narrow = compareInForce(old, next, { intended: [{ ...set, actions: ['sqs:SendMessage'] }], lost: false })
    assert.equal(narrow.beyondIntent?.access, 'some')
    assert.notEqual(narrow.beyondIntent?.witness?.action, 'sqs:SendMessage')
  })

  const beyond = (statement: Statement, intended: Partial<AccessSet>) => {
    const [old, next] = [inForce({ identityPolicies: [] }), inForce({ identityPolicies: [policy(statement)] })]
    const set = { principals: ['*'], actions: ['s3:PutObject'], resources: ['arn:aws:s3:::b/*'], conditions: [] }
    return compareInForce(old, next, { intended: [{ ...set, ...intended }], lost: false }).beyondIntent?.access
  }

  it('the intent tells actions apart that no statement does', () => {
    const both = allow(['s3:PutObject', 's3:GetObject'], 'arn:aws:s3:::b/*')
    assert.equal(beyond(both, { actions: ['s3:PutObject'] }), 'some')
    assert.equal(beyond(both, { actions: ['s3:GetObject'] }), 'some')
    assert.equal(beyond(both, { actions: ['s3:GetObject', 's3:PutObject'] }), 'none')
  })

  it('the intent tells resources apart that no statement does', () => {
    const all = allow('s3:PutObject', 'arn:aws:s3:::b/*')
    for (const rest of ['x*', '*x', '?', 'x', '*'])
      assert.equal(beyond(all, { resources: [`arn:aws:s3:::b/${rest}`] }), rest === '*' ? 'none' : 'some', rest)
  })

  it('the intent tells contexts apart that no statement does', () => {
    const condition = (text: string) => ({ StringLike: { 'aws:PrincipalTag/team': text } })
    const all = { ...allow('s3:PutObject', 'arn:aws:s3:::b/*'), Condition: condition('a*') }
    for (const text of ['ax*', 'a*x', 'a', 'a?', 'a*'])
      assert.equal(beyond(all, { conditions: [condition(text)] }), text === 'a*' ? 'none' : 'some', text)
    assert.equal(beyond(allow('s3:PutObject', 'arn:aws:s3:::b/*'), { conditions: [condition('*')] }), 'some')
  })

  it('what tags other resources have is open, however complete the scenario is', () => {
    const tagged = (team: unknown) =>
      allow('ec2:StopInstances', '*', { StringEquals: { 'aws:ResourceTag/team': team } })
    const side = (...statements: readonly Statement[]) => inForce({ identityPolicies: [policy(...statements)] })
    const gained = (old: Statement, next: Statement) => {
      const { newAccess, witness } = compareInForce(side(old), side(next))
      return [newAccess, witness?.context?.['aws:ResourceTag/team']]
    }
    assert.deepEqual(gained(tagged('red'), tagged(['red', 'blue'])), ['some', 'blue'])
    const own = '${aws:PrincipalTag/team}'
    assert.deepEqual(gained(tagged(own), tagged([own, 'blue'])), ['some', 'blue'])
    assert.deepEqual(gained(tagged(['red', 'blue']), tagged('blue')), ['none', undefined])
  })

  describe('what else other resources have is open, too: no "none" hangs on it', () => {
    const user = 'arn:aws:iam::111122223333:user/u'
    const own = 'arn:aws:s3:::b/k'
    const side = (statements: readonly Statement[], policies: PoliciesInForce = {}, known: Partial<Scenario> = {}) =>
      prepareScenario({
        request: { principal: user, action: 's3:GetObject', resource: own },
        policies: { complete: true, identityPolicies: [policy(...statements)], ...policies },
        ...known,
      })
    const gains = (next: Statement, policies?: PoliciesInForce, known?: Partial<Scenario>) =>
      compareInForce(side([], policies, known), side([next], policies, known), { lost: false })

    it('a policy of its own', () => {
      const key = 'arn:aws:kms:us-east-1:111122223333:key/k'
      for (const next of [
        allow('kms:Decrypt', key),
        allow('sqs:SendMessage', 'arn:aws:sqs:us-east-1:444455556666:q'),
        allow('sts:AssumeRole', 'arn:aws:iam::444455556666:role/r'),
      ]) {
        const { newAccess, reason } = gains(next)
        assert.equal(newAccess, 'undecided', JSON.stringify(next))
        assert.match(reason ?? '', /other resources/)
      }
      const listed = { resources: [{ arn: key, policy: null }] }
      assert.equal(gains(allow('kms:Decrypt', key), {}, listed).newAccess, 'none')
      assert.equal(gains(allow('ec2:StopInstances', 'arn:aws:ec2:us-east-1:444455556666:instance/i')).newAccess, 'none')
    })

    it('an ACL, where the one of the own resource grants', () => {
      const acl = {
        grants: [{ permission: 'READ', grantee: { uri: 'http://acs.amazonaws.com/groups/global/AllUsers' } }],
      }
      const serviceGuards = { objectOwnership: 'ObjectWriter', objectAcl: acl, acl }
      const next = (resource: string) => gains(allow('s3:GetObject', resource), { serviceGuards }).newAccess
      assert.notEqual(next('arn:aws:s3:::b/other'), 'none')
      assert.notEqual(next('arn:aws:s3:::other/*'), 'none')
    })

    it('a policy that grants what a limit lets through', () => {
      const limited = (...actions: readonly string[]) =>
        side([allow('s3:*')], { permissionsBoundary: policy(allow(actions)) })
      const { newAccess } = compareInForce(limited('s3:*'), limited('s3:*', 'sqs:SendMessage'), { lost: false })
      assert.equal(newAccess, 'undecided')
      const within = side([allow('s3:*'), allow('s3:Get*')])
      assert.equal(compareInForce(side([allow('s3:*')]), within).newAccess, 'none')
    })

    it('and is blamed where it is what lacks', () => {
      const serviceGuards = { acl: null, objectAcl: null }
      const { vpcEndpointPolicy: _, ...limits } = NO_LIMITS
      const at = (...statements: readonly Statement[]) =>
        prepareScenario({
          request: { principal: user, action: 's3:GetObject', resource: own, resourceAccount: '444455556666' },
          policies: { ...limits, resourcePolicy: null, serviceGuards: {}, identityPolicies: [policy(...statements)] },
        })
      const { newAccess, reason } = compareInForce(at(), at(allow('s3:GetObject', own)), { lost: false })
      assert.equal(newAccess, 'undecided')
      assert.match(reason ?? '', /Ownership/)
      assert.doesNotMatch(reason ?? '', /policy are/)
      assert.equal(gains(allow('s3:GetObject', own), { serviceGuards }).newAccess, 'some')
    })

    it('the policy of the own resource, where it is not known', () => {
      const key = 'arn:aws:kms:us-east-1:111122223333:key/k'
      const at = (...statements: readonly Statement[]) => {
        const policies = { ...NO_LIMITS, identityPolicies: [policy(...statements)] }
        return prepareScenario({ request: { principal: user, action: 'kms:Decrypt', resource: key }, policies })
      }
      assert.equal(compareInForce(at(), at(allow('kms:Decrypt', key)), { lost: false }).newAccess, 'undecided')
    })
  })

  it('a layer that neither side knows is the same on both', () => {
    const known = (document: Policy) =>
      prepareScenario({
        request: { principal: 'arn:aws:iam::111122223333:user/u', action: 'sqs:SendMessage', resource: '*' },
        policies: { identityPolicies: [policy(allow('sqs:*')), document] },
      })
    assert.equal(compareInForce(known(policy()), known(policy(allow('sqs:Send*')))).newAccess, 'none')
    const result = compareInForce(known(policy()), known(policy(allow('sns:Publish'))))
    assert.equal(result.newAccess, 'undecided')
    assert.match(result.reason ?? '', /service control policies/)
  })
})

describe('a variable is one in Version 2012-10-17 only (R-GRAM-03)', () => {
  const statement = allow('s3:GetObject', 'arn:aws:s3:::b/${aws:username}/*')
  const old: Policy = { name: 'd', document: { Version: '2008-10-17', Statement: [statement] } }
  it('so the other version changes what is allowed, both ways', () => {
    const { newAccess, lostAccess, lostWitness } = compareDocuments([old], [policy(statement)])
    assert.deepEqual([newAccess, lostAccess], ['some', 'some'])
    assert.match(String(lostWitness?.resource), /^arn:aws:s3:::b\/\$\{aws:username\}\//)
  })
})
