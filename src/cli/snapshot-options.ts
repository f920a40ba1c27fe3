import { COMPARE_OPTIONS } from './compare-options.ts'

/** Options of `snapshot diff`; its run reads the values by these names. */
export const SNAPSHOT_OPTIONS = {
  'fail-on-lost': COMPARE_OPTIONS['fail-on-lost'],
  budget: COMPARE_OPTIONS.budget,
  format: { ...COMPARE_OPTIONS.format, choices: ['text', 'json'], help: 'text (default) or json' },
  debug: COMPARE_OPTIONS.debug,
  help: COMPARE_OPTIONS.help,
} as const
