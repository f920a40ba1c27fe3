import { command, EXIT } from '../command.ts'
import { PARSE_OPTIONS } from '../decode-options.ts'

export const parseCommand = command({
  name: 'parse',
  summary: 'Only extract denials from text, logs or events',
  operands: '[FILE…]',
  options: PARSE_OPTIONS,
  exits: '0 denials were read, 3 the input is unreadable or nothing in it is a denial',
  examples: [
    {
      args: 'parse examples/kms-behind-s3/denial.json --format json',
      exit: EXIT.ok,
      does: 'the denial in a CloudTrail file, field by field',
    },
    { args: 'parse examples/kms-behind-s3/denial.json', exit: EXIT.ok, does: 'the same as text' },
  ],

  // Loaded when it is asked for: help and errors of usage should not wait for the readers.
  run: async (args, io) => (await import('../runs/parse.ts')).runParse(args, io),
})
