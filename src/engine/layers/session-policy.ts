import type { Truth } from '#iam/truth.ts'
import { type EvaluationInput, whose } from '../evaluation-input.ts'
import { truthOfPolicies } from '../prepare.ts'
import { allowsNothing, findingOf, type Layer, type LayerFinding, notApplicable, notKnown } from './finding.ts'

const layer = 'session-policy'

/**
 * Policies handed over when the session was made: any of them may allow, any Deny refuses (R-EVAL-42). A role session
 * made without one is not limited; a GetFederationToken session made without one has nothing (R-EVAL-41).
 */
export const sessionPolicy: Layer = {
  name: layer,
  docs: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session',

  evaluate(input) {
    const { kind } = input.caller
    const ofAssumedRoot = kind === 'root' && isTaskSession(input)
    if (ofAssumedRoot === true) return [ofTask(input)]
    if (ofAssumedRoot === 'unknown')
      return [
        notKnown(
          { layer },
          { fact: 'aws:AssumedRoot', kind: 'context-key', values: ['true'] },
          'whether the root user is in a session of AssumeRoot is not known',
        ),
      ]
    if (kind !== 'role-session' && kind !== 'federated-session' && kind !== 'unknown')
      return [notApplicable({ layer }, 'the caller is not in a session that can carry session policies')]
    const policies = input.policies.sessionPolicies
    if (policies === null)
      return kind === 'federated-session'
        ? [allowsNothing({ layer }, 'a federated-user session made without a session policy has no permissions')]
        : [notApplicable({ layer }, 'the session was made without a session policy')]
    if (policies === undefined)
      return [
        notKnown(
          { layer },
          { fact: `session policies of ${whose(input.caller.arn)}`, kind: 'policy' },
          'whether the session was made with a session policy is not known',
        ),
      ]
    return [findingOf({ layer }, policies, truthOfPolicies(policies, input.question))]
  },
}

/**
 * A session of AssumeRoot does what the policy of its task allows, which each of them has (R-STS-14).
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoot.html
 */
function isTaskSession({ question, request }: EvaluationInput): Truth {
  const state = question.lookup('aws:AssumedRoot')
  if (state.state === 'values') return state.values[0]?.toLowerCase() === 'true'
  // Most root users are in none: it is open only where the request says so.
  const isSaid = Object.keys(request.context ?? {}).some((key) => key.toLowerCase() === 'aws:assumedroot')
  return isSaid && state.state !== 'absent' ? 'unknown' : false
}

function ofTask({ caller, policies: { sessionPolicies }, question }: EvaluationInput): LayerFinding {
  if (sessionPolicies !== null && sessionPolicies !== undefined)
    return findingOf({ layer }, sessionPolicies, truthOfPolicies(sessionPolicies, question))
  return notKnown(
    { layer },
    { fact: `session policies of ${caller.arn}`, kind: 'policy' },
    'the policy of the task that the root session is for is not known',
  )
}
