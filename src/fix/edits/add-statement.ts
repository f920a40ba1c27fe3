import { isNotSeen, isUnread } from '#diagnose/evidence/likely-scenario.ts'
import { isUnnamedCaller } from '#iam/unnamed-caller.ts'
import type { LayerFinding } from '#engine/layers/finding.ts'
import type { PreparedPolicy } from '#engine/prepare.ts'
import { isAccountId } from '#iam/arn.ts'
import type { Caller } from '#iam/caller.ts'
import { permissionSetPattern } from '#iam/role-path.ts'
import { actionTruth, impliesResource } from '#iam/statement.ts'
import { freeName, newPolicyName } from '../new-policy-name.ts'
import { canHold } from '../document-version.ts'
import type { DocumentEdit, LostGuard } from '../edit.ts'
import { documentValue } from '#iam/json-value.ts'
import { hasUnknownPlaceholder } from '../unknown-placeholders.ts'
import { INLINE_OF_PERMISSION_SET, isIdentityCenter, isServiceLinked } from '../owner.ts'
import { holderOf, isAwsOwned, type PolicyLocation } from '../policy-location.ts'
import { appended, lastStatement, principalOf, shortName, type StatementJson } from '../statement.ts'
import { type Conditions, type GrantGoal, valueOf } from '../grant-goal.ts'
import { isStandIn } from '#engine/representatives.ts'
import { resourcePolicyKind } from '#engine/services/resource-policies.ts'
import { WILDCARDS } from '../savable.ts'
import { type GuardedStatement, guardedStatement } from './data-guards.ts'
import { lacksSubject } from './kept-conditions.ts'
import { holderOfResource, policyHolderOf } from './policy-holder.ts'
import { limitedToSource } from './source-account.ts'

/** The place of a policy that is in force. */
export function locationOf(finding: LayerFinding, policy: PreparedPolicy, on: string): PolicyLocation {
  const { layer, kind } = finding
  const ofEndpoint = layer === 'vpc-endpoint-policy'
  const where = ofEndpoint && finding.where !== undefined ? endpointId(finding.where) : finding.where
  return {
    layer,
    on: ofEndpoint ? endpointId(on) : on,
    name: policy.name,
    ...(policy.arn === undefined ? {} : { arn: policy.arn }),
    ...(policy.file === undefined ? {} : { file: policy.file }),
    ...(where === undefined ? {} : { where }),
    ...(kind === undefined ? {} : { kind }),
    document: policy.source,
    ...(policy.isNameOfFile === undefined ? {} : { isNameOfFile: policy.isNameOfFile }),
    ...(isUnread(policy.name) ? { isUnread: true } : {}),
  }
}

/** The id of an endpoint; of one that no evidence names, a placeholder that a command can be filled in with. */
const endpointId = (id: string): string => (isStandIn(id) ? 'VPC_ENDPOINT_ID' : id)

/** Puts the wanted Allow behind the statements of a policy. */
export function addTo(
  location: PolicyLocation,
  statement: StatementJson,
  what: string,
  slug: string,
  { assumes = {}, losesGuards = [], writesWildcards = false }: Partial<Omit<GuardedStatement, 'statement'>> = {},
): DocumentEdit {
  const isNew = location.document === null
  return {
    is: 'document',
    kind: location.layer === 'session-policy' ? 'edit-request' : isNew ? 'add-policy' : 'edit-policy',
    location,
    operationsOn: (document) => appended(document, [statement]),
    does: `${isNew ? `make ${what}` : `add a statement to ${what}`}${withoutWords(losesGuards)}${writesWildcards ? WILDCARDS : ''}`,
    slug: isNew ? `new-${slug}` : slug,
    grantingPointer: lastStatement,
    adds: statement,
    ...(Object.keys(assumes).length === 0 ? {} : { assumes }),
    ...(losesGuards.length === 0 ? {} : { losesGuards }),
  }
}

/** Puts an Allow and the guards that it keeps behind the statements of a policy. */
const addGuarded = (location: PolicyLocation, guarded: GuardedStatement, what: string, slug: string): DocumentEdit =>
  addTo(location, guarded.statement, what, slug, guarded)

const withoutWords = (lost: readonly LostGuard[]): string =>
  lost.length === 0
    ? ''
    : `, without ${lost.map(({ key, statement }) => `the condition on ${key} of ${statement}`).join(' and ')}`

const isReadable = (policy: PreparedPolicy): boolean =>
  policy.source !== undefined && policy.document.unreadable.length === 0

/** Policies of a finding that can be edited, those first whose statements are about the same action or service. */
export function editable(finding: LayerFinding, goal: GrantGoal): readonly PreparedPolicy[] {
  const score = (policy: PreparedPolicy): number => {
    const allows = policy.document.statements.filter(({ effect }) => effect === 'Allow')
    if (allows.some((allow) => actionTruth(allow, goal.input.question.action))) return 2
    const prefix = `${goal.input.question.action.service}:`
    return allows.some((allow) => allow.actionSource.some((action) => action.toLowerCase().startsWith(prefix))) ? 1 : 0
  }
  return finding.policies
    .filter((policy) => isReadable(policy) && !isAwsOwned(policy))
    .toSorted((a, b) => score(b) - score(a))
}

/** A policy of a group bears on all its members; the caller's own is narrower. */
const isOfGroup = ({ name }: PreparedPolicy): boolean => name.includes(' (group ')

/**
 * The caller's side: a statement in an inline policy of its own, where it has one; else a new inline policy; or in a
 * managed policy it has (R-FIX-02). Roles of services and of IAM Identity Center are changed elsewhere (R-EVAL-05).
 */
export function identityEdits(finding: LayerFinding, goal: GrantGoal): readonly DocumentEdit[] {
  const holder = holderOf(goal.input.caller)
  if (holder === undefined || isServiceLinked(holder) || namesNothing(finding, goal, holder)) return []
  const guarded = guardedStatement(finding, goal)
  const own = editable(finding, goal).filter((policy) => !isOfGroup(policy) && isForEdits(policy, holder))
  const [inline] = own.filter(
    ({ arn, source }) => arn === undefined && canHold(documentValue(source), guarded.statement),
  )
  const [managed] = own.filter(({ arn }) => arn !== undefined)
  const who = holderWords(holder)
  const location = inline === undefined ? freshPolicy(finding, goal, holder) : locationOf(finding, inline, holder)
  return [
    ...(location === undefined
      ? []
      : [addGuarded(location, guarded, `${inlineWords(location)} of ${who}`, 'identity-policy')]),
    ...(managed === undefined
      ? []
      : [
          addGuarded(
            locationOf(finding, managed, holder),
            guarded,
            `managed policy \`${managed.name}\``,
            'managed-policy',
          ),
        ]),
  ]
}

/** Whether nobody knows the caller, its policies or the resource: nothing of the grant would come from the evidence (R-ADV-05). */
const namesNothing = ({ policies }: LayerFinding, { resources, placeholders }: GrantGoal, holder: string): boolean =>
  isUnnamedCaller(holder) &&
  policies.every(({ name }) => isNotSeen(name)) &&
  resources.every((arn) => arn.split(/[:/]/).some((word) => word === 'NAME' && placeholders.includes(word)))

/** What a file holds may be attached in any way. */
const inlineWords = ({ name, isNameOfFile }: PolicyLocation): string =>
  `${isNameOfFile === true ? 'the policy in file' : 'inline policy'} \`${name}\``

/**
 * A policy that is known only in part stays as it is where another can stand beside it. A permission set has one inline
 * policy: beside that there is no place.
 */
const isForEdits = ({ source }: PreparedPolicy, holder: string): boolean =>
  !hasUnknownPlaceholder(documentValue(source)) || isIdentityCenter({ on: holder })

export const holderWords = (holder: string): string =>
  `${holder.includes(':user/') ? 'user' : 'role'} \`${holder.slice(holder.lastIndexOf('/') + 1)}\``

/** A new inline policy of the caller's own; undefined: there is no place for one. */
function freshPolicy(finding: LayerFinding, goal: GrantGoal, on: string): PolicyLocation | undefined {
  const isOfSet = isIdentityCenter({ on })
  if (isOfSet && finding.policies.some(({ arn }) => arn === undefined)) return undefined
  const name = isOfSet ? INLINE_OF_PERMISSION_SET : freshName(finding, goal)
  return { layer: 'identity-policy', on, name, document: null }
}

const freshName = (finding: LayerFinding, goal: GrantGoal): string =>
  goal.scenario.policies?.hasUnreadIdentityPolicies === true
    ? newPolicyName([goal.action], guardedStatement(finding, goal).statement)
    : freeName(new Set(finding.policies.map(({ name }) => name)), goal.action)

/**
 * The boundary, and a session's own policies: there is nothing narrower to add to. Others may have the same boundary, so a
 * statement is offered that is held to this principal, too.
 */
export function limitEdits(finding: LayerFinding, goal: GrantGoal): readonly DocumentEdit[] {
  const [policy] = editable(finding, goal)
  if (policy === undefined) return []
  const { caller } = goal.input
  if (finding.layer !== 'permissions-boundary')
    return [
      addGuarded(
        locationOf(finding, policy, caller.arn),
        guardedStatement(finding, goal),
        caller.kind === 'federated-session'
          ? `the session policy that is passed with GetFederationToken for \`${caller.sessionName ?? ''}\``
          : `the session policy that is passed when \`${shortName(caller)}\` is assumed`,
        'session-policy',
      ),
    ]
  const location = locationOf(finding, policy, holderOf(caller) ?? caller.arn)
  const what = `permissions boundary \`${policy.name}\``
  const plain = addGuarded(location, guardedStatement(finding, goal), what, 'boundary')
  const conditions = onlyCaller(caller)
  if (Object.keys(conditions).length === 0) return [plain]
  const held = addGuarded(
    location,
    guardedStatement(finding, goal, { conditions }),
    `${what} for this principal alone`,
    'boundary-held',
  )
  return [plain, held]
}

/**
 * A level of the organization that lets nothing of the kind through: in a policy of that level, for this principal alone;
 * where AWS's own was taken away, a policy of its own (R-SCP-01, R-FIX-04).
 */
export function levelEdits(finding: LayerFinding, goal: GrantGoal): readonly DocumentEdit[] {
  const { where = '' } = finding
  const statement = guardedStatement(finding, goal, { conditions: onlyCaller(goal.input.caller) })
  const [policy] = editable(finding, goal).filter(({ source }) => !hasUnknownPlaceholder(documentValue(source)))
  if (policy !== undefined)
    return [
      addGuarded(
        locationOf(finding, policy, where),
        statement,
        `service control policy \`${policy.name}\` at ${where}`,
        'scp',
      ),
    ]
  const fresh: PolicyLocation = {
    layer: finding.layer,
    on: where,
    name: freshName(finding, goal),
    where,
    document: null,
  }
  return [addGuarded(fresh, statement, `service control policy \`${fresh.name}\` at ${where}`, 'scp')]
}

/** `aws:PrincipalArn` of a role session is its role (R-PRIN-02). */
export function onlyCaller(caller: Caller): Conditions {
  const arn = caller.kind === 'user' ? caller.arn : caller.kind === 'role-session' ? caller.roleArn : undefined
  if (arn === undefined) return {}
  const pattern = patternOfCaller(caller)
  return pattern === undefined
    ? { ArnEquals: { 'aws:PrincipalArn': arn } }
    : { ArnLike: { 'aws:PrincipalArn': pattern } }
}

/** Where a session does not tell the path of its role. */
const patternOfCaller = (caller: Caller): string | undefined =>
  caller.kind === 'role-session' && !caller.rolePathKnown ? permissionSetPattern(caller.roleArn ?? '') : undefined

/** The caller as a principal, with what holds the statement to it where no ARN of a role is known: its account, then. */
function namedCaller({ input }: GrantGoal) {
  const principal = principalOf(input)
  const { caller } = input
  return principal === undefined || patternOfCaller(caller) === undefined
    ? { principal, own: {} }
    : { principal: { AWS: `arn:${caller.partition}:iam::${caller.account ?? ''}:root` }, own: onlyCaller(caller) }
}

/** The kind of the policy that a version of a layer has. */
const LAYER_VERSION = 'layer-version'

/** It names accounts or everyone, and no user or role. https://docs.aws.amazon.com/lambda/latest/api/API_AddLayerVersionPermission.html */
const accountOfCaller = ({ input: { caller } }: GrantGoal) => ({
  principal: caller.account === undefined ? undefined : { AWS: `arn:${caller.partition}:iam::${caller.account}:root` },
  own: {},
})

const shortNameOf = (on: string, kind: string): string =>
  kind === LAYER_VERSION
    ? on.slice(on.indexOf(':layer:') + ':layer:'.length)
    : on.slice(Math.max(on.lastIndexOf('/'), on.lastIndexOf(':')) + 1)

/** The external id that a caller of another account passes: its trust asks for it, unless it asks for one already. */
function externalIdOf({ policies }: LayerFinding, { input, action }: GrantGoal): Conditions {
  const isOther = action === 'sts:AssumeRole' && input.caller.account !== input.resourceAccount
  const isAskedFor = policies.some(({ document }) =>
    document.statements.some(({ conditions }) => conditions.some(({ key }) => key.toLowerCase() === 'sts:externalid')),
  )
  const id = isOther && !isAskedFor ? valueOf(input, 'sts:ExternalId') : undefined
  return id === undefined || isStandIn(id) ? {} : { StringEquals: { 'sts:ExternalId': id } }
}

/** The resource's own policy, or the trust policy of a role, for exactly this principal. */
export function resourceEdits(finding: LayerFinding, goal: GrantGoal): readonly DocumentEdit[] {
  const { principal, own } = finding.kind === LAYER_VERSION ? accountOfCaller(goal) : namedCaller(goal)
  const behind = behindAccessPoint(finding, goal)
  const on = behind === undefined ? policyHolderOf(goal) : holderOfResource(behind.resource, goal.scenario)
  if (principal === undefined || on === undefined) return []
  const kind = finding.kind ?? 'resource'
  // The policy of a key is about that key; in a trust policy the role is implied, in those of repositories of images and of
  // search domains these are (R-GRAM-08, R-GRAM-10, R-OTH-06, R-OTH-15).
  const isImplied = kind === 'trust' || impliesResource(goal.input.question.action)
  const resource = isImplied ? null : kind === 'key' ? ['*'] : behind && [behind.resource]
  if (kind === 'trust' && lacksSubject(goal)) return []
  const conditions = { ...(kind === 'trust' ? externalIdOf(finding, goal) : {}), ...own, ...behind?.conditions }
  const parts = { principal, conditions, ...(resource === undefined ? {} : { resource }) }
  const statement = limitedToSource(guardedStatement(finding, goal, parts), kind, goal)
  const what = `${kindWords(kind)} of \`${shortNameOf(on, kind)}\``
  const slug = kind === 'trust' ? 'trust-policy' : `${kind}-policy`
  const [policy] = editable(finding, goal)
  if (policy !== undefined) {
    const location = locationOf(finding, policy, on)
    const name = behind === undefined ? location.name : what.replaceAll('`', '')
    return [addGuarded({ ...location, name }, statement, what, slug)]
  }
  // A policy that may be there is never made: what is put replaces all of it (R-ADV-02).
  if (finding.allow === 'unknown' || finding.policies.length > 0) return []
  if (kind === 'key' || kind === 'trust' || !canHavePolicy(goal)) return []
  const fresh: PolicyLocation = { layer: 'resource-policy', on, name: `${kind} policy`, kind, document: null }
  return [addGuarded(fresh, statement, what, slug)]
}

/**
 * The object in the bucket behind an access point, whose policy must permit it, too, for requests through that access point alone
 * (R-S3-07). Undefined: the policy is that of the request's own resource.
 */
function behindAccessPoint(
  { resource }: LayerFinding,
  { input }: GrantGoal,
): { readonly resource: string; readonly conditions: Conditions } | undefined {
  if (resource?.kind !== 'arn' || input.resource.kind !== 'arn') return undefined
  const accessPoint = input.resource.arn.split('/').slice(0, 2).join('/')
  return { resource: resource.arn, conditions: { StringEquals: { 's3:DataAccessPointArn': accessPoint } } }
}

/** Only what AWS lets have a policy is given one (R-OTH-01, R-XACC-03); of CloudWatch Logs destinations are. */
function canHavePolicy({ input }: GrantGoal): boolean {
  const { resource } = input
  if (resourcePolicyKind(input) === undefined) return false
  return (
    resource.kind !== 'arn' ||
    resource.segments[2] !== 'logs' ||
    resource.segments[5]?.startsWith('destination:') === true
  )
}

export const kindWords = (kind: string): string =>
  kind === 'trust' ? 'trust policy' : `${kind.replaceAll('-', ' ')} policy`

/** The account of a caller whom nobody names: an endpoint's policy allows its callers by it, and grants nothing by itself. */
const accountOfUnnamed = ({ account = '', roleArn = '' }: Caller): string | undefined =>
  isUnnamedCaller(roleArn) && isAccountId(account) ? account : undefined

/**
 * The caller in the policy of an endpoint. A gateway's has `*` for a principal, and names its callers by a condition, which an
 * interface's of the same service takes, too (R-VPCE-04). https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
 */
export function endpointEdits(finding: LayerFinding, goal: GrantGoal): readonly DocumentEdit[] {
  const { service } = goal.input.question.action
  const account = accountOfUnnamed(goal.input.caller)
  const conditions =
    account === undefined ? onlyCaller(goal.input.caller) : { StringEquals: { 'aws:PrincipalAccount': account } }
  const mayBeGateway = service === 's3' || service === 'dynamodb' || account !== undefined
  const principal = mayBeGateway ? '*' : principalOf(goal.input)
  const [policy] = editable(finding, goal)
  if (policy === undefined || principal === undefined || (mayBeGateway && Object.keys(conditions).length === 0))
    return []
  const { where } = finding
  const guarded = guardedStatement(finding, goal, { principal, ...(mayBeGateway ? { conditions } : {}) })
  const assumes = account === undefined ? guarded.assumes : { ...guarded.assumes, 'aws:PrincipalAccount': account }
  return [
    addGuarded(
      locationOf(finding, policy, where ?? 'the endpoint'),
      { ...guarded, assumes },
      where === undefined ? `endpoint policy \`${policy.name}\`` : `the policy of endpoint ${endpointId(where)}`,
      'endpoint-policy',
    ),
  ]
}
