import { ref } from '../schemas/schema.ts'
import { judged } from './judged.ts'

/** `POST /api/compare`: what `denytrace compare --format json` prints. */
export const compareRoute = judged('compare', {
  path: '/api/compare',
  summary: 'What NEW allows that OLD did not, and the reverse',
  takes: ref('CompareBody'),
  gives: ref('Comparison'),
  faults: [400, 413, 503],
})
