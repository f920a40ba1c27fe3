import type { Step } from '#engine/decision.ts'
import { UNKNOWN_PRINCIPAL } from '#iam/caller.ts'
import type { PolicyLayer } from '#iam/layers.ts'
import { denyingLayers } from './next-words.ts'

/** What decides why a denial has no fix. */
interface Unfixed {
  readonly status: 'explained' | 'likely' | 'allowed-now' | 'undetermined' | 'contradicted' | 'not-a-denial'
  readonly causes: readonly {
    readonly layer: PolicyLayer
    readonly kind?: string
    readonly denyType: 'explicit' | 'implicit'
    readonly certainty: 'certain' | 'likely' | 'possible'
    readonly statement?: unknown
    readonly nearest?: { readonly failedOn: readonly { readonly element: string; readonly key?: string }[] }
    readonly from: readonly string[]
  }[]
  readonly steps: readonly Pick<Step, 'request' | 'decision'>[]
  readonly reconciliation: { readonly denialIsOlder?: boolean }
  readonly identity: { readonly relation: string | null }
  /** Why its fixes are withheld. */
  readonly whyNoFix?: readonly string[]
}

/** Why a denial has no fix, as sentences of which the first begins small. */
export interface NoFix {
  readonly why: string
  /** More evidence may bring one. */
  readonly isYet?: true
}

const none = (why: string): NoFix => ({ why })
const noneYet = (why: string): NoFix => ({ why, isYet: true })

/** Behind the label of a fix: `none yet: run the job again`. */
export const noFixText = ({ why, isYet }: NoFix): string => `none${isYet === true ? ' yet' : ''}: ${why}`

/** Why a denial has no fix, where one would be expected. Every form of output prints this. */
export function noFixWords(diagnosis: Unfixed): NoFix | undefined {
  const { status, causes, steps, whyNoFix: [withheld] = [] } = diagnosis
  const [denied] = steps
  if (status === 'not-a-denial' || status === 'allowed-now') return undefined
  if (denied === undefined && withheld !== undefined) return none(withheld)
  if (denied === undefined) return isBeyondPolicies(diagnosis) ? BEYOND : hasUnseenDeny(causes) ? UNSEEN : undefined
  if (status === 'contradicted') return none('the policies you provided are not the ones that were in force')
  if (diagnosis.reconciliation.denialIsOlder === true) return noneYet('run the job again, or read the other policies')
  if (status === 'undetermined') return FIND_OUT
  if (diagnosis.identity.relation === 'outside' && denied.request.principal !== 'anonymous') return NONE_OFFERED
  if (denied.request.principal === 'anonymous' && !causes.some(({ denyType }) => denyType === 'explicit'))
    return forAnyone(causes)
  if (/:(?:assumed-role|role)\/(?:aws-service-role\/[^/]{1,200}\/)?AWSServiceRoleFor/.test(denied.request.principal))
    return SERVICE_LINKED
  if (causes.some((cause) => cause.kind === 'block-public-access' && cause.certainty !== 'possible'))
    return /^s3:(?:Put|Create|Associate)/i.test(denied.request.action) ? BLOCKED : RESTRICTED
  if (denied.request.principal === UNKNOWN_PRINCIPAL) return CALLER_UNKNOWN
  if (withheld !== undefined) return none(withheld)
  if (isBeyondPolicies(diagnosis)) return BEYOND
  const bucket = unreadBucket(denied)
  if (bucket !== undefined) return bucket
  if (hasUnseenDeny(causes)) return UNSEEN
  if (denied.decision.decision === 'allowed')
    return noneYet('the policies you provided allow the call. Read the policies that were not checked')
  if (/^sts:AssumeRoleWith/i.test(denied.request.action) && hangsOnClaim(causes)) return whatIsUnknown(denied.request)
  const { blockedBy, layers } = denied.decision
  const likely = causes.filter(({ certainty }) => certainty !== 'possible').map(({ layer }) => layer)
  const denying = denyingLayers({ blockedBy: blockedBy.length > 0 ? blockedBy : [...new Set(likely)], layers })
  return none(`denytrace found no change of ${denying} that would allow this call and is safe to propose`)
}

/** Of a request that is not signed: a policy for everyone may ask for an address or endpoint, which a signature does not change. */
function forAnyone(causes: Unfixed['causes']): NoFix {
  const failed = causes.map(({ nearest }) => nearest?.failedOn ?? []).find((each) => each.length > 0) ?? []
  const keys = failed.flatMap(({ element, key }) => (element === 'Condition' ? (key ?? []) : []))
  return failed.length === 0 || keys.length < failed.length
    ? none('only a policy that allows everyone would allow it. Sign the request.')
    : none(
        `the policy allows anyone who meets its condition on ${[...new Set(keys)].join(' and ')}. Find out which value the request had. Signing it does not change that value.`,
      )
}

const hasUnseenDeny = (causes: Unfixed['causes']): boolean =>
  causes.some((cause) => cause.denyType === 'explicit' && cause.statement === undefined)

/** Through an access point the policy of the bucket has to allow, too (R-S3-07): unread, no fix of the access point is enough. */
function unreadBucket({ request, decision }: Unfixed['steps'][number]): NoFix | undefined {
  const [, account, name] =
    /^arn:[^:]*:s3:[^:]*:(\d{12}):accesspoint\/([a-z0-9-]{3,50})(?:\/|$)/.exec(String(request.resource)) ?? []
  const isUnread = decision.layers.some(
    ({ layer, kind, verdict }) => layer === 'resource-policy' && kind === 'bucket' && verdict === 'unknown',
  )
  return name !== undefined && isUnread
    ? noneYet(
        `the policy of the bucket behind access point ${name} must allow it, too, and was not read. Get the bucket's name with aws s3control get-access-point --account-id ${account} --name ${name}, then its policy with aws s3api get-bucket-policy`,
      )
    : undefined
}

/** Whether conditions alone keep the nearest statement from allowing the call, on claims of a token that nobody has seen. */
const hangsOnClaim = (causes: Unfixed['causes']): boolean =>
  causes.some(
    ({ nearest }) =>
      nearest !== undefined &&
      nearest.failedOn.length > 0 &&
      nearest.failedOn.every(({ element, key }) => element === 'Condition' && /^(?!aws:|sts:)/i.test(key ?? '')),
  )

const CLAIMS_UNKNOWN = noneYet(
  "the evidence doesn't have the token's claims. Run `denytrace whoami --web-identity-token env --format json > token.json` in the job or pod, and add token.json (or the job's workflow file) to this command",
)

const whatIsUnknown = ({ action, principal }: { readonly action: string; readonly principal: string }): NoFix =>
  /SAML$/i.test(action)
    ? ASSERTION_UNKNOWN
    : principal === 'cognito-identity.amazonaws.com'
      ? GUEST_UNKNOWN
      : CLAIMS_UNKNOWN

// https://docs.aws.amazon.com/cognito/latest/developerguide/role-trust-and-permissions.html
const GUEST_UNKNOWN = noneYet(
  "the evidence doesn't say whether the caller was signed in (amr is then authenticated, for a guest unauthenticated), or of which pool (aud). Compare both with the condition",
)

const ASSERTION_UNKNOWN = noneYet(
  "the evidence doesn't have the SAML assertion. Decode the SAMLResponse that was sent (base64 -d) and compare its Audience, Issuer and NameID with the condition",
)

/** Several policies may have denied it. */
export const FIND_OUT = noneYet('find out which of these applies first')

const NONE_OFFERED = none('the caller is from outside')

const CALLER_UNKNOWN = noneYet('find out first who called. denytrace grants nothing to an assumed caller.')

const UNSEEN = none('the policy that denies it was not provided')

const isBeyondPolicies = ({ status, causes }: Unfixed): boolean => status === 'explained' && causes.every(isOfService)

const BEYOND = none('no IAM policy has to change')

/** A fixed rule of the service by AWS's own words; what is no layer at all has no cause. */
const isOfService = ({ layer, from }: Unfixed['causes'][number]): boolean =>
  layer === 'service-guard' && from.length === 1 && from[0] === 'message'

const SERVICE_LINKED = none(
  'only AWS changes the policies of a service-linked role. Let the service use a role of your own, or change the policy of the resource.',
)

const TURN_OFF =
  'Name the callers instead of everyone. If the bucket must be public, turn the setting off: aws s3api put-public-access-block (S3 then no longer protects the bucket)'

const RESTRICTED = none(
  `the policy or ACL of the bucket is public, so S3 denies callers of other accounts. ${TURN_OFF}`,
)

const BLOCKED = none(`S3 denies the call if the policy or ACL that it sets is public. ${TURN_OFF}`)
