import { ref } from '../schemas/schema.ts'
import { questionRoute } from './question-route.ts'

/** `POST /api/diagnose`: what `denytrace diagnose --format json` prints. */
export const diagnoseRoute = questionRoute('diagnose', {
  path: '/api/diagnose',
  summary:
    'Explain a denial: who, which layers and statements refuse, what would refuse next, the smallest proven fixes',
  takes: ref('DiagnoseBody'),
  gives: ref('Diagnoses'),
  faults: [400, 413, 422, 503],
})
