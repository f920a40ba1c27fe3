import { SuggestBody, Suggestions, WhatCanBody, WhoCanBody } from '#schemas/bodies.ts'
import { WhatCan, WhoCan } from '#schemas/fix.ts'
import { questionRoute } from './question-route.ts'

/** `POST /api/who-can`: what `denytrace who-can --all --format json` prints. */
export const whoCanRoute = questionRoute('who-can', {
  path: '/api/who-can',
  operationId: 'whoCan',
  tag: 'ask',
  summary: 'Every principal of a snapshot, whether it may do an action on a resource, and when',
  takes: WhoCanBody,
  gives: WhoCan,
  faults: [400, 413, 503],
})

/** `POST /api/what-can`: what `denytrace what-can --format json` prints. */
export const whatCanRoute = questionRoute('what-can', {
  path: '/api/what-can',
  operationId: 'whatCan',
  tag: 'ask',
  summary: 'What a user or role of a snapshot may do, on which resources, and when',
  takes: WhatCanBody,
  gives: WhatCan,
  faults: [400, 413, 503],
})

/** `POST /api/suggest`: what somebody may mean who types a few letters. */
export const suggestRoute = questionRoute('suggest', {
  path: '/api/suggest',
  operationId: 'suggest',
  tag: 'ask',
  summary: "Principals and resources of a snapshot, or actions of AWS's services, that hold a text",
  takes: SuggestBody,
  gives: Suggestions,
  faults: [400, 413, 503],
})
