import type { DenialRow } from '#store/denial-row.ts'
import type { DenialStore } from '#store/denial-store.ts'

/** Declares one test, which gets a fresh store. */
export type Check = (what: string, run: (store: DenialStore) => Promise<void>) => void

let made = 0

/** A stored denial with what a test says; the rest is of no matter. */
export const sampleRow = (fields: Partial<DenialRow> = {}): DenialRow => ({
  eventTime: '2026-04-27T10:03:00Z',
  eventId: `event-${(made += 1)}`,
  sharedEventId: null,
  originalEventId: null,
  requestId: null,
  callerAccount: '111122223333',
  recipientAccount: '111122223333',
  region: 'us-east-1',
  eventSource: 's3.amazonaws.com',
  eventName: 'PutObject',
  service: 's3',
  action: 's3:PutObject',
  principalKey: 'arn:aws:iam::111122223333:role/ci/deploy',
  principalArn: 'arn:aws:sts::111122223333:assumed-role/deploy/ci',
  principalType: 'assumed-role',
  sessionName: 'ci',
  invokedBy: null,
  resource: 'arn:aws:s3:::b/k',
  resourceFamily: 'arn:aws:s3:::b/*',
  resourceFrom: 'derived',
  errorCode: 'AccessDenied',
  layer: 'identity-policy',
  effect: 'implicit',
  policyArn: null,
  errorMessage: null,
  messageHash: null,
  encodedMessage: null,
  statement: null,
  blockedBy: null,
  snapshotHash: null,
  sourceKind: 'file',
  sourceName: null,
  ingestedAt: '2026-11-24T00:00:00Z',
  isPrimary: true,
  parserVersion: 1,
  rest: '{"context":{}}',
  authorizationId: null,
  ...fields,
})
