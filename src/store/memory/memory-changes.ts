import type { TimeRange } from '../denial-store.ts'
import type { PolicyChangeRow } from '../policy-change-row.ts'

/** Changes of policies that are gone with the process. */
export function memoryChanges() {
  const changes = new Map<string, PolicyChangeRow>()
  return {
    add: (rows: readonly PolicyChangeRow[] = []): void => {
      for (const row of rows) if (!changes.has(row.eventId)) changes.set(row.eventId, row)
    },
    /** Newest first. */
    find: ({ from = '', to = '~' }: TimeRange, limit: number): readonly PolicyChangeRow[] =>
      [...changes.values()]
        .filter(({ changedAt }) => changedAt >= from && changedAt < to)
        .toSorted(newestFirst)
        .slice(0, limit),
    forget: (before: string): void => {
      for (const [id, { changedAt }] of changes) if (changedAt < before) changes.delete(id)
    },
  }
}

const newestFirst = (a: PolicyChangeRow, b: PolicyChangeRow): number =>
  a.changedAt === b.changedAt ? (a.eventId < b.eventId ? 1 : -1) : a.changedAt < b.changedAt ? 1 : -1
