/**
 * One question as the rules ask it: a caller, one action, one resource, and the account the resource is in.
 * R-REQ-01..04, R-PRIN-01..10, R-XACC-04.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
import type { Scenario } from '#engine/scenario.ts'
import type { Readings } from '#iam/readings.ts'
import { isAccountId, parseArn } from '#iam/arn.ts'
import type { Request } from '#iam/request.ts'
import { isOneAccount, isOneButForMask } from './masked.ts'
import { arnsAskedOn, isWildcardOnly } from './services.ts'

export type CallerKind =
  | 'root'
  | 'user'
  | 'role-session'
  | 'federated-user'
  | 'service'
  | 'anonymous'
  | 'federated-identity'
  | 'unknown'

export interface Caller {
  readonly kind: CallerKind
  readonly partition?: string
  readonly account?: string
  /** The calling ARN; not known where a role stands for any of its sessions. */
  readonly arn?: string
  /** With its path; left out where only the session's ARN is known (R-PRIN-03). */
  readonly roleArn?: string
  /** User, role or federated name; the service; the identity provider. */
  readonly name?: string
  readonly userId?: string
  /** The user (or root) behind a GetFederationToken session (R-PRIN-10). */
  readonly parent?: string
}

/** Which resource is meant is not known: that is not `*`, which says that there is none (R-REQ-05). */
export const UNKNOWN_RESOURCE = '(unknown)'

export type Relation = 'same' | 'cross' | 'neither'

export interface Question {
  readonly scenario: Scenario
  readonly request: Request
  readonly caller: Caller
  /** In lower case: action names have no case (R-ACT-01). */
  readonly action: string
  readonly service: string
  /** An ARN, `*` for no resource, or `UNKNOWN_RESOURCE`. */
  readonly resource: string
  /** The alias by which the request names its key. */
  readonly alias?: string
  /** Where `*` is written for a resource that there must be: what it may be. */
  readonly arns?: readonly string[]
  readonly relation: Relation
  readonly resourceAccount?: string
  /** Who is taken to own a bucket behind an access point whose owner is not known; undefined: another than the caller. */
  readonly ownerBehind?: string
  /** What the caller is taken to be to such an owner, or to one whose account cannot be compared. */
  readonly relationBehind?: Relation
  /** What is asked of such a bucket: it and the access point are of two accounts, or may be. */
  readonly twoOwners?: boolean
  readonly readings: Readings
}

const lastOf = (text: string): string => text.split('/').at(-1) ?? ''

/** CloudFront under a name that bucket policies have for it: of no account, and without policies of its own. */
export const isOriginAccessIdentity = ({ kind, account }: Caller): boolean =>
  kind === 'user' && account === 'cloudfront'

/** A.2: who calls. */
export function readCaller(request: Request, readings: Readings): Caller {
  const { principal } = request
  const details = request.principalDetails ?? {}
  const id = details.userId === undefined ? {} : { userId: details.userId }
  const providerName = details.federatedBy ?? (principal === 'unknown' ? undefined : principal)
  const provider: Caller = {
    kind: 'federated-identity',
    ...(providerName === undefined ? {} : { name: providerName }),
  }
  if (principal === 'anonymous') return { kind: 'anonymous', userId: 'anonymous' }
  if (details.type === 'web-identity' || details.type === 'saml') return provider
  if (/^sts:AssumeRoleWith(SAML|WebIdentity)$/i.test(request.action)) return provider
  const arn = parseArn(principal)
  if (arn === undefined) {
    return /\.amazonaws\.com(\.cn)?$/.test(principal) ? { kind: 'service', name: principal } : { kind: 'unknown' }
  }
  const { partition, account, resource } = arn
  const own = { partition, account, arn: principal }
  const name = lastOf(resource)
  if (arn.service === 'iam' && resource === 'root') return { kind: 'root', ...own, userId: account }
  if (arn.service === 'iam' && resource.startsWith('user/')) return { kind: 'user', ...own, ...id, name }
  if (arn.service === 'iam' && resource.startsWith('role/')) {
    return { kind: 'role-session', partition, account, roleArn: principal, ...id, name }
  }
  if (arn.service === 'sts' && resource.startsWith('assumed-role/')) {
    const role = details.roleArn === undefined ? {} : { roleArn: details.roleArn }
    return { kind: 'role-session', ...own, ...role, ...id, name: resource.split('/')[1] ?? '' }
  }
  if (arn.service === 'sts' && resource.startsWith('federated-user/')) {
    const sameName = readings['parent-of-federated-session'] === 'same-name'
    const known = details.federatedBy ?? (sameName ? `arn:${partition}:iam::${account}:user/${name}` : undefined)
    const parent = known === undefined ? {} : { parent: known }
    return { kind: 'federated-user', ...own, ...parent, userId: `${account}:${name}`, name }
  }
  return { kind: 'unknown' }
}

/** Undefined: one of the two accounts is masked, or nobody knows the owner. */
export function relationOf(owner: string | undefined, caller: Caller): Relation | undefined {
  if (caller.account === undefined || isOriginAccessIdentity(caller)) return 'neither'
  if (owner === caller.account) return 'same'
  return owner !== undefined && isOneAccount(owner, caller.account) === false ? 'cross' : undefined
}

/** Undefined: not known. A call on no resource is a call in the caller's own account. */
function readResourceAccount(request: Request, resource: string, caller: Caller): string | undefined {
  const account = parseArn(resource)?.account ?? ''
  if (isAccountId(account) || isOneAccount(account, caller.account ?? '') === true) return account
  // What the request says is the bucket's.
  if (resource.includes(':accesspoint/')) return undefined
  const said = request.resourceAccount
  if (said !== undefined)
    return isAccountId(said) || isOneAccount(said, caller.account ?? '') === true ? said : undefined
  if (resource === '*') return caller.account
  if (account === 'aws') return caller.account
  // Images, hosted zones and the like have ARNs without an account: what the caller's own account decides about.
  if (account === '' && parseArn(resource) !== undefined && !resource.includes(':s3:')) return caller.account
  return undefined
}

export const asksIdentityOnly = (action: string): boolean => action === 'iam:passrole' || action === 'sts:assumeroot'

/** `*` for an action that always has a resource: one of the caller's own, of S3 anyone's, unless AWS says that it is `*` (R-REQ-05). */
function arnsMeant(request: Request, written: string, caller: Caller): readonly string[] | undefined {
  if (written !== '*' || Object.keys(request.resourcePatterns ?? {}).includes('*')) return undefined
  const action = request.action.toLowerCase()
  const account = request.resourceAccount ?? (action.startsWith('s3:') ? '*' : (caller.account ?? '*'))
  const partition = caller.account === undefined ? '*' : (caller.partition ?? '*')
  return arnsAskedOn(action)?.map((arn) => arn.replace(':P:', `:${partition}:`).replace(':A:', `:${account}:`))
}

/** The questions that one resource of the request raises: two where the relation of the accounts is not known. */
export function questionsAbout(scenario: Scenario, written: string, readings: Readings): Question[] {
  const { request } = scenario
  const action = request.action.toLowerCase()
  const service = action.split(':')[0] ?? ''
  const caller = readCaller(request, readings)
  const alias = isWildcardOnly(action) ? undefined : aliasOf(action, written)
  const arns = arnsMeant(request, written, caller)
  const meant = { ...(alias === undefined ? {} : { alias }), ...(arns === undefined ? {} : { arns }) }
  const resource = resourceAsked(action, written, scenario, meant)
  const ofCaller = service === 's3' ? undefined : caller.account
  const said =
    arns === undefined ? readResourceAccount(request, resource, caller) : (request.resourceAccount ?? ofCaller)
  // A request says whose the bucket is; whose the access point is, its ARN would (docs/json.md, "Scenario").
  const account = resource === UNKNOWN_RESOURCE && mayBeAccessPoint(action) ? undefined : said
  const asked = { scenario: withOwnPolicy(scenario, resource), request, caller, action, service, resource, readings }
  const base = { ...asked, ...meant }
  const at = account === undefined ? {} : { resourceAccount: account }
  if (caller.account === undefined || isOriginAccessIdentity(caller)) return [{ ...base, ...at, relation: 'neither' }]
  // PassRole and AssumeRoot are asked in the caller's account, whoever owns the role or is the root user (R-PASS-01, R-STS-13).
  if (asksIdentityOnly(action)) return [{ ...base, ...at, relation: 'same' }]
  if (account === undefined) {
    return [
      { ...base, relation: 'same', resourceAccount: caller.account },
      { ...base, relation: 'cross' },
    ]
  }
  const relation = relationOf(account, caller)
  const relations: readonly Relation[] = relation === undefined ? ['same', 'cross'] : [relation]
  return relations.map((one) => ({ ...base, ...at, relation: one }))
}

/** S3's actions on objects and listings are asked of a bucket or of an access point (Service Authorization Reference). */
export const mayBeAccessPoint = (action: string): boolean =>
  action.startsWith('s3:') && (arnsAskedOn(action) ?? []).some((arn) => arn.includes(':accesspoint/'))

/** The policy of a resource that nobody names: whether one of those that are listed is its own, no list says (R-UNK-01). */
export const isOneOfListed = ({ scenario, resource }: Question): boolean =>
  scenario.policies?.resourcePolicy === undefined &&
  (scenario.resources ?? []).some(
    ({ arn, policy }) => policy !== undefined && policy !== null && mayBeIt(scenario, resource, arn),
  )

/** No list names the resource, and this one may be it: nothing is named, or an account is hidden (R-UNK-05). */
export const mayBeIt = ({ resources = [] }: Scenario, resource: string, arn: string): boolean => {
  if (resource === UNKNOWN_RESOURCE) return true
  const own = [resource, homeOf(resource)]
  return !resources.some((resource) => own.includes(resource.arn)) && own.some((one) => isOneButForMask(one, arn))
}

/** What is asked on, once it is known whether it is an alias or an ARN that nobody wrote. */
function resourceAsked(
  action: string,
  written: string,
  scenario: Scenario,
  { alias, arns }: Pick<Question, 'alias' | 'arns'>,
): string {
  if (isWildcardOnly(action)) return '*'
  if (arns !== undefined) return UNKNOWN_RESOURCE
  return alias === undefined ? written : keyWith(alias, written, scenario)
}

/** The alias in the place of a key: for all actions but those on aliases (R-KMS-09). */
const aliasOf = (action: string, resource: string): string | undefined =>
  /^kms:(create|update|delete)alias$/.test(action)
    ? undefined
    : /^arn:[^:]+:kms:[^:]*:[^:]*:(alias\/.+)$/.exec(resource)?.[1]

/** The key that has the alias, of the same Region and account; nothing says which: not known. */
function keyWith(alias: string, written: string, { resources = [] }: Scenario): string {
  const home = written.slice(0, written.indexOf(':alias/'))
  const key = resources.find(({ arn, attributes }) => {
    const names = attributes?.['aliases']
    return arn.startsWith(`${home}:key/`) && Array.isArray(names) && (names.includes(alias) || names.includes(written))
  })
  return key?.arn ?? UNKNOWN_RESOURCE
}

/** The policy of the request's own resource may stand among the scenario's resources (docs/json.md, "Scenario"). */
function withOwnPolicy(scenario: Scenario, resource: string): Scenario {
  if (scenario.policies?.resourcePolicy !== undefined) return scenario
  const homes = [resource, homeOf(resource)]
  const own = homes
    .map((arn) => scenario.resources?.find((resource) => resource.arn === arn))
    .find((one) => one !== undefined)
  if (own?.policy === undefined) return scenario
  const kind = /:role\//.test(own.arn) ? 'trust' : own.kind
  const policy = { name: own.arn, document: own.policy, ...(kind === undefined ? {} : { kind }) }
  return { ...scenario, policies: { ...scenario.policies, resourcePolicy: own.policy === null ? null : policy } }
}

/** What has the policy for an object or an index: bucket, table. */
function homeOf(resource: string): string {
  const arn = parseArn(resource)
  const first = (count: number): string =>
    resource.slice(0, resource.length - (arn?.resource.length ?? 0)) +
    (arn?.resource ?? '').split('/').slice(0, count).join('/')
  if (arn?.service === 's3') return first(arn.resource.startsWith('accesspoint/') ? 2 : 1)
  if (arn?.service === 'dynamodb' && arn.resource.includes('/index/')) return first(2)
  return resource
}

/** R-PRIN-09: a service-linked role, by its path; where that is not known by the name. */
export const isServiceLinked = ({ caller }: Question): boolean =>
  caller.kind === 'role-session' &&
  (caller.roleArn === undefined
    ? (caller.name ?? '').startsWith('AWSServiceRoleFor')
    : (parseArn(caller.roleArn)?.resource.startsWith('role/aws-service-role/') ?? false))
