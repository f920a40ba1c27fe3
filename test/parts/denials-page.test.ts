/** The denials page in a real Chromium, on a real store. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { fillStore } from '../../bench/many-denials.ts'
import { axeFindings, noChromium, openBrowser, openTab, overflowOf, type Serving, startServe } from './browser.ts'

/** Waits until more points of a chart than these are drawn in a token's colour; they are read from a copy. */
async function drawn(page: Page, chart: string, token: string, least: number): Promise<void> {
  for (let found = 0, turn = 0; found <= least; turn++) {
    found = await page.evaluate<number>(pointsIn(chart, token))
    assert.ok(turn < 300, `${chart} has ${found} points in ${token}`)
    await page.waitForTimeout(100)
  }
}

const pointsIn = (chart: string, token: string): string => `(() => {
  const canvas = document.querySelector('${chart} canvas')
  const { width, height } = canvas
  const copy = Object.assign(document.createElement('canvas'), { width, height }).getContext('2d', { willReadFrequently: true })
  copy.drawImage(canvas, 0, 0)
  const { data } = copy.getImageData(0, 0, width, height)
  const wanted = getComputedStyle(document.documentElement).getPropertyValue('${token}').trim()
  const [r, g, b] = [1, 3, 5].map((at) => Number.parseInt(wanted.slice(at, at + 2), 16))
  let found = 0
  for (let i = 0; i < data.length; i += 4) if (data[i] === r && data[i + 1] === g && data[i + 2] === b) found++
  return found
})()`

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

  test('a chart has an axis up to now, says what is pointed at, is brushed and clicked, and follows the theme', async () => {
    const tab = await openTab(browser, `${serving.url}denials?since=72h`)
    const { page } = tab
    const over = page.locator('#over-time .u-over')
    await over.waitFor()
    await page.locator('.spike .chart .u-over').first().waitFor()
    await drawn(page, '#over-time', '--bar', 200)
    await drawn(page, '.spike', '--deny-fill', 20)
    // The axis ends now, though the last denial is older, and begins where the time does.
    const label = (await page.getAttribute('#over-time [role=img]', 'aria-label')) ?? ''
    const [, from = '', to = ''] = /: (\S+ \S+) to (\S+ \S+) UTC/.exec(label) ?? []
    const hours = (Date.parse(`${to}Z`) - Date.parse(`${from}Z`)) / 3_600_000
    assert.ok(hours >= 72 && hours <= 73, label)
    assert.ok(Math.abs(Date.parse(`${to}Z`) - Date.now()) < 10 * 60_000, label)
    const box = (await over.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 }
    const middle = box.y + box.height / 2
    await page.mouse.move(box.x + box.width / 2, middle)
    await page.waitForSelector('#over-time .hovered')
    assert.match(
      (await page.textContent('#over-time .hovered')) ?? '',
      /^\d{4}-\d\d-\d\d \d\d:00 to \d\d:00 UTC: [\d,]+ denials?$/,
    )
    // Brushed: the time is in the address, the sums are of it, and Back leads out again.
    const total = async (): Promise<number> => Number(((await page.textContent('.total')) ?? '').replaceAll(',', ''))
    const all = await total()
    await page.mouse.down()
    await page.mouse.move(box.x + box.width * 0.75, middle, { steps: 4 })
    await page.mouse.up()
    await page.waitForURL(/since=\d{4}-.*until=\d{4}-/)
    await page.locator('.chip:has-text("UTC")').waitFor()
    await page.waitForSelector('.denials-page[aria-busy=false]')
    const part = await total()
    assert.ok(part < all && part > 0, `${part} of ${all}`)
    // Clicked: the hour of one bar.
    await over.waitFor()
    await page.mouse.click(box.x + box.width / 2, middle)
    await page.waitForURL((url) => {
      const [since = '', until = ''] = ['since', 'until'].map((name) => url.searchParams.get(name) ?? '')
      return Date.parse(until) - Date.parse(since) === 3_600_000
    })
    await page.waitForSelector('.denials-page[aria-busy=false]')
    assert.ok((await total()) <= part)
    await page.goBack()
    await page.waitForSelector('.denials-page[aria-busy=false]')
    await page.goBack()
    await page.waitForURL(/denials\?since=72h$/)
    await page.locator('.total', { hasText: String(all) }).waitFor()
    await page.emulateMedia({ colorScheme: 'dark' })
    await drawn(page, '#over-time', '--bar', 200)
    // Who reads no picture has the table.
    await page.click('#over-time .chart-table summary')
    assert.ok((await page.locator('#over-time .chart-table tbody tr').count()) > 1)
    assert.deepEqual(tab.complaints, [])
    await tab.context.close()
  })

  test('a chart shows the band that was expected with its edges, what stands out of it, and changes of policies', async () => {
    const tab = await openTab(browser, `${serving.url}denials`)
    // What the store of these tests holds was never expected, so the chart is given its numbers here.
    await tab.page.evaluate(`import('/chart.js').then(({ mountChart }) => {
      const host = document.body.appendChild(Object.assign(document.createElement('div'), { id: 'made' }))
      const times = Array.from({ length: 48 }, (_, i) => i * 3600)
      const of = (value) => times.map(() => value)
      mountChart(host, {
        from: 0, to: 48 * 3600, step: 3600, times, counts: times.map((_, i) => (i === 40 ? 90 : 20)),
        band: { low: of(10), high: of(40), expected: of(22) }, marked: [40 * 3600, 41 * 3600], changes: [39 * 3600],
      }, { height: 200, onHover: () => undefined, onRange: undefined })
    })`)
    await tab.page.waitForSelector('#made canvas')
    for (const [token, least] of [
      ['--bar', 500],
      ['--deny-fill', 500],
      ['--band', 5000],
      ['--band-edge', 500],
      ['--next-shape', 100],
    ] as const)
      await drawn(tab.page, '#made', token, least)
    assert.deepEqual(tab.complaints, [])
    await tab.context.close()
  })

  test('spikes with their charts, filters, and one denial explained', async () => {
    const tab = await openTab(browser, serving.url)
    const { page } = tab
    await page.click('nav a:has-text("Denials")')
    await page.waitForSelector('.spike .chart canvas', { state: 'attached' })
    const card = page.locator('.spike', { hasText: 'prod-artifacts' }).first()
    assert.match((await card.textContent()) ?? '', /prod-artifacts.*Spike.*against.*expected/s)
    assert.match((await card.locator('figcaption').textContent()) ?? '', /98 of 100 hours were expected in it/)
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
    await page.click('#range label:has-text("all")')
    await page.locator('.total', { hasText: '3,000' }).waitFor()
    await fillStore(3010, path, { end: END, incidentEvery: 10 })
    await page.locator('.total', { hasText: '3,010' }).waitFor()
    await tab.context.close()
  })

  for (const dark of [false, true])
    for (const width of [1280, 390])
      test(`axe finds nothing and nothing is wider than the window: ${dark ? 'dark' : 'light'}, ${width} pixels`, async () => {
        const tab = await openTab(browser, `${serving.url}denials`, { dark, width })
        await tab.page.waitForSelector('.spike .chart canvas', { state: 'attached' })
        await tab.page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        assert.deepEqual(await axeFindings(tab), [])
        assert.equal(await overflowOf(tab), 0)
        assert.deepEqual(tab.complaints, [])
        await tab.context.close()
      })
})
