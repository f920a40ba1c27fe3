import { lowerCase } from '#iam/memoize.ts'
import { configuresSearch } from '#iam/search-domain.ts'
import { attribute, type EvaluationInput } from '../evaluation-input.ts'
import { truthOfPolicies } from '../prepare.ts'
import { hasPolicyOfAny } from '../resource-side.ts'
import { apiAuthorization, AUTHORIZER_LACKING } from '../services/api-gateway.ts'
import { isOpenToClients } from '../services/file-systems.ts'
import { isOpenedByOwner, isShareableByRam } from '../services/ram-shares.ts'
import {
  accountTrustIsExplicit,
  asksIdentityOnly,
  isRetiring,
  isTrustAction,
  mayHaveResourcePolicy,
  resourcePolicyKind,
} from '../services/resource-policies.ts'
import { isMadeUnsigned } from '../services/unsigned.ts'
import { bucketBehindAccessPoint } from './access-point-bucket.ts'
import { allowsNothing, findingOf, type Layer, type LayerFinding, notApplicable, notKnown } from './finding.ts'

const layer = 'resource-policy'

/** Root of the owning account may always read, write and delete a bucket policy, even one that denies it (R-EVAL-20). */
const ROOT_ALWAYS = new Set(['s3:getbucketpolicy', 's3:putbucketpolicy', 's3:deletebucketpolicy'])

/**
 * The policy on the resource. Within one account it may allow in place of the identity policy (R-EVAL-13), on a KMS key
 * or a role it must (R-KMS-01, R-STS-01); across accounts both sides must allow (R-XACC-01, R-XACC-03).
 */
export const resourcePolicy: Layer = {
  name: layer,
  docs: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics.html',

  evaluate(input) {
    const bucket = bucketBehindAccessPoint(input)
    return bucket === undefined ? [ownPolicy(input)] : [ownPolicy(input), bucket]
  },
}

function ownPolicy(input: EvaluationInput): LayerFinding {
  const kind = input.policies.resourcePolicyKind ?? resourcePolicyKind(input)
  const place = { layer, kind } as const
  const policy = input.policies.resourcePolicy
  if (input.caller.kind === 'root' && input.relation === 'same' && ROOT_ALWAYS.has(lowerCase(input.action)))
    return notApplicable(place, 'the root user of the owning account can always manage the bucket policy')
  if (isMadeUnsigned(input))
    return notApplicable(place, 'the call is made without credentials, and no policy has to allow it (R-ANON-02)')
  if (cannotHavePolicy(input))
    return mustAllow(input)
      ? allowsNothing(place, reasonForNone(input))
      : notApplicable(place, 'the action has no resource whose policy could bear on it')
  if (policy !== null && policy !== undefined)
    return findingOf(place, [policy], truthOfPolicies([policy], input.question))
  if (isOpenToClients(input) === true)
    return notApplicable(
      place,
      'the file system has no policy of its own: EFS gives every client that can connect full access (R-OTH-24)',
    )
  const api = apiAuthorization(input)
  const isUsual = api === undefined || api === 'not-known' || (api === 'perhaps-shut' && mustAllow(input))
  if (policy === null && !isUsual && api !== 'resource-policy')
    return {
      ...notApplicable(place, 'the API has no policy'),
      ...(api === 'open' ? {} : { lacking: [API_FACTS[api]] }),
    }
  if (policy === undefined && isForeignManagedKey(input))
    return allowsNothing(place, 'the fixed policy of an AWS managed key admits its own account only')
  if (policy === undefined && isShareable(input))
    return notKnown(
      place,
      { fact: `AWS RAM shares of ${resourceText(input)}`, kind: 'policy' },
      'whether the owner shares the resource through AWS RAM is not known',
    )
  if (policy === undefined && isForeign(input, isOpenedByOwner))
    return notKnown(
      place,
      { fact: `whom the owner of ${resourceText(input)} shares it with`, kind: 'attribute' },
      'whether the owner shares the resource with the caller is not known',
    )
  if (policy === undefined && (mayHaveResourcePolicy(input) || isOfAny(input)))
    return notKnown(
      place,
      { fact: `${policyName(kind)} of ${resourceText(input)}`, kind: 'policy' },
      `the ${policyName(kind)} is not known`,
    )
  return mustAllow(input)
    ? allowsNothing(place, reasonForNone(input))
    : notApplicable(place, 'the resource has no policy of its own')
}

/** R-KMS-12, R-KMS-13: within its account such a key's policy is not known without reading it. */
const isForeignManagedKey = (input: EvaluationInput): boolean =>
  input.question.action.service === 'kms' && input.relation !== 'same' && attribute(input, 'keyManager') === 'AWS'

/** A resource of another account that AWS RAM can share; such have no policy of their own (R-XACC-06). */
const isShareable = (input: EvaluationInput): boolean => isForeign(input, isShareableByRam)

const isForeign = (
  { relation, resource }: EvaluationInput,
  isOfType: (segments: readonly string[]) => boolean,
): boolean => relation === 'cross' && resource.kind === 'arn' && isOfType(resource.segments)

/**
 * No resource; or the policy is a role's trust policy, which only the calls that assume the role ask (R-PASS-01), or that of
 * a search domain that is configured (R-OTH-15); or that of a key whose grant is retired.
 */
function cannotHavePolicy(input: EvaluationInput): boolean {
  if (isTrustAction(input)) return false
  if (input.resource.kind === 'none' || input.policies.resourcePolicyKind === 'trust') return true
  return asksIdentityOnly(input.action) || isRetiring(input) || configuresSearch(input.question.action)
}

/**
 * Whether the policy of an unknown resource is given: it is asked of its service too, though nobody says which resource it
 * is here.
 */
const isOfAny = ({ resource, resources }: EvaluationInput): boolean =>
  resource.kind === 'unknown' && hasPolicyOfAny(resources)

const API_FACTS = {
  'perhaps-shut': { fact: 'whether the API is private', kind: 'attribute' },
  'perhaps-open': { fact: 'whether the API is private', kind: 'attribute' },
  authorizer: AUTHORIZER_LACKING,
} as const

const mustAllow = (input: EvaluationInput): boolean =>
  input.relation !== 'same' || accountTrustIsExplicit(input) || apiAuthorization(input) === 'resource-policy'

function reasonForNone(input: EvaluationInput): string {
  if (input.relation === 'cross') return 'the resource has no policy that could let another account in'
  return 'the resource has no policy that allows it'
}

const policyName = (kind: string | undefined): string => {
  if (kind === 'trust') return 'trust policy'
  return kind === 'key' ? 'key policy' : 'resource policy'
}

const resourceText = ({ resource }: EvaluationInput): string =>
  resource.kind === 'arn' ? resource.arn : 'the resource'
