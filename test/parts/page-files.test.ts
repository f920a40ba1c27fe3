/** Files dropped onto the page beside an error, in a real Chromium: read as the command line reads them. */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { AWS_FORMS, fileOfForm, REFUSAL, WHOLE_FORMS } from '../at-hand-forms.ts'
import { denytrace, ROOT } from '../cli/run-cli.ts'
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

test('every form of docs/at-hand.md has a file here', () => {
  const rows = [
    ...readFileSync(join(ROOT, 'docs/at-hand.md'), 'utf8').matchAll(/^\| `(aws [a-z0-9-]+ [a-z-]+)[^`]*` \|/gm),
  ]
  const have = new Set([...AWS_FORMS, ...WHOLE_FORMS].map(([form]) => form))
  assert.ok(rows.length > 20)
  assert.deepEqual(
    rows.map(([, form = '']) => form).filter((form) => !have.has(form)),
    [],
  )
})

interface Diagnosed {
  readonly status: string
  readonly basis: string
  readonly causes: unknown
  readonly unseen: unknown
  readonly fixes: readonly { readonly id: string; readonly title: string }[]
}

/** What of an answer hangs on the policies. */
const judged = (answer: unknown) =>
  (answer as { readonly diagnoses: readonly Diagnosed[] }).diagnoses.map(
    ({ status, basis, causes, unseen, fixes }) => ({
      status,
      basis,
      causes,
      unseen,
      fixes: fixes.map(({ id, title }) => [id, title]),
    }),
  )

describe('files on the page, in Chromium', { skip: noChromium ?? false }, () => {
  const cwd = mkdtempSync(join(tmpdir(), 'denytrace-page-files-'))
  let serving: Serving
  let browser: Browser
  before(async () => {
    ;[serving, browser] = await Promise.all([startServe([]), openBrowser()])
  })
  after(async () => {
    await browser?.close()
    serving?.stop()
    rmSync(cwd, { recursive: true, force: true })
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

  const asFile = (name: string, text: string) => ({ name, mimeType: '', buffer: Buffer.from(text) })

  /** Gives files to a field of the page, and waits for the whole answer. */
  async function give({ page }: Tab, field: string, files: readonly (readonly [name: string, text: string])[]) {
    // What is read line by line the browser does not keep.
    let said = ''
    await page.route('**/api/diagnose', async (route) => {
      const response = await route.fetch()
      said = await response.text()
      await route.fulfill({ response, body: said })
    })
    await page.setInputFiles(
      `input[aria-label="${field}"]`,
      files.map(([name, text]) => asFile(name, text)),
    )
    await page.locator('#answer[aria-busy="false"] .took:has-text("on this machine")').waitFor()
    await page.unroute('**/api/diagnose')
    const last = JSON.parse(said.trimEnd().split('\n').at(-1) ?? '') as { readonly answer?: unknown }
    return last.answer
  }

  /** The command line, given the same files. */
  async function ran(files: readonly (readonly [name: string, text: string])[]) {
    for (const [name, text] of files) writeFileSync(join(cwd, name), text)
    const { out, err } = await denytrace(['diagnose', '--format', 'json', ...files.map(([name]) => name)], { cwd })
    const said = /^read: (.+)$/m.exec(err)?.[1] ?? ''
    return { answer: JSON.parse(out) as unknown, said, err }
  }

  test('all that the AWS CLI prints, at once, with a file that is nothing known', () =>
    withTab(async (tab) => {
      const files = [
        ['job.log', `10:03:00 upload failed: ${REFUSAL}\n`],
        ...AWS_FORMS.map(([form, value]) => [fileOfForm(form), JSON.stringify(value, null, 4)]),
        ['unknown.json', '{"foo": 1, "bar": 2}'],
      ] as [string, string][]
      const body = await give(tab, 'Open a file', files)
      const { answer, said, err } = await ran(files)
      assert.deepEqual(judged(body), judged(answer))
      // The log is the text now; beside it each file is said as the command line says it.
      await tab.page.click('.snapshot.given summary')
      const lines = await tab.page.locator('.given-files > li').allTextContents()
      assert.equal(lines.length, files.length - 1)
      for (const [form] of AWS_FORMS) {
        const line = lines.find((one) => one.startsWith(fileOfForm(form))) ?? ''
        assert.match(line, new RegExp(`read as ${form}`), form)
        assert.ok(said.includes(`${fileOfForm(form)} (${form})`), form)
      }
      assert.match(err, /`unknown\.json` is not used: it looks like a JSON object with `foo`, `bar`/)
      const fault = (await tab.page.textContent('.fault')) ?? ''
      assert.match(fault, /unknown\.json is not used: it looks like a JSON object with foo, bar.*expected is a denial/s)
      // The others count.
      assert.match((await tab.page.textContent('.why-card')) ?? '', /artifact-upload › Upload/)
      assert.deepEqual(await axeFindings(tab), [])
    }))

  test('an account, a plan, a template, a scenario, a captured policy: each alone beside the error', () =>
    withTab(async (tab) => {
      for (const [form, value] of WHOLE_FORMS) {
        const files = [
          ['job.log', REFUSAL],
          [fileOfForm(form), JSON.stringify(value, null, 2)],
        ] as [string, string][]
        await tab.page.goto(serving.url)
        const body = await give(tab, 'Open a file', files)
        const { answer, said, err } = await ran(files)
        assert.deepEqual(judged(body), judged(answer), form)
        await tab.page.click('.snapshot.given summary')
        const listed = (await tab.page.textContent('.given-files')) ?? ''
        const [, problem] = /^input\/unknown-kind: (.+)$/m.exec(err) ?? []
        // A template does not say for which account it is.
        assert.equal(problem !== undefined, form === 'a CloudFormation template', err)
        if (problem === undefined) {
          assert.ok(said.includes(`(${form})`), said)
          assert.match(listed, new RegExp(`read as ${form}`), form)
        } else assert.ok(listed.includes(problem.replaceAll('`', '').replace(`${fileOfForm(form)} `, '')), listed)
      }
    }))

  test('what a file is can be said, where what it holds does not say it, and a file taken away again', () =>
    withTab(async (tab) => {
      const guard = JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Sid: 'Limit', Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }],
      })
      const DENIED = REFUSAL.replace(/because.*$/, 'because no permissions boundary allows the s3:PutObject action')
      await give(tab, 'Open a file', [
        ['job.log', DENIED],
        ['limit.json', guard],
      ])
      await tab.page.click('.snapshot.given summary')
      await tab.page.selectOption('select[aria-label="What limit.json is"]', 'boundary')
      await tab.page.waitForSelector('.given-files li:has-text("taken for what you said")')
      await tab.page.waitForSelector('.fix-card:has-text("limit, permissions boundary of deploy-role")')
      assert.match((await tab.page.textContent('.stop.deny')) ?? '', /Boundary.*its statement does not allow/s)
      await tab.page.click('button[aria-label="Remove limit.json"]')
      await tab.page.locator('.snapshot.given').waitFor({ state: 'detached' })
      await tab.page.waitForSelector('.why-card:has-text("in AWS’s words")')
    }))

  test('policies without a denial stay, and the denial is asked for', () =>
    withTab(async (tab) => {
      const [, role] = AWS_FORMS[1] ?? []
      await tab.page.setInputFiles(
        'input[aria-label="Open a file"]',
        asFile('role.json', JSON.stringify(role, null, 2)),
      )
      await tab.page.waitForSelector('.fault:has-text("none of them is a denial")')
      assert.match((await tab.page.textContent('.given-files')) ?? '', /role\.json.*read as aws iam get-role-policy/s)
      await tab.page.fill('#evidence', REFUSAL)
      await tab.page.click('button[type=submit]')
      await tab.page.waitForSelector('.why-card:has-text("artifact-upload › Upload")')
    }))

  test('a file of credentials is refused, and kept nowhere', () =>
    withTab(async (tab) => {
      const secret = { Credentials: { AccessKeyId: 'AKIAIOSFODNN7EXAMPLE', SecretAccessKey: 'hidden-value' } }
      await tab.page.fill('#evidence', REFUSAL)
      await tab.page.setInputFiles('input[aria-label="Open a file"]', asFile('session.json', JSON.stringify(secret)))
      await tab.page.waitForSelector('.fault:has-text("contains AWS credentials")')
      await waitUntil(tab.page, '!JSON.stringify(sessionStorage).includes("hidden-value")')
      assert.equal(await tab.page.locator('.given-files').count(), 0)
      await tab.page.click('button[type=submit]')
      await tab.page.waitForSelector('.why-card')
    }))
})
