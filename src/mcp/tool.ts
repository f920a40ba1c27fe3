import type { z } from 'zod'
import type { LoadedSnapshot, NamedFolder } from '#app/answer-question.ts'
import type { Ask } from './ask.ts'
import type { ToolArguments } from './tool-arguments.ts'

/** Schemas of a tool's arguments, by their names. */
export type Fields = Readonly<Record<string, z.ZodType>>

/** A tool as it is announced. It only reads: nothing is changed in AWS, on disk or in the store. */
export interface ToolForm {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly fields: Fields
}

/** Answer of a tool, as text and as data. */
export interface ToolResult {
  /** For a person or a model to read. */
  readonly text: string
  /** As docs/json.md has it. */
  readonly result: object
}

/** Answer of a tool whole, before anything is left out of it. */
export interface WholeAnswer extends ToolResult {
  /** The text beside the whole answer; left out: it is the same. */
  readonly long?: string
}

/** What a tool at work has at hand in its thread. */
export interface AtHand {
  readonly ask: Ask
  readonly folders: readonly NamedFolder[]
  /** Says what it does, for whoever waits. */
  readonly notice: (doing: string) => void
  readonly store: StoreAccess
}

export interface StoreAccess {
  /** Left out: the default store. */
  readonly url: string | undefined
  readonly env: Readonly<Record<string, string | undefined>>
  /** Steps of work that one denial's fixes may cost; undefined: as many as usual. */
  readonly budget: number | undefined
}

/** A tool whose answer takes work, which is done in a thread. */
export interface WorkTool extends ToolForm {
  /** Looks into the store: its answer changes without a word, and its thread may not be ended within DuckDB. */
  readonly readsStore?: true
  /**
   * Works out the whole answer.
   *
   * @throws UserError for what the caller can mend
   */
  readonly work: (args: ToolArguments, atHand: AtHand) => Promise<WholeAnswer>
}

/** Whoever waits for an answer. */
export interface Caller {
  /** Aborted: the client cancelled the call. */
  readonly signal: AbortSignal
  /** Tells how far the work is; undefined: the client did not ask for it. */
  readonly notify: ((progress: Progress) => void) | undefined
}

export interface Progress {
  /** Seconds of work; each is more than the one before. */
  readonly progress: number
  readonly message: string
}

/** A tool as the protocol calls it. */
export interface ServedTool extends ToolForm {
  /** @throws UserError for what the caller can mend */
  readonly call: (args: ToolArguments, caller: Caller) => Promise<ToolResult>
}

/** A page, offered as a resource. */
export interface OfferedPage {
  readonly uri: string
  readonly name: string
  readonly title: string
  readonly mimeType: string
  readonly text: () => string
}

/** What a thread is started with. */
export interface ToolThreadData {
  readonly snapshots: readonly NamedFolder[]
  readonly expectPrincipal: string | undefined
  readonly budget: number | undefined
  readonly store: string | undefined
}

/** What a thread has when it is ready. */
export interface ToolThreadReady {
  readonly snapshots: readonly LoadedSnapshot[]
}

/** A call as a thread gets it: `text` is the JSON of its arguments. */
export interface ToolQuestion {
  readonly tool: string
  readonly text: string
}

/** What came of a call, as a thread gives it. */
export type ToolOutcome =
  | { readonly finished: Finished }
  | { readonly fault: { readonly code: string; readonly message: string; readonly hint: string } }
  | { readonly bug: string }

/** A whole answer as text: JSON goes from thread to thread faster than values, and its size is known. */
export interface Finished {
  readonly text: string
  readonly long?: string
  readonly whole: string
  /** The answer as far as it fits a context; left out: all of it does. */
  readonly fitted?: string
}

export interface McpProgram {
  readonly version: string
  readonly instructions: string
  readonly tools: readonly ServedTool[]
  readonly pages: readonly OfferedPage[]
  /** Called when no more calls come: those that run are waited for, however long they take. */
  readonly inputEnded: () => void
  /** Ends what is still at work. */
  readonly close: () => Promise<void>
  /** Told on standard error: a fault of ours. */
  readonly logBug: (error: unknown) => void
  /** Told to whoever looks for it: a message that the client should not have sent. It is told itself. */
  readonly logFault: (error: unknown) => void
}
