import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Proxy {
  readonly url: string
  /** Before a call for which `stop` gives true is passed on, `then` is called, and the call gets no answer. */
  readonly cutAt: (stop: (target: string, body: string) => boolean, then: (body: string) => void) => void
  /** Bodies of calls are passed on as this makes them. */
  readonly change: (how: (body: string) => string) => void
  readonly close: () => void
}

/** Stands between a program and an AWS-compatible server, so that the program can be killed between two calls. */
export async function startProxy(to: string): Promise<Proxy> {
  let stop: (target: string, body: string) => boolean = () => false
  let then: (body: string) => void = () => undefined
  let how = (body: string): string => body
  const server = createServer((asked, answer) => {
    const parts: Buffer[] = []
    asked.on('data', (part: Buffer) => parts.push(part))
    asked.on('end', () => {
      const body = Buffer.concat(parts)
      const target = String(asked.headers['x-amz-target'] ?? `${asked.method} ${asked.url}`)
      if (!stop(target, body.toString('utf8'))) return pass(asked, Buffer.from(how(body.toString('utf8'))), answer)
      stop = () => false
      then(body.toString('utf8'))
      return asked.socket.destroy()
    })
  })
  const pass = ({ method, url, headers }: IncomingMessage, body: Buffer, answer: ServerResponse): void => {
    const sent = request(`${to}${url}`, { method, headers: { ...headers, 'content-length': body.length } }, (got) => {
      answer.writeHead(got.statusCode ?? 500, got.headers)
      got.pipe(answer)
    })
    sent.on('error', () => answer.destroy())
    sent.end(body)
  }
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cutAt: (at, called) => {
      stop = at
      then = called
    },
    change: (changed) => {
      how = changed
    },
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
