import { command, EXIT } from '../command.ts'
import { SCHEMA_OPTIONS } from '../schema-options.ts'

export const schemaCommand = command({
  name: 'schema',
  summary: 'Print the SQL that creates our tables in Trino, Athena, PostgreSQL or DuckDB',
  operands: 'ENGINE',
  maxOperands: 1,
  options: SCHEMA_OPTIONS,
  exits: '0 printed, 2 wrong usage',
  examples: [
    {
      args: 'schema athena --location s3://example-security/denytrace',
      exit: EXIT.ok,
      does: 'a table over exported Parquet, and one over raw CloudTrail',
    },
  ],
  run: async (args, io) => (await import('../runs/schema.ts')).runSchema(args, io),
})
