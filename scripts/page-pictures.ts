/**
 * Pictures of every view of the page in each width and theme, to lay beside each other: `npm run page:pictures [FOLDER] [WORDS]`;
 * with `--docs` those of docs/pictures.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { fillStore } from '../bench/many-denials.ts'
import { openBrowser, openTab, startServe } from '../test/parts/browser.ts'
import { PICTURED, PICTURED_SERVE, picturedWords } from '../test/parts/pictured.ts'

const ROOT = join(import.meta.dirname, '..')
const [folder = join(ROOT, 'pictures'), word = ''] = process.argv.slice(2)
const example = (name: string): string => join(ROOT, 'examples', name)
const read = (...path: string[]): string => readFileSync(join(ROOT, ...path), 'utf8')

const PASS_ROLE =
  'User: arn:aws:sts::111122223333:assumed-role/prod-KarpenterControllerRole/karpenter is not authorized to perform: iam:PassRole on resource: arn:aws:iam::111122223333:role/KarpenterNodeRole-prod because no identity-based policy allows the iam:PassRole action'

const BARE =
  'aws s3 cp app.zip s3://prod-artifacts/releases/app.zip\nupload failed: An error occurred (AccessDenied) when calling the PutObject operation: Access Denied'

const FORBIDDEN =
  'Error from server (Forbidden): pods is forbidden: User "system:serviceaccount:ci:deployer" cannot list resource "pods" in API group "" in the namespace "prod"'

const bareDenial = (role: string, session: string, bucket: string, key: string, name: string): string =>
  JSON.stringify({
    eventVersion: '1.11',
    userIdentity: {
      type: 'AssumedRole',
      arn: `arn:aws:sts::222233334444:assumed-role/${role}/${session}`,
      accountId: '222233334444',
      sessionContext: {
        sessionIssuer: {
          type: 'Role',
          arn: `arn:aws:iam::222233334444:role/${role}`,
          accountId: '222233334444',
          userName: role,
        },
      },
    },
    eventTime: '2026-01-22T09:48:37Z',
    eventSource: 's3.amazonaws.com',
    eventName: name,
    awsRegion: 'eu-west-1',
    sourceIPAddress: '203.0.113.9',
    errorCode: 'AccessDenied',
    errorMessage: 'Access Denied',
    requestParameters: { bucketName: bucket, key },
    resources: [{ type: 'AWS::S3::Object', ARN: `arn:aws:s3:::${bucket}/${key}` }],
    requestID: 'EXAMPLE000000001',
    eventID: '3c1e7f80-0000-4000-8000-000000000001',
    eventType: 'AwsApiCall',
    recipientAccountId: '222233334444',
  })

const policy = (statement: object): string => JSON.stringify({ Version: '2012-10-17', Statement: [statement] }, null, 2)

/** With a slip, as somebody types it. */
const EDITED = JSON.stringify(
  {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'UploadArtifacts',
        Effect: 'Allow',
        Action: ['s3:PutObject', 's3:AbortMultipartUplod'],
        Resource: 'arn:aws:s3:::prod-artifacts/*',
      },
    ],
  },
  null,
  2,
)

async function ask(page: Page, text: string, snapshot: string): Promise<void> {
  await page.selectOption('#snapshot', snapshot)
  await page.fill('#evidence', text)
  await page.click('button[type=submit]')
  await page.locator('.took:has-text("on this machine"), .playbook .steps li').first().waitFor()
}

async function give(page: Page, name: string, text: string): Promise<void> {
  await page.setInputFiles('input[aria-label="Add policies"]', {
    name,
    mimeType: 'application/json',
    buffer: Buffer.from(text),
  })
  await page.waitForSelector('.why-card, .question')
  await page.locator('.took', { hasText: 'on this machine' }).waitFor()
  await page.waitForTimeout(300)
}

/** The views, by name: what a reader does to see them. */
const VIEWS: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  intake: async () => undefined,
  a: (page) => ask(page, read('examples', 'kms-behind-s3', 'denial.json'), 'kms-behind-s3'),
  b: (page) => ask(page, read('examples', 'scp-overnight', 'denial.json'), 'scp-overnight'),
  c: (page) => ask(page, PASS_ROLE, ''),
  d: async (page) => {
    await ask(
      page,
      bareDenial('team-payments', 'j.okafor', 'example-team-files', 'payments/2026-01.csv', 'GetObject'),
      '',
    )
    const statement = {
      Sid: 'ReadTheFolder',
      Effect: 'Allow',
      Action: ['s3:GetObject', 's3:ListBucket'],
      Resource: 'arn:aws:s3:::example-team-files',
    }
    await give(page, 'team-folder.json', policy(statement))
  },
  e: async (page) => {
    await ask(
      page,
      'User: arn:aws:iam::111122223333:user/ann is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::b/k"',
      '',
    )
    const mfa = {
      Effect: 'Allow',
      Action: 's3:GetObject',
      Resource: '*',
      Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
    }
    const agent = {
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:GetObject',
      Resource: '*',
      Condition: { StringNotLike: { 'aws:UserAgent': 'backup' } },
    }
    const policies = {
      complete: true,
      identityPolicies: [{ name: 'own', document: policy(mfa) }],
      resourcePolicy: { name: 'bucket', kind: 'bucket', document: policy(agent) },
    }
    await give(page, 'ticket.json', JSON.stringify({ request: { resourceAccount: '111122223333' }, policies }))
  },
  f: async (page) => {
    await ask(page, read('examples', 'kms-behind-s3', 'denial.json'), 'kms-behind-s3')
    await page.click('.edit-here')
    await page.waitForSelector('#bench-text .cm-content')
    await page.keyboard.press('ControlOrMeta+a')
    await page.keyboard.insertText(EDITED)
    await page.waitForSelector('.grants')
    await page.evaluate('window.scrollTo(0, 0)')
  },
  g: (page) => ask(page, read('examples', 'gcp-perimeter.txt'), ''),
  h: (page) => ask(page, read('examples', 'half-cross-account', 'denial.json'), 'half-cross-account'),
  ask: async (page) => {
    const params = new URLSearchParams({
      mode: 'may',
      who: 'arn:aws:iam::111122223333:role/artifact-reader',
      do: 's3:GetObject',
      on: 'arn:aws:s3:::prod-artifacts/releases/app.zip',
    })
    await page.goto(new URL(`/ask?${params.toString()}`, page.url()).href)
    await page.waitForSelector('#asked')
  },
  who: async (page) => {
    const params = new URLSearchParams({
      mode: 'who',
      who: 'arn:aws:iam::111122223333:role/artifact-reader',
      do: 's3:GetObject',
      on: 'arn:aws:s3:::prod-artifacts/releases/app.zip',
    })
    await page.goto(new URL(`/ask?${params.toString()}`, page.url()).href)
    await page.waitForSelector('#asked')
    await page.fill('#ask-do', 's3:put')
    await page.waitForSelector('[role=option]')
  },
  bare: (page) => ask(page, BARE, ''),
  kubernetes: (page) => ask(page, FORBIDDEN, ''),
  guide: async (page) => {
    await page.goto(new URL('/guide/service-control-policy.html', page.url()).href)
  },
  guides: async (page) => {
    await page.goto(new URL('/guide/index.html', page.url()).href)
  },
  docs: async (page) => {
    await page.goto(new URL('/docs', page.url()).href)
  },
  // What "Picture" copies, beside the view it is of.
  picture: async (page) => {
    await ask(page, read('examples', 'kms-behind-s3', 'denial.json'), 'kms-behind-s3')
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await page.click('.acts button:has-text("Picture")')
    await page.waitForSelector('.acts button:has-text("Copied")')
    const image = await page.evaluate<string>(`navigator.clipboard.read()
      .then(([item]) => item.getType('image/png')).then((blob) => blob.arrayBuffer())
      .then((bytes) => btoa(Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join('')))`)
    await page.goto('about:blank')
    await page.setContent(`<img style="max-width: 100%" src="data:image/png;base64,${image}">`)
  },
  what: async (page) => {
    const params = new URLSearchParams({ mode: 'what', who: 'arn:aws:iam::111122223333:role/artifact-reader' })
    await page.goto(new URL(`/ask?${params.toString()}`, page.url()).href)
    await page.waitForSelector('#asked')
  },
}

/** The denials page: what its store holds, and what is waited for. */
const DENIALS: Readonly<Record<string, { readonly filled: boolean; readonly show: (page: Page) => Promise<void> }>> = {
  denials: {
    filled: true,
    show: async (page) => {
      await page.waitForSelector('.issue .chart canvas')
      await page.waitForSelector('#first-seen .spark', { state: 'attached' })
    },
  },
  'denials-part': {
    filled: true,
    show: async (page) => {
      await page.goto(new URL('/denials?since=24h&layer=service-control-policy', page.url()).href)
      await page.waitForSelector('.chip')
      await page.waitForSelector('.over-time canvas')
    },
  },
  'denials-empty': {
    filled: false,
    show: async (page) => {
      await page.waitForSelector('.nothing .cmd')
    },
  },
  'denials-loading': {
    filled: true,
    show: async (page) => {
      await page.route('**/api/overview*', () => undefined)
      await page.reload()
      await page.waitForSelector('.reading')
    },
  },
  'denials-looking': {
    filled: true,
    show: async (page) => {
      await page.route('**/api/spikes*', () => undefined)
      await page.reload()
      await page.waitForSelector('.looking')
      await page.waitForSelector('#first-seen .spark', { state: 'attached' })
    },
  },
  'denials-old': {
    filled: true,
    show: async (page) => {
      await page.waitForSelector('#first-seen .spark', { state: 'attached' })
      await page.route('**/api/overview*', (route) => route.abort())
      await page.waitForSelector('.age.old')
    },
  },
}

async function denialsPictures(browser: Browser): Promise<void> {
  const stores = mkdtempSync(join(tmpdir(), 'denytrace-pictures-'))
  for (const [filled, count] of [
    [true, 3000],
    [false, 0],
  ] as const) {
    const path = join(stores, `${count}.duckdb`)
    await fillStore(count, path, { incidentEvery: 10 })
    const serving = await startServe(['--store', `duckdb:${path}`])
    const views = Object.entries(DENIALS).filter(([, view]) => view.filled === filled)
    await taken(
      browser,
      new URL('denials', serving.url).href,
      views.map(([name, { show }]) => [name, show] as const),
    )
    serving.stop()
  }
  rmSync(stores, { recursive: true })
}

/** The pictures of docs/pictures, with the words on them. */
async function docsPictures(): Promise<void> {
  const [serving, browser] = await Promise.all([startServe(PICTURED_SERVE), openBrowser()])
  const to = join(ROOT, 'docs', 'pictures')
  const words: Record<string, readonly string[]> = {}
  for (const [name, show] of Object.entries(PICTURED))
    for (const dark of [false, true]) {
      const tab = await openTab(browser, serving.url, { width: 1280, dark })
      await show(tab.page)
      words[name] = await picturedWords(tab.page)
      await tab.page.screenshot({ path: join(to, `${name}-${dark ? 'dark' : 'light'}.png`), fullPage: true })
      await tab.context.close()
    }
  writeFileSync(join(to, 'pictured.json'), `${JSON.stringify(words, null, 2)}\n`)
  await browser.close()
  serving.stop()
}

async function allPictures(): Promise<void> {
  const serving = await startServe(
    ['kms-behind-s3', 'scp-overnight', 'half-cross-account'].flatMap((name) => [
      '--snapshot',
      `${name}=${join(example(name), 'snapshot')}`,
    ]),
  )
  const browser = await openBrowser()
  mkdirSync(folder, { recursive: true })
  await taken(browser, serving.url, Object.entries(VIEWS))
  serving.stop()
  await denialsPictures(browser)
  await browser.close()
}

/** Each view in each width and theme, into the folder. */
async function taken(
  browser: Browser,
  url: string,
  views: readonly (readonly [name: string, show: (page: Page) => Promise<void>])[],
): Promise<void> {
  for (const [name, show] of views) {
    if (word !== '' && !word.split(',').includes(name)) continue
    for (const width of [1440, 1280, 820, 390])
      for (const dark of [false, true]) {
        const tab = await openTab(browser, url, { width, dark })
        try {
          await show(tab.page)
          await tab.page.waitForTimeout(150)
          const path = join(folder, `${name}-${width}-${dark ? 'dark' : 'light'}.png`)
          // The reference is some sixty screens long.
          await tab.page.screenshot({ path, fullPage: name !== 'docs' })
          process.stdout.write(`${path} ${tab.complaints.join('; ')}\n`)
        } catch (error) {
          process.stdout.write(`${name} ${width}: ${String(error).slice(0, 300)} ${tab.complaints.join('; ')}\n`)
        }
        await tab.context.close()
      }
  }
}

await (folder === '--docs' ? docsPictures() : allPictures())
