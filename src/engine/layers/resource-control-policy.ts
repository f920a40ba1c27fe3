import { isServiceLinkedRole } from '#iam/caller.ts'
import { RCP_SERVICES } from '#iam/facts/rcp-services.ts'
import { lowerCase } from '#iam/remember.ts'
import { accountText, attribute, type Case, isManagementAccount } from '../case.ts'
import { exemption, type Layer, notApplicable, notKnown } from './finding.ts'
import { deniesOfLevels } from './levels.ts'

const layer = 'resource-control-policy'

/** What RCPs do not restrict (docs/layers, R-RCP-02..04). */
const EXEMPT: readonly (readonly [why: string, is: (facts: Case) => boolean])[] = [
  [
    'the service is not one that resource control policies reach',
    ({ question }) => !RCP_SERVICES.has(question.action.service),
  ],
  ['the action has no resource', ({ resource }) => resource.kind === 'none'],
  ['the principal is a service-linked role', ({ caller }) => isServiceLinkedRole(caller)],
  ['the resource is in the management account', (facts) => isManagementAccount(facts, facts.resourceAccount)],
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
    if (levels === undefined && isOutsideOrganizations(facts))
      return [notApplicable({ layer }, "the resource's account is in no organization")]
    if (levels === null) return [notApplicable({ layer }, 'there is no resource control policy')]
    if (levels === undefined)
      return [
        notKnown(
          { layer },
          {
            fact: `resource control policies of ${accountText(facts.resourceAccount, "the resource's account")}`,
            kind: 'policy',
          },
          'the resource control policies are not known',
        ),
      ]
    return deniesOfLevels(layer, levels, facts)
  },
}

const isOutsideOrganizations = ({ organization, relation }: Case): boolean =>
  organization === null ||
  organization?.resourcePath === null ||
  (relation === 'same' && organization?.principalPath === null)
