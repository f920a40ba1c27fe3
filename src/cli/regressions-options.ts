import { COMMON } from './command.ts'
import { FILTERS, STORE } from './store-options.ts'

export const REGRESSIONS_OPTIONS = {
  ...FILTERS,
  ...STORE,
  format: COMMON.format,
  debug: COMMON.debug,
  help: COMMON.help,
} as const
