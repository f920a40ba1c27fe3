import { COMMON } from './command.ts'
import { STORE } from './store-options.ts'

/** Options of `doctor`; its run reads the values by these names. */
export const DOCTOR_OPTIONS = {
  snapshot: COMMON.snapshot,
  store: { ...STORE.store, help: 'the store of denials to look into; left out: none' },
  format: COMMON.format,
  debug: COMMON.debug,
  help: COMMON.help,
} as const
