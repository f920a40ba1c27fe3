/** The part of docs/json.md that lists the fields of each object, as src/schemas describes them. */
import { type JsonSchema, namedJsonSchemas } from '#schemas/named.ts'

/** Objects of the page, in its order; each has a heading of its own that others link to. */
const OBJECTS = [
  'Denial',
  'Reported',
  'Diagnosis',
  'Cause',
  'Unseen',
  'Step',
  'Decision',
  'LayerVerdict',
  'StatementVerdict',
  'StatementRef',
  'FailedElement',
  'MissingFact',
  'Assumption',
  'Finding',
  'Fix',
  'Change',
  'Proof',
  'AccessSet',
  'Comparison',
  'WhoCan',
  'WhatCan',
  'Scenario',
  'Request',
  'Policy',
  'ListedDenial',
  'Spike',
] as const

const BEGIN = '<!-- written by npm run openapi -->'
const END = '<!-- end -->'

const SCHEMAS = namedJsonSchemas()

const isObject = (value: unknown): value is JsonSchema => typeof value === 'object' && value !== null
const schemasIn = (value: unknown): readonly JsonSchema[] => (Array.isArray(value) ? value.filter(isObject) : [])

/** A schema without the list, the `null` or the group of one that is around it. */
function inner(schema: JsonSchema): JsonSchema {
  const choices = [...schemasIn(schema['anyOf']), ...schemasIn(schema['allOf'])].filter(({ type }) => type !== 'null')
  const [only] = choices
  if (only !== undefined && choices.length === 1) return inner(only)
  return isObject(schema['items']) ? inner(schema['items']) : schema
}

function referred(schema: JsonSchema): string | undefined {
  const place = inner(schema)['$ref']
  return typeof place === 'string' ? place.split('/').at(-1) : undefined
}

/** What a field means: its description, the values it can have, and the object that it holds. */
function meaning(schema: JsonSchema): string {
  const name = referred(schema)
  const own =
    schema['description'] ?? inner(schema)['description'] ?? (name === undefined ? '' : SCHEMAS[name]?.['description'])
  const text = String(own).replace(/ \(docs\/json\.md, "[^"]+"\)/, '')
  const values = inner(schema)['enum']
  const isListed = Array.isArray(values) && values.length > 1 && !text.includes(`\`${String(values[0])}\``)
  const listed = isListed ? `: ${values.map((value) => `\`${String(value)}\``).join(', ')}` : ''
  const link =
    name !== undefined && OBJECTS.some((object) => object === name)
      ? ` ([\`${name}\`](#${name.toLowerCase()}-fields))`
      : ''
  return `${text.replace(/\(docs\/([\w-]+)\.md\)/g, '([$1]($1.md))')}${listed}${link}`
}

const namesOf = (schema: JsonSchema): readonly string[] =>
  isObject(schema['properties']) ? Object.keys(schema['properties']) : []

/** The object of the page whose fields `schema` has, with at most one more: `nearest` of a cause is a `StatementRef`. */
function sameAs(schema: JsonSchema): string | undefined {
  const names = namesOf(schema)
  return OBJECTS.find((object) => {
    const known = namesOf(SCHEMAS[object] ?? {})
    return names.length > 5 && known.length > 5 && names.filter((name) => !known.includes(name)).length <= 1
  })
}

/** Fields that say more than their name get a line; the others are listed with the object that has them. */
const isPlain = (schema: JsonSchema): boolean =>
  referred(schema) === undefined && namesOf(inner(schema)).length === 0 && meaning(schema).split(' ').length <= 3

/** Lines for a field, and for the fields of an object that has no name of its own. */
function linesOf(path: string, field: JsonSchema, isRequired: boolean): readonly string[] {
  const own = inner(field)
  const known = referred(field) === undefined ? sameAs(own) : undefined
  const plain = Object.entries(isObject(own['properties']) ? own['properties'] : {}).flatMap(([name, value]) =>
    isObject(value) && isPlain(value) ? [`\`${name}\``] : [],
  )
  const link = known === undefined ? '' : ` ([\`${known}\`](#${known.toLowerCase()}-fields))`
  const list = known === undefined && plain.length > 0 ? ` (${plain.join(', ')})` : ''
  const line = `- \`${path}\`${isRequired ? '' : '?'}: ${meaning(field)}${link}${list}`
  if (referred(field) !== undefined) return [line]
  const shown = known === undefined ? [] : namesOf(SCHEMAS[known] ?? {})
  return [line, ...fields(own, `${path}.`, (name, value) => !shown.includes(name) && !isPlain(value))]
}

/** Lines for the fields of an object. */
function fields(
  schema: JsonSchema,
  before: string,
  isShown: (name: string, field: JsonSchema) => boolean,
): readonly string[] {
  const required = Array.isArray(schema['required']) ? schema['required'] : []
  return Object.entries(isObject(schema['properties']) ? schema['properties'] : {}).flatMap(([name, field]) =>
    isObject(field) && name !== 'schemaVersion' && isShown(name, field)
      ? linesOf(`${before}${name}`, field, required.includes(name))
      : [],
  )
}

/** docs/json.md with the fields as the schemas have them now. */
export function withFields(page: string): string {
  const sections = OBJECTS.map((name) => {
    const schema = SCHEMAS[name] ?? {}
    return `### \`${name}\` fields\n\n${meaning(schema)}.\n\n${fields(schema, '', () => true).join('\n')}`
  })
  const [head = ''] = page.split(BEGIN)
  return `${head}${BEGIN}\n\n${sections.join('\n\n')}\n\n${END}\n`
}
