import { ref } from '../schemas/schema.ts'
import { questionRoute } from './question-route.ts'

/** `POST /api/evaluate`: what `denytrace evaluate --format json` prints. */
export const evaluateRoute = questionRoute('evaluate', {
  path: '/api/evaluate',
  summary: 'Judge one request against every policy layer',
  takes: ref('EvaluateBody'),
  gives: ref('Decision'),
  faults: [400, 413, 503],
})
