import { DiagnoseBody, expectPrincipal } from '#schemas/bodies.ts'
import { is, SHOWN, string } from '#schemas/described.ts'
import { AnswerLine, Diagnoses } from '#schemas/diagnosis.ts'
import type { Route } from '../route.ts'
import { bodyKindOf, type PlainBody } from '../text-body.ts'
import { PLAIN } from '../wire.ts'
import { passedOn, questionRoute } from './question-route.ts'

const ofJson = questionRoute('diagnose', {
  path: '/api/diagnose',
  operationId: 'diagnose',
  tag: 'judge',
  summary:
    'Explain a denial: who, which layers and statements refuse, what would refuse next, the smallest proven fixes',
  description:
    'Sent as `text/plain`, or as a file by `curl --data-binary @error.txt`, the body is the text of the error itself. Who takes `application/x-ndjson` gets lines: how far it is, the layers before any fix is looked for, and last the answer, or a fault with its status. What is refused at once is refused with its own status. Who goes away ends the work.',
  takes: DiagnoseBody,
  gives: Diagnoses,
  lines: AnswerLine,
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
    return passedOn(PLAIN, JSON.stringify(plain), { asking, services, hasLines: true })
  },
}
