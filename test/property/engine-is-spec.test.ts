import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { evaluate } from '#engine/evaluate.ts'
import type { Scenario } from '#engine/scenario.ts'
import type { Request } from '#iam/request.ts'
import { spec } from '../spec/spec.ts'
import { judgeTwice } from './agreement.ts'
import { arbitraryLaunch, arbitraryReadings, arbitraryScenario } from './arbitrary-scenario.ts'
import { MASKS, withIds } from './masks.ts'
import { RUNS as CASES } from './runs.ts'

/**
 * A fixed seed in CI; `DENYTRACE_SEED` draws others. A failure prints the smallest scenario and the seed. How many scenarios there
 * are in every `npm test` and each night, README.md says too.
 */
const SEED = Number(process.env['DENYTRACE_SEED'] ?? 20261124)
const RUNS = Math.max(20_000, CASES * 2)

test(`the engine and the second evaluator agree on ${RUNS} random scenarios (seed ${SEED})`, () => {
  const seen = { allowed: 0, denied: 0, undetermined: 0 }
  fc.assert(
    fc.property(arbitraryScenario, (scenario) => {
      const { want, got, agree } = judgeTwice(scenario)
      seen[want.decision]++
      if (!agree) assert.deepEqual(got, want)
    }),
    { numRuns: RUNS, seed: SEED },
  )
  for (const [decision, count] of Object.entries(seen))
    assert.ok(count > RUNS / 20, `only ${count} scenarios are ${decision}: the generator shows too little`)
})

test(`they agree too where disputed rules are read in other ways, in ${CASES / 4} scenarios (seed ${SEED})`, () => {
  fc.assert(
    fc.property(arbitraryScenario, arbitraryReadings, (scenario, readings) => {
      const { want, got, agree } = judgeTwice(scenario, readings)
      if (!agree) assert.deepEqual(got, want)
    }),
    { numRuns: CASES / 4, seed: SEED },
  )
})

test(`they agree too on the tags of each type that EC2 makes, in ${CASES / 8} scenarios (seed ${SEED})`, () => {
  fc.assert(
    fc.property(arbitraryLaunch, (scenario) => {
      const { want, got, agree } = judgeTwice(scenario)
      if (!agree) assert.deepEqual(got, want)
    }),
    { numRuns: CASES / 8, seed: SEED },
  )
})

/**
 * Some of the ids are masked, each in its own way. Of an access point and its bucket, both of accounts that nobody tells, the second
 * evaluator asks less than the engine: that what is decided there is right, forget-one-fact.test.ts says.
 */
const withMasks: fc.Arbitrary<Scenario> = fc
  .tuple(
    arbitraryScenario.filter(({ request }) => !JSON.stringify(request.resource).includes(':accesspoint/')),
    fc.array(fc.nat({ max: MASKS.length * 2 }), { minLength: 1, maxLength: 8 }),
  )
  .map(([scenario, choices]) => withIds(scenario, (id, n) => MASKS[choices[n % choices.length] ?? 0] ?? id))

test(`they agree too where accounts are masked, in ${CASES / 2} scenarios (seed ${SEED})`, () => {
  const seen = { allowed: 0, denied: 0, undetermined: 0 }
  fc.assert(
    fc.property(
      withMasks,
      fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, arbitraryReadings),
      (scenario, readings) => {
        const { want, got, agree } = judgeTwice(scenario, readings)
        seen[want.decision]++
        if (!agree) assert.deepEqual(got, want)
      },
    ),
    { numRuns: CASES / 2, seed: SEED },
  )
  for (const [decision, count] of Object.entries(seen))
    assert.ok(count > CASES / 50, `only ${count} scenarios are ${decision}: the generator shows too little`)
})

/** More is not known of the resource than that it matches one of some patterns (R-REQ-05). */
const withOpenResource: fc.Arbitrary<Scenario> = fc
  .tuple(arbitraryScenario, fc.constantFrom('*', '?', '*/x', 'x*'), fc.nat({ max: 3 }), fc.boolean())
  .map(([scenario, wild, cut, alsoItself]) => {
    const { resource } = scenario.request
    // A part of a path: another bucket or type would have another policy.
    const last = typeof resource === 'string' && resource.startsWith('arn:') ? resource.lastIndexOf('/') : -1
    if (typeof resource !== 'string' || last < 0 || /:alias\/|role\//.test(resource)) return scenario
    const pattern = resource.slice(0, Math.max(last + 1, resource.length - cut)) + wild
    const resourcePatterns = { [resource]: alsoItself ? [resource, pattern] : [pattern] }
    return { ...scenario, request: { ...scenario.request, resourcePatterns } }
  })

/** `*` for a resource that there must be, `*` that AWS prints as the resource, and none that is told (R-REQ-05). */
const withoutArn: fc.Arbitrary<Scenario> = fc
  .tuple(
    arbitraryScenario,
    fc.constantFrom<Partial<Request>>({}, { resourcePatterns: { '*': [] } }, { resource: null }),
  )
  .map(([scenario, written]) => {
    const { resource, action } = scenario.request
    const isItself = written.resourcePatterns !== undefined
    // Through an access point it is one, and S3 does not print `*` for what is in a bucket.
    if (typeof resource !== 'string' || resource.includes(':accesspoint/') || (isItself && action.startsWith('s3:')))
      return scenario
    return { ...scenario, request: { ...scenario.request, resource: '*', ...written } }
  })

test(`they agree too where the resource is written as *, or not told, in ${CASES / 8} scenarios (seed ${SEED})`, () => {
  fc.assert(
    fc.property(withoutArn, (scenario) => {
      const { want, got, agree } = judgeTwice(scenario)
      if (!agree) assert.deepEqual(got, want)
    }),
    { numRuns: CASES / 8, seed: SEED },
  )
})

/** A letter too many: no service has such an action (R-ACT-05). */
const unheardOf: fc.Arbitrary<Scenario> = fc
  .tuple(arbitraryScenario, fc.constantFrom('x', 'Z', '-', '2'))
  .map(([scenario, letter]) => ({
    ...scenario,
    request: { ...scenario.request, action: `${scenario.request.action}${letter}` },
  }))

test(`neither allows an action that nobody knows, in ${CASES / 8} scenarios (seed ${SEED})`, () => {
  fc.assert(
    fc.property(unheardOf, (scenario) => {
      assert.notEqual(spec(scenario).decision, 'allowed')
      assert.notEqual(evaluate(scenario).decision, 'allowed')
    }),
    { numRuns: CASES / 8, seed: SEED },
  )
})

test(`they agree too where an ARN is not known in full, in ${CASES / 4} scenarios (seed ${SEED})`, () => {
  fc.assert(
    fc.property(withOpenResource, (scenario) => {
      const { want, got, agree } = judgeTwice(scenario)
      if (!agree) assert.deepEqual(got, want)
    }),
    { numRuns: CASES / 4, seed: SEED },
  )
})

test(`what is decided of an ARN that is not known in full is so of each that it may be (seed ${SEED})`, () => {
  let seen = 0
  fc.assert(
    fc.property(withOpenResource, fc.constantFrom('', 'a', 'x', 'ann/x', 'key'), (scenario, fill) => {
      const { request } = scenario
      const [arn, patterns] = Object.entries(request.resourcePatterns ?? {})[0] ?? []
      const { want } = judgeTwice(scenario)
      if (arn === undefined || patterns === undefined || want.decision === 'undetermined') return
      seen++
      for (const pattern of patterns) {
        const resource: string = pattern.replaceAll('*', fill).replaceAll('?', 'x')
        const { resourcePatterns: _, ...rest } = request
        const resources = scenario.resources?.map((one) => (one.arn === arn ? { ...one, arn: resource } : one))
        const whole: Scenario = {
          ...scenario,
          request: { ...rest, resource },
          ...(resources === undefined ? {} : { resources }),
        }
        assert.equal(judgeTwice(whole).want.decision, want.decision, resource)
      }
    }),
    { numRuns: CASES / 8, seed: SEED },
  )
  assert.ok(seen > CASES / 40, `only ${seen} are decided: the generator shows too little`)
})
