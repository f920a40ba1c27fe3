import { COMMON } from './command.ts'
import { FILTERS, STORE } from './store-options.ts'

export const EXPORT_OPTIONS = {
  as: {
    value: 'KIND',
    choices: ['parquet', 'csv', 'ocsf'],
    help: 'parquet (default), csv, or ocsf: JSON Lines of API Activity',
  },
  out: { value: 'PATH', help: 'the folder for Parquet; a file for the others (default: standard output)' },
  ...FILTERS,
  ...STORE,
  format: {
    ...COMMON.format,
    choices: ['text', 'json', 'parquet', 'csv', 'ocsf'],
    help: 'as --as; or json: what was written as Parquet, as JSON',
  },
  debug: COMMON.debug,
  help: COMMON.help,
} as const
