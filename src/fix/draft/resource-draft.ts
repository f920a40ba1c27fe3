import type { Diagnosis } from '#diagnose/diagnosis.ts'
import { isAccountId, parseArn } from '#iam/arn.ts'
import { policyHolderArns } from '#iam/policy-holder.ts'
import type { Change } from '../change.ts'
import type { StatementJson } from '../statement.ts'

type Denial = Diagnosis['denial']

/**
 * The statement that the policy of the resource lacks, where AWS says that it is that policy, or a service asked: a service
 * by its own name, for what it acts for (`aws:SourceArn`), and nobody else's.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
 */
export function resourceChange({ denial, causes }: Diagnosis): readonly Change[] {
  const { action, resource, reported } = denial
  const who = principalOf(denial)
  const arn = parseArn(resource ?? '')
  if (action === null || resource === null || arn === undefined || who === undefined) return []
  if (reported.layer !== 'resource-policy' && who.service === undefined) return []
  const isTrust = action.startsWith('sts:AssumeRole')
  const statement: StatementJson = {
    Sid: `Allow${action.split(':')[1] ?? ''}`,
    Effect: 'Allow',
    Principal: who.service === undefined ? { AWS: who.arn } : { Service: who.service },
    Action: action,
    ...(isTrust ? {} : { Resource: action.startsWith('kms:') ? '*' : resource }),
    ...(who.service === undefined || isTrust ? {} : { Condition: sourceOf(who, arn.account) }),
  }
  const kind =
    causes.find(({ layer }) => layer === 'resource-policy')?.kind ??
    (isTrust ? 'trust' : (KINDS.get(arn.service) ?? 'resource'))
  // A version or an alias of a function has a policy of its own.
  const holder = arn.service === 'lambda' ? resource : (policyHolderArns(resource).at(-1) ?? resource)
  const account = denial.resourceAccount ?? arn.account
  return [
    {
      layer: 'resource-policy',
      policy: `${kind.replaceAll('-', ' ')} policy of ${holder.split(/[/:]/).at(-1) ?? holder}`,
      owner: account === '' ? 'the account that owns it' : `account ${account}`,
      kind: 'edit-policy',
      patch: [{ op: 'add', path: '/Statement/-', value: statement }],
      before: null,
      after: null,
      leftOpen: ['what else stands in it'],
      does: `let ${who.service ?? who.arn} call ${action}`,
      on: holder,
    },
  ]
}

/** Kinds of resource policies by service, where no cause says it. */
const KINDS: ReadonlyMap<string, string> = new Map([
  ['s3', 'bucket'],
  ['kms', 'key'],
])

interface Who {
  readonly arn: string
  readonly service?: string
  /** Source that the service acts for. */
  readonly source?: string
}

/** A service by its name; a resource that acts stands for its service; of a session its role. */
function principalOf({ principal, principalType, roleArn }: Denial): Who | undefined {
  if (principal === null || principalType === 'anonymous' || principal === 'anonymous') return undefined
  if (principalType === 'service') return { arn: principal, service: principal }
  const arn = parseArn(principal)
  if (arn === undefined) return undefined
  if (arn.service !== 'iam' && arn.service !== 'sts')
    return { arn: principal, service: `${arn.service}.amazonaws.com`, source: principal }
  return { arn: roleArn ?? principal }
}

/** Undefined accounts are left to be written in. */
function sourceOf({ source }: Who, account: string): unknown {
  const owner = isAccountId(account) ? account : 'ACCOUNT_ID'
  return source === undefined
    ? { StringEquals: { 'aws:SourceAccount': owner } }
    : { ArnEquals: { 'aws:SourceArn': source } }
}
