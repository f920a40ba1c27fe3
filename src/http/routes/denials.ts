import { type Answer, type Asking, json, type Route, type Services } from '../route.ts'
import { anything, count, fields, list, oneOf, orNull, ref, type Schema, text, version } from '../schemas/schema.ts'

const TIME = 'ISO 8601, a date, or how long ago: 24h, 7d'

const FILTERS = {
  since: { schema: text, help: `only from this time on: ${TIME}` },
  until: { schema: text, help: `only before this time: ${TIME}` },
  principal: { schema: text, help: 'only of this role or user; a session stands for its role' },
  action: { schema: text, help: 'only of this IAM action' },
  resource: { schema: text, help: 'only on this resource' },
  'resource-family': { schema: text, help: 'only on resources of this family' },
  service: { schema: text, help: 'only of this service' },
  account: { schema: text, help: "only of this account, the caller's or the resource owner's" },
  layer: { schema: ref('Layer'), help: 'only where AWS named this policy layer' },
} as const

const BY = ['principal', 'action', 'resource-family', 'service', 'layer', 'statement', 'account', 'day'] as const

const group: Schema = fields({ key: orNull(text), count, firstSeen: text, lastSeen: text })
const tuple: Schema = fields({
  account: text,
  principalKey: text,
  action: text,
  resourceFamily: text,
  count,
  firstSeen: text,
  lastSeen: text,
})

const queryOf = ({ url }: Asking): string => JSON.stringify(Object.fromEntries(url.searchParams))

/** Asks the store's thread, and sends on what it answers. */
export async function stored(
  question: Parameters<Services['store']['ask']>[0],
  asking: Asking,
  { store, logBug }: Services,
): Promise<Answer> {
  const { status, body, stack } = await store.ask(question, queryOf(asking), asking.signal)
  if (stack !== undefined) logBug(stack)
  return { status, type: 'application/json; charset=utf-8', body }
}

/** `GET /api/denials`: what `denytrace denials --format json` prints. */
export const denialsRoute: Route = {
  method: 'GET',
  path: '/api/denials',
  summary: 'Denials of the store: counted by something, most frequent first, or listed, newest first',
  query: {
    by: { schema: oneOf(...BY), help: 'count by this; left out: list' },
    ...FILTERS,
    limit: { schema: count, help: 'how many (50 listed, 1000 groups)' },
  },
  gives: {
    anyOf: [
      fields({ schemaVersion: version, groups: list(group) }),
      fields({ schemaVersion: version, denials: list(anything) }),
    ],
  },
  faults: [400, 503],
  handle: (asking, services) => stored('denials', asking, services),
}

/** `GET /api/denials/{eventId}`: what `denytrace denials show ID --format json` prints. */
export const denialRoute: Route = {
  method: 'GET',
  path: '/api/denials/{eventId}',
  summary: 'All events of an event id or request id, each explained',
  query: { snapshot: { schema: text, help: 'name of a snapshot; left out: the first' } },
  gives: ref('Diagnoses'),
  faults: [400, 404, 503],
  handle: async (asking, services) => {
    const { store, workers, logBug } = services
    const id = JSON.stringify({ id: asking.parts['eventId'] })
    const found = await store.ask('stored', id, asking.signal)
    if (found.status !== 200) return json(found.status, JSON.parse(found.body))
    const snapshot = asking.url.searchParams.get('snapshot') ?? undefined
    const question = JSON.stringify({ ...(JSON.parse(found.body) as object), snapshot })
    const { status, body, stack } = await workers.ask('explain', question, asking.signal)
    if (stack !== undefined) logBug(stack)
    return { status, type: 'application/json; charset=utf-8', body }
  },
}

/** `GET /api/overview`: what the denials page shows first. */
export const overviewRoute: Route = {
  method: 'GET',
  path: '/api/overview',
  summary: 'Denials over time, of whom and what most, what was seen first, and what came again after it was fixed',
  query: FILTERS,
  gives: fields({
    schemaVersion: version,
    bucket: oneOf('hour', 'day'),
    total: count,
    buckets: list(fields({ from: text, count })),
    groups: fields({ principal: list(group), action: list(group), 'resource-family': list(group), layer: list(group) }),
    firstSeen: list(tuple),
    regressions: list(tuple),
  }),
  faults: [400, 503],
  handle: (asking, services) => stored('overview', asking, services),
}
