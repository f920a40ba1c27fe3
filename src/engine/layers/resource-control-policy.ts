import { REACHED_BY_RCPS } from '#iam/call-facts.ts'
import { isServiceLinkedRole } from '#iam/caller.ts'
import { RCP_SERVICES } from '#iam/facts/rcp-services.ts'
import { lowerCase } from '#iam/memoize.ts'
import type { Truth } from '#iam/truth.ts'
import { isUnsignedCall } from '#iam/unsigned-calls.ts'
import {
  accountText,
  attribute,
  type EvaluationInput,
  isManagementAccount,
  mayBeManagementAccount,
} from '../evaluation-input.ts'
import type { PreparedLevel } from '../prepare.ts'
import { otherOwners } from './access-point-bucket.ts'
import { exemption, type Layer, type LayerFinding, notApplicable, notKnown } from './finding.ts'
import { deniesOfLevels, perhapsExempt, perhapsUnreached } from './levels.ts'

const layer = 'resource-control-policy'

/** Exemptions: requests that RCPs do not restrict (docs/layers, R-RCP-02..04). */
const EXEMPT: readonly (readonly [why: string, is: (input: EvaluationInput) => boolean])[] = [
  [
    'the service is not one that resource control policies reach',
    ({ question }) => !RCP_SERVICES.has(question.action.service),
  ],
  ['the action has no resource', (input) => isReached(input) === false],
  ['the principal is a service-linked role', ({ caller }) => isServiceLinkedRole(caller)],
  [
    'the resource is in the management account',
    (input) =>
      isManagementAccount(input, input.resourceAccount) &&
      otherOwners(input).every((account) => isManagementAccount(input, account)),
  ],
  ['the key is an AWS managed key', (input) => attribute(input, 'keyManager') === 'AWS'],
  ['kms:RetireGrant is not restricted', ({ action }) => lowerCase(action) === 'kms:retiregrant'],
]

/**
 * Whether an RCP reaches the action. The page says that none reaches one without a resource; AWS named an RCP as the layer that denied
 * cognito-identity:GetId, which is about an identity pool that its request names (R-RCP-03). Calls of user pools without credentials
 * name an app client, whose pool is as good as named. What AWS's message says of this call wins (R-EVID-16).
 */
function isReached({ resource, action, question }: EvaluationInput): Truth {
  if (resource.kind !== 'none' || question.lookup(REACHED_BY_RCPS).state === 'values') return true
  return question.action.service === 'cognito-identity' || isUnsignedCall(action) ? 'unknown' : false
}

const NO_RESOURCE = {
  fact: 'whether resource control policies reach an action without a resource',
  kind: 'attribute',
} as const

/** Of an action that RCPs only may reach, what they deny only may be denied. */
const perhapsReached = (finding: LayerFinding): LayerFinding =>
  finding.deny === false
    ? finding
    : { ...finding, deny: 'unknown', by: undefined, lacking: [...finding.lacking, NO_RESOURCE] }

/**
 * Every caller is tested against the RCPs on the path of the resource's account. RCPFullAWSAccess is attached at every
 * level and cannot be detached, so only a Deny refuses (R-RCP-01, R-GRAM-21).
 */
export const resourceControlPolicy: Layer = {
  name: layer,
  docs: 'https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html',

  evaluate(input) {
    const exempt = exemption(EXEMPT, input)
    if (exempt !== undefined) return [notApplicable({ layer }, exempt)]
    const levels = input.policies.resourceControlPolicies
    const others = otherOwners(input)
    if (levels === undefined && (others.length === 0 || input.organization === null) && isOutsideOrganizations(input))
      return [notApplicable({ layer }, "the resource's account is in no organization")]
    if (levels === null) return [notApplicable({ layer }, 'there is no resource control policy')]
    if (levels === undefined) return [input.resourceAccount, ...others].map((account) => ofAccount(account))
    const denies = [...deniesOfLevels(layer, levels, input), ...notGiven(others, levels, input)]
    const reached = isReached(input) === 'unknown' ? denies.map(perhapsReached) : denies
    const found = input.caller.kind === 'unknown' ? reached.map(perhapsExempt) : reached
    const isOpen = others.length === 0 && mayBeManagementAccount(input, input.resourceAccount)
    return isOpen ? found.map(perhapsUnreached) : found
  },
}

const ofAccount = (account: string | undefined): LayerFinding =>
  notKnown(
    { layer },
    { fact: `resource control policies of ${accountText(account, "the resource's account")}`, kind: 'policy' },
    'the resource control policies are not known',
  )

/**
 * Behind an access point may stand a bucket of another account, whose RCPs bear on it however it is reached. They are given where its
 * account is one of the levels.
 */
function notGiven(
  owners: readonly (string | undefined)[],
  levels: readonly PreparedLevel[],
  input: EvaluationInput,
): LayerFinding[] {
  if (input.policies.complete) return []
  const isGiven = (owner: string | undefined): boolean =>
    isManagementAccount(input, owner) || levels.some(({ target }) => target === owner)
  return owners.filter((owner) => !isGiven(owner)).map(ofAccount)
}

const isOutsideOrganizations = ({ organization, caller, resourceAccount }: EvaluationInput): boolean =>
  organization === null ||
  organization?.resourcePath === null ||
  (caller.account !== undefined && caller.account === resourceAccount && organization?.principalPath === null)
