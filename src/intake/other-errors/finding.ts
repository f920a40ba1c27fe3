import type { DenialKind } from '../denial.ts'
import type { Note } from '../note.ts'
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
