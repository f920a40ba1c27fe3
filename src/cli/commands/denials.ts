import { command, EXIT } from '../command.ts'
import { DENIALS_OPTIONS } from '../denials-options.ts'

export const denialsCommand = command({
  name: 'denials',
  summary: 'Count and list stored denials; `show ID` explains one, `mark ID fixed` records its outcome',
  operands: '[show ID | mark ID fixed|accepted|noise]',
  maxOperands: 3,
  options: DENIALS_OPTIONS,
  exits: '0 shown, 2 wrong usage, 3 there is no store, or no such denial in it',
  examples: [
    {
      args: 'denials --by action',
      exit: EXIT.ok,
      does: 'how often each action was denied',
    },
  ],
  run: async (args, io) => (await import('../runs/denials.ts')).runDenials(args, io),
})
