import { block, type Page, paint } from '../page.ts'
import { safeLine } from '#quote/terminal.ts'
import { join } from '../text-decision.ts'

interface Group {
  readonly key: string | null
  readonly count: number
  readonly firstSeen: string
  readonly lastSeen: string
}

/** Table of groups of stored denials, a line per group: how many, first and last, what. */
export function groupsText(by: string, groups: readonly Group[], page: Page): string {
  if (groups.length === 0) return 'The store has no such denial.\n'
  const width = Math.max(...groups.map(({ count }) => String(count).length), 5)
  const head = `${'count'.padStart(width)}  first seen            last seen             ${by}`
  const lines = groups.map(
    ({ key, count, firstSeen, lastSeen }) =>
      `${String(count).padStart(width)}  ${firstSeen}  ${lastSeen}  ${safeLine(key ?? '(not told)')}`,
  )
  return `${[paint(page, 'bold', head), ...lines].join('\n')}\n`
}

interface Listed {
  readonly eventId: string
  readonly requestId: string | null
  readonly time: string
  readonly principal: string | null
  readonly action: string | null
  readonly resource: string | null
  readonly layer: string | null
  readonly denyType: string | null
  readonly statement: string | null
  readonly state: string
  readonly note: string | null
}

/** Newest first, two or three lines each. */
export function listedText(denials: readonly Listed[], page: Page): string {
  if (denials.length === 0) return 'The store has no such denial.\n'
  return join(denials.map((denial) => denialLines(denial, page)))
}

function denialLines(listed: Listed, page: Page): readonly string[] {
  const { time, action, resource, principal, requestId, eventId } = listed
  const head = paint(page, 'bold', `${time}  ${safeLine(action ?? 'an action that is not told')}`)
  const why = [listed.layer, listed.denyType, listed.statement].filter((part) => part !== null).join(', ')
  return [
    listed.state === 'open'
      ? head
      : `${head}  [${listed.state}${listed.note === null ? '' : `: ${safeLine(listed.note)}`}]`,
    ...block(page, '  ', 4, `on ${resource ?? 'a resource that is not told'}`),
    ...block(page, '  ', 4, `by ${principal ?? 'somebody who is not told'}`),
    ...(why === '' ? [] : block(page, '  ', 4, why)),
    ...block(page, '  ', 4, `request ${requestId ?? '-'}, event ${eventId}`),
  ]
}

interface Stored extends Listed {
  readonly snapshotHash: string | null
  readonly blockedBy: readonly string[]
}

/** Lines of stored denials, with what was known when each was stored. */
export function storedText(stored: readonly Stored[], page: Page): string {
  const lines = stored.map((storedDenial) => [
    ...block(
      page,
      '',
      2,
      `Stored: event ${storedDenial.eventId}, ${storedDenial.state}${storedDenial.note === null ? '' : `: ${storedDenial.note}`}`,
    ),
    ...(storedDenial.snapshotHash === null
      ? []
      : block(page, '  ', 4, `by snapshot ${storedDenial.snapshotHash.slice(0, 12)}: ${decidedBy(storedDenial)}`)),
  ])
  return join(lines)
}

function decidedBy({ statement, blockedBy }: Stored): string {
  if (statement !== null) return statement
  if (blockedBy.length > 0) return `refused by ${blockedBy.join(', ')}: no statement allows it`
  return 'it does not refuse this call, or not surely'
}

interface Ingested {
  readonly files: number
  readonly records: number
  readonly denials: number
  readonly new: number
  readonly duplicates: number
  /** Files and records. */
  readonly quarantined: number
  readonly bad: readonly unknown[]
}

export function ingestedText({ files, records, denials, quarantined, bad, ...counts }: Ingested): string {
  const read = [counted(files, 'file'), counted(records, 'record'), counted(denials, 'denial')].join(', ')
  const lost = bad.length === 0 ? [] : [counted(bad.length, 'file')]
  if (quarantined > bad.length) lost.push(counted(quarantined - bad.length, 'record'))
  const unread = lost.length === 0 ? '' : `; ${lost.join(' and ')} could not be read`
  return `${read}: ${counts.new} new, ${counts.duplicates} known already${unread}\n`
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`
