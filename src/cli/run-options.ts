import { FACTS, POLICIES_AT_HAND } from './at-hand.ts'
import { AWS_OPTIONS } from './aws-options.ts'
import { COMMON } from './command.ts'
import { DECODE } from './decode-options.ts'
import { VERBOSE } from './verbose-option.ts'

export const RUN_OPTIONS = {
  snapshot: COMMON.snapshot,
  'expect-principal': COMMON['expect-principal'],
  'session-policy': COMMON['session-policy'],
  ...FACTS,
  ...POLICIES_AT_HAND,
  offline: { help: 'do not ask AWS who runs it (sts:GetCallerIdentity)' },
  ...VERBOSE,
  report: { value: 'FILE', help: 'write the diagnoses there, as JSON' },
  ...DECODE,
  ...AWS_OPTIONS,
  format: { ...COMMON.format, help: 'of the diagnosis on standard error: text (default) or json' },
  debug: COMMON.debug,
  help: COMMON.help,
} as const
