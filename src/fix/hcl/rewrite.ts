import { unifiedDiff } from '../document-text.ts'
import type { EditedDocument } from '../edited-document.ts'
import { holds, type NoEdit, type SourceEdit, sourceEdit } from './edit-source.ts'
import { newBlock } from './new-block.ts'
import { type Project, projectOf, type SourceFile } from './project.ts'
import { type TextEdit, withEdits, withLineEnds } from './text-edits.ts'

/** Where a change of a fix is made in the user's Terraform (docs/json.md, "Fix"). */
export interface TerraformEdit {
  /** Of the resource: `aws_iam_role_policy.deploy`. */
  readonly address: string
  readonly file: string
  readonly line: number
  /** By the name of what it is attached to, or by its text where Terraform alone knows the name. */
  readonly foundBy: 'name' | 'text'
  /** Unified, of this change alone. */
  readonly diff: string
}

/** A file with the edits of all changes. */
export interface RewrittenFile {
  readonly path: string
  readonly before: string
  readonly after: string
}

export interface Rewritten {
  /** For each document in its order: where it is edited, or why it is not. */
  readonly changes: readonly (TerraformEdit | NoEdit)[]
  readonly files: readonly RewrittenFile[]
}

/** Makes the changes in the files that say them. Each edit is read back: what does not hold the new document is left out. */
export function rewritten(all: readonly EditedDocument[], project: Project): Rewritten {
  const byFile = new Map<string, { readonly file: SourceFile; readonly edits: TextEdit[] }>()
  const changes = all.map((editedDocument): TerraformEdit | NoEdit => {
    const found =
      editedDocument.before === null ? newBlock(editedDocument, project) : sourceEdit(editedDocument, project)
    if ('reason' in found) return withUnread(found, project)
    const { address, file, line, foundBy } = found
    const edits = withLineEnds(file.text, found.edits)
    const after = withEdits(file.text, edits)
    if (!isHeld(found, editedDocument, after, project))
      return { reason: `an edit of \`${address}\` could not be read back` }
    const known = byFile.get(file.path) ?? { file, edits: [] }
    if (known.edits.some((edit) => edits.some((other) => overlap(edit, other))))
      return { reason: `\`${address}\` is edited for another change already` }
    byFile.set(file.path, { file, edits: [...known.edits, ...edits] })
    return { address, file: file.path, line, foundBy, diff: unifiedDiff(file.path, file.text, after) }
  })
  return {
    changes,
    files: [...byFile.values()].map(({ file, edits }) => ({
      path: file.path,
      before: file.text,
      after: withEdits(file.text, edits),
    })),
  }
}

const overlap = (a: TextEdit, b: TextEdit): boolean => a.start < b.end && b.start < a.end

function isHeld(found: SourceEdit, editedDocument: EditedDocument, after: string, project: Project): boolean {
  const files = [...project.files.values()].map((file) =>
    file.path === found.file.path ? { ...file, text: after } : file,
  )
  return holds(found, editedDocument, projectOf(files))
}

/** It may stand in a file that cannot be read. */
function withUnread({ reason }: NoEdit, { unread }: Project): NoEdit {
  const [first] = unread
  return first === undefined
    ? { reason }
    : { reason: `${reason}; \`${first.path}\` cannot be read: line ${first.line}, ${first.fault}` }
}
