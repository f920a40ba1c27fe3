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
  PATIENCE,
  type Serving,
  startServe,
  type Tab,
  waitUntil,
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
  await answered(page)
}

/** The answer is there, with its fixes. */
const answered = (page: Tab['page']): Promise<void> =>
  page.locator('#answer[aria-busy="false"] :is(.took:has-text("on this machine"), .playbook)').waitFor()

/** Opens what is folded at the foot of the answer. */
async function fold({ page }: Tab, id: string): Promise<void> {
  const button = page.locator(`[data-fold="${id}"]`)
  if ((await button.getAttribute('aria-expanded')) === 'false') await button.click()
  await page.waitForSelector(`#${id}`)
}

async function openAll({ page }: Tab): Promise<void> {
  await page.evaluate(`for (const one of document.querySelectorAll('[data-fold][aria-expanded="false"]')) one.click()`)
  await page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
}

/** The text in the editor, which draws only the lines that are seen. */
async function editedText({ page }: Tab): Promise<string> {
  await page.waitForSelector('#bench-text .cm-content')
  const content = "document.querySelector('#bench-text').shadowRoot.querySelector('.cm-content')"
  return page.evaluate(`${content}.cmTile.root.view.state.doc.toString()`)
}

/** Writes into the editor instead of what is there. */
async function write({ page }: Tab, text: string): Promise<void> {
  await page.focus('#bench-text .cm-content')
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.insertText(text)
}

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
      assert.equal(await textOf(tab, '.tag'), 'DENIED')
      assert.equal(
        await textOf(tab, '#verdict'),
        "role deploy-role can't s3:PutObject: the role's policy artifact-upload allows staging-artifacts, but the call went to prod-artifacts",
      )
      assert.match(await textOf(tab, '.meta'), /27 Apr 2026, 10:03:00 UTC.*us-east-1.*4XBGT7W2QHEXAMPL.*AWS agrees/s)
      assert.match(
        await textOf(tab, '.facts'),
        /deploy-role \/ GitHubActions 111122223333.*prod-artifacts\/releases\/app\.zip/s,
      )
      assert.match(await textOf(tab, '.stop.deny'), /Identity policy.*none of 3 statements allows it/s)
      assert.equal(await tab.page.locator('.stop.deny').count(), 1)
      assert.match(await textOf(tab, '.call.then'), /kms:GenerateDataKey.*Key policy.*does not let the caller in/s)
      assert.match(await textOf(tab, '.why-card'), /artifact-upload › UploadArtifacts.*✓ matches/s)
      assert.match(
        await textOf(tab, '.why-card .l.hit'),
        /"Resource": "arn:aws:s3:::staging-artifacts\/\*".*other bucket/s,
      )
      assert.equal(await textOf(tab, '.why-card .l.hit mark'), 'staging')
      assert.equal(await textOf(tab, '.why-card .l.req mark'), 'prod')
      assert.match(
        await textOf(tab, '.fix-card .seal'),
        /Both calls then succeed\. Nothing else becomes allowed \(proved\)/,
      )
      assert.match(await textOf(tab, '.banner'), /S3 alone is not enough.*in the fix/s)
      await fold(tab, 'message')
      assert.equal(await textOf(tab, 'mark.mark-what'), 's3:PutObject')
      assert.match(await textOf(tab, 'mark.mark-who'), /^arn:aws:sts::111122223333:assumed-role\/deploy-role/)
      assert.match(await textOf(tab, 'mark.mark-where'), /^arn:aws:s3:::prod-artifacts/)
      assert.match(await textOf(tab, 'mark.mark-why'), /^because no identity-based policy allows/)
      await fold(tab, 'trace')
      await fold(tab, 'requirement')
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

  /** The lower edge of what is seen of an element, in pixels from the top of the page. */
  const bottomOf = ({ page }: Tab, selector: string): Promise<number> =>
    page.evaluate((one) => {
      const { document, scrollY } = globalThis as unknown as {
        scrollY: number
        document: { querySelector: (one: string) => { getBoundingClientRect: () => { bottom: number } } }
      }
      return document.querySelector(one).getBoundingClientRect().bottom + scrollY
    }, selector)

  test('the answer is on the first screen, and on a phone within two', async () => {
    for (const [width, room] of [
      [1440, 900],
      [390, 2 * 844],
    ] as const)
      await withTab(
        async (tab) => {
          await ask(tab, EVENTS)
          for (const part of ['#verdict', '.path', '.call.then', '.why-card', '.fix-card .copy-fix'])
            assert.ok((await bottomOf(tab, part)) <= room, `${part} at ${width}`)
          assert.equal(await overflowOf(tab), 0)
        },
        { width },
      )
  })

  test('an explicit deny: only the lines that decide, each with the value of the request beside it', () =>
    withTab(async (tab) => {
      await tab.page.selectOption('#snapshot', 'scp')
      await ask(tab, readFileSync(join(example('scp-overnight'), 'denial.json'), 'utf8'))
      assert.match(
        await textOf(tab, '#verdict'),
        /terraform-apply can't s3:PutBucketTagging: an SCP denies it because aws:RequestedRegion is eu-west-1, not us-east-1 or us-west-2$/,
      )
      const hits = await tab.page.locator('.why-card .l.hit').allTextContents()
      assert.equal(hits.length, 3)
      assert.match(hits[0] ?? '', /s3:PutBucket\*.*s3:PutBucketTagging/s)
      assert.match(hits[1] ?? '', /aws:RequestedRegion.*eu-west-1/s)
      assert.match(hits[2] ?? '', /aws:PrincipalArn.*break-glass.*terraform-apply/s)
      assert.match(await textOf(tab, '.why-card'), /more lines/)
      await tab.page.locator('.why-card .gap button').first().click()
      assert.doesNotMatch(await textOf(tab, '.why-card'), /more lines/)
      // What the events show of before: that it worked, and who changed what since.
      assert.match(
        await textOf(tab, '.changed'),
        /Worked 24 hours before\..*At 14 Sep, 21:17 UTC maria\.lopez@example\.com changed what was in force.*organizations:UpdatePolicy/s,
      )
      await tab.page.click('.changed button')
      assert.match(await textOf(tab, '#incident'), /succeeds.*organizations:UpdatePolicy.*is refused/s)
    }))

  const PASS_ROLE =
    'User: arn:aws:sts::111122223333:assumed-role/prod-KarpenterControllerRole/karpenter is not authorized to perform: iam:PassRole on resource: arn:aws:iam::111122223333:role/KarpenterNodeRole-prod because no identity-based policy allows the iam:PassRole action'

  test('a setting or a layer that AWS names is told as what refused, and what is only likely is not AWS’s word', () =>
    withTab(async (tab) => {
      await tab.page.waitForSelector('#snapshot option[value=kms]', { state: 'attached' })
      await tab.page.selectOption('#snapshot', '')
      await ask(
        tab,
        'User: arn:aws:iam::111122223333:user/ana is not authorized to perform: s3:PutBucketPolicy on resource: "arn:aws:s3:::site" because public policies are blocked by the BlockPublicPolicy block public access setting.',
      )
      assert.match(await textOf(tab, '#verdict'), /BlockPublicPolicy of S3 Block Public Access is on$/)
      assert.match(
        await textOf(tab, '.why-card'),
        /No Allow overrides the setting.*Check these, most likely first:.*get-public-access-block/s,
      )
      assert.doesNotMatch(await textOf(tab, 'main'), /does not say where|not in which policy|policy that denies it/)
      await ask(tab, 'An error occurred (AccessDenied): explicit deny in a service control policy')
      assert.match(await textOf(tab, '.why-card'), /No Allow overrides an explicit Deny.*list-policies-for-target/s)
      await ask(
        tab,
        'User: arn:aws:sts::111122223333:assumed-role/app/run is not authorized to perform: sqs:SendMessage on resource: arn:aws:sqs:us-east-1:111122223333:q',
      )
      assert.match(await textOf(tab, '.call'), /Identity policy.*most likely: nothing allows it/s)
      assert.match(
        await textOf(tab, '.why-card'),
        /AWS doesn't say which policy denied it.*Check these, most likely first:/s,
      )
    }))

  test('the message alone: what its words settle, a draft, what was not seen; then a policy is given beside it', () =>
    withTab(async (tab) => {
      // The list of snapshots comes after the page, and its first is chosen then.
      await tab.page.waitForSelector('#snapshot option[value=kms]', { state: 'attached' })
      await tab.page.selectOption('#snapshot', '')
      await ask(tab, PASS_ROLE)
      assert.equal(
        await textOf(tab, '#verdict'),
        "role prod-KarpenterControllerRole can't iam:PassRole for KarpenterNodeRole-prod: no identity policy allows it",
      )
      assert.match(
        await textOf(tab, '.call'),
        /by the order in which AWS asks.*SCP.*allows it.*AWS named it: nothing allows it.*could deny next/s,
      )
      assert.match(
        await textOf(tab, '.why-card'),
        /in AWS’s words.*No explicit Deny was involved.*could still deny it next/s,
      )
      assert.match(await textOf(tab, '.fix-card'), /Fix.*a draft from the message.*iam:PassRole.*not verified/s)
      assert.match(
        await textOf(tab, '.not-seen'),
        /VPC endpoint policy.*permissions boundary.*All of them at once.*denytrace diagnose --live -/s,
      )
      assert.match(await textOf(tab, '.to-be-sure'), /Verify.*changes nothing.*denytrace diagnose --live -/s)
      const document = {
        Version: '2012-10-17',
        Statement: [
          {
            Sid: 'Pass',
            Effect: 'Allow',
            Action: 'iam:PassRole',
            Resource: 'arn:aws:iam::111122223333:role/KarpenterNodeRole-dev',
          },
        ],
      }
      await tab.page.setInputFiles('input[aria-label="Add policies"]', {
        name: 'controller.json',
        mimeType: 'application/json',
        buffer: Buffer.from(JSON.stringify(document, null, 2)),
      })
      await tab.page.waitForSelector('.why-card:has-text("controller › Pass")')
      await answered(tab.page)
      assert.match(await textOf(tab, '#verdict'), /the role's policy controller allows \S+, but the call went to \S+/)
      assert.equal(await textOf(tab, '.why-card .l.hit mark'), 'dev')
      assert.deepEqual(await axeFindings(tab), [])
    }))

  test('Google Cloud, CORS and a refused signature have headlines of their own, and no identity boxes', () =>
    withTab(async (tab) => {
      for (const [text, tag, said, step] of [
        [
          readFileSync(join(ROOT, 'examples', 'gcp-perimeter.txt'), 'utf8'),
          'GOOGLE CLOUD',
          /a service perimeter keeps release-bot out/,
          /gcloud logging read 'protoPayload\.metadata\.vpcServiceControlsUniqueId="6TfQ0a1hJm2dYx8ZkV3rLw9PbNcE4uGs"'/,
        ],
        [
          "Access to fetch at 'https://b.s3.amazonaws.com/k' from origin 'https://app.example.com' has been blocked by CORS policy: No 'Access-Control-Allow-Origin' header is present on the requested resource.",
          'CORS',
          /browser blocked the answer/,
          /denytrace guide cors --url https:\/\/b\.s3\.amazonaws\.com\/k --origin https:\/\/app\.example\.com/,
        ],
        [
          'An error occurred (SignatureDoesNotMatch) when calling the PutObject operation: The request signature we calculated does not match the signature you provided.',
          'NOT SIGNED IN',
          /did not accept the credentials or the signature/,
          /Check the clock of the machine.*date -u/s,
        ],
        [
          'Error from server (Forbidden): pods is forbidden: User "system:serviceaccount:ci:deployer" cannot list resource "pods" in API group "" in the namespace "prod"',
          'KUBERNETES',
          /The cluster does not let deployer list pods in prod; no AWS policy denied it/,
          /kubectl auth can-i list pods --as=system:serviceaccount:ci:deployer -n prod/,
        ],
      ] as const) {
        await ask(tab, text)
        await tab.page.waitForSelector(`.tag:has-text("${tag}")`)
        assert.match(await textOf(tab, '#verdict'), said)
        await tab.page.waitForSelector('.playbook .steps li')
        assert.match(await textOf(tab, '.playbook'), step)
        assert.equal(await tab.page.locator('.fault').count(), 0)
        if (tag === 'KUBERNETES') assert.doesNotMatch(await textOf(tab, '#answer'), /AWS says|who was evaluated/)
        assert.equal(await tab.page.locator('.path, .other-who').count(), 0)
        assert.deepEqual(await axeFindings(tab), [])
      }
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
      await answered(tab.page)
      await fold(tab, 'trace')
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
      assert.match(await textOf(tab, '#verdict'), /s3:PutObject/)
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
      await fold(tab, 'trace')
      assert.match(await textOf(tab, '.trace > li.refuses:has-text("Identity policy")'), /explicit deny.*Never/s)
    }))

  test('how often it was refused, over how long and how long ago stands in the head, while that is news', () =>
    withTab(async (tab) => {
      const { page } = tab
      const { Records } = JSON.parse(EVENTS) as { Records: Record<string, unknown>[] }
      const refused = Records.find(({ errorCode }) => errorCode === 'AccessDenied')
      const at = (times: readonly string[]): string =>
        JSON.stringify({
          Records: times.map((clock, i) => ({
            ...refused,
            eventTime: `2026-04-27T${clock}:00Z`,
            eventID: `3c1e7f80-0000-4000-8000-00000000000${i}`,
          })),
        })
      await page.clock.setFixedTime('2026-04-27T10:45:30Z')
      await ask(tab, at(['10:41']))
      assert.match(await textOf(tab, '.meta'), /27 Apr 2026, 10:41:00 UTC, 4 min ago/)
      await ask(tab, at(['10:03', '10:20', '10:41']))
      assert.match(await textOf(tab, '.meta'), /seen 3 times in 38 minutes, last 4 min ago/)
      assert.equal(
        await page.getAttribute('.meta [title]', 'title'),
        '27 Apr 2026, 10:03:00 UTC to 27 Apr 2026, 10:41:00 UTC',
      )
      assert.deepEqual(await axeFindings(tab), [])
      // A month later the date says more.
      await page.clock.setFixedTime('2026-05-27T10:45:30Z')
      await ask(tab, at(['10:41']))
      assert.match(await textOf(tab, '.meta'), /27 Apr 2026, 10:41:00 UTC/)
      assert.doesNotMatch(await textOf(tab, '.meta'), /ago/)
    }))

  test('who was expected, where AWS evaluated another', () =>
    withTab(async (tab) => {
      await ask(tab, SENTENCE)
      assert.equal(await tab.page.locator('.other-who').count(), 0)
      await tab.page.click('.asks')
      await tab.page.fill('#who-expected', 'arn:aws:iam::111122223333:role/other-role')
      await tab.page.keyboard.press('Enter')
      await tab.page.waitForSelector('.other-who')
      assert.match(await textOf(tab, '.other-who'), /AWS evaluated.*deploy-role.*Expected.*other-role/s)
      // Part by part: the account is the same, the role is not, and of a session nothing was expected.
      assert.deepEqual(await tab.page.locator('.other-who .other dt').allTextContents(), ['role', 'role'])
    }))

  test('scope, forms and copies of a fix', () =>
    withTab(async (tab) => {
      await tab.context.grantPermissions(['clipboard-read', 'clipboard-write'])
      await ask(tab, EVENTS)
      const added = '.fix-card .l.add:has-text("Resource")'
      assert.match(await textOf(tab, added), /prod-artifacts\/releases\/app\.zip/)
      assert.deepEqual(await tab.page.locator('.fix-card .seg label').allTextContents(), [
        'app.zip',
        'releases/*',
        'prod-artifacts/*',
      ])
      await tab.page.click('.fix-card .seg label:has-text("releases/*")')
      assert.match(await textOf(tab, added), /prod-artifacts\/releases\/\*/)
      const copied = async (within: string): Promise<string> => {
        await tab.page.waitForSelector(`${within} button:has-text("Copied")`)
        const text = (await tab.page.evaluate('navigator.clipboard.readText()')) as string
        await tab.page.waitForSelector(`${within} button:has-text("Copied")`, { state: 'detached' })
        return text
      }
      for (const [form, label, holds] of [
        ['terraform', 'Copy Terraform', /resource "aws_iam_role_policy".*resource "aws_kms_key_policy"/s],
        ['awsCli', 'Copy AWS CLI', /aws iam put-role-policy.*aws kms put-key-policy/s],
      ] as const) {
        await tab.page.selectOption('.fix-card select[aria-label="Form to copy"]', form)
        await tab.page.click(`.fix-card button:has-text("${label}")`)
        assert.match(await copied('.fix-card'), holds)
      }
      // The form is remembered.
      await tab.page.reload()
      await answered(tab.page)
      assert.equal(await tab.page.locator('.fix-card button:has-text("Copy AWS CLI")').count(), 1)
      // And so is the scope, in the address.
      assert.match(await textOf(tab, added), /prod-artifacts\/releases\/\*/)
      await fold(tab, 'ways')
      await tab.page.click('#ways .buttons button:has-text("Copy test")')
      assert.match(await copied('#ways'), /^snapshot: .*\ntests:\n[\s\S]*allow:/)
    }))

  test('an answer is copied as its link, as Markdown for a ticket, and as a picture', () =>
    withTab(async (tab) => {
      await tab.context.grantPermissions(['clipboard-read', 'clipboard-write'])
      await ask(tab, EVENTS)
      const copied = async (name: string): Promise<string> => {
        await tab.page.click(`.acts button:has-text("${name}")`)
        await tab.page.waitForSelector('.acts button:has-text("Copied")')
        const text = (await tab.page.evaluate('navigator.clipboard.readText()')) as string
        await tab.page.waitForSelector('.acts button:has-text("Copied")', { state: 'detached' })
        return text
      }
      assert.equal(await copied('Copy link'), tab.page.url())
      const ticket = await copied('Markdown')
      assert.match(
        ticket,
        /^\*\*DENIED\*\* `role deploy-role` can't `s3:PutObject`: the role's policy `artifact-upload` allows `staging-artifacts`, but the call went to `prod-artifacts`/,
      )
      assert.match(ticket, /- Request: `4XBGT7W2QHEXAMPL`[^]*\*\*Identity policy\*\*[^]*```diff[^]*```hcl/)
      await tab.page.click('.acts button:has-text("Picture")')
      await tab.page.waitForSelector('.acts button:has-text("Copied")')
      const size = await tab.page.evaluate(`navigator.clipboard.read()
        .then(([item]) => item.getType('image/png')).then((blob) => createImageBitmap(blob)).then(({ width, height }) => [width, height])`)
      const [width, height] = size as [number, number]
      assert.equal(width, 2400)
      assert.ok(height > 800, String(height))
    }))

  test('a reload and Back keep what was shown; in another tab a pasted text is not there, and that is said', () =>
    withTab(async (tab) => {
      const { page } = tab
      await ask(tab, EVENTS)
      const address = page.url()
      assert.match(address, /\/d\/p-[a-z0-9]+$/)
      await page.reload()
      await answered(page)
      assert.match(await textOf(tab, '#verdict'), /deploy-role can't s3:PutObject/)
      await page.goBack()
      assert.equal((await page.inputValue('#evidence')).length > 0, true)
      await page.goForward()
      await page.waitForSelector('#verdict')
      const other = await openTab(browser, serving.url)
      await other.page.goto(address)
      await other.page.waitForSelector('.fault:has-text("pasted in another tab")')
      await other.context.close()
    }))

  test('printed, the page is the answer alone', () =>
    withTab(async (tab) => {
      await ask(tab, EVENTS)
      await tab.page.emulateMedia({ media: 'print' })
      for (const shown of ['#verdict', '.path', '.why-card', '.fix-card .seal'])
        assert.equal(await tab.page.isVisible(shown), true, shown)
      for (const hidden of ['.top', '.acts', '.fold-bar', '.fix-card footer'])
        assert.equal(await tab.page.isVisible(hidden), false, hidden)
    }))

  test('what is picked by typing holds the letters, also before the answer to them has come', () =>
    withTab(async ({ page }) => {
      await page.click('nav a:has-text("Ask")')
      await page.focus('#ask-who')
      await page.waitForSelector('#ask-who-list [role=option]:has-text("root")')
      const held: (() => Promise<void>)[] = []
      await page.route('**/api/suggest', (route) => {
        held.push(() => route.continue())
      })
      await page.keyboard.type('reader')
      await page.keyboard.press('ArrowDown')
      assert.deepEqual(await page.locator('#ask-who-list [role=option] code').allTextContents(), [
        'arn:aws:iam::111122223333:role/artifact-reader',
      ])
      // The answer comes between the two keys: what was marked stays marked.
      while (held.length === 0) await page.waitForTimeout(20)
      const answered = page.waitForResponse('**/api/suggest')
      for (const go of held) await go()
      await answered
      await page.keyboard.press('Tab')
      assert.equal(await page.inputValue('#ask-who'), 'arn:aws:iam::111122223333:role/artifact-reader')
    }))

  test('a question without a denial: picked by typing, judged by every layer; who can; what it can; all in the address', () =>
    withTab(async (tab) => {
      const { page } = tab
      await page.click('nav a:has-text("Ask")')
      // By keyboard alone.
      await page.focus('#ask-who')
      await page.keyboard.type('reader')
      await page.waitForSelector('[role=option]:has-text("role/artifact-reader")')
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('Tab')
      assert.equal(await page.inputValue('#ask-who'), 'arn:aws:iam::111122223333:role/artifact-reader')
      await page.keyboard.type('s3:getobj')
      await page.waitForSelector('#ask-do-list [role=option]:has-text("s3:GetObject")')
      await page.keyboard.press('ArrowDown')
      assert.equal(await page.getAttribute('#ask-do', 'aria-activedescendant'), 'ask-do-0')
      await page.keyboard.press('Enter')
      assert.equal(await page.inputValue('#ask-do'), 's3:GetObject')
      await page.focus('#ask-on')
      await page.keyboard.type('prod')
      await page.waitForSelector('#ask-on-list [role=option]:has-text("every object")')
      assert.deepEqual(await axeFindings(tab), [])
      await page.fill('#ask-on', 'arn:aws:s3:::prod-artifacts/releases/app.zip')
      await page.keyboard.press('Enter')
      await page.waitForSelector('#asked .tag')
      assert.equal(await textOf(tab, '.tag'), 'ALLOWED')
      assert.match(await textOf(tab, '#verdict'), /artifact-reader can s3:GetObject, and kms:Decrypt that it needs/)
      assert.match(await textOf(tab, '.stop.lit'), /Identity policy.*read-artifacts › ReadReleases/s)
      assert.deepEqual(await axeFindings(tab), [])
      const address = page.url()
      // The bucket policy lets nobody in without TLS.
      await page.click('.context button:has-text("aws:SecureTransport")')
      await page.waitForSelector('.tag:has-text("NOT KNOWN")')
      assert.match(await textOf(tab, '.open-facts'), /aws:SecureTransport/)
      await page.goBack()
      await page.waitForSelector('.tag:has-text("ALLOWED")')
      assert.equal(page.url(), address)
      await page.click('button:has-text("Who else can?")')
      await page.waitForSelector('.who-can')
      const rows = await page.locator('.who-can tbody tr').allTextContents()
      assert.match(rows.find((row) => row.includes('user/alice')) ?? '', /Allowed.*unless aws:SecureTransport is false/)
      assert.match(rows.find((row) => row.includes('role/deploy-role')) ?? '', /Denied/)
      assert.deepEqual(await axeFindings(tab), [])
      await page.click('[aria-label="Show arn:aws:iam::111122223333:role/deploy-role"]')
      await page.waitForSelector('.tag:has-text("DENIED")')
      assert.match(await textOf(tab, '#verdict'), /deploy-role can't s3:GetObject: denied by the identity policy/)
      await page.click('button:has-text("What else can it do?")')
      await page.waitForSelector('.what-can')
      assert.match(await textOf(tab, '.what-can tbody'), /ecs:/)
      assert.deepEqual(await axeFindings(tab), [])
      await page.reload()
      await page.waitForSelector('.what-can')
      assert.equal(await overflowOf(tab), 0)
    }))

  test('a fix is tried, and an edit judged again in the page, with nothing asked of the service', () =>
    withTab(async (tab) => {
      await ask(tab, EVENTS)
      await tab.page.waitForTimeout(500)
      const asked: string[] = []
      tab.page.on('request', (request) => asked.push(request.url()))
      await tab.page.click('#try-fix')
      await tab.page.waitForSelector('#bench-time')
      await fold(tab, 'incident')
      const lines = await tab.page.locator('.outcome li').allTextContents()
      assert.match(lines[0] ?? '', /s3:PutObject.*denied → allowed/)
      assert.match(lines[1] ?? '', /kms:GenerateDataKey.*denied → allowed/)
      assert.match(
        await textOf(tab, '#incident'),
        /AssumeRoleWithWebIdentity.*is refused.*kms:GenerateDataKey will be denied next.*Fix:.*Replay: all 2 requests are allowed.*Your edit: s3:PutObject is allowed/s,
      )
      const document = await editedText(tab)
      await write(tab, document.replace('releases/app.zip', 'releases/other.zip'))
      await tab.page.waitForSelector('.outcome li:has-text("still denied")')
      assert.match(await textOf(tab, '.tag'), /YOUR EDIT/)
      assert.match(await textOf(tab, '#verdict'), /With your edit role deploy-role still can't s3:PutObject/)
      await write(tab, `${document} nonsense`)
      await tab.page.waitForSelector('.seal:has-text("no JSON yet")')
      // What was judged before is not shown as if it were the edit's.
      assert.match(await textOf(tab, '#verdict'), /cannot be judged yet/)
      assert.equal(await tab.page.locator('.path').count(), 0)
      await tab.page.click('button:has-text("Discard")')
      await tab.page.waitForSelector('#bench-time', { state: 'detached' })
      assert.equal(await textOf(tab, '.tag'), 'DENIED')
      assert.deepEqual(
        asked.filter((url) => !/\/(?:engine|editor|edit-forms)\.js$/.test(url)),
        [],
      )
    }))

  test('a policy is edited where its line stands: by keyboard, with findings below the line, undo and a diff', () =>
    withTab(async (tab) => {
      const { page } = tab
      await ask(tab, EVENTS)
      await page.focus('.edit-here')
      await page.keyboard.press('Enter')
      const document = await editedText(tab)
      const editor = page.getByRole('textbox', { name: 'Document of Identity policy: artifact-upload' })
      await editor.waitFor()
      // The cursor stands behind what fails, and the lines have the numbers of the file.
      await page.waitForSelector('#bench-text .cm-activeLine:has-text("staging-artifacts")')
      const first = await page.locator('.cm-lineNumbers .cm-gutterElement:visible').first().textContent()
      const file = readFileSync(
        join(example('kms-behind-s3'), 'snapshot', 'accounts', '111122223333', 'authorization-details.json'),
        'utf8',
      )
      const line = file.split('\n').findIndex((one) => one.includes('"UploadArtifacts"'))
      const inText = document.split('\n').findIndex((one) => one.includes('"UploadArtifacts"'))
      assert.equal(Number(first), line - inText + 1)
      // Single keys of the page are letters here.
      await page.keyboard.type('/j')
      assert.match(await editedText(tab), /staging-artifacts\/\*"\/j/)
      await page.waitForSelector('#bench-text .finding.error:has-text("No JSON yet")')
      await page.waitForSelector('.seal:has-text("no JSON yet: in line")')
      assert.match(await textOf(tab, '#verdict'), /cannot be judged yet/)
      await fold(tab, 'trace')
      assert.match(await textOf(tab, '#trace .without-edits'), /Without your edits.*cannot be judged: .*no JSON yet/s)
      await page.focus('#bench-text .cm-content')
      await page.keyboard.press('Control+z')
      await page.waitForSelector('.tag.deny')
      assert.equal(await editedText(tab), document)
      assert.equal(await page.locator('.without-edits').count(), 0)

      await write(tab, document.replace('s3:PutObject', 's3:PutObjct').replace('staging-', 'prod-'))
      const finding = page.locator('#bench-text .cm-line:has-text("PutObjct") + .finding')
      await finding.waitFor()
      assert.match((await finding.textContent()) ?? '', /s3:PutObjct does not exist; s3:PutObject does/)
      assert.equal(await textOf(tab, '#bench-text .cm-lintRange'), 's3:PutObjct')
      const heard = page.getByRole('status').filter({ hasText: `Line ${Number(first) + 7}: ` })
      assert.match((await heard.textContent()) ?? '', /s3:PutObjct does not exist/)
      assert.match(await textOf(tab, '#verdict'), /still can't s3:PutObject/)
      assert.deepEqual(await axeFindings(tab), [])
      await page.emulateMedia({ colorScheme: 'dark' })
      assert.deepEqual(await axeFindings(tab), [])
      await finding.getByRole('button', { name: 'Correct it' }).click()
      await page.waitForSelector('#bench-text .finding', { state: 'detached' })
      await page.waitForSelector(
        '#verdict:has-text("With your edit role deploy-role can s3:PutObject; kms:GenerateDataKey will be denied next, by the key policy")',
      )
      await page.waitForSelector('.grants li:has-text("allows now"):has-text("prod-artifacts/*")')
      assert.match(await textOf(tab, '.grants'), /allows no more.*s3:PutObject.*staging-artifacts\/\*/s)
      await page.click('.edit-bar label:has-text("Diff")')
      await page.waitForSelector('#bench-text .cm-deletedChunk:has-text("staging-artifacts")')
      assert.equal(await textOf(tab, '#bench-text .cm-changedText'), 'prod')
      assert.deepEqual(await axeFindings(tab), [])

      // Tab leaves the editor by what can be put back; Escape closes it, and the edit stays and is told.
      await page.focus('#bench-text .cm-content')
      await page.keyboard.press('Tab')
      await page.waitForSelector('#bench-text button:text-is("Put back"):focus')
      await page.keyboard.press('Tab')
      assert.match((await page.evaluate('document.activeElement.textContent')) as string, /Copy my edit as/)
      await page.keyboard.press('Escape')
      await page.waitForSelector('.edit-kept')
      assert.equal(await page.locator('#editing').count(), 0)
      assert.match(await textOf(tab, '.tag'), /YOUR EDIT/)
      await page.waitForSelector('.edit-kept button:focus')
      await page.keyboard.press('Enter')
      assert.match(await editedText(tab), /prod-artifacts/)
      await page.click('#editing button:has-text("Discard")')
      await page.waitForSelector('.tag.deny')
      assert.equal(await editedText(tab), document)
    }))

  test('the changes of an edit are walked through by key and button, and each is put back alone', () =>
    withTab(async (tab) => {
      const { page } = tab
      await ask(tab, EVENTS)
      await page.click('.edit-here')
      const document = await editedText(tab)
      assert.equal(await page.locator('.walk').count(), 0)
      const isMended = document.replace('staging-', 'prod-')
      const isAllOther = isMended.replace('"Version": "2012-10-17",', '"Version": "2012-10-17",\n  "Id": "mine",')
      await write(tab, isAllOther)
      const lineOfCursor = (): Promise<string | null> => page.locator('#bench-text .cm-activeLine').textContent()
      await page.keyboard.press('F7')
      assert.match((await lineOfCursor()) ?? '', /"Id": "mine"/)
      await page.waitForSelector('.edit-bar:has-text("2 lines differ, change 1 of 2")')
      await page.keyboard.press('F7')
      assert.match((await lineOfCursor()) ?? '', /prod-artifacts/)
      await page.keyboard.press('Shift+F7')
      assert.match((await lineOfCursor()) ?? '', /"Id": "mine"/)
      // By button the focus stays where it is, and the line is seen all the same.
      await page.getByRole('button', { name: 'Next change' }).click()
      await page.waitForSelector('.edit-bar:has-text("change 2 of 2")')
      await page.waitForSelector('button[aria-label="Next change"]:focus')
      assert.match((await lineOfCursor()) ?? '', /prod-artifacts/)

      await page.click('.edit-bar label:has-text("Diff")')
      const back = page.getByRole('button', { name: 'Put back this change' })
      // What marks the differences is loaded with the first diff.
      await back.nth(1).waitFor()
      await page.locator('#bench-text .cm-changedText').nth(1).waitFor()
      assert.equal(await back.count(), 2)
      // A line that is new is one shade; in one that was changed the word stands out.
      const shades: string[] = await page.evaluate(
        `[...document.querySelector('#bench-text').shadowRoot.querySelectorAll('.cm-changedText')]
          .map((one) => one.textContent.trim() + ' ' + getComputedStyle(one).backgroundColor)`,
      )
      assert.equal(shades.length, 2, shades.join('; '))
      assert.match(shades[0] ?? '', /"Id": "mine", rgba\(0, 0, 0, 0\)/)
      assert.match(shades[1] ?? '', /^prod rgb\(/)
      assert.deepEqual(await axeFindings(tab), [])
      await back.first().focus()
      await page.keyboard.press('Enter')
      await page.waitForSelector('.edit-bar:has-text("1 line differs")')
      assert.equal(await editedText(tab), isMended)
      await page.waitForSelector('#bench-text .cm-content:focus')
      assert.match(await textOf(tab, '#verdict'), /With your edit role deploy-role can s3:PutObject/)
      await back.click()
      await page.waitForSelector('.tag.deny')
      assert.equal(await editedText(tab), document)
      assert.equal(await page.locator('.walk').count(), 0)
      await page.keyboard.press('ControlOrMeta+z')
      await page.waitForSelector('.edit-bar:has-text("1 line differs")')
      assert.equal(await editedText(tab), isMended)
    }))

  test('in the editor Ctrl F finds in the whole text, also where no line is drawn, and Escape closes it alone', () =>
    withTab(async (tab) => {
      const { page } = tab
      await ask(tab, EVENTS)
      await page.click('.edit-here')
      const document = await editedText(tab)
      const values = Array.from({ length: 300 }, (_, i) => `        "s3:Get${i}",`).join('\n')
      await write(tab, document.replace('"s3:PutObject",', `"s3:PutObject",\n${values}`))
      await page.keyboard.press('ControlOrMeta+Home')
      assert.equal(await page.locator('#bench-text .cm-line:has-text("s3:Get299")').count(), 0)
      await page.keyboard.press('ControlOrMeta+f')
      const field = page.getByRole('textbox', { name: 'Find in this text' })
      await page.waitForSelector('#bench-text .find input:focus')
      await page.keyboard.type('get299')
      await page.waitForSelector('#bench-text .find [role=status]:text-is("1 of 1")')
      assert.equal(await textOf(tab, '#bench-text .cm-searchMatch-selected'), 'Get299')
      assert.deepEqual(await axeFindings(tab), [])
      await page.emulateMedia({ colorScheme: 'dark' })
      assert.deepEqual(await axeFindings(tab), [])
      // A text, and no pattern.
      await field.fill('s3:.*')
      await page.waitForSelector('#bench-text .find [role=status]:text-is("not found")')
      await field.fill('s3:Get29')
      await page.waitForSelector('#bench-text .find [role=status]:has-text("of 11")')
      const first = await textOf(tab, '#bench-text .cm-activeLine')
      await page.keyboard.press('Enter')
      await waitUntil(
        page,
        `document.querySelector('#bench-text').shadowRoot.querySelector('.cm-activeLine')?.textContent !== ${JSON.stringify(first)}`,
      )
      await page.keyboard.press('Escape')
      await page.waitForSelector('#bench-text .cm-content:focus')
      assert.equal(await page.locator('#bench-text .find').count(), 0)
      await page.keyboard.press('Escape')
      await page.waitForSelector('#editing', { state: 'detached' })
    }))

  test('the layers are searched: what speaks of an action, by its name or by a pattern, and nothing else', () =>
    withTab(async (tab) => {
      const { page } = tab
      await ask(tab, EVENTS)
      await page.click('#verdict')
      await page.keyboard.press('s')
      await page.waitForSelector('#find-in-layers:focus')
      const layers = await page.locator('.trace > li').count()
      await page.keyboard.type('s3:PutObject')
      await page.waitForSelector('#trace [role=status]:has-text("statements in")')
      const marked = await page.locator('.trace mark.found:visible').allTextContents()
      assert.ok(marked.includes('s3:PutObject') && marked.includes('*'), marked.join(' '))
      for (const one of await page.locator('.trace .statement').all())
        assert.ok((await one.locator('mark.found').count()) > 0, (await one.textContent()) ?? '')
      assert.deepEqual(await axeFindings(tab), [])
      await page.fill('#find-in-layers', 'UploadArtifacts')
      await page.waitForSelector('#trace [role=status]:has-text("1 statement in 1 layer")')
      assert.equal(await page.locator('.trace > li').count(), 1)
      await page.fill('#find-in-layers', 'dynamodb')
      await page.waitForSelector('#trace [role=status]:has-text("No statement of these layers speaks of it")')
      await page.fill('#find-in-layers', '')
      assert.equal(await page.locator('.trace > li').count(), layers)
      assert.equal(await page.locator('mark.found').count(), 0)
    }))

  test('an edit is copied as it is carried out', () =>
    withTab(async (tab) => {
      const { page } = tab
      await tab.context.grantPermissions(['clipboard-read', 'clipboard-write'])
      await ask(tab, EVENTS)
      await page.click('.edit-here')
      await write(tab, (await editedText(tab)).replace('staging-', 'prod-'))
      const copied = async (form: string, name: string): Promise<string> => {
        await page.selectOption('#editing select[aria-label="Form to copy"]', form)
        await page.click(`#editing button:has-text("Copy my edit as ${name}")`)
        await page.waitForSelector('#editing button:has-text("Copied")')
        const text = (await page.evaluate('navigator.clipboard.readText()')) as string
        await page.waitForSelector('#editing button:has-text("Copied")', { state: 'detached' })
        return text
      }
      await page.waitForSelector('#editing option[value=diff]', { state: 'attached' })
      assert.match(
        await copied('diff', 'diff'),
        /^--- a\/artifact-upload\.json\n\+\+\+ b\/artifact-upload\.json\n@@ [^]*\n-.*staging-artifacts[^]*\n\+.*prod-artifacts/m,
      )
      const terraform = await copied('terraform', 'Terraform')
      assert.match(terraform, /^resource "aws_iam_policy" "artifact_upload" \{[^]*arn:aws:s3:::prod-artifacts\/\*/)
      const commands = await copied('awsCli', 'AWS CLI')
      assert.match(commands, /aws iam create-policy-version --policy-arn \S+artifact-upload[^]*prod-artifacts/)
    }))

  test('a policy that is not in force is added to a layer, edited, and taken away again', () =>
    withTab(async (tab) => {
      await ask(tab, EVENTS)
      await tab.page.click('#try-fix')
      await tab.page.waitForSelector('.outcome li:has-text("s3:PutObject"):has-text("denied → allowed")')
      await fold(tab, 'bench')
      await fold(tab, 'trace')
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
      assert.match(
        await textOf(tab, '#verdict'),
        /With your edit role deploy-role still can't s3:PutObject: by the RCP and the SCP/,
      )
      for (let left = 2; left > 0; left--) {
        await tab.page.locator('.place:has-text("added")').first().click()
        await tab.page.click('.edit-bar button:has-text("Take away")')
      }
      await tab.page.waitForSelector('.outcome li:has-text("s3:PutObject"):has-text("denied → allowed")')
      // A boundary of the reader's own: the key's service is not in it.
      await add('Permissions boundary').click()
      await tab.page.waitForSelector('.outcome li:has-text("kms:GenerateDataKey"):has-text("by permissions boundary")')
      await write(tab, (await editedText(tab)).replace('"s3:*"', '["s3:*", "kms:*"]'))
      await tab.page.waitForSelector('.outcome li:has-text("kms:GenerateDataKey"):has-text("denied → allowed")')
      // What is in force is taken away and put back.
      await tab.page.locator('.place:has-text("FullAWSAccess")').last().click()
      await tab.page.click('.edit-bar button:has-text("Take away")')
      await tab.page.waitForSelector('.outcome li:has-text("s3:PutObject"):has-text("by service control policy")')
      await tab.page.click('.edit-bar button:has-text("Put back")')
      await tab.page.waitForSelector('.outcome li:has-text("s3:PutObject"):has-text("denied → allowed")')
      await tab.page.click('#editing button:has-text("Discard")')
      await tab.page.waitForSelector('.tag.deny')
    }))

  test('the example of the first page is judged as anything else, with no snapshot at all', async () => {
    const bare = await startServe([])
    try {
      await withTab(
        async (tab) => {
          await tab.page.click('text=Show an example')
          await answered(tab.page)
          assert.match(await textOf(tab, '#verdict'), /deploy-role can't s3:PutObject/)
          assert.match(await textOf(tab, '.call.then'), /kms:GenerateDataKey/)
          assert.match(await textOf(tab, '.fix-card .seal'), /Nothing else becomes allowed \(proved\)/)
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
      await fold(tab, 'bench')
      await fold(tab, 'trace')
      await tab.page.click('.place:has-text("Context of the request")')
      const context = JSON.parse(await editedText(tab)) as Record<string, unknown>
      await write(tab, JSON.stringify({ ...context, 'aws:SecureTransport': false }))
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
      await fold(tab, 'bench')
      await fold(tab, 'trace')
      await tab.page.click('.place:has-text("Context of the request")')
      const context = JSON.parse(await editedText(tab)) as Record<string, unknown>
      const edit = (more: object) => write(tab, JSON.stringify({ ...context, ...more }))
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
      assert.match(await textOf(tab, '.call.then'), /kms:GenerateDataKey/)
      await fold(tab, 'ways')
      await tab.page.locator('.ways label', { hasText: 'x-amz-server-side-encryption: AES256' }).click()
      await tab.page.click('#try-fix')
      await tab.page.waitForSelector('.outcome li:has-text("s3:PutObject"):has-text("denied → allowed")')
      await tab.page.waitForSelector('.outcome li:has-text("kms:GenerateDataKey"):has-text("denied → not needed")')
    }))

  test('of a denial that is not decided each case is shown with its fix, and tried', () =>
    withTab(async (tab) => {
      const user = 'arn:aws:iam::111122223333:user/ann'
      const allow = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }
      const Statement = [{ ...allow, Condition: { StringEquals: { 'aws:Referer': 'shop' } } }]
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
      assert.match(await textOf(tab, '.tag'), /^DENIED$/)
      assert.match(
        await textOf(tab, '#verdict'),
        /ann can't s3:GetObject: a bucket policy denies it, or no identity policy allows it/,
      )
      // One fact tells them apart: where it is seen, and what either answer comes to.
      assert.match(
        await textOf(tab, '.question'),
        /Check.*Was aws:UserAgent backup\?.*userAgent of the CloudTrail event/s,
      )
      const [yes = '', no = ''] = await tab.page.locator('.question .answers > div').allTextContents()
      assert.match(
        yes,
        /Yes.*Then the user's policy own allows it only if aws:Referer is shop, but it has another value, or none\..*Fix: Add a statement to inline policy/s,
      )
      assert.match(no, /No.*Then policy bucket, statement 1, a bucket policy, denies it.*Fix: Except this principal/s)
      const told = await tab.page.locator('.two .card').allTextContents()
      assert.match(told[0] ?? '', /A.*Bucket policy.*aws:UserAgent.*not known/s)
      assert.match(told[1] ?? '', /B.*Identity policy.*aws:Referer.*not known/s)
      // The question is answered with a click, and the denial judged anew with that fact, until it is taken back.
      assert.deepEqual(await axeFindings(tab), [])
      await tab.page.click('.question button:has-text("No")')
      await tab.page.waitForSelector('#verdict:has-text("a bucket policy denies it")')
      await tab.page.waitForSelector('.tag:text-is("DENIED")')
      assert.match(await textOf(tab, '.said'), /You said.*aws:UserAgent is another value/s)
      await answered(tab.page)
      await tab.page.click('button[aria-label="Take back aws:UserAgent"]')
      await tab.page.waitForSelector('.question button:has-text("Yes")')
      await answered(tab.page)
      await fold(tab, 'cases')
      const cases = tab.page.locator('#cases .ways label')
      const texts = await cases.allTextContents()
      const ofReferer = (value: string, effect: string): number =>
        texts.findIndex((text) => text.includes(`aws:Referer is ${value}`) && text.includes(effect))
      const [allowed, denied] = [ofReferer('shop', 'allowed'), ofReferer('absent', 'denied')]
      assert.ok(allowed >= 0 && denied >= 0, texts.join('\n'))
      await cases.nth(allowed).click()
      await tab.page.click('#try-case')
      await tab.page.waitForSelector('.outcome li:has-text("undetermined → allowed")')
      await cases.nth(denied).click()
      assert.match(await textOf(tab, '#cases .fix'), /Add a statement to inline policy/)
      await tab.page.click('#try-case')
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
      await fold(tab, 'incident')
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
      await tab.page.click('#verdict')
      await keyboard.press('?')
      await tab.page.waitForSelector('dialog[open]')
      assert.match(await textOf(tab, 'dialog'), /next layer/)
      assert.deepEqual(await axeFindings(tab), [])
      await keyboard.press('Escape')
      await keyboard.press('/')
      assert.match(await focused(), /evidence$/)
      await keyboard.press('Escape')
      // The focus is on a layer: the whole page has these words, too.
      const onLayer = (name: string) => tab.page.waitForSelector(`summary:focus:has-text("${name}")`)
      await keyboard.press('j')
      await onLayer('Resource control policy')
      await keyboard.press('j')
      await onLayer('Service control policy')
      await keyboard.press('Enter')
      await tab.page.waitForSelector('.trace > li:nth-child(2) > details[open]')
      await keyboard.press(']')
      await tab.page.waitForSelector('.step.chosen:has-text("kms:GenerateDataKey")')
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
            await tab.page.waitForSelector('.fault:has-text("is a denial")')
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
        context.setDefaultTimeout(PATIENCE)
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
        // By keyboard alone from the search to a page, to a heading of it, and back to the tool.
        await page.goto(`${serving.url}guide/index.html`)
        await page.focus('input[type=search]')
        await page.keyboard.type('scp')
        await page.keyboard.press('Enter')
        await page.waitForSelector('h1:has-text("found for “scp”")')
        assert.deepEqual(await axeFindings(tab), [])
        await page.locator('main li a').first().focus()
        await page.keyboard.press('Enter')
        await page.waitForSelector('h1:has-text("Service control policy")')
        assert.equal(await page.locator('.gn [aria-current=page]').textContent(), 'Service control policy')
        if (width > 1100) {
          await page.locator('.toc a', { hasText: 'Official references' }).click()
          assert.match(page.url(), /#official-references$/)
        }
        await page.click('.top nav a:has-text("Diagnose")')
        await page.waitForSelector('#evidence')
        await context.close()
      })

  test('the guide copies its examples, has the theme that was chosen, and a way back to the diagnosis', () =>
    withTab(async (tab) => {
      await tab.context.grantPermissions(['clipboard-read', 'clipboard-write'])
      await ask(tab, SENTENCE)
      const address = new URL(tab.page.url()).pathname
      await tab.page.click('button[aria-label^="Theme:"]')
      await tab.page.click('button[aria-label^="Theme:"]')
      assert.equal(await tab.page.evaluate('document.documentElement.dataset.theme'), 'dark')
      await tab.page.goto(`${serving.url}guide/kubernetes-rbac.html`)
      assert.equal(await tab.page.evaluate('getComputedStyle(document.body).backgroundColor'), 'rgb(15, 21, 29)')
      await tab.page.click('.code .copy')
      await tab.page.waitForSelector('.copy:has-text("Copied")')
      const copied = String(await tab.page.evaluate('navigator.clipboard.readText()'))
      assert.match(copied, /^echo 'Error from server \(Forbidden\).*\| denytrace parse$/)
      assert.deepEqual(await axeFindings(tab), [])
      assert.equal(await overflowOf(tab), 0)
      await tab.page.click('a.back')
      await answered(tab.page)
      assert.equal(new URL(tab.page.url()).pathname, address)
      assert.match(await textOf(tab, '#verdict'), /can't s3:PutObject/)
    }))

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
      assert.doesNotMatch(await tab.page.title(), /^owned/)
      assert.equal(await tab.page.locator('#answer img, #answer script').count(), 0)
      await tab.page.waitForSelector('#trace .layer')
      assert.match(await textOf(tab, '#trace'), /<img src=x/)
      assert.match(await textOf(tab, '.why-card'), /<img src=x/)
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
  const page = readFileSync(join(ROOT, 'dist', 'web', 'index.html'), 'utf8')
  const parts = [...page.matchAll(/(?:href|src)="\/([\w.-]+)"/g)].map(([, name = '']) => `${name}.gz`)
  assert.ok(parts.includes('app.js.gz') && parts.includes('app.css.gz'), parts.join(' '))
  const bytes = ['index.html.gz', ...parts].map((name) => statSync(join(ROOT, 'dist', 'web', name)).size)
  assert.ok(bytes.reduce((sum, one) => sum + one, 0) < 80_000, bytes.join(' '))
})
