import { isService } from '#iam/facts/services.ts'
import { DENIAL_CODE_PHRASES, denialCodes, isDenialCode } from '../wrapper/error-code.ts'
import type { FoundCode } from '../wrapper/foreign-code.ts'
import { readRefusedUrl } from '../wrapper/refused-url.ts'
import type { Finding } from './finding.ts'
import { COGNITO } from './cognito.ts'
import { OTHER_CLOUDS } from './other-clouds.ts'

/** curl says `The requested URL returned error: 403`, DuckDB `(HTTP 403)`, dnf `Status code: 403 for`, and no word; s3fs and s3cmd have words of their own. */
export const PLAIN_PHRASES = [
  ...DENIAL_CODE_PHRASES,
  'urlreturnederror',
  'httpresponsecode',
  'accesstobucket',
  'httpgeterror',
  'httpheaderror',
  'serveramazons',
  'returnedanonstatuscode',
  'statuscodefor',
] as const

/** Refusals of other systems, and AWS errors that look like one and are none (R-MSG-31a). */
const NOT_A_DENIAL: readonly RegExp[] = [
  // Cognito
  ...COGNITO,
  /(?:Access|Refresh|ID) Token has|Invalid (?:Access|Refresh|session)|user pool client|is not configured for secret|Unable to login/i,
  // Kubernetes RBAC
  /is forbidden: User "|cannot (?:get|list|watch|create|update|patch|delete|impersonate|escalate|bind) (?:resource|path)/i,
  // databases, file systems, SSH
  /Access denied for user '|Access is denied\.? \(os error|permission denied \(publickey|\bEACCES\b|\btls: access denied/i,
  // Azure
  /\.windows\.net|\bAzure\b|\bMicrosoft\.[A-Z]|This request is not authorized to perform/,
  // Tencent Cloud, Alibaba Cloud, Oracle Cloud
  OTHER_CLOUDS,
  // the account or Region has not signed up, model access
  /OptInRequired|SubscriptionRequired|don't have access to the model|model access|not subscribed|marketplace subscription|Region is (?:disabled|not enabled)|is not supported in this region/i,
  // Amazon Bedrock, of the account as a whole
  /\bYour account is not authorized to invoke this API operation/i,
  // IAM Identity Center, before there are credentials
  /\bwhen calling the (?:GetRoleCredentials|ListAccountRoles) operation: No access\b/,
  // the authenticator of EKS
  /\berror="ARN is not mapped"/,
  // EKS Pod Identity: the trust policy of the role of a pod refused it, not the caller
  /does not have permissions? to assume the associated role/i,
]

/** Signs that the text is about AWS. `AccessDenied` in one word is such a sign; `Access Denied` and `Forbidden` are not. */
const AWS =
  /\baws|amazon|\barn:|\bs3\b|\biam\b|\bsts\b|\bec2\b|\becr\b|\bkms\b|\bsqs\b|\bsns\b|\bssm\b|lambda|dynamodb|cloudformation|cloudfront|bedrock|boto|An error occurr?ed \(|operation error |x-amz|RequestId|HostId|AmazonS3|BucketExists|s3:\/\//i

const FORBIDDEN_CONTEXT =
  /An error occurred \((?:403|Forbidden)\)|x-amzn?-|AmazonS3|HeadObject|HeadBucket|\(Service: [^;,()]{1,60}[;,] Status Code: 403|operation error |ForbiddenException|\.execute-api\.|\bs3[.\w-]{0,40}\.amazonaws\.com|aws-sdk\/lib\/services\/|parse_aws_s3_response|Forbidden\s{1,8}status code: 403, request id: [A-Za-z0-9-]{6,80}|\bAWS::\w{1,60}::Errors::Forbidden|\bAWS error(?: code)?:\s{1,20}(?:403 )?Forbidden/i
const API_GATEWAY = /\.execute-api\.|x-amz-apigw-id|x-amzn-errortype/i
/** https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html */
const FORBIDDEN = {
  code: 'api-gateway-forbidden' as const,
  text: 'API Gateway sends this word alone for a missing or unknown API key, an AWS WAF rule, a wrong custom domain or stage, and a refusal by an authorizer; a refusal by IAM or the resource policy has a sentence.',
}

/** The answer to HEAD has no body: SDKs of Java print nothing, or `null`, in the place of the message (R-MSG-32). */
const EMPTY =
  /(?:AmazonS3|\bS3)Exception: (?:null )?\(Service: (?:Amazon )?S3[;,] Status Code: 403|AccessDeniedException: s3[an]?:\/\/[^\n]{1,2400}?AmazonS3Exception:\s{0,4}(?=$|at )/

/** s3fs prints the status and then a body that may be empty; s3cmd a sentence in the place of S3's. */
const CLIENT = /\bRequestPerform\(\d{1,5}\): HTTP response code 403\b|\bAccess to bucket '[^'\n]{1,100}' was denied/

/** The SDK for Rust prints the answer to HEAD as a structure: the status, and S3 among the headers. */
const STRUCTURE = /\bstatus: (?:StatusCode\()?403\b[^]{0,1500}?\bAmazonS3\b/

/** DuckDB of an Iceberg catalog: S3 Tables and AWS Glue. */
const CATALOG =
  /\bRequest to '[a-z0-9.-]{1,200}\.amazonaws\.com\/[^'\n]{0,1200}' returned a non-200 status code \(Forbidden_403\)/

/** As curl, DuckDB and dnf print it. */
const STATUS = /\berror: 403|\(HTTP 403\)|\bStatus code: 403 for (?=https:)/

/** S3's whole message, pasted without anything around it (R-MSG-32). */
const ALONE = /^\s{0,8}access denied\.?\s{0,8}$/i
const WORDS = /\baccess[ _]denied\b/i

/** A denial that says no more than its code, or `Access Denied` in an AWS context (R-MSG-31, 5; R-MSG-32). */
export function readPlainDenial(window: string, base: number): Finding | undefined {
  const text = window.replaceAll('\n', ' ')
  if (NOT_A_DENIAL.some((pattern) => pattern.test(text))) return undefined
  const request = readRefusedUrl(window)
  const coded = denialCodes(text).find(
    ({ code }) => counts(code, text) || (code === 'Forbidden' && request !== undefined),
  )
  if (coded !== undefined) {
    const finding = { ...found(coded.code, base + coded.at, coded.code.length), ...actionBehind(text, coded) }
    if (request !== undefined && (coded.code === 'Forbidden' || /<Code>\s{0,8}$/.test(text.slice(0, coded.at))))
      return { ...finding, request }
    return coded.code.startsWith('Forbidden') && API_GATEWAY.test(text) ? { ...finding, notes: [FORBIDDEN] } : finding
  }
  const status = request === undefined ? null : STATUS.exec(text)
  if (request !== undefined && status !== null)
    return { ...found('403', base + status.index, status[0].length), request }
  const empty = EMPTY.exec(text)
  if (empty !== null) return found(null, base + empty.index, empty[0].length)
  const client = CLIENT.exec(text)
  if (client !== null) return found(null, base + client.index, client[0].length)
  const catalog = CATALOG.exec(text)
  if (catalog !== null) return found(null, base + catalog.index, catalog[0].length)
  const structure = STRUCTURE.exec(text)
  if (structure !== null) return found(null, base + structure.index, 'status: 403'.length)
  const bare = /An error occurred \((?<code>403|AccessDenied|Forbidden)\)/.exec(text)
  if (bare !== null) return found(bare.groups?.['code'] ?? null, base + bare.index, bare[0].length)
  if (base === 0 && ALONE.test(text)) return found(null, 0, window.trimEnd().length)
  const words = WORDS.exec(text)
  return words !== null && AWS.test(text) ? found(null, base + words.index, words[0].length) : undefined
}

/** A word in the place of an error code, not in a sentence or an HTTP status line. */
const AS_CODE =
  /An error occurred \((?:\w{0,20}Unauthorized|NotAuthorized|ForbiddenError|AuthorizationFailure)|(?:<Code>|api error |Error Code: |"(?:__type|code|errorType)"\s?:\s?")(?:Unauthorized|NotAuthorized|ForbiddenError|AuthorizationFailure)/i

/** `Forbidden` and `Unauthorized` are everyone's words; the compound codes are AWS's. */
function counts(code: string, text: string): boolean {
  if (code === 'Forbidden') return FORBIDDEN_CONTEXT.test(text)
  if (/^(?:Unauthorized|NotAuthorized|UnauthorizedError|ForbiddenError|AuthorizationFailure)$/.test(code))
    return AS_CODE.test(text)
  return isDenialCode(code)
}

/** `AccessDenied: s3:PutObject`, `AccessDenied on iam:TagRole`: what is left when somebody writes the error down. */
const BEHIND = /^["'`*]{0,3}(?::| on| for) {1,2}["'`]?(?<action>(?<service>[a-z0-9-]{2,40}):[A-Z][A-Za-z]{2,80})\b(?!:)/

function actionBehind(text: string, { code, at }: FoundCode): { action: string } | undefined {
  const { action, service } = BEHIND.exec(text.slice(at + code.length, at + code.length + 140))?.groups ?? {}
  return action !== undefined && service !== undefined && isService(service) ? { action } : undefined
}

const found = (code: string | null, from: number, length: number): Finding => ({
  kind: 'aws-access-denied',
  reader: 'error-code',
  from,
  to: from + length,
  code,
})
