import { isOriginAccessIdentity } from '#iam/caller.ts'
import { type Case, whose } from '../case.ts'
import { judgePolicies } from '../prepare.ts'
import { allowsNothing, exemption, judged, type Layer, notApplicable, notKnown } from './finding.ts'

const layer = 'identity-policy'

/** Callers without identity policies (docs/layers). */
const NONE: readonly (readonly [why: string, is: (facts: Case) => boolean])[] = [
  ['the root user has every permission of its account', ({ caller }) => caller.kind === 'root'],
  [
    'a session of the root user has every permission of its account',
    ({ caller }) => isRootsSession(caller.federatedBy),
  ],
  ['an AWS service has no identity policies', ({ caller }) => caller.kind === 'service'],
  ['an origin access identity has no identity policies', ({ caller }) => isOriginAccessIdentity(caller)],
  ['an anonymous caller has no identity policies', ({ caller }) => caller.kind === 'anonymous'],
  ['a caller that is no principal yet has no identity policies', ({ caller }) => caller.kind === 'identity-provider'],
]

const PARENT = { fact: 'user or root user whose session it is', kind: 'principal' } as const

const isRootsSession = (parent: string | undefined): boolean => parent?.endsWith(':root') ?? false

/**
 * Inline, attached and group policies of the user or role; of the parent user for a GetFederationToken session. One
 * Allow is enough, one Deny refuses (R-EVAL-12, R-PRIN-10).
 */
export const identityPolicy: Layer = {
  name: layer,
  docs: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics.html',

  judge(facts) {
    const none = exemption(NONE, facts)
    if (none !== undefined) return [notApplicable({ layer }, none)]
    const policies = facts.policies.identityPolicies
    // The root user has none and needs none; that a session is of another, nobody says (R-PRIN-10).
    if (policies === null && facts.caller.kind === 'federated-session' && facts.caller.federatedBy === undefined)
      return [{ ...notKnown({ layer }, PARENT, 'whether the session is of the root user is not known'), deny: false }]
    if (policies === null) return [allowsNothing({ layer }, 'the principal has no identity policy')]
    if (policies === undefined)
      return [
        notKnown(
          { layer },
          {
            fact: `identity policies of ${whose(facts.caller.roleArn ?? facts.caller.federatedBy ?? facts.caller.arn)}`,
            kind: 'policy',
          },
          'the identity policies are not known',
        ),
      ]
    return [judged({ layer }, policies, judgePolicies(policies, facts.question))]
  },
}
