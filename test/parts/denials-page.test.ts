/** The denials page in a real Chromium, on a real store. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { fillStore } from '../../bench/many-denials.ts'
import { axeFindings, noChromium, openBrowser, openTab, overflowOf, type Serving, startServe } from './browser.ts'

const folder = mkdtempSync(join(tmpdir(), 'denytrace-denials-'))
const END = Math.floor(Date.now() / 3_600_000) * 3_600_000
const path = join(folder, 'denials.duckdb')

describe('the denials page in Chromium', { skip: noChromium ?? false }, () => {
  let serving: Serving
  let browser: Browser
  before(async () => {
    await fillStore(3000, path, { end: END, incidentEvery: 10 })
    ;[serving, browser] = await Promise.all([startServe(['--store', `duckdb:${path}`]), openBrowser()])
  })
  after(async () => {
    await browser?.close()
    serving?.stop()
    rmSync(folder, { recursive: true })
  })

  test('spikes with their charts, filters, and one denial explained', async () => {
    const tab = await openTab(browser, serving.url)
    const { page } = tab
    await page.click('nav a:has-text("Denials")')
    await page.waitForSelector('.spike .chart .band', { state: 'attached' })
    const card = page.locator('.spike', { hasText: 'prod-artifacts' }).first()
    assert.match((await card.textContent()) ?? '', /Spike.*prod-artifacts.*against.*expected/s)
    assert.ok((await card.locator('.bar.out').count()) > 0)
    await card.getByRole('button', { name: 'Show its denials' }).click()
    await page.waitForSelector('.chip')
    await page.locator('.total', { hasText: /^3\d\d$/ }).waitFor()
    assert.match((await page.textContent('.chip')) ?? '', /prod-artifacts|service-3|s3:PutObject/)
    await page.locator('.listed button').first().click()
    await page.waitForSelector('#answer')
    // It has an address of its own, which opens in another tab.
    assert.match(page.url(), /\/d\/[0-9a-f-]{36}$/)
    assert.match((await page.textContent('#verdict')) ?? '', /s3:PutObject/)
    await page.reload()
    await page.waitForSelector('#verdict')
    await page.goBack()
    await page.waitForSelector('.denials-page')
    assert.deepEqual(tab.complaints, [])
    await tab.context.close()
  })

  test('while it is live, what comes into the store comes onto the page', async () => {
    const tab = await openTab(browser, `${serving.url}denials`)
    const { page } = tab
    await page.waitForSelector('.total')
    await page.selectOption('#range', '')
    await page.locator('.total', { hasText: '3,000' }).waitFor()
    await fillStore(3010, path, { end: END, incidentEvery: 10 })
    await page.locator('.total', { hasText: '3,010' }).waitFor()
    await tab.context.close()
  })

  for (const dark of [false, true])
    for (const width of [1280, 390])
      test(`axe finds nothing and nothing is wider than the window: ${dark ? 'dark' : 'light'}, ${width} pixels`, async () => {
        const tab = await openTab(browser, `${serving.url}denials`, { dark, width })
        await tab.page.waitForSelector('.spike .chart .band', { state: 'attached' })
        await tab.page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        assert.deepEqual(await axeFindings(tab), [])
        assert.equal(await overflowOf(tab), 0)
        assert.deepEqual(tab.complaints, [])
        await tab.context.close()
      })
})
