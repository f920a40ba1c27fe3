import { command } from '../command.ts'
import { WHOAMI_OPTIONS } from '../whoami-options.ts'

export const whoamiCommand = command({
  name: 'whoami',
  summary: 'Show who AWS sees (sts:GetCallerIdentity), and whether that is who you expected',
  operands: '',
  maxOperands: 0,
  options: WHOAMI_OPTIONS,
  exits:
    '0 shown (and as expected), 1 not the expected one, or an expired token, 3 no token, 5 no credentials, or AWS not reached',
  examples: [],
  run: async (args, io) => (await import('../runs/whoami.ts')).runWhoami(args, io),
})
