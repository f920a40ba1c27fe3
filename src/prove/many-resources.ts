import type { PreparedPolicies, PreparedPolicy } from '#engine/prepare.ts'
import type { PreparedScenario } from '#engine/read-request.ts'
import { readAction } from '#iam/action.ts'
import { type Budget, OutOfBudget } from '#space/budget.ts'
import { type Answer, accessQuestion, type AccessQuestion, notDecided } from './answer.ts'
import { isNoObject, withInner } from './catalog-patterns.ts'
import { keyOf } from './action-groups.ts'
import { writtenPattern } from './open-conditions.ts'
import { type Region, type Regions, regionsOf, UNCLEAR } from './regions.ts'

/**
 * Answer for a principal on every resource that a pattern holds. Policies of the resource are those of the one thing that
 * all of them belong to, such as a bucket; where the pattern spans several, no policy is known, and the answer says so.
 */
export function answerForMany(
  { scenario, policies }: PreparedScenario,
  within: string,
  answers: (question: AccessQuestion) => Answer,
  budget: Budget,
): Answer & { readonly regions: readonly Region<Answer>[] } {
  const at = (resource: string): AccessQuestion =>
    accessQuestion({ scenario: { ...scenario, request: { ...scenario.request, resource } }, policies })
  const patterns = patternsIn(policies, scenario.request.action, at(within))
  const { regions, unclear } = dividedWithin(within, () =>
    regionsOf(within, patterns, { accounts: [], services: [], budget }, (arn) => {
      if (isNoObject(scenario.request.action, arn)) return undefined
      budget.spend(40 + 4 * patterns.length)
      const value = answers(at(arn))
      return { key: keyOf(value), value }
    }),
  )
  const all = [...regions, ...unclear.map((pattern) => ({ resources: [pattern], except: [], value: UNCLEAR }))]
  const has = (decision: Answer['decision']): boolean => all.some(({ value }) => value.decision === decision)
  const decision = has('allowed') ? 'allowed' : has('undetermined') ? 'undetermined' : 'denied'
  return { decision, conjunctions: [], missing: all.flatMap(({ value }) => value.missing), regions: all }
}

/** Where the budget does not reach, nothing is told apart, and it says so. */
function dividedWithin(within: string, divide: () => Regions<Answer>): Regions<Answer> {
  try {
    return divide()
  } catch (error) {
    if (!(error instanceof OutOfBudget)) throw error
    return { regions: [{ resources: [within], except: [], value: notDecided(error.message) }], unclear: [] }
  }
}

/** The resources that statements on the action speak of. */
function patternsIn(policies: PreparedPolicies, text: string, { known }: AccessQuestion): readonly string[] {
  const action = readAction(text)
  if (action === undefined) return []
  const written = policiesIn(policies).flatMap((policy) => {
    const { denies, allows } = policy.bearingOn(action)
    return [...denies, ...allows].flatMap(({ resources = [] }) =>
      resources.map(({ source }) => writtenPattern(source, policy.document.version, known)),
    )
  })
  return withInner(text, written)
}

const policiesIn = (policies: PreparedPolicies): readonly PreparedPolicy[] => [
  ...(policies.identityPolicies ?? []),
  ...[policies.permissionsBoundary ?? [], policies.resourcePolicy ?? [], policies.vpcEndpointPolicy ?? []].flat(),
  ...[...(policies.serviceControlPolicies ?? []), ...(policies.resourceControlPolicies ?? [])].flatMap(
    (level) => level.policies ?? [],
  ),
]
