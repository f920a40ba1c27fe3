import { isOriginAccessIdentity } from '#iam/caller.ts'
import { type EvaluationInput, whose } from '../evaluation-input.ts'
import { truthOfPolicies } from '../prepare.ts'
import { allowsNothing, exemption, findingOf, type Layer, notApplicable, notKnown } from './finding.ts'

const layer = 'identity-policy'

/** Callers without identity policies (docs/layers). */
const NONE: readonly (readonly [why: string, is: (input: EvaluationInput) => boolean])[] = [
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

const WHO_CALLED = { fact: 'who called', kind: 'principal' } as const

const isRootsSession = (parent: string | undefined): boolean => parent?.endsWith(':root') ?? false

/**
 * Inline, attached and group policies of the user or role; of the parent user for a GetFederationToken session. One
 * Allow is enough, one Deny refuses (R-EVAL-12, R-PRIN-10).
 */
export const identityPolicy: Layer = {
  name: layer,
  docs: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics.html',

  evaluate(input) {
    const none = exemption(NONE, input)
    if (none !== undefined) return [notApplicable({ layer }, none)]
    const policies = input.policies.identityPolicies
    // The root user has none and needs none; that a session is of another, nobody says (R-PRIN-10).
    if (policies === null && input.caller.kind === 'federated-session' && input.caller.federatedBy === undefined)
      return [{ ...notKnown({ layer }, PARENT, 'whether the session is of the root user is not known'), deny: false }]
    if (policies === null && input.caller.kind === 'unknown')
      return [
        {
          ...notKnown({ layer }, WHO_CALLED, 'whether the caller is one that needs no policy is not known'),
          deny: false,
        },
      ]
    if (policies === null) return [allowsNothing({ layer }, 'the principal has no identity policy')]
    if (policies === undefined)
      return [
        notKnown(
          { layer },
          {
            fact: `identity policies of ${whose(input.caller.roleArn ?? input.caller.federatedBy ?? input.caller.arn)}`,
            kind: 'policy',
          },
          'the identity policies are not known',
        ),
      ]
    return [findingOf({ layer }, policies, truthOfPolicies(policies, input.question))]
  },
}
