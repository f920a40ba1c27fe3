import type { Change, ConditionalFix, Fix, PoliciesInForce, Request, Scenario } from '#http/wire.ts'
import { type Addition, isFor, withAddition, withoutPolicies } from './additions.ts'
import { jsonProblem } from './json-text.ts'
import { patchedText } from './patched-text.ts'
import { keyOf, layoutOf, placesOf, withDocuments } from './places.ts'

/**
 * Edits of one diagnosis: policies added and taken away, texts of policies by place, contexts by step, and what a fix
 * changes besides policies.
 */
export interface Edits {
  readonly additions: readonly Addition[]
  readonly removed: ReadonlySet<string>
  readonly texts: ReadonlyMap<string, string>
  readonly contexts: ReadonlyMap<number, string>
  readonly others: readonly Change[]
}

export const NO_EDITS: Edits = {
  additions: [],
  removed: new Set(),
  texts: new Map(),
  contexts: new Map(),
  others: [],
}

export const isEdited = ({ additions, removed, texts, contexts, others }: Edits): boolean =>
  additions.length + removed.size + texts.size + contexts.size + others.length > 0

/** The scenario with what was added to it, before any text is edited: the places that can be edited. */
export const withAdditions = (scenario: Scenario, { additions }: Edits): Scenario =>
  additions.reduce(withAddition, scenario)

export function edited(scenario: Scenario, step: number, edits: Edits): Scenario {
  const { removed, texts, contexts, others } = edits
  const documents = new Map(
    [...texts].flatMap(([key, text]) => (removed.has(key) ? [] : [[key, parsed(text, 'The policy')] as const])),
  )
  const policies = withDocuments(withoutPolicies(withAdditions(scenario, edits), removed), documents)
  const changed = others.reduce(withOther, policies)
  const context = contexts.get(step)
  if (context === undefined) return changed
  const value = parsed(context, 'The context')
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('The context is no object.')
  return { ...changed, request: { ...changed.request, context: value as NonNullable<Request['context']> } }
}

function parsed(text: string, what: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const problem = jsonProblem(text)
    const why = problem === undefined ? (error instanceof Error ? error.message : '') : problem.words
    const line = problem === undefined ? '' : ` in line ${problem.line + 1}`
    throw new Error(`${what} is no JSON yet:${line} ${why}`, { cause: error })
  }
}

/** A change that is of no policy: an attribute of a resource, the request. */
function withOther(scenario: Scenario, { on, policy, after, kind }: Change): Scenario {
  const { request, policies, resources } = scenario
  if (kind === 'edit-request') {
    const changed = after as Request
    return changed.action === request.action ? { ...scenario, request: changed } : scenario
  }
  if (on !== undefined) return scenario
  const attributes = after as NonNullable<PoliciesInForce['serviceGuards']>
  if (isFor(request, policy)) return { ...scenario, policies: { ...policies, serviceGuards: attributes } }
  return resources === undefined
    ? scenario
    : { ...scenario, resources: resources.map((one) => (one.arn === policy ? { ...one, attributes } : one)) }
}

/** A fix as edits, so that it can be seen at work and changed further. */
export function editsOf(fix: Fix, scenarios: readonly Scenario[]): Edits {
  const there = new Map(scenarios.flatMap((scenario) => placesOf(scenario).map(({ key, policy }) => [key, policy])))
  const texts = new Map<string, string>()
  const additions: Addition[] = []
  const others: Change[] = []
  for (const change of fix.changes) {
    const key = keyOf(change.layer, change.where, change.policy, change.policyArn)
    const policy = there.get(key)
    // A policy known in part is mended where it stands: here there is no text that would be it.
    if (change.leftOpen !== undefined) others.push(change)
    else if (policy !== undefined) texts.set(key, patchedText(layoutOf(policy).text, change.patch, change.after))
    else if (change.kind === 'add-policy') additions.push(additionOf(change, scenarios))
    else others.push(change)
  }
  return { ...NO_EDITS, texts, additions, others }
}

function additionOf({ layer, where, policy, policyArn, after, on }: Change, scenarios: readonly Scenario[]): Addition {
  const principal = scenarios[0]?.request.principal
  const isOfResource = layer === 'resource-policy'
  return {
    layer,
    ...(where === undefined ? {} : { where }),
    policy: { name: policy, ...(policyArn === undefined ? {} : { arn: policyArn }), document: after },
    ...(isOfResource || principal === undefined ? {} : { principal }),
    ...(isOfResource && on !== undefined ? { resource: on } : {}),
  }
}

/** A case of what is not known as edits: its values in the context of the denied request, and its fix where it has one. */
export function editsOfCase(fix: Fix | null, when: ConditionalFix['when'], scenarios: readonly Scenario[]): Edits {
  const made = fix === null ? NO_EDITS : editsOf(fix, scenarios)
  const changed = made.others.find(({ kind }) => kind === 'edit-request')?.after as Request | undefined
  const context = changed?.context ?? { ...scenarios[0]?.request.context, ...when }
  return { ...made, contexts: new Map([[0, JSON.stringify(context, null, 2)]]) }
}
