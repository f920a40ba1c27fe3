import type { SnapshotDiff } from '#prove/snapshot-diff.ts'
import { block, type Page } from './page.ts'
import { comparisonText } from './text-compare.ts'

const HEAD = 13
const MAX_CHANGES = 40

/** Which parts differ, then what that does to access. */
export function snapshotDiffText(diff: SnapshotDiff, page: Page): string {
  const { changes, collectedAt } = diff
  const dates = `${collectedAt.old ?? 'not said'} → ${collectedAt.new ?? 'not said'}`
  const lines = [
    ...block(page, 'Collected', HEAD, dates),
    changes.length === 0 ? 'Changed      nothing' : 'Changed',
    ...changes
      .slice(0, MAX_CHANGES)
      .flatMap(({ part, entity, change }) =>
        block(page, `  ${change}`, HEAD, entity === undefined ? part : `${entity} (${part})`),
      ),
    ...(changes.length > MAX_CHANGES ? [`  and ${changes.length - MAX_CHANGES} more: see --format json`] : []),
  ]
  return `${lines.join('\n')}\n${comparisonText(diff, page)}`
}
