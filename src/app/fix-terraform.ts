import { readSourceFiles } from '#collect/source-files.ts'
import type { ChangeInHand } from '#fix/change.ts'
import { projectOf, type Project } from '#fix/hcl/project.ts'
import { type RewrittenFile, rewritten } from '#fix/hcl/rewrite.ts'
import type { Chosen } from './fix.ts'

/** A chosen fix made in the user's Terraform as far as its policies stand there, and the files as they would be. */
export interface InTerraform extends Chosen {
  readonly sources: readonly RewrittenFile[]
}

/** The Terraform that the user gave, a file or a folder, and where its files lie. */
export function readTerraform(path: string): { readonly project: Project; readonly places: readonly string[] } {
  const files = readSourceFiles(path)
  return { project: projectOf(files), places: files.map(({ from }) => from) }
}

const UNREAD = 'the other statements of that policy are not known: add the statement by hand'

/** The document that is edited where it stands in the user's files; undefined: it was not read, or there is none. */
const documentOf = ({ editedDocument }: ChangeInHand) =>
  editedDocument?.location.isUnread === true && editedDocument.location.kind !== 'function' ? undefined : editedDocument

/** Each change of the fix gets `terraformEdit`, or the reason why it has none. Nothing is written. */
export function inTerraform(chosen: Chosen, project: Project): InTerraform {
  const { fix } = chosen
  if (fix === undefined) return { ...chosen, sources: [] }
  const documents = fix.changes.flatMap((change) => documentOf(change) ?? [])
  const { changes: found, files } = rewritten(documents, project)
  const changes = fix.changes.map((change): ChangeInHand => {
    const document = documentOf(change)
    const terraformEdit = document === undefined ? undefined : found[documents.indexOf(document)]
    if (terraformEdit === undefined)
      return change.leftOpen === undefined ? change : { ...change, terraformNote: UNREAD }
    return {
      ...change,
      ...('reason' in terraformEdit ? { terraformNote: terraformEdit.reason } : { terraformEdit }),
    }
  })
  return { ...chosen, fix: withChanges(fix, changes), sources: files }
}

/** The fix with other changes; a draft stays one. */
const withChanges = <F extends { readonly changes: readonly ChangeInHand[] }>(
  fix: F,
  changes: readonly ChangeInHand[],
): F => ({ ...fix, changes })
