/** The page in a real Chromium, served by the built program. */
import assert from 'node:assert/strict'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
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

const example = (name: string): string => join(ROOT, 'examples', name)
const EVENTS = readFileSync(join(example('kms-behind-s3'), 'denial.json'), 'utf8')
const SENTENCE =
  'User: arn:aws:sts::111122223333:assumed-role/deploy-role/ci is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::prod-artifacts/releases/app.zip" because no identity-based policy allows the s3:PutObject action'

let serving: Serving
let browser: Browser

async function withTab(
  use: (tab: Tab) => Promise<void>,
  options: Parameters<typeof openTab>[2] = {},
  url = serving.url,
) {
  const tab = await openTab(browser, url, options)
  try {
    await use(tab)
    assert.deepEqual(tab.complaints, [])
  } finally {
    await tab.context.close()
  }
}

async function ask({ page }: Tab, text: string): Promise<void> {
  await page.fill('#evidence', text)
  await page.click('button[type=submit]')
  await page.waitForSelector('#answer')
  await page.locator('.took', { hasText: 'Answered in' }).waitFor()
}

const openAll = ({ page }: Tab): Promise<void> =>
  page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")

const textOf = async ({ page }: Tab, selector: string): Promise<string> => (await page.textContent(selector)) ?? ''

describe('the page in Chromium', { skip: noChromium ?? false }, () => {
  before(async () => {
    ;[serving, browser] = await Promise.all([
      startServe([
        '--snapshot',
        `kms=${join(example('kms-behind-s3'), 'snapshot')}`,
        '--snapshot',
        `scp=${join(example('scp-overnight'), 'snapshot')}`,
      ]),
      openBrowser(),
    ])
  })
  after(async () => {
    await browser?.close()
    serving?.stop()
  })

  test('an event: the sentence marked, the layers, the statement and its failing line, the next denial', () =>
    withTab(async (tab) => {
      await ask(tab, EVENTS)
      assert.match(await textOf(tab, '.summary'), /s3:PutObject/)
      assert.equal(await textOf(tab, 'mark.mark-what'), 's3:PutObject')
      assert.match(await textOf(tab, 'mark.mark-who'), /^arn:aws:sts::111122223333:assumed-role\/deploy-role/)
      assert.match(await textOf(tab, 'mark.mark-where'), /^arn:aws:s3:::prod-artifacts/)
      assert.match(await textOf(tab, 'mark.mark-why'), /^because no identity-based policy allows/)
      assert.equal(await tab.page.locator('.trace > li').count(), 8)
      const layer = tab.page.locator('.trace > li.refuses')
      assert.equal(await layer.count(), 1)
      assert.match((await layer.textContent()) ?? '', /Identity policy.*implicit deny.*AWS named this layer/s)
      assert.equal(await layer.locator('details').first().getAttribute('open'), '')
      assert.match((await layer.locator('.line.fails').first().textContent()) ?? '', /staging-artifacts\/\*/)
      assert.match((await layer.locator('.remark').first().textContent()) ?? '', /Resource fails: .*other bucket/)
      const steps = await tab.page.locator('.chain .step').allTextContents()
      assert.match(steps[0] ?? '', /Before it.*sts:AssumeRoleWithWebIdentity.*allowed/s)
      assert.match(steps[2] ?? '', /Needed next.*kms:GenerateDataKey.*denied/s)
      await tab.page.click('.chain li:nth-child(3) button')
      assert.match(await textOf(tab, '.trace > li.refuses'), /Resource policy.*implicit deny/s)
      assert.match(await textOf(tab, '#requirement'), /Any of.*must allow.*not met/s)
    }))

  test('pasting into the empty field asks at once', () =>
    withTab(async (tab) => {
      await tab.page.focus('#evidence')
      await tab.page.evaluate((text) => {
        const { DataTransfer, ClipboardEvent, document } = globalThis as unknown as {
          DataTransfer: new () => { setData: (type: string, text: string) => void }
          ClipboardEvent: new (name: string, init: object) => object
          document: { getElementById: (id: string) => { dispatchEvent: (event: object) => void } }
        }
        const clipboardData = new DataTransfer()
        clipboardData.setData('text', text)
        document
          .getElementById('evidence')
          .dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
      }, SENTENCE)
      await tab.page.waitForSelector('#answer')
    }))

  test('a gzip file is read, and another snapshot chosen', () =>
    withTab(async (tab) => {
      await tab.page.selectOption('#snapshot', 'scp')
      const denial = readFileSync(join(example('scp-overnight'), 'denial.json'))
      await tab.page.setInputFiles('input[aria-label="Open a file"]', {
        name: 'event.json.gz',
        mimeType: 'application/gzip',
        buffer: gzipSync(denial),
      })
      await tab.page.waitForSelector('#answer')
      assert.match(await textOf(tab, '.trace > li.refuses'), /Service control policy.*explicit deny/s)
      assert.match(
        (await tab.page.locator('.trace > li.refuses .statement.explicit-deny .line.holds').first().textContent()) ??
          '',
        /\S/,
      )
    }))

  test('a gzip file is dropped', () =>
    withTab(async (tab) => {
      const packed = gzipSync(EVENTS).toString('base64')
      await tab.page.evaluate(`{
        const bytes = Uint8Array.from(atob('${packed}'), (one) => one.charCodeAt(0))
        const dataTransfer = new DataTransfer()
        dataTransfer.items.add(new File([bytes], 'event.json.gz'))
        const event = new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true })
        document.querySelector('form.intake').dispatchEvent(event)
      }`)
      await tab.page.waitForSelector('#answer')
      assert.match(await textOf(tab, '.summary'), /s3:PutObject/)
    }))

  test('a scenario is attached, as YAML', () =>
    withTab(async (tab) => {
      const yaml =
        'policies:\n  complete: true\n  identityPolicies:\n    - name: mine\n      document: {Version: "2012-10-17", Statement: [{Sid: Never, Effect: Deny, Action: "s3:*", Resource: "*"}]}\n'
      await tab.page.setInputFiles('input[aria-label="Attach a scenario"]', {
        name: 'ticket.yaml',
        mimeType: 'text/yaml',
        buffer: Buffer.from(yaml),
      })
      await tab.page.waitForSelector('.attached')
      await ask(tab, SENTENCE)
      assert.match(await textOf(tab, '.trace > li.refuses:has-text("Identity policy")'), /explicit deny.*Never/s)
    }))

  test('who was expected, where AWS evaluated another', () =>
    withTab(async (tab) => {
      await tab.page.fill('.expected input', 'arn:aws:iam::111122223333:role/other-role')
      await ask(tab, SENTENCE)
      assert.match(await textOf(tab, '.who.differs'), /AWS evaluated.*deploy-role.*Expected.*other-role/s)
      // Part by part: the account is the same, the role is not, and of a session nothing was expected.
      assert.deepEqual(await tab.page.locator('.who .other dt').allTextContents(), ['role', 'role'])
    }))

  test('scope, forms and copies of a fix', () =>
    withTab(async (tab) => {
      await tab.context.grantPermissions(['clipboard-read', 'clipboard-write'])
      await ask(tab, EVENTS)
      assert.match(await textOf(tab, '.fix .proof'), /Proved/)
      assert.match(await textOf(tab, '.diff .added:has-text("Resource")'), /prod-artifacts\/releases\/app\.zip/)
      await tab.page.click('.switch label:has-text("Same folder")')
      assert.match(await textOf(tab, '.diff .added:has-text("Resource")'), /prod-artifacts\/releases\/\*/)
      const copied = async (): Promise<string> => {
        await tab.page.waitForSelector('.fix button:has-text("Copied")')
        const text = (await tab.page.evaluate('navigator.clipboard.readText()')) as string
        await tab.page.waitForSelector('.fix button:has-text("Copied")', { state: 'detached' })
        return text
      }
      for (const [form, label, holds] of [
        ['Terraform', 'Copy Terraform', 'resource "aws_iam_role_policy"'],
        ['AWS CLI', 'Copy AWS CLI', 'aws iam put-role-policy'],
      ] as const) {
        await tab.page.locator('.change').first().getByRole('button', { name: form, exact: true }).click()
        await tab.page.locator('.change').first().getByRole('button', { name: label }).click()
        assert.ok((await copied()).includes(holds), form)
      }
      await tab.page.click('.fix .buttons button:has-text("Copy test")')
      assert.match(await copied(), /^snapshot: .*\ntests:\n[\s\S]*allow:/)
    }))

  test('a fix is tried, and an edit judged again in the page, with nothing asked of the service', () =>
    withTab(async (tab) => {
      await ask(tab, EVENTS)
      await tab.page.waitForTimeout(500)
      const asked: string[] = []
      tab.page.on('request', (request) => asked.push(request.url()))
      await tab.page.click('#try-fix')
      await tab.page.waitForSelector('#bench-time')
      const lines = await tab.page.locator('.outcome li').allTextContents()
      assert.match(lines[0] ?? '', /s3:PutObject.*denied → allowed/)
      assert.match(lines[1] ?? '', /kms:GenerateDataKey.*denied → allowed/)
      assert.match(
        await textOf(tab, '#incident'),
        /AssumeRoleWithWebIdentity.*is refused.*kms:GenerateDataKey is refused next.*Fix:.*Replay: all 2 requests are allowed.*Your edit: s3:PutObject is allowed/s,
      )
      const document = await tab.page.inputValue('#bench-text')
      await tab.page.fill('#bench-text', document.replace('releases/app.zip', 'releases/other.zip'))
      await tab.page.waitForSelector('.outcome li:has-text("still denied")')
      await tab.page.fill('#bench-text', `${document} nonsense`)
      assert.match(await textOf(tab, '.outcome .warning'), /no JSON yet/)
      await tab.page.click('button:has-text("Undo all")')
      await tab.page.waitForSelector('#bench-time', { state: 'detached' })
      assert.deepEqual(
        asked.filter((url) => !url.endsWith('/engine.js')),
        [],
      )
    }))

  test('a policy that is not in force is added to a layer, edited, and taken away again', () =>
    withTab(async (tab) => {
      await ask(tab, EVENTS)
      await tab.page.click('#try-fix')
      await tab.page.waitForSelector('.outcome li:has-text("s3:PutObject"):has-text("denied → allowed")')
      const add = (name: string) => tab.page.locator(`.places button[aria-label="Add: ${name}"]`)
      for (const [name, refused] of [
        ['Service control policy at r-ab12', 'by service control policy'],
        ['Resource control policy at r-ab12', 'by resource control policy, service control policy'],
      ] as const) {
        await add(name).click()
        await tab.page.waitForSelector(`.outcome li:has-text("${refused}")`)
      }
      assert.match(
        await textOf(tab, '.trace > li.refuses:has-text("Service control")'),
        /r-ab12.*explicit deny.*Tried/s,
      )
      assert.match(await textOf(tab, '.edited-bar'), /With your edits.*s3:PutObject denied/s)
      for (let left = 2; left > 0; left--) {
        await tab.page.locator('.place:has-text("added")').first().click()
        await tab.page.click('.bench-head button:has-text("Take away")')
      }
      await tab.page.waitForSelector('.outcome li:has-text("s3:PutObject"):has-text("denied → allowed")')
      // A boundary of the reader's own: the key's service is not in it.
      await add('Permissions boundary').click()
      await tab.page.waitForSelector('.outcome li:has-text("kms:GenerateDataKey"):has-text("by permissions boundary")')
      await tab.page.fill(
        '#bench-text',
        (await tab.page.inputValue('#bench-text')).replace('"s3:*"', '["s3:*", "kms:*"]'),
      )
      await tab.page.waitForSelector('.outcome li:has-text("kms:GenerateDataKey"):has-text("denied → allowed")')
      // What is in force is taken away and put back.
      await tab.page.locator('.place:has-text("FullAWSAccess")').last().click()
      await tab.page.click('.bench-head button:has-text("Take away")')
      await tab.page.waitForSelector('.outcome li:has-text("s3:PutObject"):has-text("by service control policy")')
      await tab.page.click('.bench-head button:has-text("Put back")')
      await tab.page.waitForSelector('.outcome li:has-text("s3:PutObject"):has-text("denied → allowed")')
      await tab.page.click('.edited-bar button:has-text("Undo all")')
      await tab.page.waitForSelector('.edited-bar', { state: 'detached' })
    }))

  test('the example of the first page is judged as anything else, with no snapshot at all', async () => {
    const bare = await startServe([])
    try {
      await withTab(
        async (tab) => {
          await tab.page.click('text=Show an example')
          await tab.page.locator('.took', { hasText: 'Answered in' }).waitFor()
          assert.match(await textOf(tab, '.summary'), /s3:PutObject.*identity policy.*kms:GenerateDataKey/s)
          assert.match(await textOf(tab, '.fix .proof'), /Proved/)
        },
        {},
        bare.url,
      )
    } finally {
      bare.stop()
    }
  })

  test('the context is edited', () =>
    withTab(async (tab) => {
      await ask(tab, EVENTS)
      await tab.page.click('#bench summary')
      await tab.page.click('.place:has-text("Context of the request")')
      const context = JSON.parse(await tab.page.inputValue('#bench-text')) as Record<string, unknown>
      await tab.page.fill('#bench-text', JSON.stringify({ ...context, 'aws:SecureTransport': false }))
      await tab.page.waitForSelector('.badge')
      await tab.page.click('.trace > li:nth-child(4) summary')
      assert.match(
        await textOf(tab, '.trace > li:nth-child(4)'),
        /Resource policy.*explicit deny.*OnlyOverTls.*matches/s,
      )
    }))

  test('of an edited request it is found anew what its call needs', () =>
    withTab(async (tab) => {
      await ask(tab, EVENTS)
      await tab.page.click('#bench summary')
      await tab.page.click('.place:has-text("Context of the request")')
      const context = JSON.parse(await tab.page.inputValue('#bench-text')) as Record<string, unknown>
      const edit = (more: object) => tab.page.fill('#bench-text', JSON.stringify({ ...context, ...more }))
      // S3 asks KMS for nothing where it encrypts with keys of its own.
      await edit({ 's3:x-amz-server-side-encryption': 'AES256' })
      await tab.page.waitForSelector('.outcome li:has-text("kms:GenerateDataKey"):has-text("denied → not needed")')
      assert.match(await textOf(tab, '.chain'), /kms:GenerateDataKey.*denied.*→ not needed/s)
      const other = 'arn:aws:kms:us-east-1:444455556666:key/0aaaaaaa-0000-0000-0000-000000000000'
      await edit({
        's3:x-amz-server-side-encryption': 'aws:kms',
        's3:x-amz-server-side-encryption-aws-kms-key-id': other,
      })
      await tab.page.waitForSelector('.outcome li:has-text("needed now"):has-text("0aaaaaaa")')
      assert.match(await textOf(tab, '.chain .step.added'), /Needed by your edit.*kms:GenerateDataKey.*0aaaaaaa/s)
      assert.match(await textOf(tab, '.edited-bar'), /kms:GenerateDataKey not needed/)
      assert.deepEqual(await axeFindings(tab), [])
    }))

  test('a fix that sends another request is tried with what that needs', () =>
    withTab(async (tab) => {
      const key = 'arn:aws:kms:us-east-1:111122223333:key/1234abcd-56ef-78ab-90cd-1234567890ef'
      const owner = '111122223333'
      const user = `arn:aws:iam::${owner}:user/ann`
      const statement = (more: object) => ({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...more }] })
      const scenario = {
        request: {
          principal: user,
          action: 's3:PutObject',
          resource: 'arn:aws:s3:::b/k',
          resourceAccount: owner,
          context: {
            'aws:RequestedRegion': 'us-east-1',
            's3:x-amz-server-side-encryption': 'aws:kms',
            's3:x-amz-server-side-encryption-aws-kms-key-id': key,
          },
          contextComplete: true,
        },
        policies: {
          complete: true,
          identityPolicies: [{ name: 'own', document: statement({ Action: 's3:PutObject', Resource: '*' }) }],
          resourcePolicy: {
            kind: 'bucket',
            name: 'bucket',
            document: statement({
              Effect: 'Deny',
              Principal: '*',
              Action: 's3:PutObject',
              Resource: 'arn:aws:s3:::b/*',
              Condition: { StringNotEquals: { 's3:x-amz-server-side-encryption': 'AES256' } },
            }),
          },
        },
        resources: [
          {
            arn: key,
            account: owner,
            kind: 'key',
            policy: statement({ Principal: { AWS: `arn:aws:iam::${owner}:root` }, Action: 'kms:*', Resource: '*' }),
            attributes: {},
          },
        ],
      }
      await tab.page.setInputFiles('input[aria-label="Attach a scenario"]', {
        name: 'ticket.json',
        mimeType: 'application/json',
        buffer: Buffer.from(JSON.stringify(scenario)),
      })
      await tab.page.waitForSelector('.attached')
      await ask(
        tab,
        `User: ${user} is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::b/k" with an explicit deny in a resource-based policy`,
      )
      assert.match(await textOf(tab, '.chain'), /kms:GenerateDataKey.*denied/s)
      await tab.page.locator('.ways label', { hasText: 'x-amz-server-side-encryption: AES256' }).click()
      await tab.page.click('#try-fix')
      await tab.page.waitForSelector('.outcome li:has-text("s3:PutObject"):has-text("denied → allowed")')
      await tab.page.waitForSelector('.outcome li:has-text("kms:GenerateDataKey"):has-text("denied → not needed")')
    }))

  test('of a denial that is not decided each case is shown with its fix, and tried', () =>
    withTab(async (tab) => {
      const user = 'arn:aws:iam::111122223333:user/ann'
      const allow = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }
      const Statement = [{ ...allow, Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } }]
      // Either may have refused it, and they are mended in different places.
      const agent = { StringNotLike: { 'aws:UserAgent': 'backup' } }
      const onlyAgent = { Effect: 'Deny', Principal: '*', Action: 's3:GetObject', Resource: '*', Condition: agent }
      const scenario = {
        request: {
          principal: user,
          action: 's3:GetObject',
          resource: 'arn:aws:s3:::b/k',
          resourceAccount: '111122223333',
          context: {},
        },
        policies: {
          complete: true,
          identityPolicies: [{ name: 'own', document: { Version: '2012-10-17', Statement } }],
          resourcePolicy: {
            name: 'bucket',
            kind: 'bucket',
            document: { Version: '2012-10-17', Statement: [onlyAgent] },
          },
        },
      }
      await tab.page.setInputFiles('input[aria-label="Attach a scenario"]', {
        name: 'ticket.json',
        mimeType: 'application/json',
        buffer: Buffer.from(JSON.stringify(scenario)),
      })
      await tab.page.waitForSelector('.attached')
      await ask(tab, `User: ${user} is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::b/k"`)
      const cases = tab.page.locator('#fixes .ways label')
      const texts = await cases.allTextContents()
      const ofMfa = (value: string, effect: string): number =>
        texts.findIndex((text) => text.includes(`aws:MultiFactorAuthPresent is ${value}`) && text.includes(effect))
      const [allowed, denied] = [ofMfa('true', 'allowed'), ofMfa('false', 'denied')]
      assert.ok(allowed >= 0 && denied >= 0, texts.join('\n'))
      await cases.nth(allowed).click()
      await tab.page.click('#try-case')
      await tab.page.waitForSelector('.outcome li:has-text("undetermined → allowed")')
      await cases.nth(denied).click()
      assert.match(await textOf(tab, '#fixes .fix'), /Authenticate with MFA first/)
      await tab.page.click('#try-fix')
      await tab.page.waitForSelector('.outcome li:has-text("undetermined → allowed")')
      await openAll(tab)
      assert.deepEqual(await axeFindings(tab), [])
      assert.equal(await overflowOf(tab), 0)
    }))

  test('a file that is empty, damaged or too large is told, and nothing is asked', () =>
    withTab(async (tab) => {
      for (const [name, buffer, told] of [
        ['empty.json', Buffer.from(' '), /empty\.json is empty/],
        ['broken.gz', Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3, 4, 5, 6, 7, 8]), /broken\.gz cannot be unpacked/],
        ['bomb.gz', gzipSync(Buffer.alloc(9 * 1024 * 1024, 97)), /bomb\.gz holds more than 8 MB/],
      ] as const) {
        await tab.page.setInputFiles('input[aria-label="Open a file"]', {
          name,
          mimeType: 'application/octet-stream',
          buffer,
        })
        await tab.page.locator('.fault', { hasText: told }).waitFor()
      }
      await tab.page.evaluate(`{
        const field = document.querySelector('#evidence')
        field.value = 'x'.repeat(10_000_000)
        field.dispatchEvent(new Event('input', { bubbles: true }))
      }`)
      await tab.page.click('button[type=submit]')
      await tab.page.locator('.fault', { hasText: /larger than/ }).waitFor()
    }))

  test('an incident from its events: assumed, refused, refused at the key, changed, and repeated', () =>
    withTab(async (tab) => {
      interface Event {
        eventName: string
        userIdentity: object
        errorCode?: string
        errorMessage?: string
      }
      const records = (JSON.parse(EVENTS) as { Records: Event[] }).Records
      const put = records.find(({ eventName }) => eventName === 'PutObject')
      assert.ok(put !== undefined)
      const at = (minute: number, id: number) => ({
        eventTime: `2026-04-27T10:${String(minute).padStart(2, '0')}:00Z`,
        eventID: `00000000-0000-0000-0000-00000000000${id}`,
        requestID: `REQUEST${id}`,
      })
      const ARN = 'arn:aws:kms:us-east-1:111122223333:key/1234abcd-56ef-78ab-90cd-1234567890ef'
      const key = {
        ...put,
        ...at(5, 1),
        eventSource: 'kms.amazonaws.com',
        eventName: 'GenerateDataKey',
        errorMessage: `User: arn:aws:sts::111122223333:assumed-role/deploy-role/GitHubActions is not authorized to perform: kms:GenerateDataKey on resource: ${ARN} because no resource-based policy allows the kms:GenerateDataKey action`,
        resources: [{ ARN }],
        requestParameters: { keyId: ARN },
      }
      const change = {
        ...put,
        ...at(9, 2),
        eventSource: 'iam.amazonaws.com',
        eventName: 'PutRolePolicy',
        userIdentity: {
          type: 'IAMUser',
          arn: 'arn:aws:iam::111122223333:user/admin',
          accountId: '111122223333',
        },
        requestParameters: { roleName: 'deploy-role', policyName: 'deploy', policyDocument: '{}' },
      }
      const succeeded = (event: Event): object =>
        Object.fromEntries(Object.entries(event).filter(([name]) => !name.startsWith('error')))
      const after = [succeeded(change), { ...succeeded(put), ...at(12, 3) }]
      await ask(tab, JSON.stringify({ Records: [...records, key, ...after] }))
      assert.match(
        await textOf(tab, '#incident'),
        /AssumeRoleWithWebIdentity.*succeeds.*what fails is a later step.*s3:PutObject.*is refused.*kms:GenerateDataKey.*is refused.*next authorization of the same call.*iam:PutRolePolicy.*What was in force changes.*s3:PutObject.*succeeds.*seen succeeding.*Fix:.*Replay:/s,
      )
    }))

  test('keys: ? shows them, / goes to the field, j and Enter open layers, they can be turned off', () =>
    withTab(async (tab) => {
      const { keyboard } = tab.page
      await ask(tab, EVENTS)
      const focused = (): Promise<string> =>
        tab.page.evaluate('document.activeElement.textContent + document.activeElement.id')
      await tab.page.click('.name + .tools, .top')
      await keyboard.press('?')
      await tab.page.waitForSelector('dialog[open]')
      assert.match(await textOf(tab, 'dialog'), /next layer/)
      assert.deepEqual(await axeFindings(tab), [])
      await keyboard.press('Escape')
      await keyboard.press('/')
      assert.match(await focused(), /evidence$/)
      await keyboard.press('Escape')
      await keyboard.press('j')
      assert.match(await focused(), /Resource control policy/)
      await keyboard.press('j')
      await keyboard.press('Enter')
      assert.equal(await tab.page.getAttribute('.trace > li:nth-child(2) > details', 'open'), '')
      await keyboard.press(']')
      assert.match(await textOf(tab, '.step.chosen'), /kms:GenerateDataKey/)
      await keyboard.press('t')
      await tab.page.waitForSelector('#bench-time')
      await tab.page.locator('body').click({ position: { x: 2, y: 2 } })
      await keyboard.press('?')
      await tab.page.click('dialog input[type=checkbox]')
      await keyboard.press('Escape')
      await tab.page.locator('body').click({ position: { x: 2, y: 2 } })
      await keyboard.press('/')
      assert.doesNotMatch(await focused(), /evidence$/)
    }))

  for (const dark of [false, true])
    for (const width of [1280, 390])
      test(`axe finds nothing and nothing is wider than the window: ${dark ? 'dark' : 'light'}, ${width} pixels`, () =>
        withTab(
          async (tab) => {
            assert.deepEqual(await axeFindings(tab), [])
            await ask(tab, EVENTS)
            await tab.page.click('#try-fix')
            await tab.page.waitForSelector('#bench-time')
            await openAll(tab)
            assert.deepEqual(await axeFindings(tab), [])
            assert.equal(await overflowOf(tab), 0)
            await ask(tab, 'hello')
            assert.match(await textOf(tab, '.fault'), /is a denial/)
            assert.deepEqual(await axeFindings(tab), [])
          },
          { dark, width },
        ))

  for (const dark of [false, true])
    for (const width of [1280, 390])
      test(`axe finds nothing on the pages of the guide either: ${dark ? 'dark' : 'light'}, ${width} pixels`, async () => {
        const context = await browser.newContext({
          viewport: { width, height: 900 },
          colorScheme: dark ? 'dark' : 'light',
        })
        const page = await context.newPage()
        const tab: Tab = { page, context, complaints: [] }
        for (const name of [
          'index',
          'aws-access-denied',
          'aws-vs-gcp',
          'signature-does-not-match',
          'input-not-found',
        ]) {
          await page.goto(`${serving.url}guide/${name}.html`)
          assert.deepEqual([name, await axeFindings(tab), await overflowOf(tab)], [name, [], 0])
        }
        await context.close()
      })

  test('hostile policies and messages are text, and run nothing', () =>
    withTab(async (tab) => {
      const evil = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`
      const scenario = {
        request: {},
        policies: {
          complete: true,
          identityPolicies: [
            {
              name: `${evil}\u202e`,
              document: {
                Version: '2012-10-17',
                Statement: [{ Sid: evil, Effect: 'Deny', Action: 's3:*', Resource: '*', [evil]: evil }],
              },
            },
            { name: 'deep', document: `${'['.repeat(5000)}${']'.repeat(5000)}` },
            { name: 'bad', document: `{"Statement": "${evil.replaceAll('"', "'")}` },
          ],
        },
      }
      await tab.page.setInputFiles('input[aria-label="Attach a scenario"]', {
        name: `${evil}.json`,
        mimeType: 'application/json',
        buffer: Buffer.from(JSON.stringify(scenario)),
      })
      await tab.page.waitForSelector('.attached')
      await ask(tab, `${SENTENCE} ${evil}`)
      await openAll(tab)
      assert.equal(await tab.page.title(), 'denytrace')
      assert.equal(await tab.page.locator('#answer img, #answer script').count(), 0)
      assert.match(await textOf(tab, '#trace'), /<img src=x/)
      assert.equal(await overflowOf(tab), 0)
    }))

  test('where a token is asked for, the page asks for it', async () => {
    const { mkdtempSync, rmSync, writeFileSync } = await import('node:fs')
    const { tmpdir } = await import('node:os')
    const folder = mkdtempSync(join(tmpdir(), 'denytrace-page-'))
    writeFileSync(join(folder, 'token'), 'a-token-of-many-letters\n')
    const guarded = await startServe([
      '--token-file',
      join(folder, 'token'),
      '--snapshot',
      `kms=${join(example('kms-behind-s3'), 'snapshot')}`,
    ])
    try {
      await withTab(
        async (tab) => {
          await tab.page.fill('.token input', 'a-token-of-many-letters')
          await tab.page.click('.token button')
          await tab.page.waitForSelector('option[value=kms]', { state: 'attached' })
          await ask(tab, SENTENCE)
        },
        {},
        guarded.url,
      )
    } finally {
      guarded.stop()
      rmSync(folder, { recursive: true })
    }
  })
})

test('what the first view loads is small', () => {
  const bytes = ['index.html.gz', 'app.js.gz', 'app.css.gz', 'icon.svg.gz'].map(
    (name) => statSync(join(ROOT, 'dist', 'web', name)).size,
  )
  assert.ok(bytes.reduce((sum, one) => sum + one, 0) < 250 * 1024, bytes.join(' '))
})
