/**
 * Whether a value has the form that the SDK's schema of an operation describes. The schemas are generated from AWS's
 * models: `[3, namespace, name, traits, names of members, their schemas, how many of them are required]` for a structure,
 * `[1, …, member]` for a list, `[2, …, key, value]` for a map, a number for a simple type; 64 marks a list of it, 128 a map.
 */
export function schemaFaults(schema: unknown, value: unknown, path: string): string[] {
  const [read] = typeof schema === 'function' ? [schema() as unknown] : [schema]
  if (typeof read === 'number') return simpleFaults(read, value, path)
  if (!Array.isArray(read)) return []
  // A member with traits is a pair: its schema, and them.
  if (typeof read[0] !== 'number' || read.length === 2) return schemaFaults(read[0], value, path)
  if (read[0] === 3 || read[0] === -3) return structureFaults(read, value, path)
  if (read[0] === 1)
    return Array.isArray(value)
      ? value.flatMap((one, i) => schemaFaults(read[4], one, `${path}[${i}]`))
      : [`${path} is to be a list`]
  if (read[0] === 2)
    return isRecord(value)
      ? Object.entries(value).flatMap(([key, one]) => schemaFaults(read[5], one, `${path}.${key}`))
      : [`${path} is to be a map`]
  return []
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function structureFaults(schema: readonly unknown[], value: unknown, path: string): string[] {
  if (!isRecord(value)) return [`${path} is to be a structure`]
  const names = (schema[4] ?? []) as readonly string[]
  const members = (schema[5] ?? []) as readonly unknown[]
  const required = Number(schema[6] ?? 0)
  const lacking = names.slice(0, required).filter((name) => !Object.hasOwn(value, name))
  return [
    ...lacking.map((name) => `${path} lacks ${name}`),
    ...Object.entries(value).flatMap(([name, one]) => {
      const at = names.indexOf(name)
      return at < 0 ? [`${path} has no member ${name}`] : schemaFaults(members[at], one, `${path}.${name}`)
    }),
  ]
}

function simpleFaults(type: number, value: unknown, path: string): string[] {
  if (type >= 128)
    return isRecord(value)
      ? Object.entries(value).flatMap(([key, one]) => simpleFaults(type - 128, one, `${path}.${key}`))
      : [`${path} is to be a map`]
  if (type >= 64)
    return Array.isArray(value)
      ? value.flatMap((one, i) => simpleFaults(type - 64, one, `${path}[${i}]`))
      : [`${path} is to be a list`]
  const wanted = type === 0 ? 'string' : type === 1 ? 'number' : type === 2 ? 'boolean' : undefined
  return wanted === undefined || typeof value === wanted ? [] : [`${path} is to be a ${wanted}`]
}
