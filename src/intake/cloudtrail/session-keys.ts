import type { ContextEntry } from './context-entry.ts'
import { utcTime } from './event-time.ts'
import { identityType, invokedBy, isMarkedConsole } from './identity-type.ts'
import { addressKind } from './ip-address.ts'
import { field, isObject, type JsonObject, objectOf, textField } from './loose-record.ts'

/** Keys of the caller's credentials (R-CT-02, R-CT-03). */
export function sessionKeys(record: JsonObject): readonly ContextEntry[] {
  const identity = field(record, 'userIdentity')
  const type = identityType(identity)
  const context = objectOf(field(identity, 'sessionContext'))
  return [
    ...userId(identity, type),
    ...multiFactor(record, type, context),
    ...session(type, context),
    ...issuedTo(record, type),
  ]
}

/**
 * `aws:userid` as each caller has it (R-PRIN-01, R-PRIN-08). Records that were made anonymous have other things there,
 * which are no key.
 */
const USER_IDS: ReadonlyMap<string, RegExp> = new Map([
  ['iamuser', /^AIDA[A-Z0-9]{3,60}$/],
  ['assumedrole', /^AROA[A-Z0-9]{3,60}:[\w+=,.@-]{1,64}$/],
  ['federateduser', /^\d{12}:[\w+=,.@-]{1,64}$/],
  ['root', /^\d{12}$/],
])

function userId(identity: unknown, type: string): readonly ContextEntry[] {
  const id = textField(identity, 'principalId')
  return id !== undefined && USER_IDS.get(type)?.test(id) === true ? [['aws:userid', id]] : []
}

const NO_MFA: readonly ContextEntry[] = [
  ['aws:MultiFactorAuthPresent', null],
  ['aws:MultiFactorAuthAge', null],
]

/**
 * `mfaAuthenticated` is the condition key only for a user's temporary credentials. Long-term keys have neither it nor a
 * session. In a role session it tells how the session was made, and the key is absent (R-STS-06), save for the console's
 * switched roles and for root sessions from `AssumeRoot`, of which AWS does not say.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
 */
function multiFactor(record: JsonObject, type: string, context: JsonObject | undefined): readonly ContextEntry[] {
  const key = textField(record, 'userIdentity', 'accessKeyId') ?? ''
  if (type === 'assumedrole') return mayBeConsole(record, context) ? [] : NO_MFA
  if (type !== 'iamuser' && type !== 'root') return []
  if (textField(context, 'assumedRoot')?.toLowerCase() === 'true') return []
  const mfa = textField(context, 'attributes', 'mfaAuthenticated')?.toLowerCase()
  if (mfa === 'true') return [['aws:MultiFactorAuthPresent', true]]
  if (mfa === 'false') {
    return [
      ['aws:MultiFactorAuthPresent', false],
      ['aws:MultiFactorAuthAge', null],
    ]
  }
  return key.startsWith('AKIA') && context === undefined ? [...NO_MFA, ['aws:TokenIssueTime', null]] : []
}

/** Agents of the console: a browser's, its own names, and those of its servers, which services have too. */
const CONSOLE_AGENT =
  /(?:console|signin)\.(?:[a-z0-9-]{1,40}\.)?amazon(?:aws)?\.com|^\[?(?:AWS[ -]Console|S3Console|Mozilla\/|AWS Internal\b|AWS Signin|aws-internal\/)/i

/** A trimmed record, without agent and session, cannot rule the console out. */
function mayBeConsole(record: JsonObject, context: JsonObject | undefined): boolean {
  if (context === undefined && textField(record, 'userAgent') === undefined) return true
  if (textField(record, 'sessionCredentialFromConsole')?.toLowerCase() === 'true') return true
  return isMarkedConsole(record) || CONSOLE_AGENT.test(textField(record, 'userAgent') ?? '')
}

function session(type: string, context: JsonObject | undefined): readonly ContextEntry[] {
  if (context === undefined) return []
  const entries: ContextEntry[] = []
  const issued = utcTime(field(context, 'attributes', 'creationDate'))
  if (issued !== undefined) entries.push(['aws:TokenIssueTime', issued])
  const source = textField(context, 'sourceIdentity')
  if (source !== undefined) entries.push(['aws:SourceIdentity', source])
  // A session's record that has its issuer and its attributes is whole: it would have the source identity too.
  else if (type === 'assumedrole' && issued !== undefined && isObject(field(context, 'sessionIssuer'))) {
    entries.push(['aws:SourceIdentity', null])
  }
  const delivery = textField(context, 'ec2RoleDelivery')
  if (delivery !== undefined) entries.push(['ec2:RoleDelivery', delivery])
  if (textField(context, 'assumedRoot')?.toLowerCase() === 'true') entries.push(['aws:AssumedRoot', true])
  return [...entries, ...federation(context)]
}

/** Resource types that a role's credentials can be issued to, the condition key of each, and how its ARN begins. */
const HOLDERS = [
  ['AWS::EC2::Instance', 'ec2:SourceInstanceArn', /^arn:[a-z-]{3,20}:ec2:[^:]{1,40}:\d{12}:instance\/i-/],
  [
    'AWS::Lambda::Function',
    'lambda:SourceFunctionArn',
    /^arn:[a-z-]{3,20}:lambda:[^:]{1,40}:\d{12}:function:[^:]{1,140}$/,
  ],
] as const

/**
 * The instance or function that works with the role, in calls that it makes itself: those that a service makes with the
 * role, or for it, may lack the key. https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html, `inScopeOf`
 */
function issuedTo(record: JsonObject, type: string): readonly ContextEntry[] {
  const scope = field(record, 'userIdentity', 'inScopeOf')
  if (type !== 'assumedrole' || scope === undefined || invokedBy(record) !== undefined) return []
  if (addressKind(textField(record, 'sourceIPAddress')?.trim() ?? '') === undefined) return []
  const [issuer, arn] = [textField(scope, 'issuerType'), textField(scope, 'credentialsIssuedTo') ?? '']
  const found = HOLDERS.find(([name, , form]) => name === issuer && form.test(arn))
  return found === undefined ? [] : [[found[1], arn]]
}

/** `webIdFederationData: {}` says that the session came from no web identity; left out, it says nothing. */
function federation(context: JsonObject): readonly ContextEntry[] {
  const data = field(context, 'webIdFederationData')
  const provider = textField(data, 'federatedProvider')
  if (provider !== undefined) return [['aws:FederatedProvider', provider]]
  return isObject(data) && Object.keys(data).length === 0 ? [['aws:FederatedProvider', null]] : []
}
