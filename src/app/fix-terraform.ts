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

const UNSEEN = 'what else stands in that policy was not seen: add the statement by hand'

/** Each change of the fix gets `terraformEdit`, or the reason why it has none. Nothing is written. */
export function inTerraform(chosen: Chosen, project: Project): InTerraform {
  const { fix } = chosen
  if (fix === undefined) return { ...chosen, sources: [] }
  const documents = fix.changes.flatMap(({ editedDocument: made }) => made ?? [])
  const { changes: found, files } = rewritten(documents, project)
  const changes = fix.changes.map((change): ChangeInHand => {
    const terraformEdit =
      change.editedDocument === undefined ? undefined : found[documents.indexOf(change.editedDocument)]
    if (terraformEdit === undefined)
      return change.leftOpen === undefined ? change : { ...change, terraformNote: UNSEEN }
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
