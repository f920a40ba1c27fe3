import type { EditedDocument } from '../edited-document.ts'
import { agrees, isWhole } from './agree.ts'
import { type Document, documentOf, usesOf } from './document.ts'
import { dataChanges } from './edit-data.ts'
import { changesOf, HCL, jsonWriting, same } from './edit-tree.ts'
import { type Candidate, candidatesFor } from './locate.ts'
import type { Project, SourceFile } from './project.ts'
import { lineAt } from './syntax.ts'
import { indentAt, type TextEdit } from './text-edits.ts'

/** Where a document stands in the user's Terraform, and what is to be changed there. */
export interface SourceEdit {
  /** Of the resource: `aws_iam_role_policy.deploy`. */
  readonly address: string
  readonly file: SourceFile
  readonly line: number
  /** By what it was found: the name of what it is attached to, or its text where Terraform alone knows the name. */
  readonly foundBy: 'name' | 'text'
  readonly edits: readonly TextEdit[]
}

/** Why nothing is edited. */
export interface NoEdit {
  readonly reason: string
}

const no = (reason: string): NoEdit => ({ reason })

interface Read extends Candidate {
  readonly document: Document
  readonly isSame: boolean
}

/** The edit that puts a document in force by the files that say it; only where one block surely holds it. */
export function sourceEdit(editedDocument: EditedDocument, project: Project): SourceEdit | NoEdit {
  const candidates = candidatesFor(project, editedDocument.location)
  if (candidates.length === 0) return no('no resource in these files holds it')
  const read = candidates.flatMap((candidate): Read[] => {
    const document = documentOf(project, candidate.module, candidate.argument)
    return 'reason' in document
      ? []
      : [{ ...candidate, document, isSame: agrees(document.tree, editedDocument.before) }]
  })
  const [named, ...more] = candidates.filter(({ names }) => names === 'same')
  if (named !== undefined) {
    if (more.length > 0) return no(`${addresses(named, ...more)} are all about it`)
    const document = documentOf(project, named.module, named.argument)
    if ('reason' in document) return no(`the document of ${addresses(named)} ${document.reason}`)
    return agrees(document.tree, editedDocument.before)
      ? edited({ ...named, document, isSame: true }, 'name', editedDocument)
      : no(`${addresses(named)} holds another document than the one in force`)
  }
  const [first, ...others] = read.filter(({ isSame }) => isSame)
  const unclear = candidates.length > read.length
  if (first === undefined)
    return no(
      `whether it is ${addresses(...candidates)} is known only when Terraform runs${unclear ? '' : ', and none holds the document in force'}`,
    )
  if (others.length > 0 || unclear)
    return no(`it may be any of ${addresses(...(unclear ? candidates : [first, ...others]))}`)
  return edited(first, 'text', editedDocument)
}

const MAX_LISTED = 4

function addresses(...all: readonly Candidate[]): string {
  const texts = all.slice(0, MAX_LISTED).map(({ address, block }) => `\`${address}\` (${block.file.path})`)
  return `${texts.join(', ')}${all.length > MAX_LISTED ? ' and others' : ''}`
}

function edited(found: Read, foundBy: SourceEdit['foundBy'], editedDocument: EditedDocument): SourceEdit | NoEdit {
  const { module, document, address } = found
  if (found.isRepeated)
    return no(`${addresses(found)} makes several: with \`count\` or \`for_each\` an edit is one of all`)
  const shared = document.through.find((name) => usesOf(module, name) > 1)
  if (shared !== undefined)
    return no(`\`${shared}\`, which holds the document of \`${address}\`, is used elsewhere, too`)
  if (foundBy === 'text' && !isNear(document)) return no(`${addresses(found)} leaves too much of its document open`)
  const edits = editsOf(found, editedDocument)
  if (edits === undefined || edits.length === 0)
    return no(`the change cannot be said in the document of \`${address}\` as it is written`)
  const { file, tree } = document
  return { address, file, line: lineAt(file.text, document.block?.start ?? tree.start), foundBy, edits }
}

/** Enough of it is written out to know it by: each statement says which actions it is about. */
function isNear({ tree }: Document): boolean {
  const statements = tree.is === 'object' ? tree.entries.find(({ key }) => key === 'Statement')?.value : undefined
  const all = statements?.is === 'list' ? statements.items : statements === undefined ? [] : [statements]
  return (
    all.length > 0 &&
    all.every(
      (tree) =>
        tree.is === 'object' &&
        tree.entries.some(({ key, value }) => (key === 'Action' || key === 'NotAction') && isWhole(value)),
    )
  )
}

function editsOf({ module, document }: Read, { before, after }: EditedDocument): readonly TextEdit[] | undefined {
  const { form, file, tree, block } = document
  switch (form) {
    case 'object':
      return changesOf(file.text, HCL, tree, before, after)
    case 'template':
    case 'json':
      return changesOf(
        file.text,
        jsonWriting(unitOf(file.text, tree.start, tree.end), form === 'template'),
        tree,
        before,
        after,
      )
    case 'data':
      return block === undefined ? undefined : dataChanges(module, file.text, block, before, after)
  }
}

/** Unit of indentation: what the first line within is set in by. */
function unitOf(text: string, start: number, end: number): string {
  const line = text.indexOf('\n', start)
  if (line < 0 || line > end) return '  '
  const outer = indentAt(text, start)
  const inner = indentAt(text, line + 1)
  return inner.startsWith(outer) && inner.length > outer.length ? inner.slice(outer.length) : '  '
}

/** Whether the document is what is wanted, read anew from the edited files: an edit that does not hold is not offered. */
export function holds(found: SourceEdit, editedDocument: EditedDocument, project: Project): boolean {
  const again = candidatesFor(project, editedDocument.location).filter(({ address }) => address === found.address)
  return again.some((candidate) => {
    const document = documentOf(project, candidate.module, candidate.argument)
    return (
      !('reason' in document) &&
      agrees(document.tree, editedDocument.after) &&
      !same(editedDocument.before, editedDocument.after)
    )
  })
}
