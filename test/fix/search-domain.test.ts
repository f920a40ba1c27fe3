/** The policy of a search domain or a repository hangs on it and names no resource: what a fix adds there is about it alone. */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { diagnoseEvidence } from '#app/diagnose.ts'
import { rawEvidence } from '#app/inputs.ts'
import { evaluate } from '#engine/evaluate.ts'
import type { Scenario } from '#engine/scenario.ts'
import { onOwnResource } from '#prove/own-resource.ts'
import { replayedFixes } from './on-paper.ts'

const OWNER = '444455556666'
const ANN = 'arn:aws:iam::111122223333:user/ann'
const DOMAIN = `arn:aws:cloudsearch:us-east-1:${OWNER}:domain/movies`
const TEXT = `User: ${ANN} is not authorized to perform: cloudsearch:search on resource: ${DOMAIN}`

const document = (...Statement: readonly object[]) => ({ Version: '2012-10-17', Statement })

function lastOf(policy: unknown): Readonly<Record<string, unknown>> {
  const { Statement } = policy as { readonly Statement: readonly Readonly<Record<string, unknown>>[] }
  return Statement.at(-1) ?? {}
}

const scenario = (action: string, resource: string, statement: object): Scenario => ({
  request: { principal: ANN, action, resource, context: {}, contextComplete: true },
  policies: {
    complete: true,
    identityPolicies: [{ name: 'own', document: document({ Effect: 'Allow', Action: '*', Resource: '*' }) }],
    resourcePolicy: { name: 'access', document: document(statement) },
  },
})
const owner = { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${OWNER}:root` }, Action: '*' }

it('a fix lets one user search one domain, by a statement without Resource, and that is proved (R-OTH-15)', () => {
  const given = scenario('cloudsearch:search', DOMAIN, owner)
  assert.equal(evaluate(given).decision, 'denied')
  const [diagnosis] = diagnoseEvidence({
    ...rawEvidence(TEXT),
    policySource: { kind: 'scenario', scenario: given },
  }).diagnoses
  const [fix] = diagnosis === undefined ? [] : replayedFixes(diagnosis)
  assert.equal(fix?.replay.decision, 'allowed')
  assert.deepEqual(Object.keys(lastOf(fix.changes[0]?.after)), ['Sid', 'Effect', 'Principal', 'Action'])
  assert.equal(fix.proof.beyondIntent, false)
  assert.deepEqual(
    fix.proof.newlyAllowed.flatMap(({ resources }) => resources),
    [DOMAIN],
  )
  assert.ok(fix.proof.neighbours.every(({ relation }) => relation !== 'sibling-resource'))
})

it('a fix lets one user pull from one repository, by a statement without Resource (R-OTH-06)', () => {
  const repository = `arn:aws:ecr:us-east-1:${OWNER}:repository/r`
  const given = scenario('ecr:BatchGetImage', repository, owner)
  const text = `User: ${ANN} is not authorized to perform: ecr:BatchGetImage on resource: ${repository}`
  const [diagnosis] = diagnoseEvidence({
    ...rawEvidence(text),
    policySource: { kind: 'scenario', scenario: given },
  }).diagnoses
  const [fix] = diagnosis === undefined ? [] : replayedFixes(diagnosis)
  assert.equal(fix?.replay.decision, 'allowed')
  assert.deepEqual(Object.keys(lastOf(fix.changes[0]?.after)), ['Sid', 'Effect', 'Principal', 'Action'])
  assert.equal(fix.proof.status, 'proved')
  assert.ok(fix.proof.neighbours.every(({ relation }) => relation !== 'sibling-resource'))
})

it('where all requests are looked at, what is implied is written out, and nowhere else (R-GRAM-08, R-OTH-06, R-OTH-15)', () => {
  const resourceOf = (action: string, resource: string, statement: object = owner): unknown => {
    const { policies } = onOwnResource(scenario(action, resource, statement))
    return lastOf(policies?.resourcePolicy?.document)['Resource']
  }
  const repository = `arn:aws:ecr:us-east-1:${OWNER}:repository/r`
  const queue = `arn:aws:sqs:us-east-1:${OWNER}:q`
  assert.equal(resourceOf('cloudsearch:search', DOMAIN), DOMAIN)
  assert.equal(resourceOf('ecr:BatchGetImage', repository), repository)
  assert.equal(resourceOf('sqs:SendMessage', queue), undefined)
  assert.equal(resourceOf('ecr:BatchGetImage', repository, { ...owner, NotResource: queue }), undefined)
})
