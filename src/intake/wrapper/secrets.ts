const SECRET_QUERY =
  /[?&](?:X-Amz-(?:Signature|Security-Token|Credential|Algorithm)|AWSAccessKeyId|Signature|[\w-]{0,20}token|[\w-]{0,20}secret|[\w-]{0,10}password|sig|api_?key)=/i

/** A URL without its query and fragment where the query carries a credential: no output field repeats one. */
export function withoutSecrets(value: string): string {
  if (!value.includes('?') || !SECRET_QUERY.test(value)) return value
  return value.slice(0, value.indexOf('?'))
}
