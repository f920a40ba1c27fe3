import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { evaluate, prepareScenario } from '#engine/evaluate.ts'
import type { PoliciesInForce, Policy, Scenario } from '#engine/scenario.ts'
import type { Request } from '#iam/request.ts'
import { compareDocuments, compareInForce } from './compare.ts'
import type { Comparison } from './comparison.ts'

type Statement = Readonly<Record<string, unknown>>

const BUCKET = 'arn:aws:s3:::b/*'
const HOME = 'arn:aws:s3:::b/${aws:username}/*'
const put = (resource: unknown, condition?: object): Statement => ({
  Effect: 'Allow',
  Action: 's3:PutObject',
  Resource: resource,
  ...(condition === undefined ? {} : { Condition: condition }),
})
const when = (...condition: readonly object[]): Statement => put(BUCKET, Object.assign({}, ...condition))
const deny = (statement: Statement): Statement => ({ ...statement, Effect: 'Deny' })
const policy = (...statements: readonly Statement[]): Policy => ({
  name: 'd',
  document: { Version: '2012-10-17', Statement: statements },
})

const KEY = 'aws:RequestTag/team'
const is = (value: unknown, operator = 'StringEquals') => ({ [operator]: { [KEY]: value } })
const sent = { Null: { [KEY]: 'false' } }
const tags = (operator: string, value: unknown) => ({ [operator]: { 'aws:TagKeys': value } })
const [TAG, NAME] = ['${aws:PrincipalTag/team}', '${aws:username}']

type Row = readonly [what: string, old: readonly Statement[], next: readonly Statement[], gained: string]

/** By AWS's rules: a line without a value to compare holds where its operator ends in `IfExists` or is negated, and nowhere else. */
// biome-ignore format: a table is read by its columns
const ROWS: readonly Row[] = [
  ['one value for whoever has it, for a key that may be absent', [when(is(TAG, 'StringEqualsIfExists'))], [when(is('a', 'StringEqualsIfExists'))], 'some'],
  ['another value spared',                        [when(is(TAG, 'StringNotEquals'))],      [when(is('x', 'StringNotEquals'))],               'some'],
  ['a second line gone',                          [when(is('a', 'StringEqualsIfExists'), is(TAG, 'StringLikeIfExists'))], [when(is('a', 'StringEqualsIfExists'))], 'some'],
  ['keys of a set',                               [when(tags('ForAllValues:StringEquals', TAG))], [when(tags('ForAllValues:StringEquals', ['a', 'b']))], 'some'],
  ['a Deny of what is not shared',                [put(BUCKET), deny(when(is('shared', 'StringNotEquals')))], [put(BUCKET), deny(when(is(TAG, 'StringNotEquals')))], 'some'],
  ['any value but one\'s own name, then any',     [when(sent, is(NAME, 'StringNotEquals'))], [when(sent)],                                   'some'],
  ['one\'s own name no longer spared',            [when(is(['x', NAME], 'StringNotEquals'))], [when(is(['x'], 'StringNotEquals'))],          'some'],
  ['one\'s own name in whatever case',            [when(is(NAME))],                        [when(is(NAME, 'StringEqualsIgnoreCase'))],       'some'],
  ['a Deny for the user who is called like it',   [when(is('a')), deny(when(is(NAME)))],   [when(is('a'))],                                  'some'],
  ['a Deny of the folder of whoever is called so', [put('arn:aws:s3:::b/shared/*'), deny(put(HOME))], [put('arn:aws:s3:::b/shared/*')],       'some'],
  ['any value but the account\'s id, then any',   [when(sent, is('${aws:PrincipalAccount}', 'StringNotEquals'))], [when(sent)],              'some'],
  ['a constant beside a variable',                [],                                      [when(is(['q', TAG]), { Null: { 'aws:PrincipalTag/team': 'true' } })], 'some'],
  ['an empty text beside another, then none asked', [when(tags('ForAllValues:StringLike', '?*'))], [put(BUCKET)],                            'some'],
  ['an empty text beside another, allowed',       [when(tags('ForAllValues:StringEquals', ['a', 'b']))], [when(tags('ForAllValues:StringEquals', ['a', 'b', '']))], 'some'],
  ['an empty text beside another, denied no more', [put(BUCKET), deny(when(tags('ForAnyValue:StringEquals', '')))], [put(BUCKET)],            'some'],
  ['nothing changed',                             [put(HOME), deny(when(is(TAG)))],        [deny(when(is(TAG))), put(HOME)],                 'none'],
  ['a part of one\'s own folder',                 [put(HOME)],                             [put('arn:aws:s3:::b/${aws:username}/docs/*')],   'none'],
  ['one\'s own folder of all',                    [put(BUCKET)],                           [put(HOME)],                                      'none'],
  ['one\'s own folder, with a line more',         [put(HOME)],                             [put(HOME, is('a'))],                             'none'],
  ['the folder of a tag, once more denied',       [put(HOME)],                             [put(HOME), deny(put(`arn:aws:s3:::b/${TAG}/*`))], 'none'],
]

const inAccount = (request: Request, policies: PoliciesInForce): string =>
  evaluate({ request: { ...request, resourceAccount: '111122223333' }, policies: { complete: true, ...policies } })
    .decision

const assertShown = (witness: Request | null, old: PoliciesInForce, next: PoliciesInForce): void => {
  assert.ok(witness)
  assert.deepEqual([inAccount(witness, old), inAccount(witness, next)], ['denied', 'allowed'], JSON.stringify(witness))
}

describe('documents with variables', () => {
  for (const [what, old, next, gained] of ROWS)
    it(what, () => {
      const [from, to] = [[policy(...old)], [policy(...next)]]
      const { newAccess, witness } = compareDocuments(from, to)
      assert.equal(newAccess, gained)
      assert.equal(compareDocuments(to, from).lostAccess, gained)
      if (gained === 'some') assertShown(witness, { identityPolicies: from }, { identityPolicies: to })
    })

  it('a default counts where the key is absent', () => {
    const open = when({ StringEquals: { [KEY]: "${aws:PrincipalTag/team, 'none'}" } })
    const { newAccess } = compareDocuments([policy(when(is(TAG)))], [policy(open)])
    assert.notEqual(newAccess, 'none')
  })
})

const alice = (policies: PoliciesInForce, request: Partial<Request> = {}): Scenario => ({
  request: {
    principal: 'arn:aws:iam::111122223333:user/alice',
    principalTags: { team: 'red' },
    action: 's3:GetObject',
    resource: 'arn:aws:s3:::b/k',
    resourceAccount: '111122223333',
    ...request,
  },
  policies: { complete: true, resourcePolicy: null, ...policies },
})

const compared = (old: PoliciesInForce, next: PoliciesInForce, request: Partial<Request> = {}): Comparison =>
  compareInForce(prepareScenario(alice(old, request)), prepareScenario(alice(next, request)))

const on = (resource: string, action: unknown = 's3:GetObject'): Statement => ({
  Effect: 'Allow',
  Action: action,
  Resource: resource,
})
const asBucket = (statement: Statement): PoliciesInForce => ({
  identityPolicies: [],
  resourcePolicy: policy({ ...statement, Principal: { AWS: 'arn:aws:iam::111122223333:user/alice' } }),
})
const own = (...statements: readonly Statement[]): PoliciesInForce => ({ identityPolicies: [policy(...statements)] })
const within = (statement: Statement): PoliciesInForce => ({
  identityPolicies: [policy(on('*', '*'))],
  permissionsBoundary: policy(statement),
})
const others = (...resources: readonly string[]): Statement => ({
  Effect: 'Deny',
  Action: 's3:*',
  NotResource: resources,
})

const [MORE, EVERY] = [['s3:GetObject', 's3:DeleteObject'], on('*', '*')]
const https = { Condition: { Bool: { 'aws:SecureTransport': 'true' } } }

// biome-ignore format: a table is read by its columns
const IN_FORCE: readonly (readonly [what: string, old: PoliciesInForce, next: PoliciesInForce, on: RegExp])[] = [
  ['more actions on one\'s own folder',       own(on(HOME)),                              own(on(HOME, MORE)),                  /b\/alice\//],
  ['more actions on the folder of a tag',     own(on(`arn:aws:s3:::b/${TAG}/*`)),         own(on(`arn:aws:s3:::b/${TAG}/*`, MORE)), /b\/red\//],
  ['more actions on the account\'s objects',  own(on('arn:aws:s3:::b/${aws:PrincipalAccount}/*')), own(on('arn:aws:s3:::b/${aws:PrincipalAccount}/*', MORE)), /b\/111122223333\//],
  ['more actions on oneself',                 own(on('arn:aws:iam::*:user/${aws:username}', 'iam:GetUser')), own(on('arn:aws:iam::*:user/${aws:username}', 'iam:*AccessKey*')), /user\/alice$/],
  ['a statement that came',                   own(on('arn:aws:s3:::b/z')),                own(on('arn:aws:s3:::b/z'), on(HOME)), /b\/alice\//],
  ['a line that went',                        own({ ...on(HOME), ...https }),             own(on(HOME)),                        /b\/alice\//],
  ['a Deny that went',                        own(EVERY, deny(on(HOME))),                 own(EVERY),                           /b\/alice\//],
  ['a Deny that spares one folder more',      own(EVERY, others('arn:aws:s3:::b/x/*')),   own(EVERY, others('arn:aws:s3:::b/x/*', HOME)), /b\/alice\//],
  ['a policy of the bucket',                  asBucket(on(HOME)),                         asBucket(on(HOME, MORE)),             /b\/alice\//],
  ['a boundary',                              within(on(HOME)),                           within(on(HOME, MORE)),               /b\/alice\//],
]

describe('variables whose value follows from who asks', () => {
  for (const [what, old, next, where] of IN_FORCE)
    it(what, () => {
      const { newAccess, witness } = compared(old, next)
      assert.equal(newAccess, 'some')
      assert.match(String(witness?.resource), where)
      assertShown(witness, old, next)
      assert.equal(compared(next, old).lostAccess, 'some')
    })

  it("what is lost of one's own folder is told where a Deny spares the bucket and denies all but one action in it", () => {
    const but = { Effect: 'Deny', NotAction: 's3:PutObject', Resource: BUCKET }
    const { lostAccess, lostWitness } = compared(own(EVERY, others(HOME)), own(EVERY, others(HOME, BUCKET), but))
    assert.equal(lostAccess, 'some')
    assert.match(String(lostWitness?.resource), /b\/alice\//)
  })

  it('nothing is new in a part of it, nor where the tag is absent', () => {
    const part = own(on('arn:aws:s3:::b/alice/docs/*'))
    assert.deepEqual(compared(own(on(HOME)), part).newAccess, 'none')
    const tagged = [own(), own(on(`arn:aws:s3:::b/${TAG}/*`))] as const
    assert.equal(compared(...tagged, { principalTags: {} }).newAccess, 'none')
  })

  it('a tag that changes moves the folder, which one request cannot show', () => {
    const open = own(on(`arn:aws:s3:::b/${TAG}/*`))
    const as = (team: string) => prepareScenario(alice(open, { principalTags: { team } }))
    const { newAccess, lostAccess } = compareInForce(as('red'), as('blue'))
    assert.deepEqual([newAccess, lostAccess], ['undecided', 'undecided'])
  })

  it('what follows from the resource, or from nothing, is never taken for no change', () => {
    for (const name of ['aws:ResourceAccount', 's3:prefix', 'aws:PrincipalTag/other'])
      for (const principalTags of [undefined, { team: 'red' }]) {
        const open = (action: unknown) => alice(own(on(`arn:aws:s3:::b/\${${name}}/*`, action)))
        const { principalTags: _, ...request } = open('').request
        const tagged = principalTags === undefined ? request : { ...request, principalTags }
        const [old, next] = ['s3:GetObject', MORE].map((action) =>
          prepareScenario({ ...open(action), request: tagged }),
        )
        assert.ok(old && next)
        const isNever = name === 'aws:PrincipalTag/other' && principalTags !== undefined
        assert.equal(compareInForce(old, next).newAccess === 'none', isNever, name)
      }
  })
})
