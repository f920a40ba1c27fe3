import type { z } from 'zod'

/** Schemas of a tool's arguments, by their names. */
export type Fields = Readonly<Record<string, z.ZodType>>

/** Arguments of a tool call by the names of its fields, not yet checked. */
export type ToolArguments = Readonly<Record<string, unknown>>

/** Answer of a tool, as text and as data. */
export interface ToolResult {
  /** For a person or a model to read. */
  readonly text: string
  /** As docs/json.md has it. */
  readonly result: object
}

/** A tool only reads: nothing is changed in AWS, on disk or in the store. */
export interface Tool {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly fields: Fields
  /** Throws a `UserError` for what the caller can mend. */
  readonly call: (args: ToolArguments) => Promise<ToolResult>
}

/** A page, offered as a resource. */
export interface OfferedPage {
  readonly uri: string
  readonly name: string
  readonly title: string
  readonly text: () => string
}

export interface McpProgram {
  readonly version: string
  readonly instructions: string
  readonly tools: readonly Tool[]
  readonly pages: readonly OfferedPage[]
  /** Told on standard error: a fault of ours. */
  readonly logBug: (error: unknown) => void
  /** Told to whoever looks for it: a message that the client should not have sent. It is told itself. */
  readonly logFault: (error: unknown) => void
}
