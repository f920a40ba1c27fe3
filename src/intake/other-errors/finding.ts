import type { DenialKind } from '../denial.ts'
import type { Note, NoteCode } from '../note.ts'
import type { RefusedRequest } from '../wrapper/refused-url.ts'

/** Something recognised in cleaned text that is no IAM sentence. Offsets are those of the cleaned text. */
export interface Finding {
  readonly kind: DenialKind
  readonly reader: string
  readonly from: number
  readonly to: number
  readonly code?: string | null
  readonly principal?: string | null
  readonly action?: string | null
  readonly resource?: string | null
  /** A name from which no ARN follows. */
  readonly resourceText?: string
  readonly notes?: readonly Note[]
  /** The request by the address beside the refusal. */
  readonly request?: RefusedRequest
  readonly details?: Readonly<Record<string, string | null>>
}

/** An error that looks like a denial, or is where one is expected, and is not one (R-MSG-31a). */
export interface UnrelatedError {
  /** Code of the note. */
  readonly code: NoteCode
  /** Letters by which it is found in text of letters only. */
  readonly phrases: readonly string[]
  readonly pattern: RegExp
  /** The meaning of the error, and what to do instead of reading policies; with the groups of the pattern where they say it. */
  readonly text: string | ((groups: Readonly<Record<string, string | undefined>>) => string)
}
