import { getRequestListener, type HttpBindings } from '@hono/node-server'
import { type Context, Hono } from 'hono'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isUserError, UserError } from '../errors.ts'
import { bodyOf, statusOf } from './fault-body.ts'
import { type Guard, isLoopback, openGuard } from './guard.ts'
import { CallerGone, readBody } from './read-body.ts'
import { type Answer, faultAnswer, HttpFault, json, type Route, type Services } from './route.ts'
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
    listenerOf(options, guard),
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

/** Refuses who may not ask at all before anything of the request is looked at. */
function listenerOf(
  options: ServerOptions,
  guard: Guard,
): (request: IncomingMessage, response: ServerResponse) => void {
  const { services } = options
  const app = appOf(guard, services)
  const listener = getRequestListener(app.fetch, {
    overrideGlobalObjects: false,
    autoCleanupIncoming: false,
    errorHandler: () => responseOf(faultAnswer(UNREADABLE_PATH)),
  })
  return (request, response) => {
    // `requestTimeout` bounds how long the question may take to arrive.
    request.socket.setTimeout(0)
    begun.set(response, performance.now())
    try {
      guard.checkCaller(request)
    } catch (error) {
      const answer = answerOf(error, services)
      count(request, response, '(page)', answer.status, services)
      request.resume()
      response.writeHead(answer.status, headersOf(answer)).end(answer.body)
      return
    }
    void listener(request, response)
  }
}

/** When each request came. */
const begun = new WeakMap<ServerResponse, number>()

function count(
  { method }: IncomingMessage,
  response: ServerResponse,
  path: string,
  status: number,
  { metrics }: Services,
): void {
  const seconds = (performance.now() - (begun.get(response) ?? performance.now())) / SECONDS
  metrics.observe(path, knownMethod(method), status, seconds)
}

const UNREADABLE_PATH = new HttpFault(
  400,
  'http/not-found',
  'the path cannot be read',
  'the paths are in /openapi.json',
)

interface Env {
  readonly Bindings: HttpBindings
}

/** Every route with its path; then what the other methods of the paths are told; then the files of the page. */
function appOf(guard: Guard, services: Services): Hono<Env> {
  const app = new Hono<Env>()
  const finished = ({ env }: Context<Env>, path: string, answer: Answer): Response => {
    count(env.incoming, env.outgoing, path, answer.status, services)
    return sent(env, answer)
  }
  for (const route of ROUTES)
    app.on(route.method, honoPath(route.path), async (context) =>
      finished(context, route.path, await answered(context, route, guard, services)),
    )
  for (const path of new Set(ROUTES.map((route) => route.path)))
    app.all(honoPath(path), (context) => finished(context, '(page)', faultAnswer(wrongMethod(path))))
  app.notFound((context) => {
    const { incoming } = context.env
    const isRead = incoming.method === 'GET' || incoming.method === 'HEAD'
    const page = isRead ? pageFile({ request: incoming, url: new URL(context.req.url) }) : undefined
    return finished(context, page === undefined ? '(none)' : '(page)', page ?? faultAnswer(NOTHING_THERE))
  })
  return app
}

/** `/api/denials/:eventId` */
const honoPath = (path: string): string => path.replaceAll(/\{(\w{1,40})\}/g, ':$1')

const NOTHING_THERE = new HttpFault(
  404,
  'http/not-found',
  'there is nothing at this path',
  'the paths are in /openapi.json',
)

/** RFC 9110, 15.5.6: the answer must say what the path takes. */
function wrongMethod(path: string): HttpFault {
  const takes = ROUTES.filter((route) => route.path === path).map(({ method }) => method)
  const allowed = takes.join(', ')
  const allow = allowed.replace('GET', 'GET, HEAD')
  return new HttpFault(405, 'http/wrong-method', `this path takes ${allowed}`, `send ${allowed}`, { allow })
}

async function answered({ req, env }: Context<Env>, route: Route, guard: Guard, services: Services): Promise<Answer> {
  const { incoming, outgoing } = env
  try {
    if (route.open !== true) guard.checkToken(incoming)
    const url = new URL(req.url)
    checkQuery(route, url)
    const gone = new AbortController()
    outgoing.once('close', () => gone.abort())
    const body = () => readBody(incoming, route.maxBodyBytes ?? 0)
    const asking = { request: incoming, url, parts: req.param(), body, signal: gone.signal }
    return await route.handle(asking, services)
  } catch (error) {
    return answerOf(error, services)
  }
}

function answerOf(error: unknown, { logBug }: Services): Answer {
  if (error instanceof CallerGone) return json(CALLER_GONE, {})
  if (error instanceof HttpFault) return faultAnswer(error)
  if (!isUserError(error)) logBug(error instanceof Error ? (error.stack ?? error.message) : String(error))
  return json(statusOf(error), bodyOf(error))
}

const knownMethod = (method = ''): string => (['GET', 'HEAD', 'POST'].includes(method) ? method : 'other')

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

/** The answer of a question that is over: from now on its caller may not be slow. */
function sent({ incoming }: HttpBindings, answer: Answer): Response {
  incoming.socket.setTimeout(SLOWEST_CONNECTION)
  // What is left of a refused body is taken in, or the next request on this connection would not be read.
  incoming.resume()
  return responseOf(answer)
}

function responseOf(answer: Answer): Response {
  const { status, body } = answer
  return new Response(status === 304 ? null : (body as string), { status, headers: headersOf(answer) })
}

function headersOf({ status, type, body, headers }: Answer): Readonly<Record<string, string>> {
  const retry = status === 503 ? { 'retry-after': '1' } : {}
  const asked = status === 401 ? { 'www-authenticate': 'Bearer' } : {}
  const isWhole = typeof body === 'string' || body instanceof Uint8Array
  const length = status === 304 || !isWhole ? {} : { 'content-length': String(Buffer.byteLength(body)) }
  return { ...HEADERS, 'content-type': type, ...length, ...retry, ...asked, ...headers }
}
