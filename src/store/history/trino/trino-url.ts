import { UserError } from '../../../errors.ts'

/** A Trino cluster and who asks it. */
export interface TrinoPlace {
  /** Scheme, host and port. */
  readonly origin: string
  readonly user: string
  readonly catalog: string
  readonly schema: string
  /** The header `Authorization`; undefined: none is sent. */
  readonly authorization: string | undefined
  /** How long a query may take. */
  readonly timeoutSeconds: number
  /** For messages; holds no secret. */
  readonly name: string
}

type Env = Readonly<Record<string, string | undefined>>

const DEFAULT_TIMEOUT_SECONDS = 1800

/**
 * Reads `trino://[USER@]HOST[:PORT]/CATALOG/SCHEMA[?tls=false&timeout=SECONDS]` (docs/history.md). Secrets come from
 * DENYTRACE_TRINO_TOKEN (a bearer token) or DENYTRACE_TRINO_PASSWORD, and go nowhere without TLS but to this machine.
 */
export function trinoPlace(text: string, env: Env): TrinoPlace {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || url.protocol !== 'trino:' || url.hostname === '') throw wrong('it has no host')
  if (url.password !== '') throw wrong('a password in a URL is seen by others', 'set DENYTRACE_TRINO_PASSWORD instead')
  const parts = url.pathname.split('/').slice(1).map(decoded)
  const [catalog, schema] = parts
  if (parts.length !== 2 || !isName(catalog) || !isName(schema)) throw wrong('it must end in a catalog and a schema')
  const isHere = HERE.includes(url.hostname)
  const isTls = isTlsOf(url, isHere)
  const user = decoded(url.username) || env['USER'] || 'denytrace'
  const authorization = authorizationOf(user, env)
  if (authorization !== undefined && !isTls && !isHere)
    throw wrong('a token or password would cross the network in clear text', 'leave out `tls=false`')
  const port = url.port === '' ? (isTls ? '443' : '8080') : url.port
  return {
    origin: `${isTls ? 'https' : 'http'}://${url.hostname}:${port}`,
    user,
    catalog,
    schema,
    authorization,
    timeoutSeconds: secondsOf(url.searchParams.get('timeout')),
    name: `trino://${url.hostname}:${port}/${catalog}/${schema}`,
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw wrong('a `%` in it begins no character of a URL', 'write a `%` itself as `%25`')
  }
}

const HERE = ['127.0.0.1', 'localhost', '[::1]']

/** Names that need no quotes in SQL. */
const isName = (text: string | undefined): text is string => text !== undefined && /^[a-z_][a-z0-9_]{0,127}$/.test(text)

function isTlsOf({ searchParams }: URL, isHere: boolean): boolean {
  for (const name of searchParams.keys())
    if (name !== 'tls' && name !== 'timeout') throw wrong(`it has no setting \`${name}\``)
  const tls = searchParams.get('tls')
  if (tls !== null && tls !== 'true' && tls !== 'false') throw wrong('`tls` is `true` or `false`')
  return tls === null ? !isHere : tls === 'true'
}

function secondsOf(text: string | null): number {
  const seconds = Number(text ?? DEFAULT_TIMEOUT_SECONDS)
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= 86_400) return seconds
  throw wrong('`timeout` is a number of seconds, at most 86400')
}

function authorizationOf(user: string, env: Env): string | undefined {
  const token = env['DENYTRACE_TRINO_TOKEN']
  if (token !== undefined && token !== '') return `Bearer ${token}`
  const password = env['DENYTRACE_TRINO_PASSWORD']
  if (password === undefined || password === '') return undefined
  return `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`
}

const wrong = (why: string, hint = 'write it as `trino://USER@HOST:PORT/CATALOG/SCHEMA`'): UserError =>
  new UserError('usage/not-a-value', `\`--store\` is no address of a Trino cluster: ${why}`, hint)
