import { shellWord } from '#quote/shell.ts'
import { isFolder, readJsonFolder } from '#collect/folder.ts'
import { parseDocumentText } from '#collect/template-file.ts'
import { writeSnapshot } from '#collect/write-snapshot.ts'
import { importSource } from '#import/import-source.ts'
import { kindOfFile } from '#import/kind-of-file.ts'
import { type Imported, type ImportKind, IMPORT_KINDS, isImported, type NotImported } from '#import/imported.ts'
import type { ImportOptions } from '#import/options.ts'
import { readSnapshot, type Snapshot } from '#snapshot/snapshot.ts'
import { UserError } from '../errors.ts'
import { readInput, type Stdin } from './files.ts'

export const KINDS: readonly string[] = IMPORT_KINDS

const isKind = (word: string): word is ImportKind => KINDS.includes(word)

/** The kind of a word; undefined where there is none of that name. */
export const kindNamed = (word: string): ImportKind | undefined => (isKind(word) ? word : undefined)

/** Imports a file or, of iam-collect alone, a folder. Without a kind it is told by what the file holds. */
export async function importPath(
  kind: ImportKind | undefined,
  path: string,
  options: ImportOptions,
  stdin: Stdin,
): Promise<Imported> {
  if (kind === 'iam-collect' || (kind === undefined && path !== '-' && isFolder(path))) {
    if (!isFolder(path))
      throw new UserError('input/not-found', `there is no folder \`${path}\``, 'give the folder that holds `aws/`')
    const result = importSource('iam-collect', { files: await readJsonFolder(path) }, options)
    if (isImported(result)) return result
    throw notImported(path, result, undefined)
  }
  const { name, text } = await readInput(path, stdin, 'give what is to be imported: docs/import.md says which files')
  return importText(kind, text, name, options)
}

/** Imports the text of one file; `name` is cited. JSON, or YAML for a template. */
export async function importText(
  kind: ImportKind | undefined,
  text: string,
  name: string,
  options: ImportOptions = {},
): Promise<Imported> {
  const value = await parseDocumentText(text, name)
  const seems = kindOfFile(value)
  const wanted = kind ?? seems
  if (wanted === undefined)
    throw new UserError(
      'import/nothing-read',
      `nothing says what kind of file \`${name}\` is`,
      `give one of ${KINDS.map((kind) => `\`${kind}\``).join(', ')} before it`,
    )
  const result = importSource(wanted, { value, text }, options)
  if (isImported(result)) return result
  throw notImported(name, result, seems === wanted ? undefined : seems)
}

function notImported(
  name: string,
  { problem, hint, lacks, isMisused }: NotImported,
  seems: ImportKind | undefined,
): UserError {
  if (isMisused === true) return new UserError('usage/not-a-value', `\`${name}\`: ${problem}`, hint)
  if (lacks === 'account') return new UserError('usage/missing-option', `\`${name}\`: ${problem}`, hint)
  return new UserError(
    'import/nothing-read',
    `\`${name}\`: ${problem}`,
    seems === undefined ? hint : `it looks like \`${seems}\`: denytrace import ${seems} ${shellWord(name)}`,
  )
}

/** The snapshot of an import, held in memory. */
export const importedSnapshot = ({ files }: Imported): Snapshot => readSnapshot(files)

/** Writes it as a snapshot directory; `force` replaces the snapshot that is there. */
export const writeImported = ({ files }: Imported, folder: string, force: boolean): void =>
  writeSnapshot(folder, files, force)
