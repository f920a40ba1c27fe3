import type { Reported, ReportedLayer } from '../denial.ts'
import type { Note } from '../note.ts'

/** The fields of a denial's text; null: it does not say. */
export interface MessageFields {
  /** Id of the rule that read it. */
  readonly form: string
  readonly principal: string | null
  /** In IAM's spelling where the action is known, else as printed (R-MSG-07, R-MSG-34). */
  readonly action: string | null
  /** Where none is named: the one that the text stands for. */
  readonly impliedAction: string | null
  /** Where the text stands for one of several. */
  readonly oneOf: readonly string[]
  /** Where the text stands for one of several and nothing beside it names the call. */
  readonly orElse: readonly string[]
  /** Condition keys that every such request sends. */
  readonly context?: Readonly<Record<string, string>>
  /** The service that sends such a text. */
  readonly sender: string | null
  /** The refused request stands behind the call that was made (R-MSG-33). */
  readonly behind: boolean
  /** Canonical ARN where it follows (R-MSG-23). */
  readonly resource: string | null
  /** As printed, where that differs. */
  readonly resourceText: string | null
  readonly resourceFrom: 'stated' | 'derived'
  readonly layer: ReportedLayer | null
  readonly denyType: Reported['denyType']
  readonly policyArn: string | null
  readonly via: ReportedLayer | null
  readonly setting: string | null
  readonly encodedMessage: string | null
  readonly authorizationId: string | null
  /** Region of the link to the authorization details. */
  readonly authorizationRegion: string | null
  readonly notes: readonly Note[]
  /** UTF-16 offsets into the text that was given. */
  readonly span: readonly [number, number]
}
