import { createHash } from 'node:crypto'
import { callEvent } from '#intake/cloudtrail/call-event.ts'
import { readRecord } from '#intake/cloudtrail/read-record.ts'
import type { JsonObject } from '#intake/cloudtrail/loose-record.ts'
import { withoutCredentials } from '#intake/wrapper/secrets.ts'
import type { DenialRow } from '#store/denial-row.ts'
import type { AllowedRow, Quarantined } from '#store/denial-store.ts'
import { hidesTexts, type Mask, masked, maskedAllowed } from '#store/mask.ts'
import { type PolicyChangeRow, policyChangeRow } from '#store/policy-change-row.ts'
import { principalKeyOf } from '#store/principal-key.ts'
import { resourceFamily } from '#store/resource-family.ts'
import { pastedRow, rowOf, type Source } from '#store/row-of-denial.ts'
import { jsonText, type Scanned } from './scan.ts'

/** Extract of an object for the store: rows of denials and of successes, and records that could not be read. */
export interface Extracted {
  readonly records: number
  readonly rows: readonly DenialRow[]
  readonly allowed: readonly AllowedRow[]
  readonly quarantined: readonly Quarantined[]
  /** Changes of policies, where successes were asked for. */
  readonly changes: readonly PolicyChangeRow[]
}

export interface ExtractOptions {
  readonly mask?: Mask
  /** Also what was allowed, by tuple, and changes of policies. */
  readonly successes?: boolean
}

/** A record that cannot be read is set aside; the others of its object are not lost. */
export function rowsOfRecords(
  { count, records, positions, unreadable, said = [] }: Scanned,
  source: Source,
  { mask, successes = false }: ExtractOptions = {},
): Extracted {
  const put = (row: DenialRow): void => void rows.push(mask === undefined ? row : masked(row, mask))
  const rows: DenialRow[] = []
  const allowed: AllowedRow[] = []
  const changes: PolicyChangeRow[] = []
  const name = source.name ?? source.kind
  const quarantined = unreadable.map(({ text, position, reason }) => aside(text, name, position, reason))
  for (const [i, record] of records.entries()) {
    const position = positions?.[i] ?? i
    try {
      const row = rowOfRecord(record, source)
      if (row === 'timeless') quarantined.push(aside(jsonText(record), name, position, 'it has no time'))
      else if (row !== undefined) put(row)
      else if (successes) {
        for (const row of allowedOf(record)) allowed.push(mask === undefined ? row : maskedAllowed(row, mask))
        if (!hidesTexts(mask)) changes.push(...[policyChangeRow(record) ?? []].flat())
      }
    } catch (error) {
      const reason = `it cannot be read: ${error instanceof Error ? error.message.slice(0, 200) : ''}`
      quarantined.push(aside(jsonText(record), name, position, reason))
    }
  }
  for (const denial of said) put(pastedRow(denial, source))
  return { records: count, rows, allowed, quarantined, changes }
}

const aside = (text: string, source: string, position: number, reason: string): Quarantined => ({
  hash: createHash('sha256').update(text).digest('hex'),
  source,
  position,
  reason,
})

function rowOfRecord(record: JsonObject, source: Source): DenialRow | 'timeless' | undefined {
  const denial = readRecord(record)
  if (denial?.kind !== 'aws-access-denied') return undefined
  return rowOf(withoutCredentials(denial), record, source) ?? 'timeless'
}

function allowedOf(record: JsonObject): readonly AllowedRow[] {
  const event = callEvent(record)
  if (event === undefined || event.outcome !== 'allowed' || event.time === null) return []
  const { time, roleArn, principal } = event
  const principalKey = roleArn ?? (principal === null ? '' : principalKeyOf(principal))
  return event.requests.map(({ action, resource }) => ({
    account: event.accountId ?? '',
    principalKey,
    action: action ?? '',
    resourceFamily: resourceFamily(resource) ?? '',
    firstAllowed: time,
    lastAllowed: time,
  }))
}
