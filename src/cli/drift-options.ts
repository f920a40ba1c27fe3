import { COMMON } from './command.ts'

/** Options of `drift`; its run reads the values by these names. */
export const DRIFT_OPTIONS = {
  snapshot: COMMON.snapshot,
  'fail-on': {
    value: 'SEVERITY',
    choices: ['security', 'warning', 'suggestion', 'none'],
    help: 'the mildest finding that makes the exit code 1: warning (default), security, suggestion, none',
  },
  schema: { help: 'print the JSON Schema of CONFIG, for editors' },
  format: COMMON.format,
  debug: COMMON.debug,
  help: COMMON.help,
} as const
