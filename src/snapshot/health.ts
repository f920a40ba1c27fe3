import { accountsOf } from './accounts.ts'
import { listField } from './fields.ts'
import { isReadable, readJson } from './json-source.ts'
import { coverageOf, lostOf, OF_AN_ACCOUNT, type PartState, type Problem, type Snapshot } from './snapshot.ts'

/** How whole a snapshot is: of which day, what it holds, and what is missing or cannot be read. */
export interface SnapshotHealth {
  readonly collectedAt: string | null
  readonly ageDays: number | null
  readonly accounts: { readonly known: number; readonly collected: number }
  readonly principals: number
  readonly policies: number
  readonly resources: number
  /** Parts that are not known to be whole; what they would hold is unknown. */
  readonly gaps: readonly { readonly part: string; readonly state: Gap; readonly why: string | null }[]
  readonly problems: readonly Problem[]
}

type Gap = Exclude<PartState, 'complete'>

/** Reads every file once and keeps none. `now` in milliseconds since 1970. */
export function snapshotHealth(snapshot: Snapshot, now: number): SnapshotHealth {
  const problems: Problem[] = []
  let principals = 0
  for (const [part, text] of snapshot.files) {
    const read = readJson(part, text)
    if (!isReadable(read)) problems.push({ part, message: read.problem })
    else if (part.endsWith('/authorization-details.json'))
      principals += entriesOf(read.value, 'UserDetailList') + entriesOf(read.value, 'RoleDetailList')
  }
  const accounts = accountsOf(snapshot)
  const said = snapshot.problems.filter(({ part }) => !problems.some((known) => known.part === part))
  const paths = [...snapshot.files.keys()]
  return {
    collectedAt: snapshot.collectedAt ?? null,
    ageDays: ageInDays(snapshot.collectedAt, now) ?? null,
    accounts: { known: accounts.length, collected: accounts.filter(({ collected }) => collected).length },
    principals,
    policies: paths.filter((path) => path.startsWith('policies/')).length,
    resources: paths.filter((path) => path.split('/')[2] === 'resources').length,
    gaps: gapsOf(
      snapshot,
      accounts.map(({ id }) => id),
    ),
    problems: [...problems, ...said],
  }
}

const entriesOf = (value: unknown, list: string): number => listField(value, list)?.length ?? 0

/** Whole days since; undefined where it is no date. */
export function ageInDays(date: string | undefined, now: number): number | undefined {
  const then = date === undefined ? Number.NaN : Date.parse(date)
  return Number.isNaN(then) ? undefined : Math.max(0, Math.floor((now - then) / DAY))
}

const DAY = 24 * 60 * 60 * 1000

/** What meta.json calls partial or missing, and what is not there although it calls it complete, or says nothing of it. */
function gapsOf(snapshot: Snapshot, accounts: readonly string[]): SnapshotHealth['gaps'] {
  const said = snapshot.coverage.flatMap(({ part, state, why }) =>
    state === 'complete' ? [] : [{ part: part === '' ? '(all)' : part, state, why: why ?? null }],
  )
  const expected = [
    'organization.json',
    ...accounts.flatMap((id) => OF_AN_ACCOUNT.map((file) => `accounts/${id}/${file}`)),
  ]
  const absent = expected
    .filter((part) => !snapshot.files.has(part) && coverageOf(snapshot, part)?.state === undefined)
    .map((part) => ({ part, state: 'missing' as const, why: 'the file is not there, and meta.json does not say why' }))
  const called = snapshot.coverage.flatMap(({ part, state }) => (state === 'complete' ? [part] : []))
  const lost = [...new Set([...expected, ...called])].flatMap((part): readonly SnapshotHealth['gaps'][number][] => {
    const why = lostOf(snapshot, part)
    if (why === undefined) return []
    return [{ part: part === '' ? '(all)' : part, state: expected.includes(part) ? 'missing' : 'partial', why }]
  })
  return [...said, ...lost, ...absent]
}
