import type { CallerDoubt, Diagnosis } from '#diagnose/diagnosis.ts'
import { NAMELESS_ROLE } from '#diagnose/evidence/placeholders.ts'
import { isOwnedByAws } from '#iam/owned-by-aws.ts'
import { isResourceTagKey } from '#iam/tag-keys.ts'
import { valueAt } from '#iam/json-pointer.ts'
import { isGivenUp } from '../edits/data-guards.ts'
import { PROTECTING } from '../edits/kept-conditions.ts'
import { actionFacts } from '#iam/facts/actions.ts'
import { doubledArn } from '#iam/doubled-arn.ts'
import { doubtfulAction } from '#iam/facts/doubtful-action.ts'
import { mayGrant } from '../change-kinds.ts'
import type { ChangeInHand } from '../change.ts'
import type { Operation } from '../operation.ts'
import { isEveryResource, isWholeAccount, needsResource } from './every-resource.ts'
import { isProtectedAction } from './escalation.ts'
import { type AdvisedCall, grantsTo } from './grants-to.ts'
import { whyUseless } from './linted.ts'
import { AWS_MANAGED_KEY, isPolicyOfAwsManagedKey } from './managed-key.ts'
import { isNeverProposed, isNeverReverted } from './never.ts'
import { editsDeny, liftedKeys, limitsPrincipals, type NewGrant, newGrants } from './new-grants.ts'

/** What the gate decides about a piece of advice. `onDemand`: it is offered only to who asks for it by its id. */
export type Ruling = { readonly is: 'offered' } | { readonly is: 'onDemand' | 'withheld'; readonly reason: string }

/** What the evidence says about the denial that the advice is for. */
export interface AdviceContext {
  readonly call: AdvisedCall
  /** Kind of caller, where the evidence reports it: `service`, `root`, `anonymous` … */
  readonly principalType?: string | null
  /** Why another caller may have been meant. */
  readonly doubt?: CallerDoubt | undefined
  /** Why no policy can allow the call. */
  readonly fixedRule?: string | undefined
  /** Why such calls are mostly denied by something else than a policy of the caller. */
  readonly elsewhere?: string | undefined
  /** Context keys whose values were assumed. */
  readonly assumed: readonly string[]
  /** Whether the advice was drafted from AWS's message: no policy was read, and nothing was replayed. */
  readonly isDraft: boolean
}

/**
 * Decides whether a piece of advice may be shown. Every draft, fix and stored denial passes here, and nothing else decides it
 * (R-ADV-09).
 */
export function ruleOn(changes: readonly ChangeInHand[], context: AdviceContext): Ruling {
  if (!changes.some(({ kind }) => mayGrant(kind))) return OFFERED
  const grants = changes.flatMap((change) => newGrants(change).map((grant) => ({ change, grant })))
  const withheld = whyWithheld(changes, grants, context)
  if (withheld !== undefined) return { is: 'withheld', reason: withheld }
  const onDemand = whyOnDemand(changes, context)
  return onDemand === undefined ? OFFERED : { is: 'onDemand', reason: onDemand }
}

/** Whether a service would be let in without the source that the nearest statement asks for (R-ADV-04). */
const givesUpSource = (change: ChangeInHand): boolean =>
  (change.losesGuards ?? []).some(
    ({ key, admits }) => admits === undefined && /^aws:(?:source|principal)(?:arn|account|org)/i.test(key),
  ) && newGrants(change).some(({ principals }) => principals.some((name) => /\.amazonaws\.com(?:\.cn)?$/.test(name)))

/**
 * A condition that protects data is no mistake of the policy until the evidence shows what the request sent (R-ADV-04). What the call
 * makes has no tags yet that a condition could be met with, and what AWS owns never has; and the service that a role is for is said beside the change.
 */
function ofGuards(changes: readonly ChangeInHand[], { resource, isMade = false }: AdvisedCall): string | undefined {
  const hasNoTags = isMade || isOwnedByAws(resource ?? '')
  const guard = changes
    .flatMap(({ losesGuards = [] }) => losesGuards)
    .find(
      (lost) =>
        isGivenUp(lost) && !(hasNoTags && isResourceTagKey(lost.key)) && !/^iam:passedtoservice$/i.test(lost.key),
    )
  return guard === undefined
    ? undefined
    : `it would leave out the condition on ${guard.key}, which protects data: find out first ${isResourceTagKey(guard.key) ? 'which tags the resource has' : 'what the request sent'}`
}

const OFFERED: Ruling = { is: 'offered' }

/** Whether a new statement leaves out that the nearest one asks for MFA (R-ADV-04). */
const givesUpMfa = ({ losesGuards = [] }: ChangeInHand): boolean =>
  losesGuards.some(({ key }) => /^aws:multifactorauth(?:present|age)$/i.test(key))

interface Granted {
  readonly change: ChangeInHand
  readonly grant: NewGrant
}

function whyWithheld(
  changes: readonly ChangeInHand[],
  grants: readonly Granted[],
  context: AdviceContext,
): string | undefined {
  return (
    ofAction(context.call) ??
    ofDoubledArn(context.call) ??
    context.fixedRule ??
    (context.isDraft && changes.some(isGuardrail) && isProtectedAction(context.call.action)
      ? protectedText(context.call)
      : undefined) ??
    ofReservedRole(context.call) ??
    (changes.some(isOfAwsManagedKey) ? AWS_MANAGED_KEY : undefined) ??
    ofCaller(changes, context) ??
    ofGrantee(changes, context.call) ??
    (changes.some(isNever)
      ? 'it would allow every action of a service, or every principal: that is never proposed'
      : undefined) ??
    (changes.some(givesUpMfa)
      ? 'it would allow without MFA what the policy allows with MFA alone: make the call in a session with MFA'
      : undefined) ??
    (changes.some(givesUpSource)
      ? 'it would let the service act for every AWS account: find out for which resource it called (`aws:SourceArn`), and allow that one'
      : undefined) ??
    ofGuards(changes, context.call) ??
    grants
      .map(({ change, grant }) => ofResources(change, grant) ?? ofPrincipals(grant) ?? ofClaims(grant))
      .find(isText) ??
    changes.map(whyUseless).find(isText)
  )
}

const isText = (text: string | undefined): text is string => text !== undefined

/** AWS's messages name one action that exists (R-ADV-10). */
function ofAction({ action }: AdvisedCall): string | undefined {
  if (action === null) return undefined
  if (/[*?]/.test(action))
    return `\`${action}\` is a pattern, and AWS's messages name one action: this text is not AWS's, or it was changed`
  return doubtfulAction(action)?.text
}

/** No such resource exists: the request is wrong, and a grant on it would never be used (R-EVID-19). */
function ofDoubledArn({ resource }: AdvisedCall): string | undefined {
  const doubled = doubledArn(resource ?? '')
  return doubled === undefined
    ? undefined
    : `the call names the ARN ${doubled.text} where the name \`${doubled.name}\` belongs, and no such resource exists`
}

/** Roles that only AWS changes, by their names: a message prints them without their path (R-EVAL-05). */
function ofReservedRole({ action, resource }: AdvisedCall): string | undefined {
  const name = /^(?:arn:[^:]*:iam::[^:]*:)?role[ /](?:.*\/)?(AWSServiceRoleFor|AWSReservedSSO_)/.exec(
    resource ?? '',
  )?.[1]
  if (name === undefined || action === null || !isRoleWrite(action)) return undefined
  return name === 'AWSReservedSSO_'
    ? 'the role is made by IAM Identity Center and cannot be changed in IAM: change its permission set'
    : 'the role is a service-linked role, and only its service changes it'
}

/**
 * What users do with a service-linked role themselves.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html
 */
const OF_USERS: ReadonlySet<string> = new Set(['passrole', 'createservicelinkedrole', 'deleteservicelinkedrole'])

function isRoleWrite(action: string): boolean {
  const [service = '', name = ''] = action.split(':')
  const facts = service.toLowerCase() === 'iam' ? actionFacts(service, name) : undefined
  if (facts === undefined || OF_USERS.has(name.toLowerCase())) return false
  return facts.accessLevel !== 'Read' && facts.accessLevel !== 'List'
}

/** Nothing is granted to everyone, to the complete account of a root user, or by a policy that the caller cannot have. */
function ofCaller(
  changes: readonly ChangeInHand[],
  { call, principalType, isDraft, elsewhere }: AdviceContext,
): string | undefined {
  if (!isDraft) return undefined
  const { principal } = call
  if (principal === 'anonymous' || principalType === 'anonymous')
    return 'only a policy that lets in everyone would allow an anonymous call: sign the request'
  const isRoot = principalType === 'root' || /^arn:[^:]*:iam::\d{12}:root$/.test(principal ?? '')
  const ofOwn = changes.some(({ layer }) => layer !== 'resource-policy')
  if (ofOwn && (isRoot || principalType === 'service'))
    return `${isRoot ? 'the root user' : 'a service'} has no policy of its own that this could be added to`
  if (isRoot && grantsTo(changes, call) !== 'same-account')
    return 'a grant to a root user lets in its complete account: make the call with a role'
  return changes.some(({ layer }) => layer === 'identity-policy') ? elsewhere : undefined
}

const isOfAwsManagedKey = ({ layer, editedDocument, before }: ChangeInHand): boolean =>
  layer === 'resource-policy' && isPolicyOfAwsManagedKey(editedDocument?.before ?? before)

const isNever = (change: ChangeInHand): boolean => {
  if (isLimitedEndpoint(change)) return false
  const before = change.editedDocument?.before ?? change.before
  const is = change.putsBack === true ? isNeverReverted : isNeverProposed
  return change.patch.some((operation) => is(operation, before))
}

/**
 * Whether the change edits the policy of a VPC endpoint and limits each grant to a principal by a condition: the principal of a
 * gateway endpoint's policy has to be `*` (R-VPCE-04).
 */
function isLimitedEndpoint(change: ChangeInHand): boolean {
  if (change.layer !== 'vpc-endpoint-policy') return false
  const grants = newGrants(change)
  return (
    grants.length > 0 &&
    grants.every(
      (grant) => limitsPrincipals(grant) && !grant.isNegated && !grant.actions.some((action) => /[*?]/.test(action)),
    )
  )
}

/** No resource wider than the evidence names (R-ADV-05). In a key policy `*` is that key. */
function ofResources({ layer, on }: ChangeInHand, { actions, addedResources }: NewGrant): string | undefined {
  if (layer === 'resource-policy' && (on ?? '').includes(':kms:')) return undefined
  if (layer === 'resource-policy' && actions.every((action) => action.toLowerCase().startsWith('kms:')))
    return undefined
  const ofAccount = addedResources.some(isWholeAccount)
  const action = ofAccount || addedResources.some(isEveryResource) ? actions.find(needsResource) : undefined
  if (action === undefined) return undefined
  return ofAccount
    ? `it would grant ${action} on everything in the account: AWS found no name of a resource in the call. Check the name or ARN that it sends`
    : `it would grant ${action} on every resource, and the evidence does not name the one that was called`
}

/** Nothing is granted to a placeholder of ours (R-ADV-05). */
const ofPrincipals = ({ principals }: NewGrant): string | undefined =>
  principals.some(isPlaceholder) ? TO_PLACEHOLDER : undefined

/** A grant of a key is made to the caller. */
const ofGrantee = (changes: readonly ChangeInHand[], { principal }: AdvisedCall): string | undefined =>
  isPlaceholder(principal ?? '') && changes.some(({ kind }) => kind === 'create-grant') ? TO_PLACEHOLDER : undefined

const isPlaceholder = (principal: string): boolean =>
  principal === NAMELESS_ROLE || /:role\/(?:CALLER|ROLE_NAME)$/.test(principal)

const TO_PLACEHOLDER = 'the message does not name the caller, and nothing is granted to a caller that was assumed'

/** A trust of an identity provider names whose tokens or assertions it takes. */
function ofClaims({ actions, principals, conditions }: NewGrant): string | undefined {
  const isFor = (name: string): boolean => actions.some((action) => action.toLowerCase() === name)
  if (principals.length === 0) return undefined
  const named = claimsNamed(conditions)
  if (isFor('sts:assumerolewithsaml') && !named.some(([key]) => key.startsWith('saml:')))
    return 'it would trust every assertion of the identity provider: the evidence does not name the audience (`SAML:aud`)'
  if (!isFor('sts:assumerolewithwebidentity')) return undefined
  const isCognito = principals.includes('cognito-identity.amazonaws.com')
  if (isCognito && !named.some(([key]) => key.endsWith(':aud')))
    return 'it would trust the identity pools of every AWS account: the evidence does not name the pool (`cognito-identity.amazonaws.com:aud`)'
  return named.some(([key, values]) => SAYS_WHOSE.test(key) && !values.some(isOfAnybody))
    ? undefined
    : 'it would trust every token of the identity provider: the evidence does not name the subject (`sub`)'
}

const SAYS_WHOSE = /:(?:sub|oaud|app_id)$|:ga:|\bamr$/i

/** A subject that leaves open whose token it is: every owner, project or namespace. */
const isOfAnybody = (value: string): boolean =>
  /^(?:repo:|project_path:|organization:|system:serviceaccount:|org\/)?[*?]/.test(value) &&
  !/^system:serviceaccount:\*:(?!default$)[a-z0-9][a-z0-9.-]*$/.test(value)

/** The claims that conditions compare with values, in lower case: what is negated, or asked only if it is there, names nobody. */
function claimsNamed(
  conditions: NewGrant['conditions'],
): readonly (readonly [key: string, values: readonly string[]])[] {
  return Object.entries(conditions)
    .filter(([operator]) => /^(?:foranyvalue:)?string(?:equals|like|equalsignorecase)$/i.test(operator))
    .flatMap(([, block]) => (typeof block === 'object' && block !== null ? Object.entries(block) : []))
    .map(([key, values]: [string, unknown]) => [key.toLowerCase(), [values].flat().map(String)] as const)
}

function whyOnDemand(changes: readonly ChangeInHand[], { call, doubt, assumed }: AdviceContext): string | undefined {
  if (doubt !== undefined) return `another caller was probably meant. ${doubt.text}`
  const lifted = changes
    .filter(({ layer }) => layer === 'resource-policy')
    .flatMap(liftedKeys)
    .find(isProtecting)
  if (lifted !== undefined) return `it lifts the condition on ${lifted}: meet the condition first`
  const mount = changes.flatMap(newGrants).some(letsAnyoneMount)
  if (mount) return ANYONE_MOUNTS
  const service = changes.map(ofServiceInKeyPolicy).find(isText)
  if (service !== undefined) return service
  const guarded = changes.filter(isGuardrail)
  if (guarded.length > 0 && isProtectedAction(call.action)) return protectedText(call)
  const keys = new Set(assumed.map((key) => key.toLowerCase()))
  const assumedKey = guarded
    .flatMap((change) => newKeys(change).filter((key) => !isOfOwnEndpoint(change, key)))
    .find((key) => keys.has(key.toLowerCase()))
  return assumedKey === undefined
    ? undefined
    : `it changes a guardrail for a value of ${assumedKey} that was assumed: find out the value first`
}

/**
 * The console of EFS leaves out this action to prevent access by clients that do not sign in.
 * https://docs.aws.amazon.com/efs/latest/ug/create-file-system-policy.html
 */
const letsAnyoneMount = ({ actions, principals }: NewGrant): boolean =>
  principals.includes('*') && actions.some((action) => action.toLowerCase() === 'elasticfilesystem:clientmount')

const ANYONE_MOUNTS =
  'every client that reaches a mount target could then mount the file system without signing in. AWS leaves out elasticfilesystem:ClientMount to prevent that: mount with IAM instead, with a role that a policy allows to'

const isProtecting = (key: string): boolean => PROTECTING.test(key)

/**
 * A service that a key policy lets in acts for customers of all accounts, unless a condition names the source.
 * https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-services.html
 */
function ofServiceInKeyPolicy(change: ChangeInHand): string | undefined {
  if (change.layer !== 'resource-policy') return undefined
  const open = newGrants(change).find(
    ({ actions, principals, conditions }) =>
      actions.some((action) => action.toLowerCase().startsWith('kms:')) &&
      principals.some((principal) => /\.amazonaws\.com(?:\.cn)?$/.test(principal)) &&
      !/"(?:aws:source(?:arn|account|orgid)|kms:(?:encryptioncontext:[^"]+|calleraccount))"/i.test(
        JSON.stringify(conditions),
      ),
  )
  return open === undefined
    ? undefined
    : `it lets ${open.principals.join(', ')} use the key for any account: add aws:SourceArn or aws:SourceAccount`
}

/** The policy of an endpoint is only evaluated for calls through it, whose `aws:SourceVpce` is its id: nothing is assumed (R-ADV-05). */
const isOfOwnEndpoint = ({ layer, where, patch }: ChangeInHand, key: string): boolean =>
  layer === 'vpc-endpoint-policy' &&
  key.toLowerCase() === 'aws:sourcevpce' &&
  where !== undefined &&
  patch.some(
    (step) => step.op !== 'remove' && step.path.toLowerCase().endsWith('/aws:sourcevpce') && step.value === where,
  )

const isGuardrail = (change: ChangeInHand): boolean => GUARDRAILS.has(change.layer) || editsDeny(change)

const protectedText = ({ action }: AdvisedCall): string =>
  `guardrails exist to deny ${action ?? 'such calls'}: ask the owner of the guardrail first`

const GUARDRAILS: ReadonlySet<ChangeInHand['layer']> = new Set([
  'service-control-policy',
  'resource-control-policy',
  'permissions-boundary',
] as const)

/** Condition keys in the patch of a change that its policy did not ask for before, or that get another value. */
function newKeys({ patch, editedDocument, before }: ChangeInHand): readonly string[] {
  const known = new Set(keysIn(editedDocument?.before ?? before))
  // Values that a line is given from another one are what somebody wrote, and nothing of the call's.
  const isMoved = (step: Operation): boolean =>
    step.op === 'remove' &&
    patch.some(
      (other) => other.op === 'add' && JSON.stringify(other.value) === JSON.stringify(valueAt(before, step.path)),
    )
  const changed = patch.filter((step) => !isMoved(step))
  return [...keysIn(patch).filter((key) => !known.has(key)), ...changed.flatMap(({ path }) => keyAt(path) ?? [])]
}

/** `/Statement/0/Condition/StringNotEquals/aws:RequestedRegion/-` → `aws:RequestedRegion` */
function keyAt(path: string): string | undefined {
  const key = /^\/Statement(?:\/\d+)?\/Condition\/[^/]+\/([^/]+)/.exec(path)?.[1]
  return key?.replaceAll('~1', '/').replaceAll('~0', '~')
}

/** Names of condition keys in a document: fields with a colon. */
function keysIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(keysIn)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => [...(key.includes(':') ? [key] : []), ...keysIn(inner)])
}

/** Why the evidence doubts the caller; undefined: it does not, or the user said who should have called. */
export function openDoubt({ agrees, doubt }: Pick<Diagnosis['identity'], 'agrees' | 'doubt'>): CallerDoubt | undefined {
  // A service that calls with the role it was given is who was meant: the grant is that role's.
  return agrees !== null || doubt?.kind === 'service-role' ? undefined : doubt
}

/** Returns why a policy of the caller seldom helps: the first usual cause is an account, a state or a setting of the service. */
export function elsewhereOf([first]: Diagnosis['usualCauses'] = []): string | undefined {
  const isElsewhere = first !== undefined && (first.layer === null || first.layer === 'service-guard')
  return isElsewhere ? 'such calls are mostly denied by something that no policy of the caller changes' : undefined
}

/** Returns why no policy can allow the denied request, by the fixed rules that the diagnosis found (R-ADV-06). */
export function fixedRuleOf(causes: Diagnosis['causes']): string | undefined {
  const rule = causes.find(
    ({ step, layer, certainty, kind }) =>
      step === 0 &&
      layer === 'service-guard' &&
      certainty !== 'possible' &&
      (kind === undefined || kind === 'hard-rule'),
  )
  return rule === undefined
    ? undefined
    : `no policy can allow it: ${rule.reason ?? 'a fixed rule of the service denies it'}`
}
