import type { Options } from './command.ts'

/** Everything that is known, and not the one screen that is read first. */
export const VERBOSE = {
  verbose: { help: 'every layer and statement, all assumptions, the other fixes, the timeline' },
} as const satisfies Options
