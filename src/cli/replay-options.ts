import { COMMON } from './command.ts'
import { FILTERS, STORE } from './store-options.ts'

export const REPLAY_OPTIONS = {
  snapshot: COMMON.snapshot,
  report: { help: 'also show, for each layer, how often the snapshot denies in the layer that AWS named' },
  ...FILTERS,
  ...STORE,
  format: COMMON.format,
  debug: COMMON.debug,
  help: COMMON.help,
} as const
