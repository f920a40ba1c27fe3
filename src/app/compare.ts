import { managedPolicyByArn } from '#collect/managed-policies.ts'
import { parseScenario } from '#collect/scenario-file.ts'
import { loadSnapshot } from '#collect/folder.ts'
import { duplicateKeyAt, endOfValue, membersAt, nestsDeeper, skipSpace } from '#iam/json-scan.ts'
import { type CompareInput, compareValues, isScenarioValue } from '#prove/compare-values.ts'
import type { Comparison } from '#prove/comparison.ts'
import { compareSnapshots } from '#prove/compare-snapshots.ts'
import type { DocumentKind } from '#prove/document-set.ts'
import { readSnapshot, type Snapshot } from '#snapshot/snapshot.ts'
import { parseDocumentText } from '#collect/template-file.ts'
import { kindOfFile } from '#import/kind-of-file.ts'
import type { ImportOptions } from '#import/options.ts'
import { UserError } from '../errors.ts'
import { isFolder, isThere, readInput, type Stdin } from './files.ts'
import { isRevision, knowsRevision, readRevision } from './git-revision.ts'
import { importedSnapshot, importText } from './import.ts'

const WHAT = 'give a policy document, a list of them, a scenario, or a snapshot directory'

/** No policy and no scenario nests nearly so deep; what does could not be written out to be compared. */
const MAX_DEPTH = 100

/** A side of a comparison as a person gives it. */
export type Side =
  | { readonly kind: 'values'; readonly name: string; readonly value: unknown }
  | { readonly kind: 'snapshot'; readonly name: string; readonly snapshot: Snapshot }

/** A policy file, a scenario, a snapshot directory, a Terraform plan or state, a template; or any of them as `REV:PATH` of git. */
export async function readSide(path: string, stdin: Stdin, options: ImportOptions = {}): Promise<Side> {
  if (isRevision(path) && isThere(path) && (await knowsRevision(path))) throw ambiguous(path)
  if (path !== '-' && isFolder(path)) return { kind: 'snapshot', name: path, snapshot: await loadSnapshot(path) }
  if (path !== '-' && !isThere(path) && isRevision(path)) {
    const found = await readRevision(path)
    if (found.is === 'folder') return { kind: 'snapshot', name: path, snapshot: snapshotAt(path, found.files) }
    return sideOf(path, found.text, options)
  }
  const { name, text } = await readInput(path, stdin, WHAT)
  return sideOf(name, text, options)
}

/** A change under review may hold a file of such a name, which must not stand for what is in the revision. */
const ambiguous = (path: string): UserError =>
  new UserError(
    'input/ambiguous',
    `\`${path}\` is a path here, and a path in a revision of git`,
    `write \`./${path}\` for what is here, or rename it`,
  )

function snapshotAt(name: string, files: ReadonlyMap<string, string>): Snapshot {
  const isSnapshot = [...files.keys()].some(
    (path) => path === 'organization.json' || path === 'meta.json' || path.startsWith('accounts/'),
  )
  if (isSnapshot) return readSnapshot(files)
  throw new UserError(
    'snapshot/not-found',
    `there is no snapshot in \`${name}\`: it has neither organization.json nor accounts/`,
    'give the folder that holds them, from the top of the repository',
  )
}

async function sideOf(name: string, text: string, options: ImportOptions): Promise<Side> {
  const isYaml = name.endsWith('.yaml') || name.endsWith('.yml')
  const kind = kindOfFile(isYaml ? await parseDocumentText(text, name) : jsonOf(name, text))
  if (kind === 'terraform' || kind === 'cloudformation')
    return { kind: 'snapshot', name, snapshot: importedSnapshot(await importText(kind, text, name, options)) }
  return { kind: 'values', name, value: isYaml ? await parseScenario(text, name) : await valueOf(name, text) }
}

function jsonOf(name: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new UserError('documents/unreadable', `\`${name}\` is no JSON`, WHAT)
  }
}

async function valueOf(name: string, text: string): Promise<unknown> {
  const value = jsonOf(name, text)
  if (nestsDeeper(text, MAX_DEPTH)) throw tooDeep(name)
  if (isScenarioValue(value)) return parseScenario(text, name)
  if (typeof value === 'object' && value !== null) return asWritten(value, text, skipSpace(text, 0))
  throw new UserError(
    'documents/not-a-policy',
    `\`${name}\` holds neither a policy document nor a list of them`,
    'a policy document is a JSON object with `Version` and `Statement`',
  )
}

/** A document in which a key stands twice is handed on as its text, in which that is still seen (R-GRAM-06). */
function asWritten(value: object, text: string, at: number): unknown {
  if (duplicateKeyAt(text, at) === undefined) return value
  if (!Array.isArray(value)) return text.slice(at, endOfValue(text, at))
  return membersAt(text, at).map(({ start, end }) => text.slice(start, end))
}

/** A field of a batch line: its value, or its text where a key stands twice in it (R-GRAM-06). `raw`: the line. */
export function fieldAsWritten(value: unknown, raw: string, name: string): unknown {
  const at = membersAt(raw, skipSpace(raw, 0)).findLast(({ key }) => key === name)?.start
  return at === undefined || typeof value !== 'object' || value === null ? value : asWritten(value, raw, at)
}

/** Compares what two sides allow. Sides of different kinds have nothing in common to compare. */
export function compareSides(old: Side, next: Side, kind: DocumentKind | undefined, budget?: number): Comparison {
  if (old.kind === 'snapshot' && next.kind === 'snapshot')
    return compareSnapshots(old.snapshot, next.snapshot, { find: managedPolicyByArn, budget })
  if (old.kind === 'snapshot' || next.kind === 'snapshot') throw differentKinds(old, next)
  if (isScenarioValue(old.value) !== isScenarioValue(next.value)) throw differentKinds(old, next)
  return compareGiven({ old: old.value, new: next.value, ...(kind === undefined ? {} : { kind }) }, budget)
}

/** Compares values: what the library and a batch line are given. */
export function compareGiven(
  input: CompareInput | { readonly old: Snapshot; readonly new: Snapshot },
  budget?: number,
): Comparison {
  if (isSnapshot(input.old) && isSnapshot(input.new))
    return compareSnapshots(input.old, input.new, { find: managedPolicyByArn, budget })
  for (const side of ['old', 'new'] as const) if (valueNestsDeeper(input[side], MAX_DEPTH)) throw tooDeep(side)
  return compareValues(input, { find: managedPolicyByArn, budget })
}

/** Level by level, as a recursion would end where the value is too deep for it. */
function valueNestsDeeper(value: unknown, limit: number): boolean {
  let level = new Set([value])
  for (let depth = 0; depth <= limit; depth++) {
    level = new Set(
      [...level].flatMap((item) => (typeof item === 'object' && item !== null ? Object.values(item) : [])),
    )
    if (level.size === 0) return false
  }
  return true
}

const tooDeep = (name: string): UserError =>
  new UserError(
    'documents/not-a-policy',
    `\`${name}\` nests more than ${MAX_DEPTH} deep, which no policy does`,
    'a policy document is a JSON object with `Version` and `Statement`',
  )

const isSnapshot = (value: unknown): value is Snapshot =>
  typeof value === 'object' && value !== null && 'files' in value && value.files instanceof Map

const differentKinds = (old: Side, next: Side): UserError =>
  new UserError(
    'documents/different-kinds',
    `\`${old.name}\` and \`${next.name}\` are not of one kind`,
    'compare documents with documents, a scenario with a scenario, a snapshot with a snapshot',
  )
