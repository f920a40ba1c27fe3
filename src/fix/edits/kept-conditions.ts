import type { LayerFinding } from '#engine/layers/finding.ts'
import { valueAt } from '#iam/json-pointer.ts'
import { documentValue } from '#iam/json-value.ts'
import { actionTruth } from '#iam/statement.ts'
import type { Conditions, GrantGoal } from '../grant-goal.ts'

/**
 * Keys by which a trust policy holds who may assume the role to more than a name: an external id, MFA, a source, an organization. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html
 */
export const PROTECTING =
  /^(?:sts:externalid|sts:sourceidentity|aws:multifactorauth(?:present|age)|aws:source(?:ip|vpc|vpce|arn|account|orgid|orgpaths)|aws:principalorg(?:id|paths))$/i

/** Conditions that the Allow statements of a trust policy on the same action have in common: a new statement asks for them, too. */
export function keptConditions(finding: LayerFinding, goal: GrantGoal): Conditions {
  const { action } = goal.input.question
  const kept: Record<string, Record<string, string | readonly string[]>> = {}
  for (const { document, source } of finding.policies)
    for (const statement of document.statements) {
      if (statement.effect !== 'Allow' || !actionTruth(statement, action)) continue
      const block = valueAt(documentValue(source), `${statement.pointer}/Condition`)
      if (typeof block !== 'object' || block === null) continue
      for (const [operator, keys] of Object.entries(block as Readonly<Record<string, unknown>>)) {
        if (typeof keys !== 'object' || keys === null) continue
        for (const [key, value] of Object.entries(keys as Readonly<Record<string, unknown>>)) {
          if (!PROTECTING.test(key)) continue
          kept[operator] = { ...kept[operator], [key]: value as string | readonly string[] }
        }
      }
    }
  return kept
}

/** Providers whose tokens anybody can have who uses the service: only the subject tells one's own from others'. */
const SHARED_PROVIDERS =
  /(?:token\.actions\.githubusercontent\.com|gitlab\.com|oidc\.eks\.[^/]*\/id\/|app\.terraform\.io|bitbucket\.org|circleci\.com)/

/** Whether a trust for the caller would let in everybody whom the provider knows: the token's subject is not known. */
export const lacksSubject = ({ input, conditions }: GrantGoal): boolean =>
  input.caller.kind === 'identity-provider' &&
  SHARED_PROVIDERS.test(input.caller.federatedBy ?? input.caller.arn) &&
  !Object.values(conditions).some((keys) => Object.keys(keys).some((key) => /:sub$/i.test(key)))
