import type { Page } from '#report/page.ts'
import { corsText } from '#report/text-cors.ts'
import { isUserError } from '../../errors.ts'
import { checkCors, type CorsReport } from '../cors-check.ts'
import { parseText } from '../parse.ts'
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
  const url = denial?.resource ?? (await talk.ask('URL of the call'))
  const origin = details['origin'] ?? (await talk.ask('Origin of the page, such as https://app.example.com'))
  if (url === undefined || origin === undefined)
    return { schemaVersion: 1, topic: 'cors-fix', passes: null, commands: [], check: null }
  talk.tell(`URL: ${url}\nOrigin: ${origin}\n`)
  const method = details['method'] ?? (await talk.ask('Method; Enter: GET'))
  const named = details['header'] ?? undefined
  const more = await talk.ask('Headers that the script sets, with commas; Enter: none')
  const headers = [...(named === undefined ? [] : [named]), ...(more ?? '').split(',')].map((one) => one.trim())
  const credentials = /^y/i.test((await talk.ask('Does it send cookies or other credentials? y/N')) ?? '')
  const asked = {
    url,
    origin,
    method: method ?? undefined,
    headers: [...new Set(headers)].filter((one) => one !== ''),
    credentials,
  }
  talk.step('Replay it', 'As a browser does; what would change something is not sent.')
  try {
    const check = await checkCors(asked)
    talk.tell(corsText(check, page))
    return { schemaVersion: 1, topic: 'cors-fix', passes: check.passes, commands: [commandFor(asked)], check }
  } catch (error) {
    if (!isUserError(error)) throw error
    talk.tell(`${error.message}: ${error.hint}\n`)
    return { schemaVersion: 1, topic: 'cors-fix', passes: null, commands: [], check: null }
  }
}

const commandFor = ({ url, origin, method, headers, credentials }: Parameters<typeof checkCors>[0]): string =>
  [
    `denytrace guide cors --url ${url} --origin ${origin}`,
    ...(method === undefined ? [] : [`--method ${method}`]),
    ...headers.map((one) => `--header '${one}'`),
    ...(credentials ? ['--credentials'] : []),
  ].join(' ')
