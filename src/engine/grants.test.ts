import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Request } from '#iam/request.ts'
import { evaluate } from './evaluate.ts'
import type { PoliciesInForce, Scenario } from './scenario.ts'

const A = '111122223333'
const B = '444455556666'
const USER = `arn:aws:iam::${A}:user/ann`
const SESSION = `arn:aws:sts::${A}:assumed-role/app/s1`
const ROLE = `arn:aws:iam::${A}:role/app`
const GUEST = `arn:aws:sts::${A}:federated-user/guest`
const OBJECT = 'arn:aws:s3:::bucket/key'
const role: Partial<Request> = { principal: SESSION, principalDetails: { roleArn: ROLE } }
const guest: Partial<Request> = { principal: GUEST, principalDetails: { federatedBy: USER } }

const statement = (Effect: string, more: object = {}) => ({ Effect, Action: '*', Resource: '*', ...more })
const policy = (...Statement: readonly object[]) => ({ name: 'p', document: { Version: '2012-10-17', Statement } })
const ALLOW = policy(statement('Allow'))
const NOTHING = policy()
const DENY = policy(statement('Deny'))
const to = (principal: unknown) => policy(statement('Allow', { Principal: principal }))
const MEMBER = { id: 'o-1', managementAccount: '999999999999', principalPath: 'o-1/r-1/', resourcePath: 'o-1/r-1/' }

const run = (policies: PoliciesInForce, request: Partial<Request> = {}, rest: Partial<Scenario> = {}) =>
  evaluate({
    request: {
      principal: USER,
      action: 's3:GetObject',
      resource: OBJECT,
      resourceAccount: A,
      contextComplete: true,
      ...request,
    },
    policies: { complete: true, ...policies },
    organization: MEMBER,
    ...rest,
  })

describe('what an Allow of the resource’s policy overrides within one account', () => {
  const none = { identityPolicies: [NOTHING], permissionsBoundary: NOTHING, sessionPolicies: [NOTHING] }
  // biome-ignore format: a table is read by its columns
  const ROWS: readonly (readonly [named: string, principal: unknown, request: Partial<Request>, missing: PoliciesInForce, decision: string, rule: string])[] = [
    ['the user',            { AWS: USER },    {},    none,                                  'allowed', 'R-EVAL-30'],
    ['everyone',            '*',              {},    none,                                  'allowed', 'R-EVAL-31'],
    ['everyone',            '*',              role,  none,                                  'allowed', 'R-EVAL-31'],
    ['everyone',            { AWS: '*' },     guest, none,                                  'allowed', 'R-EVAL-31'],
    ['the role',            { AWS: ROLE },    role,  { identityPolicies: [NOTHING] },       'allowed', 'R-EVAL-32'],
    ['the role',            { AWS: ROLE },    role,  { ...none, sessionPolicies: null },    'denied',  'R-EVAL-32'],
    ['the role',            { AWS: ROLE },    role,  { ...none, permissionsBoundary: null }, 'denied', 'R-EVAL-32'],
    ['the role session',    { AWS: SESSION }, role,  none,                                  'allowed', 'R-EVAL-33'],
    ['the federated user',  { AWS: GUEST },   guest, { ...none, sessionPolicies: null },    'allowed', 'R-EVAL-34'],
    ['the parent user',     { AWS: USER },    guest, { identityPolicies: [NOTHING], sessionPolicies: [ALLOW] }, 'allowed', 'R-EVAL-35'],
    ['the parent user',     { AWS: USER },    guest, { identityPolicies: [NOTHING], sessionPolicies: [NOTHING] }, 'denied', 'R-EVAL-35'],
    ['the parent user',     { AWS: USER },    guest, { ...none, sessionPolicies: [ALLOW] }, 'denied',  'R-EVAL-35'],
    ['the account',         { AWS: A },       {},    { identityPolicies: [NOTHING] },       'denied',  'R-EVAL-36'],
    ['the account',         { AWS: A },       role,  { identityPolicies: [NOTHING] },       'denied',  'R-EVAL-36'],
    ['the account',         { AWS: A },       {},    { identityPolicies: [ALLOW], permissionsBoundary: NOTHING }, 'denied', 'R-EVAL-36'],
    ['nobody',              { AWS: B },       guest, { identityPolicies: [ALLOW] },         'denied',  'R-EVAL-41'],
    ['nobody',              { AWS: B },       role,  { identityPolicies: [ALLOW] },         'allowed', 'R-EVAL-41'],
  ]
  for (const [named, principal, request, missing, decision, rule] of ROWS)
    it(`naming ${named}, with ${Object.keys(missing).join(', ')} given, for ${(request.principal ?? USER).split(':').at(-1)}: ${decision} (${rule})`, () => {
      assert.equal(run({ ...missing, resourcePolicy: to(principal) }, request).decision, decision)
      if (decision === 'allowed')
        assert.equal(
          run({ ...missing, resourcePolicy: to(principal), permissionsBoundary: DENY }, request).decision,
          'denied',
          'a Deny wins (R-EVAL-10)',
        )
    })
})
