import { and, not, or, type Truth } from '#iam/truth.ts'
import type { EvaluationInput } from '../evaluation-input.ts'
import { truthOfPolicies, type PolicyTruth, type PreparedPolicy } from '../prepare.ts'
import { alike, bucketLacking, isThroughAccessPoint, questionsBehind } from './access-point-bucket.ts'
import { findingOf, type Lacking, type Layer, type LayerFinding, notApplicable, notKnown } from './finding.ts'

const layer = 'vpc-endpoint-policy'

/**
 * The policy of the endpoint the request came through must allow it, for every caller and every resource account. It
 * grants nothing by itself (R-VPCE-01, R-VPCE-02; its place among the layers is ADR 0006).
 */
export const vpcEndpointPolicy: Layer = {
  name: layer,
  docs: 'https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html',

  evaluate(input) {
    const policy = input.policies.vpcEndpointPolicy
    const { lookup } = input.question
    const endpoint = lookup('aws:SourceVpce')
    const away = notThroughEndpoint(input)
    if (away !== undefined) return [notApplicable({ layer }, away)]
    if (policy === null)
      return [notApplicable({ layer }, 'there is no endpoint policy but the default, which allows everything')]
    if (policy === undefined) return [unknownPolicy(endpoint.state)]
    const where = endpoint.state === 'values' ? endpoint.values[0] : undefined
    const { by, ...truth } = withBucketBehind(truthOfPolicies([policy], input.question), policy, input)
    // A request that perhaps came through the endpoint is refused by its policy perhaps.
    const through: Truth = endpoint.state === 'unknown' ? 'unknown' : true
    const found = findingOf(
      { layer, where },
      [policy],
      {
        kinds: truth.kinds,
        deny: and(through, truth.deny),
        allow: or(not(through), truth.allow),
        by: through === true ? by : undefined,
      },
      [...(through === 'unknown' ? [ENDPOINT] : []), ...bucketLacking(input)],
    )
    return [isThroughAccessPoint(input) ? { ...found, reason: BUCKET_TOO } : found]
  },
}

const ENDPOINT: Lacking = { fact: 'aws:SourceVpce', kind: 'context-key' }
const BUCKET_TOO = 'the access point and the bucket behind it must both be let through'

/**
 * Through an access point the endpoint's policy must let through the access point and the bucket behind it.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-vpc.html
 */
function withBucketBehind(own: PolicyTruth, policy: PreparedPolicy, input: EvaluationInput): PolicyTruth {
  const behind = questionsBehind(input)
  if (behind.length === 0) return own
  const all = behind.map((question) => truthOfPolicies([policy], question))
  const deny = or(own.deny, alike(all.map((truth) => truth.deny)))
  const allow = and(own.allow, alike(all.map((truth) => truth.allow)))
  const by = own.deny === true ? own.by : deny === true ? all[0]?.by : allow === true ? own.by : undefined
  return { ...own, deny, allow, by }
}

/** Calls over public endpoints, by a service, or on a caller's behalf by a service do not pass the endpoint (D.2, R-CTX-10). */
function notThroughEndpoint(input: EvaluationInput): string | undefined {
  const { lookup } = input.question
  const via = lookup('aws:ViaAWSService')
  if (via.state === 'values' && via.values[0]?.toLowerCase() === 'true')
    return 'a service makes this call for the caller'
  return lookup('aws:SourceVpce').state === 'absent' ? 'the request used no VPC endpoint' : undefined
}

function unknownPolicy(endpoint: string): LayerFinding {
  return endpoint === 'unknown'
    ? notKnown(
        { layer },
        { fact: 'aws:SourceVpce', kind: 'context-key' },
        'whether the request came through a VPC endpoint is not known',
      )
    : notKnown(
        { layer },
        { fact: 'policy of the VPC endpoint', kind: 'policy' },
        'the policy of the VPC endpoint is not known',
      )
}
