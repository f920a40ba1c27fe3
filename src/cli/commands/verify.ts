import { command, EXIT } from '../command.ts'
import { VERIFY_OPTIONS } from '../verify-options.ts'

export const verifyCommand = command({
  name: 'verify',
  summary: 'After a fix: do later events show that the call and all it needs succeed?',
  operands: '[FILE…]',
  options: VERIFY_OPTIONS,
  exits: '0 confirmed, 1 still denied, 2 wrong usage, 3 an input is unreadable, 4 no evidence, 5 an AWS call failed',
  examples: [
    {
      args: 'verify examples/kms-behind-s3/denial.json --snapshot examples/kms-behind-s3/snapshot',
      exit: EXIT.undetermined,
      does: 'no later event is given, so what would bring one is told',
    },
  ],
  run: async (args, io) => (await import('../runs/verify.ts')).runVerify(args, io),
})
