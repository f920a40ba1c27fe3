import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { after, describe, it } from 'node:test'
import { QueryError } from '../query-error.ts'
import { CLIENT_SETTINGS, type ClientSettings, trinoClient } from './trino-client.ts'
import { trinoPlace } from './trino-url.ts'

const quick = { firstMs: 1, longestMs: 2, chance: () => 1 }
const SETTINGS: ClientSettings = {
  ...CLIENT_SETTINGS,
  requests: { ...quick, tries: 3 },
  queries: { ...quick, tries: 3 },
}

/** What the server answers to the requests in their order: a status, or an object as JSON. */
type Script = readonly (number | object | ((response: ServerResponse) => void))[]

describe('a client of Trino', () => {
  const servers: Server[] = []
  after(() => {
    for (const server of servers) server.close()
  })

  async function serverOf(script: Script) {
    const seen: { method: string; path: string; body: string; headers: IncomingMessage['headers'] }[] = []
    const left = [...script]
    const server = createServer((request, response) => {
      let body = ''
      request.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')))
      request.on('end', () => {
        seen.push({ method: request.method ?? '', path: request.url ?? '', body, headers: request.headers })
        const next = request.method === 'DELETE' ? 204 : (left.shift() ?? 500)
        if (typeof next === 'function') next(response)
        else if (typeof next === 'number') response.writeHead(next, { location: '/elsewhere' }).end('<b>secret</b>')
        else response.end(JSON.stringify(next))
      })
    }).listen(0, '127.0.0.1')
    servers.push(server)
    await new Promise((resolve) => server.once('listening', resolve))
    const address = server.address()
    assert.ok(typeof address === 'object' && address !== null)
    return { seen, url: `trino://127.0.0.1:${address.port}/hive/denytrace` }
  }

  const clientOf = (url: string, env: Record<string, string> = {}) => trinoClient(trinoPlace(url, env), SETTINGS)
  const next = (n: number) => ({ nextUri: `http://attacker.example/v1/statement/executing/q/${n}` })
  const columns = [{ name: 'n', type: 'bigint' }]
  const failing = (errorName: string) => ({ error: { errorName, message: `it said ${errorName}` } })
  const kindOf = async (query: Promise<unknown>) =>
    query.then(
      () => 'fine',
      (error) => (error instanceof QueryError ? `${error.kind} ${error.code}` : String(error)),
    )

  it('goes from answer to answer, at the host that it was given and no other, and puts the rows together', async () => {
    const { seen, url } = await serverOf([
      next(0),
      { ...next(1), columns },
      { ...next(2), columns, data: [[1], [2]] },
      { columns, data: [[3]] },
    ])
    const result = await clientOf(url, { USER: 'ann', DENYTRACE_TRINO_TOKEN: 'ey.J' }).query('select n from t')
    assert.deepEqual(result, { columns, rows: [[1], [2], [3]] })
    assert.deepEqual(
      seen.map(({ method, path }) => `${method} ${path}`),
      ['POST /v1/statement', ...[0, 1, 2].map((n) => `GET /v1/statement/executing/q/${n}`)],
    )
    const [posted] = seen
    assert.equal(posted?.body, 'select n from t')
    assert.equal(posted?.headers['x-trino-user'], 'ann')
    assert.equal(posted?.headers['x-trino-catalog'], 'hive')
    assert.equal(posted?.headers['x-trino-time-zone'], 'UTC')
    assert.ok(seen.every(({ headers }) => headers.authorization === 'Bearer ey.J'))
  })

  it('asks again while the server is busy or gone, and no more often than it may', async () => {
    const cut = (response: ServerResponse): void => void response.destroy()
    const { seen, url } = await serverOf([503, 429, next(0), 502, cut, { columns, data: [[1]] }])
    assert.deepEqual((await clientOf(url).query('q')).rows, [[1]])
    assert.equal(seen.length, 6)
    const down = await serverOf([503, 503, 503, next(0)])
    assert.equal(await kindOf(clientOf(down.url).query('q')), 'unreachable HTTP_503')
    assert.equal(down.seen.length, 3)
  })

  it('runs a query again that the cluster lost, and tells after the third time', async () => {
    const lost = [next(0), { ...next(1), columns, data: [[7]] }, failing('REMOTE_HOST_GONE')]
    const { url } = await serverOf([...lost, next(0), 404, { columns, data: [[1]] }])
    assert.deepEqual((await clientOf(url).query('q')).rows, [[1]])
    const again = await serverOf([...lost, ...lost, ...lost, { columns, data: [[1]] }])
    assert.equal(await kindOf(clientOf(again.url).query('q')), 'lost REMOTE_HOST_GONE')
  })

  it('does not run a query again that is at fault itself', async () => {
    for (const [answer, want] of [
      [failing('SYNTAX_ERROR'), 'refused SYNTAX_ERROR'],
      [failing('EXCEEDED_TIME_LIMIT'), 'too-long EXCEEDED_TIME_LIMIT'],
      [401, 'refused HTTP_401'],
      [404, 'refused HTTP_404'],
      [307, 'refused HTTP_307'],
      [(response: ServerResponse) => void response.end('<html>'), 'refused PROTOCOL'],
      [(response: ServerResponse) => void response.end('[1]'.repeat(2)), 'refused PROTOCOL'],
    ] as const) {
      const { seen, url } = await serverOf([answer])
      assert.equal(await kindOf(clientOf(url).query('q')), want)
      assert.equal(seen.length, 1)
    }
  })

  it('ends the query there when it is told to stop here', async () => {
    const stop = new AbortController()
    const hang = (): void => setTimeout(() => stop.abort(), 20) as unknown as void
    const { seen, url } = await serverOf([next(4), hang])
    assert.match(await kindOf(clientOf(url).query('q', stop.signal)), /Abort/)
    assert.equal(seen.at(-1)?.method, 'DELETE')
    assert.equal(seen.at(-1)?.path, '/v1/statement/executing/q/4')
  })
})
