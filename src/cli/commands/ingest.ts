import { command, EXIT } from '../command.ts'
import { INGEST_OPTIONS } from '../ingest-options.ts'

export const ingestCommand = command({
  name: 'ingest',
  summary: 'Store the denials of CloudTrail files, each once',
  operands: 'PATH…',
  options: INGEST_OPTIONS,
  exits:
    '0 read (files that could not be read are named), 2 wrong usage, 3 nothing could be read, 5 an AWS call failed',
  examples: [
    {
      args: 'ingest examples/kms-behind-s3/denial.json',
      exit: EXIT.ok,
      does: 'one event; whole folders go the same way',
    },
  ],
  run: async (args, io) => (await import('../runs/ingest.ts')).runIngest(args, io),
})
