import { command, EXIT } from '../command.ts'
import { REPLAY_OPTIONS } from '../replay-options.ts'

export const replayCommand = command({
  name: 'replay',
  summary: 'Re-evaluate past denials and successful calls against a new snapshot',
  operands: '[PATH…]',
  options: REPLAY_OPTIONS,
  exits:
    '0 nothing is newly denied, 1 something is, 2 wrong usage, 3 no store or an input is unreadable, 4 nothing is newly denied but some are undetermined',
  examples: [
    {
      args: 'replay --snapshot examples/kms-behind-s3/snapshot --account 111122223333 --action s3:PutObject',
      exit: EXIT.ok,
      does: 'the stored denials that the snapshot still denies',
    },
  ],
  run: async (args, io) => (await import('../runs/replay.ts')).runReplay(args, io),
})
