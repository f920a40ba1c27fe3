import { command, EXIT } from '../command.ts'
import { REGRESSIONS_OPTIONS } from '../regressions-options.ts'

export const regressionsCommand = command({
  name: 'regressions',
  summary: 'List calls that are denied although they were marked fixed or worked before',
  operands: '',
  maxOperands: 0,
  options: REGRESSIONS_OPTIONS,
  exits: '0 shown, 2 wrong usage, 3 there is no store',
  examples: [
    {
      args: 'regressions',
      exit: EXIT.ok,
      does: 'what came back',
    },
  ],
  run: async (args, io) => (await import('../runs/regressions.ts')).runRegressions(args, io),
})
