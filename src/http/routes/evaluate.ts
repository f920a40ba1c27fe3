import { ref } from '../schemas/schema.ts'
import { judged } from './judged.ts'

/** `POST /api/evaluate`: what `denytrace evaluate --format json` prints. */
export const evaluateRoute = judged('evaluate', {
  path: '/api/evaluate',
  summary: 'Judge one request against every policy layer',
  takes: ref('EvaluateBody'),
  gives: ref('Decision'),
  faults: [400, 413, 503],
})
