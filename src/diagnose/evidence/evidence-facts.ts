import type { Assumption } from '#engine/decision.ts'
import type { Policy, Scenario } from '#engine/scenario.ts'
import type { PolicyLayer } from '#iam/layers.ts'
import type { Denial, FactSource } from '#intake/denial.ts'
import { factsOf, sourceOfFact } from '#intake/fact-sources.ts'
import type { EvidenceFact } from '../diagnosis.ts'
import { type Evidence, sourceIn } from './evidence.ts'

/** What the facts of a diagnosis are taken from. */
interface Diagnosed {
  readonly denial: Denial
  readonly evidence: Evidence
  /** Of the denied request and of what the call needs next. */
  readonly scenarios: readonly Scenario[]
  readonly assumptions: readonly Assumption[]
}

/** All facts of a diagnosis, each once: those of the request, the policies in force, and what was assumed. */
export function evidenceFacts({ denial, evidence, scenarios, assumptions }: Diagnosed): readonly EvidenceFact[] {
  const said = [...factsOf(denial)].map(([fact, value]) => ({ fact, value, ...sourceOfFact(denial, fact) }))
  const assumed = assumptions.map(({ fact, value }) => ({ fact, value, from: 'assumed' as const }))
  const known = new Set([...said, ...assumed].map(({ fact }) => fact.toLowerCase()))
  const filled = ofScenario(evidence).filter(({ fact }) => !known.has(fact.toLowerCase()))
  const policies = scenarios.flatMap((scenario) => policiesIn(scenario, evidence))
  const all = [...said, ...filled, ...policies, ...assumed]
  return [...new Map(all.map((fact) => [JSON.stringify([fact.fact, fact.value, fact.from]), fact])).values()]
}

/** What the request of a scenario says, which fills the gaps of a denial. */
function ofScenario(evidence: Evidence): readonly EvidenceFact[] {
  const source = sourceIn(evidence)
  const request: Partial<Scenario['request']> | undefined =
    source.kind === 'scenario' ? source.scenario.request : undefined
  if (request === undefined) return []
  const { principal, action, resource, resourceAccount, context = {} } = request
  return Object.entries({ principal, action, resource, resourceAccount, ...context })
    .filter(([, value]) => value !== undefined)
    .map(([fact, value]) => ({ fact, value, from: 'scenario' }))
}

/** The policies with a text that were in force for a request. */
function policiesIn({ policies = {}, resources = [] }: Scenario, evidence: Evidence): readonly EvidenceFact[] {
  const levels = (all: typeof policies.serviceControlPolicies) => (all ?? []).flatMap((level) => level.policies ?? [])
  const byLayer: readonly (readonly [PolicyLayer, readonly (Policy | null | undefined)[]])[] = [
    ['resource-control-policy', levels(policies.resourceControlPolicies)],
    ['service-control-policy', levels(policies.serviceControlPolicies)],
    ['vpc-endpoint-policy', [policies.vpcEndpointPolicy]],
    ['resource-policy', [policies.resourcePolicy]],
    ['identity-policy', policies.identityPolicies ?? []],
    ['permissions-boundary', [policies.permissionsBoundary]],
    ['session-policy', policies.sessionPolicies ?? []],
  ]
  const ofLayers = byLayer.flatMap(([layer, all]) =>
    all.flatMap((policy) =>
      policy?.document === undefined
        ? []
        : [{ fact: layer, value: policy.arn ?? policy.name, ...sourceOfPolicy(policy, layer, evidence) }],
    ),
  )
  const ofResources = resources.flatMap(({ arn, policy, ...cited }) =>
    policy === undefined || policy === null
      ? []
      : [{ fact: 'resource-policy', value: arn, ...sourceOfPolicy(cited, 'resource-policy', evidence) }],
  )
  return [...ofLayers, ...ofResources]
}

function sourceOfPolicy(
  { file, lines }: Pick<Policy, 'file' | 'lines'>,
  layer: PolicyLayer,
  evidence: Evidence,
): FactSource {
  const source = sourceIn(evidence)
  const [line] = lines ?? []
  const place = { ...(file === undefined ? {} : { file }), ...(line === undefined ? {} : { line }) }
  const pieces = evidence.provided?.pieces.filter((piece) => piece.file === file) ?? []
  if (pieces.length > 0) return { from: pieces.some(({ named }) => named === true) ? 'option' : 'file', ...place }
  if (layer === 'session-policy' && source.kind !== 'scenario')
    return { from: evidence.sessionPolicies === undefined ? 'event' : 'option', ...place }
  if (source.kind === 'scenario') return { from: 'scenario', ...place }
  if (source.kind === 'none') return { from: 'file', ...place }
  const isGiven = file !== undefined && [...(source.snapshot.citedAs?.values() ?? [])].includes(file)
  if (isGiven) return { from: 'file', ...place }
  // The files of what was read now exist only where `--save` kept them.
  return source.isReadNow === true ? { from: 'live' } : { from: 'snapshot', ...place }
}
