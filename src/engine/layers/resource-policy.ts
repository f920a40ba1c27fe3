import { lowerCase } from '#iam/memoize.ts'
import { configuresSearch } from '#iam/search-domain.ts'
import { attribute, type Case } from '../case.ts'
import { judgePolicies } from '../prepare.ts'
import { hasPolicyOfAny } from '../resource-side.ts'
import { apiAuthorization, AUTHORIZER_LACKING } from '../services/api-gateway.ts'
import { isOpenedByOwner, isShareableByRam } from '../services/ram-shares.ts'
import {
  accountTrustIsExplicit,
  asksIdentityOnly,
  isRetiring,
  isTrustAction,
  mayHaveResourcePolicy,
  resourcePolicyKind,
} from '../services/resource-policies.ts'
import { bucketBehindAccessPoint } from './access-point-bucket.ts'
import { allowsNothing, judged, type Layer, type LayerFinding, notApplicable, notKnown } from './finding.ts'

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

  judge(facts) {
    const bucket = bucketBehindAccessPoint(facts)
    return bucket === undefined ? [ownPolicy(facts)] : [ownPolicy(facts), bucket]
  },
}

function ownPolicy(facts: Case): LayerFinding {
  const kind = facts.policies.resourcePolicyKind ?? resourcePolicyKind(facts)
  const place = { layer, kind } as const
  const policy = facts.policies.resourcePolicy
  if (facts.caller.kind === 'root' && facts.relation === 'same' && ROOT_ALWAYS.has(lowerCase(facts.action)))
    return notApplicable(place, 'the root user of the owning account can always manage the bucket policy')
  if (cannotHavePolicy(facts))
    return mustAllow(facts)
      ? allowsNothing(place, reasonForNone(facts))
      : notApplicable(place, 'the action has no resource whose policy could bear on it')
  if (policy !== null && policy !== undefined) return judged(place, [policy], judgePolicies([policy], facts.question))
  const api = apiAuthorization(facts)
  const isUsual = api === undefined || api === 'not-known' || (api === 'perhaps-shut' && mustAllow(facts))
  if (policy === null && !isUsual && api !== 'resource-policy')
    return {
      ...notApplicable(place, 'the API has no policy'),
      ...(api === 'open' ? {} : { lacking: [API_FACTS[api]] }),
    }
  if (policy === undefined && isForeignManagedKey(facts))
    return allowsNothing(place, 'the fixed policy of an AWS managed key admits its own account only')
  if (policy === undefined && isShareable(facts))
    return notKnown(
      place,
      { fact: `AWS RAM shares of ${resourceText(facts)}`, kind: 'policy' },
      'whether the owner shares the resource through AWS RAM is not known',
    )
  if (policy === undefined && isForeign(facts, isOpenedByOwner))
    return notKnown(
      place,
      { fact: `whom the owner of ${resourceText(facts)} shares it with`, kind: 'attribute' },
      'whether the owner shares the resource with the caller is not known',
    )
  if (policy === undefined && (mayHaveResourcePolicy(facts) || isOfAny(facts)))
    return notKnown(
      place,
      { fact: `${policyName(kind)} of ${resourceText(facts)}`, kind: 'policy' },
      `the ${policyName(kind)} is not known`,
    )
  return mustAllow(facts)
    ? allowsNothing(place, reasonForNone(facts))
    : notApplicable(place, 'the resource has no policy of its own')
}

/** R-KMS-12, R-KMS-13: within its account such a key's policy is not known without reading it. */
const isForeignManagedKey = (facts: Case): boolean =>
  facts.question.action.service === 'kms' && facts.relation !== 'same' && attribute(facts, 'keyManager') === 'AWS'

/** A resource of another account that AWS RAM can share; such have no policy of their own (R-XACC-06). */
const isShareable = (facts: Case): boolean => isForeign(facts, isShareableByRam)

const isForeign = ({ relation, resource }: Case, isOfType: (segments: readonly string[]) => boolean): boolean =>
  relation === 'cross' && resource.kind === 'arn' && isOfType(resource.segments)

/**
 * No resource; or the policy is a role's trust policy, which only the calls that assume the role ask (R-PASS-01), or that of
 * a search domain that is configured (R-OTH-15); or that of a key whose grant is retired.
 */
function cannotHavePolicy(facts: Case): boolean {
  if (isTrustAction(facts)) return false
  if (facts.resource.kind === 'none' || facts.policies.resourcePolicyKind === 'trust') return true
  return asksIdentityOnly(facts.action) || isRetiring(facts) || configuresSearch(facts.question.action)
}

/** What is given as the policy of a resource is asked of its service too; which resource it is here, nobody says. */
const isOfAny = ({ resource, resources }: Case): boolean => resource.kind === 'unknown' && hasPolicyOfAny(resources)

const API_FACTS = {
  'perhaps-shut': { fact: 'whether the API is private', kind: 'attribute' },
  'perhaps-open': { fact: 'whether the API is private', kind: 'attribute' },
  authorizer: AUTHORIZER_LACKING,
} as const

const mustAllow = (facts: Case): boolean =>
  facts.relation !== 'same' || accountTrustIsExplicit(facts) || apiAuthorization(facts) === 'resource-policy'

function reasonForNone(facts: Case): string {
  if (facts.relation === 'cross') return 'the resource has no policy that could let another account in'
  return 'the resource has no policy that allows it'
}

const policyName = (kind: string | undefined): string => {
  if (kind === 'trust') return 'trust policy'
  return kind === 'key' ? 'key policy' : 'resource policy'
}

const resourceText = ({ resource }: Case): string => (resource.kind === 'arn' ? resource.arn : 'the resource')
