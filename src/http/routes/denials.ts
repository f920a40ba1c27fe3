import { count, is, oneOf, SHOWN, string } from '#schemas/described.ts'
import { Diagnoses } from '#schemas/diagnosis.ts'
import { Layer } from '#schemas/scenario.ts'
import { Denials, GROUPED_BY, Groups, Overview } from '#schemas/stored.ts'
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { type Answer, type Asking, json, type Route, type Services } from '../route.ts'

const TIME = 'ISO 8601, a date, or how long ago: 24h, 7d'

const CURSOR = 'WyIyMDI2LTA0LTI3VDEwOjAzOjAwWiIsImMyZjFhOGYwIl0'

/** Filters of stored denials, by their names in an address. */
export const FILTERS = {
  since: is(string, `Only from this time on: ${TIME}`, '7d').optional(),
  until: is(string, `Only before this time: ${TIME}`, '2026-04-28').optional(),
  principal: is(string, 'Only of this role or user; a session stands for its role', SHOWN.role).optional(),
  action: is(string, 'Only of this IAM action', SHOWN.action).optional(),
  resource: is(string, 'Only on this resource', SHOWN.resource).optional(),
  'resource-family': is(string, 'Only on resources of this family', 'arn:aws:s3:::prod-artifacts').optional(),
  service: is(string, 'Only of this service', 's3').optional(),
  account: is(string, "Only of this account, the caller's or the resource owner's", SHOWN.account).optional(),
  layer: is(Layer, 'Only where AWS named this policy layer', 'identity-policy').optional(),
} as const

const queryOf = ({ url }: Asking): string => JSON.stringify(Object.fromEntries(url.searchParams))

/** An answer with a tag: who has it already is told so, and gets nothing twice. */
function tagged({ request }: Asking, answer: Answer): Answer {
  if (answer.status !== 200 || typeof answer.body !== 'string') return answer
  const etag = `"${createHash('sha256').update(answer.body).digest('base64url').slice(0, 22)}"`
  const headers = { etag, 'cache-control': 'private, no-cache' }
  const known = (request.headers['if-none-match'] ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''))
  return known.includes(etag) || known.includes('*')
    ? { ...answer, status: 304, body: '', headers }
    : { ...answer, headers }
}

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
  operationId: 'listDenials',
  tag: 'denials',
  summary: 'Denials of the store: counted by something, most frequent first, or listed, newest first',
  query: {
    by: is(oneOf(...GROUPED_BY), 'Count by this; left out: list').optional(),
    ...FILTERS,
    limit: is(count, 'How many; left out: 50 listed, 1000 groups', 50).optional(),
    cursor: is(string, 'What `next` of the page before says: list what comes after it', CURSOR).optional(),
  },
  gives: z.union([Groups, Denials]),
  faults: [400, 503],
  also: { 304: 'application/json' },
  handle: async (asking, services) => tagged(asking, await stored('denials', asking, services)),
}

/** `GET /api/denials/{eventId}`: what `denytrace denials show ID --format json` prints. */
export const denialRoute: Route = {
  method: 'GET',
  path: '/api/denials/{eventId}',
  operationId: 'explainDenial',
  tag: 'denials',
  summary: 'All events of an event id or request id, each explained',
  parts: { eventId: is(string, 'An event id, or a request id', SHOWN.eventId) },
  query: { snapshot: is(string, 'Name of a snapshot; left out: the first', 'prod').optional() },
  gives: Diagnoses,
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
  operationId: 'overview',
  tag: 'denials',
  summary: 'Denials over time, of whom and what most, what was seen first, and what came again after it was fixed',
  query: FILTERS,
  gives: Overview,
  also: { 304: 'application/json' },
  faults: [400, 503],
  handle: async (asking, services) => tagged(asking, await stored('overview', asking, services)),
}
