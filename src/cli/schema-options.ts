import { COMMON } from './command.ts'

export const SCHEMA_OPTIONS = {
  location: { value: 'URL', help: 'trino, athena: the folder that `export` wrote to' },
  trail: { value: 'URL', help: 'trino, athena: the folder with the AWSLogs of a trail' },
  name: { value: 'SCHEMA', help: 'trino, athena: the schema or database (default: denytrace)' },
  since: { value: 'DATE', help: 'trino, athena: the first day that is looked for (default: 2020-01-01)' },
  accounts: { value: 'IDS', help: "trino, athena: the trail's accounts, with commas; else each query must name them" },
  regions: {
    value: 'REGIONS',
    help: "trino, athena: the trail's Regions, with commas; else each query must name them",
  },
  format: COMMON.format,
  debug: COMMON.debug,
  help: COMMON.help,
} as const
