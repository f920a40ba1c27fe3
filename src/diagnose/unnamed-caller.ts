import type { Assumption } from '#engine/decision.ts'
import type { PoliciesInForce, Policy } from '#engine/scenario.ts'
import { isAccountId, parseArn } from '#iam/arn.ts'
import { valueAt } from '#iam/json-pointer.ts'
import { documentValue } from '#iam/json-value.ts'
import { isProviderName, readCaller, UNKNOWN_PRINCIPAL } from '#iam/caller.ts'
import type { ContextValue, Request } from '#iam/request.ts'
import { isUnsignedCall } from '#iam/unsigned-calls.ts'
import { UNNAMED } from '#iam/unnamed-caller.ts'
import type { AtHand, Owner } from '#snapshot/at-hand/piece.ts'
import { isAccountOfAws } from './evidence/placeholders.ts'

/** Account of a caller that nobody named (R-EVID-10). */
const UNNAMED_ACCOUNT = 'ACCOUNT_ID'

/** A caller whom the evidence does not name, with what is unknown of him. */
export interface UnnamedCaller {
  readonly principal: string
  /** Keys that a condition may ask, and that the name of the placeholder must not answer. */
  readonly context: Readonly<Record<string, ContextValue>>
  readonly assumption: Assumption
}

/**
 * The caller of a denial that names nobody, where policies that limit a caller are at hand: whoever gave them, gave his.
 * Undefined where none is, or where a policy of a resource is, which may tell this caller from others by name.
 *
 * @param account the account of the resource, where it is known: usually the caller's too (R-EVID-09)
 */
export function unnamedCaller(
  policies: PoliciesInForce | undefined,
  atHand: AtHand | undefined,
  account: string | undefined,
  action?: string,
): UnnamedCaller | undefined {
  // Who has a token, and no ARN, is not known by the role that it is for.
  if (!limitsCaller(policies, atHand) || /^sts:assumerolewith/i.test(action ?? '')) return undefined
  const owner = ownerAtHand(atHand, action)
  // Without an owner, policies that name callers decide differently for each.
  if (owner === undefined && tellsCallersApart(policies, atHand)) return undefined
  const own = account ?? UNNAMED_ACCOUNT
  const principal = owner?.arn ?? `arn:aws:iam::${own}:${owner?.kind ?? 'role'}/${owner?.name ?? UNNAMED}`
  return {
    principal,
    context: owner === undefined ? NOT_KNOWN : {},
    assumption: {
      fact: 'principal',
      value: owner === undefined ? 'the caller whose policies were given' : principal,
      from: owner === undefined ? 'the evidence names no caller' : 'the policies that were given are its',
      ifWrong: 'somebody else called, and other policies count: aws sts get-caller-identity in the same job says who',
    },
  }
}

/**
 * Whether the text in the place of a caller tells IAM nothing: it is masked, or a name alone, of which nobody knows whether it is a user, a
 * role or an application (R-EVID-10). A masked ARN is no such text: its form says what called.
 */
export const namesNobody = (principal: string, action: string): boolean =>
  principal === UNKNOWN_PRINCIPAL ||
  (!principal.startsWith('arn:') &&
    !isAccountId(principal) &&
    readCaller({ principal, action, resource: null }).kind === 'unknown')

/**
 * Returns an unknown caller, so that the given policies are evaluated for every caller: what they decide for all is decided, and the
 * rest is unknown (R-EVID-12). Undefined where no policy was given.
 */
export function openCaller(policies: PoliciesInForce = {}, atHand?: AtHand): UnnamedCaller | undefined {
  const isGiven = hasPolicy(policies) || (atHand?.pieces ?? []).length > 0
  if (!isGiven) return undefined
  return {
    principal: UNKNOWN_PRINCIPAL,
    context: {},
    assumption: {
      fact: 'principal',
      value: 'any caller',
      from: 'the evidence names no caller: only what a policy decides for every caller is certain',
      ifWrong: 'a policy may treat the real caller differently: give its ARN with --principal',
    },
  }
}

/** The anonymous caller of an operation that clients call without credentials; undefined for other operations (R-ANON-02). */
export function credentialless(action = ''): UnnamedCaller | undefined {
  if (!isUnsignedCall(action)) return undefined
  return {
    principal: 'anonymous',
    context: {},
    assumption: {
      fact: 'principal',
      value: 'anonymous',
      from: 'the evidence names no caller, and clients make this call without credentials',
      ifWrong: 'policies of a caller who signs are evaluated too: give its ARN with --principal',
    },
  }
}

/**
 * Replaces an unknown caller by a placeholder role, about which nothing is known. It is in the account of the resource, or in the one
 * account that the given resource policies allow.
 */
export function withPlaceholderCaller(
  request: Request,
  policies: PoliciesInForce | undefined,
  atHand: AtHand | undefined,
): Request {
  const owner = accountOfResource(request)
  const allowed = isAccountId(owner ?? '') ? [] : accountsAllowed(policies, atHand)
  const account = (allowed.length === 1 ? allowed[0] : owner) ?? UNNAMED_ACCOUNT
  return {
    ...request,
    principal: `arn:aws:iam::${account}:role/${UNNAMED}`,
    context: { ...NOT_KNOWN, ...request.context },
  }
}

/** Accounts whose root user the Allow statements of the given resource policies name: they allow the complete account. */
function accountsAllowed(policies: PoliciesInForce = {}, atHand: AtHand | undefined): readonly string[] {
  const ofFiles = (atHand?.pieces ?? []).flatMap((piece) => (piece.is === 'resource' ? [piece.policy] : []))
  const accounts = [policies.resourcePolicy, ...ofFiles]
    .flatMap((policy) => [valueAt(documentValue(policy?.document), '/Statement') ?? []].flat())
    .filter((statement) => valueAt(statement, '/Effect') === 'Allow')
    .flatMap((statement) => [valueAt(statement, '/Principal/AWS') ?? []].flat())
    .flatMap((principal) => /^(?:arn:[^:]+:iam::)?(\d{12})(?::root)?$/.exec(String(principal))?.[1] ?? [])
  return [...new Set(accounts)]
}

const hasPolicy = (policies: PoliciesInForce): boolean =>
  limitsCaller(policies) || (policies.resourcePolicy ?? policies.resourceControlPolicies ?? null) !== null

/**
 * The provider that the trust policy at hand names, for a call with a token of which nobody says whose it is. Undefined for other
 * calls, and where no provider is named.
 */
export function trustedProvider(
  trust: Policy | null | undefined,
  action: string | undefined,
  token?: { readonly issuer: string; readonly role: string },
): UnnamedCaller | undefined {
  if (!/^sts:assumerolewith(?:webidentity|saml)$/i.test(action ?? '')) return undefined
  const statements = [valueAt(documentValue(trust?.document), '/Statement') ?? []].flat()
  const named = statements.flatMap((statement) => [valueAt(statement, '/Principal/Federated') ?? []].flat())
  const written = named.find((item): item is string => typeof item === 'string')
  if (written === undefined) return undefined
  const shown = token === undefined ? undefined : providerOfToken(token, named)
  if (shown !== undefined) return shown
  const principal = asEksProvider(written)
  return {
    principal,
    context: {},
    assumption: {
      fact: 'principal',
      value: principal,
      from:
        principal === written
          ? 'the evidence names no provider, and the trust policy names this one'
          : `the evidence names no provider, and the trust policy means this one: no provider of EKS has the form ${written.slice(written.indexOf('/') + 1)}`,
      ifWrong: 'a token of another provider is refused: decode the token and compare its `iss`',
    },
  }
}

/**
 * The provider in the account of the role that a token is of, where the trust policy names another one: AWS looks for it by the token's
 * issuer. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html
 */
function providerOfToken(
  { issuer, role }: { readonly issuer: string; readonly role: string },
  named: readonly unknown[],
): UnnamedCaller | undefined {
  const { partition = '', account = '' } = parseArn(role) ?? {}
  const principal = isProviderName(issuer) ? issuer : `arn:${partition}:iam::${account}:oidc-provider/${issuer}`
  const isMaskedOne = named.some((item) => {
    const arn = parseArn(String(item))
    return arn?.resource === `oidc-provider/${issuer}` && !isAccountId(arn.account)
  })
  if (named.includes(principal) || isMaskedOne || (!isProviderName(issuer) && !isAccountId(account))) return undefined
  return {
    principal,
    context: {},
    assumption: {
      fact: 'principal',
      value: principal,
      from: 'the token names its issuer, and providers are in the account of the role',
      ifWrong: 'the account has no such provider: aws iam list-open-id-connect-providers',
    },
  }
}

/**
 * The provider of an EKS cluster with the parts of its host in their order, `oidc.eks.REGION.amazonaws.com`.
 * https://docs.aws.amazon.com/eks/latest/userguide/enable-iam-roles-for-service-accounts.html
 */
const asEksProvider = (provider: string): string =>
  provider.replace(
    /:oidc-provider\/(?:https:\/\/)?(?:oidc\.(?<a>[a-z]{2}(?:-[a-z]+)+-\d)\.eks|eks\.oidc\.(?<b>[a-z]{2}(?:-[a-z]+)+-\d)|eks\.(?<c>[a-z]{2}(?:-[a-z]+)+-\d))\.amazonaws\.com\//,
    (_, a?: string, b?: string, c?: string) => `:oidc-provider/oidc.eks.${a ?? b ?? c ?? ''}.amazonaws.com/`,
  )

const UNKNOWN = { state: 'unknown' } as const
const NOT_KNOWN: Readonly<Record<string, ContextValue>> = {
  'aws:PrincipalArn': UNKNOWN,
  'aws:PrincipalAccount': UNKNOWN,
  'aws:PrincipalType': UNKNOWN,
  'aws:userid': UNKNOWN,
  'aws:username': UNKNOWN,
}

/** Pieces at hand that say what a caller may do. */
const OF_CALLERS: ReadonlySet<string> = new Set(['identity-policy', 'principal', 'attached', 'scp', 'endpoint'])

function limitsCaller(policies: PoliciesInForce = {}, atHand?: AtHand): boolean {
  const { identityPolicies, permissionsBoundary, sessionPolicies, serviceControlPolicies, vpcEndpointPolicy } = policies
  const lists = [identityPolicies, sessionPolicies, serviceControlPolicies]
  return (
    lists.some((list) => list !== undefined && list !== null && list.length > 0) ||
    [permissionsBoundary, vpcEndpointPolicy].some((policy) => policy !== undefined && policy !== null) ||
    (atHand?.pieces ?? []).some(({ is }) => OF_CALLERS.has(is))
  )
}

const tellsCallersApart = (policies: PoliciesInForce = {}, atHand?: AtHand): boolean =>
  (policies.resourcePolicy ?? null) !== null ||
  (atHand?.pieces ?? []).some((piece) => piece.is === 'resource' && (piece.policy ?? null) !== null)

/** The one user or role whom the files name. A role that is assumed is the resource, and not the caller (R-EVID-13). */
function ownerAtHand(atHand: AtHand | undefined, action = ''): Owner | undefined {
  const assumed = /^sts:assumerole/i.test(action)
  const owners = (atHand?.pieces ?? []).flatMap((piece) =>
    (piece.is === 'identity-policy' || (piece.is === 'principal' && !assumed)) &&
    piece.owner !== undefined &&
    piece.owner.kind !== 'group'
      ? [piece.owner]
      : [],
  )
  const [first] = owners
  if (!owners.every(({ kind, name }) => kind === first?.kind && name === first.name)) return undefined
  return owners.find(({ arn }) => arn !== undefined) ?? first
}

/** The account in the ARN of a request's resource, or the one that is said to own it; AWS's own resources are in nobody's account. */
export function accountOfResource({ resource, resourceAccount }: Partial<Request>): string | undefined {
  if (resourceAccount !== undefined) return resourceAccount
  const [arn] = [resource ?? null].flat()
  const account = parseArn(arn ?? '')?.account ?? ''
  return account === '' || isAccountOfAws(account) ? undefined : account
}
