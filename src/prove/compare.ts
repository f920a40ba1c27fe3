import { type PreparedPolicies, type PreparedPolicy, preparePolicy } from '#engine/prepare.ts'
import type { PreparedScenario } from '#engine/read-request.ts'
import type { Policy } from '#engine/scenario.ts'
import { statementText } from '#space/statement-text.ts'
import type { CompareOptions, Comparison } from './comparison.ts'

/** The kind of layer that documents are compared as: only a resource policy's statements name principals. */
export type DocumentKind = 'identity-policy' | 'resource-policy'

/**
 * What NEW allows that OLD did not, and the reverse, for the principal of the scenarios on every action, resource and
 * context; all layers count. Both are taken as in force for every request that is looked at.
 */
export function compareInForce(
  old: PreparedScenario,
  next: PreparedScenario,
  _options: CompareOptions = {},
): Comparison {
  return sameTexts(textOfScenario(old), textOfScenario(next)) ? SAME : NOT_COMPARED
}

/** The same for documents, judged as one set: an Allow matches and no Deny does. */
export function compareDocuments(
  old: readonly Policy[],
  next: readonly Policy[],
  kind: DocumentKind = 'identity-policy',
  _options: CompareOptions = {},
): Comparison {
  const place = kind === 'resource-policy' ? 'resource' : 'identity'
  const texts = (policies: readonly Policy[]): readonly (string | undefined)[] =>
    policies.flatMap((policy): readonly (string | undefined)[] => textsOf(preparePolicy(policy, place)) ?? [undefined])
  return sameTexts(texts(old), texts(next)) ? SAME : NOT_COMPARED
}

const SAME: Comparison = {
  schemaVersion: 1,
  newAccess: 'none',
  lostAccess: 'none',
  newlyAllowed: [],
  newlyDenied: [],
  witness: null,
  lostWitness: null,
}

const NOT_COMPARED: Comparison = {
  ...SAME,
  newAccess: 'undecided',
  lostAccess: 'undecided',
  reason: 'the statements differ, and what of it matters was not searched',
}

/** Undefined in a list: a policy that cannot be read, which is equal to nothing. */
function sameTexts(a: readonly (string | undefined)[], b: readonly (string | undefined)[]): boolean {
  if (a.includes(undefined) || b.includes(undefined)) return false
  const [left, right] = [new Set(a), new Set(b)]
  return left.size === right.size && [...left].every((text) => right.has(text))
}

function textsOf({ document, place }: PreparedPolicy): readonly string[] | undefined {
  if (document.unreadable.length > 0) return undefined
  return document.statements.map((statement) => statementText(statement, document.version, place))
}

function textOfScenario({ policies, scenario }: PreparedScenario): readonly (string | undefined)[] {
  const facts = JSON.stringify([
    scenario.request.principal,
    scenario.request.principalDetails ?? null,
    scenario.request.principalTags ?? null,
    scenario.resources ?? null,
    scenario.organization ?? null,
    policies.serviceGuards ?? null,
    policies.resourcePolicyKind ?? null,
    policies.complete,
  ])
  return [facts, ...layersOf(policies)]
}

function layersOf(policies: PreparedPolicies): readonly (string | undefined)[] {
  const lists = [
    policies.identityPolicies,
    policies.sessionPolicies,
    oneOf(policies.resourcePolicy),
    oneOf(policies.permissionsBoundary),
    oneOf(policies.vpcEndpointPolicy),
    ...(policies.serviceControlPolicies ?? []).map((level) => level.policies),
    ...(policies.resourceControlPolicies ?? []).map((level) => level.policies),
  ]
  return lists.flatMap((list, i) =>
    (list ?? []).flatMap((policy) => textsOf(policy)?.map((text) => `${i} ${text}`) ?? [undefined]),
  )
}

const oneOf = (policy: PreparedPolicy | null | undefined): readonly PreparedPolicy[] | null | undefined =>
  policy === null || policy === undefined ? policy : [policy]
