import type { ManagedPolicies } from '#engine/managed-policies.ts'
import { withManagedPolicies } from '#engine/managed-policies.ts'
import { prepareScenario } from '#engine/evaluate.ts'
import type { Policy, Scenario } from '#engine/scenario.ts'
import { compareDocuments, compareInForce } from './compare.ts'
import type { CompareOptions, Comparison } from './comparison.ts'
import type { DocumentKind } from './document-set.ts'
import { undecided } from './direction.ts'

/**
 * Policy document or its text, a list of them or of policies with a `document`; or a scenario, of which all layers count
 * (docs/json.md, "Compare").
 */
export type Documents = unknown

export interface CompareInput {
  readonly old: Documents
  readonly new: Documents
  /** Of documents: which layer they are evaluated as. */
  readonly kind?: DocumentKind
}

/** Compares values as they come, without reading anything; what cannot be read is undecided, never `none`. */
export function compareValues(
  input: CompareInput,
  { find = () => undefined, ...options }: CompareOptions & { readonly find?: ManagedPolicies } = {},
): Comparison {
  const { old, new: next, kind } = input
  if (isScenarioValue(old) && isScenarioValue(next)) {
    const prepared = (side: Scenario) => prepareScenario(withManagedPolicies(side, find))
    return compareInForce(prepared(old), prepared(next), options)
  }
  if (isScenarioValue(old) || isScenarioValue(next)) return mixed()
  return compareDocuments(policiesOf(old, find), policiesOf(next, find), kind, options)
}

function mixed(): Comparison {
  const { access, sets, witness, reason } = undecided('one side is a scenario and the other is not')
  return {
    schemaVersion: 1,
    newAccess: access,
    lostAccess: access,
    newlyAllowed: sets,
    newlyDenied: sets,
    witness,
    lostWitness: witness,
    ...(reason === undefined ? {} : { reason }),
  }
}

/** Whether a value is a scenario rather than a policy: it has policies by layer, or a request, and no Statement. */
export const isScenarioValue = (value: unknown): value is Scenario =>
  isObject(value) &&
  !Object.hasOwn(value, 'Statement') &&
  !Object.hasOwn(value, 'document') &&
  (Object.hasOwn(value, 'policies') || Object.hasOwn(value, 'request'))

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** `null` and an empty list are no policies at all. */
function policiesOf(documents: Documents, find: ManagedPolicies): readonly Policy[] {
  if (documents === null) return []
  const listed: readonly unknown[] = Array.isArray(documents) ? documents : [documents]
  return listed.map((value, i) => policyOf(value, listed.length === 1 ? 'policy' : `policy ${i + 1}`, find))
}

function policyOf(value: unknown, name: string, find: ManagedPolicies): Policy {
  if (!isObject(value) || Object.hasOwn(value, 'Statement')) return { name, document: value }
  const { arn, document } = value
  const called = typeof value['name'] === 'string' ? value['name'] : name
  if (document !== undefined || typeof arn !== 'string') return { name: called, document: document ?? value }
  return { name: called, arn, document: find(arn) }
}

/** `{ old, new, kind? }`, or the two sides one after the other. */
export function compareInput([first, second, options]: readonly unknown[]): CompareInput {
  if (second === undefined && isObject(first) && Object.hasOwn(first, 'old')) {
    const { old, new: next, kind } = first
    return { old, new: next, ...kindOf(kind) }
  }
  return { old: first, new: second, ...kindOf(isObject(options) ? options['kind'] : options) }
}

const kindOf = (kind: unknown): Pick<CompareInput, 'kind'> =>
  kind === 'identity-policy' || kind === 'resource-policy' ? { kind } : {}
