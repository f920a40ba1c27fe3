import { COMMON } from './command.ts'
import { FILTERS, STORE } from './store-options.ts'

export const REGRESSIONS_OPTIONS = {
  ...FILTERS,
  ...STORE,
  snapshot: { ...COMMON.snapshot, help: 'the snapshot directory of now: tells the statement that refuses' },
  against: {
    value: 'DIR',
    help: 'the snapshot directory of before, with --snapshot: tells the change of a policy that refuses now',
  },
  format: COMMON.format,
  debug: COMMON.debug,
  help: COMMON.help,
} as const
