import { ref } from '../schemas/schema.ts'
import { questionRoute } from './question-route.ts'

/** `POST /api/compare`: what `denytrace compare --format json` prints. */
export const compareRoute = questionRoute('compare', {
  path: '/api/compare',
  summary: 'What NEW allows that OLD did not, and the reverse',
  takes: ref('CompareBody'),
  gives: ref('Comparison'),
  faults: [400, 413, 503],
})
