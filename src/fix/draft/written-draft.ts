import { type ChangeInHand, textsOf, withTexts } from '../change.ts'
import type { DraftInHand } from '../proof/fix.ts'

/**
 * The draft as it is carried out: a statement of the caller's as a policy of its own, a permission of a function as one more; each
 * with its texts. Of any other policy nobody knows what else stands in it, so the edit alone is given.
 */
export const writtenDraft = (draft: DraftInHand): DraftInHand => ({ ...draft, changes: draft.changes.map(written) })

function written(change: ChangeInHand): ChangeInHand {
  const { editedDocument } = change
  if (editedDocument === undefined || editedDocument.before !== null) return withTexts(change)
  const { location, after } = editedDocument
  const { leftOpen: _, ...whole } = change
  const text = JSON.stringify(after, null, 2)
  return {
    ...whole,
    policy: location.name,
    kind: 'add-policy',
    patch: [{ op: 'add', path: '', value: after }],
    after,
    on: location.on,
    ...textsOf(editedDocument, '', text, undefined),
    text,
  }
}
