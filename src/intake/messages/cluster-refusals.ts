import { patternRule } from './pattern-rule.ts'

/**
 * Brokers of Amazon MSK with IAM access control put an id in brackets before their two words; other brokers do not. Clients
 * of Java, librdkafka, Sarama and Python print it behind their own name for a failed SASL handshake.
 */
export const brokerConnect = patternRule({
  id: 'broker-connect',
  example:
    'org.apache.kafka.common.errors.SaslAuthenticationException: [0a1b2c3d-1111-2222-3333-444455556666]: Access denied',
  docs: 'https://docs.aws.amazon.com/msk/latest/developerguide/iam-access-control.html',
  anchor: 'accessdenied',
  pattern:
    /\bSASL[^\n[\]]{0,40}?authenticat[^\n[\]]{0,60}\[(?:[0-9a-f]{8}-[0-9a-f-]{27}|\.{3}|…)\]:? {1,2}Access denied\b/i,
  fields: () => ({
    impliedAction: 'kafka-cluster:Connect',
    notes: [
      {
        code: 'connect-or-credentials',
        text: 'Authentication and this action are one step to a broker, and it says no more: see first whom the client signs as (`awsDebugCreds=true` of aws-msk-iam-auth prints it), and for which Region.',
      },
    ],
  }),
})

/** Amazon OpenSearch Serverless has policies of its own for the data, beside IAM (`aoss:APIAccessAll`). */
export const dataAccessPolicy = patternRule({
  id: 'data-access-policy',
  example:
    'OpenSearch exception [type=authorization_exception, reason=User does not have permissions for the requested resource]',
  docs: 'https://docs.aws.amazon.com/opensearch-service/latest/developerguide/serverless-data-access.html',
  anchor: 'userdoesnothavepermissionsfortherequestedresource',
  pattern:
    /\bauthorization_exception\b[^\n]{0,40}?\breason["'=:\s]{1,8}User does not have permissions for the requested resource/i,
  fields: () => ({
    notes: [
      {
        code: 'data-access-policy',
        text: 'The collection refused: a data access policy of OpenSearch Serverless has to name the role or user with the index and the permission (`aoss:CreateIndex` …); besides, its IAM policies have to allow `aoss:APIAccessAll`. The same words have been seen for a request that was signed for another Region.',
      },
    ],
  }),
})

/** The same collections, where neither a data access policy nor a network policy lets the request in. */
export const collectionForbidden = patternRule({
  id: 'collection-forbidden',
  example:
    '{"status":403,"request-id":"f8a1d2c3-1111-9abc-8888-123456789abc","error":{"reason":"403 Forbidden","type":"Forbidden"}}',
  docs: 'https://docs.aws.amazon.com/opensearch-service/latest/developerguide/serverless-data-access.html',
  anchor: 'reasonforbiddentypeforbidden',
  pattern: /"reason"\s{0,4}:\s{0,4}"403 Forbidden"\s{0,4},\s{0,4}"type"\s{0,4}:\s{0,4}"Forbidden"/,
  fields: () => ({
    notes: [
      {
        code: 'data-access-policy',
        text: 'A collection of OpenSearch Serverless answers so: a data access policy has to name the role or user with the index and the permission (`aoss:ReadDocument` …), its IAM policies have to allow `aoss:APIAccessAll`, a network policy has to let the request in, and it has to be signed for `aoss` in the Region of the collection.',
      },
    ],
  }),
})
