import { McpServer, type ServerContext } from '@modelcontextprotocol/server'
import { serveStdio } from '@modelcontextprotocol/server/stdio'
import { z } from 'zod'
import { safeLine } from '#quote/terminal.ts'
import { isUserError } from '../errors.ts'
import { LineTransport } from './line-transport.ts'
import type { Caller, McpProgram, ServedTool } from './tool.ts'

// The build makes this a file of its own, so that the SDK is read by `mcp` alone (ADR 0019).

/**
 * Serves the Model Context Protocol on standard input and output until the client closes its end and what it asked is
 * answered. A client of the protocol of 2025 is served as well.
 */
export async function serveMcp(program: McpProgram): Promise<void> {
  const transport = new LineTransport(process.stdin, process.stdout, program.inputEnded)
  const handle = serveStdio(() => serverOf(program), { transport, onerror: program.logFault })
  try {
    await transport.ended
    await handle.close()
  } finally {
    // The threads would keep the process.
    await program.close()
  }
}

function serverOf({ version, instructions, tools, pages, logBug }: McpProgram): McpServer {
  const server = new McpServer({ name: 'denytrace', title: 'denytrace', version }, { instructions })
  for (const tool of tools) register(server, tool, logBug)
  for (const { uri, name, title, mimeType, text } of pages)
    server.registerResource(name, uri, { title, mimeType }, async () => ({
      contents: [{ uri, mimeType, text: text() }],
    }))
  return server
}

function register(server: McpServer, tool: ServedTool, logBug: McpProgram['logBug']): void {
  const { name, title, description, fields } = tool
  server.registerTool(
    name,
    {
      title,
      description,
      inputSchema: z.strictObject(fields),
      outputSchema: z.looseObject({ schemaVersion: z.literal(1) }),
      annotations: { title, readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
    },
    async (args, { mcpReq }) => {
      try {
        const { text, result } = await tool.call(args, callerOf(mcpReq))
        // Getters and undefined fields are not for the wire.
        const structuredContent = JSON.parse(JSON.stringify(result)) as Record<string, unknown>
        return { content: [{ type: 'text', text }], structuredContent }
      } catch (error) {
        return { content: [{ type: 'text', text: faultText(error, logBug) }], isError: true }
      }
    },
  )
}

type McpRequest = Pick<ServerContext['mcpReq'], 'signal' | 'notify' | '_meta'>

/** https://modelcontextprotocol.io/specification/2025-11-25/basic/utilities/progress */
function callerOf({ signal, notify, _meta }: McpRequest): Caller {
  const progressToken = _meta?.progressToken
  if (progressToken === undefined) return { signal, notify: undefined }
  return {
    signal,
    // Whoever is gone is told nothing more.
    notify: (progress) =>
      void notify({ method: 'notifications/progress', params: { progressToken, ...progress } }).catch(() => undefined),
  }
}

function faultText(error: unknown, logBug: McpProgram['logBug']): string {
  if (isUserError(error)) return `${error.code}: ${safeLine(error.message)}\nhint: ${safeLine(error.hint)}`
  logBug(error)
  return 'internal/bug: this is our fault\nhint: start with `--debug` to see the stack'
}
