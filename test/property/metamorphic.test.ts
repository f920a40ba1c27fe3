/** What must hold between the answers to two related questions, whatever the policies say. */
import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import * as fc from 'fast-check'
import type { Decision } from '#engine/decision.ts'
import { evaluate } from '#engine/evaluate.ts'
import type { PoliciesInForce, Policy, Scenario } from '#engine/scenario.ts'
import type { ContextValue } from '#iam/request.ts'
import { arbitraryScenario } from './arbitrary-scenario.ts'

/** Printed, so that a failure can be run again. */
const SEED = Number(process.env['DENYTRACE_SEED'] ?? 20261124)
const OPTIONS = { seed: SEED, numRuns: 300 }

type Json = Record<string, unknown>

/** The statements of a document given as an object; undefined where it is a text, which is left as it is. */
function statementsOf({ document }: Policy): readonly Json[] | undefined {
  const listed = typeof document === 'object' && document !== null ? (document as Json)['Statement'] : undefined
  return Array.isArray(listed) ? (listed as Json[]) : undefined
}

const withStatements = <P extends Policy>(policy: P, change: (statements: readonly Json[]) => readonly Json[]): P => {
  const statements = statementsOf(policy)
  return statements === undefined
    ? policy
    : { ...policy, document: { ...(policy.document as Json), Statement: change(statements) } }
}

type Lists = <P extends Policy>(policies: readonly P[]) => readonly P[]
type One = <P extends Policy>(policy: P) => P

/** Changes every policy, and every list of policies, of a scenario. */
function rewrite(scenario: Scenario, one: One, list: Lists = (policies) => policies): Scenario {
  const inForce = scenario.policies
  if (inForce === undefined) return scenario
  const levels = (name: 'serviceControlPolicies' | 'resourceControlPolicies'): PoliciesInForce => {
    const given = inForce[name]
    if (given === undefined || given === null) return {}
    return {
      [name]: given.map((level) =>
        level.policies === undefined ? level : { ...level, policies: list(level.policies).map(one) },
      ),
    }
  }
  const several = (name: 'identityPolicies' | 'sessionPolicies'): PoliciesInForce => {
    const given = inForce[name]
    return given === undefined || given === null ? {} : { [name]: list(given).map(one) }
  }
  const single = (name: 'vpcEndpointPolicy' | 'resourcePolicy' | 'permissionsBoundary'): PoliciesInForce => {
    const given = inForce[name]
    return given === undefined || given === null ? {} : { [name]: one(given) }
  }
  const policies: PoliciesInForce = {
    ...inForce,
    ...levels('serviceControlPolicies'),
    ...levels('resourceControlPolicies'),
    ...several('identityPolicies'),
    ...several('sessionPolicies'),
    ...single('vpcEndpointPolicy'),
    ...single('resourcePolicy'),
    ...single('permissionsBoundary'),
  }
  return { ...scenario, policies }
}

const EFFECTS = ['Action', 'Resource', 'Condition'] as const
const conditions: readonly Json[] = [
  {},
  { StringEquals: { 'aws:SourceVpce': 'vpce-1' } },
  { StringNotEquals: { 'aws:PrincipalTag/team': 'x' } },
  { Null: { 'sts:ExternalId': 'false' } },
  { StringLike: { 's3:prefix': '${aws:username}*' } },
]
const added = (Effect: 'Allow' | 'Deny'): fc.Arbitrary<Json> =>
  fc
    .record({
      Action: fc.constantFrom('*', 's3:*', 'kms:Decrypt', 'sts:AssumeRole'),
      Resource: fc.constantFrom('*', 'arn:aws:s3:::b1/*'),
      Condition: fc.constantFrom(...conditions),
    })
    .map((parts) => ({ Effect, ...Object.fromEntries(EFFECTS.map((name) => [name, parts[name]])) }))

type Layer = 'identityPolicies' | 'resourcePolicy' | 'permissionsBoundary' | 'sessionPolicies' | 'vpcEndpointPolicy'
const layers = fc.constantFrom<Layer>(
  'identityPolicies',
  'resourcePolicy',
  'permissionsBoundary',
  'sessionPolicies',
  'vpcEndpointPolicy',
)

/** The scenario with a statement more in the policies of one layer; undefined where the layer has none to add it to. */
function plus(scenario: Scenario, layer: Layer, statement: Json): Scenario | undefined {
  const given = scenario.policies?.[layer]
  if (given === undefined || given === null) return undefined
  const policy = (Array.isArray(given) ? given[0] : given) as Policy | undefined
  if (policy === undefined || statementsOf(policy) === undefined) return undefined
  const named =
    layer === 'resourcePolicy' || layer === 'vpcEndpointPolicy' ? { ...statement, Principal: '*' } : statement
  const more = withStatements(policy, (statements) => [...statements, named])
  return {
    ...scenario,
    policies: { ...scenario.policies, [layer]: Array.isArray(given) ? [more, ...given.slice(1)] : more },
  }
}

/** Decisions of the parts, or the one decision. */
const partsOf = (decision: Decision): readonly Decision[] => decision.parts?.map((part) => part.decision) ?? [decision]

const gist = ({ decision, denyType, blockedBy, parts }: Decision) => ({
  decision,
  denyType,
  blockedBy,
  parts: parts?.map((part) => [part.resource, part.decision.decision, part.decision.blockedBy]),
})

const shows = (...scenarios: readonly Scenario[]): string =>
  scenarios.map((scenario) => JSON.stringify(scenario)).join('\n')

describe(`between related questions (seed ${SEED})`, () => {
  it('adding a Deny never turns a decision into allowed (R-EVAL-10)', () => {
    fc.assert(
      fc.property(arbitraryScenario, layers, added('Deny'), (scenario, layer, statement) => {
        const more = plus(scenario, layer, statement)
        fc.pre(more !== undefined)
        if (evaluate(more).decision === 'allowed')
          assert.equal(evaluate(scenario).decision, 'allowed', shows(scenario, more))
      }),
      OPTIONS,
    )
  })

  it('adding an Allow never turns an allowed decision into another (but for public buckets, R-S3-05)', () => {
    fc.assert(
      fc.property(arbitraryScenario, layers, added('Allow'), (scenario, layer, statement) => {
        const more = plus(scenario, layer, statement)
        fc.pre(
          more !== undefined && !(layer === 'resourcePolicy' && scenario.policies?.resourcePolicy?.kind === 'bucket'),
        )
        if (evaluate(scenario).decision === 'allowed')
          assert.equal(evaluate(more).decision, 'allowed', shows(scenario, more))
      }),
      OPTIONS,
    )
  })

  it('the order of statements and of policies says nothing (R-EVAL-12, R-EVAL-42)', () => {
    fc.assert(
      fc.property(arbitraryScenario, (scenario) => {
        const turned = rewrite(
          scenario,
          (policy) => withStatements(policy, (statements) => statements.toReversed()),
          (policies) => policies.toReversed(),
        )
        assert.deepEqual(gist(evaluate(turned)), gist(evaluate(scenario)), shows(scenario))
      }),
      OPTIONS,
    )
  })

  it('a statement for each action says what one for all of them does (R-COND-63)', () => {
    const split = (statement: Json): readonly Json[] => {
      const actions = statement['Action']
      return Array.isArray(actions) && actions.length > 0
        ? actions.map((Action: unknown) => ({ ...statement, Action }))
        : [statement]
    }
    fc.assert(
      fc.property(arbitraryScenario, (scenario) => {
        const apart = rewrite(scenario, (policy) => withStatements(policy, (statements) => statements.flatMap(split)))
        assert.deepEqual(gist(evaluate(apart)), gist(evaluate(scenario)), shows(scenario))
      }),
      OPTIONS,
    )
  })

  it('a fact that becomes known decides what was open, and turns no decision round (R-COND-61)', () => {
    const facts: readonly (readonly [key: string, values: readonly ContextValue[]])[] = [
      ['aws:SourceVpce', ['vpce-1', 'vpce-2', 'other', null]],
      ['aws:PrincipalTag/team', ['x', 'X', 'ann', '*', '', null]],
      ['s3:prefix', ['', 'x', 'ann', '*', 'xx', null]],
      ['sts:ExternalId', ['x', 'y', 'z', null]],
      ['aws:TagKeys', [['a'], ['b'], ['a', 'b'], ['c'], []]],
      ['aws:MultiFactorAuthPresent', ['true', 'false', null]],
      ['s3:max-keys', ['5', '10', '7.5', null]],
    ]
    const fact = fc
      .constantFrom(...facts)
      .chain(([key, values]) => fc.tuple(fc.constant(key), fc.constantFrom<ContextValue>(...values)))
    fc.assert(
      fc.property(arbitraryScenario, fact, (scenario, [key, value]) => {
        // A policy of an endpoint says that the request came through one.
        if (key === 'aws:SourceVpce' && value === null && scenario.policies?.vpcEndpointPolicy != null) return
        // What a service calls for itself comes through no endpoint (R-CTX-11).
        if (key === 'aws:SourceVpce' && scenario.request.principal.endsWith('.amazonaws.com')) return
        const with_ = (to: ContextValue): Scenario => ({
          ...scenario,
          request: { ...scenario.request, context: { ...withoutKey(scenario, key), [key]: to } },
        })
        const open = evaluate(with_({ state: 'unknown' }))
        const known = with_(value)
        partsOf(evaluate(known)).forEach((part, i) => {
          const before = partsOf(open)[i]?.decision
          if (before !== 'undetermined') assert.equal(part.decision, before, `${key}\n${shows(known)}`)
        })
      }),
      OPTIONS,
    )
  })

  it('the same accounts under other numbers get the same answer', () => {
    const renamed = (scenario: Scenario): Scenario =>
      JSON.parse(
        JSON.stringify(scenario)
          .replaceAll('111111111111', '333333333333')
          .replaceAll('222222222222', '000000000444')
          .replaceAll('999999999999', '555555555555'),
      ) as Scenario
    fc.assert(
      fc.property(arbitraryScenario, (scenario) => {
        const [a, b] = [evaluate(scenario), evaluate(renamed(scenario))]
        assert.deepEqual([b.decision, b.denyType, b.blockedBy], [a.decision, a.denyType, a.blockedBy], shows(scenario))
      }),
      OPTIONS,
    )
  })
})

describe(`within one answer (seed ${SEED})`, () => {
  const each = (check: (decision: Decision, scenario: Scenario) => void): void =>
    fc.assert(
      fc.property(arbitraryScenario, (scenario) =>
        partsOf(evaluate(scenario)).forEach((part) => check(part, scenario)),
      ),
      OPTIONS,
    )

  it('denied names who refuses, each with a Deny that matches or no Allow that does; others name nobody', () => {
    each((got, scenario) => {
      assert.equal(got.blockedBy.length > 0, got.decision === 'denied', shows(scenario))
      assert.equal(got.denyType !== null, got.decision === 'denied', shows(scenario))
      for (const layer of got.blockedBy)
        assert.ok(
          got.layers.some((one) => one.layer === layer && one.counted && one.verdict.endsWith('-deny')),
          `${layer} does not refuse\n${shows(scenario)}`,
        )
    })
  })

  it('explicit means that a counted layer has a Deny that matches, and the reverse', () => {
    each((got, scenario) => {
      if (got.decision !== 'denied') return
      const explicit = got.layers.some((one) => one.counted && one.verdict === 'explicit-deny')
      assert.equal(got.denyType, explicit ? 'explicit' : 'implicit', shows(scenario))
    })
  })

  it('allowed leaves no Deny that may match in a layer that counts', () => {
    each((got, scenario) => {
      if (got.decision !== 'allowed') return
      // Where no value of the unknown keys denies, no single statement need be decided (R-COND-65); the reason says so.
      const counted = got.layers.filter(
        ({ counted: counts, verdict, reason }) =>
          counts &&
          verdict !== 'not-applicable' &&
          reason?.startsWith('lets it through whatever the keys are') !== true,
      )
      for (const layer of counted)
        for (const statement of layer.statements)
          assert.ok(statement.effect === 'Allow' || statement.matches === false, `${layer.layer}\n${shows(scenario)}`)
    })
  })

  it('undetermined says which fact is missing', () => {
    each((got, scenario) => {
      if (got.decision === 'undetermined') assert.ok(got.missing.length > 0, shows(scenario))
    })
  })
})

/** Another way to write the same pattern; a variable and its default stay as they are. */
const REWRITES: readonly (readonly [name: string, of: (text: string) => string])[] = [
  ['two stars for one', (text) => text.replaceAll('*', '**')],
  ['three stars for one', (text) => text.replaceAll('*', '***')],
  ['a star behind question marks for one before', (text) => text.replaceAll('*?', '?*')],
  ['… and the reverse', (text) => text.replaceAll('?*', '*?')],
]
const PATTERNS = ['Action', 'NotAction', 'Resource', 'NotResource']
const isLike = (operator: string): boolean =>
  /(?:String(?:Not)?Like|Arn(?:Not)?(?:Like|Equals))(?:IfExists)?$/.test(operator)

/** Writes every pattern of a statement in another way: of actions, of ARNs, and of the conditions that know wildcards. */
function rewritten(statement: Json, of: (text: string) => string): Json {
  const written = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(written)
    return typeof value === 'string' && !value.includes('${') ? of(value) : value
  }
  const conditions = (block: unknown): unknown =>
    Object.fromEntries(
      Object.entries(block as Json).map(([operator, keys]) => [
        operator,
        isLike(operator)
          ? Object.fromEntries(Object.entries(keys as Json).map(([key, value]) => [key, written(value)]))
          : keys,
      ]),
    )
  return Object.fromEntries(
    Object.entries(statement).map(([name, value]) => [
      name,
      PATTERNS.includes(name) ? written(value) : name === 'Condition' ? conditions(value) : value,
    ]),
  )
}

/** Decisions by the text of their scenario: each rewrite is drawn the same scenarios, and leaves many as they are. */
const decided = new Map<string, ReturnType<typeof gist>>()

function gistOf(scenario: Scenario, text: string): ReturnType<typeof gist> {
  const found = decided.get(text) ?? gist(evaluate(scenario))
  decided.set(text, found)
  return found
}

describe(`patterns that mean the same (seed ${SEED}, R-RES-11)`, () => {
  after(() => decided.clear())
  for (const [name, of] of REWRITES)
    it(`${name}: no decision changes`, () => {
      let changed = 0
      fc.assert(
        fc.property(arbitraryScenario, (scenario) => {
          const other = rewrite(scenario, (policy) =>
            withStatements(policy, (statements) => statements.map((one) => rewritten(one, of))),
          )
          const [text, otherText] = [JSON.stringify(scenario), JSON.stringify(other)]
          if (otherText !== text) changed++
          assert.deepEqual(gistOf(other, otherText), gistOf(scenario, text), `${text}\n${otherText}`)
        }),
        { ...OPTIONS, numRuns: 1500 },
      )
      if (name.includes('stars for')) assert.ok(changed > 500, `only ${changed} scenarios have a star`)
    })
})

function withoutKey(scenario: Scenario, key: string): Record<string, ContextValue> {
  const entries = Object.entries(scenario.request.context ?? {})
  return Object.fromEntries(entries.filter(([name]) => name.toLowerCase() !== key.toLowerCase()))
}
