import { compileGlob, globMatches } from '#iam/glob.ts'

/** What of a fix says how much it grants. */
interface ScopedFix {
  readonly id: string
  readonly scope: string
  readonly changes: readonly {
    readonly kind: string
    readonly on?: string
    readonly patch: readonly { readonly op: string; readonly path: string; readonly value?: unknown }[]
    readonly before?: unknown
  }[]
}

/** A scope of a fix that can be chosen, called by the pattern that its change writes. */
export interface ScopeChoice {
  readonly id: string
  readonly label: string
}

/** What the changes of a fix write: patterns of resources, and values of conditions. */
interface Written {
  readonly fix: ScopedFix
  readonly resources: readonly string[]
  readonly values: readonly string[]
  readonly first: string
}

/**
 * The scopes in which the chosen fix is offered, the narrowest first, each by the first pattern in which it differs from the
 * others; empty where there is one alone, or where no policy changes.
 */
export function scopeChoices(fixes: readonly ScopedFix[], chosen: ScopedFix): readonly ScopeChoice[] {
  const kind = kindOfFix(chosen)
  const scopes = [...new Set(fixes.map(({ scope }) => scope))]
  const offered = scopes.flatMap((scope) =>
    scope === chosen.scope ? chosen : (fixes.find((fix) => fix.scope === scope && kindOfFix(fix) === kind) ?? []),
  )
  const all = offered.map(writtenBy).filter(({ resources, values }) => resources.length + values.length > 0)
  const written = all.map((each) => ofItsOwn(each, all))
  const distinct = written.filter((each, i) => !written.some((other, j) => j < i && isSame(each, other)))
  const ordered = distinct.toSorted((one, other) => coveredBy(one, distinct) - coveredBy(other, distinct))
  if (ordered.length < 2) return []
  const labels = [shortPattern, resourcePart, (text: string) => text]
    .map((shorten) => ordered.map((each) => listed(widest(each).map(shorten))))
    .find((shown) => new Set(shown).size === shown.length)
  return (labels ?? []).map((label, i) => ({ id: ordered[i]?.fix.id ?? '', label }))
}

/** `identity-policy+key-policy` of `identity-policy+key-policy.prefix` */
const kindOfFix = ({ id }: ScopedFix): string => id.split('.', 1)[0] ?? id

function writtenBy(fix: ScopedFix): Written {
  const found = fix.changes
    .filter(({ kind, on }) => kind === 'edit-policy' || kind === 'add-policy' || on !== undefined)
    .flatMap(({ patch, before }) => patch.map((operation) => writtenAt(operation, before)))
  const resources = found.flatMap((each) => each.resources)
  return { fix, resources, values: found.flatMap(({ values }) => values), first: resources[0] ?? '' }
}

type Operation = ScopedFix['changes'][number]['patch'][number]

function writtenAt({ op, path, value }: Operation, before: unknown): Pick<Written, 'resources' | 'values'> {
  if (op === 'remove') return { resources: [], values: [] }
  const earlier = new Set(textsIn(valueAt(before, path)))
  const isNew = (text: string): boolean => !earlier.has(text)
  if (/\/Condition\//.test(path)) return { resources: [], values: textsIn(value).filter(isNew) }
  if (/\/(?:Not)?Resource(?:\/[^/]+)?$/.test(path)) return { resources: textsIn(value).filter(isNew), values: [] }
  const statements = statementsIn(value)
  return {
    resources: statements.flatMap(({ Resource }) => textsIn(Resource)).filter(isNew),
    values: statements.flatMap(({ Condition }) => textsIn(Condition)).filter(isNew),
  }
}

type Fields = Readonly<Record<string, unknown>>

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The statements of a document, of a list, or the one that the value is. */
function statementsIn(value: unknown): readonly Fields[] {
  if (Array.isArray(value)) return value.filter(isFields)
  if (!isFields(value)) return []
  return 'Statement' in value ? statementsIn(value['Statement']) : [value]
}

/** Every text in a value. */
const textsIn = (value: unknown): readonly string[] =>
  typeof value === 'string'
    ? [value]
    : typeof value === 'object' && value !== null
      ? Object.values(value).flatMap(textsIn)
      : []

/** The value at a JSON pointer. */
const valueAt = (document: unknown, pointer: string): unknown =>
  pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>(
      (value, part) => (typeof value === 'object' && value !== null ? (value as Fields)[part] : undefined),
      document,
    )

const covers = (pattern: string, text: string): boolean => globMatches(compileGlob(pattern), text)

const areCovered = (texts: readonly string[], by: readonly string[]): boolean =>
  texts.every((text) => by.some((pattern) => covers(pattern, text)))

/** Whether one grants what another does: without conditions, in any context. */
const includes = (wide: Written, narrow: Written): boolean =>
  areCovered(narrow.resources, wide.resources) &&
  (wide.values.length === 0 || (narrow.values.length > 0 && areCovered(narrow.values, wide.values)))

const isSame = (one: Written, other: Written): boolean => includes(one, other) && includes(other, one)

/** How many others a scope includes. */
const coveredBy = (wide: Written, all: readonly Written[]): number =>
  all.filter((narrow) => includes(wide, narrow)).length

/** What a scope writes and not all of them do. */
function ofItsOwn({ resources, values, ...rest }: Written, all: readonly Written[]): Written {
  const isOwn = (text: string): boolean => !all.every((each) => [...each.resources, ...each.values].includes(text))
  return { ...rest, resources: resources.filter(isOwn), values: values.filter(isOwn) }
}

/** The widest patterns of a scope; where it has none of its own, the first that it writes. */
function widest({ resources, values, first }: Written): readonly string[] {
  const own = [...new Set([...resources, ...values])]
  const found = own.filter((text) => !own.some((other) => other !== text && covers(other, text)))
  return found.length === 0 ? [first] : found
}

const MAX_PATTERNS = 2

const listed = (texts: readonly string[]): string =>
  `${texts.slice(0, MAX_PATTERNS).join(', ')}${texts.length > MAX_PATTERNS ? ` and ${texts.length - MAX_PATTERNS} more` : ''}`

/** `prod-artifacts/releases/app.zip` of an ARN. */
const resourcePart = (text: string): string =>
  text.startsWith('arn:') ? text.split(':').slice(5).join(':') : text === '*' ? 'every resource' : text

/** `app.zip`, `2026/03/*`: the name, or the pattern behind the bucket or type; never a star alone. */
function shortPattern(text: string): string {
  if (!text.startsWith('arn:')) return resourcePart(text)
  const parts = resourcePart(text).split('/')
  const last = parts.at(-1) ?? ''
  const short = /[*?]/.test(last) || last === '' ? parts.slice(parts.length > 2 ? 1 : 0).join('/') : last
  return /^[*?]*$/.test(short) ? text : short
}
