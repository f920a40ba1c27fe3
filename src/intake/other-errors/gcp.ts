import type { Finding } from './finding.ts'

/** Letters by which a Google Cloud denial is found (R-MSG-31, 2). */
export const GCP_PHRASES = [
  'permissiondenied',
  'iampermissiondenied',
  'doesnothave',
  'deniedon',
  'googleapi',
  'gcloud',
  'gserviceaccountcom',
  'googleapiscom',
  'constraintconstraints',
  'permissionfor',
  'prohibitedbyorganization',
  'vpcservicecontrols',
  'accessdeniedexception',
  'youneedthe',
] as const

/** Databricks has a `PERMISSION_DENIED` of its own, of Unity Catalog. */
const MARKER =
  /"domain"\s{0,3}:\s{0,3}"[a-z.]{0,60}googleapis\.com"|Required ['"][a-z]\w{1,40}(?:\.\w{1,60}){2,4}['"] permission for|Constraint constraints\/|googleapi|google\.api_core|\bgcloud\.|gserviceaccount\.com|googleapis\.com|(?<!UnauthorizedAccessException: )PERMISSION_DENIED|code = PermissionDenied|Google Cloud|\bgs:\/\/|\bGCS\b|does not have [a-z]\w{1,40}\.\w{1,60}\.\w{1,60} (?:access|permission)|[Pp]ermission ['"]?[a-z]\w{1,40}\.\w{1,60}\.\w{1,60}['"]? denied|vpcServiceControlsUniqueId|VPC Service Controls|[Yy]ou need the ['"`]?[a-z]\w{1,40}\.\w{1,60}\.\w{1,60}['"`]? permission/
const REFUSED =
  /(?<!UnauthorizedAccessException: )PERMISSION_DENIED|code = PermissionDenied|[Yy]ou need the ['"`]?[a-z]\w{1,40}\.\w{1,60}\.\w{1,60}['"`]? permission|does not have (?:[\w.]{3,120} )?(?:access|permission)|[Pp]ermission ['"]?[\w./]{3,120}['"]? denied|Error 403|\bForbidden: 403|\b403\b[^\n]{0,60}[Ff]orbidden|Required ['"]?[\w.]{3,120}['"]? permission|lacks? (?:the )?(?:IAM )?permission|[Mm]issing (?:IAM )?(?:necessary )?permission|prohibited by organization|Constraint constraints\/[\w.]{3,120} violated|violates VPC Service Controls/

/** gsutil puts the status behind its exception's name, which is a name of AWS's too. It speaks to S3 as well. */
const GSUTIL = /\bAccessDeniedException: 403\b(?! (?:Access|Invalid|Signature|Request))/
const GSUTIL_SIGN =
  /\bgsutil\b|\bgcloud (?:auth|config|storage)\b|\bgs:\/\/|403 You must verify site|Google Cloud|\bGCS\b|googleapis\.com/

const PERMISSION = [
  /[Pp]ermission ['"]?(?<permission>[a-z]\w{1,40}(?:\.\w{1,60}){1,4})['"]? denied/,
  /does not have (?<permission>[a-z]\w{1,40}(?:\.\w{1,60}){1,4}) (?:access|permission)/,
  /Required ['"]?(?<permission>[a-z]\w{1,40}(?:\.\w{1,60}){1,4})['"]? permission/,
  /"permission"\s{0,3}:\s{0,3}"(?<permission>[a-z]\w{1,40}(?:\.\w{1,60}){1,4})"/,
  /(?:[Mm]issing|[Ll]acks?|requires?|[Nn]eeds?) (?:the )?(?:IAM )?(?:necessary )?permissions?:? ['"]?(?<permission>[a-z]\w{1,40}(?:\.\w{1,60}){1,4})/,
  /(?:requires?|[Yy]ou need) (?:the )?['"`]?(?<permission>[a-z]\w{1,40}(?:\.\w{1,60}){1,4})['"`]? permission/,
]

const RESOURCE = [
  /"resource(?:Name)?"\s{0,3}:\s{0,3}"(?<resource>[^"\n]{3,400})"/,
  /violated for (?:project |folder |organization )?(?<resource>[\w./:-]{3,200})/,
  /denied on (?:(?!\(or)[a-z]{1,20} ){0,3}['"]?(?<resource>(?!\(or\b|resource\b)[^\s'"`(),]{3,400})/,
  /denied for (?:the )?resource ['"]?(?<resource>[^\s'"`(),]{3,400})/,
  /permission for ['"](?<resource>[^'"]{3,400})['"]/,
  /permission to (?:see|access|use|get|view) (?:[a-z]{2,20} ){1,3}['"]?(?<resource>(?:[\w.-]{1,60}\/|projects\/)[^\s'"`():,]{2,300})/,
  /does not have [\w.]{3,120} access to (?:the )?(?:[a-z]{2,20} ){0,3}['"]?(?<resource>(?!Google\b|the\b)[\w-]{1,100}[/.:][^\s'"`(),]{1,300})/,
  /permission(?:s)? on (?:the )?(?:[a-z]{2,20} ){0,2}['"](?<resource>[^'"]{3,400})['"]/,
  /permission to access [a-z]{2,40} instance \[(?<resource>[^\]:]{1,200})/,
  /permission in project ['"]?(?<resource>[a-z][\w:-]{3,60})/,
  /permission(?:s)? on (?:the )?(?:[a-z]{2,20} ){0,2}(?<resource>projects\/[^\s'"`(),]{3,400})/,
]

const PRINCIPAL = [
  /authenticated as:? {1,4}['"[]?(?<principal>[\w.+*<>-]{1,120}@[\w.*<>-]{1,160})/,
  /['"[]?(?<principal>[\w.+*<>-]{1,120}@[\w.*<>-]{1,160})['"\]]? (?:does not have|lacks|is missing|needs)/,
  // "Denied on service account X" names what is acted on, not who asks.
  /(?<!\b(?:on|for|of|impersonate|act as) (?:the )?)\b(?:[Uu]ser|[Ss]ervice account|[Pp]rincipal):? {1,4}['"[]?(?<principal>[\w.+*<>-]{1,120}@[\w.*<>-]{1,160})/,
  /\b(?<principal>USER|User {1,4}<[^<>]{1,60}>) does not have/,
]

/** An AWS principal, or an AWS SDK's exception: Trino and Athena have a `PERMISSION_DENIED` too. */
const OF_AWS = /\barn:|User: |\(Service: |\bcom\.amazonaws\.|\bsoftware\.amazon\./

/** A refusal by Google Cloud IAM in a window of cleaned text; never where the same paragraph speaks of an AWS principal. */
export function readGcp(window: string, base: number): Finding | undefined {
  const text = window.replace(/\s{1,400}/g, ' ')
  const isOfGsutil = GSUTIL.test(text) && GSUTIL_SIGN.test(text)
  const refused = REFUSED.test(window.replace(/[ \t]{1,200}/g, ' ')) && MARKER.test(text)
  if (!refused && !isOfGsutil) return undefined
  if (window.split(/\n[ \t]*\n/).some((part) => REFUSED.test(part) && OF_AWS.test(part))) return undefined
  const permission = firstGroup(PERMISSION, text, 'permission')
  return {
    kind: 'gcp-permission-denied',
    reader: 'gcp',
    from: base,
    to: base + window.trimEnd().length,
    code: /PERMISSION_DENIED/.test(text) ? 'PERMISSION_DENIED' : null,
    principal: principalOf(firstGroup(PRINCIPAL, text, 'principal')),
    action: permission !== null && !permission.includes('googleapis') && permission.includes('.') ? permission : null,
    resource: firstGroup(RESOURCE, text, 'resource')?.replace(/[.;]{1,3}$/, '') ?? null,
    details: detailsOf(text),
  }
}

/** By it the log entry of a perimeter's refusal is found. */
const PERIMETER_ID = /vpcServiceControlsUniqueId(?:entifier)?["']?\s{0,3}[:=]\s{0,3}["']?(?<id>[\w-]{6,80})/

/** Details of a REST error body: `google.rpc.Status` and its `ErrorInfo`. https://cloud.google.com/apis/design/errors */
function detailsOf(text: string): Readonly<Record<string, string | null>> {
  const perimeterId = PERIMETER_ID.exec(text)?.groups?.['id'] ?? null
  const status = /"status"\s{0,3}:\s{0,3}"(?<status>[A-Z_]{3,40})"/.exec(text)?.groups?.['status']
  const reasons = [...text.matchAll(/"reason"\s{0,3}:\s{0,3}"(?<reason>[\w-]{3,80})"/g)]
  const reason = reasons.at(-1)?.groups?.['reason']
  return {
    policyKind: policyKind(text),
    ...(status === undefined ? {} : { status }),
    ...(reason === undefined ? {} : { reason }),
    ...(perimeterId === null ? {} : { perimeterId }),
  }
}

function firstGroup(patterns: readonly RegExp[], text: string, name: string): string | null {
  for (const pattern of patterns) {
    const value = pattern.exec(text)?.groups?.[name]
    if (value !== undefined) return value
  }
  return null
}

const principalOf = (text: string | null): string | null =>
  text === null ? null : text.replace(/^User {1,4}(?=<)/, '').replace(/[.\]]{1,3}$/, '')

/** A service account by its mail's domain; a mail or the word `user` is a user. */
export function gcpPrincipalType(principal: string): 'service-account' | 'user' | 'unknown' {
  if (principal.includes('gserviceaccount.com')) return 'service-account'
  return principal.includes('@') || /user/i.test(principal) ? 'user' : 'unknown'
}

function policyKind(text: string): string | null {
  if (
    /vpcServiceControls|VPC_SERVICE_CONTROLS|SECURITY_POLICY_VIOLATED|VPC Service Controls|prohibited by organization's policy/i.test(
      text,
    )
  )
    return 'vpc-service-controls'
  if (/constraints\/[\w.]{3,80}|Organization Policy/i.test(text)) return 'organization-policy'
  return /deny polic/i.test(text) ? 'deny-policy' : null
}
