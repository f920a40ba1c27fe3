import type { PolicyLocation } from './policy-location.ts'

/** A document as it is put in force, for the commands and snippets of a change. */
export interface EditedDocument {
  readonly location: PolicyLocation
  /** `null`: there was none. */
  readonly before: unknown
  readonly after: unknown
}
