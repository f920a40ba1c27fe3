/**
 * Holds what several test files of one `npm test` use, each started when the first asks for it: `GET /chromium`,
 * `GET /postgres`, and the answer is its address. It ends, with all that it started, when its standard input does.
 */
import { createServer } from 'node:http'
import { launchBrowser } from './browser.ts'
import { startPostgres } from './postgres.ts'
import type { SharedPart } from './shared.ts'

interface Started {
  readonly address: string
  readonly stop: () => Promise<void>
}

const PARTS: Readonly<Record<SharedPart, () => Promise<Started>>> = {
  chromium: async () => {
    const browser = await launchBrowser()
    return { address: browser.wsEndpoint(), stop: () => browser.close() }
  },
  postgres: async () => {
    const server = await startPostgres()
    return { address: server.url, stop: async () => server.remove() }
  },
}

const started = new Map<string, Promise<Started>>()

const server = createServer(async ({ url = '/' }, response) => {
  const name = url.slice(1)
  const start = Object.hasOwn(PARTS, name) ? PARTS[name as SharedPart] : undefined
  try {
    if (start === undefined) throw new Error(`no such part: ${name}`)
    const part = started.get(name) ?? start()
    started.set(name, part)
    response.end((await part).address)
  } catch (error) {
    response.writeHead(500).end(String(error))
  }
})

server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (typeof address === 'object' && address !== null) process.stdout.write(`http://127.0.0.1:${address.port}/\n`)
})

process.stdin.resume()
process.stdin.once('end', async () => {
  await Promise.allSettled([...started.values()].map(async (part) => (await part).stop()))
  process.exit(0)
})
