import { ref } from '../schemas/schema.ts'
import { questionRoute } from './question-route.ts'

/** `POST /api/who-can`: what `denytrace who-can --all --format json` prints. */
export const whoCanRoute = questionRoute('who-can', {
  path: '/api/who-can',
  summary: 'Every principal of a snapshot, whether it may do an action on a resource, and when',
  takes: ref('WhoCanBody'),
  gives: ref('WhoCan'),
  faults: [400, 413, 503],
})

/** `POST /api/what-can`: what `denytrace what-can --format json` prints. */
export const whatCanRoute = questionRoute('what-can', {
  path: '/api/what-can',
  summary: 'What a user or role of a snapshot may do, on which resources, and when',
  takes: ref('WhatCanBody'),
  gives: ref('WhatCan'),
  faults: [400, 413, 503],
})

/** `POST /api/suggest`: what somebody may mean who types a few letters. */
export const suggestRoute = questionRoute('suggest', {
  path: '/api/suggest',
  summary: "Principals and resources of a snapshot, or actions of AWS's services, that hold a text",
  takes: ref('SuggestBody'),
  gives: ref('Suggestions'),
  faults: [400, 413, 503],
})
