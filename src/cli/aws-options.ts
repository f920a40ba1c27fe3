import { UserError } from '../errors.ts'
import type { Options } from './command.ts'

/** How AWS is reached, for every command that calls it; left out, the environment and the profile say it. */
export const AWS_OPTIONS = {
  profile: { value: 'NAME', group: 'AWS', help: 'profile of the AWS configuration' },
  region: { value: 'REGION', group: 'AWS', help: 'the Region to call' },
  'endpoint-url': {
    value: 'URL',
    group: 'AWS',
    isAdvanced: true,
    help: 'send every call to this address instead of AWS',
  },
} as const satisfies Options

export interface AwsValues {
  readonly profile: string | undefined
  readonly region: string | undefined
  readonly 'endpoint-url': string | undefined
}

/** The options as the room that calls AWS takes them. */
export function awsSettings(values: AwsValues): { profile?: string; region?: string; endpoint?: string } {
  const { profile, region, 'endpoint-url': endpoint } = values
  if (endpoint !== undefined && !/^https?:\/\/[^/]/.test(endpoint))
    throw new UserError(
      'usage/not-a-value',
      `\`--endpoint-url\` cannot be \`${endpoint}\``,
      'write it as `https://HOST` or `http://HOST:PORT`',
    )
  return {
    ...(profile === undefined ? {} : { profile }),
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined ? {} : { endpoint }),
  }
}
