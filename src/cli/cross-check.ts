import type { Asking } from '#app/cross-check.ts'
import { awsSettings, type AwsValues } from './aws-options.ts'
import type { Io, Options } from './command.ts'
import { tellSent } from './tell.ts'

export const CROSS_CHECK = {
  'cross-check': {
    group: 'AWS',
    isAdvanced: true,
    help: "compare the answer with AWS's policy simulator, and a fix with Access Analyzer (AWS charges for it)",
  },
} as const satisfies Options

/** Where to ask, and that every question is told before it goes out. */
export const askingOf = (values: AwsValues, io: Io): Asking => ({
  where: awsSettings(values),
  tell: (call, { principal, action, resource, policies, contextKeys }) => {
    const parts = [
      principal,
      policies.length === 0
        ? undefined
        : `${policies.length === 1 ? 'the policy' : 'the policies'} ${policies.join(', ')}`,
      action === undefined ? undefined : `${action} on ${resource ?? '*'}`,
      contextKeys.length === 0 ? undefined : `the condition keys ${contextKeys.join(', ')}`,
    ]
    tellSent(io, call, parts.filter((part) => part !== undefined).join('; '))
  },
})
