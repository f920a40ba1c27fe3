import { type PreparedPolicy, preparePolicy, preparePolicyOnce } from '#engine/prepare.ts'
import type { Policy } from '#engine/scenario.ts'
import type { Statement } from '#iam/policy.ts'
import type { PolicyPlace, ResourcePattern } from '#iam/resource.ts'
import { statementText } from '#space/statement-text.ts'
import { jsonText, sameJson } from './same-json.ts'

/** The kind of layer that documents are compared as: only a resource policy's statements name principals. */
export type DocumentKind = 'identity-policy' | 'resource-policy'

/** A statement of either side; one that stands in both is one entry. */
export interface Entry {
  readonly statement: Statement
  readonly place: PolicyPlace
  readonly version: string
  readonly isDeny: boolean
  /** Where it stands: 0 in OLD, 1 in NEW. */
  readonly sides: readonly [boolean, boolean]
  /** Its resource patterns by their number in `Documents.patterns`. */
  readonly resources: readonly number[]
  /** `false`: an Allow of it lets through what another layer gives, and gives nothing itself. */
  readonly grants?: boolean
  /** The layer or level it stands in, where several are compared. */
  readonly unit?: string
}

/** Two sets of documents, ready to be compared. */
export interface Documents {
  readonly entries: readonly Entry[]
  readonly patterns: readonly ResourcePattern[]
  readonly policies: readonly [readonly PreparedPolicy[], readonly PreparedPolicy[]]
  /** Per side, why a part of it cannot be read; undefined: all of it can. */
  readonly unreadable: readonly [string | undefined, string | undefined]
}

export function readDocuments(old: readonly Policy[], next: readonly Policy[], kind: DocumentKind): Documents {
  const policies = placesOf(old, next, kind).map((place, side) =>
    (side === 0 ? old : next).map((policy) => preparePolicyOnce(policy, place)),
  ) as unknown as Documents['policies']
  const patterns: ResourcePattern[] = []
  const numbers = new Map<string, number>()
  const numberOf = (pattern: ResourcePattern, version: string): number => {
    const { source } = pattern
    const text = source.includes('${') ? `${version} ${source}` : source
    const known = numbers.get(text)
    if (known !== undefined) return known
    numbers.set(text, patterns.length)
    return patterns.push(pattern) - 1
  }
  const [before, after] = policies.map(writtenIn) as [readonly Written[], readonly Written[]]
  const entries: Growing[] = []
  const add = ({ statement, version, place }: Written, side: 0 | 1): Growing => {
    const entry: Growing = {
      statement,
      place,
      version,
      isDeny: statement.effect === 'Deny',
      sides: [side === 0, side === 1],
      resources: (statement.resources ?? []).map((pattern) => numberOf(pattern, version)),
    }
    entries.push(entry)
    return entry
  }
  const known = before.map((written) => ({ written, entry: add(written, 0) }))
  const left = isFew(before, after) ? notAmongFew(known, after) : notAmong(known, after, writtenText)
  const rest = known.filter(({ entry }) => !entry.sides[1])
  const mayMeanAlike = isFew(rest, left)
    ? rest.filter(({ written }) => left.some((other) => areRoughlyAlike(written, other)))
    : rest
  for (const written of notAmong(mayMeanAlike, left, meantText)) add(written, 1)
  return { entries, patterns, policies, unreadable: [whyUnreadable(policies[0]), whyUnreadable(policies[1])] }
}

type Growing = Entry & { readonly sides: [boolean, boolean] }

/** A statement, with what it was read from. */
interface Written {
  readonly statement: Statement
  readonly version: string
  readonly place: PolicyPlace
  readonly source: unknown
}

function writtenIn(policies: readonly PreparedPolicy[]): readonly Written[] {
  const found: Written[] = []
  for (const { document, place, source } of policies) {
    const listed = (source as { readonly Statement?: unknown } | null | undefined)?.Statement
    const { version } = document
    for (const statement of document.statements)
      found.push({ statement, version, place, source: Array.isArray(listed) ? listed[statement.index] : listed })
  }
  return found
}

/** Statements of NEW that do not stand in OLD; of the others it is noted that they stand in NEW too. */
function notAmong(
  known: readonly { written: Written; entry: Growing }[],
  wanted: readonly Written[],
  textOf: (written: Written) => string | undefined,
): readonly Written[] {
  if (known.length === 0 || wanted.length === 0) return wanted
  const byText = new Map<string, Growing>()
  for (const { written, entry } of known) {
    const text = textOf(written)
    if (text !== undefined && !byText.has(text)) byText.set(text, entry)
  }
  return wanted.filter((written) => {
    const text = textOf(written)
    const entry = text === undefined ? undefined : byText.get(text)
    if (entry !== undefined) entry.sides[1] = true
    return entry === undefined
  })
}

/** Statements of few are held against each other as they are; to write each as a text costs more. */
const isFew = (before: readonly unknown[], after: readonly unknown[]): boolean => before.length * after.length <= 64

/** Statements of NEW that do not stand in OLD as they are written; of the others it is noted that they stand in NEW too. */
function notAmongFew(
  known: readonly { readonly written: Written; readonly entry: Growing }[],
  wanted: readonly Written[],
): readonly Written[] {
  return wanted.filter((written) => {
    const { place, version, source } = written
    const found = known.find(
      ({ written: old }) =>
        old.place === place && old.version === version && source !== undefined && sameJson(old.source, source),
    )
    if (found !== undefined) found.entry.sides[1] = true
    return found === undefined
  })
}

/** Most statements stand on both sides as they are, and need not be read twice. */
function writtenText({ version, place, source }: Written): string | undefined {
  const text = source === undefined ? undefined : jsonText(source)
  return text === undefined ? undefined : `${place} ${version} ${text}`
}

const meantText = ({ statement, version, place }: Written): string => statementText(statement, version, place)

/** False only where the meaning differs: most statements that changed differ in it, and their whole texts are long to make. */
function areRoughlyAlike({ statement: a }: Written, { statement: b }: Written): boolean {
  return (
    a.effect === b.effect &&
    a.actionElement === b.actionElement &&
    a.resourceElement === b.resourceElement &&
    (a.conditions.length === 0) === (b.conditions.length === 0) &&
    (a.resources === undefined) === (b.resources === undefined) &&
    (a.resources ?? []).every(({ source }) => listsResource(b, source)) &&
    (b.resources ?? []).every(({ source }) => listsResource(a, source)) &&
    a.actionSource.every((text) => listsAction(b, text)) &&
    b.actionSource.every((text) => listsAction(a, text))
  )
}

/** Names are compared without case (R-ACT-01). */
const listsAction = ({ actionSource }: Statement, text: string): boolean =>
  actionSource.some((own) => own === text || own.toLowerCase() === text.toLowerCase())

const listsResource = ({ resources }: Statement, text: string): boolean =>
  resources?.some(({ source }) => source === text) === true

/** A resource policy whose statements all lack a Resource is a role's trust policy, where the role is implied (R-GRAM-10). */
function placesOf(
  old: readonly Policy[],
  next: readonly Policy[],
  kind: DocumentKind,
): readonly [PolicyPlace, PolicyPlace] {
  if (kind === 'identity-policy') return ['identity', 'identity']
  const read = [...old, ...next].flatMap((policy) => preparePolicy(policy, 'trust').document.statements)
  const isTrust =
    read.length > 0 &&
    read.every((statement) => statement.resources === undefined && statement.actionSource.every(isOfSts))
  return isTrust ? ['trust', 'trust'] : ['resource', 'resource']
}

const isOfSts = (action: string): boolean => action.toLowerCase().startsWith('sts:')

function whyUnreadable(policies: readonly PreparedPolicy[]): string | undefined {
  for (const { name, document } of policies)
    for (const { pointer, why } of document.unreadable)
      return `\`${name}\`${pointer === '' ? '' : ` at ${pointer}`} cannot be read: ${why}`
  return undefined
}
