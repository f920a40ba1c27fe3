import { FACTS, POLICIES_AT_HAND } from './at-hand.ts'
import { AWS_OPTIONS } from './aws-options.ts'
import { COMMON } from './command.ts'
import { DECODE } from './decode-options.ts'
import { LIVE_OPTIONS } from './live-options.ts'
import { VERBOSE } from './verbose-option.ts'

export const RUN_OPTIONS = {
  snapshot: COMMON.snapshot,
  'expect-principal': COMMON['expect-principal'],
  'session-policy': COMMON['session-policy'],
  ...FACTS,
  ...POLICIES_AT_HAND,
  ...LIVE_OPTIONS,
  live: {
    group: 'Policies',
    help: 'with --snapshot: also read the policies that affect a denial from AWS (default without a snapshot)',
  },
  offline: { help: 'call AWS neither for the caller (sts:GetCallerIdentity) nor for policies' },
  ...VERBOSE,
  report: { value: 'FILE', group: 'Output', help: 'write the diagnoses to this file, as JSON' },
  ...DECODE,
  ...AWS_OPTIONS,
  format: { ...COMMON.format, help: 'format of the diagnosis on standard error: text (default) or json' },
  debug: COMMON.debug,
  help: COMMON.help,
} as const
