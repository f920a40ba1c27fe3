import { BUDGET, COMMON } from './command.ts'

/** Options of `who-can`; apart from the command, because its run reads the values by these names. */
export const WHO_CAN_OPTIONS = {
  snapshot: COMMON.snapshot,
  context: {
    value: 'KEY=VALUE',
    many: true,
    help: 'a condition key that is not left free; the same key again makes a list',
  },
  'resource-account': { value: 'ID', help: 'the account that owns the resource, where its ARN has none' },
  all: { help: 'list those who cannot, too' },
  ...BUDGET,
  format: COMMON.format,
  debug: COMMON.debug,
  help: COMMON.help,
} as const

/** Options of `what-can`. */
export const WHAT_CAN_OPTIONS = {
  snapshot: WHO_CAN_OPTIONS.snapshot,
  context: WHO_CAN_OPTIONS.context,
  budget: WHO_CAN_OPTIONS.budget,
  format: WHO_CAN_OPTIONS.format,
  debug: WHO_CAN_OPTIONS.debug,
  help: WHO_CAN_OPTIONS.help,
} as const
