import { command, EXIT } from '../command.ts'
import { COMPARE_OPTIONS } from '../compare-options.ts'

export const compareCommand = command({
  name: 'compare',
  summary: 'Show what NEW allows that OLD did not, and the reverse, each with an example request',
  operands: 'OLD NEW',
  maxOperands: 2,
  options: COMPARE_OPTIONS,
  exits: '0 no new access, 1 new access (more than --max-new), 3 an input is unreadable, 4 undecided',
  examples: [
    {
      args: 'compare docs/compare/old.json docs/compare/new.json',
      exit: EXIT.bad,
      does: 'two policy documents; also lists of them, scenarios, snapshots, plans; and REV:PATH of git',
    },
    {
      args: 'compare docs/compare/new.json docs/compare/old.json --format json',
      exit: EXIT.ok,
      does: 'the other way round: access is lost and none is new',
    },
  ],

  run: async (args, io) => (await import('../runs/compare.ts')).runCompare(args, io),
})
