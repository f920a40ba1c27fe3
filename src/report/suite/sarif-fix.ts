import type { ChangeInHand } from '#fix/change.ts'
import { fileNameOf } from '#quote/file-name.ts'
import type { ShownFix } from '#fix/proof/fix.ts'

/**
 * A fix as SARIF has it: the new text of each document, in a file of the name that `denytrace fix --out` gives it. None where
 * a document is known only in part: there is no text to put in its place.
 */
export const sarifFixes = ({ title, changes }: ShownFix) =>
  changes.some(({ leftOpen }) => leftOpen !== undefined)
    ? []
    : [
        {
          description: { text: title },
          artifactChanges: changes.map((change) => ({
            artifactLocation: { uri: encodeURIComponent(fileNameOf(change.policy, change.policyArn, change.on)) },
            replacements: [replacementOf(change)],
          })),
        },
      ]

function replacementOf({ before, after, text }: ChangeInHand) {
  const old = before === null || before === undefined ? '' : JSON.stringify(before, null, 2)
  const lines = old.split('\n')
  return {
    deletedRegion: { startLine: 1, startColumn: 1, endLine: lines.length, endColumn: (lines.at(-1) ?? '').length + 1 },
    insertedContent: { text: text ?? JSON.stringify(after, null, 2) },
  }
}
