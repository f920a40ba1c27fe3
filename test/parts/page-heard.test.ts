/** The page by those who hear it, and by those who paste megabytes, in a real Chromium. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { ROOT } from '../cli/run-cli.ts'
import { noChromium, openBrowser, openTab, type Serving, startServe, type Tab } from './browser.ts'

const EXAMPLE = join(ROOT, 'examples', 'kms-behind-s3')
const SENTENCE =
  'User: arn:aws:sts::111122223333:assumed-role/deploy-role/ci is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::prod-artifacts/releases/app.zip" because no identity-based policy allows the s3:PutObject action'

describe('the page, heard and loaded, in Chromium', { skip: noChromium ?? false }, () => {
  let serving: Serving
  let browser: Browser
  before(async () => {
    ;[serving, browser] = await Promise.all([startServe(['--snapshot', join(EXAMPLE, 'snapshot')]), openBrowser()])
  })
  after(async () => {
    await browser?.close()
    serving?.stop()
  })

  async function withTab(use: (tab: Tab) => Promise<void>): Promise<void> {
    const tab = await openTab(browser, serving.url)
    try {
      await use(tab)
      assert.deepEqual(tab.complaints, [])
    } finally {
      await tab.context.close()
    }
  }

  const answered = ({ page }: Tab): Promise<void> =>
    page.locator('#answer[aria-busy="false"] .took:has-text("on this machine")').waitFor()

  test('a screen reader comes to the verdict first, then who, the layers, why, the fix, what else the call needs', () =>
    withTab(async (tab) => {
      const { page } = tab
      await page.fill('#evidence', readFileSync(join(EXAMPLE, 'denial.json'), 'utf8'))
      await page.click('button[type=submit]')
      await answered(tab)
      // The verdict has the focus, so that it is said when it comes, and the tab is called by it.
      assert.equal(await page.evaluate('document.activeElement.id'), 'verdict')
      assert.match(await page.title(), /^deploy-role may not s3:PutObject: .* · denytrace$/)
      const heard = await page.locator('main').ariaSnapshot()
      const order = [
        'heading "The diagnosis" [level=1]',
        /heading "deploy-role may not s3:PutObject: its policy allows staging-artifacts, the call went to prod-artifacts" \[level=2\]/,
        'Not who you expected?',
        'RCP',
        /Identity policy/,
        /Key policy/,
        'region "Why"',
        'heading "Why" [level=2]',
        'Edit here',
        'region "Fix"',
        'heading "Fix" [level=2]',
        'Proved.',
        'Copy Terraform',
        'region "The call needs more"',
        'All 8 layers',
      ]
      let at = 0
      for (const one of order) {
        const rest = heard.slice(at)
        const found = typeof one === 'string' ? rest.indexOf(one) : rest.search(one)
        assert.ok(found >= 0, `${String(one)} is not heard behind the one before:\n${heard}`)
        at += found + 1
      }
      // What is shown as a shape is said in words.
      assert.match(heard, /refuses/)
      assert.match(heard, /lets pass/)
      assert.doesNotMatch(heard, /\bimg\b(?! ")/)
    }))

  test('five megabytes of a log are a chip and no field, and are answered', () =>
    withTab(async (tab) => {
      const { page } = tab
      await page.evaluate(`{
        const line = '2026-04-27T10:03:00Z INFO a line of a job that says nothing of a refusal\\n'
        const field = document.querySelector('#evidence')
        field.value = line.repeat(Math.ceil(5_000_000 / line.length)) + ${JSON.stringify(SENTENCE)}
        field.dispatchEvent(new Event('input', { bubbles: true }))
      }`)
      await page.locator('.chip.big', { hasText: /5\.0 MB of text, \d\d,\d{3} lines/ }).waitFor()
      assert.equal(await page.locator('textarea').count(), 0)
      await page.click('button[type=submit]')
      await answered(tab)
      assert.match((await page.textContent('#verdict')) ?? '', /deploy-role may not s3:PutObject/)
      const longest = await page.evaluate(
        `Math.max(...[...document.querySelectorAll('textarea, pre, .quote')].map((one) => (one.value ?? one.textContent).length))`,
      )
      assert.ok(Number(longest) < 100_000, String(longest))
    }))
})
