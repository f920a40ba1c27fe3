import { isAskedOnCatalog } from '#engine/services/glue.ts'
import { parseArn } from '#iam/arn.ts'
import { coversArn } from '#space/glob-meet.ts'

/**
 * Patterns of policies, and those that tell apart what lies in what they hold: an action on a table is asked on its database
 * and catalog, too, so what is said of a database divides its tables (R-OTH-08). More of them than needed do no harm.
 */
export function withInner(action: string, patterns: readonly string[]): readonly string[] {
  if (!isAskedOnCatalog(action)) return patterns
  return [...new Set([...patterns, ...patterns.flatMap(innerOf), ...FORMS])]
}

/** How many names stand in the ARN of each kind of object. */
const NAMES: Readonly<Record<string, number>> = {
  database: 1,
  connection: 1,
  table: 2,
  userDefinedFunction: 2,
  tableVersion: 3,
}

/**
 * ARN patterns of Glue objects with as many names as their kind has, and with a name more: those lie in a catalog of
 * another service.
 */
const FORMS = Object.entries(NAMES).flatMap(([kind, count]) =>
  [count, count + 1].map((names) => `arn:*:glue:*:*:${kind}${'/*'.repeat(names)}`),
)

/** Whether no object of the catalog has such an ARN: it has too few names. */
export function isNoObject(action: string, arn: string): boolean {
  const [kind = '', ...names] = parseArn(arn)?.resource.split('/') ?? []
  const count = Object.hasOwn(NAMES, kind) ? NAMES[kind] : undefined
  return count !== undefined && names.length < count && isAskedOnCatalog(action)
}

/** Kinds of Glue objects that lie in a database, as their ARNs write them. */
const IN_DATABASE = ['table', 'tableVersion', 'userDefinedFunction']

function innerOf(pattern: string): readonly string[] {
  const parts = pattern.split(':')
  if (parts.length < 6) return []
  const head = `${parts.slice(0, 5).join(':')}:`
  const rest = parts.slice(5).join(':')
  return [
    ...(coversArn(`${ANY}${rest}`, `${ANY}catalog`) ? [`${head}*`] : []),
    ...namesUnder('database', rest).flatMap((name) => IN_DATABASE.map((kind) => `${head}${kind}/${name}/*`)),
    ...namesUnder('table', rest).map((name) => `${head}tableVersion/${name}/*`),
  ]
}

const ANY = 'arn:aws:glue:us-east-1:111122223333:'

/** Patterns for the names that a pattern holds of one kind: `database/d*` → `d*`. A star may stand for the kind, and for a part of the name. */
function namesUnder(kind: string, rest: string): readonly string[] {
  const prefix = `${kind}/`
  let i = 0
  while (i < prefix.length && (rest[i] === prefix[i] || rest[i] === '?')) i++
  const tail = rest.slice(i)
  if (i === prefix.length) return tail === '' ? [] : [tail]
  if (!tail.startsWith('*')) return []
  const afterSlash = [...tail].flatMap((char, at) => (char === '/' && at + 1 < tail.length ? [tail.slice(at + 1)] : []))
  return [tail, ...afterSlash]
}
