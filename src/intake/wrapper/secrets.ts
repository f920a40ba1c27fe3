import { memoizeRecent } from '../memoize-recent.ts'

const SECRET_QUERY =
  /[?&](?:X-Amz-(?:Signature|Security-Token|Credential|Algorithm)|AWSAccessKeyId|Signature|[\w-]{0,20}token|[\w-]{0,20}secret|[\w-]{0,10}password|sig|api_?key)=/i

/** A URL without its query and fragment where the query carries a credential: no output field repeats one. */
export function withoutSecrets(value: string): string {
  if (!value.includes('?') || !SECRET_QUERY.test(value)) return value
  return value.slice(0, value.indexOf('?'))
}

const REDACTED = '[redacted]'

/**
 * Credentials in any text: parameters of presigned URLs, authorization headers and their signatures, session tokens,
 * secret keys, bearer tokens. Each pattern keeps what names the credential in its first group.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-signing-elements.html
 */
const SECRETS = [
  /([?&;](?:X-Amz-(?:Signature|Security-Token|Credential)|AWSAccessKeyId|Signature|(?:access_|id_|session)?token)=)[^&\s"'<>]{1,4000}/gi,
  /(AWS4-(?:HMAC|ECDSA-P256)-SHA256\s{0,4},?\s{0,4})Credential=[^"'\n]{1,1500}?Signature=[0-9a-f]{1,300}/gi,
  /((?:authorization|x-amz-security-token|aws_?session_?token|session_?token|(?:aws_)?secret_?(?:access_?)?key)["']?\s{0,3}[:=]\s{0,3}b?["']?(?:(?:Basic|Bearer|AWS)\s{1,3})?)[A-Za-z0-9/+=%:._~-]{8,4000}/gi,
  /(\bBearer\s{1,3})[A-Za-z0-9._~+/=-]{12,4000}/gi,
  /()\b(?:FwoGZXIvYXdz|FQoGZXIvYXdz|IQoJb3JpZ2lu|AQoDYXdz|AQoEXAMPLE)[A-Za-z0-9/+=%]{16,4000}/g,
  /()\beyJ[\w-]{10,2000}\.[\w-]{10,4000}\.[\w-]{10,1000}/g,
] as const

/**
 * Sign of a secret, which every pattern of secrets has in it, the names `aws:TokenIssueTime` and `authorizationId` apart.
 * Most texts have none of these, and one look passes them over. An algorithm's name without a credential behind it is none
 * either.
 */
const SIGN_OF_SECRET =
  /[?&;](?:X-Amz-|AWSAccessKeyId=|Signature=)|token(?!IssueTime)|AWS4-[A-Z\d-]{10,20}\s{0,4},?\s{0,4}Credential=|authorization(?!Id)|secret|bearer|FwoGZXIv|FQoGZXIv|IQoJb3Jp|AQoDYXdz|AQoEXAMPLE|eyJ/i

/** No credential, with what names it, is shorter. */
const SHORTEST = 16

const isSuspect = (text: string): boolean => text.length >= SHORTEST && SIGN_OF_SECRET.test(text)

/** The text with every credential in it replaced. */
export function redacted(text: string): string {
  if (!isSuspect(text)) return text
  let safe = text
  for (const pattern of SECRETS) safe = safe.replace(pattern, `$1${REDACTED}`)
  return safe
}

/** Fields that are ciphertext to everyone without `sts:DecodeAuthorizationMessage` and must stay whole (R-MSG-20). */
const WHOLE = new Set(['encodedMessage', 'extendedRequestId', 'requestId', 'eventId', 'sharedEventId'])

const MAX_DEPTH = 12

/** The value with credentials redacted in every text below it, names included. */
export function withoutCredentials<T>(value: T): T {
  return hasSign(value, 0) ? (deep(value, 0) as T) : value
}

/** Whether any text that `deep` would look at has such a sign. */
function hasSign(value: unknown, depth: number): boolean {
  if (typeof value === 'string') return isSuspect(value)
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return false
  if (Array.isArray(value)) return someHaveSign(value, depth + 1)
  const holder = value as Readonly<Record<string, unknown>>
  for (const key in holder)
    if ((key.length >= SHORTEST && isSuspectName(key)) || (!WHOLE.has(key) && hasSign(holder[key], depth + 1)))
      return true
  return false
}

/** A function of its own: with a closure in it, `hasSign` would make an object for each text. */
const someHaveSign = (values: readonly unknown[], depth: number): boolean =>
  values.some((value) => hasSign(value, depth))

/** Names come again with every record, values do not. */
const isSuspectName = memoizeRecent(isSuspect)

function deep(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return redacted(value)
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return value
  if (Array.isArray(value)) return value.map((one) => deep(one, depth + 1))
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [redacted(key), WHOLE.has(key) ? one : deep(one, depth + 1)]),
  )
}
