import { command, EXIT } from '../command.ts'
import { WHO_CAN_OPTIONS } from '../who-can-options.ts'

export const whoCanCommand = command({
  name: 'who-can',
  summary: 'List every principal of a snapshot that can do an action on a resource, and when',
  operands: 'ACTION [RESOURCE]',
  maxOperands: 2,
  options: WHO_CAN_OPTIONS,
  exits: '0 answered, 2 no such action, 3 the snapshot is unreadable, 4 some could not be decided',
  examples: [
    {
      args: 'who-can s3:GetObject arn:aws:s3:::prod-artifacts/releases/app.zip --snapshot examples/kms-behind-s3/snapshot',
      exit: EXIT.ok,
      does: 'who can read an object',
    },
    {
      args: 'who-can sts:AssumeRole arn:aws:iam::111122223333:role/deploy-role --snapshot examples/kms-behind-s3/snapshot --format json',
      exit: EXIT.ok,
      does: 'who can assume a role, as JSON',
    },
  ],

  // Loaded when it is asked for: help and errors of usage should not wait for the engine.
  run: async (args, io) => (await import('../runs/who-can.ts')).runWhoCan(args, io),
})
