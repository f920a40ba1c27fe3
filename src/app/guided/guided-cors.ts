import { shellWord } from '#quote/shell.ts'
import type { Page } from '#report/page.ts'
import { corsText } from '#report/text-cors.ts'
import { isUserError } from '../../errors.ts'
import { checkCors, checkedHeader, checkedMethod, checkedOrigin, checkedUrl, type CorsReport } from '../cors-check.ts'
import { parseText } from '../parse.ts'
import { faultOf } from './pasted-evidence.ts'
import type { Talk } from './talk.ts'

export interface GuidedCors {
  readonly schemaVersion: 1
  readonly topic: 'cors-fix'
  readonly passes: boolean | null
  readonly commands: readonly string[]
  readonly check: CorsReport | null
}

/** The playbook as a talk: what the message does not say is asked, and the request is replayed (docs/guide/cors-fix.md). */
export async function guideCors(talk: Talk, page: Page): Promise<GuidedCors> {
  talk.step('Take the message', "The line in the browser's console; without it, the questions below do.")
  const text = await talk.askText('Paste it')
  const denial = text === undefined ? undefined : parseText(text).denials.find(({ kind }) => kind === 'cors')
  const details = denial?.details ?? {}
  talk.step('Say what the page asked for', "What the message does not tell stands in the browser's network panel.")
  const url = denial?.resource ?? (await talk.askFor('URL of the call', wrong(checkedUrl)))
  const origin =
    details['origin'] ??
    (url === undefined
      ? undefined
      : await talk.askFor('Origin of the page, such as https://app.example.com', wrong(checkedOrigin)))
  if (url === undefined || origin === undefined)
    return { schemaVersion: 1, topic: 'cors-fix', passes: null, commands: [], check: null }
  talk.tell(`URL: ${url}\nOrigin: ${origin}\n`)
  const method = details['method'] ?? (await talk.askFor('Method; Enter: GET', wrong(checkedMethod)))
  const named = details['header'] ?? undefined
  const more = await talk.askFor('Headers that the script sets, with commas; Enter: none', (answer) =>
    listed(answer)
      .map(wrong(checkedHeader))
      .find((fault) => fault !== undefined),
  )
  const headers = [...(named === undefined ? [] : [named]), ...listed(more ?? '')]
  const credentials = /^y/i.test((await talk.ask('Does it send cookies or other credentials? y/N')) ?? '')
  const corsRequest = {
    url,
    origin,
    method: method ?? undefined,
    headers: [...new Set(headers)],
    credentials,
  }
  talk.step('Replay it', 'As a browser does; what would change something is not sent.')
  try {
    const check = await checkCors(corsRequest)
    talk.tell(corsText(check, page))
    return { schemaVersion: 1, topic: 'cors-fix', passes: check.passes, commands: [commandFor(corsRequest)], check }
  } catch (error) {
    if (!isUserError(error)) throw error
    talk.tell(`${error.message}: ${error.hint}\n`)
    return { schemaVersion: 1, topic: 'cors-fix', passes: null, commands: [], check: null }
  }
}

const listed = (text: string): readonly string[] =>
  text
    .split(',')
    .map((header) => header.trim())
    .filter((header) => header !== '')

/** Fault that the replay would find in a value, asked as soon as it is given. */
const wrong =
  (check: (value: string) => unknown) =>
  (value: string): string | undefined => {
    try {
      check(value)
      return undefined
    } catch (error) {
      return faultOf(error)
    }
  }

const commandFor = ({ url, origin, method, headers, credentials }: Parameters<typeof checkCors>[0]): string =>
  [
    `denytrace guide cors --url ${shellWord(url)} --origin ${shellWord(origin)}`,
    ...(method === undefined ? [] : [`--method ${shellWord(method)}`]),
    ...headers.map((header) => `--header ${shellWord(header)}`),
    ...(credentials ? ['--credentials'] : []),
  ].join(' ')
