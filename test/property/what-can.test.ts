import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { managedPolicyByArn } from '../../src/collect/managed-policies.ts'
import { evaluate, prepareScenario } from '#engine/evaluate.ts'
import { withManagedPolicies } from '#engine/managed-policies.ts'
import { knownRelation, normalizeRequest, evaluationInputOf } from '#engine/read-request.ts'
import type { Scenario } from '#engine/scenario.ts'
import type { ContextValue, Request } from '#iam/request.ts'
import { intentOf } from '#prove/intent.ts'
import { whatCan } from '#prove/what-can.ts'
import { policiesInForce } from '#snapshot/in-force.ts'
import { readSnapshot, type Snapshot } from '#snapshot/snapshot.ts'
import { ACCOUNTS, arbitrarySnapshot, ASKS } from './arbitrary-snapshot.ts'
import { RUNS as CASES } from './runs.ts'

/** A fixed seed in CI; `DENYTRACE_SEED` draws others. A failure prints the smallest snapshot and the seed. */
const SEED = Number(process.env['DENYTRACE_SEED'] ?? 20261124)
const RUNS = Math.ceil(CASES / 100)

const [OWN, OTHER] = ACCOUNTS
const PRINCIPALS = [OWN, OTHER].flatMap((account) =>
  ['root', 'user/ann', 'role/team/app', 'role/plain'].map((name) => `arn:aws:iam::${account}:${name}`),
)
const MORE: typeof ASKS = [
  ...ASKS,
  ['s3:GetObject', 'arn:aws:s3:::b1/x/other'],
  ['s3:GetObject', 'arn:aws:s3:::other/x'],
  ['sqs:SendMessage', `arn:aws:sqs:us-east-1:${OWN}:q2`],
  ['ec2:RunInstances', `arn:aws:ec2:us-east-1:${OWN}:instance/i-1`],
  ['ec2:DescribeInstances', '*'],
]

const TAG = 'aws:ResourceTag/team'

const context = fc.record({
  'aws:SourceVpce': fc.constantFrom<ContextValue>(null, 'vpce-1', 'vpce-3'),
  'aws:SecureTransport': fc.constantFrom('true', 'false'),
  'aws:SourceIp': fc.constantFrom<ContextValue>(null, '10.1.1.1', '198.51.100.1'),
  's3:prefix': fc.constantFrom<ContextValue>(null, 'x/1'),
  'aws:MultiFactorAuthPresent': fc.constantFrom<ContextValue>(null, 'true'),
  'kms:ViaService': fc.constantFrom<ContextValue>(null, 's3.us-east-1.amazonaws.com'),
  [TAG]: fc.constantFrom<ContextValue>(null, 'x', 'y'),
})

/** One request in one context; what no snapshot lists has no policy, as what-can assumes. */
function scenarioFor(
  snapshot: Snapshot,
  principal: string,
  [action, resource]: readonly [string, string],
  said: Record<string, ContextValue>,
): Scenario {
  const isListed = isInSnapshot(snapshot, { principal, action, resource })
  const { [TAG]: tag, ...others } = said
  const context = {
    ...others,
    // Credentials of a role carry no MFA information (R-STS-06).
    ...(principal.includes(':role/') ? { 'aws:MultiFactorAuthPresent': null } : {}),
    // What is listed has the tags that the snapshot says; a role that is passed, and what is no resource, none (R-PASS-02).
    ...(isListed || resource === '*' || action === 'iam:PassRole' ? {} : { [TAG]: tag ?? null }),
  }
  const asked = { principal, action, resource, context, contextComplete: true }
  const own = principal.split(':')[4] ?? ''
  const held = policiesInForce(snapshot, asked)
  const none = isListed ? {} : { resourcePolicy: null, serviceGuards: null }
  const owned =
    held.request.resourceAccount === undefined ? policiesInForce(snapshot, { ...asked, resourceAccount: own }) : held
  const policies = { ...owned.policies, ...none, sessionPolicies: null, vpcEndpointPolicy: null }
  const { request, resources, organization } = owned
  return withManagedPolicies(
    { request, policies, resources, ...(organization === undefined ? {} : { organization }) },
    managedPolicyByArn,
  )
}

function isInSnapshot(snapshot: Snapshot, asked: Request): boolean {
  const { policies } = policiesInForce(snapshot, asked)
  return policies.resourcePolicy !== undefined || policies.serviceGuards !== undefined
}

function questionOf(scenario: Scenario) {
  const prepared = prepareScenario(scenario)
  const { resource } = scenario.request
  const read = normalizeRequest(scenario.request, typeof resource === 'string' ? resource : null)
  return evaluationInputOf(prepared, read, knownRelation(prepared, read) ?? 'same').question
}

test(`what-can lists what evaluate allows, and nothing else, in ${RUNS} random snapshots (seed ${SEED})`, () => {
  const seen = { inside: 0, allowed: 0, undetermined: 0, notKnown: 0 }
  fc.assert(
    fc.property(
      arbitrarySnapshot,
      fc.constantFrom(...PRINCIPALS),
      fc.array(context, { minLength: 3, maxLength: 3 }),
      (files, principal, contexts) => {
        const snapshot = readSnapshot(files)
        const answer = whatCan(snapshot, principal, { managedPolicies: managedPolicyByArn })
        assert.ok(answer !== undefined)
        const inAccess = intentOf(answer.access)
        const inUndetermined = intentOf(answer.undetermined)
        for (const ask of MORE)
          for (const said of contexts) {
            const scenario = scenarioFor(snapshot, principal, ask, said)
            const { decision } = evaluate(scenario)
            const question = questionOf(scenario)
            const inside = inAccess(question, scenario.request)
            const about: string = JSON.stringify({ principal, ask, said, decision, inside, answer })
            if (inside === true) {
              seen.inside++
              assert.equal(decision, 'allowed', about)
            } else if (decision === 'allowed') {
              const perhaps = inUndetermined(question, scenario.request)
              assert.ok(inside === 'unknown' || perhaps !== false || isBeyond(ask), about)
              seen.undetermined++
            } else if (decision === 'undetermined' && isOfPolicies(scenario)) {
              assert.ok(inUndetermined(question, scenario.request) !== false || isBeyond(ask), about)
              seen.notKnown++
            }
            if (decision === 'allowed') seen.allowed++
          }
      },
    ),
    { numRuns: RUNS, seed: SEED },
  )
  for (const [what, count] of Object.entries(seen)) assert.ok(count > RUNS / 20, `only ${count} are ${what}`)
})

/** Calls that no policy bears on are no part of the answer. */
const isBeyond = ([action]: readonly [string, string]): boolean =>
  action === 'sts:GetCallerIdentity' || action === 'sts:AssumeRoleWithWebIdentity'

/** Whether identity policies that are missing or cannot be read are all that the decision hangs on. */
function isOfPolicies(scenario: Scenario): boolean {
  const { missing } = evaluate(scenario)
  return missing.length > 0 && missing.every(({ layer, kind }) => layer === 'identity-policy' && kind === 'policy')
}
