import { fromNodeProviderChain } from '@aws-sdk/credential-providers'
import { limitedHandler, USUAL_LIMITS } from './clients.ts'

export type Credentials = ReturnType<typeof fromNodeProviderChain>

/**
 * The credentials of the environment, or of a profile. A profile that is named by an option is this process's from then on,
 * as if `AWS_PROFILE` named it: the SDK looks nowhere else for a profile's `endpoint_url`, `services` section and the like.
 */
export function credentialsOf(profile: string | undefined): Credentials {
  // Node 20 users are told by `denytrace doctor`, not by a warning inside every answer.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true'
  if (profile !== undefined) process.env['AWS_PROFILE'] = profile
  // With a profile named by an option nobody expects the keys to be taken.
  return fromNodeProviderChain({
    ...(profile === undefined ? {} : { profile }),
    // Web identities, roles of profiles and IAM Identity Center are calls to AWS, too.
    clientConfig: { requestHandler: limitedHandler(CREDENTIAL_LIMITS) },
    logger: loggerOf(profile === undefined),
  })
}

const CREDENTIAL_LIMITS = { ...USUAL_LIMITS, milliseconds: 20_000, bytes: 1024 * 1024 }

/** The SDK warns in eight lines where the environment has keys beside a profile; anything else it says is passed on. */
function loggerOf(tells: boolean) {
  const quiet = (): void => undefined
  const warn = (text: unknown): void => {
    const isOfKeys = String(text).includes('Multiple credential sources')
    const line = isOfKeys
      ? BOTH
      : String(text)
          .trim()
          .replaceAll(/\s*\n\s*/g, ' ')
    if (tells || !isOfKeys) process.stderr.write(`warning: ${line}\n`)
  }
  return { trace: quiet, debug: quiet, info: quiet, error: quiet, warn }
}

const BOTH = 'AWS_PROFILE and AWS_ACCESS_KEY_ID are both set: the credentials of the profile are used'
