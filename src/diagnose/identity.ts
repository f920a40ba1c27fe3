import { parseArn } from '#iam/arn.ts'
import type { PoliciesInForce } from '#engine/scenario.ts'
import type { Denial } from '#intake/denial.ts'
import { callerDoubt } from './caller-doubt.ts'
import type { Identity } from './diagnosis.ts'
import type { Namesake } from './namesake.ts'

/**
 * Who AWS evaluated, against who was expected. Said before anything else: the wrong caller makes every policy look wrong.
 * A role and a session of it are the same identity (R-PRIN-03).
 */
export function identityOf(
  denial: Denial,
  roleArn: string | undefined,
  expected: string | undefined,
  policies?: PoliciesInForce,
  namesake?: Namesake,
): Omit<Identity, 'relation' | 'warning'> {
  const evaluated = denial.principal
  if (expected === undefined) {
    const doubt = denial.kind === 'aws-access-denied' ? callerDoubt(denial, policies, namesake) : undefined
    const explanation = whoIsIt(denial, roleArn)
    return { evaluated, expected: null, agrees: null, explanation, ...(doubt === undefined ? {} : { doubt }) }
  }
  if (evaluated === null)
    return { evaluated, expected, agrees: null, explanation: 'The evidence does not say who was evaluated.' }
  const agrees = sameIdentity(evaluated, roleArn, expected)
  const explanation = agrees
    ? `${whoIsIt(denial, roleArn)} That is who was expected.`
    : `${denial.kind === 'gcp-permission-denied' ? 'Google Cloud' : 'AWS'} evaluated \`${evaluated}\`, not \`${expected}\`. ${whyDifferent(evaluated, expected)}`
  return { evaluated, expected, agrees, explanation }
}

/** Whether the caller of now is who was expected, where only the two ARNs are known. */
export function compareCaller(
  caller: string,
  expected: string | undefined,
): Omit<Identity, 'evaluated' | 'relation' | 'warning'> {
  if (expected === undefined)
    return { expected: null, agrees: null, explanation: `AWS knows the caller as \`${caller}\`.` }
  const agrees = sameIdentity(caller, undefined, expected)
  const explanation = agrees
    ? `AWS knows the caller as \`${caller}\`. That is who was expected.`
    : `AWS knows the caller as \`${caller}\`, not \`${expected}\`. ${whyDifferent(caller, expected)}`
  return { expected, agrees, explanation }
}

function whoIsIt(denial: Denial, roleArn: string | undefined): string {
  const { principal, sessionName } = denial
  if (denial.kind === 'cors') return 'The browser blocked the answer: AWS evaluated nobody.'
  if (principal === null) return 'The evidence does not say who was evaluated.'
  if (denial.kind === 'gcp-permission-denied') return `Google Cloud evaluated \`${principal}\`.`
  if (roleArn !== undefined && sessionName !== null)
    return `AWS evaluated session \`${sessionName}\` of role \`${roleArn}\`.`
  return `AWS evaluated \`${principal}\`.`
}

function sameIdentity(evaluated: string, roleArn: string | undefined, expected: string): boolean {
  if (evaluated === expected || roleArn === expected) return true
  const a = identityKey(evaluated)
  const b = identityKey(expected)
  return (
    a !== undefined &&
    b !== undefined &&
    a.account === b.account &&
    a.role === b.role &&
    sessionsMeet(a.session, b.session)
  )
}

const sessionsMeet = (a: string | undefined, b: string | undefined): boolean =>
  a === undefined || b === undefined || a === b

/** Role name and session of a role ARN or a session ARN. */
function identityKey(text: string): { account: string; role: string; session: string | undefined } | undefined {
  const arn = parseArn(text)
  if (arn === undefined) return undefined
  const parts = arn.resource.split('/')
  if (arn.service === 'iam' && parts[0] === 'role')
    return { account: arn.account, role: parts.at(-1) ?? '', session: undefined }
  if (arn.service !== 'sts' || parts[0] !== 'assumed-role') return undefined
  return { account: arn.account, role: parts[1] ?? '', session: parts[2] }
}

/** The usual ways in which a job runs as somebody else; each names the fact to look at. */
function whyDifferent(evaluated: string, expected: string): string {
  const got = identityKey(evaluated)
  const wanted = identityKey(expected)
  const arn = parseArn(evaluated)
  if (arn?.resource === 'root') return 'The call was made with credentials of the root user.'
  if (arn?.service === 'iam' && arn.resource.startsWith('user/'))
    return 'The call was made with the access key of a user: look for AWS_ACCESS_KEY_ID in the environment or a stale profile.'
  if (got?.session?.startsWith('i-') === true)
    return 'The session is that of an EC2 instance: the job uses the node role instead of a role of its own (pod, task or profile).'
  if (got !== undefined && wanted !== undefined && got.account !== wanted.account && got.role === wanted.role)
    return `It is the role of that name in account ${got.account}, not in ${wanted.account}: another profile or account was selected.`
  if (got !== undefined && wanted !== undefined && got.role === wanted.role)
    return 'It is the expected role in another session: compare the session name with the one the job sets.'
  return 'Run `aws sts get-caller-identity` in the same job: a profile, a task role, a node role or a chained session may be in use.'
}
