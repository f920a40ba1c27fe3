import { command, EXIT } from '../command.ts'
import { WATCH_OPTIONS } from '../watch-options.ts'

export const watchCommand = command({
  name: 'watch',
  summary: 'Read new CloudTrail files and alert on unusual denials, continuously; `--once` for cron',
  operands: 'PATH…',
  options: WATCH_OPTIONS,
  exits: '0 with --once: the round is done, 2 wrong usage, 3 a path or the store is unreadable, 130 interrupted',
  examples: [
    {
      args: 'watch --once examples/kms-behind-s3 --format json',
      exit: EXIT.ok,
      does: 'one round over a folder: new denials, alerts, notifications',
    },
  ],
  run: async (args, io) => (await import('../runs/watch.ts')).runWatch(args, io),
})
