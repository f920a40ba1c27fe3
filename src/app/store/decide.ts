import { createHash } from 'node:crypto'
import { resolve } from 'node:path'
import type { Diagnosis, PolicySource } from '#diagnose/diagnosis.ts'
import { diagnoseForReplay } from '#diagnose/diagnose.ts'
import { readFolder } from '#collect/folder.ts'
import { managedPolicyByArn } from '#collect/managed-policies.ts'
import type { LayerVerdict, StatementVerdict } from '#engine/decision.ts'
import type { DenialRow } from '#store/denial-row.ts'
import { readSnapshot } from '#snapshot/snapshot.ts'
import { denialOf, withSnapshot } from '#store/row-of-denial.ts'

/** A snapshot to decide by. */
export interface Deciding {
  readonly subject: PolicySource
  readonly hash: string
  /** Absolute. */
  readonly folder: string
}

export async function decidingBy(folder: string): Promise<Deciding> {
  const files = await readFolder(folder)
  return {
    subject: { kind: 'snapshot', snapshot: readSnapshot(files) },
    hash: hashOfParts(files.entries()),
    folder: resolve(folder),
  }
}

/** Adds which statement decided by the snapshot, and by which snapshot (docs/store.md, "The deciding statement"). */
export function decided(plain: DenialRow, { subject: policySource, hash: snapshotHash, folder }: Deciding): DenialRow {
  const row = withSnapshot(plain, folder)
  const diagnosis = diagnosed(row, policySource)
  const decision = diagnosis?.steps[0]?.decision
  if (diagnosis === undefined || decision === undefined) return { ...row, snapshotHash }
  return {
    ...row,
    snapshotHash,
    blockedBy: decision.blockedBy.length === 0 ? null : decision.blockedBy.join(','),
    statement: decidingStatement(diagnosis) ?? null,
  }
}

export function diagnosed(row: DenialRow, policySource: PolicySource): Diagnosis | undefined {
  const { result } = diagnoseForReplay(
    { denials: [denialOf(row)], events: [], policySource },
    { managedPolicies: managedPolicyByArn },
  )
  return result.diagnoses[0]
}

/** The first Deny that matched, of the layer AWS named where that layer has one; none where nothing allows. */
export function decidingStatement({ denial, steps }: Diagnosis): string | undefined {
  const layers = (steps[0]?.decision.layers ?? []).filter(
    ({ counted, verdict }) => counted && verdict === 'explicit-deny',
  )
  const inOrder = [
    ...layers.filter(({ layer }) => layer === denial.reported.layer),
    ...layers.filter(({ layer }) => layer !== denial.reported.layer),
  ]
  for (const verdict of inOrder) {
    const statement = verdict.statements.find(({ effect, matches }) => effect === 'Deny' && matches === true)
    if (statement !== undefined) return statementName(verdict, statement)
  }
  return undefined
}

/** `service-control-policy p-x1y2 DenyRegions`: the same statement has the same name in every denial. */
function statementName({ layer, guard }: LayerVerdict, { policyArn, policy, sid, index }: StatementVerdict): string {
  const place = guard ?? policyArn ?? policy
  return `${layer} ${place} ${sid ?? `Statement[${index}]`}`
}

/** Hash of the parts of a snapshot: path → text, in any order. */
export function hashOfParts(parts: Iterable<readonly [string, string | Uint8Array]>): string {
  const sums = [...parts].map(([path, text]) => `${path} ${createHash('sha256').update(text).digest('hex')}`).toSorted()
  return createHash('sha256').update(sums.join('\n')).digest('hex')
}
