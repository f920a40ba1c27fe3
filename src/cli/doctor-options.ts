import { COMMON } from './command.ts'

/** What `doctor` takes; its run reads the values by these names. */
export const DOCTOR_OPTIONS = {
  snapshot: COMMON.snapshot,
  format: COMMON.format,
  debug: COMMON.debug,
  help: COMMON.help,
} as const
