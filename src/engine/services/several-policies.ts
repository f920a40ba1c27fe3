import type { EvaluationInput } from '../evaluation-input.ts'
import type { LayerFinding } from '../layers/finding.ts'
import { fixedRuleFinding } from './fixed-rule.ts'
import type { ServiceRule } from './service-rule.ts'

/**
 * Calls that the policies of two resources decide, where one is named. What the other says is not known, so that such a call
 * is never allowed on the word of one (R-OTH-12, R-OTH-13).
 */
const alsoDecided = (reason: string, fact: string): readonly LayerFinding[] => [
  fixedRuleFinding({ refuses: 'unknown', reason, lacking: { fact, kind: 'policy' } }),
]

/** A call of a service: identity policy and auth policies must all allow, those of the service and of its network. */
export const latticeServices: ServiceRule = {
  service: 'vpc-lattice-svcs',
  docs: 'https://docs.aws.amazon.com/vpc-lattice/latest/ug/auth-policies.html',
  guards: () =>
    alsoDecided(
      'the identity-based policy, the auth policy of the service and that of its service network must each allow it, where IAM authorizes there (R-OTH-12)',
      'the auth policies of the service and of its service network, and their auth types',
    ),
  alsoRequires: () => [],
}

const INVOKES_AGENT = /^(?:invokeagentruntime|stopruntimesession$|getagentcard$)/

const isInvocation = ({ question }: EvaluationInput): boolean => INVOKES_AGENT.test(question.action.name)

/** A call of an agent: the runtime has a policy, and the endpoint through which it is reached has one. */
export const agentCore: ServiceRule = {
  service: 'bedrock-agentcore',
  docs: 'https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/resource-based-policies.html',
  guards: (input) =>
    isInvocation(input)
      ? alsoDecided(
          'the policies of the agent runtime and of its endpoint both bear on it (R-OTH-13)',
          'the resource-based policies of the agent runtime and of its endpoint',
        )
      : [],
  alsoRequires: () => [],
}
