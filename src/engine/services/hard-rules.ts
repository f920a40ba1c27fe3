import { isAccountId } from '#iam/arn.ts'
import type { CallerKind } from '#iam/caller.ts'
import { actionFacts } from '#iam/facts/actions.ts'
import { lowerCase, memoizeText } from '#iam/memoize.ts'
import { isSameAccount } from '#iam/same-account.ts'
import { and, not, type Truth } from '#iam/truth.ts'
import { attribute, type EvaluationInput } from '../evaluation-input.ts'
import { ACTION_IS_THERE, RESOURCE_ARN, ROLE_IS_OWN } from '../how-to-get.ts'
import type { Lacking, LayerFinding } from '../layers/finding.ts'
import { crossAccountRule } from './cross-account.ts'
import { fixedRuleFinding } from './fixed-rule.ts'
import { mustBeSigned, SIGNED_ONLY } from './unsigned.ts'

/**
 * A rule by which a service refuses whatever the policies say (docs/rules.md, Evaluation, D.6). `errorCode` where it is not
 * AccessDenied.
 */
interface HardRule {
  readonly id: string
  readonly why: string | ((input: EvaluationInput) => string)
  readonly errorCode?: string
  /** Whose actions it refuses: it is asked of no others. */
  readonly services: readonly string[]
  readonly refuses: (input: EvaluationInput) => Truth
  /** The fact that settles it where it is open; the resource's ARN where the rule names nothing else. */
  readonly lacking?: Lacking
}

const is = (input: EvaluationInput, ...names: readonly string[]): boolean => names.includes(lowerCase(input.action))

const IAM_POLICY_WRITES = new Set(
  [
    'CreatePolicy',
    'CreatePolicyVersion',
    'DeletePolicy',
    'DeletePolicyVersion',
    'SetDefaultPolicyVersion',
    'TagPolicy',
    'UntagPolicy',
  ].map((name) => name.toLowerCase()),
)
/** Whatever changes a role, by AWS's reference of actions, which knows of more than pages list; and to pass one (R-OTH-21). */
const isRoleWrite = memoizeText((name) => {
  const facts = actionFacts('iam', name)
  if (facts === undefined || facts.accessLevel === 'Read' || facts.accessLevel === 'List') return false
  return facts.resourceTypes.some((type) => type.name === 'role')
})

/** Its description may be changed and its service asked to delete it. */
const LINKED_ROLE_WRITES = new Set([
  'attachrolepolicy',
  'detachrolepolicy',
  'putrolepolicy',
  'deleterolepolicy',
  'putrolepermissionsboundary',
  'deleterolepermissionsboundary',
  'deleterole',
  'updateassumerolepolicy',
])

/** Whether the resource is of those with a part in their ARN. `*` stands for one that the account made itself. */
function isOf({ resource }: EvaluationInput, part: string): Truth {
  if (resource.kind === 'unknown') return resource.open === undefined ? 'unknown' : false
  return resource.kind === 'arn' && resource.arn.includes(part)
}

const CALLER: Lacking = { fact: 'who called', kind: 'principal' }

/** Whether the caller is of a kind: `unknown` for an unknown caller (R-EVID-12). */
const isBy = ({ caller }: EvaluationInput, kind: CallerKind): Truth =>
  caller.kind === 'unknown' ? 'unknown' : caller.kind === kind

const isCall = ({ question: { action } }: EvaluationInput, names: ReadonlySet<string>): boolean =>
  names.has(action.name)

/** The hard rules, in the order of docs/rules.md, Evaluation. */
const RULES: readonly HardRule[] = [
  {
    id: 'R-EVAL-03',
    why: 'a federated-user session cannot call IAM, and of STS only GetCallerIdentity',
    services: ['iam', 'sts'],
    refuses: (input) => and(isBy(input, 'federated-session'), !is(input, 'sts:getcalleridentity')),
    lacking: CALLER,
  },
  {
    id: 'R-EVAL-03',
    why: 'a role session cannot call GetFederationToken or GetSessionToken',
    services: ['sts'],
    refuses: (input) => and(isBy(input, 'role-session'), is(input, 'sts:getfederationtoken', 'sts:getsessiontoken')),
    lacking: CALLER,
  },
  {
    id: 'R-EVAL-04',
    why: 'roles may not be assumed by root users',
    services: ['sts'],
    refuses: (input) => and(isBy(input, 'root'), is(input, 'sts:assumerole')),
    lacking: CALLER,
  },
  {
    id: 'R-STS-13',
    why: 'AssumeRoot cannot be called with credentials of a root user',
    services: ['sts'],
    refuses: (input) => and(isBy(input, 'root'), is(input, 'sts:assumeroot')),
    lacking: CALLER,
  },
  {
    id: 'R-EVAL-05',
    why: 'AWS managed policies cannot be changed',
    services: ['iam'],
    refuses: (input) => and(isCall(input, IAM_POLICY_WRITES), isOf(input, ':iam::aws:policy/')),
  },
  {
    id: 'R-EVAL-05',
    why: 'roles of IAM Identity Center cannot be changed from IAM',
    errorCode: 'UnmodifiableEntity',
    services: ['iam'],
    refuses: (input) => and(isRoleWrite(input.question.action.name), isOf(input, ':role/aws-reserved/')),
  },
  {
    id: 'R-EVAL-05',
    why: 'a service-linked role can be changed only by its service',
    errorCode: 'UnmodifiableEntity',
    services: ['iam'],
    refuses: (input) => and(isCall(input, LINKED_ROLE_WRITES), isOf(input, ':role/aws-service-role/')),
  },
  {
    id: 'R-PASS-03',
    why: 'a role can be passed only within its own account',
    services: ['iam'],
    refuses: (input) => is(input, 'iam:passrole') && isRoleOfOther(input),
    lacking: { fact: ROLE_IS_OWN, kind: 'account' },
  },
  {
    id: 'R-EVAL-01',
    why: 'the call must be signed, and an anonymous one is not',
    errorCode: 'MissingAuthenticationToken',
    services: [...SIGNED_ONLY, 'sts'],
    refuses: (input) => and(isBy(input, 'anonymous'), mustBeSigned(input)),
    lacking: CALLER,
  },
  {
    id: 'R-STS-09',
    why: durationWhy,
    errorCode: 'ValidationError',
    services: ['sts'],
    refuses: (input) => isSessionCall(input) && badDuration(input),
    lacking: { fact: 'maxSessionDuration', kind: 'attribute' },
  },
]

/** By the account in the role's ARN; where that is none, or masked, by the one that the request says (R-UNK-05). */
function isRoleOfOther({ caller, resource, request }: EvaluationInput): Truth {
  if (caller.account === undefined || resource.kind === 'none') return false
  const written = resource.kind === 'arn' ? resource.segments[4] : undefined
  const account = written !== undefined && isAccountId(written) ? written : (request.resourceAccount ?? written)
  return account === undefined ? false : not(isSameAccount(account, caller.account))
}

const isSessionCall = (input: EvaluationInput): boolean =>
  is(input, 'sts:assumerole', 'sts:assumerolewithsaml', 'sts:assumerolewithwebidentity')

/**
 * Seconds: at least 900, and at most the role's MaxSessionDuration, which is one hour to twelve; one hour when a role session
 * assumes a role (role chaining).
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
function badDuration(input: EvaluationInput): Truth {
  const duration = input.question.lookup('sts:DurationSeconds')
  if (duration.state !== 'values') return false
  const seconds = Number(duration.values[0])
  const isChained = input.caller.kind === 'role-session'
  if (seconds < SHORTEST || seconds > LONGEST || (isChained && seconds > USUAL)) return true
  const longest = attribute(input, 'maxSessionDuration')
  if (typeof longest === 'number') return seconds > longest
  return seconds > USUAL && 'unknown'
}

/** Which of the limits it is, in the order in which they leave no choice. */
function durationWhy(input: EvaluationInput): string {
  const duration = input.question.lookup('sts:DurationSeconds')
  const seconds = duration.state === 'values' ? Number(duration.values[0]) : Number.NaN
  const longest = attribute(input, 'maxSessionDuration')
  return `a session of ${seconds} seconds was asked for, and ${limitOf(input.caller.kind === 'role-session', seconds, longest)}`
}

function limitOf(isChained: boolean, seconds: number, longest: unknown): string {
  if (seconds < SHORTEST) return `none is shorter than ${SHORTEST}`
  if (isChained && seconds > USUAL)
    return `one that is made with the credentials of another role (role chaining) lasts ${USUAL} at most, whatever the role says`
  if (seconds > LONGEST) return `none is longer than ${LONGEST}`
  return typeof longest === 'number'
    ? `the maximum session duration of the role is ${longest}`
    : `the maximum session duration of the role is not known; where nobody changed it, it is ${USUAL}`
}

const SHORTEST = 900
const USUAL = 3600
const LONGEST = 43_200

/** By service: to ask all of every request took a fifth of a decision. */
const RULES_OF: ReadonlyMap<string, readonly HardRule[]> = new Map(
  RULES.flatMap(({ services }) => services).map((service) => [
    service,
    RULES.filter((rule) => rule.services.includes(service)),
  ]),
)

/** Findings of the hard rules that refuse, or that may; none where none does. */
export function hardRules(input: EvaluationInput): LayerFinding[] {
  const found: LayerFinding[] = []
  const { doubt, request } = input
  // Of a service that the reference has it has every action; of another nothing is known.
  if (doubt?.of === 'action' && request.actionExists !== true)
    found.push(fixedRuleFinding({ refuses: 'unknown', reason: `${doubt.text} (R-ACT-05)`, lacking: ACTION_EXISTS }))
  const foreign = crossAccountRule(input)
  if (foreign !== undefined) found.push(foreign)
  for (const { id, why, errorCode, lacking = RESOURCE, refuses: asks } of RULES_OF.get(input.question.action.service) ??
    []) {
    const refuses = asks(input)
    if (refuses === false) continue
    const reason = `${typeof why === 'string' ? why : why(input)} (${id})`
    found.push(fixedRuleFinding({ refuses, reason, lacking, ...(errorCode === undefined ? {} : { errorCode }) }))
  }
  return found
}

const ACTION_EXISTS = { fact: ACTION_IS_THERE, kind: 'attribute' } as const
const RESOURCE = { fact: RESOURCE_ARN, kind: 'attribute' } as const

/** Actions that need no permission, and that no policy can take away (R-EVAL-02). */
const PERMISSIONLESS: ReadonlySet<string> = new Set([
  'sts:getcalleridentity',
  'sts:getsessiontoken',
  'dynamodb:describeendpoints',
])

export const isPermissionless = (action: string): boolean => PERMISSIONLESS.has(lowerCase(action))

const OF_SERVICES: ReadonlySet<string> = new Set([...PERMISSIONLESS].map((action) => action.split(':')[0] ?? ''))

/**
 * Whether an action needs no permission, by service and name in lower case: asked of every class of actions, nearly all of
 * other services.
 */
export const isPermissionlessName = (service: string, name: string): boolean =>
  OF_SERVICES.has(service) && PERMISSIONLESS.has(`${service}:${name}`)
