// The thread of mcp's tools from the sources: a thread does not take over the loader that `--import tsx` gave the program.
import { register } from 'tsx/esm/api'

register()
await import('../src/mcp/tool-thread.ts')
