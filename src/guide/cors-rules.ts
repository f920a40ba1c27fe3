/** The CORS protocol of the Fetch standard, as far as an answer can be held against it: https://fetch.spec.whatwg.org/#http-cors-protocol */

export interface CorsRequest {
  readonly url: string
  /** As the browser sends it: scheme, host and port, or `null`. */
  readonly origin: string
  readonly method: string
  /** What the script sets; a value may be empty where only the name is known. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly credentials: boolean
}

export interface CorsAnswer {
  readonly status: number
  /** Names in lower case; several of one name are joined by `, `. */
  readonly headers: ReadonlyMap<string, string>
}

export interface CorsFinding {
  readonly step: 'preflight' | 'request'
  readonly level: 'fails' | 'note'
  /** The header of the answer that is at fault; `null`: it is something else. */
  readonly header: string | null
  readonly got: string | null
  /** What would do. */
  readonly needed: string
  readonly text: string
  readonly rule: string
}

const SPEC = 'https://fetch.spec.whatwg.org/#'
const NORMALIZED = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'POST', 'PUT']
const SAFE_METHODS = ['GET', 'HEAD', 'POST']
const SAFE_TYPES = ['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain']
const MAX_SAFE_VALUE = 128

/** Six methods are written in capitals whatever the script says; `patch` stays `patch` (#concept-method-normalize). */
export const normalizedMethod = (method: string): string =>
  NORMALIZED.includes(method.toUpperCase()) ? method.toUpperCase() : method

/** Names, sorted and in lower case, of the headers that need a preflight (#cors-unsafe-request-header-names). */
export const unsafeHeaders = (request: CorsRequest): readonly string[] =>
  [...new Set(request.headers.filter((header) => !isSafe(header)).map(([name]) => name.toLowerCase()))].toSorted()

function isSafe([name, value]: readonly [string, string]): boolean {
  if (value.length > MAX_SAFE_VALUE) return false
  switch (name.toLowerCase()) {
    case 'accept':
    case 'accept-language':
    case 'content-language':
      return true
    case 'content-type':
      // A name without a value: taken for JSON, which is what people mean.
      return SAFE_TYPES.includes((value.split(';')[0] ?? '').trim().toLowerCase())
    case 'range':
      return /^bytes=\d+-\d*$/.test(value)
    default:
      return false
  }
}

/** Why the browser asks first; empty: it does not. */
export function preflightReasons(request: CorsRequest): readonly string[] {
  const method = SAFE_METHODS.includes(request.method) ? [] : [`the method ${request.method}`]
  return [...method, ...unsafeHeaders(request).map((name) => `the header ${name}`)]
}

/** The headers of the preflight. */
export function preflightHeaders(request: CorsRequest): readonly (readonly [string, string])[] {
  const names = unsafeHeaders(request)
  return [
    ['Origin', request.origin],
    ['Access-Control-Request-Method', request.method],
    ...(names.length === 0 ? [] : [['Access-Control-Request-Headers', names.join(',')] as const]),
  ]
}

/** All that makes the browser refuse after the preflight (#cors-preflight-fetch). */
export function judgePreflight(request: CorsRequest, answer: CorsAnswer): readonly CorsFinding[] {
  return [
    ...statusFindings(answer),
    ...judgeSharing(request, answer, 'preflight'),
    ...methodFindings(request, answer),
    ...headerFindings(request, answer),
  ]
}

function statusFindings({ status, headers }: CorsAnswer): readonly CorsFinding[] {
  if (status >= 200 && status <= 299) return []
  const isRedirect = status >= 300 && status <= 399
  const to = headers.get('location')
  const text = isRedirect
    ? `the preflight is redirected${to === undefined ? '' : ` to ${to}`}: browsers do not follow it`
    : `the preflight is answered with ${status}: whoever answers must let OPTIONS through without a login`
  return [
    {
      step: 'preflight',
      level: 'fails',
      header: null,
      got: String(status),
      needed: 'a status from 200 to 299',
      text,
      rule: `${SPEC}cors-preflight-fetch`,
    },
  ]
}

const ORIGIN = 'Access-Control-Allow-Origin'
const CREDENTIALS = 'Access-Control-Allow-Credentials'

/** Whether the answer may be shared with the origin (#cors-check). */
export function judgeSharing(
  request: CorsRequest,
  answer: CorsAnswer,
  step: CorsFinding['step'],
): readonly CorsFinding[] {
  const got = answer.headers.get('access-control-allow-origin')
  const finding = (header: string, value: string | undefined, needed: string, text: string): CorsFinding => ({
    step,
    level: 'fails',
    header,
    got: value ?? null,
    needed,
    text,
    rule: `${SPEC}cors-check`,
  })
  if (got === undefined) return [finding(ORIGIN, got, request.origin, `there is no ${ORIGIN}`)]
  if (got === '*' && !request.credentials) return []
  if (got === '*')
    return [finding(ORIGIN, got, request.origin, 'with credentials `*` stands for no origin: name the one that asked')]
  if (got !== request.origin) return [finding(ORIGIN, got, request.origin, whyOther(got, request.origin))]
  const allowed = answer.headers.get('access-control-allow-credentials')
  const credentials =
    request.credentials && allowed !== 'true'
      ? [finding(CREDENTIALS, allowed, 'true', 'credentials are sent, and it is not exactly `true`')]
      : []
  return [...credentials, ...varyFindings(answer, step)]
}

function whyOther(got: string, origin: string): string {
  if (got.includes(','))
    return 'there are several values: it is set twice, by the application and by what stands before it'
  if (got.toLowerCase() === origin.toLowerCase()) return 'it differs in letter case, and the comparison is exact'
  if (got === `${origin}/`) return 'it ends in a slash, and an origin has none'
  if (got.replace(/^https?:/, '') === origin.replace(/^https?:/, '')) return 'it has the other scheme'
  return 'it names another origin'
}

/** A cache that does not know that the answer depends on the origin gives it to the next one. */
function varyFindings(answer: CorsAnswer, step: CorsFinding['step']): readonly CorsFinding[] {
  const vary = answer.headers.get('vary')
  const names = (vary ?? '').split(',').map((name) => name.trim().toLowerCase())
  if (step === 'preflight' || names.includes('origin') || names.includes('*')) return []
  return [
    {
      step,
      level: 'note',
      header: 'Vary',
      got: vary ?? null,
      needed: 'Origin',
      text: 'one origin is named and `Vary: Origin` is missing: a cache may give this answer to another origin',
      rule: `${SPEC}cors-protocol-and-http-caches`,
    },
  ]
}

const listOf = (value: string | undefined): readonly string[] =>
  (value ?? '')
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')

function methodFindings(request: CorsRequest, { headers }: CorsAnswer): readonly CorsFinding[] {
  const got = headers.get('access-control-allow-methods')
  const methods = listOf(got)
  const isWild = methods.includes('*') && !request.credentials
  if (methods.includes(request.method) || SAFE_METHODS.includes(request.method) || isWild) return []
  const near = methods.find((method) => method.toLowerCase() === request.method.toLowerCase())
  const text =
    near !== undefined
      ? `it has \`${near}\`, and methods are compared exactly`
      : methods.includes('*')
        ? 'with credentials `*` is a method of that name'
        : `it does not have ${request.method}`
  return [
    {
      step: 'preflight',
      level: 'fails',
      header: 'Access-Control-Allow-Methods',
      got: got ?? null,
      needed: request.method,
      text,
      rule: `${SPEC}cors-preflight-fetch`,
    },
  ]
}

function headerFindings(request: CorsRequest, { headers }: CorsAnswer): readonly CorsFinding[] {
  const got = headers.get('access-control-allow-headers')
  const names = listOf(got).map((name) => name.toLowerCase())
  const isWild = names.includes('*') && !request.credentials
  return unsafeHeaders(request)
    .filter((name) => !names.includes(name) && !(isWild && name !== 'authorization'))
    .map((name) => ({
      step: 'preflight',
      level: 'fails',
      header: 'Access-Control-Allow-Headers',
      got: got ?? null,
      needed: name,
      text: !names.includes('*')
        ? `it does not have ${name}`
        : name === 'authorization'
          ? '`*` never stands for authorization: it must be named'
          : 'with credentials `*` is a header of that name',
      rule: `${SPEC}${name === 'authorization' ? 'cors-non-wildcard-request-header-name' : 'cors-preflight-fetch'}`,
    }))
}
