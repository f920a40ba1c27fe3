import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

/** A page of a browser other than Chromium, as far as the tests drive it: what its driver is, is behind this. */
export interface DrivenPage {
  readonly goto: (url: string) => Promise<void>
  readonly reload: () => Promise<void>
  /** The value of an expression, with promises awaited. */
  readonly evaluate: (expression: string) => Promise<unknown>
  /** Until the expression is true. */
  readonly waitFor: (expression: string) => Promise<void>
  /** Keys down in this order, and up again; a name of the specification (`Enter`) or a letter. */
  readonly press: (...keys: readonly string[]) => Promise<void>
  readonly type: (text: string) => Promise<void>
  /** What the browser refused, errors of scripts, requests beyond the service. */
  readonly complaints: () => Promise<readonly string[]>
}

export interface DrivenBrowser {
  /** An empty page of 1440 to 900 pixels; what an earlier one kept is gone. */
  readonly newPage: (service: string) => Promise<DrivenPage>
  readonly close: () => Promise<void>
}

/** Keeps what the page's policy refuses and what scripts throw, from when the page begins or as soon as it is put in. */
export const KEEP_COMPLAINTS = `globalThis.complained ??= (() => {
  const kept = []
  addEventListener('securitypolicyviolation', ({ violatedDirective, sample }) => kept.push(violatedDirective + ' ' + sample))
  addEventListener('error', ({ message }) => kept.push(message))
  addEventListener('unhandledrejection', ({ reason }) => kept.push(String(reason)))
  return kept
})()`

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What axe finds, one line each. */
export async function axeIn(page: DrivenPage): Promise<readonly string[]> {
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
  if ((await page.evaluate('typeof axe')) !== 'object') await page.evaluate(`(() => { ${AXE} })()`)
  return (await page.evaluate(`axe.run(document, { runOnly: { type: 'tag', values: ${JSON.stringify(tags)} } }).then(
    ({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ target }) => target.join(' ')).slice(0, 3).join('; ')))`)) as readonly string[]
}
