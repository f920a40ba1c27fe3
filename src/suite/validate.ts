import { isObject } from '#snapshot/fields.ts'
import { nearestOf } from '#iam/nearest-name.ts'
import type { Path, TestProblem } from './access-tests.ts'
import { ACCESS_TEST_SCHEMA, type Schema, type SchemaType } from './schema.ts'

/** Problems are told one by one and mended one by one; the rest of a file that is nothing like one is not read. */
const MAX_PROBLEMS = 20

/** Everything in a file that is not as the schema has it, in order of the file. */
export function problemsIn(value: unknown, schema: Schema = ACCESS_TEST_SCHEMA): readonly TestProblem[] {
  const problems: TestProblem[] = []
  check(value, schema, [], problems)
  return problems
}

function check(value: unknown, given: Schema, path: Path, problems: TestProblem[]): void {
  if (problems.length >= MAX_PROBLEMS) return
  const schema = resolved(given)
  const wanted = [schema.type ?? []].flat()
  const type = typeOf(value)
  if (!wanted.includes(type)) {
    problems.push(wrongType(value, wanted, path))
    return
  }
  if (typeof value === 'string') checkText(value, schema, path, problems)
  else if (Array.isArray(value)) checkList(value, schema, path, problems)
  else if (isObject(value)) checkObject(value, schema, path, problems)
}

const resolved = (schema: Schema): Schema =>
  schema.$ref === undefined ? schema : (ACCESS_TEST_SCHEMA.$defs[schema.$ref.slice('#/$defs/'.length)] ?? {})

function typeOf(value: unknown): SchemaType {
  if (value === null || value === undefined) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'object') return 'object'
  return typeof value === 'number' || typeof value === 'boolean' ? (typeof value as 'number') : 'string'
}

const WORDS: Readonly<Record<SchemaType, string>> = {
  object: 'an object',
  array: 'a list',
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
  null: 'null',
}

function wrongType(value: unknown, wanted: readonly SchemaType[], path: Path): TestProblem {
  const is = typeof value === 'number' ? `the number ${value}` : value === undefined ? 'nothing' : WORDS[typeOf(value)]
  return {
    kind: 'wrong-form',
    path,
    message: `${nameOf(path)} is ${is}, not ${wanted.map((type) => WORDS[type]).join(' or ')}`,
    hint:
      typeof value === 'number' && wanted.includes('string')
        ? 'write it in quotes; account ids have leading zeros, `"012345678901"`'
        : 'docs/access-tests.md shows the form',
  }
}

/** As a person reads it: `tests[0].allow[1].action`. */
export function nameOf(path: Path): string {
  if (path.length === 0) return 'the file'
  const steps = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join('')
  return `\`${steps.slice(1)}\``
}

function checkText(value: string, schema: Schema, path: Path, problems: TestProblem[]): void {
  if (value.length < (schema.minLength ?? 0))
    problems.push({ kind: 'wrong-form', path, message: `${nameOf(path)} is empty`, hint: 'give it, or take it out' })
  else if (schema.enum !== undefined && !schema.enum.includes(value)) {
    const near = nearestOf(value, schema.enum)
    const list = `it is one of ${schema.enum.map((one) => `\`${one}\``).join(', ')}`
    problems.push({
      kind: 'wrong-form',
      path,
      message: `${nameOf(path)} cannot be \`${value}\``,
      hint: near === null ? list : `did you mean \`${near}\`?`,
    })
  }
}

function checkList(value: readonly unknown[], schema: Schema, path: Path, problems: TestProblem[]): void {
  if (value.length < (schema.minItems ?? 0))
    problems.push({ kind: 'wrong-form', path, message: `${nameOf(path)} is an empty list`, hint: 'name one at least' })
  const { items } = schema
  if (items !== undefined) for (const [i, item] of value.entries()) check(item, items, [...path, i], problems)
}

function checkObject(value: Readonly<Record<string, unknown>>, schema: Schema, path: Path, problems: TestProblem[]) {
  const { properties = {}, additionalProperties } = schema
  for (const [name, inner] of Object.entries(value)) {
    const at = [...path, name]
    if (Object.hasOwn(properties, name)) check(inner, properties[name] ?? {}, at, problems)
    else if (typeof additionalProperties === 'object') check(inner, additionalProperties, at, problems)
    else if (additionalProperties === false) problems.push(unknownField(name, Object.keys(properties), path, at))
  }
  for (const name of schema.required ?? [])
    if (!Object.hasOwn(value, name))
      problems.push({
        kind: name === 'tests' ? 'no-tests' : 'wrong-form',
        path,
        message: `${nameOf(path)} has no \`${name}\``,
        hint: 'docs/access-tests.md shows the form',
      })
}

function unknownField(name: string, known: readonly string[], path: Path, at: Path): TestProblem {
  const near = nearestOf(name, known)
  const fields = known.filter((one) => one !== '$schema')
  return {
    kind: 'unknown-field',
    path: at,
    message: `\`${name}\` is no field of ${nameOf(path)}`,
    hint: near === null ? `its fields are ${fields.join(', ')}` : `did you mean \`${near}\`?`,
  }
}
