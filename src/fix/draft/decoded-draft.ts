import { compileGlob, globMatches } from '#iam/glob.ts'
import type { Diagnosis } from '#diagnose/diagnosis.ts'
import type { Change } from '../change.ts'
import type { Operation } from '../operation.ts'
import { callChanged } from './drafted-fix.ts'

type Denial = Diagnosis['denial']

/**
 * Draft of what the call has to send so that the Deny statements of a decoded message no longer match: the keys of the
 * request that they are about, with the values that the statements name where the request had others. The message shows no
 * operators: a Deny that matched a value it does not name denies all but those it names. Undefined: they are about no such key.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html
 */
export function requestDraft(denial: Denial): { readonly title: string; readonly change: Change } | undefined {
  if (denial.decoded?.explicitDeny !== true) return undefined
  const found = denial.decoded.matchedStatements.flatMap(requestKeys)
  const keys = [...new Map(found.map((line) => [line.key, { ...line, sent: sentOf(denial, line.key) }])).values()]
  if (keys.length === 0) return undefined
  const patch = keys.map(
    (line): Operation => ({
      op: 'add',
      path: `/context/${line.key.replaceAll('~', '~0').replaceAll('/', '~1')}`,
      value: wantedOf(line) ?? { state: 'present' },
    }),
  )
  const isSent = keys.some(({ sent }) => sent !== undefined)
  const wanted = keys.map(words).join(', ')
  const does = isSent
    ? `call with ${wanted}, as ${sidsOf(denial)} asks`
    : `send ${wanted} with the call, as ${sidsOf(denial)} asks`
  return {
    title: does,
    change: callChanged(denial, { layer: 'service-control-policy', kind: 'edit-request', patch, does }),
  }
}

/** A condition of a Deny: its key, the values that it names, and the one that the request had; undefined: none that is told. */
interface DeniedKey {
  readonly key: string
  readonly values: readonly string[]
  readonly sent?: string | undefined
}

function sentOf({ context }: Denial, key: string): string | undefined {
  const [, value] = Object.entries(context).find(([name]) => name.toLowerCase() === key.toLowerCase()) ?? []
  return typeof value === 'string' ? value : undefined
}

/** The values that the statement names, where the request had another: what it lets pass. What a variable stands for is not told. */
function namedInstead({ values, sent }: DeniedKey): readonly string[] {
  if (sent === undefined || values.some((value) => value.includes('${'))) return []
  return values.some((value) => globMatches(compileGlob(value.toLowerCase()), sent.toLowerCase())) ? [] : values
}

/** The one value that is let pass, where it is one, and no pattern. */
function wantedOf(line: DeniedKey): string | undefined {
  const [only, ...more] = namedInstead(line)
  return only === undefined || more.length > 0 || /[*?]/.test(only) ? undefined : only
}

/** Keys that whoever calls can send. */
const SENT =
  /^(?:aws:RequestTag\/.{1,128}|aws:TagKeys|[a-z0-9]{2,30}:(?:x-amz-|Metadata|Encrypted|InstanceType|VolumeType).{0,80})$/i

function requestKeys(statement: unknown): readonly DeniedKey[] {
  if (typeof statement !== 'object' || statement === null) return []
  const { effect, conditions } = statement as { readonly effect?: unknown; readonly conditions?: unknown }
  if (String(effect).toUpperCase() !== 'DENY') return []
  return itemsOf(conditions).flatMap((item) => {
    if (typeof item !== 'object' || item === null || !('key' in item)) return []
    const { key } = item
    const named = 'values' in item ? itemsOf(item.values).flatMap(valueText) : []
    return typeof key === 'string' && SENT.test(key) ? [{ key, values: named }] : []
  })
}

/** AWS writes a list as `{"items": […]}`. */
function itemsOf(value: unknown): readonly unknown[] {
  const items = typeof value === 'object' && value !== null && 'items' in value ? value.items : value
  return Array.isArray(items) ? items : []
}

const valueText = (item: unknown): readonly string[] =>
  typeof item === 'object' && item !== null && 'value' in item && typeof item.value === 'string' ? [item.value] : []

/** `the tag team`, `ec2:InstanceType t3.micro, not m5.large`, `another ec2:InstanceType than m5.large` */
function words(line: DeniedKey): string {
  const name = line.key.replace(/^aws:RequestTag\//i, 'the tag ')
  if (line.sent === undefined) return name
  const instead = namedInstead(line)
  return instead.length === 0
    ? `another ${name} than ${line.sent}`
    : `${name} ${instead.join(' or ')}, not ${line.sent}`
}

function sidsOf({ decoded }: Denial): string {
  const sids = (decoded?.matchedStatements ?? []).flatMap((statement) =>
    typeof statement === 'object' &&
    statement !== null &&
    'statementId' in statement &&
    typeof statement.statementId === 'string'
      ? [statement.statementId]
      : [],
  )
  return sids.length === 0 ? 'the Deny that matched' : `Deny ${sids.join(', ')}`
}
