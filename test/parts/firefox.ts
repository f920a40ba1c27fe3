import { spawnSync } from 'node:child_process'
import { existsSync, realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { PATIENCE } from './browser.ts'
import { type DrivenBrowser, type DrivenPage, KEEP_COMPLAINTS } from './driven.ts'

const PROGRAMS = ['firefox-esr', 'firefox']
const program = PROGRAMS.find((name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).error === undefined)

const driver = (process.env['PATH'] ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'puppeteer-core.json'))
  .find((path) => existsSync(path))

/** Undefined: Firefox and its driver are here. Else why its tests are skipped; scripts/test.mjs makes that a failure where it is required. */
export const noFirefox: string | undefined =
  program === undefined
    ? 'firefox is not here; get it with: apt-get install firefox-esr'
    : driver === undefined
      ? 'the driver of Firefox is not here; get it with: .ci/install-parts'
      : undefined

/** Methods of puppeteer's, as far as they are used here. */
interface PuppeteerPage {
  readonly goto: (url: string) => Promise<unknown>
  readonly reload: () => Promise<unknown>
  readonly setViewport: (size: { readonly width: number; readonly height: number }) => Promise<void>
  readonly setDefaultTimeout: (milliseconds: number) => void
  readonly evaluate: (script: string) => Promise<unknown>
  readonly evaluateOnNewDocument: (script: string) => Promise<unknown>
  readonly waitForFunction: (script: string) => Promise<unknown>
  readonly on: (name: 'pageerror' | 'request', use: (event: never) => void) => void
  readonly keyboard: {
    readonly type: (text: string) => Promise<void>
    readonly down: (key: string) => Promise<void>
    readonly up: (key: string) => Promise<void>
  }
}

interface Firefox {
  readonly newPage: () => Promise<PuppeteerPage>
  readonly close: () => Promise<void>
}

interface Puppeteer {
  readonly default: { readonly launch: (options: object) => Promise<Firefox> }
}

/** The machine's Firefox, without a window, in a theme. */
export async function openFirefox(dark: boolean): Promise<DrivenBrowser> {
  const folder = dirname(realpathSync(driver ?? ''))
  const file = createRequire(join(folder, 'package.json')).resolve('puppeteer-core')
  const puppeteer = (await import(pathToFileURL(file).href)) as Puppeteer
  const executablePath = spawnSync('sh', ['-c', `command -v ${program ?? ''}`], { encoding: 'utf8' }).stdout.trim()
  const firefox = await puppeteer.default.launch({
    browser: 'firefox',
    executablePath,
    headless: true,
    timeout: PATIENCE,
    protocolTimeout: PATIENCE,
    extraPrefsFirefox: {
      'layout.css.prefers-color-scheme.content-override': dark ? 0 : 1,
      'ui.prefersReducedMotion': 1,
    },
  })
  return { newPage: async (service) => drivenPage(await firefox.newPage(), service), close: () => firefox.close() }
}

async function drivenPage(page: PuppeteerPage, service: string): Promise<DrivenPage> {
  page.setDefaultTimeout(PATIENCE)
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('request', (request: { readonly url: () => string }) => {
    // Fonts of the browser's own are data: of the page the policy would refuse them.
    if (![service, 'data:font/'].some((begin) => request.url().startsWith(begin)))
      complaints.push(`asks for ${request.url()}`)
  })
  await page.evaluateOnNewDocument(KEEP_COMPLAINTS)
  await page.setViewport({ width: 1440, height: 900 })
  return {
    goto: async (url) => void (await page.goto(url)),
    reload: async () => void (await page.reload()),
    evaluate: (expression) => page.evaluate(expression),
    waitFor: async (expression) => void (await page.waitForFunction(expression)),
    press: async (...keys) => {
      for (const key of keys) await page.keyboard.down(key)
      for (const key of keys.toReversed()) await page.keyboard.up(key)
    },
    type: (text) => page.keyboard.type(text),
    complaints: async () => [...complaints, ...((await page.evaluate('complained')) as string[])],
  }
}
