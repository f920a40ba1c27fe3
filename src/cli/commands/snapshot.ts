import { command, EXIT } from '../command.ts'
import { SNAPSHOT_OPTIONS } from '../snapshot-options.ts'

export const snapshotCommand = command({
  name: 'snapshot',
  summary: 'Show what changed between two snapshots: policies that differ, access gained and lost',
  operands: 'diff OLD NEW',
  maxOperands: 3,
  words: ['diff'],
  options: SNAPSHOT_OPTIONS,
  exits: '0 no new access, 1 new access, 2 wrong usage, 3 a snapshot is unreadable, 4 undecided',
  examples: [
    {
      args: 'snapshot diff examples/scp-overnight/snapshot-yesterday examples/scp-overnight/snapshot',
      exit: EXIT.ok,
      does: 'what changed overnight; also REV:PATH of git, plans and templates',
    },
  ],
  run: async (args, io) => (await import('../runs/snapshot-diff.ts')).runSnapshot(args, io),
})
