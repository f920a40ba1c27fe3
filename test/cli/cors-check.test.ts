/** `guide cors --url` against a server on the loopback interface. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, before, beforeEach, describe, test } from 'node:test'
import { ROOT } from './run-cli.ts'
import { denytraceInside as denytrace } from './run-inside.ts'

const ORIGIN = 'https://app.example.com'
let seen: { method: string | undefined; url: string | undefined; headers: IncomingMessage['headers'] }[] = []
let answer: (request: IncomingMessage, response: ServerResponse) => void = () => undefined
let server: Server
let url = ''

before(async () => {
  server = createServer((request, response) => {
    seen.push({ method: request.method, url: request.url, headers: request.headers })
    answer(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/orders`
})
after(() => server.close())
beforeEach(() => {
  seen = []
})

async function check(...args: string[]) {
  const { code, out, err } = await denytrace([
    'guide',
    'cors',
    '--url',
    url,
    '--origin',
    ORIGIN,
    '--format',
    'json',
    ...args,
  ])
  assert.equal(err, '')
  return { code, ...JSON.parse(out) }
}

const fails = ({ findings }: { findings: { level: string; step: string; header: string | null }[] }) =>
  findings.filter(({ level }) => level === 'fails').map(({ step, header }) => `${step} ${header}`)

test('a preflight is sent as a browser sends it, and what may change something is not sent after it', async () => {
  answer = (_, response) =>
    response
      .writeHead(204, {
        'Access-Control-Allow-Origin': ORIGIN,
        'Access-Control-Allow-Methods': 'PUT',
        'Access-Control-Allow-Headers': 'content-type, x-trace',
      })
      .end()
  const got = await check('--method', 'put', '--header', 'X-Trace', '--header', 'Content-Type: application/json')
  assert.deepEqual([got.code, got.passes, got.schemaVersion, fails(got)], [0, true, 1, []])
  assert.deepEqual(
    seen.map(({ method }) => method),
    ['OPTIONS'],
  )
  const headers: IncomingMessage['headers'] = seen[0]?.headers ?? {}
  assert.equal(headers['origin'], ORIGIN)
  assert.equal(headers['access-control-request-method'], 'PUT')
  assert.equal(headers['access-control-request-headers'], 'content-type,x-trace')
  assert.match(got.notTried, /^PUT itself/)
})

test('the header that fails is named, with what would do', async () => {
  answer = (_, response) =>
    response.writeHead(200, { 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Headers': '*' }).end()
  const got = await check('--header', 'Authorization: Bearer x')
  assert.deepEqual([got.code, fails(got)], [1, ['preflight Access-Control-Allow-Headers']])
  assert.equal(got.findings[0].needed, 'authorization')
  const text = await denytrace(['guide', 'cors', '--url', url, '--origin', ORIGIN, '--header', 'Authorization'])
  assert.equal(text.code, 1)
  assert.match(text.out, /^CORS {9}blocked by the browser$/m)
  assert.match(text.out, /Access-Control-Allow-Headers, preflight: `\*` never stands for authorization/)
})

test('a plain GET is sent itself, without a preflight, and its error page is held to the same rule', async () => {
  answer = (_, response) => response.writeHead(502).end('bad gateway')
  const got = await check()
  assert.deepEqual([got.code, fails(got)], [1, ['request Access-Control-Allow-Origin']])
  assert.deepEqual(
    seen.map(({ method, headers }) => [method, headers['origin']]),
    [['GET', ORIGIN]],
  )
  assert.equal(got.exchanges[0].status, 502)
})

test('a redirect to another origin is followed with an opaque origin', async () => {
  const port = url.split(':')[2]?.split('/')[0]
  answer = (request, response) =>
    request.url === '/v1/orders'
      ? response
          .writeHead(302, { Location: `http://localhost:${port}/login`, 'Access-Control-Allow-Origin': '*' })
          .end()
      : response.writeHead(200, { 'Access-Control-Allow-Origin': ORIGIN }).end()
  const got = await check()
  assert.deepEqual([got.code, fails(got)], [1, ['request Access-Control-Allow-Origin']])
  assert.deepEqual(
    got.exchanges.map(({ origin }: { origin: string }) => origin),
    [ORIGIN, 'null'],
  )
})

test('where a request that needs a preflight is sent on, that place is asked first, and gets no credentials', async () => {
  const port = url.split(':')[2]?.split('/')[0]
  const elsewhere = `localhost:${port}`
  const open = { 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Headers': 'authorization,x-api-key,x-trace' }
  for (const [preflight, want] of [
    [204, []],
    [302, ['preflight null']],
  ] as const) {
    answer = (request, response) => {
      const isThere = request.headers.host === elsewhere
      if (request.method === 'OPTIONS')
        return response.writeHead(isThere ? preflight : 204, { ...open, Location: '/there' }).end()
      return isThere
        ? response.writeHead(200, open).end()
        : response.writeHead(307, { ...open, Location: `http://${elsewhere}/there` }).end()
    }
    seen.length = 0
    const got = await check(
      '--header',
      'Authorization: Bearer secret-1',
      '--header',
      'X-Api-Key: secret-2',
      '--header',
      'X-Trace: 1',
    )
    assert.deepEqual(fails(got), want)
    assert.deepEqual([got.passes, got.code], [want.length === 0, want.length])
    const there = seen.filter(({ headers }) => headers.host === elsewhere)
    assert.deepEqual(
      there.map(({ method }) => method),
      want.length === 0 ? ['OPTIONS', 'GET'] : ['OPTIONS'],
    )
    assert.equal(there[0]?.headers['access-control-request-headers'], 'x-trace')
    assert.doesNotMatch(JSON.stringify(there), /secret-/)
    assert.match(JSON.stringify(seen), /secret-1/, 'to the URL that was named they are sent')
  }
})

test('a redirect to a URL with a password ends the request', async () => {
  answer = (_, response) =>
    response.writeHead(302, { Location: 'http://u:p@127.0.0.1:1/', 'Access-Control-Allow-Origin': '*' }).end()
  assert.deepEqual(fails(await check()), ['request Location'])
})

test('a preflight that is redirected or refused fails, whatever its headers say', async () => {
  answer = (_, response) =>
    response.writeHead(401, { 'Access-Control-Allow-Origin': ORIGIN, 'Access-Control-Allow-Methods': '*' }).end()
  assert.deepEqual(fails(await check('--method', 'DELETE')), ['preflight null'])
})

test('with credentials `*` is not enough', async () => {
  answer = (_, response) => response.writeHead(200, { 'Access-Control-Allow-Origin': '*' }).end()
  assert.deepEqual(fails(await check()), [])
  assert.deepEqual(fails(await check('--credentials')), ['request Access-Control-Allow-Origin'])
})

test('no answer at all is told apart from a wrong one', async () => {
  const closed = createServer()
  await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve))
  const { port } = closed.address() as AddressInfo
  await new Promise((resolve) => closed.close(resolve))
  const { code, out } = await denytrace(['guide', 'cors', '--url', `http://127.0.0.1:${port}/`, '--origin', ORIGIN])
  assert.equal(code, 1)
  assert.match(out, /there is no answer within/)
})

test('the same origin needs nothing, and nothing is sent', async () => {
  const origin = new URL(url).origin
  const { code, out } = await denytrace(['guide', 'cors', '--url', url, '--origin', origin])
  assert.equal(code, 0)
  assert.match(out, /the URL has this origin/)
  assert.deepEqual(seen, [])
})

test('what is no URL, no origin or only half of a check is a usage error', async () => {
  const cases: readonly (readonly [args: string[], code: RegExp, hint: RegExp])[] = [
    [['cors', '--url', 'ftp://x/'], /^usage\/missing-option/, /--origin/],
    [['cors', '--url', 'ftp://x/', '--origin', ORIGIN], /^usage\/not-a-value/, /whole URL/],
    [['cors', '--url', url, '--origin', `${ORIGIN}/`], /^usage\/not-a-value/, /give `https:\/\/app\.example\.com`/],
    [['cors', '--url', url, '--origin', 'app'], /^usage\/not-a-value/, /such as/],
    [['cors', '--url', url, '--origin', ORIGIN, '--header', 'a b'], /^usage\/not-a-value/, /NAME/],
    [['aws-access-denied', '--url', url, '--origin', ORIGIN], /^usage\/conflicting-options/, /guide cors/],
  ]
  for (const [args, code, hint] of cases) {
    const ran = await denytrace(['guide', ...args])
    assert.deepEqual([ran.code, ran.out], [2, ''], args.join(' '))
    assert.match(ran.err, code)
    assert.match(ran.err.split('\n')[1] ?? '', hint)
  }
})

describe('recorded answers', () => {
  const recorded = async (text: string, ...args: string[]) => {
    const { code, out } = await denytrace(
      ['guide', 'cors', '--url', url, '--origin', ORIGIN, '--answers', '-', '--format', 'json', ...args],
      { stdin: text },
    )
    return { code, ...JSON.parse(out) }
  }

  test('are held against the request in their order, of any method, and nothing is sent', async () => {
    const mended = readFileSync(join(ROOT, 'examples/cors-mended.http'), 'utf8').replaceAll('\n', '\r\n')
    const got = await recorded(mended, '--method', 'PUT', '--header', 'content-type')
    assert.deepEqual([got.code, got.passes, got.notTried], [0, true, null])
    assert.deepEqual(
      got.exchanges.map(({ step, status }: { step: string; status: number }) => [step, status]),
      [
        ['preflight', 204],
        ['request', 200],
      ],
    )
    assert.deepEqual(fails(await recorded(mended, '--method', 'DELETE')), ['preflight Access-Control-Allow-Methods'])
    assert.deepEqual(seen, [])
  })

  test('a header that came twice is one list, which no origin equals', async () => {
    const twice = `HTTP/2 200\naccess-control-allow-origin: ${ORIGIN}\naccess-control-allow-origin: ${ORIGIN}\n\nbody\n`
    assert.deepEqual(fails(await recorded(twice)), ['request Access-Control-Allow-Origin'])
  })

  test('what was not recorded is said, and not taken for an answer that never came', async () => {
    const preflight = `HTTP/1.1 204 No Content\nAccess-Control-Allow-Origin: ${ORIGIN}\nAccess-Control-Allow-Methods: PUT\n\n`
    const half = await recorded(preflight, '--method', 'PUT')
    assert.deepEqual([half.code, half.findings], [0, []])
    assert.match(half.notTried, /^PUT itself: its answer was not recorded/)
    const redirect = `HTTP/1.1 302 Found\nLocation: https://other.example/\nAccess-Control-Allow-Origin: *\n\n`
    assert.match((await recorded(redirect)).notTried, /^where the redirect leads/)
  })

  test('a file without an answer is named', async () => {
    const args = ['guide', 'cors', '--url', url, '--origin', ORIGIN, '--answers', join(ROOT, 'LICENSE')]
    const { code, err } = await denytrace(args)
    assert.equal(code, 3)
    assert.match(err, /^input\/unreadable: .*LICENSE` has no HTTP answer in it\nhint: .*curl -si/)
  })
})
