import type { Policy, Scenario } from '#engine/scenario.ts'
import { documentValue } from '#iam/json-value.ts'
import { policyHolderArns } from '#iam/policy-holder.ts'

/**
 * The scenario with its resource policy written out for the resource it is attached to. In a key policy `*` is that key,
 * in a trust policy the role is implied, and in that of a repository or a search domain these are; where all requests are
 * looked at, that has to be said (R-GRAM-08, R-GRAM-10, R-OTH-06, R-OTH-15).
 */
export function onOwnResource(scenario: Scenario): Scenario {
  const { policies, request } = scenario
  const policy = policies?.resourcePolicy
  if (policy === undefined || policy === null || typeof request.resource !== 'string') return scenario
  const own = policyHolderArns(request.resource).at(-1)
  const document = own === undefined ? undefined : writtenOut(policy, policy.kind === 'trust', own)
  if (document === undefined) return scenario
  const { kind, ...rest } = policy
  const resourcePolicy = kind === undefined || kind === 'trust' ? rest : { ...rest, kind }
  return { ...scenario, policies: { ...policies, resourcePolicy: { ...resourcePolicy, document } } }
}

/** The resources that the policy for a request's resource bears on: the bucket and its objects. */
export const ownPatterns = (resource: string): readonly string[] => [
  ...new Set([resource, ...policyHolderArns(resource).flatMap((own) => [own, ...withinOf(own)])]),
]

type Statement = Readonly<Record<string, unknown>>

const written = new WeakMap<object, Map<string, unknown>>()

/** Kept by document, so that what did not change is prepared once. */
function writtenOut(policy: Policy, isTrust: boolean, own: string): unknown {
  const document = documentValue(policy.document)
  if (typeof document !== 'object' || document === null) return undefined
  const known = written.get(document) ?? new Map<string, unknown>()
  written.set(document, known)
  const key = `${String(isTrust)} ${own}`
  const before = known.get(key)
  if (before !== undefined) return before
  const listed = (document as { readonly Statement?: unknown }).Statement
  if (listed === undefined) return undefined
  const statements = [listed].flat().map((statement) => ownOf(statement as Statement, isTrust, own))
  const made = { ...document, Statement: statements }
  known.set(key, made)
  return made
}

function ownOf(statement: Statement, isTrust: boolean, own: string): Statement {
  if (typeof statement !== 'object' || statement === null) return statement
  if (isTrust) return { ...statement, Resource: own }
  const isBare = !Object.hasOwn(statement, 'Resource') && !Object.hasOwn(statement, 'NotResource')
  if (isBare && WITHOUT_RESOURCE.has(own.split(':')[2] ?? '')) return { ...statement, Resource: own }
  const resources = [statement['Resource'] ?? []].flat()
  return resources.includes('*') ? { ...statement, Resource: [own, ...withinOf(own)] } : statement
}

/** Services whose policies have no Resource element. */
export const WITHOUT_RESOURCE: ReadonlySet<string> = new Set(['ecr', 'ecr-public', 'cloudsearch'])

/** ARN patterns that the policy of a resource bears on besides the resource itself (R-OTH-01). */
function withinOf(own: string): readonly string[] {
  const service = own.split(':')[2] ?? ''
  if (service === 'lambda') return [`${own}:*`]
  return HOLDERS.has(service) ? [`${own}/*`] : []
}

const HOLDERS: ReadonlySet<string> = new Set([
  's3',
  'dynamodb',
  'es',
  'execute-api',
  'ecr',
  'glue',
  'kinesis',
  's3express',
])
