import { ancestorsAsked } from '#engine/calls.ts'
import type { EvaluationInput } from '#engine/evaluation-input.ts'
import { contextOf } from '#engine/context.ts'
import { evaluateLayers } from '#engine/evaluate-layers.ts'
import { normalizeRequest, evaluationInputOf } from '#engine/read-request.ts'
import { isPermissionless } from '#engine/services/hard-rules.ts'
import { accountTrustIsExplicit } from '#engine/services/resource-policies.ts'
import type { Lookup } from '#iam/key-state.ts'
import type { Request } from '#iam/request.ts'
import { readRequestResource } from '#iam/resource.ts'
import type { Question } from '#iam/statement.ts'
import type { AccessQuestion } from './answer.ts'
import { all, ALWAYS } from './formula.ts'
import type { Holder } from './grants.ts'
import { whenAllowed, whenAncestorAllowed } from './open-conditions.ts'

/**
 * A request on a resource of the principal's own account that has no policy of its own. The ARN is evaluated as it stands: it
 * speaks for all that the patterns do not tell apart from it, whatever tags they have.
 */
export function askAt(
  holder: Holder,
  action: string,
  resource: string,
): AccessQuestion & { readonly question: Question } {
  const evaluated = evaluateLayers(caseOf(holder, action, resource))
  const { input, trace } = evaluated
  const free = isPermissionless(input.action) && !trace.some(({ guard }) => guard === 'hard-rule')
  const { question } = input
  // R-PASS-02: no tags of a role that is passed tell it apart.
  const formula = free ? ALWAYS : whenAllowed(evaluated, input.action !== 'iam:PassRole')
  const above = ancestorsAsked({ ...holder.request, action, resource }).map((arn) =>
    whenAncestorAllowed(evaluateLayers(caseOf(holder, action, arn))),
  )
  return { formula: all([formula, ...above]), known: question.lookup, question }
}

/** Lookup of what is known of the context, whatever is asked for. */
export const lookupOf = (holder: Holder): Lookup => caseOf(holder, 's3:GetObject', 'arn:aws:s3:::b/k').question.lookup

function caseOf(
  { request, policies, organization, account }: Holder,
  action: string,
  resource: string,
): EvaluationInput {
  const wholeRequest: Request = { ...request, action, resource, resourceAccount: account }
  const scenario = { request: wholeRequest, ...(organization === undefined ? {} : { organization }) }
  const read = { ...normalizeRequest(wholeRequest, resource), requestResource: readRequestResource(resource), resource }
  const input = evaluationInputOf({ scenario, policies }, read, 'same')
  // A key's or role's own policy must allow too; it is not at hand here, so its word is what is missing.
  const open = accountTrustIsExplicit(input)
    ? evaluationInputOf({ scenario, policies: { ...policies, resourcePolicy: undefined } }, read, 'same')
    : input
  return resource === '*' ? open : withOpenTags(open)
}

/** No policies and settings is what the snapshot says by not listing the resource; of its tags that says nothing. */
function withOpenTags(input: EvaluationInput): EvaluationInput {
  const source = { ...input.source, resourceTags: undefined, keyAliases: undefined }
  return { ...input, source, question: { ...input.question, lookup: contextOf(source) } }
}
