import { timeOption } from '#app/store/since.ts'
import { UserError } from '../../errors.ts'
import type { Route } from '../route.ts'
import { anything, count, fields, list, oneOf, orNull, ref, type Schema, text, version } from '../schemas/schema.ts'

const FAMILY = oneOf('principal', 'action', 'resource-family', 'tuple')
const number: Schema = { type: 'number' }

const SPIKE: Schema = fields({
  id: text,
  kind: oneOf('spike', 'first-seen', 'shift'),
  family: FAMILY,
  key: text,
  from: text,
  to: text,
  count,
  expected: number,
  p: orNull(number),
  fanOut: count,
  cause: fields({ layer: orNull(ref('Layer')), statement: orNull(text), change: anything }),
  state: text,
})

const SERIES: Schema = fields({
  family: FAMILY,
  key: text,
  from: text,
  counts: list(count),
  expected: list(number),
  low: list(orNull(count)),
  high: list(orNull(count)),
})

/** `GET /api/spikes`: what `denytrace spikes --format json --bands 12` prints. */
export const spikesRoute: Route = {
  method: 'GET',
  path: '/api/spikes',
  summary:
    'What stands out among the denials of the store, one alert for each cause; the gravest with their series by hour',
  query: {
    since: { schema: text, help: 'judge from this time on: ISO 8601, a date, or how long ago; left out: 90 days' },
    until: { schema: text, help: 'judge before this time' },
  },
  gives: fields({ schemaVersion: version, spikes: list(SPIKE), series: list(SERIES) }),
  faults: [400, 503],
  handle: async ({ url }, { detector }) => {
    const query = Object.fromEntries(url.searchParams)
    checkTimes(query)
    return { status: 200, type: 'application/json; charset=utf-8', body: await detector.spikes(query) }
  },
}

function checkTimes({ since, until }: Readonly<Record<string, string>>): void {
  if (since === undefined || until === undefined) return
  const now = Date.now()
  if (timeOption('since', since, now) < timeOption('until', until, now)) return
  throw new UserError(
    'usage/not-a-value',
    `\`until\` is \`${until}\`, which is not after \`since\``,
    'give an `until` that is later',
  )
}
