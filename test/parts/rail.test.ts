/** One rail in a browser: the page, the picture it copies, the card of an issue and the guide draw the same shapes. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { fillStore } from '../../bench/many-denials.ts'
import { noChromium, openBrowser, openTab, type Serving, startServe } from './browser.ts'

const folder = mkdtempSync(join(tmpdir(), 'denytrace-rail-'))
const ACTION = 'dynamodb:GetItem'
const MESSAGE = `User: arn:aws:sts::111122223333:assumed-role/reader/s is not authorized to perform: ${ACTION} on resource: arn:aws:dynamodb:eu-west-1:111122223333:table/t because no service control policy allows the ${ACTION} action`

/** Paths and circles of every stop, in order: `M6.2 1h7.6…`, `circle 9`. */
const shapesIn = (page: Page, rail: string): Promise<readonly string[]> =>
  page.evaluate<string[]>(`[...document.querySelector('${rail}').querySelectorAll('.stop svg')]
    .map((svg) => [...svg.children].map((one) => one.getAttribute('d') ?? 'circle ' + one.getAttribute('r')).join(' | '))`)

const namesIn = (page: Page, rail: string): Promise<readonly string[]> =>
  page.locator(`${rail} .stop b`).allTextContents()

/** Keeps which paths are made for canvases, and which words are written. */
const KEEP = `globalThis.made = []; globalThis.words = []
globalThis.Path2D = class extends Path2D {
  constructor(d) { super(d); if (d !== undefined) made.push(d) }
  arc(x, y, r, ...more) { made.push('circle ' + r); super.arc(x, y, r, ...more) }
}
const write = CanvasRenderingContext2D.prototype.fillText
CanvasRenderingContext2D.prototype.fillText = function (text, ...more) { words.push(text); return write.call(this, text, ...more) }`

describe('the rail of layers in Chromium', { skip: noChromium ?? false }, () => {
  let serving: Serving
  let browser: Browser
  before(async () => {
    const store = join(folder, 'denials.duckdb')
    await fillStore(2000, store, { incidentEvery: 10 })
    ;[serving, browser] = await Promise.all([startServe(['--store', `duckdb:${store}`]), openBrowser()])
  })
  after(async () => {
    await browser?.close()
    serving?.stop()
    rmSync(folder, { recursive: true })
  })

  test('a message that names the SCP is drawn the same on the page, in its picture, on a card and in the guide', async () => {
    const tab = await openTab(browser, serving.url)
    const { page } = tab
    await page.addInitScript(KEEP)
    await page.reload()
    await tab.context.grantPermissions(['clipboard-read', 'clipboard-write'])
    await page.fill('#evidence', MESSAGE)
    await page.click('button[type=submit]')
    await page.waitForSelector('.rail .stop.deny')
    const shapes = await shapesIn(page, '.rail')
    const names = await namesIn(page, '.rail')
    assert.equal(shapes.length, 7)
    await page.click('.acts button:has-text("Picture")')
    await page.waitForSelector('.acts button:has-text("Copied")')
    const made = await page.evaluate<string[]>('globalThis.made')
    assert.deepEqual(
      made,
      shapes.flatMap((shape) => shape.split(' | ')),
    )
    const words = await page.evaluate<string[]>('globalThis.words')
    // The headline may have a layer's name, too: each stop is looked for behind the one before it.
    const placesOf = names.reduce<readonly number[]>(
      (found, name) => [...found, words.indexOf(name, (found.at(-1) ?? -1) + 1)],
      [],
    )
    assert.ok(
      placesOf.every((at, i) => at > (placesOf[i - 1] ?? -1)),
      `${names.join()}: ${words.join('|')}`,
    )
    await page.goto(`${serving.url}guide/service-control-policy.html`)
    assert.deepEqual(await shapesIn(page, '.rail'), shapes)
    const listed = await namesIn(page, '.rail')
    // The message is of a table; the guide is of any resource.
    assert.deepEqual(
      listed,
      names.map((name) => (name === 'Table policy' ? 'Resource policy' : name)),
    )
    await page.goto(`${serving.url}denials`)
    const issue = page.locator('#first-seen .issue', { hasText: 'prod-artifacts' })
    await issue.locator('.cause:has-text("service control policy")').waitFor()
    await issue.locator('summary').click()
    await page.waitForSelector('#first-seen .rail-line')
    assert.deepEqual(await shapesIn(page, '#first-seen .rail-line'), shapes)
    assert.deepEqual(await namesIn(page, '#first-seen .rail-line'), listed)
    assert.deepEqual(tab.complaints, [])
    await tab.context.close()
  })

  for (const width of [1440, 820, 390])
    test(`the rail of a page and of a guide is read whole at ${width} pixels`, async () => {
      const tab = await openTab(browser, `${serving.url}`, { width })
      await tab.page.goto(`${serving.url}guide/service-control-policy.html`)
      const clipped = await tab.page.evaluate<string[]>(`[...document.querySelectorAll('.rail .stop b')]
        .filter((one) => one.clientWidth > 1 && one.scrollWidth > one.clientWidth + 1).map((one) => one.textContent)`)
      assert.deepEqual(clipped, [])
      assert.match((await tab.page.textContent('.rail .stop.deny')) ?? '', /SCP.*refuses: AWS named it/)
      await tab.context.close()
    })
})
