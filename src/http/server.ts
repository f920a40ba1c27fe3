import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isUserError, UserError } from '../errors.ts'
import { bodyOf, statusOf } from './fault-body.ts'
import { type Guard, isLoopback, openGuard } from './guard.ts'
import { CallerGone, readBody } from './read-body.ts'
import { type Answer, type Asking, faultAnswer, HttpFault, json, type Route, type Services } from './route.ts'
import { ROUTES } from './routes.ts'
import { pageFile } from './static-files.ts'

export interface ServerOptions {
  readonly address: string
  readonly port: number
  readonly hosts: readonly string[]
  readonly token: string | undefined
  readonly services: Services
}

export interface Listening {
  /** `http://127.0.0.1:8080/` */
  readonly url: string
  readonly close: () => Promise<void>
}

const SECONDS = 1000

/** For the counts alone, as proxies have it. */
const CALLER_GONE = 499

/** Nothing may be loaded, framed, sent or run but what the service itself serves. */
const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; " +
    "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'cache-control': 'no-store',
}

/** How long nothing may come or go on a connection, but while its question is answered, which has a time of its own. */
const SLOWEST_CONNECTION = 60 * SECONDS

export async function listen(options: ServerOptions): Promise<Listening> {
  const { address, port, hosts, token } = options
  const guard = openGuard({ isLoopback: isLoopback(address), hosts, token })
  // A caller that sends or reads slowly holds a connection for so long and no longer.
  const server = createServer(
    {
      headersTimeout: 10 * SECONDS,
      requestTimeout: 30 * SECONDS,
      keepAliveTimeout: 5 * SECONDS,
      connectionsCheckingInterval: 2 * SECONDS,
      maxHeaderSize: 16 * 1024,
    },
    (request, response) => void serve(request, response, guard, options),
  )
  server.maxConnections = 256
  server.maxHeadersCount = 64
  server.timeout = SLOWEST_CONNECTION
  await started(server, address, port)
  const { address: bound, port: at, family } = server.address() as AddressInfo
  return {
    url: `http://${family === 'IPv6' ? `[${bound}]` : bound}:${at}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function started(server: Server, address: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'another program listens there' : error.message
      reject(
        new UserError(
          'serve/not-started',
          `\`${address}\` port ${port}: ${why}`,
          'give another `--port`, or `--port 0`',
        ),
      )
    })
    server.listen({ host: address.replace(/^\[|\]$/g, ''), port }, () => resolve())
  })
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  guard: Guard,
  options: ServerOptions,
): Promise<void> {
  const { services } = options
  const start = performance.now()
  let route: Route | undefined
  let answer: Answer
  // `requestTimeout` bounds how long the question may take to arrive.
  request.socket.setTimeout(0)
  try {
    const found = find(request)
    route = found.route
    guard.check(request, found.isOpen)
    if (route !== undefined) checkQuery(route, found.url)
    answer = await found.answer(askingOf(request, response, found), services)
  } catch (error) {
    answer = answerOf(error, services)
  }
  request.socket.setTimeout(SLOWEST_CONNECTION)
  send(request, response, answer)
  const path = route?.path ?? (answer.status === 404 ? '(none)' : '(page)')
  services.metrics.observe(path, knownMethod(request.method), answer.status, (performance.now() - start) / SECONDS)
}

function answerOf(error: unknown, { logBug }: Services): Answer {
  if (error instanceof CallerGone) return json(CALLER_GONE, {})
  if (error instanceof HttpFault) return faultAnswer(error)
  if (!isUserError(error)) logBug(error instanceof Error ? (error.stack ?? error.message) : String(error))
  return json(statusOf(error), bodyOf(error))
}

const knownMethod = (method = ''): string => (['GET', 'HEAD', 'POST'].includes(method) ? method : 'other')

interface Found {
  readonly route: Route | undefined
  readonly url: URL
  readonly parts: Readonly<Record<string, string>>
  readonly isOpen: boolean
  readonly answer: (asking: Asking, services: Services) => Answer | Promise<Answer>
}

function find(request: IncomingMessage): Found {
  const url = urlOf(request.url ?? '/')
  const method = request.method === 'HEAD' ? 'GET' : request.method
  const matching = ROUTES.flatMap((route) => {
    const parts = partsOf(route.path, url.pathname)
    return parts === undefined ? [] : [{ route, parts }]
  })
  const found = matching.find(({ route }) => route.method === method)
  if (found !== undefined) {
    const { route, parts } = found
    return { route, url, parts, isOpen: route.open === true, answer: route.handle }
  }
  const page = method === 'GET' ? pageFile({ request, url }) : undefined
  if (page !== undefined) return { route: undefined, url, parts: {}, isOpen: true, answer: () => page }
  if (matching.length === 0)
    throw new HttpFault(404, 'http/not-found', 'there is nothing at this path', 'the paths are in /openapi.json')
  const allowed = matching.map(({ route }) => route.method).join(', ')
  // RFC 9110, 15.5.6: the answer must say what the path takes.
  const allow = allowed.replace('GET', 'GET, HEAD')
  throw new HttpFault(405, 'http/wrong-method', `this path takes ${allowed}`, `send ${allowed}`, { allow })
}

/** A filter that is misspelt would give everything. */
function checkQuery({ path, query = {} }: Route, url: URL): void {
  if (!path.startsWith('/api/')) return
  const unknown = [...url.searchParams.keys()].find((name) => !Object.hasOwn(query, name))
  if (unknown === undefined) return
  const known = Object.keys(query).map((name) => `\`${name}\``)
  throw new UserError(
    'usage/unknown-option',
    `this path has no parameter \`${unknown}\``,
    known.length === 0 ? 'it takes none' : `there are ${known.join(', ')}`,
  )
}

function urlOf(target: string): URL {
  try {
    return new URL(target, 'http://service.invalid')
  } catch {
    throw new HttpFault(400, 'http/not-found', 'the path cannot be read', 'the paths are in /openapi.json')
  }
}

/** The parts of a path that stand in braces in the pattern; undefined where the path is another. */
function partsOf(pattern: string, path: string): Readonly<Record<string, string>> | undefined {
  const wanted = pattern.split('/')
  const given = path.split('/')
  if (wanted.length !== given.length) return undefined
  const parts: Record<string, string> = Object.create(null)
  for (const [i, want] of wanted.entries()) {
    const part = given[i] ?? ''
    if (want.startsWith('{') && part !== '') parts[want.slice(1, -1)] = decoded(part)
    else if (want !== part) return undefined
  }
  return parts
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

function askingOf(request: IncomingMessage, response: ServerResponse, { route, url, parts }: Found): Asking {
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  const body = () => readBody(request, route?.maxBodyBytes ?? 0)
  return { request, url, parts, body, signal: gone.signal }
}

function send(request: IncomingMessage, response: ServerResponse, { status, type, body, headers }: Answer): void {
  const retry = status === 503 ? { 'retry-after': '1' } : {}
  const asked = status === 401 ? { 'www-authenticate': 'Bearer' } : {}
  response.writeHead(status, {
    ...HEADERS,
    'content-type': type,
    ...(status === 304 ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
    ...retry,
    ...asked,
    ...headers,
  })
  // What is left of a refused body is taken in, or the next request on this connection would not be read.
  request.resume()
  response.end(request.method === 'HEAD' || status === 304 ? undefined : body)
}
