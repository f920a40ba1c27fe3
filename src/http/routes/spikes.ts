import type { Route } from '../route.ts'
import { anything, count, fields, list, oneOf, orNull, ref, type Schema, text, version } from '../schemas/schema.ts'
import { stored } from './denials.ts'

const RANGE = {
  since: { schema: text, help: 'judge from this time on: ISO 8601, a date, or how long ago; left out: 90 days' },
  until: { schema: text, help: 'judge before this time' },
} as const

const FAMILY = oneOf('principal', 'action', 'resource-family', 'tuple')
const number: Schema = { type: 'number' }

/** `GET /api/spikes`: what `denytrace spikes --format json` prints. */
export const spikesRoute: Route = {
  method: 'GET',
  path: '/api/spikes',
  summary: 'What stands out among the denials of the store, one alert for each cause',
  query: RANGE,
  gives: fields({
    schemaVersion: version,
    spikes: list(
      fields({
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
      }),
    ),
  }),
  faults: [400, 503],
  handle: (asking, services) => stored('spikes', asking, services),
}

/** `GET /api/series`: one series of the detector by hour, for a chart. */
export const seriesRoute: Route = {
  method: 'GET',
  path: '/api/series',
  summary: 'Counts of one series by hour against what was expected of it',
  query: {
    family: { schema: FAMILY, help: 'of a spike' },
    key: { schema: text, help: 'of a spike' },
    names: { schema: text, help: 'instead of these two a list of `{"family", "key"}` as JSON, at most 12' },
    ...RANGE,
  },
  gives: fields({
    schemaVersion: version,
    series: list(
      fields({
        family: FAMILY,
        key: text,
        from: text,
        counts: list(count),
        expected: list(number),
        low: list(orNull(count)),
        high: list(orNull(count)),
      }),
    ),
  }),
  faults: [400, 503],
  handle: (asking, services) => stored('series', asking, services),
}
