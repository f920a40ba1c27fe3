import { CompareBody } from '#schemas/bodies.ts'
import { Comparison } from '#schemas/fix.ts'
import { questionRoute } from './question-route.ts'

/** `POST /api/compare`: what `denytrace compare --format json` prints. */
export const compareRoute = questionRoute('compare', {
  path: '/api/compare',
  operationId: 'compare',
  tag: 'judge',
  summary: 'What NEW allows that OLD did not, and the reverse',
  takes: CompareBody,
  gives: Comparison,
  faults: [400, 413, 503],
})
