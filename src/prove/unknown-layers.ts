import { type PreparedPolicies, preparePolicies } from '#engine/prepare.ts'
import type { PreparedScenario } from '#engine/read-request.ts'
import { readCaller } from '#iam/caller.ts'

/** Both sides with what neither knows filled in the same way. */
export interface Variant {
  readonly old: PreparedScenario
  readonly next: PreparedScenario
  /** Which layer was filled in; undefined: none. */
  readonly assumption: string | undefined
}

/** Layers that only take away, with the words for them. */
const LIMITS = [
  ['serviceControlPolicies', 'the service control policies'],
  ['resourceControlPolicies', 'the resource control policies'],
  ['permissionsBoundary', 'the permissions boundary'],
  ['sessionPolicies', 'the session policies'],
  ['vpcEndpointPolicy', 'the VPC endpoint policy'],
] as const

/**
 * A layer that neither side knows is the same on both, whatever it is. One that only takes away makes the smallest
 * difference when it takes all and the largest when it takes nothing, so it is left out. One that gives access is tried
 * both ways: it gives nothing, and it gives everything. A session of GetFederationToken without a session policy has nothing, so
 * it gets one that takes nothing (R-EVAL-41). `opened`: what bears on the resource stays open, so that it may also
 * give half, as a key policy does that leaves it to the account's own policies.
 */
export function variantsOf(old: PreparedScenario, next: PreparedScenario, opened = false): readonly Variant[] {
  const unknown = LIMITS.filter(([layer]) => old.policies[layer] === undefined && next.policies[layer] === undefined)
  const { kind } = readCaller(old.scenario.request)
  const limits = Object.fromEntries(
    unknown.map(([layer]) => [layer, kind === 'federated-session' ? (NEEDED[layer] ?? null) : null]),
  ) as Partial<PreparedPolicies>
  const names: string[] = unknown.map(([, words]) => words)
  const guards = old.policies.serviceGuards === undefined && next.policies.serviceGuards === undefined
  const fixed: Partial<PreparedPolicies> =
    guards && !opened && !knowsResources(old) && !knowsResources(next) ? { serviceGuards: null } : {}
  let assumed: readonly Partial<PreparedPolicies>[] = [{ ...limits, ...fixed }]
  for (const [layer, words, ways] of GIVERS) {
    if (old.policies[layer] !== undefined || next.policies[layer] !== undefined) continue
    names.push(words)
    if (opened && layer === 'resourcePolicy') continue
    assumed = assumed.flatMap((layers) => ways.map((way) => ({ ...layers, ...way })))
  }
  const assumption = names.length === 0 ? undefined : `${names.join(', ')} ${isOne(names) ? 'is' : 'are'} not known`
  return assumed.map((filled) => ({ old: withPolicies(old, filled), next: withPolicies(next, filled), assumption }))
}

const isOne = (names: readonly string[]): boolean => names.length === 1 && names[0]?.endsWith('ies') === false

const knowsResources = ({ scenario }: PreparedScenario): boolean => (scenario.resources ?? []).length > 0

const withPolicies = (side: PreparedScenario, filled: Partial<PreparedPolicies>): PreparedScenario =>
  Object.keys(filled).length === 0 ? side : { ...side, policies: { ...side.policies, ...filled } }

const everything = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }
const toEveryone = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }],
}
const prepared = preparePolicies({
  identityPolicies: [{ name: 'everything', document: everything }],
  sessionPolicies: [{ name: 'everything', document: everything }],
  resourcePolicy: { name: 'everything', document: toEveryone },
})

/** Layers that a federated session must have to be allowed anything. */
const NEEDED: Partial<PreparedPolicies> = { sessionPolicies: prepared.sessionPolicies }

const GIVERS: readonly (readonly [
  layer: 'identityPolicies' | 'resourcePolicy',
  words: string,
  ways: readonly Partial<PreparedPolicies>[],
])[] = [
  [
    'identityPolicies',
    'the identity policies',
    [{ identityPolicies: null }, { identityPolicies: prepared.identityPolicies }],
  ],
  ['resourcePolicy', 'the resource policy', [{ resourcePolicy: null }, { resourcePolicy: prepared.resourcePolicy }]],
]
