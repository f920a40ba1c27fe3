import { unwritableIn } from '#quote/hidden.ts'
import { shellComment } from '#quote/shell.ts'
import { callText, isCall, type Line, pasted, placeholdersIn, refusalOf } from './call.ts'

/** How one change is made with the AWS CLI, and seen, and undone. */
export interface Recipe {
  /** Must answer before anything is changed: the role that is to get a first policy. */
  readonly exists?: readonly Line[]
  /** Prints, as JSON, what is in force now. */
  readonly read: readonly Line[]
  /** The error of AWS's that says that there is none. */
  readonly none?: string
  /** Puts the document in force that the function's argument names. */
  readonly put: readonly Line[]
  /** Lines that take back what `put` made; left out: the old document is put in force again. */
  readonly undo?: readonly Line[]
  /** Lines for what else has to be so, done again without harm. */
  readonly finish?: readonly Line[]
  /** As JSON values; before undefined: not known. */
  readonly before: unknown
  readonly after: unknown
  /** The two are no documents but values that `put` knows itself. */
  readonly isValue?: true
  /** Sids of the statements of a Lambda function, which are added one by one. */
  readonly sids?: readonly string[]
  /** Statements that are added to the policy in force, which was not read; `put` puts both. */
  readonly adds?: readonly unknown[]
  /** Why a script cannot make it: a person has to fill in names. */
  readonly byHand?: string
  /** For a person who pastes; left out: nothing to say. */
  readonly notes?: readonly string[]
  /** For a person who pastes, in place of `put`. */
  readonly pasted?: readonly Line[]
}

/** Words that a person has to replace before the change can be made by command. */
export const placeholdersOf = ({ exists = [], read, put, finish = [], undo = [] }: Recipe): readonly string[] =>
  placeholdersIn([...exists, ...read, ...put, ...finish, ...undo])

/** Why no command can make the change; undefined: one can. */
export const refusedRecipe = (recipe: Recipe): string | undefined =>
  refusalOf([
    ...(recipe.exists ?? []),
    ...recipe.read,
    ...recipe.put,
    ...(recipe.undo ?? []),
    ...(recipe.finish ?? []),
    ...(recipe.pasted ?? []),
  ]) ?? refusedDocuments(recipe)

function refusedDocuments({ before, after, adds }: Recipe): string | undefined {
  const why = unwritableIn(after) ?? unwritableIn(before) ?? unwritableIn(adds)
  return why === undefined ? undefined : `a text of the document cannot be written: ${why}`
}

/**
 * The commands for a person to paste: first the one that shows what is in force, for what they put replaces all of it. They
 * write no file. What cannot be written is refused in a comment.
 */
export function pastedCommands(recipe: Recipe): string {
  const why = refusedRecipe(recipe)
  if (why !== undefined) return shellComment(`no command: ${why}`)
  const writing = pasted(recipe.after)
  const text = (lines: readonly Line[]): readonly string[] =>
    lines.filter(isCall).map((line) => callText(line, writing))
  const look = text(recipe.read)
  const shown = recipe.pasted ?? [...recipe.put, ...(recipe.finish ?? [])]
  const words = placeholdersIn([...recipe.read, ...shown])
  return [
    ...(words.length === 0 ? [] : [shellComment(`replace first: ${words.join(', ')}`)]),
    ...(look.length === 0 ? [] : [...(recipe.adds === undefined ? [shellComment(lookOf(recipe))] : []), ...look]),
    ...(recipe.notes ?? []).map(shellComment),
    ...text(shown),
  ].join('\n')
}

const lookOf = ({ before }: Recipe): string => (before === undefined ? LOOK_UNREAD : LOOK)

const LOOK_UNREAD = 'what is in force now: this change was made without reading it, so compare the two first'
const LOOK = 'what is in force now: go on only if it is what this change was made from'
