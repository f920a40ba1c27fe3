import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import {
  type Browser,
  type BrowserContext,
  type BrowserServer,
  chromium,
  type LaunchOptions,
  type Page,
} from 'playwright-core'
import { ROOT } from '../cli/run-cli.ts'
import { sharedPart } from './shared.ts'

const PROGRAMS = ['chromium', 'chromium-browser', 'google-chrome']

const found = PROGRAMS.find((name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).error === undefined)

/** Undefined: Chromium is here. Else why its tests are skipped. */
export const noChromium: string | undefined =
  found === undefined ? 'chromium is not here; get it with: apt-get install chromium' : undefined

/**
 * What Chromium is started without: first what playwright-core 1.65 leaves out, whose switch ours replaces; then lists below
 * the address field, of which each window of a browser that nobody sees would load two, in a second of a processor.
 */
const WITHOUT = [
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsUpgrades',
  'HttpsFirstBalancedModeAutoEnable',
  'LensOverlay',
  'MediaRouter',
  'PaintHolding',
  'ThirdPartyStoragePartitioning',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'OptimizationHints',
  'NetworkTimeServiceQuerying',
  'AimEnabled',
  'PreconnectToSearch',
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
  'WebUIOmniboxFullPopup',
]

/** Milliseconds that a step of a page may take: a loaded machine is slow, and what never comes is told at the end all the same. */
export const PATIENCE = 300_000

function launchOptions(): LaunchOptions {
  const path = spawnSync('sh', ['-c', `command -v ${found ?? ''}`], { encoding: 'utf8' }).stdout.trim()
  // The sandbox needs what containers do not give; the pages are our own.
  const args = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', `--disable-features=${WITHOUT.join(',')}`]
  return { executablePath: path, args, timeout: PATIENCE }
}

/** A Chromium that several processes use. */
export const launchBrowser = (): Promise<BrowserServer> => chromium.launchServer(launchOptions())

/** The Chromium of this run of tests, else one of this file's own: closed, it takes along the tabs of this file alone. */
export async function openBrowser(): Promise<Browser> {
  const shared = await sharedPart('chromium')
  return shared === undefined ? chromium.launch(launchOptions()) : chromium.connect(shared, { timeout: PATIENCE })
}

export interface Serving {
  readonly url: string
  readonly stop: () => void
}

/**
 * Seconds that the service looks for an answer. It ends with 503 after 20 by default, and a log of five megabytes, four seconds
 * of a processor, takes as long beside other tests: the page then says so, and the answer that is waited for never comes.
 */
const SERVICE_PATIENCE = String(PATIENCE / 1000)

/** The built program, as a user starts it. */
export async function startServe(args: readonly string[]): Promise<Serving> {
  const words = ['serve', '--port', '0', '--timeout', SERVICE_PATIENCE, ...args]
  const child = spawn(process.execPath, [join(ROOT, 'dist', 'cli', 'main.js'), ...words], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  return { url: await addressOf(child), stop: () => void child.kill() }
}

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = ''
    child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString('utf8')
      const address = /^(http:\/\/\S{1,100}\/)\n/.exec(said)?.[1]
      if (address !== undefined) resolve(address)
    })
    child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')))
    child.once('exit', () => reject(new Error(`serve did not start: ${said}`)))
  })
}

export interface Tab {
  readonly page: Page
  /** What the browser complained about, and every request beyond the service. */
  readonly complaints: string[]
  readonly context: BrowserContext
}

export interface TabOptions {
  readonly width?: number
  readonly dark?: boolean
}

const REFUSED = "the page's policy refused"

/** A page of its own, on which anything the browser complains of is kept: refused styles, scripts, requests, errors. */
export async function openTab(
  browser: Browser,
  url: string,
  { width = 1280, dark = false }: TabOptions = {},
): Promise<Tab> {
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
  })
  context.setDefaultTimeout(PATIENCE)
  const page = await context.newPage()
  const complaints: string[] = []
  await page.addInitScript(`addEventListener('securitypolicyviolation', ({ violatedDirective, sample, target }) =>
    console.error("${REFUSED}", violatedDirective, sample, target?.outerHTML?.slice(0, 200)))`)
  page.on('console', (message) => {
    // A fault of the service is an answer: the page shows it, or asks again.
    const isAnswer = /^Failed to load resource: the server responded with a status of (?:4\d\d|503)/.test(
      message.text(),
    )
    // Told by the event above where it is the page's. axe copies the sheets of shadow roots into a document of its own.
    const isTold = message.text().startsWith('Applying inline style violates')
    if (['error', 'warning'].includes(message.type()) && !isAnswer && !isTold) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('request', (request) => {
    if (!request.url().startsWith(new URL('/', url).href)) complaints.push(`asks for ${request.url()}`)
  })
  await page.goto(url)
  await page.waitForSelector('#evidence, .denials-page')
  return { page, complaints, context }
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** What axe finds, one line each. Its script is put in by the debugger, which the page's policy does not bind. */
export async function axeFindings({ page }: Tab): Promise<readonly string[]> {
  await page.evaluate(AXE)
  const found = await page.evaluate(async (rules) => {
    const { axe } = globalThis as unknown as {
      axe: { run: (root: unknown, options: unknown) => Promise<{ violations: Violation[] }> }
    }
    const root = (globalThis as unknown as { document: unknown }).document
    return (await axe.run(root, { runOnly: { type: 'tag', values: rules } })).violations
  }, RULES)
  return found.map(
    ({ id, nodes }) =>
      `${id}: ${nodes
        .map(({ target }) => target.join(' '))
        .slice(0, 3)
        .join('; ')}`,
  )
}

interface Violation {
  readonly id: string
  readonly nodes: readonly { readonly target: readonly string[] }[]
}

/** How far the page is wider than the window. */
export const overflowOf = ({ page }: Tab): Promise<number> =>
  page.evaluate('document.documentElement.scrollWidth - innerWidth')

/** Waits until a script comes to true. Playwright's `waitForFunction` asks again by `eval`, which the page's policy does not allow. */
export async function waitUntil(page: Pick<Page, 'evaluate'>, script: string): Promise<void> {
  for (const end = Date.now() + PATIENCE; Date.now() < end; ) {
    if ((await page.evaluate<unknown>(script)) === true) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`it does not come to true within ${PATIENCE / 1000} seconds: ${script}`)
}
