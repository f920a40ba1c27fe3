import { namedResources } from '../event-action/named-resources.ts'
import { type JsonObject, textField } from './loose-record.ts'
import { recordOf } from './record.ts'
import { requestOf } from './record-request.ts'
import { callerOf } from './who.ts'

/** A call as its record shows it, whatever the text of its error says. */
export interface RecordedCall {
  /** Who made it. */
  readonly principal: string | null
  /** What it asks for first, under its own name: of a launch all that the action is needed on. */
  readonly own: { readonly action: string; readonly resources: readonly (string | null)[] } | undefined
  /** The ARNs of what it is about besides. */
  readonly named: readonly string[]
}

/** The call with that event id; undefined: none of the values is its record. */
export function recordedCall(values: readonly unknown[], eventId: string | null): RecordedCall | undefined {
  const record = eventId === null ? undefined : byEventId(values).get(eventId)
  if (record === undefined) return undefined
  const caller = callerOf(record)
  const { action, resource, candidates } = requestOf(record, caller, undefined)
  const alike = candidates.filter((one) => one.action === action).map((one) => one.resource)
  const own = action === null ? undefined : { action, resources: alike.length > 0 ? alike : [resource] }
  return { principal: caller.principal, own, named: namedResources(record) }
}

const indexes = new WeakMap<readonly unknown[], ReadonlyMap<string, JsonObject>>()

/** Made once for each input: every denial of it asks. */
function byEventId(values: readonly unknown[]): ReadonlyMap<string, JsonObject> {
  const known = indexes.get(values)
  if (known !== undefined) return known
  const index = new Map<string, JsonObject>()
  for (const value of values) {
    const record = recordOf(value)
    const id = record === undefined ? undefined : textField(record, 'eventID')
    if (record !== undefined && id !== undefined && !index.has(id)) index.set(id, record)
  }
  indexes.set(values, index)
  return index
}
