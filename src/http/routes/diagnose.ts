import { DiagnoseBody } from '#schemas/bodies.ts'
import { Diagnoses } from '#schemas/diagnosis.ts'
import { questionRoute } from './question-route.ts'

/** `POST /api/diagnose`: what `denytrace diagnose --format json` prints. */
export const diagnoseRoute = questionRoute('diagnose', {
  path: '/api/diagnose',
  operationId: 'diagnose',
  tag: 'judge',
  summary:
    'Explain a denial: who, which layers and statements refuse, what would refuse next, the smallest proven fixes',
  takes: DiagnoseBody,
  gives: Diagnoses,
  faults: [400, 413, 422, 503],
})
