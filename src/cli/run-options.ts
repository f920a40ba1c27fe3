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
  live: { help: 'read from AWS what bears on a denial although `--snapshot` is given; without one it is read anyway' },
  offline: { help: 'do not call AWS: neither for who runs it (sts:GetCallerIdentity) nor for what bears on a denial' },
  ...VERBOSE,
  report: { value: 'FILE', help: 'write the diagnoses there, as JSON' },
  ...DECODE,
  ...AWS_OPTIONS,
  format: { ...COMMON.format, help: 'of the diagnosis on standard error: text (default) or json' },
  debug: COMMON.debug,
  help: COMMON.help,
} as const
