import { decodeWebIdentityToken, MAX_TOKEN, type WebIdentityToken } from '#intake/web-identity-token.ts'
import { UserError } from '../errors.ts'
import { openInputs, type Stdin } from './files.ts'

/** The claims of the token of a job, as a program reads them. */
export interface WebIdentity {
  readonly schemaVersion: 1
  readonly webIdentityToken: {
    /** The file or the environment variable. */
    readonly from: string
    readonly provider: string
    readonly claims: WebIdentityToken['claims']
    readonly otherClaims: number
    readonly conditionKeys: WebIdentityToken['conditionKeys']
    readonly expiresAt: string | null
    /** `null`: the token does not say. */
    readonly expired: boolean | null
    /** Nobody checked the signature. */
    readonly verified: false
  }
  readonly explanation: string
}

/** A file with a token, or the word for the token of this job. */
export const OF_THE_JOB = 'env'

/**
 * Environment variables with the path of a token, then those with a token. AWS SDKs:
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-assume-role-credentials.html; the others: src/intake/web-identity-token.ts
 */
const PATHS = ['AWS_WEB_IDENTITY_TOKEN_FILE'] as const
const TOKENS = [
  'BITBUCKET_STEP_OIDC_TOKEN',
  'CIRCLE_OIDC_TOKEN_V2',
  'CIRCLE_OIDC_TOKEN',
  'TFC_WORKLOAD_IDENTITY_TOKEN',
  'GITLAB_OIDC_TOKEN',
  'CI_JOB_JWT_V2',
] as const

/** Reads the claims of a token; `now` in milliseconds. Nothing is sent anywhere. */
export async function webIdentity(
  from: string,
  env: Readonly<Record<string, string | undefined>>,
  stdin: Stdin,
  now: number,
): Promise<WebIdentity> {
  const found = from === OF_THE_JOB ? await ofTheJob(env, stdin) : { name: from, text: await textOf(from, stdin) }
  const token = decodeWebIdentityToken(found.text)
  if (token === undefined)
    throw new UserError(
      'input/no-token',
      `\`${found.name}\` holds no web identity token`,
      'give the token itself (three parts with dots between them), `{"value": "TOKEN"}`, or its claims as JSON with `iss` and `sub`',
    )
  const { provider, claims, others, conditionKeys, expires } = token
  const expired = expires === null ? null : expires * 1000 <= now
  return {
    schemaVersion: 1,
    webIdentityToken: {
      from: found.name,
      provider,
      claims,
      otherClaims: others,
      conditionKeys,
      expiresAt: timeOf(expires),
      expired,
      verified: false,
    },
    explanation:
      expired === true
        ? 'The token has expired: AWS STS rejects it with ExpiredTokenException. The signature was not checked.'
        : 'These are the claims as the token has them. The signature was not checked.',
  }
}

/** Ends of time are none. */
const timeOf = (seconds: number | null): string | null =>
  seconds === null || Math.abs(seconds) > 8.64e12 ? null : new Date(seconds * 1000).toISOString()

async function ofTheJob(
  env: Readonly<Record<string, string | undefined>>,
  stdin: Stdin,
): Promise<{ readonly name: string; readonly text: string }> {
  for (const name of PATHS) {
    const path = env[name]
    if (path !== undefined && path !== '') return { name: `${name}, ${path}`, text: await textOf(path, stdin) }
  }
  for (const name of TOKENS) {
    const text = env[name]
    if (text !== undefined && text !== '') return { name, text }
  }
  throw new UserError('input/no-token', 'no environment variable of this job holds a web identity token', hintFor(env))
}

/** GitHub only gives a token in exchange for a secret of the job. denytrace never sends secrets. */
const hintFor = (env: Readonly<Record<string, string | undefined>>): string =>
  env['ACTIONS_ID_TOKEN_REQUEST_URL'] === undefined
    ? `give the file: \`--web-identity-token FILE\`; read are ${[...PATHS, ...TOKENS].join(', ')}`
    : 'save the token of this GitHub job first: `curl -sS -H "Authorization: bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN" "$ACTIONS_ID_TOKEN_REQUEST_URL&audience=sts.amazonaws.com" > token.json`, then `--web-identity-token token.json`'

/** No file with a token is larger. */
const MAX_FILE = 2 * MAX_TOKEN

async function textOf(path: string, stdin: Stdin): Promise<string> {
  let text = ''
  for (const { name, chunks } of openInputs([path], stdin))
    for await (const part of chunks()) {
      text += part
      if (text.length > MAX_FILE)
        throw new UserError(
          'input/no-token',
          `\`${name}\` is larger than a web identity token can be (${MAX_TOKEN} characters)`,
          'give the file that holds the token alone',
        )
    }
  return text
}
