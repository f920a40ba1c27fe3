import { POLICY_LAYERS } from '#iam/layers.ts'
import { count, type Fields, fields, flag, list, map, oneOf, orNull, ref, text, anything } from './schema.ts'

/** A requirement as AWS evaluated it (docs/json.md, "Diagnosis"). */
export const CHECK: Fields = {
  layer: ref('Layer'),
  effect: oneOf('ALLOW', 'NO_IMPACT', 'IMPLICIT_DENY', 'EXPLICIT_DENY'),
  target: orNull(text),
  by: list(ref('Layer')),
}

/** docs/json.md, "Denial" and "Scenario". */
export const DENIAL_SCHEMAS: Fields = {
  Layer: oneOf(...POLICY_LAYERS),
  Request: fields(
    { principal: text, action: text, resource: { anyOf: [text, list(text), { type: 'null' }] } },
    {
      actionExists: flag,
      principalDetails: fields({}, { type: text, roleArn: text, federatedBy: text, userId: text }),
      principalTags: map(text),
      resourceAccount: text,
      context: map(anything),
      contextComplete: flag,
    },
  ),
  Policy: fields({ name: text }, { arn: text, document: anything, file: text }),
  Scenario: fields(
    {},
    {
      request: ref('Request'),
      policies: fields({}, { complete: flag }),
      resources: list(fields({ arn: text })),
      organization: orNull({ type: 'object' }),
    },
  ),
  Denial: fields(
    {
      kind: oneOf('aws-access-denied', 'aws-authentication', 'gcp-permission-denied', 'cors', 'other'),
      code: orNull(text),
      eventSource: orNull(text),
      operation: orNull(text),
      principal: orNull(text),
      principalType: orNull(text),
      roleArn: orNull(text),
      accountId: orNull(text),
      sessionName: orNull(text),
      action: orNull(text),
      resource: orNull(text),
      resourceAccount: orNull(text),
      candidates: list(fields({ action: text, resource: orNull(text) })),
      reported: ref('Reported'),
      encodedMessage: orNull(text),
      authorizationId: orNull(text),
      requestId: orNull(text),
      extendedRequestId: orNull(text),
      eventId: orNull(text),
      sharedEventId: orNull(text),
      region: orNull(text),
      time: orNull(text),
      context: map(anything),
      evidence: fields({
        reader: text,
        actionFrom: orNull(oneOf('stated', 'mapped', 'guessed')),
        resourceFrom: orNull(oneOf('stated', 'derived', 'guessed')),
        span: orNull({ type: 'array', items: count, minItems: 2, maxItems: 2 }),
      }),
      notes: list(fields({ code: text, text })),
    },
    { resourceText: text, decoded: { type: 'object' }, details: map(orNull(text)) },
  ),
  Reported: fields(
    { layer: orNull(ref('Layer')), denyType: orNull(oneOf('explicit', 'implicit')), policyArn: orNull(text) },
    { via: ref('Layer'), setting: text, checks: list(fields(CHECK)) },
  ),
}
