import type { Organization } from '#engine/scenario.ts'
import { readCaller } from '#iam/caller.ts'
import { conditionKeyFacts } from '#iam/facts/condition-keys.ts'
import type { ConditionKeyType } from '#iam/facts/global-keys.ts'
import type { ContextValue, Request } from '#iam/request.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ContextEntry.html */
export interface ContextEntry {
  readonly ContextKeyName: string
  readonly ContextKeyValues: string[]
  readonly ContextKeyType: EntryType
}

type SingleType = 'string' | 'boolean' | 'numeric' | 'date' | 'ip' | 'binary'
type EntryType = SingleType | `${SingleType}List`

const TYPES: Readonly<Record<ConditionKeyType, SingleType>> = {
  String: 'string',
  ARN: 'string',
  Bool: 'boolean',
  Numeric: 'numeric',
  Date: 'date',
  IPAddress: 'ip',
  Binary: 'binary',
}

/** The condition keys whose values are known: those that the request lists, its caller's tags, and who the caller is. */
export function contextEntries(request: Request, organization: Organization | null | undefined): ContextEntry[] {
  const caller = readCaller(request)
  const listed = Object.entries(request.context ?? {})
  const tags = Object.entries(request.principalTags ?? {}).map(
    ([name, value]) => [`aws:PrincipalTag/${name}`, value] as const,
  )
  const follows: readonly (readonly [string, ContextValue | undefined])[] = [
    ['aws:PrincipalArn', caller.rolePathKnown || caller.kind === 'user' ? (caller.roleArn ?? caller.arn) : undefined],
    ['aws:PrincipalAccount', caller.account],
    ['aws:PrincipalOrgID', organization?.id],
  ]
  const entries = new Map<string, ContextEntry>()
  for (const [name, value] of [...follows, ...tags, ...listed]) {
    const key = name.toLowerCase()
    const entry = value === undefined ? undefined : entryOf(name, value)
    if (entry === undefined) entries.delete(key)
    else entries.set(key, entry)
  }
  return [...entries.values()]
}

function entryOf(name: string, value: ContextValue): ContextEntry | undefined {
  if (value === null || (typeof value === 'object' && !Array.isArray(value))) return undefined
  const facts = conditionKeyFacts(name)
  const values = (Array.isArray(value) ? value : [value]).map(String)
  if (values.length === 0) return undefined
  const type = TYPES[facts?.type ?? typeOf(Array.isArray(value) ? value[0] : value)]
  const isList = facts?.multivalued ?? Array.isArray(value)
  return { ContextKeyName: name, ContextKeyValues: values, ContextKeyType: isList ? `${type}List` : type }
}

const typeOf = (value: unknown): ConditionKeyType =>
  typeof value === 'boolean' ? 'Bool' : typeof value === 'number' ? 'Numeric' : 'String'
