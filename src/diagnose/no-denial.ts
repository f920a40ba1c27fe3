import type { NoDenial } from '#answer/summary-words.ts'
import { canBeDecoded } from '#intake/decoded-message.ts'
import type { Denial } from '#intake/denial.ts'
import { type NoteCode, NOTE_SUBJECTS } from '#intake/note.ts'

/** What of the evidence decides how its summary begins. */
export const summaryCodes = (denial: Denial): { readonly canDecode: boolean; readonly noDenial: NoDenial } => ({
  canDecode: canBeDecoded(denial),
  noDenial: noDenialOf(denial),
})

/** Errors that a denial by a policy may be behind. */
const UNCLEAR: ReadonlySet<NoteCode> = new Set(['queue-or-access', 'database-sign-in', 'not-shared'] as const)

function noDenialOf({ kind, code, notes, evidence }: Denial): NoDenial {
  if (notes.some((note) => UNCLEAR.has(note.code))) return 'unclear'
  switch (kind) {
    case 'aws-authentication':
      return 'authentication'
    case 'gcp-permission-denied':
      return 'google-cloud'
    case 'cors':
      return 'cors'
    default:
      if (evidence.reader === 'nothing' && code === null) return 'nothing'
      return notes.some((note) => NOTE_SUBJECTS[note.code] === 'the-role') ? 'of-the-role' : 'other'
  }
}
