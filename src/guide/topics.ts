/** The topics with a page of their own, in the order in which they are listed; docs/guide has a file for each. */
export const TOPICS = {
  guide: ['aws-access-denied', 'gcp-permission-denied', 'cors'],
  compare: ['aws-vs-gcp'],
  playbook: ['authorization-denial', 'cors-fix'],
  layer: [
    'resource-control-policy',
    'service-control-policy',
    'vpc-endpoint-policy',
    'resource-policy',
    'identity-policy',
    'permissions-boundary',
    'session-policy',
    'service-guard',
  ],
  adjacent: [
    'expired-token',
    'invalid-client-token-id',
    'signature-does-not-match',
    'unauthorized-operation',
    'vpce-access-denied',
    'not-found-as-403',
    'throttling',
    'opt-in-required',
    'kubernetes-rbac',
  ],
  reference: ['aws-messages'],
  about: ['editorial-policy'],
} as const

export const TOPIC_NAMES: readonly string[] = Object.values(TOPICS).flat()
