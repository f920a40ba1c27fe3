import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fillStore } from '../../bench/many-denials.ts'
import { ROOT } from '../cli/run-cli.ts'
import { type Serving, startServe } from './browser.ts'
import { axeIn, type DrivenBrowser, type DrivenPage } from './driven.ts'

const EXAMPLE = join(ROOT, 'examples', 'kms-behind-s3')
const EVENTS = readFileSync(join(EXAMPLE, 'denial.json'), 'utf8')

const text = async (page: DrivenPage, selector: string): Promise<string> =>
  String(await page.evaluate(`document.querySelector(${JSON.stringify(selector)})?.textContent ?? ''`))

/** Until an element is there whose text has these words. */
const seen = (page: DrivenPage, selector: string, words = ''): Promise<void> =>
  page.waitFor(
    `[...document.querySelectorAll(${JSON.stringify(selector)})].some((one) => one.textContent.includes(${JSON.stringify(words)}))`,
  )

const clickOn = (page: DrivenPage, selector: string): Promise<unknown> =>
  page.evaluate(`document.querySelector(${JSON.stringify(selector)}).click()`)

/** Long texts are pasted; drivers type letter by letter. */
const put = (page: DrivenPage, long: string): Promise<unknown> =>
  page.evaluate(`document.execCommand('insertText', false, ${JSON.stringify(long)})`)

/** The denial put into the field, and asked, by keys alone. */
async function ask(page: DrivenPage): Promise<void> {
  await page.press('/')
  await page.waitFor(`document.activeElement?.id === 'evidence'`)
  await put(page, EVENTS)
  await page.press('Control', 'Enter')
  await seen(page, '#answer[aria-busy="false"] .took', 'on this machine')
}

async function firstScreen(page: DrivenPage, dark: boolean): Promise<void> {
  await ask(page)
  assert.equal(
    await text(page, '#verdict'),
    "role deploy-role can't s3:PutObject: the role's policy artifact-upload allows staging-artifacts, but the call went to prod-artifacts",
  )
  const bottoms = (await page.evaluate(
    `['#verdict', '.stop.deny', '.call.then', '.why-card .l.hit', '.fix-card .seal'].map((one) => document.querySelector(one).getBoundingClientRect().bottom)`,
  )) as number[]
  assert.ok(
    bottoms.every((bottom) => bottom > 0 && bottom <= 900),
    bottoms.join(' '),
  )
  assert.equal(await page.evaluate(`matchMedia('(prefers-color-scheme: dark)').matches`), dark)
  const background = String(await page.evaluate('getComputedStyle(document.body).backgroundColor'))
  const [red = 0] = background.match(/\d+/g)?.map(Number) ?? []
  assert.equal(red < 128, dark, background)
  assert.equal(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth'), 0)
  assert.deepEqual(await axeIn(page), [])
}

async function editedByKeys(page: DrivenPage): Promise<void> {
  await ask(page)
  await page.press('e')
  const content = `document.querySelector('#bench-text')?.shadowRoot?.querySelector('.cm-content')`
  await page.waitFor(`${content} !== null && ${content} !== undefined`)
  await page.waitFor(`document.querySelector('#bench-text').shadowRoot.activeElement !== null`)
  await page.press('Control', 'a')
  const document = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 's3:PutObject', Resource: 'arn:aws:s3:::prod-artifacts/*' }],
  }
  const whole = JSON.stringify(document)
  await put(page, whole.slice(0, -12))
  await page.type(whole.slice(-12))
  await page.waitFor(
    `document.querySelector('#verdict').textContent.startsWith('With your edit role deploy-role can s3:PutObject')`,
  )
  assert.match(await text(page, '#verdict'), /kms:GenerateDataKey will be denied next/)
  assert.deepEqual(await axeIn(page), [])
  await page.press('Escape')
  await page.waitFor(`document.querySelector('#editing') === null`)
  assert.match(await text(page, '.edit-kept'), /Judged with your edit/)
}

async function reachedByTab(page: DrivenPage): Promise<void> {
  await ask(page)
  const reached: string[] = []
  for (let i = 0; i < 12; i++) {
    await page.press('Tab')
    const [name, ring] = (await page.evaluate(
      `[document.activeElement?.outerHTML.slice(0, 80) ?? '', getComputedStyle(document.activeElement).outlineStyle]`,
    )) as [string, string]
    assert.notEqual(ring, 'none', name)
    reached.push(name)
  }
  assert.equal(new Set(reached).size > 8, true, reached.join('\n'))
}

async function layersAndFix(page: DrivenPage): Promise<void> {
  await ask(page)
  await clickOn(page, '[data-fold="trace"]')
  await seen(page, '.trace > li.refuses', 'Identity policy')
  assert.equal(await page.evaluate(`document.querySelectorAll('.trace > li').length`), 8)
  assert.match(await text(page, '.trace > li.refuses'), /implicit deny.*AWS named this layer.*other bucket/s)
  assert.match(await text(page, '.call.then'), /kms:GenerateDataKey.*Key policy/s)
  assert.match(await text(page, '.fix-card .seal'), /Both calls then succeed\. Nothing else becomes allowed \(proved\)/)
  await clickOn(page, '#try-fix')
  await seen(page, '.outcome li', 'denied → allowed')
  const outcome = String(
    await page.evaluate(`[...document.querySelectorAll('.outcome li')].map((one) => one.textContent).join('\\n')`),
  )
  assert.match(outcome, /s3:PutObject.*denied → allowed.*kms:GenerateDataKey.*denied → allowed/s)
  // A reload keeps what was asked; Back leads out again.
  await page.reload()
  await seen(page, '#answer[aria-busy="false"] .took', 'on this machine')
  await page.evaluate('history.back()')
  await page.waitFor(`document.querySelector('#answer') === null`)
}

async function askedByKeys(page: DrivenPage): Promise<void> {
  await clickOn(page, 'nav a[href^="/ask"]')
  await page.waitFor(`document.querySelector('#ask-who') !== null`)
  await page.evaluate(`document.querySelector('#ask-who').focus()`)
  await page.type('reader')
  await seen(page, '#ask-who-list [role=option]', 'role/artifact-reader')
  await page.press('ArrowDown')
  await page.press('Tab')
  await page.type('s3:getobj')
  await seen(page, '#ask-do-list [role=option]', 's3:GetObject')
  await page.press('ArrowDown')
  await page.press('Enter')
  assert.equal(await page.evaluate(`document.querySelector('#ask-do').value`), 's3:GetObject')
  await page.evaluate(`document.querySelector('#ask-on').focus()`)
  await page.type('arn:aws:s3:::prod-artifacts/releases/app.zip')
  await page.press('Enter')
  await seen(page, '#asked .tag', 'ALLOWED')
  assert.match(await text(page, '#verdict'), /artifact-reader can s3:GetObject, and kms:Decrypt that it needs/)
  assert.deepEqual(await axeIn(page), [])
}

async function denialsOfTheStore(page: DrivenPage): Promise<void> {
  await clickOn(page, 'nav a[href^="/denials"]')
  await page.waitFor(`document.querySelector('.spike .chart canvas') !== null`)
  await seen(page, '.total')
  assert.match(await text(page, '.spike'), /Spike.*against.*expected/s)
  assert.deepEqual(await axeIn(page), [])
  await page.waitFor(`document.querySelector('.listed button') !== null`)
  await clickOn(page, '.listed button')
  await page.waitFor(`document.querySelector('#verdict') !== null`)
  assert.match(String(await page.evaluate('location.pathname')), /\/d\/[0-9a-f-]{36}$/)
}

async function guideSearched(page: DrivenPage, service: string): Promise<void> {
  await page.goto(`${service}guide/index.html`)
  await page.evaluate(`document.querySelector('input[type=search]').focus()`)
  await page.type('scp')
  await page.press('Enter')
  await seen(page, 'h1', 'found for “scp”')
  await page.evaluate(`document.querySelector('main li a').focus()`)
  await page.press('Enter')
  await seen(page, 'h1', 'Service control policy')
  assert.deepEqual(await axeIn(page), [])
}

/**
 * The main points of the page, by what a person sees and by keys alone, as tests of a browser. What is of colours and of the
 * keyboard's focus is looked at in both themes.
 */
export function pagePoints(
  name: string,
  missing: string | undefined,
  open: (dark: boolean) => Promise<DrivenBrowser>,
): void {
  describe(`the page in ${name}`, { skip: missing ?? false }, () => {
    const folder = mkdtempSync(join(tmpdir(), 'denytrace-points-'))
    let serving: Serving
    before(async () => {
      const store = join(folder, 'denials.duckdb')
      await fillStore(1000, store, { incidentEvery: 10 })
      serving = await startServe(['--snapshot', join(EXAMPLE, 'snapshot'), '--store', `duckdb:${store}`])
    })
    after(() => {
      serving?.stop()
      rmSync(folder, { recursive: true, force: true })
    })

    for (const dark of [false, true])
      describe(dark ? 'dark' : 'light', () => {
        let browser: DrivenBrowser
        before(async () => {
          browser = await open(dark)
        })
        after(() => browser?.close())

        async function withPage(use: (page: DrivenPage) => Promise<void>): Promise<void> {
          const page = await browser.newPage(serving.url)
          await page.goto(serving.url)
          // The list of snapshots comes after the page.
          await page.waitFor(`document.querySelectorAll('#snapshot option').length > 1`)
          await use(page)
          assert.deepEqual(await page.complaints(), [])
        }

        test('the answer is on the first screen, and axe finds nothing', () =>
          withPage((page) => firstScreen(page, dark)))
        test('by keys alone a policy is edited where its line stands, judged, and left again', () =>
          withPage(editedByKeys))
        test('what can be reached by Tab shows that it is reached', () => withPage(reachedByTab))
        if (dark) return
        test('every layer, the fix at work, a reload and Back', () => withPage(layersAndFix))
        test('a question is asked by typing', () => withPage(askedByKeys))
        test('denials of the store with their charts, and one of them explained', () => withPage(denialsOfTheStore))
        test('the guide is searched and read by keys', () => withPage((page) => guideSearched(page, serving.url)))
      })
  })
}
