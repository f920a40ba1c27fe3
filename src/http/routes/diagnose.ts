import { DiagnoseBody, expectPrincipal } from '#schemas/bodies.ts'
import { is, SHOWN, string } from '#schemas/described.ts'
import { Diagnoses } from '#schemas/diagnosis.ts'
import type { Route } from '../route.ts'
import { bodyKindOf, type PlainBody } from '../text-body.ts'
import { PLAIN } from '../wire.ts'
import { questionRoute } from './question-route.ts'

const ofJson = questionRoute('diagnose', {
  path: '/api/diagnose',
  operationId: 'diagnose',
  tag: 'judge',
  summary:
    'Explain a denial: who, which layers and statements refuse, what would refuse next, the smallest proven fixes',
  description:
    'Sent as `text/plain`, or as a file by `curl --data-binary @error.txt`, the body is the text of the error itself.',
  takes: DiagnoseBody,
  gives: Diagnoses,
  faults: [400, 413, 422, 503],
})

/** `POST /api/diagnose`: what `denytrace diagnose --format json` prints. */
export const diagnoseRoute: Route = {
  ...ofJson,
  takesText: is(string, 'An error message, a log, an event: whatever was seen', SHOWN.message),
  query: {
    snapshot: is(string, 'Of a body that is a text: name of a snapshot; left out: the first', 'prod').optional(),
    expectPrincipal: expectPrincipal.optional(),
  },
  handle: async (asking, services) => {
    const kind = bodyKindOf(asking.request.headers['content-type'])
    const query = Object.fromEntries(asking.url.searchParams)
    if (kind === 'json' && Object.keys(query).length === 0) return ofJson.handle(asking, services)
    const plain: PlainBody = { text: await asking.body(), kind: kind === 'json' ? 'unsaid' : kind, query }
    const { status, body, stack } = await services.workers.ask(PLAIN, JSON.stringify(plain), asking.signal)
    if (stack !== undefined) services.logBug(stack)
    return { status, type: 'application/json; charset=utf-8', body }
  },
}
