import type { JsonSchema } from '#schemas/named.ts'
import { exampleOf } from './example.ts'

interface Parameter {
  readonly name: string
  readonly in: string
  readonly description?: string
  readonly example?: unknown
  readonly schema: JsonSchema
}

type Schemas = Readonly<Record<string, JsonSchema>>

type Content = Readonly<Record<string, { readonly schema?: JsonSchema }>>

interface Operation {
  readonly tags: readonly string[]
  readonly summary: string
  readonly description?: string
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly content: Content }
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: Content }>>
}

/** The parts of `openapi.json` that its reference shows. */
export interface DescribedApi {
  readonly info: { readonly description: string }
  readonly tags: readonly { readonly name: string; readonly description: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> }
}

/** A path with its method, and where it stands on the page. */
export interface DescribedPath {
  readonly tag: string
  readonly heading: string
  readonly text: string
}

/** The reference of the API as Markdown: every path by its group, then every schema. */
export function referenceMarkdown(api: DescribedApi): string {
  const paths = operationsOf(api)
  const groups = api.tags.flatMap(({ name, description }) => [
    `## ${description}`,
    ...paths.filter(({ tag }) => tag === name).map(({ text }) => text),
  ])
  const schemas = Object.entries(api.components.schemas).map(([name, schema]) =>
    schemaText(name, schema, api.components.schemas),
  )
  return [api.info.description, ...groups, '## Schemas', ...schemas].join('\n\n')
}

/** Paths in the order in which they are described. */
export const operationsOf = (api: DescribedApi): readonly DescribedPath[] =>
  Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      const heading = `${method.toUpperCase()} ${path}`
      return { tag: operation.tags[0] ?? '', heading, text: operationText(heading, operation, api) }
    }),
  )

function operationText(heading: string, operation: Operation, api: DescribedApi): string {
  const { summary, description, parameters = [], requestBody, responses } = operation
  const bodies = Object.entries(requestBody?.content ?? {})
  const answers = Object.entries(responses).map(([status, { description: meaning, content }]) => [
    `\`${status}\``,
    meaning,
    contentText(content),
  ])
  return [
    `### ${heading}`,
    `${summary}.`,
    ...(description === undefined ? [] : [description]),
    ...(parameters.length === 0 ? [] : [table(['Parameter', 'Type', 'Meaning', 'Example'], parameters.map(row))]),
    ...bodies.flatMap(([type, { schema = {} }]) => bodyTexts(type, schema, api)),
    table(['Status', 'Meaning', 'Answer'], answers),
  ].join('\n\n')
}

const row = ({ name, in: where, description = '', example, schema }: Parameter): readonly string[] => [
  where === 'path' ? `\`${name}\` (in the path)` : `\`${name}\``,
  typeText(schema),
  description,
  exampleText(example),
]

function bodyTexts(type: string, schema: JsonSchema, api: DescribedApi): readonly string[] {
  const example = exampleOf(schema, api.components.schemas)
  const text = typeof example === 'string' ? example : JSON.stringify(example, null, 2)
  return [`Body as \`${type}\`: ${typeText(schema)}`, `\`\`\`text\n${text}\n\`\`\``]
}

const contentText = (content: Content = {}): string =>
  Object.entries(content)
    .map(([type, { schema = {} }]) =>
      type === 'application/json'
        ? typeText(schema)
        : schema['$ref'] === undefined
          ? `\`${type}\``
          : `as \`${type}\` lines of ${typeText(schema)}`,
    )
    .join(', ')

function schemaText(name: string, schema: JsonSchema, named: Schemas): string {
  const rows = propertyRows(schema, '', named)
  const { enum: values } = schema
  return [
    `### ${name}`,
    `${String(schema['description'] ?? '')}.`,
    ...(Array.isArray(values) ? [values.map((value) => `\`${String(value)}\``).join(', ')] : []),
    ...(rows.length === 0 ? [] : [table(['Field', 'Type', 'Meaning', 'Example'], rows)]),
  ].join('\n\n')
}

const isSchema = (value: unknown): value is JsonSchema => typeof value === 'object' && value !== null

/** The fields of an object, and those of objects in it that have no name of their own, by their place. */
function propertyRows(schema: JsonSchema, place: string, named: Schemas): readonly (readonly string[])[] {
  const ways = Array.isArray(schema['anyOf']) && schema['properties'] === undefined ? schema['anyOf'] : []
  const { properties, items, additionalProperties, required } = schema
  const always = Array.isArray(required) ? required : []
  const own = isSchema(properties)
    ? Object.entries(properties as Readonly<Record<string, JsonSchema>>).flatMap(([name, inner]) => {
        const at = place === '' ? name : `${place}.${name}`
        const field = `\`${at}\`${always.includes(name) ? '' : '?'}`
        const told = [field, typeText(inner), meaningOf(inner, named), exampleText(firstExample(inner))]
        return [told, ...propertyRows(inner, at, named)]
      })
    : []
  return [
    ...own,
    ...(isSchema(items) ? propertyRows(items, `${place}[]`, named) : []),
    ...(isSchema(additionalProperties) ? propertyRows(additionalProperties, `${place}.*`, named) : []),
    ...ways.filter(isSchema).flatMap((way) => propertyRows(way, place, named)),
  ]
}

/** By itself, or by the schema that it names. */
const meaningOf = ({ description, $ref }: JsonSchema, named: Schemas): string =>
  String(description ?? named[String($ref).split('/').at(-1) ?? '']?.['description'] ?? '')

const firstExample = ({ examples }: JsonSchema): unknown => (Array.isArray(examples) ? examples[0] : undefined)

/** Marks of Markdown and of its tables would end the code. */
const exampleText = (example: unknown): string =>
  example === undefined ? '' : `\`${JSON.stringify(example).replaceAll('`', "'").replaceAll('|', '/').slice(0, 300)}\``

/** A type in words; what has a name leads to its description. */
function typeText(schema: JsonSchema): string {
  const { $ref, type, items, anyOf, enum: values, additionalProperties, const: value } = schema
  if (typeof $ref === 'string') {
    const name = $ref.split('/').at(-1) ?? ''
    return `[${name}](#${name.toLowerCase()})`
  }
  if (value !== undefined) return `\`${JSON.stringify(value)}\``
  if (Array.isArray(values)) return values.map((one) => `\`${String(one)}\``).join(' or ')
  if (Array.isArray(anyOf) && type === undefined) return unique(anyOf.filter(isSchema).map(typeText)).join(' or ')
  if (Array.isArray(type)) return unique(type.map(String)).join(' or ')
  if (type === 'array') return `list of ${isSchema(items) ? typeText(items) : 'anything'}`
  if (type === 'object' && isSchema(additionalProperties) && schema['properties'] === undefined)
    return `map of ${typeText(additionalProperties)}`
  return typeof type === 'string' ? type : 'anything'
}

const unique = (texts: readonly string[]): readonly string[] => [...new Set(texts)]

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '/').replaceAll('\n', ' ')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}
