/** What is not known may only leave a decision open: learning a fact never turns allowed into denied or back. R-COND-61. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import type { PoliciesInForce, Scenario } from '#engine/scenario.ts'
import { arbitraryScenario } from '../property/arbitrary-scenario.ts'
import { spec } from './spec.ts'

type Learn = (scenario: Scenario) => Scenario

/** A public address, or a service's own call, of which no network keys are told (R-CTX-03, R-CTX-11). */
const isKnownWithoutEndpoint = ({ request }: Scenario): boolean =>
  Object.hasOwn(request.context ?? {}, 'aws:SourceIp') || request.principal.endsWith('.amazonaws.com')

const learnContext =
  (key: string, value: string | null): Learn =>
  (s) => {
    const { context = {}, contextComplete } = s.request
    const entry = Object.entries(context).find(([name]) => name.toLowerCase() === key.toLowerCase())
    const written = entry?.[1]
    const isOpen =
      entry === undefined
        ? contextComplete !== true && !(key === 'aws:SourceVpce' && isKnownWithoutEndpoint(s))
        : typeof written === 'object' && written !== null && 'state' in written && written.state === 'unknown'
    return isOpen ? { ...s, request: { ...s.request, context: { ...context, [entry?.[0] ?? key]: value } } } : s
  }

const learnLayer =
  (more: PoliciesInForce): Learn =>
  (s) => {
    const { resourcePolicy, vpcEndpointPolicy, ...others } = more
    // A policy of an endpoint says that the request came through one: only where that is known is it a fact on its own.
    const through = Object.keys(s.request.context ?? {}).some((key) => key.toLowerCase() === 'aws:sourcevpce')
    const rest = through && vpcEndpointPolicy !== undefined ? { ...others, vpcEndpointPolicy } : others
    // Instances and roles to pass have no policy of their own that could be learned.
    // That of an AWS managed key is fixed (R-KMS-12).
    const isFixed = s.policies?.serviceGuards?.['keyManager'] === 'AWS'
    // One that stands among the scenario's resources is known already.
    const isOpen = !isFixed && s.resources === undefined
    const hasOne = /^(s3|kms|sts|sqs):/.test(s.request.action) && resourcePolicy !== undefined && isOpen
    // An account in no organization has no such policies to learn of.
    const inOrganization =
      s.organization !== null && s.organization?.principalPath !== null && s.organization?.resourcePath !== null
    const { serviceControlPolicies: _scps, resourceControlPolicies: _rcps, ...withoutOrganization } = rest
    const layers = inOrganization ? rest : withoutOrganization
    const learned = hasOne ? { ...layers, resourcePolicy } : layers
    return s.policies?.complete === true ? s : { ...s, policies: { ...learned, ...s.policies } }
  }

const learnAccount =
  (account: string): Learn =>
  (s) => {
    const isOpen = String(s.request.resource).startsWith('arn:aws:s3:::') && s.request.resourceAccount === undefined
    return isOpen ? { ...s, request: { ...s.request, resourceAccount: account } } : s
  }

const learnRole =
  (roleArn: string): Learn =>
  (s) =>
    s.request.principal.includes(':assumed-role/app/') && s.request.principalDetails === undefined
      ? { ...s, request: { ...s.request, principalDetails: { roleArn } } }
      : s

const learnResource: Learn = (s) =>
  s.request.resource === null ? { ...s, request: { ...s.request, resource: 'arn:aws:s3:::b1/x/key' } } : s

const DENIES = { name: 'd', document: { Statement: { Effect: 'Deny', Action: '*', Resource: '*', Principal: '*' } } }
const ALLOWS = { name: 'a', document: { Statement: { Effect: 'Allow', Action: '*', Resource: '*', Principal: '*' } } }

const FACTS: Readonly<Record<string, Learn>> = {
  'all other context keys are absent': (s) => ({ ...s, request: { ...s.request, contextComplete: true } }),
  'there is no more than is written': (s) => ({ ...s, policies: { ...s.policies, complete: true } }),
  'the request came through an endpoint': learnContext('aws:SourceVpce', 'vpce-1'),
  'it did not': (s) => (s.policies?.vpcEndpointPolicy ? s : learnContext('aws:SourceVpce', null)(s)),
  'the external id is x': learnContext('sts:ExternalId', 'x'),
  'the prefix is a star': learnContext('s3:prefix', '*'),
  'the resource is in the same account': learnAccount('111111111111'),
  'the resource is in another account': learnAccount('222222222222'),
  'the resource is that object': learnResource,
  'the role has no path': learnRole('arn:aws:iam::111111111111:role/app'),
  'every layer denies': learnLayer({
    serviceControlPolicies: [{ target: 'r', policies: [DENIES] }],
    resourceControlPolicies: [{ target: 'r', policies: [DENIES] }],
    vpcEndpointPolicy: DENIES,
    resourcePolicy: DENIES,
    identityPolicies: [DENIES],
    permissionsBoundary: DENIES,
    sessionPolicies: [DENIES],
    serviceGuards: { blockPublicAccess: { RestrictPublicBuckets: true, IgnorePublicAcls: true } },
  }),
  'every layer allows': learnLayer({
    serviceControlPolicies: [{ target: 'r', policies: [ALLOWS] }],
    resourceControlPolicies: [{ target: 'r', policies: [ALLOWS] }],
    vpcEndpointPolicy: ALLOWS,
    resourcePolicy: ALLOWS,
    identityPolicies: [ALLOWS],
    permissionsBoundary: ALLOWS,
    sessionPolicies: [ALLOWS],
    serviceGuards: null,
  }),
}

for (const [fact, learn] of Object.entries(FACTS)) {
  test(`learning that ${fact} contradicts no decision`, () => {
    fc.assert(
      fc.property(arbitraryScenario, (scenario) => {
        const { decision } = spec(scenario)
        if (decision !== 'undetermined') assert.equal(spec(learn(scenario)).decision, decision)
      }),
      { numRuns: 500, seed: 20261124 },
    )
  })
}
