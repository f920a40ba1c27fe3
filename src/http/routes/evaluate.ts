import { EvaluateBody } from '#schemas/bodies.ts'
import { Decision } from '#schemas/decision.ts'
import { questionRoute } from './question-route.ts'

/** `POST /api/evaluate`: what `denytrace evaluate --format json` prints. */
export const evaluateRoute = questionRoute('evaluate', {
  path: '/api/evaluate',
  operationId: 'evaluate',
  tag: 'judge',
  summary: 'Judge one request against every policy layer',
  takes: EvaluateBody,
  gives: Decision,
  faults: [400, 413, 503],
})
