/** The denials page by what a person sees: cards, accounts, ticks, addresses, what is old, what is empty, what is waited for. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { fillStore } from '../../bench/many-denials.ts'
import {
  axeFindings,
  noChromium,
  openBrowser,
  openTab,
  type Serving,
  startServe,
  type Tab,
  waitUntil,
} from './browser.ts'

const folder = mkdtempSync(join(tmpdir(), 'denytrace-cards-'))

/** Keeps what canvases are told to write. */
const KEEP_TEXTS = `globalThis.written = []
const write = CanvasRenderingContext2D.prototype.fillText
CanvasRenderingContext2D.prototype.fillText = function (text, ...more) { written.push(text); return write.call(this, text, ...more) }`

const textsOf = (page: Page, selector: string): Promise<string[]> => page.locator(selector).allTextContents()

describe('what a person sees of the denials', { skip: noChromium ?? false }, () => {
  let serving: Serving
  let empty: Serving
  let browser: Browser
  before(async () => {
    const [filled, none] = [join(folder, 'filled.duckdb'), join(folder, 'none.duckdb')]
    await fillStore(3000, filled, { incidentEvery: 10 })
    await fillStore(0, none)
    ;[serving, empty, browser] = await Promise.all([
      startServe(['--store', `duckdb:${filled}`]),
      startServe(['--store', `duckdb:${none}`]),
      openBrowser(),
    ])
  })
  after(async () => {
    await browser?.close()
    serving?.stop()
    empty?.stop()
    rmSync(folder, { recursive: true })
  })

  /** A tab on an address, closed after; nothing may be complained of. */
  async function withTab(address: string, work: (tab: Tab) => Promise<void>, from = serving): Promise<void> {
    const tab = await openTab(browser, new URL(address, from.url).href)
    await work(tab)
    assert.deepEqual(tab.complaints, [])
    await tab.context.close()
  }

  test('an account stands muted behind every caller: in rows, facets, the list and the chip of a filter', () =>
    withTab('denials', async ({ page }) => {
      await page.waitForSelector('#first-seen .issue')
      for (const place of [
        '#first-seen .issue .who',
        '.facet[aria-label="Who"] li',
        '.listed tbody tr td:nth-child(4)',
      ])
        for (const text of await textsOf(page, place)) assert.match(text, / 1111111111\d\d/, `${place}: ${text}`)
      const [row, muted] = await page.evaluate<[string, string]>(
        `['.who code', '.who .acct'].map((one) => getComputedStyle(document.querySelector('#first-seen ' + one)).color)`,
      )
      assert.notEqual(row, muted)
      await page.click('.facet[aria-label="Who"] button')
      assert.match((await page.textContent('.chip')) ?? '', /^who: role\/service-3 111111111114/)
    }))

  test('a row opens to the rail of what AWS named, with the layer lit, and leads to why and fix', () =>
    withTab('denials', async ({ page }) => {
      const issue = page.locator('#first-seen .issue', { hasText: 'prod-artifacts' })
      await issue.locator('.cause:has-text("denied by the service control policy")').waitFor()
      assert.match(
        (await issue.locator('summary').textContent()) ?? '',
        /s3:PutObject.*role\/service-3 111111111114.*300/s,
      )
      await issue.locator('summary').focus()
      await page.keyboard.press('Enter')
      await page.waitForSelector('#first-seen .rail-line .pill b')
      assert.deepEqual(await textsOf(page, '#first-seen .rail-line .pill b'), ['SCP'])
      assert.equal(await issue.locator('.rail-line .stop').count(), 7)
      assert.match((await issue.locator('.opened').textContent()) ?? '', /first \d{4}-\d\d-\d\d \d\d:\d\d, last .* UTC/)
      await issue.locator('button:has-text("Why and fix")').click()
      await page.waitForSelector('#verdict')
      assert.match((await page.textContent('#verdict')) ?? '', /s3:PutObject/)
      await page.goBack()
      await page.waitForSelector('.denials-page')
    }))

  test('a row draws its denials over time, as many bars as fit, and what stands out in red', () =>
    withTab('denials', async ({ page }) => {
      await page.waitForSelector('#first-seen .spark rect')
      await page.waitForSelector('#spikes .spark rect[fill="var(--deny-fill)"]')
      const widths = await page.evaluate<number[]>(
        "[...document.querySelectorAll('.spark rect')].map((one) => one.getBoundingClientRect().width)",
      )
      assert.ok(Math.min(...widths) >= 1, String(Math.min(...widths)))
    }))

  test('days have a tick each with its date, and hours the time of day', async () => {
    const tab = await openTab(browser, serving.url)
    await tab.page.addInitScript(KEEP_TEXTS)
    const ticks = async (range: string): Promise<readonly string[]> => {
      await tab.page.goto(`${serving.url}denials?since=${range}`)
      await tab.page.waitForSelector('.over-time canvas')
      await waitUntil(tab.page, 'globalThis.written.some((one) => /[A-Z][a-z]{2}/.test(one))')
      // Spikes have charts of hours: only what was written before theirs is of this one.
      return tab.page.evaluate<string[]>('globalThis.written')
    }
    await tab.page.route('**/api/spikes*', () => undefined)
    const days = (await ticks('7d')).filter((one) => /[A-Z][a-z]{2}/.test(one))
    assert.ok(days.length >= 7, days.join())
    for (const day of days) assert.match(day, /^\d{1,2} [A-Z][a-z]{2}$/)
    // Drawn more than once; never twice the same beside each other, as two ticks of a day would be.
    assert.ok(
      days.every((day, i) => day !== days[i - 1]),
      days.join(),
    )
    const hours = await ticks('24h')
    assert.ok(hours.filter((one) => /^\d\d:00$/.test(one)).length >= 3, hours.join())
    await tab.context.close()
  })

  test('time and filters stand in the address, which opens the same in another tab', () =>
    withTab('denials', async ({ page }) => {
      await page.click('#range label:has-text("30 days")')
      await page.click('.facet[aria-label="Refused by"] button:has-text("Identity policy")')
      await page.waitForURL(/\/denials\?since=30d&layer=identity-policy$/)
      await page.waitForSelector('.denials-page[aria-busy=false]')
      const total = await page.textContent('.total')
      assert.equal(await page.getAttribute('.facet li.on button', 'aria-pressed'), 'true')
      await withTab(page.url(), async ({ page: other }) => {
        await other.waitForSelector('.total')
        assert.equal(await other.textContent('.total'), total)
        assert.match((await other.textContent('.chip')) ?? '', /denied by: identity policy/)
        assert.equal(await other.isChecked('#range input[value="30d"]'), true)
        for (const layer of await textsOf(other, '.listed tbody td:nth-child(5)'))
          assert.equal(layer, 'Identity policy')
      })
      await page.goBack()
      await page.waitForURL(/\/denials\?since=30d$/)
    }))

  test('what stands out follows the filters', () =>
    withTab('denials', async ({ page }) => {
      await page.locator('#spikes .issue', { hasText: 'prod-artifacts' }).first().waitFor()
      await page.click('.facet[aria-label="Action"] button:has-text("kms:Decrypt")')
      await page.waitForSelector('.chip:has-text("kms:Decrypt")')
      await waitUntil(page, "!document.querySelector('#spikes').textContent.includes('prod-artifacts')")
      assert.match(
        (await page.textContent('#spikes')) ?? '',
        /Nothing stands out of these; \d+ of others|kms:Decrypt|any action/,
      )
    }))

  test('what could not be read anew is said to be old, and is new again when it was read', () =>
    withTab('denials', async ({ page }) => {
      await page.waitForSelector('.total')
      assert.match((await page.textContent('.age')) ?? '', /^newest denial (?:just now|\d+ (?:min|h|days) ago)$/)
      await page.route('**/api/overview*', (route) =>
        route.fulfill({ status: 503, json: { error: { code: 'http/busy', message: 'busy', hint: '' } } }),
      )
      await page.locator('.age.old', { hasText: /^as of \d\d:\d\d:\d\d UTC, not read since$/ }).waitFor()
      assert.equal(await page.getAttribute('.denials-page', 'aria-busy'), 'true')
      assert.match((await page.textContent('.fault')) ?? '', /busy/)
      await page.unroute('**/api/overview*')
      await page.waitForSelector('.age:not(.old)')
      assert.equal(await page.locator('.fault').count(), 0)
    }))

  test('another time that is not answered yet is not shown as if it were', () =>
    withTab('denials', async ({ page }) => {
      await page.waitForSelector('.total')
      await page.route('**/api/overview*', () => undefined)
      await page.click('#range label:has-text("90 days")')
      await page.locator('.age.old', { hasText: 'reading …' }).waitFor()
      assert.ok(Number(await page.evaluate("getComputedStyle(document.querySelector('.inbox .mid')).opacity")) < 0.7)
    }))

  test('before the first answer the page says that it counts', async () => {
    const tab = await openTab(browser, serving.url)
    await tab.page.route('**/api/overview*', () => undefined)
    await tab.page.goto(`${serving.url}denials`)
    await tab.page.locator('.reading[role=status]', { hasText: 'counting' }).waitFor()
    assert.deepEqual(await axeFindings(tab), [])
    await tab.context.close()
  })

  test('a store with nothing in it says what fills it, with the command to copy', () =>
    withTab(
      'denials',
      async (tab) => {
        await tab.page.locator('.nothing h2', { hasText: 'No denials yet' }).waitFor()
        assert.equal(
          await tab.page.textContent('.nothing .cmd code'),
          'denytrace watch s3://BUCKET/AWSLogs --successes',
        )
        assert.deepEqual(await axeFindings(tab), [])
      },
      empty,
    ))

  test('a time in which nothing was refused leads to all time', () =>
    withTab('denials?since=2001-01-01T00:00:00Z&until=2001-01-02T00:00:00Z', async ({ page }) => {
      await page
        .locator('.nothing h2', { hasText: 'No denial from 2001-01-01 00:00 to 2001-01-02 00:00 UTC' })
        .waitFor()
      await page.click('.nothing button:has-text("Look at all time")')
      await page.waitForURL(/since=all/)
      await page.locator('.total', { hasText: '3,000' }).waitFor()
    }))

  test('the API stands beside the guides, and each leads back', () =>
    withTab('denials', async ({ page }) => {
      await page.click('.top nav a:has-text("API")')
      await page.waitForURL(/\/docs$/)
      assert.deepEqual(await textsOf(page, '.top nav a'), ['Diagnose', 'Ask', 'Denials', 'Guides', 'API'])
      assert.equal(await page.textContent('.top nav [aria-current]'), 'API')
      await page.click('.top nav a:has-text("Guides")')
      await page.waitForURL(/\/guide\/index\.html$/)
      await page.click('.top nav a:has-text("API")')
      await page.click('.top nav a:has-text("Denials")')
      await page.waitForSelector('.denials-page')
      assert.deepEqual(await textsOf(page, '.top nav a'), ['Diagnose', 'Ask', 'Denials', 'Guides', 'API'])
    }))
})
