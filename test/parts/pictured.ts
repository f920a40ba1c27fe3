import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { ROOT } from '../cli/run-cli.ts'

const EXAMPLE = join(ROOT, 'examples', 'kms-behind-s3')

/** Options of the service whose page is pictured. */
export const PICTURED_SERVE = ['--snapshot', join(EXAMPLE, 'snapshot')]

/** An edit with a slip, as somebody types it. */
const EDITED = {
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'UploadArtifacts',
      Effect: 'Allow',
      Action: ['s3:PutObject', 's3:AbortMultipartUplod'],
      Resource: 'arn:aws:s3:::prod-artifacts/*',
    },
  ],
}

async function diagnosis(page: Page): Promise<void> {
  await page.waitForSelector('#snapshot option:nth-child(2)', { state: 'attached' })
  await page.fill('#evidence', readFileSync(join(EXAMPLE, 'denial.json'), 'utf8'))
  await page.click('button[type=submit]')
  await page.locator('#answer[aria-busy="false"] .took:has-text("on this machine")').waitFor()
}

async function edit(page: Page): Promise<void> {
  await diagnosis(page)
  await page.click('.edit-here')
  await page.waitForSelector('#bench-text .cm-content')
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.insertText(JSON.stringify(EDITED, null, 2))
  await page.waitForSelector('.grants')
  await page.evaluate('window.scrollTo(0, 0)')
}

/** The views of the pages' pictures in docs/pictures, by name: what is done to see them. */
export const PICTURED: Readonly<Record<string, (page: Page) => Promise<void>>> = { diagnosis, edit }

/** What is read on the picture, a line each, without how long it took: where this is another, the picture is old. */
export async function picturedWords(page: Page): Promise<readonly string[]> {
  const words: string = await page.evaluate("document.querySelector('.diagnosis').innerText")
  return words
    .split('\n')
    .map((line) => line.replaceAll(/\d+(?:\.\d+)? m?s\b/g, '… ms').trim())
    .filter((line) => line !== '')
}
