import type { JsonSchema } from '#schemas/named.ts'

/** As deep may an example go; a schema may hold itself. */
const DEEPEST = 8

/** An example of a schema, put together of those of its properties; where one of several fields has to be there, the first. */
export function exampleOf(schema: JsonSchema, named: Readonly<Record<string, JsonSchema>>, depth = 0): unknown {
  const { $ref, examples, properties, items, anyOf } = schema
  if (Array.isArray(examples)) return examples[0]
  if (depth > DEEPEST) return null
  if (typeof $ref === 'string') return exampleOf(named[$ref.split('/').at(-1) ?? ''] ?? {}, named, depth + 1)
  if (isObject(properties)) return ofProperties(schema, properties, named, depth)
  if (isObject(items)) return [exampleOf(items, named, depth + 1)]
  if (Array.isArray(anyOf) && isObject(anyOf[0])) return exampleOf(anyOf[0], named, depth + 1)
  return null
}

type Schemas = Readonly<Record<string, JsonSchema>>

function ofProperties(schema: JsonSchema, properties: JsonSchema, named: Schemas, depth: number): unknown {
  const always = requiredIn(schema)
  const ways = [schema['oneOf'], schema['anyOf']].flatMap((way) => (Array.isArray(way) ? way : []))
  const first = ways.find(isObject)
  const shown = new Set([...always, ...(first === undefined ? [] : requiredIn(first))])
  const entries = Object.entries(properties).filter(([name]) => shown.has(name))
  return Object.fromEntries(entries.map(([name, inner]) => [name, exampleOf(inner as JsonSchema, named, depth + 1)]))
}

const requiredIn = ({ required }: JsonSchema): readonly string[] =>
  Array.isArray(required) ? required.map(String) : []

const isObject = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
