/**
 * What services refuse whatever the policies say. R-EVAL-03..05, R-PASS-03, R-KMS-05, R-KMS-09, R-S3-14.
 * https://docs.aws.amazon.com/STS/latest/APIReference/welcome.html (comparison of credentials)
 */
import { parseArn } from '#iam/arn.ts'
import { and, not, orAll, type Truth } from '#iam/truth.ts'
import { serviceTable } from '#iam/facts/services.ts'
import { namesAwsWrites } from '#iam/facts/written-by-aws.ts'
import { attribute } from './attributes.ts'
import { keyState } from './context.ts'
import { isBeyondResourcePolicies } from './cross-account.ts'
import { isObject } from './document.ts'
import { UNKNOWN_RESOURCE, type Question } from './question.ts'
import { isOneAccount } from './masked.ts'

const words = (text: string): readonly string[] => text.trim().split(/\s+/)

const ON_MANAGED_POLICY = words(
  'createpolicy createpolicyversion deletepolicy deletepolicyversion setdefaultpolicyversion tagpolicy untagpolicy',
)
/** UpdateRole may change the description of a service-linked role; TagRole knows no UnmodifiableEntity. */
const ON_LINKED_ROLE = words(`attachrolepolicy detachrolepolicy putrolepolicy deleterolepolicy
  putrolepermissionsboundary deleterolepermissionsboundary deleterole updateassumerolepolicy`)
/** "This role is only modifiable by AWS" (Knowledge Center, identity-center-aws-reserved-sso): all that changes a role, and its tags. */
const ON_RESERVED_ROLE = [
  ...ON_LINKED_ROLE,
  ...words(
    'updaterole updateroledescription tagrole untagrole createrole createservicelinkedrole deleteservicelinkedrole passrole',
  ),
]

const ON_ALIAS = words('createalias updatealias deletealias')
const BUCKET_POLICY = words('getbucketpolicy putbucketpolicy deletebucketpolicy')

export const isBucketPolicyAction = ({ service, action }: Question): boolean =>
  service === 's3' && BUCKET_POLICY.includes(action.split(':')[1] ?? '')

/** Whether the resource is one of those that a rule is about: `*` is none that AWS made. */
const isOn = ({ resource, arns }: Question, pattern: RegExp): Truth =>
  resource === UNKNOWN_RESOURCE && arns === undefined ? 'unknown' : pattern.test(resource)

/**
 * R-ACT-05: of a service that the Service Authorization Reference of our date has it lists every action: another may be a slip
 * of the pen, or newer. AWS's own policies name some that it does not list. Of other services nothing is known.
 */
function mayNotExist({ action, service, scenario }: Question): Truth {
  const actions = serviceTable(service)?.actions
  const isListed = actions === undefined || actions.has(action.slice(service.length + 1))
  return isListed || namesAwsWrites().includes(action) || scenario.request.actionExists === true ? false : 'unknown'
}

const RULES: readonly ((question: Question, name: string) => Truth)[] = [
  mayNotExist,
  // R-EVAL-03
  ({ caller, service, action }) =>
    caller.kind === 'federated-user' &&
    (service === 'iam' || (service === 'sts' && action !== 'sts:getcalleridentity')),
  ({ caller, action }) =>
    caller.kind === 'role-session' && (action === 'sts:getfederationtoken' || action === 'sts:getsessiontoken'),
  // R-EVAL-04
  ({ caller, action }) => caller.kind === 'root' && action === 'sts:assumerole',
  // R-STS-13
  ({ caller, action }) => caller.kind === 'root' && action === 'sts:assumeroot',
  ({ action, caller, scenario }) => {
    // "You must use the management account or a delegated administrator": who that is, must be said (R-UNK-03).
    const manager = scenario.organization?.managementAccount
    if (action !== 'sts:assumeroot' || caller.account === undefined) return false
    const is = manager === undefined ? 'unknown' : isOneAccount(manager, caller.account)
    return is === false ? scenario.policies?.complete === true || 'unknown' : not(is)
  },
  // R-EVAL-05
  (q, name) => and(q.service === 'iam' && ON_MANAGED_POLICY.includes(name), isOn(q, /^arn:[^:]*:iam::aws:policy\//)),
  (q, name) =>
    and(q.service === 'iam' && ON_RESERVED_ROLE.includes(name), isOn(q, /^arn:[^:]*:iam::[^:]*:role\/aws-reserved\//)),
  (q, name) =>
    and(
      q.service === 'iam' && ON_LINKED_ROLE.includes(name) && q.caller.kind !== 'service',
      isOn(q, /^arn:[^:]*:iam::[^:]*:role\/aws-service-role\//),
    ),
  // R-PASS-03: "a role of another account cannot be passed"
  ({ action, caller, resource, request }) => {
    if (action !== 'iam:passrole' || caller.account === undefined || resource === '*') return false
    const inArn = parseArn(resource)?.account
    const owner = /^\d{12}$/.test(inArn ?? '') ? inArn : (request.resourceAccount ?? inArn)
    return owner === undefined ? false : not(isOneAccount(owner, caller.account))
  },
  // R-KMS-09
  (q, name) => and(q.service === 'kms' && ON_ALIAS.includes(name), isOn(q, /:alias\/aws\//)),
  // R-STS-09: of fifteen minutes to twelve hours; a chained session lasts an hour at most, any session as long as its role allows.
  (question) => /^sts:assumerole(withsaml|withwebidentity)?$/.test(question.action) && hasBadDuration(question),
  // R-OTH-23, R-OTH-03, R-OTH-05, R-KMS-05, R-S3-14: what no resource policy gives another account.
  isBeyondResourcePolicies,
  // R-OTH-12, R-OTH-13: the policy of another resource decides too, and no scenario has it.
  ({ service }) => (service === 'vpc-lattice-svcs' ? 'unknown' : false),
  ({ action }) =>
    /^bedrock-agentcore:(invokeagentruntime.*|stopruntimesession|getagentcard)$/.test(action) ? 'unknown' : false,
  // R-EVAL-01: who has not signed, where all must.
  (question) => question.caller.kind === 'anonymous' && takesNoUnsigned(question),
]

/** Services of JSON and query calls, which carry a signature; and APIs and function URLs with IAM authorization. */
function takesNoUnsigned(question: Question): Truth {
  const { service, action } = question
  if (action === 'execute-api:invoke') return attribute(question, 'authType') === 'AWS_IAM'
  if (isThroughUrl(question)) return isIam(urlType(question))
  return action === 'sts:assumerole' || SIGNED.includes(service)
}

const SIGNED =
  words(`kms secretsmanager dynamodb kinesis lambda ecr events schemas glue backup logs codeartifact codebuild
  acm-pca signer ssm iam organizations`)

const isIam = (type: unknown): Truth => (type === undefined ? 'unknown' : type === 'AWS_IAM')

const isThroughUrl = (question: Question): boolean => {
  const marked = keyState(question, 'lambda:InvokedViaFunctionUrl')
  const isMarked = typeof marked === 'object' && marked.values[0]?.toLowerCase() === 'true'
  return question.action === 'lambda:invokefunctionurl' || (question.action === 'lambda:invokefunction' && isMarked)
}

/** `null`: none is known to be there. Undefined: not known, or of several kinds. */
function urlType(question: Question): unknown {
  const said = keyState(question, 'lambda:FunctionUrlAuthType')
  if (typeof said === 'object') return said.values[0]
  const urls = attribute(question, 'functionUrls')
  if (!Array.isArray(urls)) return urls === null ? null : undefined
  const types = new Set(urls.map((url: unknown) => (isObject(url) ? url['authType'] : undefined)))
  return types.size === 1 ? [...types][0] : undefined
}

/** Through such a URL everybody is nobody (R-OTH-04). */
export const isOpenUrl = (question: Question): boolean => isThroughUrl(question) && urlType(question) === 'NONE'

function hasBadDuration(question: Question): Truth {
  const asked = keyState(question, 'sts:DurationSeconds')
  if (typeof asked !== 'object') return false
  const seconds = Number(asked.values[0])
  const given = attribute(question, 'maxSessionDuration')
  const ofRole = typeof given === 'number' ? given : undefined
  const longest = Math.min(43_200, question.caller.kind === 'role-session' ? 3600 : Infinity, ofRole ?? Infinity)
  if (seconds < 900 || seconds > longest) return true
  return ofRole === undefined && seconds > 3600 ? 'unknown' : false
}

export const isRefusedByRule = (question: Question): Truth =>
  orAll(RULES.map((rule) => rule(question, question.action.split(':')[1] ?? '')))
