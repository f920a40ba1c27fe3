import { command, EXIT } from '../command.ts'
import { DRIFT_OPTIONS } from '../drift-options.ts'

export const driftCommand = command({
  name: 'drift',
  summary: 'Find roles that should be alike and are not, and trust policies that are too open',
  operands: '[CONFIG]',
  maxOperands: 1,
  options: DRIFT_OPTIONS,
  exits: '0 nothing found, 1 a finding at least as severe as --fail-on, 2 wrong usage, 3 an input is unreadable',
  examples: [
    {
      args: 'drift --snapshot examples/half-cross-account/snapshot --fail-on none',
      exit: EXIT.ok,
      does: 'roles with the same name in several accounts, and open trust policies',
    },
  ],
  run: async (args, io) => (await import('../runs/drift.ts')).runDrift(args, io),
})
