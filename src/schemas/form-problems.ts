import { nearestOf } from '#iam/nearest-name.ts'
import { z } from 'zod'

/** Steps from the top of a value to a part of it: `['tests', 0, 'allow', 1]`. */
export type Path = readonly (string | number)[]

/** Part of a value that is not as its schema has it. */
export interface FormProblem {
  readonly kind: 'wrong-form' | 'unknown-field' | 'missing-field' | 'account-id'
  /** Of a field that is missing: what should have it. */
  readonly path: Path
  /** Name of the field that is missing. */
  readonly field?: string
  readonly message: string
  readonly hint: string
}

/** Problems are told one by one and mended one by one; the rest of a file that is nothing like one is not read. */
const MAX_PROBLEMS = 20

/**
 * Everything in a value that is not as its schema has it, in the value's own order, 20 at most. In our words: zod's do not say what
 * a misspelt field was meant for. `page` is where the form is shown.
 */
export function formProblems(schema: z.ZodType, value: unknown, page: string): readonly FormProblem[] {
  const issues = schema.safeParse(value).error?.issues ?? []
  const read: Reading = { schema, value, page }
  const told = issues.flatMap((issue) => problemsOf(issue, [], read))
  const isTold = new Set(told.map(({ path }) => nameOf(path)))
  const others = prototypeKeys(value, [], read).filter(({ path }) => !isTold.has(nameOf(path)))
  const rankOf = ranking(value)
  return [...told, ...others]
    .map((problem) => ({ problem, rank: rankOf(problem) }))
    .toSorted((a, b) => compareRanks(a.rank, b.rank))
    .map(({ problem }) => problem)
    .slice(0, MAX_PROBLEMS)
}

interface Reading {
  readonly schema: z.ZodType
  readonly value: unknown
  readonly page: string
}

type Issue = z.core.$ZodIssue
type Fields = Readonly<Record<string, unknown>>

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const stepsOf = (path: readonly PropertyKey[]): Path =>
  path.map((step) => (typeof step === 'number' ? step : String(step)))

function valueAt(value: unknown, path: Path): unknown {
  let at = value
  for (const step of path) at = hasOwn(at, step) ? (at as Fields)[step] : undefined
  return at
}

const hasOwn = (value: unknown, step: string | number): boolean =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, step)

function problemsOf(issue: Issue, base: Path, read: Reading): readonly FormProblem[] {
  const path = [...base, ...stepsOf(issue.path)]
  const [above, last] = [path.slice(0, -1), path.at(-1)]
  if (typeof last === 'string' && !hasOwn(valueAt(read.value, above), last)) return [missingField(last, above, read)]
  const found = valueAt(read.value, path)
  const hint = `${read.page} shows the form`
  const problem = (message: string, toDo: string): readonly FormProblem[] => [
    { kind: 'wrong-form', path, message: `${nameOf(path)} ${message}`, hint: toDo },
  ]
  const wanted = wantedBy(issue, found)
  if (wanted !== undefined) return problem(`is ${kindOf(found)}, not ${inWords(wanted)}`, typeHint(found, wanted, hint))
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((name) => unknownField(name, path, read))
    case 'invalid_union':
      // What the value is meant to be its type says: problems of the others are none of it.
      return (issue.errors.find((branch) => wantedByAll(branch, found) === undefined) ?? []).flatMap((inner) =>
        problemsOf(inner, path, read),
      )
    case 'invalid_value':
      return problem(`cannot be \`${String(found)}\``, choiceHint(String(found), issue.values.map(String)))
    case 'invalid_format':
      // An empty text is told of already.
      return found === '' ? [] : [noAccountId(String(found), path)]
    case 'invalid_key':
      return [unknownField(String(last), above, read)]
    case 'too_small':
      return issue.origin === 'array'
        ? problem('is an empty list', 'name one at least')
        : problem('is empty', 'give it, or take it out')
    default:
      return problem('is not of that form', hint)
  }
}

const missingField = (field: string, path: Path, { page }: Reading): FormProblem => ({
  kind: 'missing-field',
  path,
  field,
  message: `${nameOf(path)} has no \`${field}\``,
  hint: `${page} shows the form`,
})

const noAccountId = (text: string, path: Path): FormProblem => ({
  kind: 'account-id',
  path,
  message: `\`${text}\` is no account id`,
  hint: 'an account id has twelve digits, leading zeros included',
})

function unknownField(name: string, path: Path, { schema, page }: Reading): FormProblem {
  const known = fieldsAt(schema, path).filter((one) => one !== '$schema')
  return {
    kind: 'unknown-field',
    path: [...path, name],
    message: `\`${name}\` is no field of ${nameOf(path)}`,
    hint: fieldHint(name, known, page),
  }
}

/** So many names are a hint; more are a page. */
const MOST_LISTED = 12

function fieldHint(name: string, known: readonly string[], page: string): string {
  if (known.length === 0) return 'take it out'
  const near = nearestOf(name, known)
  const listed = known.length > MOST_LISTED ? `${page} lists its fields` : `its fields are ${known.join(', ')}`
  if (near === null) return listed
  return known.length > MOST_LISTED ? `did you mean \`${near}\`? ${listed}` : `did you mean \`${near}\`?`
}

function choiceHint(name: string, known: readonly string[]): string {
  const near = nearestOf(name, known)
  return near === null ? `it is one of ${known.map((one) => `\`${one}\``).join(', ')}` : `did you mean \`${near}\`?`
}

/** Names that an object may have there; none where any name will do. */
function fieldsAt(schema: z.core.$ZodType, path: Path): readonly string[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) return fieldsAt(schema.unwrap(), path)
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => fieldsAt(option, path))
  const [step, ...rest] = path
  if (step === undefined) return ownFields(schema)
  if (schema instanceof z.ZodObject) {
    const inner = (schema.shape as Readonly<Record<string, z.core.$ZodType | undefined>>)[step]
    return inner === undefined ? [] : fieldsAt(inner, rest)
  }
  if (schema instanceof z.ZodArray) return typeof step === 'number' ? fieldsAt(schema.element, rest) : []
  return schema instanceof z.ZodRecord ? fieldsAt(schema.valueType, rest) : []
}

function ownFields(schema: z.core.$ZodType): readonly string[] {
  if (schema instanceof z.ZodObject) return Object.keys(schema.shape)
  return schema instanceof z.ZodRecord && schema.keyType instanceof z.ZodEnum ? schema.keyType.options.map(String) : []
}

/** Types of which the value at the issue's own place is none; undefined: it has one of them, and something else is wrong. */
function wantedBy(issue: Issue, found: unknown): readonly string[] | undefined {
  if (issue.code === 'invalid_type') return [issue.expected]
  if (issue.code === 'invalid_value') return typeof found === 'string' ? undefined : ['string']
  if (issue.code !== 'invalid_union') return undefined
  const branches = issue.errors.map((branch) => wantedByAll(branch, found))
  return branches.every((types) => types !== undefined) ? [...new Set(branches.flat())] : undefined
}

function wantedByAll(branch: readonly Issue[], found: unknown): readonly string[] | undefined {
  const own = branch.find((issue) => issue.path.length === 0 && wantedBy(issue, found) !== undefined)
  return own === undefined ? undefined : wantedBy(own, found)
}

/** Types of JSON, as they are told to people. */
export const TYPES: Readonly<Record<string, string>> = {
  object: 'an object',
  record: 'an object',
  array: 'a list',
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  null: 'null',
}

const inWords = (types: readonly string[]): string =>
  [...new Set(types.map((type) => TYPES[type] ?? type))].join(' or ')

function kindOf(value: unknown): string {
  if (typeof value === 'number')
    return Number.isFinite(value) ? `the number ${value}` : 'a number that cannot be written'
  if (value === undefined) return 'nothing'
  return TYPES[value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value] ?? typeof value
}

function typeHint(found: unknown, wanted: readonly string[], otherwise: string): string {
  const wantsText = wanted.includes('string')
  if (typeof found === 'number' && wantsText)
    return 'write it in quotes; account ids have leading zeros, `"012345678901"`'
  if (typeof found === 'boolean' && wantsText) return `write it in quotes: \`"${found}"\``
  return typeof found === 'string' && wanted.includes('boolean') ? 'write `true` or `false`, without quotes' : otherwise
}

/** The key that objects get their prototype by: zod passes over it where any name will do. */
const PROTOTYPE = '__proto__'

function prototypeKeys(value: unknown, path: Path, read: Reading): readonly FormProblem[] {
  if (typeof value !== 'object' || value === null) return []
  if (Array.isArray(value)) return value.flatMap((inner, i) => prototypeKeys(inner, [...path, i], read))
  return Object.entries(value).flatMap(([key, inner]) =>
    key === PROTOTYPE ? [unknownField(key, path, read)] : prototypeKeys(inner, [...path, key], read),
  )
}

/** Gives where a problem stands among the others: at each step the position of its key; what is missing stands last. */
function ranking(value: unknown): (problem: FormProblem) => readonly number[] {
  const positions = new Map<object, ReadonlyMap<string, number>>()
  const positionIn = (holder: object, key: string): number => {
    const known = positions.get(holder) ?? new Map(Object.keys(holder).map((name, i) => [name, i]))
    positions.set(holder, known)
    return known.get(key) ?? 0
  }
  return ({ path, field }) => {
    const rank: number[] = []
    let at = value
    for (const step of path) {
      rank.push(typeof step === 'number' ? step : isFields(at) ? positionIn(at, step) : 0)
      at = valueAt(at, [step])
    }
    return field === undefined ? rank : [...rank, Number.POSITIVE_INFINITY]
  }
}

function compareRanks(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((position, i) => position !== b[i])
  return at < 0 ? a.length - b.length : (a[at] ?? 0) - (b[at] ?? -1)
}

/** As a person reads it: `tests[0].allow[1].action`. */
export function nameOf(path: readonly PropertyKey[]): string {
  if (path.length === 0) return 'the file'
  const steps = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('')
  return `\`${steps.slice(1)}\``
}
