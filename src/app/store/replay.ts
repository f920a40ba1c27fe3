import { managedPolicyByArn } from '#collect/managed-policies.ts'
import { diagnoseForReplay } from '#diagnose/diagnose.ts'
import type { Diagnosis, PolicySource } from '#diagnose/diagnosis.ts'
import { readRecord } from '#intake/cloudtrail/read-record.ts'
import { callEvent } from '#intake/cloudtrail/call-event.ts'
import { isObject } from '#intake/cloudtrail/loose-record.ts'
import type { Denial } from '#intake/denial.ts'
import type { DenialFilter, DenialStore } from '#store/denial-store.ts'
import { denialOf } from '#store/row-of-denial.ts'
import { decidingStatement } from './decide.ts'

export type ReplayOutcome = 'fixed' | 'still-denied' | 'newly-refused' | 'still-allowed' | 'undetermined'

/** A request as it went, and as it would go. */
export interface Replayed {
  readonly eventId: string | null
  readonly time: string | null
  readonly count: number
  readonly principal: string | null
  readonly action: string
  readonly resource: string | readonly string[] | null
  readonly before: 'denied' | 'allowed'
  readonly after: 'denied' | 'allowed' | 'undetermined'
  readonly outcome: ReplayOutcome
  readonly blockedBy: readonly string[]
  readonly statement: string | null
  readonly missing: readonly string[]
}

/** Counts of a layer that AWS named: how often the snapshot refuses there too. */
export interface LayerReport {
  readonly layer: string
  readonly reported: number
  readonly agrees: number
  readonly disagrees: number
  readonly unknown: number
}

export interface ReplayAnswer {
  readonly schemaVersion: 1
  readonly counts: Readonly<Record<ReplayOutcome, number>>
  readonly results: readonly Replayed[]
  readonly report: readonly LayerReport[]
}

const AT_ONCE = 500

/** Holds the denials of the store, and the successes of the records, against a snapshot. */
export async function replayed(
  denials: AsyncIterable<readonly Denial[]>,
  records: readonly unknown[],
  policySource: PolicySource,
): Promise<ReplayAnswer> {
  const results: Replayed[] = []
  const layers = new Map<string, LayerReport>()
  for await (const part of denials)
    for (const diagnosis of diagnosed(part, policySource)) {
      results.push(...resultOf(diagnosis, 'denied'))
      countLayer(layers, diagnosis)
    }
  const successes = records.flatMap((record) => asIfDenied(record) ?? [])
  for (let at = 0; at < successes.length; at += AT_ONCE)
    for (const diagnosis of diagnosed(successes.slice(at, at + AT_ONCE), policySource))
      results.push(...resultOf(diagnosis, 'allowed'))
  const counts = { fixed: 0, 'still-denied': 0, 'newly-refused': 0, 'still-allowed': 0, undetermined: 0 }
  for (const { outcome, count } of results) counts[outcome] += count
  const report = [...layers.values()].toSorted((a, b) => (a.layer < b.layer ? -1 : 1))
  return { schemaVersion: 1, counts, results, report }
}

export async function* storedDenials(
  store: DenialStore,
  filter: DenialFilter,
): AsyncGenerator<readonly Denial[], undefined> {
  for await (const rows of store.pages(filter)) yield rows.map(denialOf)
  return undefined
}

const diagnosed = (denials: readonly Denial[], policySource: PolicySource): readonly Diagnosis[] =>
  diagnoseForReplay({ denials, events: [], policySource }, { managedPolicies: managedPolicyByArn }).result.diagnoses

/** A success is asked as the same request refused would be, so that both are read alike. */
function asIfDenied(record: unknown): Denial | undefined {
  if (!isObject(record) || callEvent(record)?.outcome !== 'allowed') return undefined
  return readRecord({ ...record, errorCode: 'AccessDenied' })
}

function resultOf({ denial, occurrences, steps, ...diagnosis }: Diagnosis, before: 'denied' | 'allowed'): Replayed[] {
  const [step] = steps
  if (step === undefined) return []
  const { decision, blockedBy, missing } = step.decision
  return [
    {
      eventId: denial.eventId,
      time: denial.time,
      count: occurrences.count,
      principal: denial.principal,
      action: step.request.action,
      resource: step.request.resource,
      before,
      after: decision,
      outcome: outcomeOf(before, decision),
      blockedBy,
      statement: decidingStatement({ denial, occurrences, steps, ...diagnosis }) ?? null,
      missing: missing.filter(({ bearsOn }) => bearsOn === 'decision').map(({ fact }) => fact),
    },
  ]
}

function outcomeOf(before: Replayed['before'], after: Replayed['after']): ReplayOutcome {
  if (after === 'undetermined') return 'undetermined'
  if (before === 'denied') return after === 'allowed' ? 'fixed' : 'still-denied'
  return after === 'allowed' ? 'still-allowed' : 'newly-refused'
}

function countLayer(layers: Map<string, LayerReport>, { denial, reconciliation, occurrences }: Diagnosis): void {
  const { layer } = denial.reported
  if (layer === null) return
  const before = layers.get(layer) ?? { layer, reported: 0, agrees: 0, disagrees: 0, unknown: 0 }
  const { count } = occurrences
  const { agrees } = reconciliation
  layers.set(layer, {
    layer,
    reported: before.reported + count,
    agrees: before.agrees + (agrees === true ? count : 0),
    disagrees: before.disagrees + (agrees === false ? count : 0),
    unknown: before.unknown + (agrees === null ? count : 0),
  })
}
