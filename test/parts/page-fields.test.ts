/** What an answer says besides, on the page in a real Chromium: slips, what a fix grants and takes away, the call behind it, doubts. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Browser } from 'playwright-core'
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
} from './browser.ts'

const OWNER = '111122223333'
const WORKER = `arn:aws:sts::${OWNER}:assumed-role/worker/run`
const KEY = `arn:aws:kms:us-east-1:${OWNER}:key/1234abcd-56ef-78ab-90cd-1234567890ef`
const OBJECT = 'arn:aws:s3:::prod-artifacts/releases/app.zip'

const refused = (action: string, resource: string): string =>
  `User: ${WORKER} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`

/** S3's record of a refusal beside KMS's of the same: CloudTrail's reference of both services. */
function joinedRecords(): string {
  const base = {
    eventVersion: '1.11',
    eventTime: '2026-04-27T10:03:00Z',
    awsRegion: 'us-east-1',
    errorCode: 'AccessDenied',
    eventType: 'AwsApiCall',
    recipientAccountId: OWNER,
  }
  const userIdentity = {
    type: 'AssumedRole',
    arn: WORKER,
    accountId: OWNER,
    principalId: 'AROAEXAMPLEWORKER00001:run',
    sessionContext: {
      sessionIssuer: { type: 'Role', arn: `arn:aws:iam::${OWNER}:role/worker`, accountId: OWNER, userName: 'worker' },
    },
  }
  return JSON.stringify([
    {
      ...base,
      userIdentity,
      eventSource: 's3.amazonaws.com',
      eventName: 'PutObject',
      sourceIPAddress: '203.0.113.9',
      errorMessage: 'Access Denied',
      requestID: 'EXAMPLE000000001',
      eventID: '00000000-0000-4000-8000-000000000001',
      requestParameters: { bucketName: 'prod-artifacts', key: 'releases/app.zip' },
      resources: [{ type: 'AWS::S3::Object', ARN: OBJECT }],
    },
    {
      ...base,
      userIdentity: { ...userIdentity, invokedBy: 's3.amazonaws.com' },
      eventSource: 'kms.amazonaws.com',
      eventName: 'GenerateDataKey',
      sourceIPAddress: 's3.amazonaws.com',
      errorMessage: `User: ${WORKER} is not authorized to perform: kms:GenerateDataKey on resource: ${KEY} because no resource-based policy allows the kms:GenerateDataKey action`,
      requestID: '00000000-0000-4000-8000-00000000000a',
      eventID: '00000000-0000-4000-8000-000000000002',
      requestParameters: { keyId: KEY, encryptionContext: { 'aws:s3:arn': OBJECT } },
      resources: [{ accountId: OWNER, type: 'AWS::KMS::Key', ARN: KEY }],
    },
  ])
}

describe('what an answer says besides, in Chromium', { skip: noChromium ?? false }, () => {
  let serving: Serving
  let browser: Browser
  before(async () => {
    const snapshot = join(ROOT, 'examples', 'scp-overnight', 'snapshot')
    ;[serving, browser] = await Promise.all([startServe(['--snapshot', snapshot]), openBrowser()])
  })
  after(async () => {
    await browser?.close()
    serving?.stop()
  })

  async function withTab(use: (tab: Tab) => Promise<void>): Promise<void> {
    const tab = await openTab(browser, serving.url)
    try {
      await tab.page.waitForSelector('#snapshot option:nth-child(2)', { state: 'attached' })
      await use(tab)
      assert.deepEqual(tab.complaints, [])
    } finally {
      await tab.context.close()
    }
  }

  async function ask({ page }: Tab, text: string): Promise<void> {
    await page.fill('#evidence', text)
    await page.click('button[type=submit]')
    await page.locator('#answer[aria-busy="false"] .took:has-text("on this machine")').waitFor()
  }

  const textOf = async ({ page }: Tab, selector: string): Promise<string> => (await page.textContent(selector)) ?? ''

  /** What a button puts into the clipboard. */
  async function copied({ page, context }: Tab, label: string): Promise<string> {
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
    await page.click(`button:has-text("${label}")`)
    await page.waitForSelector('button:has-text("Copied")')
    return page.evaluate('navigator.clipboard.readText()')
  }

  test('a question that is still answered can be taken back; its text stays, and its answer does not come', () =>
    withTab(async (tab) => {
      const { page } = tab
      await page.route('**/api/diagnose', () => undefined)
      await page.fill('#evidence', refused('s3:PutObject', OBJECT))
      const aborted = page.waitForEvent('requestfailed')
      await page.click('button[type=submit]')
      await page.getByRole('button', { name: 'Cancel' }).click()
      assert.match((await aborted).url(), /\/api\/diagnose$/)
      await page.getByRole('button', { name: 'Diagnose' }).waitFor()
      assert.equal(await page.inputValue('#evidence'), refused('s3:PutObject', OBJECT))
      assert.equal(await page.getByRole('button', { name: 'Cancel' }).count(), 0)
      assert.equal(await page.locator('[role="alert"]').count(), 0)
      await page.unroute('**/api/diagnose')
      await page.click('button[type=submit]')
      await page.locator('#answer[aria-busy="false"] .took:has-text("on this machine")').waitFor()
    }))

  test('a slip is named with its lint, and the fix that mends it shown; the ticket has it too', () =>
    withTab(async (tab) => {
      const queue = `arn:aws:sqs:us-east-1:${OWNER}:jobs`
      const document = {
        Version: '2012-10-17',
        Statement: [
          { Sid: 'Send', Effect: 'Allow', Action: 'sqs:SendMessage', Resource: queue.replace('2223333', '2223338') },
        ],
      }
      await tab.page.selectOption('#snapshot', '')
      await tab.page.setInputFiles('input[aria-label="Open a file"]', [
        { name: 'job.log', mimeType: '', buffer: Buffer.from(refused('sqs:SendMessage', queue)) },
        { name: 'worker.json', mimeType: '', buffer: Buffer.from(JSON.stringify(document, null, 2)) },
      ])
      await tab.page.waitForSelector('.slip')
      assert.match(await textOf(tab, '.slip'), /Mistake in statement 1 "Send".*✓ corrected in the fix/s)
      assert.match(await textOf(tab, '.fix-card'), /jobs/)
      for (const href of await tab.page
        .locator('.slip a')
        .evaluateAll((links) => links.map((one) => String((one as unknown as { href: string }).href))))
        assert.equal((await fetch(href)).status, 200, href)
      assert.match(await copied(tab, 'Markdown'), /^Mistake in statement 1/m)
      assert.deepEqual(await axeFindings(tab), [])
    }))

  test('both ways around a Deny say on one line what they grant and what they take away', () =>
    withTab(async (tab) => {
      await ask(tab, readFileSync(join(ROOT, 'examples', 'scp-overnight', 'denial.json'), 'utf8'))
      const lines = tab.page.locator('.fix-card .grant-line')
      const [grants = ''] = await lines.allTextContents()
      assert.match(
        grants,
        /^Grants s3:PutBucketTagging on arn:aws:s3:::shop-prod-audit-eu .*more than it is for: dynamodb:CreateTable/,
      )
      // One line, and the whole on a click.
      const line = lines.first().locator('.what')
      assert.equal(
        await line.evaluate((one) => Math.round((one as unknown as { offsetHeight: number }).offsetHeight / 20)),
        1,
      )
      await lines.first().locator('summary').click()
      assert.ok((await line.evaluate((one) => (one as unknown as { offsetHeight: number }).offsetHeight)) > 60)
      assert.match(await copied(tab, 'Markdown'), /^- Grants: `s3:PutBucketTagging/m)
      await tab.page.click('[data-fold="ways"]')
      await tab.page.locator('.ways label', { hasText: 'for this request alone' }).click()
      await tab.page.locator('.fix-card .grant-line.takes').waitFor()
      assert.match(
        await textOf(tab, '.fix-card .grant-line.takes'),
        /^Takes away \* on arn:aws:s3:::shop-prod-audit-eu by arn:aws:iam::111122223333:role\/automation\/terraform-apply/,
      )
      assert.match(await textOf(tab, '.fix-card .grant-line.takes'), /Takes away/)
      assert.match(await copied(tab, 'Markdown'), /^- Takes away: /m)
      assert.match(await textOf(tab, '#ways .fix .proof'), /it grants what is said here, and nothing else/)
      assert.equal(await overflowOf(tab), 0)
      assert.deepEqual(await axeFindings(tab), [])
    }))

  test('the call that S3 came back with stands beside KMS’s refusal', () =>
    withTab(async (tab) => {
      await tab.page.selectOption('#snapshot', '')
      await ask(tab, joinedRecords())
      assert.match(await textOf(tab, '#verdict'), /worker can't kms:GenerateDataKey/)
      assert.match(await textOf(tab, '.by-call'), /asked by.*s3 for PutObject on .*releases\/app\.zip/s)
      assert.match(
        await copied(tab, 'Markdown'),
        /^- Asked by: `s3 for PutObject on arn:aws:s3:::prod-artifacts\/releases\/app\.zip \(request EXAMPLE000000001\)`/m,
      )
    }))

  test('a bare refusal lists what it usually is, each with the command that tells', () =>
    withTab(async (tab) => {
      await tab.page.selectOption('#snapshot', '')
      await ask(
        tab,
        'aws s3 cp app.zip s3://prod-artifacts/releases/app.zip\nupload failed: An error occurred (AccessDenied) when calling the PutObject operation: Access Denied',
      )
      const usual = tab.page.locator('.usually li')
      assert.ok((await usual.count()) > 2)
      for (const one of await usual.all()) assert.equal(await one.locator('.cmd code').count(), 1)
      assert.deepEqual(await axeFindings(tab), [])
    }))
})
