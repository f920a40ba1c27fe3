import {
  type CorsAnswer,
  type CorsFinding,
  type CorsRequest,
  judgePreflight,
  judgeSharing,
  normalizedMethod,
  preflightHeaders,
  preflightReasons,
} from '#guide/cors-rules.ts'
import { UserError } from '../errors.ts'

export interface CorsExchange {
  readonly step: 'preflight' | 'request'
  readonly url: string
  readonly origin: string
  readonly status: number | null
  /** The headers of the answer that bear on it. */
  readonly headers: Readonly<Record<string, string>>
}

/** Result of `guide cors --url` (docs/json.md). */
export interface CorsReport {
  readonly schemaVersion: 1
  readonly url: string
  readonly origin: string
  readonly method: string
  readonly credentials: boolean
  readonly passes: boolean
  /** Why the browser asks first; empty: it does not. */
  readonly preflightBecause: readonly string[]
  readonly exchanges: readonly CorsExchange[]
  readonly findings: readonly CorsFinding[]
  /** Requests that were not tried, and why. */
  readonly notTried: string | null
}

export interface CorsAsked {
  readonly url: string
  readonly origin: string
  readonly method: string | undefined
  /** `NAME` or `NAME: VALUE`. */
  readonly headers: readonly string[]
  readonly credentials: boolean
  /** Answers that were recorded, in the order in which a browser would get them; given: nothing is sent. */
  readonly answers?: readonly CorsAnswer[]
}

const SECONDS = 10
const MAX_REDIRECTS = 5
const BEARING = /^(?:access-control-|vary$|location$|server$|via$)/

type Send = (
  url: string,
  method: string,
  headers: readonly (readonly [string, string])[],
) => Promise<CorsAnswer | undefined>

/**
 * Sends what a browser would: the preflight where one is needed, and GET or HEAD itself. A method that may change something
 * is never sent; of recorded answers nothing is sent at all. No cookies are sent either: that a script would is said, and the answer judged accordingly.
 */
export async function checkCors(corsRequest: CorsAsked): Promise<CorsReport> {
  const request = requestOf(corsRequest)
  const recorded = corsRequest.answers?.slice()
  const send: Send = recorded === undefined ? sendNow : () => Promise.resolve(recorded.shift())
  const because = preflightReasons(request)
  const exchanges: CorsExchange[] = []
  const findings: CorsFinding[] = []
  const isSame = new URL(request.url).origin === request.origin
  if (!isSame && because.length > 0) {
    const answer = await send(request.url, 'OPTIONS', preflightHeaders(request))
    exchanges.push(exchangeOf('preflight', request, answer))
    findings.push(...(answer === undefined ? [unreachable('preflight')] : judgePreflight(request, answer)))
  }
  const isHarmless = request.method === 'GET' || request.method === 'HEAD'
  const passed = findings.every(({ level }) => level !== 'fails')
  const goesOn = !isSame && passed && (recorded === undefined ? isHarmless : recorded.length > 0)
  const isWhole = goesOn ? await follow(request, exchanges, findings, send, () => recorded?.length !== 0) : true
  return {
    schemaVersion: 1,
    url: request.url,
    origin: request.origin,
    method: request.method,
    credentials: request.credentials,
    passes: findings.every(({ level }) => level !== 'fails'),
    preflightBecause: isSame ? [] : because,
    exchanges,
    findings,
    notTried: goesOn ? (isWhole ? null : UNRECORDED) : notTried(isSame, passed, recorded !== undefined, request.method),
  }
}

const UNRECORDED = 'where the redirect leads: its answer was not recorded'

function notTried(isSame: boolean, passed: boolean, isRecorded: boolean, method: string): string {
  if (isSame) return 'the URL has this origin: the browser asks nobody'
  if (!passed) return 'the request itself: the preflight fails before it'
  return isRecorded
    ? `${method} itself: its answer was not recorded, and needs Access-Control-Allow-Origin too`
    : `${method} itself, since it may change something; its answer needs Access-Control-Allow-Origin too`
}

/**
 * Follows redirects as a browser does; every answer on the way is checked (#http-redirect-fetch), and where the request needs a
 * preflight, the place that it is sent on to is asked first (#concept-main-fetch). False: the answers end before the redirects do.
 */
async function follow(
  first: CorsRequest,
  exchanges: CorsExchange[],
  findings: CorsFinding[],
  send: Send,
  hasMore: () => boolean,
): Promise<boolean> {
  const ask = async (step: CorsExchange['step'], request: CorsRequest): Promise<CorsAnswer | undefined> => {
    const isPreflight = step === 'preflight'
    const headers = isPreflight
      ? preflightHeaders(request)
      : ([['Origin', request.origin], ...request.headers] as const)
    const answer = await send(request.url, isPreflight ? 'OPTIONS' : request.method, headers)
    exchanges.push(exchangeOf(step, request, answer))
    if (answer === undefined) findings.push(unreachable(step))
    else findings.push(...(isPreflight ? judgePreflight(request, answer) : judgeSharing(request, answer, step)))
    return answer
  }
  let request = first
  for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
    if (!hasMore()) return false
    const answer = await ask('request', request)
    if (answer === undefined || findings.some(({ level }) => level === 'fails')) return true
    const to = answer.headers.get('location')
    if (answer.status < 300 || answer.status > 399 || to === undefined || !URL.canParse(to, request.url)) return true
    const next = redirected(request, new URL(to, request.url), answer.status)
    if ('fails' in next) return findings.push(next.fails) > 0
    request = next
    if (preflightReasons(request).length === 0) continue
    if (!hasMore()) return false
    await ask('preflight', request)
    if (findings.some(({ level }) => level === 'fails')) return true
  }
  findings.push(
    refusedRedirect(first, `more than ${MAX_REDIRECTS} redirects`, 'fewer redirects', '#http-redirect-fetch'),
  )
  return true
}

/** The request that a redirect makes of one (#http-redirect-fetch). */
function redirected(request: CorsRequest, to: URL, status: number): CorsRequest | { readonly fails: CorsFinding } {
  if (!/^https?:$/.test(to.protocol))
    return { fails: refusedRedirect(request, `it is redirected to \`${to.protocol}\``, 'http or https') }
  if (to.username !== '' || to.password !== '')
    return {
      fails: refusedRedirect(request, 'it is redirected to a URL with a user or password', 'a URL without them'),
    }
  const here = new URL(request.url).origin
  const isOther = to.origin !== here
  // A redirect from one foreign origin to another makes the origin opaque.
  const origin = isOther && here !== request.origin ? 'null' : request.origin
  const becomesGet = (status <= 302 && request.method === 'POST') || (status === 303 && request.method !== 'HEAD')
  const kept = request.headers.filter(([name]) => !(isOther && isCredential(name)) && !(becomesGet && isOfBody(name)))
  return { ...request, url: to.href, origin, headers: kept, method: becomesGet ? 'GET' : request.method }
}

/**
 * Whether a header is not sent on to another origin. Browsers drop Authorization; what else may hold a secret they do send
 * on, and we do not: who answers there was not named by anybody who runs this.
 */
const isCredential = (name: string): boolean => /auth|cookie|token|key|secret|credential|session|signature/i.test(name)

const isOfBody = (name: string): boolean => /^content-(?:encoding|language|location|type)$/i.test(name)

const refusedRedirect = (
  request: CorsRequest,
  got: string,
  needed: string,
  place = '#http-redirect-fetch',
): CorsFinding => ({
  step: 'request',
  level: 'fails',
  header: 'Location',
  got: request.url,
  needed,
  text: `${got}: the browser ends the request`,
  rule: `https://fetch.spec.whatwg.org/${place}`,
})

const sendNow: Send = async (url, method, headers) => {
  try {
    const answer = await fetch(url, {
      method,
      headers: headers.filter(([, value]) => value !== '').map(([name, value]) => [name, value]),
      redirect: 'manual',
      signal: AbortSignal.timeout(SECONDS * 1000),
    })
    await answer.body?.cancel()
    return { status: answer.status, headers: new Map(answer.headers) }
  } catch {
    // Refused, no such name, a bad certificate, too slow: the script sees the same.
    return undefined
  }
}

const exchangeOf = (
  step: CorsExchange['step'],
  request: CorsRequest,
  answer: CorsAnswer | undefined,
): CorsExchange => ({
  step,
  url: request.url,
  origin: request.origin,
  status: answer?.status ?? null,
  headers: Object.fromEntries([...(answer?.headers ?? [])].filter(([name]) => BEARING.test(name))),
})

const unreachable = (step: CorsFinding['step']): CorsFinding => ({
  step,
  level: 'fails',
  header: null,
  got: null,
  needed: 'an answer',
  text: `there is no answer within ${SECONDS} s, or nobody there to give one: a browser shows that as CORS, and it is none`,
  rule: 'https://developer.mozilla.org/en-US/docs/Web/HTTP/Guides/CORS/Errors/CORSDidNotSucceed',
})

const requestOf = ({ url, origin, method, headers, credentials }: CorsAsked): CorsRequest => ({
  url: checkedUrl(url),
  origin: checkedOrigin(origin),
  method: checkedMethod(method ?? 'GET'),
  headers: headers.map(checkedHeader),
  credentials,
})

/** URL of a request that a browser would send; like the three below it throws a `UserError` for what no browser would send. */
export function checkedUrl(url: string): string {
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return new URL(url).href
  throw new UserError('usage/not-a-value', `\`--url ${url}\` is no http or https URL`, 'give the whole URL of the call')
}

export function checkedHeader(header: string): readonly [name: string, value: string] {
  const colon = header.indexOf(':')
  const name = (colon < 0 ? header : header.slice(0, colon)).trim()
  if (!/^[\w!#$%&'*+.^`|~-]{1,100}$/.test(name))
    throw new UserError('usage/not-a-value', `\`${header}\` names no header`, 'write `NAME` or `NAME: VALUE`')
  return [name, colon < 0 ? '' : header.slice(colon + 1).trim()]
}

export function checkedMethod(method: string): string {
  if (/^[A-Za-z][\w-]{0,30}$/.test(method)) return normalizedMethod(method)
  throw new UserError('usage/not-a-value', `\`--method ${method}\` is no method`, 'such as GET, PUT, PATCH')
}

export function checkedOrigin(origin: string): string {
  if (origin === 'null') return origin
  if (!URL.canParse(origin) || new URL(origin).origin === 'null')
    throw new UserError('usage/not-a-value', `\`--origin ${origin}\` is no origin`, 'such as https://app.example.com')
  const { origin: exact } = new URL(origin)
  if (exact === origin) return origin
  throw new UserError('usage/not-a-value', `\`--origin ${origin}\` is more than an origin`, `give \`${exact}\``)
}
