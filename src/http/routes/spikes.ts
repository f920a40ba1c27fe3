import { timeOption } from '#app/store/since.ts'
import { is, string } from '#schemas/described.ts'
import { Computing, Spikes } from '#schemas/stored.ts'
import { UserError } from '../../errors.ts'
import { type Answer, json, type Route } from '../route.ts'

/** `GET /api/spikes`: what `denytrace spikes --format json --bands 12` prints. */
export const spikesRoute: Route = {
  method: 'GET',
  path: '/api/spikes',
  operationId: 'listSpikes',
  tag: 'denials',
  summary:
    'What stands out among the denials of the store, one alert for each cause; the gravest with their series by hour',
  query: {
    since: is(
      string,
      'Judge from this time on: ISO 8601, a date, or how long ago (24h, 7d); left out: 90 days',
      '30d',
    ).optional(),
    until: is(string, 'Judge before this time', '2026-04-28').optional(),
  },
  gives: Spikes,
  also: { 202: Computing },
  faults: [400, 503],
  handle: async ({ url }, { detector }) => {
    const query = Object.fromEntries(url.searchParams)
    checkTimes(query)
    const body = await detector.spikes(query)
    return body === undefined ? COMPUTING : { status: 200, type: 'application/json; charset=utf-8', body }
  },
}

/** Seconds after which it is worth asking again. */
const AGAIN = 2

const COMPUTING: Answer = {
  ...json(202, { schemaVersion: 1, status: 'computing', retryAfterSeconds: AGAIN }),
  headers: { 'retry-after': String(AGAIN) },
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
