import { isServiceLinkedRole } from '#iam/caller.ts'
import { RCP_SERVICES } from '#iam/facts/rcp-services.ts'
import { lowerCase } from '#iam/memoize.ts'
import { accountText, attribute, type Case, isManagementAccount, mayBeManagementAccount } from '../case.ts'
import type { PreparedLevel } from '../prepare.ts'
import { otherOwners } from './access-point-bucket.ts'
import { exemption, type Layer, type LayerFinding, notApplicable, notKnown } from './finding.ts'
import { deniesOfLevels, perhapsUnreached } from './levels.ts'

const layer = 'resource-control-policy'

/** What RCPs do not restrict (docs/layers, R-RCP-02..04). */
const EXEMPT: readonly (readonly [why: string, is: (facts: Case) => boolean])[] = [
  [
    'the service is not one that resource control policies reach',
    ({ question }) => !RCP_SERVICES.has(question.action.service),
  ],
  ['the action has no resource', ({ resource }) => resource.kind === 'none'],
  ['the principal is a service-linked role', ({ caller }) => isServiceLinkedRole(caller)],
  [
    'the resource is in the management account',
    (facts) =>
      isManagementAccount(facts, facts.resourceAccount) &&
      otherOwners(facts).every((account) => isManagementAccount(facts, account)),
  ],
  ['the key is an AWS managed key', (facts) => attribute(facts, 'keyManager') === 'AWS'],
  ['kms:RetireGrant is not restricted', ({ action }) => lowerCase(action) === 'kms:retiregrant'],
]

/**
 * Every caller is tested against the RCPs on the path of the resource's account. RCPFullAWSAccess is attached at every
 * level and cannot be detached, so only a Deny refuses (R-RCP-01, R-GRAM-21).
 */
export const resourceControlPolicy: Layer = {
  name: layer,
  docs: 'https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html',

  judge(facts) {
    const exempt = exemption(EXEMPT, facts)
    if (exempt !== undefined) return [notApplicable({ layer }, exempt)]
    const levels = facts.policies.resourceControlPolicies
    const others = otherOwners(facts)
    if (levels === undefined && (others.length === 0 || facts.organization === null) && isOutsideOrganizations(facts))
      return [notApplicable({ layer }, "the resource's account is in no organization")]
    if (levels === null) return [notApplicable({ layer }, 'there is no resource control policy')]
    if (levels === undefined) return [facts.resourceAccount, ...others].map((account) => ofAccount(account))
    const found = [...deniesOfLevels(layer, levels, facts), ...notGiven(others, levels, facts)]
    const isOpen = others.length === 0 && mayBeManagementAccount(facts, facts.resourceAccount)
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
  facts: Case,
): LayerFinding[] {
  if (facts.policies.complete) return []
  const isGiven = (owner: string | undefined): boolean =>
    isManagementAccount(facts, owner) || levels.some(({ target }) => target === owner)
  return owners.filter((owner) => !isGiven(owner)).map(ofAccount)
}

const isOutsideOrganizations = ({ organization, caller, resourceAccount }: Case): boolean =>
  organization === null ||
  organization?.resourcePath === null ||
  (caller.account !== undefined && caller.account === resourceAccount && organization?.principalPath === null)
