import type { Options } from './command.ts'

/** Everything that is known, and not the one screen that is read first. */
export const VERBOSE = {
  verbose: { group: 'Output', help: 'all layers, assumptions, other fixes, timeline' },
} as const satisfies Options
