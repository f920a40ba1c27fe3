import type { Diagnosis } from '#diagnose/diagnosis.ts'
import { ACCOUNT } from '#diagnose/evidence/placeholders.ts'
import { type Arn, isAccountId, parseArn } from '#iam/arn.ts'
import { policyHolderArns } from '#iam/policy-holder.ts'
import type { ChangeInHand } from '../change.ts'
import type { PolicyLocation } from '../policy-location.ts'
import type { StatementJson } from '../statement.ts'
import { namedCaller, principalInPolicy } from './drafted-caller.ts'
import { draftedAllow, statementAdded } from './drafted-fix.ts'
import { draftedResources } from './drafted-resource.ts'

type Denial = Diagnosis['denial']

/**
 * The statement that the policy of the resource lacks, where AWS says that it is that policy, or a service asked: a service
 * by its own name, for what it acts for (`aws:SourceArn`), and nobody else's.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
 */
export function resourceChange({ denial, causes }: Diagnosis): readonly ChangeInHand[] {
  const { reported } = denial
  const actions = actionsOf(denial)
  const [action] = actions
  const who = principalOf(denial)
  const isNamed = parseArn(denial.resource ?? '') !== undefined
  // Where AWS names none, the form of the reference, with words in capitals to be written over: the account, too, for of the
  // caller's own it names the policies of both.
  const drafted = isNamed ? denial : { ...denial, accountId: null }
  const named = action === undefined ? undefined : draftedResources(drafted, action)?.patterns[0]
  const resource = isNamed ? (denial.resource ?? named) : named
  const arn = parseArn(resource ?? '')
  if (action === undefined || named === undefined || resource === undefined || arn === undefined || who === undefined)
    return []
  if (reported.layer !== 'resource-policy' && who.service === undefined && !isAskedOfBoth(denial)) return []
  const isTrust = action.startsWith('sts:AssumeRole') || ON_SESSION.has(action)
  const caller = principalInPolicy(who.arn)
  const statement = draftedAllow(actions, {
    principal: who.service === undefined ? { AWS: caller.principal } : { Service: who.service },
    ...(isTrust
      ? {}
      : { resource: action.startsWith('kms:') ? '*' : who.service === undefined ? named : delivered(named) }),
    condition:
      who.service === undefined ? caller.condition : isTrust ? anchorOf(who.service, arn) : sourceOf(who, arn.account),
  })
  const kind =
    causes.find(({ layer }) => layer === 'resource-policy')?.kind ??
    (isTrust ? 'trust' : (KINDS.get(arn.service) ?? 'resource'))
  // A version or an alias of a function has a policy of its own.
  const holder = arn.service === 'lambda' ? resource : (policyHolderArns(resource).at(-1) ?? resource)
  const account = denial.resourceAccount ?? arn.account
  const change = statementAdded(statement, {
    layer: 'resource-policy',
    policy: `${kind.replaceAll('-', ' ')} policy of ${holder.split(/[/:]/).at(-1) ?? holder}`,
    owner: account === '' ? 'the account that owns it' : `account ${account}`,
    does: `let ${who.service ?? who.arn} call ${actions.join(' and ')}`,
    on: holder,
  })
  return [{ ...change, ...asAddition(statement, { layer: 'resource-policy', kind, name: change.policy, on: holder }) }]
}

/**
 * Whether the trust policy of the role and a policy of the caller have to allow it, and AWS does not say which of them does not: tags and
 * a source identity that a session is made with. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_permissions-required
 */
export const isAskedOfBoth = ({ action, reported, principalType }: Denial): boolean =>
  reported.layer === null && principalType !== 'service' && ON_SESSION.has(action ?? '')

const ON_SESSION: ReadonlySet<string> = new Set(['sts:TagSession', 'sts:SetSourceIdentity'])

/** What the policy has to allow at once: a session that a service tags, the uses of a key. */
function actionsOf({ action, principal, candidates }: Denial): readonly string[] {
  if (action === 'sts:AssumeRole') return [action, ...(SESSION_ACTIONS.get(principal ?? '') ?? [])]
  if (action !== null) return [action]
  const all = candidates.map((candidate) => candidate.action)
  if (SESSION_ACTIONS.has(principal ?? '') && all.every((action) => action.startsWith('sts:'))) return all
  return all.every((action) => action.startsWith('kms:')) ? all : []
}

/** Services that tag the sessions they make (R-STS-07, R-STS-08). */
const SESSION_ACTIONS: ReadonlyMap<string, readonly string[]> = new Map([
  ['pods.eks.amazonaws.com', ['sts:TagSession']],
  ['rolesanywhere.amazonaws.com', ['sts:TagSession', 'sts:SetSourceIdentity']],
])

/** Any trust anchor of the account would do otherwise. https://docs.aws.amazon.com/rolesanywhere/latest/userguide/trust-model.html */
const anchorOf = (service: string, { partition, account }: Pick<Arn, 'partition' | 'account'>) =>
  service === 'rolesanywhere.amazonaws.com'
    ? {
        ArnEquals: { 'aws:SourceArn': `arn:${partition}:rolesanywhere:REGION:${account}:trust-anchor/TRUST_ANCHOR_ID` },
      }
    : {}

/**
 * All that a service delivers to a bucket for one account or organization, under the prefix that AWS's own policies have; the next
 * file has another key. https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
 */
const delivered = (arn: string): string => arn.replace(/(:s3:::.{1,1000}?\/AWSLogs\/[^/*]{1,40}\/).*$/, '$1*')

/**
 * The statement as an addition to the policy in force, which was not read (R-ADV-02). Where a word in capitals has to be
 * replaced first, there is none.
 */
function asAddition(
  statement: StatementJson,
  place: Pick<PolicyLocation, 'layer' | 'kind' | 'name' | 'on'>,
): Pick<ChangeInHand, 'editedDocument'> {
  if (parseArn(place.on) === undefined || HAS_PLACEHOLDER.test(JSON.stringify([statement, place.on]))) return {}
  const policyWith = (...Statement: readonly StatementJson[]) => ({ Version: '2012-10-17', Statement })
  const [before, after] = [policyWith(), policyWith(statement)]
  return { editedDocument: { location: { ...place, document: before, isUnread: true }, before, after } }
}

/** `ACCOUNT_ID`, `:REGION:` */
const HAS_PLACEHOLDER = /[A-Z]{2,}_[A-Z]{2,}|:REGION:/

/** Kinds of resource policies by service, where no cause says it. */
const KINDS: ReadonlyMap<string, string> = new Map([
  ['s3', 'bucket'],
  ['kms', 'key'],
  ['lambda', 'function'],
])

interface Who {
  readonly arn: string
  readonly service?: string
  /** Source that the service acts for. */
  readonly source?: string
}

/** A service by its name; a resource that acts stands for its service; of a session its role. */
function principalOf(denial: Denial): Who | undefined {
  const { principal, principalType } = denial
  if (principal === null || principalType === 'anonymous' || principal === 'anonymous') return undefined
  if (principalType === 'service') return { arn: principal, service: principal }
  const arn = parseArn(principal)
  if (arn === undefined) return undefined
  if (arn.service !== 'iam' && arn.service !== 'sts')
    return { arn: principal, service: `${arn.service}.amazonaws.com`, source: principal }
  return { arn: namedCaller(denial) ?? principal }
}

/** Undefined accounts are left to be written in. */
function sourceOf({ source }: Who, account: string): Readonly<Record<string, unknown>> {
  const owner = isAccountId(account) ? account : ACCOUNT
  return source === undefined
    ? { StringEquals: { 'aws:SourceAccount': owner } }
    : { ArnEquals: { 'aws:SourceArn': source } }
}
