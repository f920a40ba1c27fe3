import { changesBetween, type Change } from '#snapshot/changes.ts'
import type { Snapshot } from '#snapshot/snapshot.ts'
import type { Comparison } from './comparison.ts'

/** A comparison of two snapshots, and the parts of them that differ. */
export interface SnapshotDiff extends Comparison {
  readonly collectedAt: { readonly old: string | null; readonly new: string | null }
  readonly changes: readonly Change[]
}

export const withChanges = (comparison: Comparison, old: Snapshot, next: Snapshot): SnapshotDiff => ({
  ...comparison,
  collectedAt: { old: old.collectedAt ?? null, new: next.collectedAt ?? null },
  changes: changesBetween(old, next),
})
