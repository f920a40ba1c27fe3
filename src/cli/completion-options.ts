import { COMMON } from './command.ts'

/** Options of `completion`; its run reads the values by these names. */
export const COMPLETION_OPTIONS = { format: COMMON.format, debug: COMMON.debug, help: COMMON.help } as const
