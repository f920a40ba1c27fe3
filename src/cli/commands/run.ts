import { command, EXIT } from '../command.ts'
import { RUN_OPTIONS } from '../run-options.ts'

export const runCommand = command({
  name: 'run',
  summary: 'Run a command with your credentials and explain a denial on the spot',
  operands: '-- COMMAND…',
  options: RUN_OPTIONS,
  exits: 'that of COMMAND; 2 wrong usage, 126 COMMAND cannot be executed, 127 it is not there',
  examples: [{ args: 'run --offline -- node --version', exit: EXIT.ok, does: 'a command that succeeds' }],
  run: async (args, io) => (await import('../runs/run.ts')).runRun(args, io),
})
