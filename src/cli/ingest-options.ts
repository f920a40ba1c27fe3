import { AWS_OPTIONS } from './aws-options.ts'
import { COMMON } from './command.ts'
import { STORE } from './store-options.ts'

export const INGEST_OPTIONS = {
  ...STORE,
  snapshot: { ...COMMON.snapshot, help: 'a snapshot: each denial is stored with the statement that decided' },
  successes: {
    help: 'also keep who was allowed what, so that `regressions` knows what once worked, and changes of policies, for `diagnose --store`',
  },
  mask: {
    value: 'WHAT',
    many: true,
    choices: ['parameters', 'names'],
    help: 'do not store request parameters, or store names as hashes: parameters, names; may be given twice',
  },
  keep: { value: 'TIME', help: 'forget denials from before this time when all is read: 90d, 12w, a date' },
  ...AWS_OPTIONS,
  format: COMMON.format,
  debug: COMMON.debug,
  help: COMMON.help,
} as const
