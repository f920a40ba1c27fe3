import { BUDGET, COMMON } from './command.ts'
import { SERVE_OPTIONS } from './serve-options.ts'
import { STORE } from './store-options.ts'

/** Options of `mcp`; its run reads the values by these names. */
export const MCP_OPTIONS = {
  snapshot: SERVE_OPTIONS.snapshot,
  'expect-principal': COMMON['expect-principal'],
  ...STORE,
  ...BUDGET,
  'answer-within': {
    value: 'SECONDS',
    help: 'how long a call is waited for before it is answered with a token to ask again with (default: 50; 0: not at all)',
  },
  format: { ...COMMON.format, help: 'taken as everywhere; the protocol is JSON whatever it says' },
  debug: COMMON.debug,
  help: COMMON.help,
} as const
