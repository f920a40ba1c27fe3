import type { Place } from './place.ts'

/** A document as it is put in force, for the commands and snippets of a change. */
export interface Made {
  readonly place: Place
  /** `null`: there was none. */
  readonly before: unknown
  readonly after: unknown
}
