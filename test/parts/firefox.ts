import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { PATIENCE } from './browser.ts'

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

/** A page of Firefox, as far as the tests use it: methods of puppeteer's. */
export interface FirefoxPage {
  readonly goto: (url: string) => Promise<unknown>
  readonly setViewport: (size: { readonly width: number; readonly height: number }) => Promise<void>
  readonly setDefaultTimeout: (milliseconds: number) => void
  readonly evaluate: (script: string) => Promise<unknown>
  readonly evaluateOnNewDocument: (script: string) => Promise<unknown>
  readonly waitForFunction: (script: string) => Promise<unknown>
  readonly on: (name: 'console' | 'pageerror' | 'request', use: (event: never) => void) => void
  readonly click: (selector: string) => Promise<void>
  readonly keyboard: {
    readonly press: (key: string) => Promise<void>
    readonly type: (text: string) => Promise<void>
    readonly down: (key: string) => Promise<void>
    readonly up: (key: string) => Promise<void>
  }
}

interface Firefox {
  readonly newPage: () => Promise<FirefoxPage>
  readonly close: () => Promise<void>
}

interface Puppeteer {
  readonly default: { readonly launch: (options: object) => Promise<Firefox> }
}

/** The machine's Firefox, without a window, in a theme. */
export async function openFirefox(dark: boolean): Promise<Firefox> {
  const folder = dirname(realpathSync(driver ?? ''))
  const file = createRequire(join(folder, 'package.json')).resolve('puppeteer-core')
  const puppeteer = (await import(pathToFileURL(file).href)) as Puppeteer
  const executablePath = spawnSync('sh', ['-c', `command -v ${program ?? ''}`], { encoding: 'utf8' }).stdout.trim()
  return puppeteer.default.launch({
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
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What axe finds, one line each. */
export async function axeIn(page: FirefoxPage): Promise<readonly string[]> {
  await page.evaluate(`${AXE}; undefined`)
  const found = await page.evaluate(`axe
    .run(document, { runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] } })
    .then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ target }) => target.join(' ')).slice(0, 3).join('; ')))`)
  return found as readonly string[]
}
