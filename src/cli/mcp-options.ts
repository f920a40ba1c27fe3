import { BUDGET, COMMON } from './command.ts'
import { SERVE_OPTIONS } from './serve-options.ts'
import { STORE } from './store-options.ts'

/** Options of `mcp`; its run reads the values by these names. */
export const MCP_OPTIONS = {
  snapshot: SERVE_OPTIONS.snapshot,
  'expect-principal': COMMON['expect-principal'],
  ...STORE,
  ...BUDGET,
  format: { ...COMMON.format, help: 'taken as everywhere; the protocol is JSON whatever it says' },
  debug: COMMON.debug,
  help: COMMON.help,
} as const
