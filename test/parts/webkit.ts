import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PATIENCE } from './browser.ts'
import { type DrivenBrowser, type DrivenPage, KEEP_COMPLAINTS } from './driven.ts'
import { openSession, type Session } from './webdriver.ts'

const DRIVER = 'WebKitWebDriver'
const DISPLAY = 'Xvfb'

const missing = [DRIVER, DISPLAY].find(
  (name) => spawnSync('sh', ['-c', `command -v ${name}`], { stdio: 'ignore' }).status !== 0,
)

/** Undefined: WebKit, its driver and a display that nobody sees are here. Else why its tests are skipped. */
export const noWebkit: string | undefined =
  missing === undefined ? undefined : `${missing} is not here; get it with: apt-get install webkit2gtk-driver xvfb`

/** The machine's WebKitGTK, on a display that nobody sees, in a theme. */
export async function openWebkit(dark: boolean): Promise<DrivenBrowser> {
  const home = mkdtempSync(join(tmpdir(), 'denytrace-webkit-'))
  const started: ChildProcess[] = []
  const close = (): void => {
    for (const one of started) one.kill()
    rmSync(home, { recursive: true, force: true, maxRetries: 5 })
  }
  try {
    const display = await startDisplay(started)
    const address = await startDriver(started, { display, home })
    const args = ['--automation', ...(dark ? ['--dark-mode'] : [])]
    const session = await openSession(address, { 'webkitgtk:browserOptions': { args } })
    // The bar of addresses stands above the page.
    await session.resize(1440, 900)
    const inner = Number(await session.evaluate('innerHeight'))
    await session.resize(1440, 900 + (900 - inner))
    const newPage = (service: string): Promise<DrivenPage> => drivenPage(session, service)
    return { newPage, close: () => session.close().finally(close) }
  } catch (error) {
    close()
    throw error
  }
}

/** Xvfb says on a pipe which number it took. */
function startDisplay(started: ChildProcess[]): Promise<string> {
  const options = ['-displayfd', '3', '-screen', '0', '1600x1200x24', '-nolisten', 'tcp']
  const child = spawn(DISPLAY, options, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] })
  started.push(child)
  return new Promise((resolve, reject) => {
    child.stdio[3]?.once('data', (chunk: Buffer) => resolve(`:${chunk.toString('utf8').trim()}`))
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`${DISPLAY} ended with ${code}`)))
  })
}

interface Surroundings {
  readonly display: string
  readonly home: string
}

/** The driver's address. That nothing moves is a setting of GTK. */
async function startDriver(started: ChildProcess[], around: Surroundings): Promise<string> {
  const { display, home } = around
  mkdirSync(join(home, 'gtk-3.0'))
  writeFileSync(join(home, 'gtk-3.0', 'settings.ini'), '[Settings]\ngtk-enable-animations=0\n')
  const port = await freePort()
  const child = spawn(DRIVER, ['--host=127.0.0.1', `--port=${port}`], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      ...process.env,
      DISPLAY: display,
      GDK_BACKEND: 'x11',
      XDG_CONFIG_HOME: home,
      XDG_DATA_HOME: home,
      XDG_CACHE_HOME: home,
      // Without a graphics card and a bus of a desktop.
      WEBKIT_DISABLE_COMPOSITING_MODE: '1',
      LIBGL_ALWAYS_SOFTWARE: '1',
      NO_AT_BRIDGE: '1',
      GSETTINGS_BACKEND: 'memory',
    },
  })
  started.push(child)
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')))
  const address = `http://127.0.0.1:${port}`
  for (const until = Date.now() + PATIENCE; ; ) {
    if (child.exitCode !== null || Date.now() > until) throw new Error(`${DRIVER} did not start: ${said}`)
    if (
      await fetch(`${address}/status`).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      return address
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

function freePort(): Promise<number> {
  const server = createServer()
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}

async function drivenPage(session: Session, service: string): Promise<DrivenPage> {
  const { evaluate } = session
  // What an earlier page kept for its tab.
  await session.goto(`${service}icon.svg`)
  await evaluate('sessionStorage.clear()')
  await evaluate('localStorage.clear()')
  const goto = async (url: string): Promise<void> => {
    await session.goto(url)
    await evaluate(KEEP_COMPLAINTS)
  }
  return {
    evaluate,
    goto,
    reload: async () => goto(String(await evaluate('location.href'))),
    waitFor: async (expression) => {
      for (const until = Date.now() + PATIENCE; !(await evaluate(`Boolean(${expression})`)); ) {
        if (Date.now() > until) throw new Error(`never: ${expression}`)
        await new Promise((resolve) => setTimeout(resolve, 30))
      }
    },
    press: (...keys) => session.chord(keys),
    type: (text) => session.type(text),
    complaints: async () => {
      const complained = (await evaluate('globalThis.complained ?? []')) as string[]
      const asked = (await evaluate(`performance.getEntriesByType('resource').map(({ name }) => name)`)) as string[]
      return [...complained, ...asked.filter((url) => !url.startsWith(service)).map((url) => `asks for ${url}`)]
    },
  }
}
