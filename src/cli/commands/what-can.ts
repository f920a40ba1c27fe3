import { command, EXIT } from '../command.ts'
import { WHAT_CAN_OPTIONS } from '../who-can-options.ts'

export const whatCanCommand = command({
  name: 'what-can',
  summary: 'List what a user or role of a snapshot can do, on which resources, and when',
  operands: 'PRINCIPAL',
  maxOperands: 1,
  options: WHAT_CAN_OPTIONS,
  exits: '0 answered, 2 no such principal, 3 the snapshot is unreadable, 4 some of it could not be decided',
  examples: [
    {
      args: 'what-can arn:aws:iam::111122223333:role/artifact-reader --snapshot examples/kms-behind-s3/snapshot',
      exit: EXIT.ok,
      does: 'everything a role can do',
    },
  ],

  // Loaded when it is asked for: help and errors of usage should not wait for the engine.
  run: async (args, io) => (await import('../runs/what-can.ts')).runWhatCan(args, io),
})
