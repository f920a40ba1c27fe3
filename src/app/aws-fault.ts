import { UserError } from '../errors.ts'

/** Errors of the SDK's credential providers, and AWS's answers to keys that are wrong or have run out. */
const CREDENTIALS: ReadonlyMap<string, string> = new Map([
  ['CredentialsProviderError', 'log in (`aws sso login`), set `AWS_PROFILE`, or give `--profile`'],
  ['TokenProviderError', 'log in again: `aws sso login`'],
  ['ExpiredToken', 'get new credentials; `--resume` goes on where this run stopped'],
  ['ExpiredTokenException', 'get new credentials; `--resume` goes on where this run stopped'],
  ['InvalidClientTokenId', 'the access key is not known to AWS, or not in this partition'],
  ['UnrecognizedClientException', 'the access key is not known to AWS, or not in this partition'],
  ['InvalidAccessKeyId', 'the access key is not known to AWS'],
  ['SignatureDoesNotMatch', 'the secret key does not belong to the access key, or the clock is wrong'],
  ['IncompleteSignature', 'the secret key does not belong to the access key, or the clock is wrong'],
  ['InvalidToken', 'the session token does not belong to the access key'],
])

const NETWORK: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'TimeoutError',
])

/** The fault that the SDK threw, as one that the user can mend. Anything that is no answer of AWS stays as it is: our bug. */
export function awsFault(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof UserError) return error
  const code = codeOf(error)
  const hint = CREDENTIALS.get(error.name)
  if (hint !== undefined) return new UserError('aws/no-credentials', `${whatOf(error.name)}: ${error.name}`, hint)
  if (code !== undefined && NETWORK.has(code))
    return new UserError(
      'aws/unreachable',
      `AWS cannot be reached: ${code}`,
      'check the network, `AWS_ENDPOINT_URL` and the Region',
    )
  if (NETWORK.has(error.name))
    return new UserError(
      'aws/unreachable',
      `AWS cannot be reached: ${error.name}`,
      'check the network, `AWS_ENDPOINT_URL` and the Region',
    )
  const wrong = wrongSetting(error)
  if (wrong !== undefined) return wrong
  if ('$metadata' in error)
    return new UserError(
      'aws/call-failed',
      `AWS answered \`${error.name}\`: ${error.message}`,
      isThrottled(error) ? 'wait a while, and run it again' : 'see what the caller may do with `denytrace whoami`',
    )
  return error
}

/** The fault of an answer of another form than AWS's, where nothing else is done than to ask and to read it. */
export const unusableAnswer = (error: unknown): unknown =>
  error instanceof TypeError || error instanceof SyntaxError
    ? new UserError(
        'aws/call-failed',
        `the answer of AWS cannot be read: ${error.message}`,
        'check the endpoint that was asked: `--endpoint-url`, `AWS_ENDPOINT_URL`',
      )
    : error

/** The SDK's providers throw before AWS is asked. */
const whatOf = (name: string): string =>
  name.endsWith('ProviderError') ? 'there are no credentials that can be used' : 'AWS does not accept the credentials'

/** Error of a setting that the SDK cannot call by, of the environment or a profile as well as of an option. */
function wrongSetting(error: Error): UserError | undefined {
  if (codeOf(error) === 'ERR_INVALID_URL')
    return new UserError(
      'usage/not-a-value',
      `the address of AWS cannot be \`${'input' in error ? String(error.input) : ''}\``,
      'write it as `https://HOST`: `AWS_ENDPOINT_URL`, that of one service, or `endpoint_url` of the profile',
    )
  if (!error.message.startsWith('Region not accepted')) return undefined
  const [, region = ''] = error.message.split('"')
  return new UserError(
    'usage/not-a-value',
    `the Region cannot be \`${region}\``,
    'a Region looks like `eu-west-1`: `--region`, `AWS_REGION`, or `region` of the profile',
  )
}

/** Asked too often, after the calls were repeated: https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html */
const isThrottled = ({ name }: Error): boolean => /Throttl|TooManyRequests|RequestLimitExceeded|SlowDown/.test(name)

const codeOf = (error: Error): string | undefined =>
  'code' in error && typeof error.code === 'string' ? error.code : undefined
