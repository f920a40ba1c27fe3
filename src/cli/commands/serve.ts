import { command } from '../command.ts'
import { SERVE_OPTIONS } from '../serve-options.ts'

export const serveCommand = command({
  name: 'serve',
  summary: 'Open a page and an HTTP API on this machine: paste a denial, read the trace, try a fix',
  operands: '',
  maxOperands: 0,
  options: SERVE_OPTIONS,
  exits: '0 ended, 2 wrong usage, 3 a snapshot is unreadable or the port is taken, 130 interrupted',
  examples: [],
  run: async (args, io) => (await import('../runs/serve.ts')).runServe(args, io),
})
