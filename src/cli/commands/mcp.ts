import { command } from '../command.ts'
import { MCP_OPTIONS } from '../mcp-options.ts'

export const mcpCommand = command({
  name: 'mcp',
  summary: 'Serve the Model Context Protocol on standard input and output, read-only',
  operands: '',
  maxOperands: 0,
  options: MCP_OPTIONS,
  exits: '0 the client went away, 2 wrong usage, 3 a snapshot is unreadable',
  examples: [],
  run: async (args, io) => (await import('../runs/mcp.ts')).runMcp(args, io),
})
