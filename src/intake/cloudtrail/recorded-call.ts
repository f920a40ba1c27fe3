import { namedResources } from '../event-action/named-resources.ts'
import { textField } from './loose-record.ts'
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
  if (eventId === null) return undefined
  const record = values.map(recordOf).find((one) => one !== undefined && textField(one, 'eventID') === eventId)
  if (record === undefined) return undefined
  const caller = callerOf(record)
  const { action, resource, candidates } = requestOf(record, caller, undefined)
  const alike = candidates.filter((one) => one.action === action).map((one) => one.resource)
  const own = action === null ? undefined : { action, resources: alike.length > 0 ? alike : [resource] }
  return { principal: caller.principal, own, named: namedResources(record) }
}
