import type { CorsFinding } from '#guide/cors-rules.ts'
import { block, type Page, paint } from './page.ts'

/** Replay of a CORS request, as `app/cors-check.ts` gives it. */
export interface CorsLook {
  readonly url: string
  readonly origin: string
  readonly method: string
  readonly credentials: boolean
  readonly passes: boolean
  readonly preflightBecause: readonly string[]
  readonly exchanges: readonly {
    readonly step: string
    readonly url: string
    readonly origin: string
    readonly status: number | null
    readonly headers: Readonly<Record<string, string>>
  }[]
  readonly findings: readonly CorsFinding[]
  readonly notTried: string | null
}

const HEAD = 13
/** Under the words, with nothing in the margin. */
const BELOW = ' '.repeat(HEAD)

/** The verdict, then every exchange with the headers that bear on it, then what fails and what would do. */
export function corsText(look: CorsLook, page: Page): string {
  const { url, origin, method, credentials, passes, preflightBecause: because, notTried } = look
  const verdict = passes ? paint(page, 'green', 'passes') : paint(page, 'red', 'blocked by the browser')
  const lines = [
    `${'CORS'.padEnd(HEAD)}${verdict}`,
    ...block(page, 'request', HEAD, `${method} ${url}`),
    ...block(page, 'from', HEAD, `${origin}, ${credentials ? 'with' : 'without'} credentials`),
    ...block(page, 'preflight', HEAD, because.length === 0 ? 'not needed' : `needed, because of ${because.join(', ')}`),
    ...look.exchanges.flatMap((exchange) => [
      '',
      ...block(
        page,
        exchange.step,
        HEAD,
        `${exchange.status ?? 'no answer'}  ${exchange.step === 'preflight' ? 'OPTIONS' : method} ${exchange.url} from ${exchange.origin}`,
      ),
      ...Object.entries(exchange.headers).flatMap(([name, value]) => block(page, BELOW, HEAD, `${name}: ${value}`)),
    ]),
    '',
    ...look.findings.flatMap((finding) => findingLines(finding, page)),
    ...(notTried === null ? [] : block(page, 'not tried', HEAD, notTried)),
  ]
  return `${lines.join('\n')}\n`
}

function findingLines({ step, level, header, got, needed, text, rule }: CorsFinding, page: Page): string[] {
  const mark = level === 'fails' ? paint(page, 'red', 'fails'.padEnd(HEAD)) : paint(page, 'yellow', 'note'.padEnd(HEAD))
  const [first = '', ...rest] = block(page, BELOW, HEAD, `${header === null ? '' : `${header}, `}${step}: ${text}`)
  const is = got === null ? 'it is not there' : `it is \`${got}\``
  return [
    `${mark}${first.trimStart()}`,
    ...rest,
    ...block(page, BELOW, HEAD, `${is}; needed: ${needed}`),
    ...block(page, BELOW, HEAD, rule),
  ]
}
