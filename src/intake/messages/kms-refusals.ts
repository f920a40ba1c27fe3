import { patternRule } from './pattern-rule.ts'

/** A service names itself and the key it may not use (EventBridge). The same three causes as R-MSG-12. */
export const serviceAccessToKey = patternRule({
  id: 'service-access-to-key',
  example:
    'events.amazonaws.com is not authorized to access the key because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access.',
  docs: 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-encryption-key-policy.html',
  anchor: 'isnotauthorizedtoaccessthekey',
  pattern:
    /(?<principal>[a-z0-9.-]{1,60}\.amazonaws\.com)?\s{0,8}is not authorized to access the key\b(?<reason> because the resource does not exist in this Region)?/i,
  fields: ({ principal, reason }) => ({
    principal: principal ?? null,
    layer: reason === undefined ? null : 'resource-policy',
    notes:
      reason === undefined
        ? []
        : [{ code: 'possibly-not-found', text: 'The same text stands for a key that does not exist in this Region.' }],
  }),
})

/** Actions that services ask of a KMS key that encrypts what they keep: to read, and to write. */
const KEY_USES = ['kms:Decrypt', 'kms:GenerateDataKey'] as const

/** A service's own words for a refusal by KMS behind it; the action is not said (R-MSG-33). */
export const kmsNotAllowed = patternRule({
  id: 'kms-not-allowed',
  example: '{"__type":"AccessDeniedException","Message":"Access to KMS is not allowed"}',
  docs: 'https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html',
  anchor: 'accesstokmsisnotallowed',
  pattern: /Access to KMS is not allowed/i,
  fields: () => ({ behind: true, orElse: KEY_USES }),
})

/** KMS's words for a ciphertext whose key the caller may not use, or which is not there, through whatever call it comes. */
export const kmsCiphertext = patternRule({
  id: 'kms-ciphertext',
  example:
    'AccessDeniedException: The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.',
  docs: 'https://docs.aws.amazon.com/botocore/latest/reference/services/kinesis/client/exceptions/KMSAccessDeniedException.html',
  anchor: 'theciphertextrefer',
  pattern:
    /The ciphertext (?:(?<own>refers to) a customer master key|references a key) that (?:does not|doesn['’]t) exist,? (?:or that you don['’]t have access to|does not exist in this region, or you are not allowed to access)/i,
  fields: ({ own }) => ({
    // The other wording is of the services' own pages, for any request to KMS.
    ...(own === undefined ? { behind: true, orElse: KEY_USES } : { impliedAction: 'kms:Decrypt' }),
    notes: [{ code: 'possibly-not-found', text: 'The same text stands for a key that does not exist in this Region.' }],
  }),
})

/** KMS's refusal as an SDK of the service before it prints it: no message, KMS's name for the service (Java, and what passes it on). */
export const kmsWithoutWords = patternRule({
  id: 'kms-without-words',
  example:
    'KMSAccessDenied: null (Service: AWSKMS; Status Code: 400; Error Code: AccessDeniedException; Request ID: 318a7abf-00c8-4b1d-8877-cb1fba8271e5; Proxy: null)',
  docs: 'https://docs.aws.amazon.com/sns/latest/api/API_Publish.html',
  anchor: 'serviceawskms',
  pattern:
    /null (?=\(Service: AWSKMS[;,] Status Code: 40\d[;,] Error Code: AccessDeniedException\b)|\bKMS\.?AccessDenied(?:Exception)?: null\b/,
  fields: () => ({ behind: true, orElse: KEY_USES }),
})
