import type { PolicyLayer } from '#iam/layers.ts'
import type { UsualCause } from '../diagnosis.ts'
import { isOfServiceRole } from '../evidence/service-role.ts'
import { shellWord } from '#quote/shell.ts'
import { type Clues, option, resourceWords } from './clues.ts'
import { lookAt, WHO } from './look.ts'

/** A cause of a layer, told by looking at its policies; none where no command shows them. */
export function causeIn(layer: PolicyLayer, what: string, clues: Clues): readonly UsualCause[] {
  const tell = lookAt(layer, clues)
  return tell === undefined ? [] : [{ layer, what, tell }]
}

/** The caller's own policies do not allow it: what AWS's simulator says of them. */
export function silentIdentity(clues: Clues, beside = ''): UsualCause {
  const { actions, resource, denial } = clues
  const isRole = isOfServiceRole(denial)
  const source =
    withItsPath(denial.roleArn) ??
    option('--policy-source-arn', denial.roleArn ?? userArn(denial.principal), isRole ? 'ROLE_ARN' : 'CALLER_ARN')
  // The simulator takes ARNs alone.
  const arn = resource?.startsWith('arn:') === true ? resource : undefined
  const on = resource === undefined ? '' : ` ${option('--resource-arns', arn, 'ARN')}`
  return {
    layer: 'identity-policy',
    what: `no identity policy of ${refusedOne(clues)} allows ${actions.join(' or ') || 'it'} on ${resourceWords(clues)}${beside}`,
    tell: `aws iam simulate-principal-policy ${source} --action-names ${actions.length === 0 ? 'ACTION' : actions.map(shellWord).join(' ')}${on} --query 'EvaluationResults[].[EvalActionName,EvalDecision]'`,
  }
}

/** Who was refused, in words. */
export const refusedOne = ({ denial }: Clues): string => (isOfServiceRole(denial) ? 'that role' : 'the caller')

/** The permissions boundary of whoever was refused. */
export const boundaryCause = (clues: Clues): readonly UsualCause[] =>
  causeIn('permissions-boundary', `the permissions boundary of ${refusedOne(clues)} leaves it out`, clues)

/** Roles of permission sets and of services have a path, which the ARN of a session does not tell (R-PRIN-07, R-PRIN-09). */
function withItsPath(roleArn: string | null): string | undefined {
  const name = /:role\/(AWS(?:ReservedSSO_|ServiceRoleFor)[\w+=,.@-]{1,64})$/.exec(roleArn ?? '')?.[1]
  if (name === undefined) return undefined
  return `--policy-source-arn "$(aws iam get-role --role-name ${shellWord(name)} --query Role.Arn --output text)"`
}

const userArn = (principal: string | null): string | undefined =>
  principal?.includes(':user/') === true ? principal : undefined

/** Usual causes of a call that no row knows better: what AWS's flow asks, the most frequent first. */
export const generalCauses = (clues: Clues): readonly UsualCause[] => [
  silentIdentity(clues),
  ...causeIn('service-control-policy', 'a service control policy of the organization denies it', clues),
  ...boundaryCause(clues),
  ...causeIn('resource-policy', 'the policy of the resource denies it, or does not let another account in', clues),
]

/** Causes of a call that nobody signed: it has no policies of its own, and no account whose organization could refuse. */
export const anonymousCauses = (clues: Clues, known: readonly UsualCause[]): readonly UsualCause[] => [
  // A Deny that matches everybody is not got past by signing.
  ...(clues.denial.reported.denyType === 'explicit'
    ? []
    : [
        {
          layer: null,
          what: 'the call was sent without credentials: it has to be signed, by somebody who may make it',
          tell: WHO,
        },
      ]),
  ...ofResource(
    'the policy of the resource does not let everybody in, or denies it by a condition (source address, VPC endpoint)',
    clues,
    known,
  ),
]

/** Causes of a call of a service in its own name, which has no policies and is in no organization (R-SCP-02). */
export const serviceCauses = (clues: Clues, known: readonly UsualCause[]): readonly UsualCause[] =>
  ofResource(
    `the policy of the resource does not allow ${clues.denial.principal ?? 'the service'} to call ${clues.actions.join(' or ')}, or not for what it works for (aws:SourceAccount, aws:SourceArn)`,
    clues,
    known,
  )

/** The policy of the resource, in these words, and of the other causes those that are not the caller's. */
function ofResource(what: string, clues: Clues, known: readonly UsualCause[]): readonly UsualCause[] {
  const own = causeIn('resource-policy', what, clues)
  return [...own, ...known.filter(({ layer, tell }) => !OF_CALLER.has(layer) && tell !== own[0]?.tell)]
}

const OF_CALLER: ReadonlySet<UsualCause['layer']> = new Set([
  'identity-policy',
  'service-control-policy',
  'permissions-boundary',
  'session-policy',
] as const)

/** A decoded message names the statements that matched, and not whose policy they stand in. */
export function whereDecoded(clues: Clues): readonly UsualCause[] {
  const { decoded } = clues.denial
  if (decoded?.explicitDeny !== true) return []
  const sids = decoded.matchedStatements.flatMap(sidOf)
  const which = sids.length === 0 ? 'a Deny matches' : `Deny ${sids.join(', ')} matches`
  return [
    ...causeIn('service-control-policy', `${which}: most often it stands in a service control policy`, clues),
    ...causeIn('identity-policy', 'or in a policy of the caller, or its boundary', clues),
  ]
}

const sidOf = (statement: unknown): readonly string[] =>
  typeof statement === 'object' && statement !== null && 'statementId' in statement
    ? typeof statement.statementId === 'string'
      ? [statement.statementId]
      : []
    : []

/**
 * Where a Deny may be that AWS reports without its policy, as messages did before 2021 and some services still do: whatever merely does
 * not allow the call is no cause then (R-EVID-16).
 */
export function whereDenied(clues: Clues): readonly UsualCause[] {
  const { action = 'the call', service } = clues
  if (service === 'execute-api')
    return causeIn(
      'resource-policy',
      `an explicit Deny in the resource policy of the API matches ${action}, or its Lambda authorizer denies it`,
      clues,
    )
  const ofCaller = isOfServiceRole(clues.denial) ? 'that role' : 'the caller'
  return [
    ...causeIn(
      'identity-policy',
      `an explicit Deny in a policy of ${ofCaller} or of a group matches ${action}; it often asks for ${oftenAskedFor(action)}`,
      clues,
    ),
    ...causeIn('service-control-policy', 'an explicit Deny in a service control policy of the organization', clues),
    ...causeIn('permissions-boundary', `an explicit Deny in the permissions boundary of ${ofCaller}`, clues),
    // IAM evaluates the trust policy of a role only when the role is assumed (R-EVID-18).
    ...(service === 'iam' ? [] : causeIn('resource-policy', 'an explicit Deny in the policy of the resource', clues)),
  ]
}

const oftenAskedFor = (action: string): string =>
  /^iam:(?:Create|Put)(?:Role|User)/i.test(action)
    ? 'a permissions boundary (iam:PermissionsBoundary)'
    : 'MFA, a Region or a source address'

/** AWS named the layer, and nobody has seen its policies: where the Deny, or the missing Allow, is to be looked for. */
export function whereNamed(clues: Clues): readonly UsualCause[] {
  const { layer, denyType } = clues.denial.reported
  if (layer === null || denyType !== 'explicit') return []
  return causeIn(layer, `a Deny that matches ${clues.action ?? 'the request'} stands there`, clues)
}
