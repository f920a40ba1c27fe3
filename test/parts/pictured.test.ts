/** The pictures of the page in docs/pictures show what the page says. */
import assert from 'node:assert/strict'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { ROOT } from '../cli/run-cli.ts'
import { noChromium, openBrowser, openTab, startServe } from './browser.ts'
import { PICTURED, PICTURED_SERVE, picturedWords } from './pictured.ts'

const FOLDER = join(ROOT, 'docs', 'pictures')

test('the pictures are current; else: npm run page:pictures -- --docs', { skip: noChromium ?? false }, async () => {
  const had = JSON.parse(readFileSync(join(FOLDER, 'pictured.json'), 'utf8')) as Readonly<Record<string, unknown>>
  const [serving, browser] = await Promise.all([startServe(PICTURED_SERVE), openBrowser()])
  try {
    for (const [name, show] of Object.entries(PICTURED)) {
      const tab = await openTab(browser, serving.url)
      await show(tab.page)
      assert.deepEqual(await picturedWords(tab.page), had[name], name)
      await tab.context.close()
      for (const theme of ['light', 'dark'])
        assert.ok(statSync(join(FOLDER, `${name}-${theme}.png`)).size < 250_000, `${name}-${theme} is large`)
    }
  } finally {
    await browser.close()
    serving.stop()
  }
})
