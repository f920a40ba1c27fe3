import type { Diagnosis } from '#diagnose/diagnosis.ts'
import type { Change } from '../change.ts'
import type { Operation } from '../operation.ts'

type Denial = Diagnosis['denial']

/**
 * Draft of what the call has to send so that the Deny statements of a decoded message no longer match: the keys of the
 * request that they are about. The message shows no operators, so the values are the user's to know. Undefined: they are
 * about no such key.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html
 */
export function requestDraft(denial: Denial): { readonly title: string; readonly change: Change } | undefined {
  if (denial.decoded?.explicitDeny !== true) return undefined
  const keys = [...new Set(denial.decoded.matchedStatements.flatMap(requestKeys))]
  if (keys.length === 0) return undefined
  const patch = keys.map(
    (key): Operation => ({
      op: 'add',
      path: `/context/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`,
      value: { state: 'present' },
    }),
  )
  const does = `send ${keys.map(words).join(', ')} with the call, as ${sidsOf(denial)} asks`
  return {
    title: does,
    change: {
      layer: 'service-control-policy',
      policy: 'the request',
      owner: `whoever makes the call: ${denial.principal ?? 'the caller'}`,
      kind: 'edit-request',
      patch,
      before: null,
      after: null,
      does,
    },
  }
}

/** Keys that whoever calls can send. */
const SENT =
  /^(?:aws:RequestTag\/.{1,128}|aws:TagKeys|[a-z0-9]{2,30}:(?:x-amz-|Metadata|Encrypted|InstanceType|VolumeType).{0,80})$/i

function requestKeys(statement: unknown): readonly string[] {
  if (typeof statement !== 'object' || statement === null) return []
  const { effect, conditions } = statement as { readonly effect?: unknown; readonly conditions?: unknown }
  if (String(effect).toUpperCase() !== 'DENY') return []
  return itemsOf(conditions).flatMap((item) => {
    const key = typeof item === 'object' && item !== null && 'key' in item ? item.key : undefined
    return typeof key === 'string' && SENT.test(key) ? [key] : []
  })
}

/** AWS writes a list as `{"items": […]}`. */
function itemsOf(value: unknown): readonly unknown[] {
  const items = typeof value === 'object' && value !== null && 'items' in value ? value.items : value
  return Array.isArray(items) ? items : []
}

const words = (key: string): string => key.replace(/^aws:RequestTag\//i, 'the tag ')

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
