import { command, EXIT } from '../command.ts'
import { COLLECT_OPTIONS } from '../collect-options.ts'

export const collectCommand = command({
  name: 'collect',
  summary: 'Read policies from AWS into a snapshot directory. Changes nothing in AWS',
  operands: '',
  maxOperands: 0,
  options: COLLECT_OPTIONS,
  exits: '0 collected (meta.json lists what AWS denied), 2 wrong usage, 5 no credentials, or AWS not reached',
  examples: [
    {
      args: 'collect --print-policy --services s3 --services kms',
      exit: EXIT.ok,
      does: 'the permissions that it needs',
    },
  ],
  run: async (args, io) => (await import('../runs/collect.ts')).runCollect(args, io),
})
