import { command, EXIT } from '../command.ts'
import { DIAGNOSE_OPTIONS } from '../lookup-options.ts'

export const diagnoseCommand = command({
  name: 'diagnose',
  summary: 'Explain which policy layers and statements denied a call, and what would deny it next',
  operands: '[FILE…]',
  options: DIAGNOSE_OPTIONS,
  exits:
    '0 all explained (or only read, without a snapshot), 1 one contradicted or of a caller from outside, 3 no denial, 4 one undetermined',
  examples: [
    {
      args: 'diagnose examples/kms-behind-s3/denial.json --snapshot examples/kms-behind-s3/snapshot',
      exit: EXIT.ok,
      does: 'a CloudTrail event, compared with a snapshot',
    },
    {
      args: 'diagnose examples/kms-behind-s3/denial.json',
      exit: EXIT.ok,
      does: 'without a snapshot: from the message alone',
    },
  ],

  // Loaded when it is asked for: help and errors of usage should not wait for the engine.
  run: async (args, io) => (await import('../runs/diagnose.ts')).runDiagnose(args, io),
})
