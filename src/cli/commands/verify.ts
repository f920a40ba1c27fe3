import { command, EXIT } from '../command.ts'
import { VERIFY_OPTIONS } from '../verify-options.ts'

export const verifyCommand = command({
  name: 'verify',
  summary: 'Check after a fix that later events show the call and its dependent calls succeeding',
  operands: '[FILE…]',
  options: VERIFY_OPTIONS,
  exits: '0 confirmed, 1 still denied, 2 wrong usage, 3 an input is unreadable, 4 no evidence, 5 an AWS call failed',
  examples: [
    {
      args: 'verify examples/kms-behind-s3/denial.json --snapshot examples/kms-behind-s3/snapshot',
      exit: EXIT.undetermined,
      does: 'without later events: how to get them',
    },
  ],
  run: async (args, io) => (await import('../runs/verify.ts')).runVerify(args, io),
})
