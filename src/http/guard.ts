import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import { HttpFault } from './route.ts'

/** Who may ask: by the name the service is asked under, by the page that asks, and by a token. */
export interface Guard {
  /** By the name it is asked under, and by the page that asks. */
  readonly checkCaller: (request: IncomingMessage) => void
  readonly checkToken: (request: IncomingMessage) => void
}

export interface GuardOptions {
  readonly isLoopback: boolean
  /** Names the service may be asked under besides its addresses. */
  readonly hosts: readonly string[]
  readonly token: string | undefined
}

export const isLoopback = (address: string): boolean => {
  const bare = address.replace(/^\[|\]$/g, '')
  return bare === 'localhost' || bare === '::1' || (isIP(bare) === 4 && bare.startsWith('127.'))
}

export function openGuard({ isLoopback: isLocal, hosts, token }: GuardOptions): Guard {
  const names = new Set(hosts.map((name) => name.toLowerCase()))
  const mayBeAsked = (host: string): boolean =>
    isLoopback(host) || names.has(host) || (!isLocal && isIP(host.replace(/^\[|\]$/g, '')) !== 0)
  const wanted = token === undefined ? undefined : digest(token)
  return {
    checkCaller: (request) => {
      checkHost(request, mayBeAsked)
      checkPage(request)
    },
    checkToken: (request) => {
      if (wanted !== undefined) checkToken(request, wanted)
    },
  }
}

/** A page elsewhere whose name was made to point here (DNS rebinding) asks under that name. */
function checkHost({ headers }: IncomingMessage, mayBeAsked: (host: string) => boolean): void {
  const host = hostOf(`http://${headers.host ?? ''}`)
  if (host !== undefined && mayBeAsked(host)) return
  throw new HttpFault(
    403,
    'http/wrong-host',
    `the service does not answer to \`${headers.host ?? ''}\``,
    'ask it under its address, or start it with `--allow-host NAME`',
  )
}

/** Browsers say which page asks: another origin than ours gets nothing. */
function checkPage({ headers }: IncomingMessage): void {
  const { origin, host } = headers
  const isOther = origin !== undefined && origin !== `http://${host ?? ''}` && origin !== `https://${host ?? ''}`
  // A link to the page itself is followed; whatever else another site asks for is not.
  const isCross = headers['sec-fetch-site'] === 'cross-site' && headers['sec-fetch-mode'] !== 'navigate'
  if (!isOther && !isCross) return
  throw new HttpFault(
    403,
    'http/other-origin',
    'a page of another origin asks',
    'open the page of the service itself; other programs send no `Origin`',
  )
}

function checkToken({ headers }: IncomingMessage, wanted: Buffer): void {
  const [scheme = '', given = ''] = (headers.authorization ?? '').split(' ')
  if (scheme.toLowerCase() === 'bearer' && timingSafeEqual(digest(given), wanted)) return
  throw new HttpFault(
    401,
    'http/no-token',
    'the token is missing or is another',
    'send `Authorization: Bearer TOKEN` with the token of the `--token-file`',
  )
}

/** Of equal length, whatever was sent. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

function hostOf(url: string): string | undefined {
  try {
    const { hostname, username, pathname } = new URL(url)
    return hostname === '' || username !== '' || pathname !== '/' ? undefined : hostname.toLowerCase()
  } catch {
    return undefined
  }
}
