import type { Diagnosis } from '#diagnose/diagnosis.ts'
import { companionsOf } from '#diagnose/companions.ts'
import { passedRoleKeys } from '#diagnose/passed-role.ts'
import { isWrappedRefusal, keyUsesOf } from '#diagnose/evidence/wrapped-refusal.ts'
import { isBeyondPolicies } from '#diagnose/evidence/beyond-policies.ts'
import { viaServiceKeys } from '#diagnose/via-service.ts'
import { awsOption, shellJson, shellWord } from '#quote/shell.ts'
import type { ChangeInHand } from '../change.ts'
import type { AdvisedCall } from '../gate/grants-to.ts'
import type { DraftInHand } from '../proof/fix.ts'
import { type AdviceContext, elsewhereOf, fixedRuleOf, openDoubt, ruleOn } from '../gate/gate.ts'
import { newPolicyName } from '../new-policy-name.ts'
import { oneOrList, type StatementJson } from '../statement.ts'
import { requestDraft } from './decoded-draft.ts'
import {
  accountOf,
  isAwsRole,
  isServiceLinkedCaller,
  heldTo,
  namedCaller,
  ownerOfCaller,
  policyHolder,
  principalInPolicy,
  whoOf,
} from './drafted-caller.ts'
import { draftedAllow, draftedFix, statementAdded } from './drafted-fix.ts'
import { isAskedOfBoth, resourceChange } from './resource-draft.ts'
import { draftedResources } from './drafted-resource.ts'

type Denial = Diagnosis['denial']

/** The drafts of a diagnosis that passed the gate, and why others were withheld. */
export interface GatedDrafts {
  readonly offered: readonly DraftInHand[]
  readonly withheld: readonly string[]
}

/** Returns the drafted fixes of a diagnosis that the gate lets through. */
export const draftsOf = (diagnosis: Diagnosis): readonly DraftInHand[] => gatedDrafts(diagnosis).offered

/** Returns the drafted fixes of a diagnosis as the gate rules on them. */
export function gatedDrafts(diagnosis: Diagnosis): GatedDrafts {
  const { denial, identity, causes, assumptions, usualCauses } = diagnosis
  const context: AdviceContext = {
    call: denial,
    principalType: denial.principalType,
    doubt: openDoubt(identity),
    fixedRule: fixedRuleOf(causes),
    elsewhere: isWrappedRefusal(denial) ? undefined : elsewhereOf(usualCauses),
    assumed: assumptions.map(({ fact }) => fact),
    isDraft: true,
  }
  const ruled = draftsFrom(diagnosis).map((draft) => ({ draft, ruling: ruleOn(draft.changes, context) }))
  return {
    offered: ruled.flatMap(({ draft, ruling }) =>
      ruling.is === 'withheld' ? [] : [ruling.is === 'onDemand' ? { ...draft, onDemand: ruling.reason } : draft],
    ),
    withheld: ruled.flatMap(({ ruling }) => (ruling.is === 'withheld' ? [ruling.reason] : [])),
  }
}

/**
 * Drafted fixes, as a careful colleague would write them down from AWS's words alone, where no policy was seen and no fix
 * could be replayed: the missing statement, or what the call has to send (docs/json.md, "Fix"). Neither replayed nor
 * proved, and said so.
 */
function draftsFrom(diagnosis: Diagnosis): readonly DraftInHand[] {
  const { denial, basis, status, identity } = diagnosis
  const call = { ...denial, relation: identity.relation }
  if (basis === 'policies' || status === 'not-a-denial' || denial.kind !== 'aws-access-denied') return []
  const request = requestDraft(denial)
  if (request !== undefined) return [draftedFix('draft', request.title, [request.change], call)]
  if (isBeyondPolicies(denial)) return []
  if (denial.reported.denyType === 'explicit') return []
  if (isWrappedRefusal(denial)) return wrappedDraft(denial, call)
  // Who launches is not known, and a grant with it is more than a statement.
  if (denial.evidence.reader.startsWith('volume-key')) return []
  const own = resourceChange(diagnosis)
  if (own.length === 0 && isOfKey(denial) && namedCaller(denial) === undefined) return []
  const changes =
    own.length > 0
      ? [...own, ...(isAskedOfBoth(denial) ? callerChange(denial) : [])]
      : [...keyChange(denial), ...endpointChange(denial), ...limitChange(denial), ...callerChange(denial)]
  return changes.length === 0 ? [] : [draftedFix('draft', changes.map(({ does }) => does).join('; '), changes, call)]
}

/** The call itself was allowed: nothing of it is granted, and of what is behind it the use of a key alone is known (R-MSG-33). */
function wrappedDraft(denial: Denial, advisedCall: AdvisedCall): readonly DraftInHand[] {
  const uses = keyUsesOf(denial)
  if (uses.length === 0) return []
  const { resourceText: _, ...call } = denial
  const candidates = uses.map((action) => ({ action, resource: null }))
  const ofKey: Denial = { ...call, action: null, candidates, resource: null, resourceAccount: null }
  const changes = [...keyChange(ofKey), ...callerChange(ofKey)]
  return changes.length === 0
    ? []
    : [draftedFix('draft', changes.map(({ does }) => does).join('; '), changes, advisedCall)]
}

/** More are no reading of one call. */
const MAX_ACTIONS = 4

const actionsOf = ({ action, candidates }: Denial): readonly string[] =>
  action !== null ? [action] : [...new Set(candidates.map((candidate) => candidate.action))].slice(0, MAX_ACTIONS)

/** `DescribeSecurityGroups` → a statement of the caller's own policies. */
function callerChange(denial: Denial): readonly ChangeInHand[] {
  if (['sts:AssumeRoleWithWebIdentity', 'sts:AssumeRoleWithSAML'].includes(denial.action ?? '')) return []
  if (!ALLOWED_BY_CALLER.has(denial.reported.layer) || isServiceLinkedCaller(denial)) return []
  const denied = actionsOf(denial)
  const resources = denied.flatMap((action) => draftedResources(denial, action) ?? [])
  const companions = denial.action === null ? [] : companionsOf(denial, denial.action)
  const namesOf = (isWithout: boolean): readonly string[] =>
    companions.filter((companion) => companion.isWithout === isWithout).map(({ action }) => action)
  const [actions, onAnything] = [[...denied, ...namesOf(false)], namesOf(true)]
  if (actions.length === 0 || resources.length === 0) return []
  const patterns = [...new Set(resources.flatMap(({ patterns }) => patterns))]
  const statement = draftedAllow(actions, { resource: oneOrList(patterns), condition: conditionOf(denial) })
  // What has no resource is asked on `*` (R-REQ-04).
  const others = onAnything.length === 0 ? [] : [draftedAllow(onAnything, { resource: '*' })]
  const who = whoOf(denial)
  const { patch, ...change } = statementAdded(statement, {
    layer: 'identity-policy',
    policy: `identity policy of ${who}`,
    owner: ownerOfCaller(denial),
    does: `let ${who} call ${[...actions, ...onAnything].join(' and ')}`,
    on: denial.roleArn ?? denial.principal ?? 'the caller',
  })
  const added = others.map((value) => ({ op: 'add', path: '/Statement/-', value }) as const)
  const isOpen = resources.some((each) => each.isOpen)
  return [{ ...change, patch: [...patch, ...added], ...(isOpen ? {} : asOwnPolicy(denial, [statement, ...others])) }]
}

/** Where AWS named a layer that only refuses, no statement of the caller's helps. */
const ALLOWED_BY_CALLER: ReadonlySet<Denial['reported']['layer']> = new Set([null, 'identity-policy'] as const)

/** Keys that the call settles, so that a statement can ask for them. */
function conditionOf(denial: Denial): Readonly<Record<string, unknown>> {
  const keys = { ...passedRoleKeys(denial), ...viaServiceKeys(denial) }
  return Object.keys(keys).length === 0 ? {} : { StringEquals: keys }
}

/**
 * The statements as a policy of its own, and the command that puts it, where the caller's user or role is known by its name: of such
 * a policy nothing has to be seen.
 */
function asOwnPolicy(
  denial: Denial,
  statements: readonly [StatementJson, ...StatementJson[]],
): Pick<ChangeInHand, 'awsCli' | 'editedDocument'> {
  const holder = policyHolder(denial)
  if (holder === undefined) return {}
  const { kind, name, arn } = holder
  const [statement] = statements
  const policy = newPolicyName([statement['Action']].flat().map(String), statement)
  const document = { Version: '2012-10-17', Statement: statements }
  return {
    awsCli: `aws iam put-${kind}-policy ${awsOption(`--${kind}-name`, name)} --policy-name ${shellWord(policy)} --policy-document ${shellJson(document)}`,
    editedDocument: {
      location: { layer: 'identity-policy', on: arn, name: policy, document: null },
      before: null,
      after: document,
    },
  }
}

/**
 * An endpoint's policy lets through what it allows and nothing else. A gateway's has `*` for a principal, and names its callers
 * by a condition (R-VPCE-04). https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-s3.html
 */
function endpointChange(denial: Denial): readonly ChangeInHand[] {
  const { reported, action } = denial
  const who = namedCaller(denial)
  if (reported.layer !== 'vpc-endpoint-policy' || action === null || who === undefined) return []
  const resources = draftedResources(denial, action)?.patterns
  if (resources === undefined) return []
  const { principal, condition } = principalInPolicy(who)
  const mayBeGateway = /^(?:s3|dynamodb):/i.test(action)
  const statement = draftedAllow([action], {
    principal: mayBeGateway ? '*' : { AWS: principal },
    resource: oneOrList(resources),
    condition: mayBeGateway ? heldTo(who) : { ...conditionOf(denial), ...condition },
  })
  return [
    statementAdded(statement, {
      layer: 'vpc-endpoint-policy',
      policy: 'VPC endpoint policy',
      owner: 'owner of the VPC endpoint',
      does: `let ${whoOf(denial)} call ${action} through the endpoint`,
      on: 'the VPC endpoint',
    }),
  ]
}

/** The use of a key of which AWS names no layer: its own policy decides first, so that a statement of the caller alone is half of it (R-KMS-01). */
const isOfKey = (denial: Denial): boolean =>
  denial.reported.layer === null && actionsOf(denial).every((action) => action.startsWith('kms:'))

/** What a layer that only limits lacks: a boundary, a session policy, a level of the organization (R-EVAL-36, R-SCP-01). */
function limitChange(denial: Denial): readonly ChangeInHand[] {
  const { action, principal } = denial
  const who = namedCaller(denial)
  const resources = action === null ? undefined : draftedResources(denial, action)?.patterns
  if (action === null || resources === undefined || who === undefined) return []
  const resource = oneOrList(resources)
  const added = (
    holder: Pick<ChangeInHand, 'layer' | 'policy' | 'owner'> & { readonly on: string },
  ): readonly ChangeInHand[] => {
    const condition = holder.layer === 'service-control-policy' ? heldTo(who) : conditionOf(denial)
    const statement = draftedAllow([action], { resource, condition })
    return [statementAdded(statement, { ...holder, does: `let the ${holder.policy} allow ${action}` })]
  }
  const account = accountOf(denial)
  const layer = denial.reported.layer
  if (layer === 'service-control-policy')
    return added({ layer, policy: 'service control policy', owner: 'organization management account', on: account })
  if (isMadeByAws(denial)) return []
  if (layer === 'session-policy')
    return added({
      layer,
      policy: `session policy of ${whoOf(denial)}`,
      owner: 'set by the code that assumes the role',
      on: principal ?? who,
    })
  if (layer === 'permissions-boundary')
    return added({ layer, policy: `permissions boundary of ${whoOf(denial)}`, owner: account, on: who })
  return []
}

/** What AWS makes itself is edited by nobody where it is: the boundary of a permission set's role, the session policy of Cognito's guests. */
const isMadeByAws = (denial: Denial): boolean =>
  isAwsRole(denial) || denial.principal?.endsWith('/CognitoIdentityCredentials') === true

/** A key lets nobody in whom its own policy, or its account by it, does not (R-KMS-01): both sides are drafted. */
function keyChange(denial: Denial): readonly ChangeInHand[] {
  const actions = actionsOf(denial)
  const mayBeKey = denial.reported.layer === null || denial.reported.layer === 'resource-policy'
  const who = namedCaller(denial)
  // No key policy names a caller that nobody knows (R-ADV-05).
  if (!mayBeKey || who === undefined || actions.length === 0) return []
  if (!actions.every((action) => action.startsWith('kms:'))) return []
  const { principal, condition } = principalInPolicy(who)
  const statement = draftedAllow(actions, {
    principal: { AWS: principal },
    resource: '*',
    condition: { ...conditionOf(denial), ...condition },
  })
  return [
    statementAdded(statement, {
      layer: 'resource-policy',
      policy: 'key policy',
      owner: `account ${denial.resourceAccount ?? 'of the key'}`,
      does: `let ${whoOf(denial)} use the key`,
      on: denial.resource ?? 'the key',
    }),
  ]
}
