import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Policy } from '#engine/scenario.ts'
import { compareDocuments } from './compare.ts'

type Statement = Readonly<Record<string, unknown>>

const allow = (action: string, resource: string, condition?: object): Statement => ({
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

describe('callers that a condition alone tells apart', () => {
  const PATH = 'arn:aws:s3:::b/*'
  const GET = allow('s3:GetObject', PATH)
  const ROLE_X = 'arn:aws:iam::111122223333:role/x'
  const to = (principal: unknown, statement: Statement): Statement => ({ ...statement, Principal: principal })
  const everybody = to('*', GET)
  const when = (operator: string, key: string, value: unknown) => ({ [operator]: { [key]: value } })
  const denied = (condition: object) => to('*', deny('s3:GetObject', PATH, condition))
  const sparing = (...arns: readonly string[]) => [everybody, denied(when('ArnNotEquals', 'aws:PrincipalArn', arns))]
  const if_ = (condition: object) => [to('*', allow('s3:GetObject', PATH, condition))]
  const service = (...names: readonly string[]) => [
    everybody,
    denied(when('StringNotEquals', 'aws:PrincipalServiceName', names)),
  ]
  const SESSION = 'arn:aws:sts::111122223333:assumed-role/r/s'
  const inSession = (condition: object) => [to({ AWS: SESSION }, allow('s3:GetObject', PATH, condition))]
  // R-PRIN-01, R-PRIN-02: who has which value of a key; R-CTX-03: who has the key at all.
  // biome-ignore format: a table is read by its columns
  const RESOURCE_ROWS: readonly (readonly [what: string, old: readonly Statement[], next: readonly Statement[], who: RegExp])[] = [
    ['the root user, spared by its ARN',       sparing(ROLE_X), sparing(ROLE_X, 'arn:aws:iam::111122223333:root'), /:root$/],
    ['a federated session, spared by its ARN', sparing(ROLE_X), sparing(ROLE_X, 'arn:aws:sts::111122223333:federated-user/ci'), /:federated-user\/ci$/],
    ['the root user, by its type',             [], if_({ ...when('StringEquals', 'aws:PrincipalType', 'Account'), ...when('Bool', 'aws:PrincipalIsAWSService', 'false') }), /:root$/],
    ['a service, spared by its name',          service('s3.amazonaws.com'), service('s3.amazonaws.com', 'cloudtrail.amazonaws.com'), /^cloudtrail\.amazonaws\.com$/],
    ['a service, by its name',                 [], if_(when('StringEquals', 'aws:PrincipalServiceName', 'cloudtrail.amazonaws.com')), /^cloudtrail\.amazonaws\.com$/],
    ['a service, by a pattern',                [], if_(when('StringLike', 'aws:PrincipalServiceName', 'cloud*')), /^cloud.*\.amazonaws\.com$/],
    ['the root user, in a session of AssumeRoot', [], if_(when('Bool', 'aws:AssumedRoot', 'true')), /:root$/],
    ['the root user, whom NotPrincipal spares (R-PM-09)', [everybody, { ...deny('s3:GetObject', PATH), NotPrincipal: { AWS: ROLE_X } }], [everybody, { ...deny('s3:GetObject', PATH), NotPrincipal: { AWS: [ROLE_X, '111122223333'] } }], /:root$/],
    ['a session, whose role has a path (R-PRIN-03)', [], inSession(when('ArnEquals', 'aws:PrincipalArn', 'arn:aws:iam::111122223333:role/team/r')), /assumed-role\/r\/s$/],
    ['a role, by a pattern with a variable',   [], if_(when('ArnLike', 'aws:PrincipalArn', 'arn:aws:iam::${aws:PrincipalAccount}:role/admin')), /assumed-role\/admin\//],
    ['a session of a user (R-EVAL-35)',        [], [to({ AWS: 'arn:aws:iam::111122223333:user/eve' }, allow('s3:GetObject', PATH, when('ArnLike', 'aws:PrincipalArn', 'arn:aws:sts::*:federated-user/ci')))], /:federated-user\/ci$/],
  ]
  for (const [what, old, next, who] of RESOURCE_ROWS)
    it(what, () => {
      const { newAccess, lostAccess, witness } = compareDocuments(
        [policy(...old)],
        [policy(...next)],
        'resource-policy',
      )
      assert.deepEqual([newAccess, lostAccess], ['some', 'none'])
      assert.match(witness?.principal ?? '', who)
      assert.equal(
        compareDocuments([policy(...next)], [policy(...old)], 'resource-policy').lostWitness?.principal,
        witness?.principal,
      )
    })

  // R-PRIN-10: a federated session has its parent's policies; an organization's documents hold the root user, too (D.2).
  const IDENTITY_ROWS: readonly (readonly [what: string, condition: object, who: RegExp])[] = [
    [
      'a federated session, by its ARN',
      when('ArnLike', 'aws:PrincipalArn', 'arn:aws:sts::*:federated-user/*'),
      /:federated-user\//,
    ],
    [
      'a federated session, by its type',
      when('StringEquals', 'aws:PrincipalType', 'FederatedUser'),
      /:federated-user\//,
    ],
    ['the root user', when('StringLike', 'aws:PrincipalArn', 'arn:aws:iam::*:root'), /:root$/],
  ]
  for (const [what, condition, who] of IDENTITY_ROWS)
    it(`${what}, in an identity policy`, () => {
      const added = compareDocuments([policy()], [policy(allow('s3:GetObject', PATH, condition))])
      assert.equal(added.newAccess, 'some')
      assert.match(added.witness?.principal ?? '', who)
      const gone = compareDocuments([policy(GET, deny('s3:GetObject', '*', condition))], [policy(GET)])
      assert.match(gone.witness?.principal ?? '', who)
    })

  it('somebody with a token of a provider, in a trust policy', () => {
    const condition = { Null: { 'aws:PrincipalArn': 'true', 'aws:PrincipalTag/team': 'false' } }
    const trust = { Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRoleWithWebIdentity', Condition: condition }
    const { newAccess, witness } = compareDocuments([policy()], [policy(trust)], 'resource-policy')
    assert.deepEqual([newAccess, witness?.principalDetails?.type], ['some', 'web-identity'])
  })
})
