import type { Diagnosis } from '#diagnose/diagnosis.ts'
import { passedRoleKeys } from '#diagnose/passed-role.ts'
import { viaServiceKeys } from '#diagnose/via-service.ts'
import { noAwsValue, quoted, awsOption } from '#quote/shell.ts'
import { jsonText } from '#quote/json.ts'
import type { Change } from '../change.ts'
import type { DraftedFix } from '../proof/fix.ts'
import type { StatementJson } from '../statement.ts'
import { requestDraft } from './decoded-draft.ts'
import { resourceChange } from './resource-draft.ts'
import { draftedResource } from './drafted-resource.ts'

type Denial = Diagnosis['denial']

/**
 * Drafted fixes, as a careful colleague would write them down from AWS's words alone, where no policy was seen and no fix
 * could be replayed: the missing statement, or what the call has to send (docs/json.md, "Fix"). Neither replayed nor
 * proved, and said so.
 */
export function draftsOf(diagnosis: Diagnosis): readonly DraftedFix[] {
  const { denial, basis, status } = diagnosis
  if (basis === 'policies' || status === 'not-a-denial' || denial.kind !== 'aws-access-denied') return []
  const request = requestDraft(denial)
  if (request !== undefined) return [draft(request.title, [request.change])]
  if (denial.reported.denyType === 'explicit') return []
  const own = resourceChange(diagnosis)
  const changes =
    own.length > 0 || !mayBeGranted(denial)
      ? own
      : [...keyChange(denial), ...endpointChange(denial), ...limitChange(denial), ...callerChange(denial)]
  const [first] = changes
  return first === undefined ? [] : [draft(changes.map(({ does }) => does).join('; '), changes)]
}

/** Nothing is granted to everyone, and of a service only its own role or the policy of the resource can. */
const mayBeGranted = ({ principal, principalType }: Denial): boolean =>
  principal !== 'anonymous' && principalType !== 'service' && principalType !== 'root' && principalType !== 'anonymous'

function draft(title: string, changes: readonly Change[]): DraftedFix {
  return {
    id: 'draft',
    title: `${title.charAt(0).toUpperCase()}${title.slice(1)}`,
    rank: 1,
    scope: 'exact',
    cures: [0],
    changes,
    basis: 'message',
    replay: null,
    proof: null,
  }
}

/** More are no reading of one call. */
const MAX_ACTIONS = 4

const actionsOf = ({ action, candidates }: Denial): readonly string[] =>
  action !== null ? [action] : [...new Set(candidates.map((candidate) => candidate.action))].slice(0, MAX_ACTIONS)

/** `DescribeSecurityGroups` → a statement of the caller's own policies. */
function callerChange(denial: Denial): readonly Change[] {
  if (['sts:AssumeRoleWithWebIdentity', 'sts:AssumeRoleWithSAML'].includes(denial.action ?? '')) return []
  if (!ALLOWED_BY_CALLER.has(denial.reported.layer)) return []
  const actions = actionsOf(denial)
  const resources = [...new Set(actions.flatMap((action) => draftedResource(denial, action) ?? []))]
  if (actions.length === 0 || resources.length === 0) return []
  const statement: StatementJson = {
    Sid: `Allow${actions.map((action) => action.split(':')[1] ?? '').join('')}`,
    Effect: 'Allow',
    Action: oneOrAll(actions),
    Resource: oneOrAll(resources),
    ...conditionOf(denial),
  }
  const who = whoOf(denial)
  return [
    {
      layer: 'identity-policy',
      policy: `identity policy of ${who}`,
      owner: denial.accountId === null ? 'the account of the caller' : `account ${denial.accountId}`,
      kind: 'edit-policy',
      patch: [{ op: 'add', path: '/Statement/-', value: statement }],
      before: null,
      after: null,
      leftOpen: ['what else stands in it'],
      does: `let ${who} call ${actions.join(' and ')}`,
      on: denial.roleArn ?? denial.principal ?? 'the caller',
      ...commandOf(denial, statement),
    },
  ]
}

/** Where AWS named a layer that only refuses, no statement of the caller's helps. */
const ALLOWED_BY_CALLER: ReadonlySet<Denial['reported']['layer']> = new Set([null, 'identity-policy'] as const)

const oneOrAll = (values: readonly string[]): unknown => (values.length === 1 ? values[0] : values)

function conditionOf(denial: Denial): { readonly Condition?: unknown } {
  const keys = { ...passedRoleKeys(denial), ...viaServiceKeys(denial) }
  return Object.keys(keys).length === 0 ? {} : { Condition: { StringEquals: keys } }
}

/** `role XPTO`, or who called where nobody is named. */
function whoOf({ principal }: Denial): string {
  const [kind = '', ...path] = principal === null ? [] : principal.split(':').slice(5).join(':').split('/')
  if (kind === 'assumed-role' && path[0] !== undefined) return `role ${path[0]}`
  if ((kind === 'role' || kind === 'user') && path.length > 0) return `${kind} ${path.at(-1) ?? ''}`
  return 'the caller'
}

/** The command that puts it, where the role or user is known by its name and nothing is left to fill in. */
function commandOf(denial: Denial, statement: StatementJson): { readonly awsCli?: string } {
  const [kind, name] = whoOf(denial).split(' ')
  if ((kind !== 'role' && kind !== 'user') || name === undefined || noAwsValue(name) !== undefined) return {}
  if (name.startsWith('AWSReservedSSO_') || name.startsWith('AWSServiceRole')) return {}
  const text = jsonText({ Version: '2012-10-17', Statement: [statement] })
  if (/\b(?:ACCOUNT_ID|REGION|[A-Z]+_(?:ID|NAME))\b/.test(text)) return {}
  const policy = awsOption('--policy-name', `allow-${String(statement['Sid']).slice('Allow'.length)}`)
  return {
    awsCli: `aws iam put-${kind}-policy ${awsOption(`--${kind}-name`, name)} ${policy} --policy-document ${quoted(text)}`,
  }
}

/**
 * An endpoint's policy lets through what it allows and nothing else. A gateway's has `*` for a principal, and names its callers
 * by a condition (R-VPCE-04). https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-s3.html
 */
function endpointChange(denial: Denial): readonly Change[] {
  const { reported, action, principal, roleArn, principalType } = denial
  const who = roleArn ?? (principalType === 'user' ? principal : null)
  if (reported.layer !== 'vpc-endpoint-policy' || action === null || who === null) return []
  const resource = draftedResource(denial, action)
  if (resource === undefined) return []
  const mayBeGateway = /^(?:s3|dynamodb):/i.test(action)
  const statement: StatementJson = {
    Sid: `Allow${action.split(':')[1] ?? ''}`,
    Effect: 'Allow',
    Principal: mayBeGateway ? '*' : { AWS: who },
    Action: action,
    Resource: resource,
    ...(mayBeGateway ? { Condition: { ArnEquals: { 'aws:PrincipalArn': who } } } : conditionOf(denial)),
  }
  return [
    {
      layer: 'vpc-endpoint-policy',
      policy: 'VPC endpoint policy',
      owner: 'owner of the VPC endpoint',
      kind: 'edit-policy',
      patch: [{ op: 'add', path: '/Statement/-', value: statement }],
      before: null,
      after: null,
      leftOpen: ['what else stands in it'],
      does: `let ${whoOf(denial)} call ${action} through the endpoint`,
      on: 'the VPC endpoint',
    },
  ]
}

/** What a layer that only limits lacks: a boundary, a session policy, a level of the organization (R-EVAL-36, R-SCP-01). */
function limitChange(denial: Denial): readonly Change[] {
  const { reported, action, principal, roleArn, principalType, accountId } = denial
  const { layer } = reported
  const isOrganization = layer === 'service-control-policy'
  const isOfSession = layer === 'session-policy'
  if (!isOrganization && !isOfSession && layer !== 'permissions-boundary') return []
  const who = roleArn ?? (principalType === 'user' ? principal : null)
  const resource = action === null ? undefined : draftedResource(denial, action)
  if (action === null || resource === undefined || who === null || (!isOrganization && isMadeByAws(denial))) return []
  const account = accountId === null ? 'the account of the caller' : `account ${accountId}`
  const statement: StatementJson = {
    Sid: `Allow${action.split(':')[1] ?? ''}`,
    Effect: 'Allow',
    Action: action,
    Resource: resource,
    ...(isOrganization ? { Condition: { ArnEquals: { 'aws:PrincipalArn': who } } } : conditionOf(denial)),
  }
  const policy = isOrganization
    ? 'service control policy'
    : `${isOfSession ? 'session policy' : 'permissions boundary'} of ${whoOf(denial)}`
  return [
    {
      layer,
      policy,
      owner: isOrganization ? 'organization management account' : isOfSession ? 'whoever makes the session' : account,
      kind: 'edit-policy',
      patch: [{ op: 'add', path: '/Statement/-', value: statement }],
      before: null,
      after: null,
      leftOpen: ['what else stands in it'],
      does: `let the ${policy} allow ${action}`,
      on: isOrganization ? account : isOfSession ? (principal ?? who) : who,
    },
  ]
}

/** What AWS makes itself is edited by nobody where it is: the boundary of a permission set's role, the session policy of Cognito's guests. */
const isMadeByAws = ({ principal }: Denial): boolean =>
  /:assumed-role\/(?:AWS(?:ReservedSSO_|ServiceRoleFor)|[^/]{1,64}\/CognitoIdentityCredentials$)/.test(principal ?? '')

/** A key lets nobody in whom its own policy, or its account by it, does not (R-KMS-01): both sides are drafted. */
function keyChange(denial: Denial): readonly Change[] {
  const { reported, action, principal, roleArn, principalType } = denial
  const actions = actionsOf(denial)
  const mayBeKey = reported.layer === null || reported.layer === 'resource-policy'
  if (!mayBeKey || !actions.every((action) => action.startsWith('kms:'))) return []
  if (actions.length === 0) return []
  const who = roleArn ?? (principalType === 'user' ? principal : null) ?? 'arn:aws:iam::ACCOUNT_ID:role/CALLER'
  const statement: StatementJson = {
    Sid: `Allow${(action ?? actions[0] ?? '').split(':')[1] ?? ''}`,
    Effect: 'Allow',
    Principal: { AWS: who },
    Action: oneOrAll(actions),
    Resource: '*',
    ...conditionOf(denial),
  }
  return [
    {
      layer: 'resource-policy',
      policy: 'key policy',
      owner: `account ${denial.resourceAccount ?? 'of the key'}`,
      kind: 'edit-policy',
      patch: [{ op: 'add', path: '/Statement/-', value: statement }],
      before: null,
      after: null,
      leftOpen: ['what else stands in it'],
      does: `let ${whoOf(denial)} use the key`,
      on: denial.resource ?? 'the key',
    },
  ]
}
