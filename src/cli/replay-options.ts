import { COMMON } from './command.ts'
import { FILTERS, STORE } from './store-options.ts'

export const REPLAY_OPTIONS = {
  snapshot: COMMON.snapshot,
  report: { help: 'also how often the snapshot refuses in the layer that AWS named, for each layer' },
  ...FILTERS,
  ...STORE,
  format: COMMON.format,
  debug: COMMON.debug,
  help: COMMON.help,
} as const
