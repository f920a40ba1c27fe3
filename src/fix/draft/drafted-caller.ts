import type { Diagnosis } from '#diagnose/diagnosis.ts'
import { ACCOUNT, unmasked } from '#diagnose/evidence/placeholders.ts'
import { isOfServiceRole } from '#diagnose/evidence/service-role.ts'
import { LINKED_ROLES } from '#engine/dependent-calls/service-linked-roles.ts'
import { parseArn } from '#iam/arn.ts'
import { permissionSetPattern } from '#iam/role-path.ts'
import { permissionSetWords } from '../owner.ts'

type Denial = Diagnosis['denial']

/** `role XPTO`, or who called where nobody is named; `that role`: the one of which a note tells. */
export function whoOf(denial: Denial): string {
  const own = ownName(denial)
  if (own !== undefined) return `${own.kind} ${own.name}`
  return isOfServiceRole(denial) ? 'that role' : 'the caller'
}

interface OwnName {
  readonly kind: 'role' | 'user'
  readonly name: string
}

/** The caller's user or role by its name, without a path; undefined: nobody is named. */
function ownName({ principal }: Denial): OwnName | undefined {
  const [kind = '', ...path] = principal === null ? [] : principal.split(':').slice(5).join(':').split('/')
  if (kind === 'assumed-role' && path[0] !== undefined) return { kind: 'role', name: path[0] }
  const name = path.at(-1)
  return (kind === 'role' || kind === 'user') && name !== undefined ? { kind, name } : undefined
}

/** Whether the caller's is a service-linked role or one of a permission set, which AWS alone edits. */
export const isAwsRole = (denial: Denial): boolean =>
  /^AWS(?:ReservedSSO_|ServiceRoleFor)/.test(ownName(denial)?.name ?? '')

/** Whether it is a service-linked role, to which nobody can give a policy. */
export const isServiceLinkedCaller = (denial: Denial): boolean =>
  ownName(denial)?.name.startsWith('AWSServiceRoleFor') === true

/** A user or role that gets an inline policy of its own by its name. */
export interface PolicyHolder extends OwnName {
  readonly arn: string
}

/**
 * The caller's user or role, where it can be given a policy by its name: that is told and not masked, and AWS lets its policies be
 * edited, as not those of service-linked roles and of the roles of permission sets.
 */
export function policyHolder(denial: Denial): PolicyHolder | undefined {
  const own = ownName(denial)
  if (own === undefined || !NAME.test(own.name) || isAwsRole(denial)) return undefined
  const { partition = 'aws' } = parseArn(denial.principal ?? '') ?? {}
  const { roleArn, accountId } = denial
  return { ...own, arn: roleArn ?? `arn:${partition}:iam::${accountId ?? ''}:${own.kind}/${own.name}` }
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html */
const NAME = /^[\w+=,.@-]{1,64}$/

/** ARN of the user, or of the session's role, with words in capitals for what is masked; undefined: no statement can name the caller. */
export function namedCaller({ roleArn, principal, principalType, accountId }: Denial): string | undefined {
  const arn = roleArn ?? (principalType === 'user' ? principal : null)
  return arn === null ? undefined : (unmasked(arn, accountId ?? ACCOUNT)?.text ?? arn)
}

/** How a statement of another's policy names a user or role: its principal, and what holds that to it. */
export interface PrincipalInPolicy {
  readonly principal: string
  readonly condition: Readonly<Record<string, unknown>>
}

/**
 * A user or role as the principal of a resource policy. The role of a permission set by its account and a pattern, for its path
 * has a Region that no session tells (R-PRIN-07).
 */
export function principalInPolicy(arn: string): PrincipalInPolicy {
  const { partition = 'aws', account = ACCOUNT } = parseArn(arn) ?? {}
  return permissionSetPattern(arn) === undefined
    ? { principal: withServicePath(arn), condition: {} }
    : { principal: `arn:${partition}:iam::${account}:root`, condition: heldTo(arn) }
}

/** Condition that holds a statement for many to one user or role. */
export function heldTo(arn: string): Readonly<Record<string, unknown>> {
  const pattern = permissionSetPattern(arn)
  return pattern === undefined
    ? { ArnEquals: { 'aws:PrincipalArn': withServicePath(arn) } }
    : { ArnLike: { 'aws:PrincipalArn': pattern } }
}

/** A service-linked role has the service in its path, which a session does not tell (R-PRIN-09). */
function withServicePath(arn: string): string {
  const name = /:role\/(AWSServiceRoleFor[\w+=,.@-]{1,64})$/.exec(arn)?.[1]
  if (name === undefined) return arn
  const known = LINKED_ROLES.find(({ resource }) => resource.endsWith(`/${name}`))?.resource
  return arn.replace(`:role/${name}`, `:${known ?? `role/aws-service-role/SERVICE.amazonaws.com/${name}`}`)
}

/** Who changes the caller's own policies: of a role of a permission set not its account. */
export function ownerOfCaller(denial: Denial): string {
  const name = ownName(denial)?.name ?? ''
  return name.startsWith('AWSReservedSSO_') ? permissionSetWords(name) : accountOf(denial)
}

/** The caller's account as the owner of a change. */
export const accountOf = (denial: Denial): string => {
  if (denial.accountId !== null) return `account ${denial.accountId}`
  return isOfServiceRole(denial) ? 'the account of the role' : 'the account of the caller'
}
