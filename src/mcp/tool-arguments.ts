/** Arguments of a tool call by the names of its fields, not yet checked. */
export type ToolArguments = Readonly<Record<string, unknown>>
