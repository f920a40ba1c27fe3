import { type Arn, isAccountId, parseArn } from './arn.ts'
import { memoizeText } from './memoize.ts'
import type { Request } from './request.ts'

/**
 * Who AWS evaluates, read from a request (docs/rules.md, Principals).
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
export interface Caller {
  readonly kind: CallerKind
  /** The calling ARN, a service name, a provider, or `anonymous`. */
  readonly arn: string
  readonly partition: string
  /** Undefined for services, anonymous callers and identity providers. */
  readonly account: string | undefined
  /** Of a role session or a role: the role's ARN; without its path when that is not known. */
  readonly roleArn: string | undefined
  /** False when only a session ARN told us the role: it does not hold the path (R-PRIN-03, R-PRIN-04). */
  readonly rolePathKnown: boolean
  readonly sessionName: string | undefined
  /** `AIDA…`, `AROA…:session`, as `aws:userid` has it. */
  readonly userId: string | undefined
  /** Parent user of a GetFederationToken session; provider of a web identity or SAML caller. */
  readonly federatedBy: string | undefined
}

/** `role`: a role given by its ARN stands for a session whose name is not known. */
export type CallerKind =
  | 'root'
  | 'user'
  | 'role-session'
  | 'federated-session'
  | 'identity-provider'
  | 'service'
  | 'anonymous'
  | 'unknown'

/** Stands in a request for a caller of whom nothing is known (R-EVID-12). */
export const UNKNOWN_PRINCIPAL = 'unknown'

type Details = NonNullable<Request['principalDetails']>

export function readCaller({ principal, principalDetails }: Request): Caller {
  const named = callerNamed(principal.trim())
  return principalDetails === undefined ? named : withDetails(named, principalDetails)
}

/** What the text alone says. The same few callers come back with every request. */
const callerNamed = memoizeText((text): Caller => {
  if (text === '*' || text.toLowerCase() === 'anonymous') return { ...nobody('anonymous'), kind: 'anonymous' }
  const base = nobody(text)
  const arn = parseArn(text)
  if (arn !== undefined) return fromArn(base, arn)
  // Some principal of the account: a policy that names an account means all of them (R-PM-03), a request is made by one.
  if (isAccountId(text)) return { ...base, account: text }
  if (isServiceName(text)) return { ...base, kind: 'service' }
  return isProviderName(text) ? { ...base, kind: 'identity-provider', federatedBy: text } : base
})

const nobody = (arn: string): Caller => ({
  kind: 'unknown',
  arn,
  partition: 'aws',
  account: undefined,
  roleArn: undefined,
  rolePathKnown: false,
  sessionName: undefined,
  userId: undefined,
  federatedBy: undefined,
})

function withDetails(named: Caller, details: Details): Caller {
  const kind = kindOf(named, details)
  const isFederated = details.type === 'web-identity' || details.type === 'saml'
  const becomesRoot = kind === 'root' && named.kind !== 'root'
  return {
    kind,
    arn: becomesRoot ? `arn:aws:iam::${named.account ?? ''}:root` : named.arn,
    partition: named.partition,
    account: isFederated ? undefined : named.account,
    roleArn: named.rolePathKnown ? named.roleArn : (details.roleArn ?? named.roleArn),
    rolePathKnown: named.rolePathKnown || details.roleArn !== undefined,
    sessionName: named.sessionName,
    userId: details.userId,
    federatedBy: details.federatedBy ?? (isFederated ? named.arn : named.federatedBy),
  }
}

function kindOf({ kind, account, arn }: Caller, { type }: Details): CallerKind {
  if (type === 'web-identity' || type === 'saml') return 'identity-provider'
  const isNamed = kind !== 'unknown' || arn.startsWith('arn:')
  if (isNamed) return kind
  if (type === 'root' && account !== undefined) return 'root'
  return type === 'service' && account === undefined ? 'service' : kind
}

/** `s3.amazonaws.com`, `ec2.amazonaws.com.cn`: a service, not a person. */
export const isServiceName = (text: string): boolean =>
  (text.endsWith('.amazonaws.com') || text.endsWith('.amazonaws.com.cn') || text.endsWith('.aws.internal')) &&
  text !== 'cognito-identity.amazonaws.com'

const PROVIDER_NAMES = ['cognito-identity.amazonaws.com', 'accounts.google.com', 'www.amazon.com', 'graph.facebook.com']
/** Identity providers that a policy names without an ARN. */
export const isProviderName = (text: string): boolean => PROVIDER_NAMES.includes(text)

function fromArn(base: Caller, arn: Arn): Caller {
  const slash = arn.resource.indexOf('/')
  const type = slash < 0 ? arn.resource : arn.resource.slice(0, slash)
  const name = slash < 0 ? '' : arn.resource.slice(slash + 1)
  const here = { ...base, partition: arn.partition, account: arn.account === '' ? undefined : arn.account }
  if (arn.service === 'iam') {
    if (type === 'root') return { ...here, kind: 'root' }
    if (type === 'user') return { ...here, kind: 'user' }
    if (type === 'role') return { ...here, kind: 'role-session', roleArn: base.arn, rolePathKnown: true }
    if (type === 'oidc-provider' || type === 'saml-provider')
      return { ...here, kind: 'identity-provider', account: undefined, federatedBy: base.arn }
  }
  if (arn.service === 'sts' && type === 'assumed-role') return roleSession(here, arn, name)
  if (arn.service === 'sts' && type === 'federated-user')
    return { ...here, kind: 'federated-session', sessionName: name }
  return here
}

function roleSession(base: Caller, arn: Arn, name: string): Caller {
  const slash = name.indexOf('/')
  const role = slash < 0 ? name : name.slice(0, slash)
  const session = slash < 0 ? undefined : name.slice(slash + 1)
  return {
    ...base,
    kind: 'role-session',
    sessionName: session,
    roleArn: `arn:${arn.partition}:iam::${arn.account}:role/${role}`,
  }
}

/**
 * CloudFront, reading a bucket for a distribution under the name that its origin access identity has in a bucket policy. It is
 * of no account of anyone's, and has no policies of its own.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
 */
export const isOriginAccessIdentity = ({ kind, account }: Caller): boolean =>
  kind === 'user' && account === 'cloudfront'

/**
 * A role whose path starts with `/aws-service-role/` belongs to a service (R-PRIN-09). Of a session of which only the name of the role
 * is known, the name that services give their roles says so.
 */
export const isServiceLinkedRole = ({ roleArn, rolePathKnown }: Caller): boolean =>
  roleArn !== undefined &&
  (roleArn.includes(':role/aws-service-role/') || (!rolePathKnown && roleArn.includes(':role/AWSServiceRoleFor')))

/** The user name without its path: `aws:username` (A.2). */
export function userName(caller: Caller): string | undefined {
  return caller.kind === 'user' ? caller.arn.slice(caller.arn.lastIndexOf('/') + 1) : undefined
}
