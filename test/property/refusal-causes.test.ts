import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { explainWorlds, worldsOf } from '#diagnose/evidence/causes.ts'
import type { Need } from '#engine/decision.ts'
import type { PolicyLayer } from '#iam/layers.ts'
import type { EvaluatedLayers } from '#engine/evaluate-layers.ts'
import type { LayerFinding } from '#engine/layers/finding.ts'
import { refusing } from '#engine/refusing.ts'
import { all, any, leaf, type Tree } from '#engine/requirement-tree.ts'
import { not, type Truth } from '#iam/truth.ts'
import type { Reported } from '#intake/denial.ts'
import { causesByWorlds } from '../spec/worlds.ts'
import { RUNS as CASES } from './runs.ts'

const SEED = Number(process.env['DENYTRACE_SEED'] ?? 20261129)
const RUNS = CASES * 2

const truth = fc.constantFrom<Truth>(true, false, 'unknown', 'unknown')
const relation = fc.constantFrom('same', 'cross', 'neither' as const)

/** Seen: there is a policy, whose keys may still be open. */
const finding = (layer: PolicyLayer, guard?: LayerFinding['guard']) =>
  fc.record({ deny: truth, allow: truth, seen: fc.boolean() }).map(
    ({ deny, allow, seen }): LayerFinding => ({
      layer,
      applies: true,
      deny,
      allow,
      kinds: new Map(),
      policies: seen ? ([{ name: 'seen', arn: undefined, source: {} }] as unknown as LayerFinding['policies']) : [],
      lacking: [],
      ...(guard === undefined ? {} : { guard }),
    }),
  )

const asked = (one: LayerFinding, needs: Need = 'allow', satisfied: Truth = one.allow): Tree =>
  leaf(one, needs, satisfied)
const undenied = (one: LayerFinding): Tree => leaf(one, 'no-explicit-deny', not(one.deny))

/** Listing worlds doubles with every unknown leaf. */
const MOST_OPEN = 6
const openLeaves = (tree: Tree): number =>
  tree.is === 'leaf' ? Number(tree.satisfied === 'unknown') : tree.of.reduce((n, tree) => n + openLeaves(tree), 0)

/** The shapes of the requirement: guardrails that all must pass, and the ways by which the request is allowed. */
const judged: fc.Arbitrary<EvaluatedLayers> = fc
  .record({
    relation,
    gates: fc.array(
      fc.constantFrom<PolicyLayer>('service-control-policy', 'vpc-endpoint-policy').chain((layer) => finding(layer)),
      { maxLength: 2 },
    ),
    rcps: fc.array(finding('resource-control-policy'), { maxLength: 1 }),
    resource: finding('resource-policy'),
    identity: finding('identity-policy'),
    limits: fc
      .subarray(['permissions-boundary', 'session-policy'] as const)
      .chain((layers) => fc.tuple(...layers.map((layer) => finding(layer)))),
    guards: fc.array(finding('service-guard', 'block-public-access'), { maxLength: 1 }),
    acls: fc.array(finding('service-guard', 'acl'), { maxLength: 1 }),
    session: truth,
    role: truth,
    toAccount: fc.boolean(),
  })
  .map(({ relation: of, gates, rcps, resource, identity, limits, guards, acls, toAccount, ...named }) => {
    // Whom a policy names that nobody has seen is as unknown as the policy; one that does not exist names nobody.
    const naming = (truthOf: Truth): Truth => {
      if (resource.policies.length > 0) return truthOf
      return resource.allow === 'unknown' ? 'unknown' : false
    }
    const session = naming(named.session)
    const role = naming(named.role)
    const trace = [...rcps, ...gates, resource, identity, ...limits, ...guards, ...acls]
    const own = [identity, ...limits].map((one) => asked(one))
    const ways =
      of === 'same'
        ? toAccount
          ? [all([...own, asked(resource, 'allow-to-account', role)])]
          : [
              asked(resource, 'allow-naming-session', session),
              all([
                any([asked(resource, 'allow-naming-principal', role), asked(identity)]),
                ...limits.map((one) => asked(one)),
              ]),
              ...acls.map((one) => asked(one)),
            ]
        : [all([any([asked(resource), ...acls.map((one) => asked(one))]), ...(of === 'cross' ? own : [])])]
    const tree = all([
      ...[...rcps, ...gates, resource, identity, ...limits, ...guards].map(undenied),
      ...gates.map((one) => asked(one)),
      any(ways),
    ])
    return { trace, tree, input: { relation: of } } as unknown as EvaluatedLayers
  })
  .filter(({ tree }) => openLeaves(tree) <= MOST_OPEN)

const LAYERS: readonly (PolicyLayer | null)[] = [
  null,
  'resource-control-policy',
  'service-control-policy',
  'vpc-endpoint-policy',
  'resource-policy',
  'identity-policy',
  'permissions-boundary',
  'session-policy',
]
const reported: fc.Arbitrary<Reported> = fc.record({
  layer: fc.constantFrom(...LAYERS),
  denyType: fc.constantFrom('explicit', 'implicit', null),
  policyArn: fc.constant(null),
})

/** At most one check of each layer, as AWS lists them; of several levels it lists one each, which are told apart by target. */
const checked: fc.Arbitrary<Reported> = fc
  .record({
    effects: fc.record(
      Object.fromEntries(
        LAYERS.filter((layer) => layer !== null).map((layer) => [
          layer,
          fc.constantFrom('ALLOW', 'NO_IMPACT', 'IMPLICIT_DENY', 'EXPLICIT_DENY', null, null),
        ]),
      ),
    ),
    isMetByResource: fc.boolean(),
  })
  .map(({ effects, isMetByResource }) => ({
    layer: null,
    denyType: null,
    policyArn: null,
    checks: LAYERS.flatMap((layer) => {
      const effect = layer === null ? null : effects[layer]
      if (layer === null || effect === null || effect === undefined) return []
      const by = layer === 'identity-policy' && isMetByResource ? [layer, 'resource-policy' as const] : [layer]
      return [{ layer, effect, target: null, by } as NonNullable<Reported['checks']>[number]]
    }),
  }))

const sorted = (layers: ReadonlySet<PolicyLayer>): readonly PolicyLayer[] => [...layers].toSorted()

/** What both ways say of the requirements and of what AWS said. */
function assertAlike(many: readonly EvaluatedLayers[], said: Reported): void {
  const found = explainWorlds(many.flatMap((one) => worldsOf({ evaluated: one, keys: new Map() }, said, true)))
  const spec = causesByWorlds(
    many.map(({ tree, input }) => ({ tree, relation: input.relation })),
    said,
  )
  const of = (...certainties: readonly string[]): readonly PolicyLayer[] =>
    found.causes.filter(({ certainty }) => certainties.includes(certainty)).map(({ layer }) => layer)
  assert.deepEqual(
    {
      contradicted: found.contradicted,
      certain: of('certain').toSorted(),
      likely: of('certain', 'likely').toSorted(),
    },
    {
      contradicted: spec.contradicted,
      certain: sorted(spec.certain),
      likely: sorted(new Set([...spec.certain, ...spec.likely])),
    },
  )
}

test(`causes by propagation are the causes by listing every world (${RUNS} requirements, seed ${SEED})`, () => {
  fc.assert(fc.property(fc.array(judged, { minLength: 1, maxLength: 2 }), reported, assertAlike), {
    numRuns: RUNS,
    seed: SEED,
  })
})

test(`so they are with AWS's authorization details (${RUNS} requirements, seed ${SEED})`, () => {
  fc.assert(fc.property(fc.array(judged, { minLength: 1, maxLength: 2 }), checked, assertAlike), {
    numRuns: RUNS,
    seed: SEED,
  })
})

const certainOf = (tree: Tree, { input }: EvaluatedLayers, said: Reported) => {
  const { causes, contradicted } = explainWorlds(
    worldsOf(
      { evaluated: { input, tree, trace: traceOf(tree) } as unknown as EvaluatedLayers, keys: new Map() },
      said,
      true,
    ),
  )
  return { contradicted, certain: causes.filter((cause) => cause.certainty === 'certain').map(({ layer }) => layer) }
}
const traceOf = (tree: Tree): readonly LayerFinding[] =>
  tree.is === 'leaf' ? [tree.finding] : [...new Set(tree.of.flatMap(traceOf))]

/** The requirement with its n-th unknown leaf known. */
function knowing(tree: Tree, n: number, value: boolean): Tree {
  let at = 0
  const walk = (tree: Tree): Tree => {
    if (tree.is === 'leaf') return tree.satisfied === 'unknown' && at++ === n ? { ...tree, satisfied: value } : tree
    return tree.is === 'all' ? all(tree.of.map(walk)) : any(tree.of.map(walk))
  }
  return walk(tree)
}

test(`one more fact takes no certain cause away (${RUNS} requirements, seed ${SEED})`, () => {
  fc.assert(
    fc.property(judged, reported, fc.nat(MOST_OPEN), fc.boolean(), (one, said, n, value) => {
      const before = certainOf(one.tree, one, said)
      const after = certainOf(knowing(one.tree, n, value), one, said)
      if (after.contradicted) return
      for (const layer of before.certain) assert.ok(after.certain.includes(layer), layer)
    }),
    { numRuns: RUNS, seed: SEED },
  )
})

test(`with all facts known the causes are the refusing layers (${RUNS} requirements, seed ${SEED})`, () => {
  fc.assert(
    fc.property(judged, fc.nat(2 ** MOST_OPEN), (one, bits) => {
      let { tree } = one
      for (let i = 0; openLeaves(tree) > 0; i++) tree = knowing(tree, 0, Math.floor(bits / 2 ** i) % 2 === 1)
      if (tree.satisfied !== false) return
      const { certain } = certainOf(tree, one, { layer: null, denyType: null, policyArn: null })
      assert.deepEqual(certain.toSorted(), [...new Set(refusing(tree).map(({ layer }) => layer))].toSorted())
    }),
    { numRuns: RUNS, seed: SEED },
  )
})
