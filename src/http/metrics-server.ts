import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { UserError } from '../errors.ts'
import { openGuard } from './guard.ts'

export interface MetricsServer {
  readonly url: string
  readonly close: () => Promise<void>
}

/** `GET /metrics` and `/healthz` on the loopback address, and nothing else: for `watch`, which serves no page. */
export async function listenMetrics(port: number, text: () => string): Promise<MetricsServer> {
  const guard = openGuard({ isLoopback: true, hosts: [], token: undefined })
  const server = createServer({ headersTimeout: 10_000, requestTimeout: 10_000 }, (request, response) => {
    const path = request.url?.split('?')[0]
    const answer = (status: number, body: string): void =>
      void response.writeHead(status, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }).end(body)
    try {
      guard.checkCaller(request)
    } catch {
      return answer(403, 'ask under the address of this machine\n')
    }
    if (request.method !== 'GET') return answer(405, 'GET only\n')
    if (path === '/metrics') return answer(200, text())
    return path === '/healthz' ? answer(200, 'ok\n') : answer(404, 'see /metrics\n')
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        new UserError(
          'serve/not-started',
          `127.0.0.1 port ${port}: ${error.code === 'EADDRINUSE' ? 'another program listens there' : error.message}`,
          'give another `--metrics-port`, or 0 for a free one',
        ),
      ),
    )
    server.listen(port, '127.0.0.1', resolve)
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
