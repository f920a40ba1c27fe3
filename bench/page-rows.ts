import type { Browser, Page } from 'playwright-core'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { noChromium, openBrowser, openTab, startServe } from '../test/parts/browser.ts'
import type { Row } from './rows.ts'
import { rounds, sized } from './size.ts'

const EXAMPLE = join(import.meta.dirname, '..', 'examples', 'kms-behind-s3')
/** Characters of each pasted text. */
const LONG = sized(5_000_000, 50_000)
const ROUNDS = rounds(3)
/** Milliseconds of CPU of the page's main thread. */
const MOST = 50

const SENTENCE =
  'User: arn:aws:sts::111122223333:assumed-role/deploy-role/ci is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::prod-artifacts/releases/app.zip" because no identity-based policy allows the s3:PutObject action'

function pasted(): Readonly<Record<string, string>> {
  const line = `10:03:00 ERROR upload failed: ${SENTENCE}\n`
  const { Records } = JSON.parse(readFileSync(join(EXAMPLE, 'denial.json'), 'utf8')) as { Records: readonly unknown[] }
  const one = JSON.stringify(Records, null, 2).length
  return {
    'a log of denials': line.repeat(LONG / line.length),
    events: JSON.stringify({ Records: Array.from({ length: LONG / one }, () => Records).flat() }, null, 2),
    'one line': `${'x'.repeat(LONG / 2)} ${SENTENCE} ${'y'.repeat(LONG / 2)}`,
  }
}

interface Traced {
  readonly name: string
  readonly ph: string
  readonly pid: number
  readonly tid: number
  readonly ts: number
  readonly dur?: number
  readonly tdur?: number
  readonly args: { readonly name?: string }
}

/** CPU of each task of the page's main thread while something is done, longest first, in milliseconds: a loaded machine adds no waiting. */
async function tasksOf(browser: Browser, page: Page, act: () => Promise<void>): Promise<readonly number[]> {
  await browser.startTracing(page, {
    categories: ['toplevel', 'disabled-by-default-devtools.timeline', 'blink.user_timing'],
  })
  await page.evaluate("performance.mark('denytrace-begins')")
  await act()
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString('utf8')) as { traceEvents: Traced[] }
  const mark = traceEvents.find(({ name }) => name === 'denytrace-begins')
  if (mark === undefined) throw new Error('the trace does not say where it begins: nothing was measured')
  // A task is told twice, the one within the other, and only the outer one is whole.
  let end = 0
  return traceEvents
    .filter(({ name, ph, pid, tid, ts }) => {
      const isTask = name === 'RunTask' || name === 'ThreadControllerImpl::RunTask'
      return isTask && ph === 'X' && pid === mark.pid && tid === mark.tid && ts >= mark.ts
    })
    .toSorted((a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0))
    .filter(({ ts, dur = 0 }) => {
      const isOuter = ts >= end
      if (isOuter) end = ts + dur
      return isOuter
    })
    .map(({ tdur = 0 }) => tdur / 1000)
    .toSorted((a, b) => b - a)
}

const whole = (page: Page): Promise<void> =>
  page.locator('#answer[aria-busy="false"] .took:has-text("on this machine")').waitFor()

/** The longest task from a paste to the whole answer, and after it while the engine is warmed. */
async function longestOf(browser: Browser, url: string, text: string): Promise<number> {
  const { page, context } = await openTab(browser, url)
  await page.waitForSelector('#snapshot option:nth-child(2)', { state: 'attached' })
  // The text is handed over before it is measured, as a clipboard holds it.
  await page.evaluate((long) => {
    const held = globalThis as unknown as {
      held: { setData: (type: string, text: string) => void }
      DataTransfer: new () => typeof held.held
    }
    held.held = new held.DataTransfer()
    held.held.setData('text', long)
  }, text)
  const [longest = 0] = await tasksOf(browser, page, async () => {
    await page.evaluate(
      `setTimeout(() => document.querySelector('#evidence').dispatchEvent(new ClipboardEvent('paste', { clipboardData: held, bubbles: true, cancelable: true })), 50)`,
    )
    await whole(page)
    await page.waitForTimeout(2000)
  })
  await context.close()
  return longest
}

/** All that the first letter of an edit costs until the page says what it does. */
async function firstLetterOf(browser: Browser, url: string): Promise<number> {
  const { page, context } = await openTab(browser, url)
  await page.waitForSelector('#snapshot option:nth-child(2)', { state: 'attached' })
  await page.fill('#evidence', readFileSync(join(EXAMPLE, 'denial.json'), 'utf8'))
  await page.click('button[type=submit]')
  await whole(page)
  await page.waitForTimeout(2500)
  await page.click('.edit-here')
  await page.waitForSelector('#bench-text .cm-content')
  await page.keyboard.press('ArrowLeft')
  await page.waitForTimeout(500)
  const tasks = await tasksOf(browser, page, async () => {
    await page.keyboard.type('x')
    await page.locator('#verdict', { hasText: 'With your edit' }).waitFor()
  })
  await context.close()
  return tasks.reduce((sum, one) => sum + one, 0)
}

const middle = (of: readonly number[]): number => of.toSorted((a, b) => a - b)[Math.floor(of.length / 2)] ?? 0

const row = (what: string, bar: string, ours: number, yardstick: number, met: boolean): Row => ({
  row: '19',
  what,
  bar,
  ours: `${ours.toFixed(0)} ms`,
  yardstick: `${yardstick.toFixed(0)} ms (5 MB written as JSON and read)`,
  result: (ours / yardstick).toFixed(2),
  met,
})

/** Row 19, of the page: CPU of its main thread, medians of three pages each. */
export async function pageRows(): Promise<Row[]> {
  if (noChromium !== undefined)
    return [{ ...row('the page', '', 0, 1, false), ours: noChromium, yardstick: '', result: '', met: undefined }]
  const serving = await startServe(['--snapshot', join(EXAMPLE, 'snapshot')])
  try {
    return await rowsOf(serving.url)
  } finally {
    serving.stop()
  }
}

async function rowsOf(url: string): Promise<Row[]> {
  const browser = await openBrowser()
  try {
    const made: Row[] = []
    const yardstick = await yardstickOf(browser, url)
    for (const [name, text] of Object.entries(pasted())) {
      const found: number[] = []
      for (let i = 0; i < ROUNDS; i++) found.push(await longestOf(browser, url, text))
      const ours = middle(found)
      const what = `5 MB pasted into the page, ${name}: its longest task`
      made.push(row(what, `<= ${MOST} ms of CPU`, ours, yardstick, ours <= MOST))
    }
    const letters: number[] = []
    for (let i = 0; i < ROUNDS; i++) letters.push(await firstLetterOf(browser, url))
    const ours = middle(letters)
    return [
      ...made,
      row(
        'first letter of an edit on the page, with its result',
        `<= ${MOST} ms of CPU`,
        ours,
        yardstick,
        ours <= MOST,
      ),
    ]
  } finally {
    await browser.close()
  }
}

/** In the same page: what the browser itself needs for a text as long. */
async function yardstickOf(browser: Browser, url: string): Promise<number> {
  const { page, context } = await openTab(browser, url)
  const took: number = await page.evaluate(`(() => {
    const text = ${JSON.stringify(SENTENCE)}.repeat(${LONG} / ${SENTENCE.length})
    const times = [0, 1, 2].map(() => { const start = performance.now(); JSON.parse(JSON.stringify(text)); return performance.now() - start })
    return times.sort((a, b) => a - b)[1]
  })()`)
  await context.close()
  return took
}
