import { COMMON } from './command.ts'
import { FILTERS, STORE } from './store-options.ts'

export const REGRESSIONS_OPTIONS = {
  ...FILTERS,
  ...STORE,
  snapshot: { ...COMMON.snapshot, help: 'the current snapshot: shows the statement that denies' },
  against: {
    value: 'DIR',
    help: 'with --snapshot: an earlier snapshot, to show the policy change that denies now',
  },
  format: COMMON.format,
  debug: COMMON.debug,
  help: COMMON.help,
} as const
