/** The main points of the page in a real Firefox: the answer on the first screen, edit and see, the keyboard alone, both themes. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { ROOT } from '../cli/run-cli.ts'
import { PATIENCE, type Serving, startServe } from './browser.ts'
import { axeIn, type FirefoxPage, noFirefox, openFirefox } from './firefox.ts'

const EXAMPLE = join(ROOT, 'examples', 'kms-behind-s3')
const EVENTS = readFileSync(join(EXAMPLE, 'denial.json'), 'utf8')

for (const dark of [false, true])
  describe(`the page in Firefox, ${dark ? 'dark' : 'light'}`, { skip: noFirefox ?? false }, () => {
    let serving: Serving
    let firefox: Awaited<ReturnType<typeof openFirefox>>
    before(async () => {
      ;[serving, firefox] = await Promise.all([
        startServe(['--snapshot', join(EXAMPLE, 'snapshot')]),
        openFirefox(dark),
      ])
    })
    after(async () => {
      await firefox?.close()
      serving?.stop()
    })

    /** A page on which what the browser refuses or asks of others is kept. */
    async function withPage(use: (page: FirefoxPage) => Promise<void>): Promise<void> {
      const page = await firefox.newPage()
      page.setDefaultTimeout(PATIENCE)
      const complaints: string[] = []
      page.on('pageerror', (error) => complaints.push(String(error)))
      page.on('request', (request: { readonly url: () => string }) => {
        if (!request.url().startsWith(serving.url)) complaints.push(`asks for ${request.url()}`)
      })
      await page.evaluateOnNewDocument(
        `globalThis.refused = []; addEventListener('securitypolicyviolation', ({ violatedDirective, sample }) => refused.push(violatedDirective + ' ' + sample))`,
      )
      await page.setViewport({ width: 1440, height: 900 })
      await page.goto(serving.url)
      // The list of snapshots comes after the page.
      await page.waitForFunction(`document.querySelectorAll('#snapshot option').length > 1`)
      await use(page)
      assert.deepEqual([...complaints, ...((await page.evaluate('refused')) as string[])], [])
    }

    const text = async (page: FirefoxPage, selector: string): Promise<string> =>
      String(await page.evaluate(`document.querySelector(${JSON.stringify(selector)})?.textContent ?? ''`))

    async function press(page: FirefoxPage, ...keys: readonly string[]): Promise<void> {
      for (const key of keys) await page.keyboard.down(key)
      for (const key of keys.toReversed()) await page.keyboard.up(key)
    }

    const answered = (page: FirefoxPage): Promise<unknown> =>
      page.waitForFunction(
        `document.querySelector('#answer[aria-busy="false"] .took')?.textContent.includes('on this machine')`,
      )

    /** The denial typed into the field, by keys alone. */
    async function ask(page: FirefoxPage): Promise<void> {
      await page.keyboard.press('/')
      await page.waitForFunction(`document.activeElement?.id === 'evidence'`)
      // As long a text is pasted; the driver types letter by letter.
      await page.evaluate(`document.execCommand('insertText', false, ${JSON.stringify(EVENTS)})`)
      await press(page, 'Control', 'Enter')
      await answered(page)
    }

    test('the answer is on the first screen, and axe finds nothing', () =>
      withPage(async (page) => {
        await ask(page)
        assert.equal(
          await text(page, '#verdict'),
          'deploy-role may not s3:PutObject: its policy allows staging-artifacts, the call went to prod-artifacts',
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
        assert.equal(
          await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth'),
          0,
        )
        assert.deepEqual(await axeIn(page), [])
      }))

    test('by keys alone a policy is edited where its line stands, judged, and left again', () =>
      withPage(async (page) => {
        await ask(page)
        await page.keyboard.press('e')
        const content = `document.querySelector('#bench-text')?.shadowRoot?.querySelector('.cm-content')`
        await page.waitForFunction(`${content} !== null && ${content} !== undefined`)
        await page.waitForFunction(`document.querySelector('#bench-text').shadowRoot.activeElement !== null`)
        await press(page, 'Control', 'a')
        const document = {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: 's3:PutObject', Resource: 'arn:aws:s3:::prod-artifacts/*' }],
        }
        await page.keyboard.type(JSON.stringify(document))
        await page.waitForFunction(
          `document.querySelector('#verdict').textContent.startsWith('With your edit deploy-role may s3:PutObject')`,
        )
        assert.match(await text(page, '#verdict'), /kms:GenerateDataKey is refused next/)
        assert.deepEqual(await axeIn(page), [])
        await page.keyboard.press('Escape')
        await page.waitForFunction(`document.querySelector('#editing') === null`)
        assert.match(await text(page, '.edit-kept'), /Judged with your edit/)
      }))

    test('what can be reached by Tab shows that it is reached', () =>
      withPage(async (page) => {
        await ask(page)
        const reached: string[] = []
        for (let i = 0; i < 12; i++) {
          await page.keyboard.press('Tab')
          const [name, ring] = (await page.evaluate(
            `[document.activeElement?.outerHTML.slice(0, 80) ?? '', getComputedStyle(document.activeElement).outlineStyle]`,
          )) as [string, string]
          assert.notEqual(ring, 'none', name)
          reached.push(name)
        }
        assert.equal(new Set(reached).size > 8, true, reached.join('\n'))
      }))
  })
