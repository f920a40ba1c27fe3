import type { Reported, ReportedLayer } from '../denial.ts'
import type { LettersOnly } from '../text/letters-only.ts'
import type { Note } from '../note.ts'
import type { Sentence } from './sentence.ts'

/** A piece of text that may hold one denial, ready to be read (text/window.ts). */
export interface PreparedMessage {
  readonly text: string
  readonly lettersOnly: LettersOnly
  /** `… is not authorized to perform: …`, if it is one. */
  readonly sentence: Sentence | undefined
}

/** The fields that a rule adds to the sentence, or reads without one. Fields left out were not said. */
export interface ParsedMessage {
  /** The part of the text that was read, [start, end). */
  readonly span: readonly [number, number]
  readonly principal?: string | null
  readonly action?: string | null
  /** The action that the text stands for without naming it. */
  readonly impliedAction?: string
  /** The text stands for one of these, and does not say which. */
  readonly oneOf?: readonly string[]
  /** The actions that the text stands for where nothing beside it names the call that was made. */
  readonly orElse?: readonly string[]
  /** Condition keys that every such request sends. */
  readonly context?: Readonly<Record<string, string>>
  /** Prefix of the service that sends such a text, where it has an action of the name of the call. */
  readonly sender?: string
  /** The call that was made is allowed, a request behind it was refused (R-MSG-33). */
  readonly behind?: true
  /** As printed. */
  readonly resource?: string | null
  /** `bucket/key`, where the text names no ARN. */
  readonly place?: string
  readonly layer?: ReportedLayer | null
  readonly denyType?: Reported['denyType']
  readonly policyArn?: string | null
  readonly via?: ReportedLayer
  readonly setting?: string
  readonly notes?: readonly Note[]
}

/** A rule that reads a family of sentences that AWS sends. */
export interface MessageRule {
  readonly id: string
  /** Read by this rule and by no earlier one in the table. */
  readonly example: string
  /** AWS's page. */
  readonly docs: string
  /** Letters of a phrase that every such message has: where in a long text to look for it. */
  readonly anchor: string
  readonly read: (message: PreparedMessage) => ParsedMessage | undefined
}
