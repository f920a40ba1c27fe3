import type { ContextEntry } from './context-entry.ts'
import { eventContextKeys } from './event-context.ts'
import { tokenClaims } from './federated-caller.ts'
import type { JsonObject } from './loose-record.ts'
import { networkKeys } from './network-keys.ts'
import { remembered } from '../remember.ts'
import { requestKeys } from './request-keys.ts'
import { sessionKeys } from './session-keys.ts'

export type ContextValues = Readonly<Record<string, string | number | boolean | readonly string[] | null>>

/**
 * The condition keys that a record settles (R-CT-02 to R-CT-06, F.2, R-CTX-03). A key that the record leaves open is not
 * in it. Where CloudTrail Lake recorded the evaluated keys themselves, these win.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
export function contextOf(record: JsonObject, accountId: string | null): ContextValues {
  const groups: readonly (readonly ContextEntry[])[] = [
    networkKeys(record),
    sessionKeys(record),
    tokenClaims(record),
    requestKeys(record, accountId),
    eventContextKeys(record),
  ]
  const byName = new Map<string, ContextEntry>()
  for (const entries of groups) for (const entry of entries) byName.set(lowered(entry[0]), entry)
  const values: Record<string, ContextEntry[1]> = {}
  for (const [name, value] of byName.values()) {
    if (name === '__proto__') return Object.fromEntries(byName.values())
    values[name] = value
  }
  return values
}

/** The names come again with every record. */
const lowered = remembered((name: string): string => name.toLowerCase())
