import type { ToolArguments } from './tool-arguments.ts'

/** Properties of answers whose texts, and all texts below them, others wrote: in logs, in requests and in policies. */
const FOREIGN: ReadonlySet<string> = new Set(
  (
    'action actions arn bucket caller context denial document expected given key name policyArn principal principals ' +
    'request resource resources roleSessionName session sid statement statements tags target user value values witness ' +
    'Action NotAction NotPrincipal NotResource Condition Principal Resource Sid Statement'
  ).split(' '),
)

/** Names and values that others wrote, of a tool's arguments and of its answer. */
export const foreignNames = (args: ToolArguments, result: object): ReadonlySet<string> => {
  const found = new Set<string>()
  for (const [name, value] of Object.entries(args)) add(opened(name, value), true, found)
  add(result, false, found)
  return found
}

/** The text that a denial is looked for in is no name; what was read out of it is in the answer. */
function opened(name: string, value: unknown): unknown {
  if (name === 'text' || typeof value !== 'string') return name === 'text' ? undefined : value
  try {
    return JSON.parse(value) as unknown
  } catch {
    return value
  }
}

function add(value: unknown, isForeign: boolean, found: Set<string>): void {
  if (typeof value === 'string') {
    if (isForeign) found.add(value)
    return
  }
  if (typeof value !== 'object' || value === null) return
  for (const [key, one] of Object.entries(value)) {
    const isForeignBelow = isForeign || FOREIGN.has(key)
    if (isForeign && !Array.isArray(value)) found.add(key)
    add(one, isForeignBelow, found)
  }
}
