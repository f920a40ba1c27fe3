/** A fix put in force by other code than made it: fast-json-patch, and a search for the policy it is for. */
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { evaluate } from '#engine/evaluate.ts'
import { withOwnPolicyNamed } from '#engine/resource-side.ts'
import type { Policy, Resource, Scenario } from '#engine/scenario.ts'
import type { Change } from '#fix/change.ts'
import type { DiagnosisWithFixes, Fix, FixInHand } from '#fix/proof/fix.ts'
import { wholeFix } from '#fix/proof/finished.ts'
import { searchFixes } from '#fix/proof/fix-search.ts'

interface JsonPatch {
  readonly applyPatch: (
    document: unknown,
    patch: readonly unknown[],
    validate?: boolean,
    mutate?: boolean,
  ) => { readonly newDocument: unknown }
}

// Its types are those of a CommonJS module, which hides its names from this one.
const { applyPatch } = createRequire(import.meta.url)('fast-json-patch') as JsonPatch

/** The fixes of one scenario's request, as a diagnosis has them. */
export function fixesOf(given: Scenario): readonly FixInHand[] {
  const scenario = withOwnPolicyNamed(given)
  const step = { relation: 'denied' as const, request: scenario.request, why: '', decision: evaluate(scenario) }
  const identity = { evaluated: scenario.request.principal, expected: null, agrees: null, explanation: '' }
  return searchFixes(
    { identity, denial: { notes: [] } as never },
    {
      steps: [{ step, scenario }],
      policySource: { kind: 'scenario', scenario },
      readings: undefined,
      scenarioFor: (request) => ({ ...scenario, request }),
      dependentScenarios: () => [],
      seen: [],
    },
  )
    .all()
    .map((plan) => wholeFix(plan))
}

/** The fixes of a diagnosis that were replayed and proved. */
export const replayedFixes = ({ fixes }: Pick<DiagnosisWithFixes, 'fixes'>): readonly Fix[] =>
  fixes.filter((fix): fix is Fix => fix.basis === 'policies')

/** What the patch makes of a document, by another implementation of RFC 6902; both as they are written down. */
export const patched = ({ before, patch }: Change): unknown =>
  applyPatch(asWritten(before), asWritten(patch), true).newDocument

const asWritten = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T

/** The scenario with every change of the fix made. */
export function onPaper(scenario: Scenario, { changes }: Fix): Scenario {
  let result: Scenario = structuredClone(withOwnPolicyNamed(scenario))
  for (const change of changes) result = withChange(result, change)
  return result
}

function withChange(scenario: Scenario, change: Change): Scenario {
  const after = patched(change)
  if (change.on === undefined)
    return change.kind === 'create-grant' || change.kind === 'edit-policy'
      ? { ...scenario, policies: { ...scenario.policies, serviceGuards: after as Record<string, unknown> } }
      : { ...scenario, request: after as Scenario['request'] }
  return change.before === null ? added(scenario, change, after) : replaced(scenario, change, after)
}

/** Every policy of that name whose document is the one before. */
function replaced(scenario: Scenario, change: Change, after: unknown): Scenario {
  let found = 0
  const text = JSON.stringify(change.before)
  const visit = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(visit)
    if (typeof value !== 'object' || value === null) return value
    const policy = value as Partial<Policy>
    if (policy.name === change.policy && textOf(policy.document) === text) {
      found++
      return { ...policy, document: after }
    }
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, visit(inner)]))
  }
  // The policy of a bucket behind an access point is listed with the bucket.
  const resources = scenario.resources?.map((each) => {
    if (change.layer !== 'resource-policy' || each.arn !== change.on || JSON.stringify(each.policy) !== text)
      return each
    found++
    return { ...each, policy: after } as Resource
  })
  const policies = Object.fromEntries(
    Object.entries(scenario.policies ?? {}).map(([name, value]) => [
      name,
      HOLDS[change.layer] === name ? visit(value) : value,
    ]),
  )
  assert.ok(found > 0, `there is no policy \`${change.policy}\` with the document before`)
  return { ...scenario, policies, ...(resources === undefined ? {} : { resources }) }
}

/** Where a scenario has the policies of a layer. */
const HOLDS: Readonly<Record<string, string>> = {
  'resource-control-policy': 'resourceControlPolicies',
  'service-control-policy': 'serviceControlPolicies',
  'vpc-endpoint-policy': 'vpcEndpointPolicy',
  'resource-policy': 'resourcePolicy',
  'identity-policy': 'identityPolicies',
  'permissions-boundary': 'permissionsBoundary',
  'session-policy': 'sessionPolicies',
}

function textOf(document: unknown): string {
  if (typeof document !== 'string') return JSON.stringify(document)
  try {
    return JSON.stringify(JSON.parse(document.startsWith('%') ? decodeURIComponent(document) : document))
  } catch {
    return document
  }
}

function added(scenario: Scenario, { layer, policy, where }: Change, document: unknown): Scenario {
  const policies = scenario.policies ?? {}
  const one = { name: policy, document }
  switch (layer) {
    case 'identity-policy':
      return { ...scenario, policies: { ...policies, identityPolicies: [...(policies.identityPolicies ?? []), one] } }
    case 'resource-policy':
      return { ...scenario, policies: { ...policies, resourcePolicy: one } }
    case 'service-control-policy': {
      const levels = (policies.serviceControlPolicies ?? []).map((level) =>
        level.target === where ? { ...level, policies: [...(level.policies ?? []), one] } : level,
      )
      return { ...scenario, policies: { ...policies, serviceControlPolicies: levels } }
    }
    default:
      throw new Error(`nobody adds a ${layer}`)
  }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

/** Allow statements that are new or changed. */
export function freshAllows({ before, after }: Change): readonly Record<string, unknown>[] {
  const old = new Set(statementsIn(before).map((one) => JSON.stringify(one)))
  return statementsIn(after).filter((one) => one['Effect'] === 'Allow' && !old.has(JSON.stringify(one)))
}

export function statementsIn(document: unknown): readonly Record<string, unknown>[] {
  if (!isObject(document) || document['Statement'] === undefined) return []
  return [document['Statement']].flat().filter(isObject)
}

/** Actions and principals of a statement that the fix put there. */
export function openedBy(change: Change): readonly string[] {
  const texts = (value: unknown): readonly string[] =>
    typeof value === 'string' ? [value] : isObject(value) ? Object.values(value).flatMap(texts) : []
  const old = new Set(
    statementsIn(change.before).flatMap((one) => [...texts(one['Action']), ...texts(one['Principal'])]),
  )
  // A gateway endpoint's policy has `*` for a principal, and names the caller by a condition (R-VPCE-04).
  const namesCaller = (one: Record<string, unknown>): boolean =>
    change.layer === 'vpc-endpoint-policy' &&
    JSON.stringify(one['Condition'] ?? {}).includes('"ArnEquals":{"aws:PrincipalArn":"arn:')
  return freshAllows(change)
    .flatMap((one) => [...texts(one['Action']), ...(namesCaller(one) ? [] : texts(one['Principal']))])
    .filter((text) => !old.has(text))
}
