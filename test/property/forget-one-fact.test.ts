/**
 * What is forgotten may only leave a decision open: it was allowed, and after one fact is gone it is allowed or undetermined; never
 * denied, and the other way round (R-COND-61, R-UNK-01). Over every kind of fact that a scenario can hold.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import type { Decision } from '#engine/decision.ts'
import { evaluate } from '#engine/evaluate.ts'
import { arbitraryScenario } from './arbitrary-scenario.ts'
import { allFacts, LISTS, SINGLES } from './facts-to-forget.ts'
import { idsToMask } from './masks.ts'
import { RUNS as CASES } from './runs.ts'

/** Printed, so that a failure can be run again; `DENYTRACE_SEED` and `DENYTRACE_RUNS` draw others. */
const SEED = Number(process.env['DENYTRACE_SEED'] ?? 20261129)
const RUNS = Number(process.env['DENYTRACE_FORGET_RUNS'] ?? CASES * 5)

const tells = ({ assumptions, parts = [] }: Decision, facts: readonly string[]): boolean =>
  [...assumptions, ...parts.flatMap((part) => part.decision.assumptions)].some(({ fact }) => facts.includes(fact))

/** Kinds that the generator must reach; each is a fact of its own in docs/json.md or docs/snapshot.md. */
const MUST_BE_SEEN = [
  'context key',
  'contextComplete',
  'resourceAccount',
  'principalTags',
  'role path',
  'organization',
  'organization.managementAccount',
  'organization.principalPath',
  'organization.resourcePath',
  'complete',
  ...LISTS,
  ...SINGLES,
  'level of serviceControlPolicies',
  'level of resourceControlPolicies',
  'document of identityPolicies',
  'serviceGuards',
  'resources[]',
  'resources[].policy',
  'resources[].account',
  ...['request', 'policies', 'organization', 'resources'].map((field) => `account in ${field}`),
  ...'blockPublicAccess accountBlockPublicAccess objectOwnership objectOwner objectExists requesterPays tags abac'
    .split(' ')
    .map((name) => `attribute ${name}`),
  ...'bucket bucketAccount buckets networkOrigin vpcId authType private kmsGrants keyManager aliases'
    .split(' ')
    .map((name) => `attribute ${name}`),
]

describe(`forgetting one fact (seed ${SEED})`, () => {
  it(`leaves a decision as it was, or open, in ${RUNS} scenarios`, () => {
    const seen = new Map<string, number>()
    const result = fc.check(
      fc.property(arbitraryScenario, fc.nat(), (scenario, chosen) => {
        const before = evaluate(scenario)
        if (before.decision === 'undetermined') return
        const facts = [...allFacts(scenario), ...idsToMask(scenario)]
        const forgotten = facts[chosen % facts.length]
        if (forgotten === undefined) return
        seen.set(forgotten.kind, (seen.get(forgotten.kind) ?? 0) + 1)
        const after = evaluate(forgotten.scenario)
        if (after.decision === 'undetermined' || after.decision === before.decision) return
        if (forgotten.told !== undefined && tells(after, forgotten.told)) return
        assert.fail(
          `without ${forgotten.kind}: ${before.decision}, then ${after.decision}\n${JSON.stringify(scenario)}\n${JSON.stringify(forgotten.scenario)}`,
        )
      }),
      { seed: SEED, numRuns: RUNS },
    )
    if (result.failed) throw result.errorInstance
    if (RUNS < 5000) return
    assert.deepEqual(
      MUST_BE_SEEN.filter((kind) => !seen.has(kind)),
      [],
      'kinds of facts that no scenario held',
    )
  })
})
