import { COMMON } from './command.ts'

export const SCHEMA_OPTIONS = {
  location: { value: 'URL', help: 'trino, athena: the folder that `export` wrote to' },
  trail: { value: 'URL', help: 'trino, athena: the folder with the AWSLogs of a trail' },
  name: { value: 'SCHEMA', help: 'trino, athena: the schema or database (default: denytrace)' },
  debug: COMMON.debug,
  help: COMMON.help,
} as const
