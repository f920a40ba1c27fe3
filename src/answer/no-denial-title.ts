/** What of an error that no policy decided sets its first line. */
interface OtherError {
  readonly code: string | null
  readonly notes: readonly { readonly code: string }[]
  readonly evidence: { readonly reader: string }
}

/** First line of the answer to an error that no AWS policy decided: what it is instead. */
export function noDenialTitle({ code, notes, evidence }: OtherError): string {
  const known = notes.map((note) => TITLES.get(note.code)).find((title) => title !== undefined)
  if (known !== undefined) return known
  return evidence.reader === 'nothing' && code === null
    ? 'No access-denied error found'
    : 'Not a denial: no AWS policy decides this error'
}

/** By the code of the note that explains the error. */
const TITLES: ReadonlyMap<string, string> = new Map([
  ['account-not-entitled', 'Not a denial of the caller: the service does not serve this account'],
  ['account-not-verified', 'Not a denial of the caller: AWS has to verify or enable this account'],
  ['api-gateway-forbidden', 'Denied in front of IAM: API Gateway or another HTTP server answered'],
  ['api-gateway-unauthorized', 'Not a denial by IAM: the authorizer of the API got no valid token'],
  ['bucket-acls-off', 'Not a denial: ACLs are disabled for this bucket'],
  ['caller-is-a-role', 'Not a denial: this call works for IAM users only'],
  ['cdk-bootstrap', 'Not a denial: the CDK environment is not bootstrapped'],
  ['ciphertext', 'Not a denial: KMS cannot decrypt this ciphertext with this key'],
  ['client-setup', 'Not a denial: a program on this machine is missing or too old'],
  ['client-side', 'Not a denial: the error is from the client, not from AWS'],
  ['cloudfront-denied', 'Denied by CloudFront, not by an IAM policy'],
  ['database-sign-in', 'Denied by the database: IAM may or may not be the reason'],
  ['decoded-allowed', 'Not a denial: the decoded message says that the call was allowed'],
  ['default-key', 'Not a denial by a policy that you can change: the AWS managed key works in its own account only'],
  ['deletion-protection', 'Not a denial: the resource is protected against deletion'],
  ['identity-center-access', 'Denied by IAM Identity Center: the permission set is not assigned'],
  ['identity-pool', 'Not a denial by a policy: the Cognito identity pool gave no credentials'],
  ['immutable-tag', 'Not a denial: the tag of the image cannot be moved'],
  ['key-not-found', 'Not a denial: the KMS key was not found'],
  ['key-state', 'Not a denial: the KMS key cannot be used in its current state'],
  ['kubernetes-rbac', 'Denied by Kubernetes, not by AWS'],
  ['kubernetes-sign-in', 'Denied by Kubernetes: the cluster does not know this caller'],
  ['malformed-request', 'Not a denial: the request has a wrong value'],
  ['method-not-allowed', 'Not a denial: this address does not take this kind of request'],
  ['model-access', 'Not a denial by a policy: the account has no access to this model yet'],
  ['model-id', 'Not a denial: this model cannot be called by this id here'],
  ['name-taken', 'Not a denial: the name is already in use'],
  ['network', 'Not a denial: the call did not reach AWS'],
  ['no-credentials', 'Not a denial: the job got no credentials'],
  ['not-connected', 'Not a denial: the instance is not connected to Systems Manager'],
  ['not-enabled', 'Not a denial: the service or feature is not enabled'],
  ['not-found', 'Not a denial: the resource was not found'],
  ['not-shared', 'May be a denial: the image or snapshot is missing or not shared with this account'],
  ['not-verified-address', 'Not a denial: Amazon SES has not verified the address'],
  ['object-state', 'Not a denial: the object is archived'],
  ['old-signature', 'Not a denial: the request was signed in an old way'],
  ['opensearch-roles', 'Denied by OpenSearch’s own roles, not by an IAM policy'],
  ['opt-in-region', 'Not a denial: the Region may not be enabled for this account'],
  ['opt-in-required', 'Not a denial: the account has not signed up for this'],
  ['other-system', 'Denied by another system, not by AWS'],
  ['policy-not-valid', 'Not a denial: AWS did not save this policy'],
  ['protected-entity', 'Not a denial by a policy: only AWS changes this role'],
  ['queue-or-access', 'May be a denial: the queue does not exist, or its policy does not allow the caller'],
  ['quota', 'Not a denial: a quota is used up'],
  ['reserved-name', 'Not a denial: the name is reserved by AWS'],
  ['role-chaining-limit', 'Not a denial: the session was requested for too long'],
  ['role-lacks-permission', 'Not a denial of the caller: the role that the call names lacks a permission'],
  ['role-not-assumable', 'Not a denial of the caller: the service may not assume the role that the call names'],
  ['secret-state', 'Not a denial: the secret cannot be read in its current state'],
  ['session-too-large', 'Not a denial: the session policy or tags are too large'],
  ['signed-url', 'Denied by CloudFront: the request has no signed URL or cookie'],
  ['sts-region', 'Not a denial: STS is not active in this Region for this account'],
  ['throttled', 'Not a denial: too many calls at once'],
  ['upload-form', 'Not a denial by an IAM policy: the form of the upload does not match its own policy'],
  ['user-pool', 'Not a denial by a policy: the Cognito user pool did not accept this sign-in'],
  ['wrong-region', 'Not a denial: the call went to the wrong Region'],
])
