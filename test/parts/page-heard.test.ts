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
      assert.match(await page.title(), /^role deploy-role can't s3:PutObject: .* · denytrace$/)
      const heard = await page.locator('main').ariaSnapshot()
      const order = [
        'heading "The diagnosis" [level=1]',
        /heading "role deploy-role can''t s3:PutObject: the role''s policy artifact-upload allows staging-artifacts, but the call went to prod-artifacts" \[level=2\]/,
        'Not who you expected?',
        'RCP',
        /Identity policy/,
        /Key policy/,
        'region "Why"',
        'heading "Why" [level=2]',
        'Edit here',
        'region "Fix"',
        'heading "Fix" [level=2]',
        'Both calls then succeed. Nothing else becomes allowed (proved).',
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

  /** What the page does with long texts at once, kept in `most`, and how often it lets the browser have its turn. */
  const WATCH = `{
    globalThis.most = { json: 0, kept: 0, sent: 0, packed: 0, field: 0, turns: 0 }
    const note = (name, length) => { most[name] = Math.max(most[name], length) }
    const watch = (of, name, look) => {
      const was = of[name]
      of[name] = function (...given) { look(given); return was.apply(this, given) }
    }
    const stringify = JSON.stringify
    JSON.stringify = (...given) => { const made = stringify(...given); note('json', made?.length ?? 0); return made }
    watch(Storage.prototype, 'setItem', ([, value]) => note('kept', value.length))
    watch(globalThis, 'fetch', ([, init]) => note('sent', typeof init?.body === 'string' ? init.body.length : 0))
    watch(MessagePort.prototype, 'postMessage', () => { most.turns++ })
    globalThis.Blob = class extends Blob {
      constructor(parts, options) {
        note('packed', parts.reduce((sum, one) => sum + (typeof one === 'string' ? one.length : 0), 0))
        super(parts, options)
      }
    }
    const { get, set } = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value')
    Object.defineProperty(HTMLTextAreaElement.prototype, 'value', { get, set(value) { note('field', String(value).length); set.call(this, value) } })
  }`
  const PASTE = `{
    const field = document.querySelector('#evidence')
    const clipboardData = new DataTransfer()
    clipboardData.setData('text', text)
    field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
  }`
  const FIVE = 5_000_000
  const EVENT = {
    eventVersion: '1.11',
    eventTime: '2026-04-27T10:03:00Z',
    eventSource: 's3.amazonaws.com',
    eventName: 'PutObject',
    awsRegion: 'us-east-1',
    errorCode: 'AccessDenied',
    errorMessage: SENTENCE,
    requestID: 'EXAMPLE000000001',
    eventID: '00000000-0000-4000-8000-000000000001',
    eventType: 'AwsApiCall',
    recipientAccountId: '111122223333',
    requestParameters: { bucketName: 'prod-artifacts', key: 'releases/app.zip' },
  }
  /** Texts of five megabytes, as scripts: they are made in the page. */
  const LONG = {
    'a log of thousands of denials': `${JSON.stringify(`10:03:00 ERROR upload failed: ${SENTENCE}\n`)}.repeat(FIVE / ${SENTENCE.length + 31} | 0)`,
    'a document of events': `JSON.stringify({ Records: Array(FIVE / ${JSON.stringify(EVENT, null, 2).length * 1.2} | 0).fill(${JSON.stringify(EVENT)}) }, null, 2)`,
    'one line': `'é\u{1F512}'.repeat(FIVE / 12) + ' ' + ${JSON.stringify(SENTENCE)} + ' ' + 'y'.repeat(FIVE * 0.7)`,
  }

  /** Held against no snapshot, where fixes are soon found. */
  async function alone({ page }: Tab): Promise<void> {
    await page.waitForSelector('#snapshot option:nth-child(2)', { state: 'attached' })
    await page.selectOption('#snapshot', '')
  }

  for (const [name, made] of Object.entries(LONG))
    test(`five megabytes pasted, ${name}: a chip and no field, sent and kept in pieces, and answered`, () =>
      withTab(async (tab) => {
        const { page } = tab
        await alone(tab)
        await page.evaluate(`{ const FIVE = ${FIVE}; globalThis.text = ${made}; 0 }`)
        assert.ok(Number(await page.evaluate('text.length')) > FIVE * 0.9)
        await page.evaluate(WATCH)
        await page.evaluate(PASTE)
        await page.locator('.chip.big, #answer').first().waitFor()
        assert.equal(await page.locator('textarea.edit-text, .intake.full textarea').count(), 0)
        // A fault is told at once.
        const answer = page.locator('#verdict, .fault').first()
        await answer.waitFor()
        assert.match((await answer.textContent()) ?? '', /deploy-role can't s3:PutObject/)
        const most = (await page.evaluate('most')) as Readonly<Record<string, number>>
        const { turns = 0, ...lengths } = most
        // The longest piece of a text where each character is written as an escape.
        for (const [what, length] of Object.entries(lengths)) assert.ok(length < 300_000, `${what}: ${length}`)
        assert.ok(turns > 30, `${turns} turns`)
        const longest = await page.evaluate(
          `Math.max(...[...document.querySelectorAll('textarea, pre, .quote')].map((one) => (one.value ?? one.textContent).length))`,
        )
        assert.ok(Number(longest) < 100_000, String(longest))
        // What was kept is asked again after a reload.
        if (name !== 'one line') return
        await page.reload()
        await page.waitForSelector('#verdict')
      }))

  test('megabytes pasted behind what stands in the field are no field either, and are not asked before they are meant', () =>
    withTab(async (tab) => {
      const { page } = tab
      await alone(tab)
      await page.fill('#evidence', 'upload failed: ')
      await page.evaluate(
        `globalThis.text = ('x'.repeat(99) + '\\n').repeat(${FIVE / 100}) + ${JSON.stringify(SENTENCE)}; 0`,
      )
      await page.evaluate(WATCH)
      await page.evaluate(PASTE)
      await page.locator('.chip.big', { hasText: /5\.0 MB of text, 50,001 lines/ }).waitFor()
      assert.equal(await page.locator('textarea').count(), 0)
      assert.equal(await page.evaluate('most.field < 100'), true)
      await page.click('button[type=submit]')
      await answered(tab)
      assert.match((await page.textContent('#verdict')) ?? '', /deploy-role can't s3:PutObject/)
    }))
})
