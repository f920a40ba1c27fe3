import { COMMON } from './command.ts'
import { FILTERS, STORE } from './store-options.ts'

export const REGRESSIONS_OPTIONS = {
  ...FILTERS,
  ...STORE,
  snapshot: { ...COMMON.snapshot, help: 'with --against: the snapshot directory of now' },
  against: { value: 'DIR', help: 'the snapshot directory of before: tells the change of a policy that refuses now' },
  format: COMMON.format,
  debug: COMMON.debug,
  help: COMMON.help,
} as const
