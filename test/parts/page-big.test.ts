/** What the page does with megabytes: how far their answer is, what they hold, and how they are taken back, in a real Chromium. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Browser } from 'playwright-core'
import type { AnswerLine, DiagnoseAnswer } from '#http/wire.ts'
import { ROOT } from '../cli/run-cli.ts'
import {
  axeFindings,
  noChromium,
  openBrowser,
  openTab,
  overflowOf,
  type Serving,
  startServe,
  type Tab,
  type TabOptions,
} from './browser.ts'

const EXAMPLE = join(ROOT, 'examples', 'kms-behind-s3')

/** A log as a job writes it, refused five kinds of things, as long as it is asked for; as a script that makes it in the page, too. */
function madeLog(length: number): string {
  const caller = 'arn:aws:sts::111122223333:assumed-role/deploy-role/ci'
  const asked = [
    ['s3:PutObject', 'arn:aws:s3:::prod-artifacts/releases/app.zip'],
    ['s3:GetObject', 'arn:aws:s3:::prod-artifacts/releases/app.zip'],
    ['s3:DeleteObject', 'arn:aws:s3:::prod-artifacts/old.zip'],
    ['s3:ListBucket', 'arn:aws:s3:::prod-artifacts'],
    ['s3:PutObject', 'arn:aws:s3:::prod-artifacts/releases/notes.txt'],
  ] as const
  let log = ''
  for (let i = 0; log.length < length; i++) {
    const [action, resource] = asked[i % asked.length] ?? asked[0]
    const time = new Date(Date.UTC(2026, 3, 27) + i * 1000).toISOString()
    log += `${time} ERROR upload failed: User: ${caller} is not authorized to perform: ${action} on resource: "${resource}" because no identity-based policy allows the ${action} action\n`
  }
  return log
}

const FIVE = 5_000_000
const PASTE = `{
  const clipboardData = new DataTransfer()
  clipboardData.setData('text', text)
  document.querySelector('#evidence').dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
}`

/** All that the page ever says of how far it is, and of the text, kept in `said` and `chips`. */
const HEAR = `{
  globalThis.said = []
  globalThis.chips = []
  const hear = () => {
    const bar = document.querySelector('progress')
    const words = bar?.getAttribute('aria-valuetext')
    if (bar && words !== said.at(-1)?.[0]) said.push([words, bar.position])
    const chip = document.querySelector('.chip.big')?.textContent
    if (chip && chip !== chips.at(-1)) chips.push(chip)
  }
  new MutationObserver(hear).observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true })
}`

/** The service's answers in the test's hand: \`tell\` gives a line, \`close\` ends it, \`cut\` breaks it off; \`gone\` once the page has left. */
const IN_HAND = `{
  const was = fetch
  globalThis.gone = 0
  globalThis.asks = 0
  globalThis.fetch = (path, init) => {
    if (path !== '/api/diagnose') return was(path, init)
    const body = new ReadableStream({
      start: (controller) => {
        asks++
        globalThis.tell = (text) => controller.enqueue(new TextEncoder().encode(text))
        globalThis.close = () => controller.close()
        globalThis.cut = () => controller.error(new TypeError('network error'))
        init.signal.addEventListener('abort', () => { gone++; controller.error(init.signal.reason) })
      },
    })
    return Promise.resolve(new Response(body, { headers: { 'content-type': 'application/x-ndjson; charset=utf-8' } }))
  }
}`

describe('megabytes in the page, in Chromium', { skip: noChromium ?? false }, () => {
  const text = madeLog(FIVE)
  const count = text.trimEnd().split('\n').length.toLocaleString('en')
  let serving: Serving
  let browser: Browser
  /** What the service says of a smaller log of the same kinds. */
  let layers: DiagnoseAnswer
  let whole: DiagnoseAnswer
  before(async () => {
    ;[serving, browser] = await Promise.all([startServe(['--snapshot', join(EXAMPLE, 'snapshot')]), openBrowser()])
    const answers: AnswerLine[] = []
    const body = JSON.stringify({ text: madeLog(3000), scenarios: true })
    const headers = { 'content-type': 'application/json', accept: 'application/x-ndjson' }
    const answer = await fetch(new URL('/api/diagnose', serving.url), { method: 'POST', headers, body })
    for (const line of (await answer.text()).trimEnd().split('\n')) answers.push(JSON.parse(line) as AnswerLine)
    const [first] = answers.flatMap((line) => line.layers ?? [])
    const [last] = answers.flatMap((line) => line.answer ?? [])
    assert.ok(first !== undefined && last !== undefined)
    ;[layers, whole] = [first, last]
  })
  after(async () => {
    await browser?.close()
    serving?.stop()
  })

  async function withTab(use: (tab: Tab) => Promise<void>, options: TabOptions = {}): Promise<void> {
    const tab = await openTab(browser, serving.url, options)
    try {
      await tab.page.waitForSelector('#snapshot option:nth-child(2)', { state: 'attached' })
      await tab.page.evaluate((made) => {
        ;(globalThis as unknown as { text: string }).text = made
      }, text)
      await use(tab)
      assert.deepEqual(tab.complaints, [])
    } finally {
      await tab.context.close()
    }
  }

  /** Until so many questions were sent. */
  async function asked({ page }: Tab, times = 1): Promise<void> {
    while ((await page.evaluate('asks')) !== times) await page.waitForTimeout(20)
  }

  /** A line, as the service tells it. */
  const tell = ({ page }: Tab, line: AnswerLine): Promise<unknown> =>
    page.evaluate(
      (told) => {
        ;(globalThis as unknown as { tell: (text: string) => void }).tell(`${told}\n`)
      },
      JSON.stringify({ schemaVersion: 1, ...line }),
    )

  const words = async ({ page }: Tab, said: RegExp): Promise<void> =>
    page.locator('.how-far .words', { hasText: said }).waitFor()

  const reading = { stage: 'reading', done: 3_140_000, of: FIVE, denials: 8123, kinds: 5 } as const

  test('pasted, they are sent once, and the page says how far they are read, what they hold, which fixes are looked for', () =>
    withTab(async (tab) => {
      const { page } = tab
      const asked: string[] = []
      page.on('request', (request) => {
        if (request.method() === 'POST') asked.push(new URL(request.url()).pathname)
      })
      await page.evaluate(HEAR)
      await page.evaluate(PASTE)
      await page.locator('#answer[aria-busy="false"] .took:has-text("on this machine")').waitFor()
      assert.deepEqual(asked, ['/api/diagnose'])
      const said = (await page.evaluate('said')) as readonly (readonly [string, number])[]
      const all = said.map(([each]) => each).join('\n')
      assert.match(all, /^Read \d\.\d of 5\.0 MB, [\d,]+ denials in 5 kinds so far$/m)
      assert.match(all, new RegExp(`^${count} denials in 5 kinds: looking for the fixes of kind [1-5] of 5$`, 'm'))
      const read = said.filter(([each]) => each.startsWith('Read ')).map(([, position]) => position)
      assert.deepEqual(
        read,
        read.toSorted((a, b) => a - b),
        'it never goes back',
      )
      const chip = `5.0 MB log, ${count} denials, 5 kinds`
      const chips = (await page.evaluate('chips')) as readonly string[]
      assert.ok(
        chips.some((each) => each.startsWith(chip)),
        chips.join('\n'),
      )
      assert.equal(await page.textContent('#answer > .chip.big'), chip)
      assert.equal(await page.locator('.how-far').count(), 0)
    }))

  for (const dark of [false, true])
    for (const width of [1440, 390])
      test(`how far it is, as a bar with words, and a chip: ${dark ? 'dark' : 'light'}, ${width} pixels`, () =>
        withTab(
          async (tab) => {
            const { page } = tab
            await page.evaluate(IN_HAND)
            await page.evaluate(PASTE)
            await words(tab, /^Sending 5\.0 MB …$/)
            await asked(tab)
            const bar = page.getByRole('progressbar', { name: 'How far the answer is' })
            await bar.waitFor()
            assert.equal(await bar.evaluate((one) => (one as unknown as { position: number }).position), -1)
            assert.deepEqual(await axeFindings(tab), [])
            await tell(tab, { progress: reading })
            await words(tab, /^Read 3\.1 of 5\.0 MB, 8,123 denials in 5 kinds so far$/)
            assert.equal(
              await bar.getAttribute('aria-valuetext'),
              'Read 3.1 of 5.0 MB, 8,123 denials in 5 kinds so far',
            )
            assert.equal(
              await bar.evaluate((one) => Math.round((one as unknown as { position: number }).position * 100)),
              63,
            )
            assert.deepEqual(await axeFindings(tab), [])
            await tell(tab, { progress: { stage: 'judging', done: 1, of: 5, denials: 13_540, kinds: 5 } })
            await words(tab, /^13,540 denials in 5 kinds: judging the layers of kind 2 of 5$/)
            // Before any fix is there.
            assert.match((await page.textContent('.chip.big')) ?? '', /^5\.0 MB log, 13,540 denials, 5 kinds/)
            await tell(tab, { layers })
            await tell(tab, { progress: { stage: 'fixing', done: 1, of: 5, denials: 13_540, kinds: 5 } })
            await page.waitForSelector('#verdict')
            await words(tab, /^13,540 denials in 5 kinds: looking for the fixes of kind 2 of 5$/)
            assert.match((await page.textContent('.fix-card')) ?? '', /denytrace is looking for one/)
            assert.deepEqual(await axeFindings(tab), [])
            assert.equal(await overflowOf(tab), 0)
            await tell(tab, { answer: whole })
            await page.waitForSelector('.fix-card .seal')
            assert.equal(await page.locator('.how-far').count(), 0)
          },
          { width, dark },
        ))

  test('a question is taken back while it is read: the service is told, and the text stays', () =>
    withTab(async (tab) => {
      const { page } = tab
      await page.evaluate(IN_HAND)
      await page.evaluate(PASTE)
      await asked(tab)
      await tell(tab, { progress: reading })
      await words(tab, /^Read 3\.1/)
      await page.getByRole('button', { name: 'Cancel' }).click()
      await page.getByRole('button', { name: 'Diagnose' }).waitFor()
      assert.equal(await page.evaluate('gone'), 1)
      assert.equal(await page.locator('.how-far, .fault').count(), 0)
      assert.match((await page.textContent('.chip.big')) ?? '', /^5\.0 MB of text, [\d,]+ lines/)
      await page.getByRole('button', { name: 'Diagnose' }).click()
      await asked(tab, 2)
      await tell(tab, { layers })
      await tell(tab, { answer: whole })
      await page.waitForSelector('.fix-card .seal')
    }))

  test('fixes are looked for no more: the layers stay, and it is not said that there is no fix', () =>
    withTab(async (tab) => {
      const { page } = tab
      await page.evaluate(IN_HAND)
      await page.evaluate(PASTE)
      await asked(tab)
      await tell(tab, { layers })
      await tell(tab, { progress: { stage: 'fixing', done: 0, of: 5, denials: 13_540, kinds: 5 } })
      await page.getByRole('button', { name: 'Stop looking' }).click()
      await page.locator('.fix-card', { hasText: 'It is not known whether there is a fix' }).waitFor()
      assert.equal(await page.evaluate('gone'), 1)
      assert.match((await page.textContent('#verdict')) ?? '', /deploy-role can't s3:PutObject/)
      assert.equal(await page.locator('.how-far, .fault').count(), 0)
    }))

  test('an answer that breaks off, that is half a line, or that ends with a fault: what came stays, and it is said', () =>
    withTab(async (tab) => {
      const { page } = tab
      await page.evaluate(IN_HAND)
      // Cut before there is anything to show.
      await page.evaluate(PASTE)
      await asked(tab)
      await tell(tab, { progress: reading })
      await page.evaluate('cut()')
      await page.locator('.fault', { hasText: 'The answer broke off. (page/no-answer)' }).waitFor()
      // Cut within the last line.
      await page.getByRole('button', { name: 'Diagnose' }).click()
      await asked(tab, 2)
      await tell(tab, { layers })
      await page.evaluate(`{ tell('{"schemaVersion":1,"answer":{"diagn'); close() }`)
      await page.locator('.fault', { hasText: 'The answer broke off.' }).waitFor()
      await page.locator('.fix-card', { hasText: 'It is not known whether there is a fix' }).waitFor()
      assert.match((await page.textContent('#verdict')) ?? '', /deploy-role can't s3:PutObject/)
      assert.equal(await page.locator('.how-far').count(), 0)
      // A fault after the layers.
      await page.reload()
      await page.waitForSelector('#evidence')
      await page.evaluate(IN_HAND)
      await page.fill('#evidence', 'AccessDenied')
      await page.keyboard.press('ControlOrMeta+Enter')
      await asked(tab)
      await tell(tab, { layers })
      const error = {
        code: 'http/timed-out',
        message: 'no answer was found within 20 seconds',
        hint: 'send less at once',
      }
      await tell(tab, { status: 503, fault: { error } })
      await page.locator('.fault', { hasText: 'no answer was found within 20 seconds' }).waitFor()
      assert.match((await page.textContent('#verdict')) ?? '', /deploy-role can't s3:PutObject/)
    }))
})
