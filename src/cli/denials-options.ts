import { COMMON } from './command.ts'
import { FILTERS, STORE } from './store-options.ts'

export const DENIALS_OPTIONS = {
  by: {
    value: 'KEY',
    choices: ['principal', 'action', 'resource-family', 'service', 'layer', 'statement', 'account', 'day'],
    help: 'count by principal, action, resource-family, service, layer, statement, account or day',
  },
  ...FILTERS,
  limit: { value: 'N', help: 'how many are listed (default: 50)' },
  cursor: { value: 'TEXT', help: 'list what comes after: `next` of the JSON before' },
  note: { value: 'TEXT', help: 'with `mark`: why' },
  ...STORE,
  snapshot: COMMON.snapshot,
  format: COMMON.format,
  debug: COMMON.debug,
  help: COMMON.help,
} as const
