import { whose } from '../case.ts'
import { judgePolicies } from '../prepare.ts'
import { allowsNothing, judged, type Layer, notApplicable, notKnown } from './finding.ts'

const layer = 'session-policy'

/**
 * Policies handed over when the session was made: any of them may allow, any Deny refuses (R-EVAL-42). A role session
 * made without one is not limited; a GetFederationToken session made without one has nothing (R-EVAL-41).
 */
export const sessionPolicy: Layer = {
  name: layer,
  docs: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session',

  judge(facts) {
    const { kind } = facts.caller
    if (kind !== 'role-session' && kind !== 'federated-session' && kind !== 'unknown')
      return [notApplicable({ layer }, 'the caller is not in a session that can carry session policies')]
    const policies = facts.policies.sessionPolicies
    if (policies === null)
      return kind === 'federated-session'
        ? [allowsNothing({ layer }, 'a federated-user session made without a session policy has no permissions')]
        : [notApplicable({ layer }, 'the session was made without a session policy')]
    if (policies === undefined)
      return [
        notKnown(
          { layer },
          { fact: `session policies of ${whose(facts.caller.arn)}`, kind: 'policy' },
          'whether the session was made with a session policy is not known',
        ),
      ]
    return [judged({ layer }, policies, judgePolicies(policies, facts.question))]
  },
}
