/** The manners of the service on the socket: methods, paths that cannot be read, what is left of a refused body. */
import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, before, test } from 'node:test'
import { type Service, startService } from './start-service.ts'

let service: Service
before(async () => {
  service = await startService()
})
after(() => service.stop())

/** What comes back for the bytes, once the service has closed the connection. */
function raw(...parts: readonly string[]): Promise<string> {
  const { hostname, port } = new URL(service.url)
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => {
      for (const part of parts) socket.write(part)
    })
    let got = ''
    socket.on('data', (data) => (got += String(data)))
    socket.on('error', reject)
    socket.on('close', () => resolve(got))
  })
}
const asked = (line: string, ...headers: readonly string[]): Promise<string> =>
  raw(`${line} HTTP/1.1\r\nHost: ${new URL(service.url).host}\r\nConnection: close\r\n${headers.join('')}\r\n`)
const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1])

test('HEAD is answered as GET is, with its length and without its body', async () => {
  const got = await asked('GET /healthz')
  const head = await asked('HEAD /healthz')
  const [, body = ''] = got.split('\r\n\r\n')
  assert.equal(statusOf(head), 200)
  assert.equal(head.split('\r\n\r\n')[1], '')
  assert.ok(head.toLowerCase().includes(`content-length: ${Buffer.byteLength(body)}`), head)
  assert.match(head, /content-security-policy: default-src 'none'/i)
})

// biome-ignore format: a table is read by its columns
const TARGETS: readonly (readonly [line: string, status: number])[] = [
  ['GET http://[/healthz',           400],
  ['OPTIONS *',                      400],
  ['GET //healthz',                  404],
  ['GET /healthz/',                  404],
  ['GET /api/denials/',              404],
  ['GET /%ff',                       404],
  ['GET /guide/../../package.json',  404],
  ['TRACE /healthz',                 405],
  ['DELETE /api/denials/x',          405],
  ['PUT /',                          404],
  ['GET /healthz?a=b',               200],
  ['GET /healthz#x',                 200],
]
for (const [line, status] of TARGETS)
  test(`${line} is answered with ${status}, as JSON where it is a fault`, async () => {
    const answer = await asked(line)
    assert.equal(statusOf(answer), status, answer)
    const [head = '', body = ''] = answer.split('\r\n\r\n')
    if (status >= 400) assert.match(body, /^\{"error":\{"code":"http\//)
    assert.match(head, /x-content-type-options: nosniff/i)
    assert.deepEqual(service.bugs, [])
  })

test('who asks under another name is refused before its path is looked at', async () => {
  for (const host of ['evil.example', 'a@localhost', 'localhost:1:2', 'localhost/x']) {
    const answer = await raw(`GET /nothing HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
    assert.equal(statusOf(answer), 403, host)
    assert.match(answer, /http\/wrong-host/)
  }
})

test('behind a refused body the next request of the connection is read', async () => {
  const { host } = new URL(service.url)
  const body = '{"text":"x"}'
  const first = `POST /healthz HTTP/1.1\r\nHost: ${host}\r\nContent-Length: ${body.length}\r\n\r\n${body}`
  const second = `GET /healthz HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`
  const answer = await raw(first, second)
  assert.deepEqual(
    [...answer.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => status),
    ['405', '200'],
  )
})

test('a request that is no HTTP ends its connection and nothing else', async () => {
  assert.equal(statusOf(await raw('nonsense\r\n\r\n')), 400)
  assert.equal(statusOf(await asked('GET /healthz')), 200)
})
