import { z } from 'zod'
import { anything, count, flag, is, list, map, object, oneOf, orNull, SHOWN, string } from './described.ts'
import { Layer } from './scenario.ts'

/** Fields of a requirement as AWS evaluated it. */
export const checked = {
  layer: Layer,
  effect: is(oneOf('ALLOW', 'NO_IMPACT', 'IMPLICIT_DENY', 'EXPLICIT_DENY'), 'What AWS found'),
  target: is(orNull(string), 'Root, unit or account of the policies; null: the layer alone says which', 'ou-x1y2'),
  by: is(list(Layer), 'Kinds of policies that the requirement is met by', ['identity-policy']),
}

export const Reported = is(
  z.object({
    layer: is(orNull(Layer), 'The layer that AWS named; null: none', 'identity-policy'),
    denyType: is(
      orNull(oneOf('explicit', 'implicit')),
      'Whether AWS reported that a policy denies, or that none allows',
      'implicit',
    ),
    policyArn: is(orNull(string), 'ARN of the policy that AWS named', null),
    via: is(Layer, 'A second layer that the message names', 'resource-policy').optional(),
    setting: is(string, 'A setting that the message names', 'RestrictPublicBuckets').optional(),
    checks: is(list(z.object(checked)), 'Every requirement that authorization details list').optional(),
  }),
  'What AWS reported as the reason',
)

/** Fields of a fact's source. */
export const factSource = {
  from: is(
    oneOf('text', 'file', 'option', 'scenario', 'snapshot', 'live', 'event', 'authorization', 'assumed'),
    "What said it: the text, a file, an option, a scenario, a snapshot, AWS for this denial, a CloudTrail record, AWS's authorization details, or nothing: it was assumed",
  ),
  file: is(string, 'The file; left out: it has no name', 'role-policy.json').optional(),
  line: is(count, 'The line there, from 1; left out: not known', 12).optional(),
}

const said = (description: string, example: unknown) => is(orNull(string), description, example)

export const Denial = is(
  z.object({
    kind: is(
      oneOf('aws-access-denied', 'aws-authentication', 'gcp-permission-denied', 'cors', 'other'),
      'What kind of error it is',
    ),
    code: said('Error code, as printed', 'AccessDenied'),
    eventSource: said('Service that denied the call', 's3.amazonaws.com'),
    operation: said('API name, without its version', 'PutObject'),
    principal: said('Who was denied, as written', SHOWN.session),
    principalType: said('Kind of the caller', 'assumed-role'),
    roleArn: said('Role behind a session', SHOWN.role),
    accountId: said("The caller's account", SHOWN.account),
    sessionName: said('Name of the session', 'ci'),
    action: said("The action in IAM's spelling", SHOWN.action),
    resource: said('The canonical ARN', SHOWN.resource),
    resourceText: is(
      string,
      'The resource as printed, where that differs',
      'prod-artifacts/releases/app.zip',
    ).optional(),
    resourceAccount: said("The resource owner's account", null),
    candidates: is(
      list(
        z.object({
          action: is(string, 'An action that the call needs', SHOWN.action),
          resource: is(orNull(string), 'On what', SHOWN.resource),
        }),
      ),
      'What the call needs, where the evidence does not say which part was denied',
    ),
    reported: Reported,
    encodedMessage: said('The message that STS encoded, whole', null),
    decoded: is(object, 'What `aws sts decode-authorization-message` says of it', { explicitDeny: true }).optional(),
    authorizationId: said("Id of AWS's authorization details", null),
    requestId: said('Request id', SHOWN.requestId),
    extendedRequestId: said("S3's extended request id", null),
    eventId: said('Event id of the CloudTrail record', SHOWN.eventId),
    sharedEventId: said('Id that records of several accounts share', null),
    region: said('Region of the call', 'us-east-1'),
    time: said('When it was, ISO 8601', SHOWN.time),
    context: is(map(anything), 'Condition keys that the evidence settles; null is absent', {
      'aws:SourceIp': '203.0.113.9',
    }),
    details: is(map(orNull(string)), 'What a CORS or Google Cloud denial adds', {
      origin: 'https://app.example.com',
    }).optional(),
    evidence: is(
      z.object({
        reader: is(string, 'Which reader found it', 'cloudtrail'),
        actionFrom: is(
          orNull(oneOf('stated', 'mapped', 'guessed')),
          'How the action was found; null: not said',
          'stated',
        ),
        resourceFrom: is(
          orNull(oneOf('stated', 'derived', 'guessed')),
          'How the resource was found; null: not said',
          'stated',
        ),
        span: is(
          orNull(z.array(count).min(2).max(2)),
          'Where it is in the text, UTF-16 offsets; null: a record',
          [0, 180],
        ),
        file: is(string, 'The input that it was read from; left out: it has no name', 'job.log').optional(),
        line: is(count, 'The line there, from 1; left out: a record, or after line 200,000', 12).optional(),
        otherSources: is(
          map(z.object(factSource)),
          'Facts that another source gave, by name: `principal`, a condition key; left out: none',
          { 'aws:SourceIp': { from: 'option' } },
        ).optional(),
      }),
      'Where the denial was read',
    ),
    notes: is(
      list(
        z.object({
          code: is(string, 'Code of the note', 'account-masked'),
          text: is(string, 'What it says', 'the account id is masked'),
        }),
      ),
      'What the evidence leaves uncertain',
    ),
  }),
  'A denial as the evidence reports it (docs/json.md, "Denial")',
)

/** What the record says of the call in which a service was refused. */
export const OuterCall = is(
  z.object({
    eventSource: said('Service that was called', 's3.amazonaws.com'),
    operation: said('API name', 'PutObject'),
    resource: said('On what', SHOWN.resource),
    eventId: said('Event id', SHOWN.eventId),
    requestId: said('Request id', SHOWN.requestId),
    time: said('When', SHOWN.time),
    sourceIp: said('From where', '203.0.113.9'),
  }),
  'The call during which a service was denied what the denial is about: the record of S3 next to that of KMS',
)

/** Agreement of an answer with what AWS said. */
export const agrees = is(orNull(flag), 'Whether it agrees; null: nothing to compare with, or not known', true)
