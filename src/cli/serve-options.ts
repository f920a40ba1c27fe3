import { BUDGET, COMMON } from './command.ts'
import { STORE } from './store-options.ts'

/** Options of `serve`; its run reads the values by these names. */
export const SERVE_OPTIONS = {
  snapshot: {
    value: '[NAME=]DIR',
    many: true,
    env: 'DENYTRACE_SNAPSHOT',
    help: 'a snapshot that may be chosen, by its name; may be given several times, the first is the default',
  },
  ...STORE,
  'expect-principal': COMMON['expect-principal'],
  address: { value: 'ADDRESS', help: 'address to listen on; default 127.0.0.1, any but loopback needs --token-file' },
  port: { value: 'PORT', help: 'port to listen on; default 8086, 0: any free one' },
  'token-file': { value: 'FILE', help: 'file with the token that callers must send' },
  'allow-host': {
    value: 'NAME',
    many: true,
    help: 'a host name that requests may use; repeatable',
  },
  threads: { value: 'N', help: 'requests evaluated at once (default: 2)' },
  ...BUDGET,
  timeout: { value: 'SECONDS', help: 'seconds that one request may take (default: 20)' },
  format: { ...COMMON.format, help: 'of the line that says where it listens: text (default) or json' },
  debug: COMMON.debug,
  help: COMMON.help,
} as const
