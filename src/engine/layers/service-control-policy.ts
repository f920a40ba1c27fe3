import { isOriginAccessIdentity, isServiceLinkedRole } from '#iam/caller.ts'
import { accountText, type EvaluationInput, isManagementAccount, mayBeManagementAccount } from '../evaluation-input.ts'
import { exemption, type Layer, notApplicable, notKnown } from './finding.ts'
import { evaluateLevels, perhapsExempt, perhapsUnreached } from './levels.ts'

const layer = 'service-control-policy'

/** Tasks of the root user that SCPs do not reach, as far as an IAM action stands for them (R-SCP-04). */
const ROOT_TASKS = new Set([
  'supportplans:createsupportplanschedule',
  'supportplans:startsupportplanupdate',
  'ec2:modifyaddressattribute',
  'ec2:resetaddressattribute',
])

/** … and services that they do not reach. */
const UNREACHED = new Set(['mechanicalturk', 'awis'])

function isSpecialTask({ caller, question }: EvaluationInput): boolean {
  const { service, name } = question.action
  return UNREACHED.has(service) || (caller.kind === 'root' && ROOT_TASKS.has(`${service}:${name}`))
}

/** Whom SCPs do not restrict (docs/layers, R-SCP-04). */
const EXEMPT: readonly (readonly [why: string, is: (input: EvaluationInput) => boolean])[] = [
  ['the principal is an AWS service', ({ caller }) => caller.kind === 'service'],
  ['the caller is an origin access identity', ({ caller }) => isOriginAccessIdentity(caller)],
  ['the caller is anonymous', ({ caller }) => caller.kind === 'anonymous'],
  ['the caller is not yet a principal of an account', (input) => isFederated(input) && !reachesRole(input)], // R-STS-10
  ['the principal is a service-linked role', ({ caller }) => isServiceLinkedRole(caller)],
  ['SCPs do not reach this task', isSpecialTask],
  ['the principal is in the management account', (input) => isManagementAccount(input, accountOf(input))],
]

const isFederated = ({ caller }: EvaluationInput): boolean => caller.kind === 'identity-provider'

/** Whether the role's account stands in for that of a caller who has none yet. */
const reachesRole = ({ policies }: EvaluationInput): boolean =>
  policies.readings['scps-on-federated-calls'] === 'applied'

const accountOf = (input: EvaluationInput): string | undefined =>
  isFederated(input) ? input.resourceAccount : input.caller.account

/**
 * Every level from the root down to the account must allow the request, and a Deny at any level refuses it. SCPs limit
 * principals, not resources: only those of the principal's account bear on it (R-SCP-01..03).
 */
export const serviceControlPolicy: Layer = {
  name: layer,
  docs: 'https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html',

  evaluate(input) {
    const exempt = exemption(EXEMPT, input)
    if (exempt !== undefined) return [notApplicable({ layer }, exempt)]
    const levels = input.policies.serviceControlPolicies
    if (levels === undefined && isOutsideOrganizations(input))
      return [notApplicable({ layer }, 'the account is in no organization')]
    if (levels === null) return [notApplicable({ layer }, 'there is no service control policy')]
    if (levels === undefined)
      return [
        notKnown(
          { layer },
          {
            fact: `service control policies of ${accountText(accountOf(input), "the caller's account")}`,
            kind: 'policy',
          },
          'the service control policies are not known',
        ),
      ]
    const found = evaluateLevels(layer, levels, input)
    if (input.caller.kind === 'unknown') return found.map(perhapsExempt)
    return mayBeManagementAccount(input, accountOf(input)) ? found.map(perhapsUnreached) : found
  },
}

const isOutsideOrganizations = (input: EvaluationInput): boolean =>
  input.organization === null ||
  (isFederated(input) ? input.organization?.resourcePath : input.organization?.principalPath) === null
