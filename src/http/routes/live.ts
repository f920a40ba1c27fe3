import { ReadableStream } from 'node:stream/web'
import { setTimeout as sleep } from 'node:timers/promises'
import { cursorOf, placeOf } from '#app/store/cursor.ts'
import type { ListedDenial } from '#app/store/denials.ts'
import { jsonText } from '#quote/json.ts'
import type { PlaceInTime } from '#store/denial-store.ts'
import { type Answer, type Asking, HttpFault, type Route, type Services } from '../route.ts'
import { FILTERS } from './denials.ts'

/** How often the store is looked at, and how often something is sent where nothing comes, in milliseconds. */
const EVERY = 2000
const HEARTBEAT = 15_000

/** New ones are looked for among so many newest. */
const MOST = 100

/** Each is a connection and a question every two seconds. */
const MOST_STREAMS = 16

const { since: _since, until: _until, ...filters } = FILTERS

/** `GET /api/denials/live`: denials as the store gets them, as server-sent events. https://html.spec.whatwg.org/#server-sent-events */
export const liveRoute: Route = {
  method: 'GET',
  path: '/api/denials/live',
  operationId: 'followDenials',
  tag: 'denials',
  summary: 'Denials as the store gets them, as server-sent events',
  description:
    'Each event `denial` has a denial as `GET /api/denials` lists it in its `data`; its `id`, sent back as `Last-Event-ID`, goes on behind it. New ones are looked for every two seconds among the 100 newest of the filter. An event `fault` has a fault of the store; the stream goes on. A comment comes every 15 seconds where nothing else does. At most 16 callers are served at once.',
  query: filters,
  gives: 'text/event-stream',
  faults: [400, 503],
  handle: async (asking, services) => {
    const held = streams.get(services) ?? { open: 0 }
    streams.set(services, held)
    if (held.open >= MOST_STREAMS)
      throw new HttpFault(
        503,
        'http/busy',
        `${MOST_STREAMS} callers follow the denials already`,
        'try again in a moment',
      )
    held.open++
    asking.signal.addEventListener('abort', () => held.open--, { once: true })
    return followed(asking, services)
  },
}

const streams = new WeakMap<Services, { open: number }>()

async function followed(asking: Asking, services: Services): Promise<Answer> {
  const first = await look(asking, services)
  if (first.status !== 200) return { status: first.status, type: 'application/json; charset=utf-8', body: first.body }
  const seenTo = asking.request.headers['last-event-id']
  const news = new News(typeof seenTo === 'string' && seenTo !== '' ? placeOf(seenTo) : undefined)
  return {
    status: 200,
    type: 'text/event-stream; charset=utf-8',
    headers: { 'x-accel-buffering': 'no' },
    body: streamOf(asking, services, `retry: 5000\n\n${news.in(first.body)}`, news),
  }
}

/** It is read as fast as the caller takes it: who takes nothing is asked nothing for. */
function streamOf(asking: Asking, services: Services, first: string, news: News): ReadableStream<Uint8Array> {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
  return new ReadableStream({
    start: (controller) => controller.enqueue(bytes(first)),
    pull: async (controller) => {
      const text = await nextNews(asking, services, news)
      if (text === undefined) controller.close()
      else controller.enqueue(bytes(text))
    },
  })
}

/** Events, or a comment where none came for long; undefined where the caller has gone. */
async function nextNews(asking: Asking, services: Services, news: News): Promise<string | undefined> {
  for (let waited = 0; waited < HEARTBEAT; waited += EVERY) {
    await sleep(EVERY, undefined, { signal: asking.signal }).catch(() => undefined)
    if (asking.signal.aborted) return undefined
    const { status, body } = await look(asking, services)
    const text = status === 200 ? news.in(body) : news.fault(body)
    if (text !== '') return text
  }
  return ': nothing new\n\n'
}

const look = ({ url, signal }: Asking, { store }: Services) =>
  store.ask('denials', JSON.stringify({ ...Object.fromEntries(url.searchParams), limit: String(MOST) }), signal)

/** What of each look at the store was not there at the last. */
class News {
  #seen: ReadonlySet<string> | undefined
  #last = ''

  readonly #after: PlaceInTime | undefined

  /** Undefined: only what comes from now on; else what comes behind this place, too. */
  constructor(after: PlaceInTime | undefined) {
    this.#after = after
  }

  in(body: string): string {
    if (body === this.#last) return ''
    this.#last = body
    const { denials } = JSON.parse(body) as { readonly denials: readonly ListedDenial[] }
    const fresh = denials.filter((denial) => this.#isNew(denial)).toReversed()
    this.#seen = new Set(denials.map(({ eventId }) => eventId))
    return fresh
      .map((denial) => event('denial', jsonText(denial), cursorOf({ ...denial, eventTime: denial.time })))
      .join('')
  }

  fault(body: string): string {
    if (body === this.#last) return ''
    this.#last = body
    return event('fault', body)
  }

  #isNew({ eventId, time }: ListedDenial): boolean {
    if (this.#seen !== undefined) return !this.#seen.has(eventId)
    if (this.#after === undefined) return false
    const { eventTime, eventId: last } = this.#after
    return time > eventTime || (time === eventTime && eventId > last)
  }
}

/** JSON has no line break in it. */
const event = (name: string, data: string, id?: string): string =>
  `${id === undefined ? '' : `id: ${id}\n`}event: ${name}\ndata: ${data}\n\n`
