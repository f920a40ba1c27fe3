/**
 * Subject of each note of a denial (docs/json.md, "Denial"). `who-was-refused`: who it was, so that no policy of the caller
 * helps; `the-role`: a role that the call names cannot do what it is for; `the-call`: what AWS's page says of
 * such a call; `what-aws-answered`: why AWS said no more when it
 * was asked; `the-evidence`: what the text or the record lacks, or what kind of error it is. A code without a row does not
 * compile.
 */
export const NOTE_SUBJECTS = {
  'access-key': 'the-evidence',
  'account-derived': 'the-evidence',
  'account-length': 'who-was-refused',
  'account-masked': 'the-evidence',
  'account-not-entitled': 'the-evidence',
  'account-not-verified': 'the-evidence',
  'account-number': 'the-evidence',
  'api-gateway-forbidden': 'the-evidence',
  'api-gateway-unauthorized': 'the-evidence',
  'authorization-details': 'what-aws-answered',
  'bucket-acls-off': 'the-evidence',
  'caller-is-a-role': 'the-evidence',
  'caller-of-now': 'the-evidence',
  'cdk-bootstrap': 'the-evidence',
  ciphertext: 'the-evidence',
  'client-setup': 'the-evidence',
  'client-side': 'the-evidence',
  clock: 'the-evidence',
  'cloudfront-denied': 'the-evidence',
  'connect-or-credentials': 'the-evidence',
  'cross-account-copy': 'the-evidence',
  'custom-resource': 'who-was-refused',
  'data-access-policy': 'the-evidence',
  'database-sign-in': 'the-evidence',
  'decoded-allowed': 'the-evidence',
  'default-key': 'the-evidence',
  'deletion-protection': 'the-evidence',
  elided: 'the-evidence',
  'eventual-consistency': 'the-evidence',
  'expired-credentials': 'the-evidence',
  'expired-url': 'the-evidence',
  'further-request': 'the-evidence',
  'identity-center-access': 'the-evidence',
  'identity-pool': 'the-evidence',
  'immutable-tag': 'the-evidence',
  'inference-profile': 'the-call',
  'key-not-found': 'the-evidence',
  'key-state': 'the-evidence',
  'kubernetes-rbac': 'the-evidence',
  'kubernetes-sign-in': 'the-evidence',
  'lake-formation': 'the-evidence',
  'layer-bucket': 'the-evidence',
  'linked-role': 'the-call',
  'linked-role-passed': 'the-evidence',
  'malformed-request': 'the-evidence',
  'message-truncated': 'the-evidence',
  'method-not-allowed': 'the-evidence',
  'model-access': 'the-evidence',
  'model-id': 'the-evidence',
  'more-pages': 'the-evidence',
  'name-taken': 'the-evidence',
  network: 'the-evidence',
  'no-credentials': 'the-evidence',
  'no-identity-provider': 'the-evidence',
  'not-connected': 'the-evidence',
  'not-decoded': 'the-evidence',
  'not-enabled': 'the-evidence',
  'not-found': 'the-evidence',
  'not-shared': 'the-evidence',
  'not-verified-address': 'the-evidence',
  'object-state': 'the-evidence',
  'old-signature': 'the-evidence',
  'opensearch-roles': 'the-evidence',
  'opt-in-region': 'the-evidence',
  'opt-in-required': 'the-evidence',
  'other-system': 'the-evidence',
  'parameters-redacted': 'the-evidence',
  'path-unknown': 'the-evidence',
  'policy-id-only': 'the-evidence',
  'policy-not-valid': 'the-evidence',
  'possibly-not-found': 'the-evidence',
  'presigned-url': 'the-evidence',
  'protected-entity': 'the-evidence',
  'queue-or-access': 'the-evidence',
  quota: 'the-evidence',
  'record-abridged': 'the-evidence',
  'record-addendum': 'the-evidence',
  'record-updated': 'the-evidence',
  'registry-forbidden': 'the-evidence',
  'registry-sign-in': 'the-evidence',
  'reserved-name': 'the-evidence',
  'resource-placeholder': 'the-evidence',
  'role-chaining-limit': 'the-evidence',
  'role-lacks-permission': 'the-role',
  'role-not-assumable': 'the-role',
  'same-organization': 'the-evidence',
  'saml-response': 'the-evidence',
  'scope-down-policy': 'the-call',
  'second-factor': 'the-evidence',
  'secret-state': 'the-evidence',
  'service-role': 'who-was-refused',
  'service-rule': 'who-was-refused',
  'session-plugin': 'the-evidence',
  'session-too-large': 'the-evidence',
  'sign-in-again': 'the-evidence',
  signature: 'the-evidence',
  'signed-url': 'the-evidence',
  'signing-region': 'the-evidence',
  'sts-region': 'the-evidence',
  throttled: 'the-evidence',
  'token-claims': 'the-evidence',
  'trust-policy': 'who-was-refused',
  'unreadable-line': 'the-evidence',
  'unsigned-headers': 'the-evidence',
  'unsigned-request': 'the-evidence',
  'upload-form': 'the-evidence',
  'user-pool': 'the-evidence',
  'wrong-region': 'the-evidence',
} as const satisfies Readonly<
  Record<string, 'who-was-refused' | 'the-role' | 'the-call' | 'what-aws-answered' | 'the-evidence'>
>

/** The code of a note. */
export type NoteCode = keyof typeof NOTE_SUBJECTS

/**
 * The note that says who was refused, where that is not the caller of whom the text tells: a service, or a role that the call hands
 * over. Undefined: the caller was.
 */
export const whoWasRefused = (notes: readonly Note[]): Note | undefined =>
  notes.find(({ code }) => NOTE_SUBJECTS[code] === 'who-was-refused')

/** A note on a denial besides its fields: a code for programs, a sentence for people. */
export interface Note {
  readonly code: NoteCode
  readonly text: string
}
