import type { PolicySource } from '#diagnose/diagnosis.ts'
import type { DenialRow } from '#store/denial-row.ts'
import { cursorOf, placeOf } from './cursor.ts'
import type { DenialFilter, DenialGroup, DenialStore, GroupBy, Mark, MarkState } from '#store/denial-store.ts'
import { isoTime } from '#store/iso-time.ts'
import { denialOf, snapshotOf } from '#store/row-of-denial.ts'
import { requestKeys, tupleKey, tupleOf } from '#store/deduplicate-events.ts'
import { UserError } from '../../errors.ts'
import { searchEvidence, type SearchedResult, type Shown, shownResult, wholeResult } from '../diagnose.ts'
import { isFolder } from '../files.ts'
import type { Evidence } from '#diagnose/evidence/evidence.ts'
import { decidingBy } from './decide.ts'

/** `open`: nobody marked its tuple, or it came again after it was marked fixed. */
export type DenialState = 'open' | MarkState

export interface ListedDenial {
  readonly eventId: string
  readonly requestId: string | null
  readonly time: string
  readonly principal: string | null
  readonly account: string | null
  readonly action: string | null
  readonly resource: string | null
  readonly code: string | null
  readonly layer: string | null
  readonly denyType: string | null
  readonly statement: string | null
  readonly blockedBy: readonly string[]
  readonly snapshotHash: string | null
  readonly state: DenialState
  readonly note: string | null
}

export async function groupedDenials(
  store: DenialStore,
  by: GroupBy,
  filter: DenialFilter,
): Promise<{ readonly schemaVersion: 1; readonly groups: readonly DenialGroup[] }> {
  return { schemaVersion: 1, groups: await store.groups(by, filter) }
}

/** A page of the list of denials, newest first. `next` is the cursor of what comes after; left out: nothing does. */
export interface DenialsPage {
  readonly schemaVersion: 1
  readonly denials: readonly ListedDenial[]
  readonly next?: string
}

/**
 * Newest first, at most `limit`; those behind the place of `cursor`, which is the `next` of a page: what came meanwhile moves none.
 *
 * @throws UserError `usage/not-a-value` where the cursor is none
 */
export async function listedDenials(
  store: DenialStore,
  filter: DenialFilter,
  limit: number,
  cursor?: string,
): Promise<DenialsPage> {
  const rows = await store.find(filter, limit + 1, cursor === undefined ? undefined : placeOf(cursor))
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  const next = rows.length > limit && last !== undefined ? { next: cursorOf(last) } : {}
  return { schemaVersion: 1, denials: await withStates(store, shown), ...next }
}

/** Rows as they are listed, each with what somebody said of it. */
export async function withStates(store: DenialStore, rows: readonly DenialRow[]): Promise<readonly ListedDenial[]> {
  const marks = marksByTuple(await store.marks())
  return rows.map((row) => listed(row, marks))
}

type Marks = ReadonlyMap<string, Mark>

const marksByTuple = (marks: readonly Mark[]): Marks => new Map(marks.map((mark) => [tupleKey(mark), mark]))

function listed(row: DenialRow, marks: Marks): ListedDenial {
  const mark = marks.get(tupleKey(tupleOf(row)))
  return {
    eventId: row.eventId,
    requestId: row.requestId,
    time: row.eventTime,
    principal: row.principalArn,
    account: row.callerAccount,
    action: row.action,
    resource: row.resource,
    code: row.errorCode,
    layer: row.layer,
    denyType: row.effect,
    statement: row.statement,
    blockedBy: row.blockedBy?.split(',') ?? [],
    snapshotHash: row.snapshotHash,
    state: stateOf(row, mark),
    note: mark?.note ?? null,
  }
}

/** A fix that did not hold is none: what comes after the mark is open again. */
export const stateOf = ({ eventTime }: Pick<DenialRow, 'eventTime'>, mark: Mark | undefined): DenialState =>
  mark === undefined || (mark.state === 'fixed' && eventTime > mark.markedAt) ? 'open' : mark.state

/** Stored events that were explained, with the search for the fixes of each. */
export interface ExplainedDenials extends SearchedResult {
  readonly stored: readonly ListedDenial[]
}

/** As JSON has them. */
export const wholeDenials = (explained: ExplainedDenials) => ({ ...wholeResult(explained), stored: explained.stored })

/** As the text form shows them. */
export const shownDenials = (explained: ExplainedDenials, shown: Shown = {}) => ({
  ...shownResult(explained, shown),
  stored: explained.stored,
})

/** All events with the id, each explained: by the subject, else by the snapshot it was stored with, where that is still as it was. */
export async function explainedDenials(
  store: DenialStore,
  id: string,
  preferred: PolicySource,
  budget?: number,
): Promise<ExplainedDenials> {
  const rows = await rowsOf(store, id)
  const policySource = preferred.kind === 'none' ? await storedSubject(rows) : preferred
  const searched = searchEvidence(
    { denials: rows.map(denialOf), events: [], policySource },
    budget === undefined ? {} : { budget },
  )
  return { ...searched, stored: await withStates(store, rows) }
}

async function storedSubject(rows: readonly DenialRow[]): Promise<PolicySource> {
  const [row] = rows
  const folder = row === undefined ? undefined : snapshotOf(row)
  if (folder === undefined || !isFolder(folder)) return { kind: 'none' }
  const { subject: policySource, hash } = await decidingBy(folder)
  return hash === row?.snapshotHash ? policySource : { kind: 'none' }
}

export async function rowsOf(store: DenialStore, id: string): Promise<readonly DenialRow[]> {
  const rows = await store.byId(id)
  if (rows.length > 0) return rows
  throw new UserError(
    'store/no-such-denial',
    `the store has no denial with the request id or event id \`${id}\``,
    'see `denytrace denials` for the ids that are there, or put its CloudTrail file into the store: `denytrace ingest PATH…`',
  )
}

/**
 * The counted rows of the id. Who names the event that another account has of the request, one that was corrected, or a text of
 * it, means the request: then the row that counts instead, or that event itself where the store does not find it.
 */
export async function countedRowsOf(store: DenialStore, id: string): Promise<readonly DenialRow[]> {
  const rows = await rowsOf(store, id)
  const counted = rows.filter(({ isPrimary }) => isPrimary)
  if (counted.length > 0) return counted
  const found = new Map<string, DenialRow>()
  for (const { requestId } of rows)
    for (const row of requestId === null ? [] : await store.byId(requestId))
      if (row.isPrimary && rows.some((denialRow) => isOfRequest(denialRow, row))) found.set(row.eventId, row)
  return found.size > 0 ? [...found.values()] : rows
}

/** A text has no key of its request but the id, which may be of several calls. */
const isOfRequest = (row: DenialRow, other: DenialRow): boolean =>
  row.sourceKind === 'paste'
    ? row.action === other.action
    : requestKeys(row).some((key) => requestKeys(other).includes(key))

/** The denials with these ids, as if their events had been read. */
export async function storedDenialsOf(store: DenialStore, ids: readonly string[]): Promise<Evidence> {
  const rows: DenialRow[] = []
  for (const id of ids) rows.push(...(await countedRowsOf(store, id)))
  return { denials: rows.map(denialOf), events: [] }
}

/** Marks the tuples of the id's events; gives them. */
export async function markDenial(
  store: DenialStore,
  id: string,
  state: MarkState,
  note: string | null,
): Promise<{ readonly schemaVersion: 1; readonly marked: readonly Mark[] }> {
  const rows = await countedRowsOf(store, id)
  const markedAt = isoTime(Date.now())
  const tuples = new Map(rows.map((row) => [tupleKey(tupleOf(row)), tupleOf(row)]))
  const marked = [...tuples.values()].map((tuple) => ({ ...tuple, state, note, markedAt }))
  for (const mark of marked) await store.mark(mark)
  return { schemaVersion: 1, marked }
}
