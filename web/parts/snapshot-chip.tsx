import type { SnapshotsAnswer } from '#http/wire.ts'
import { addressNow, goToAddress } from '../address.ts'
import { GivenList } from '../intake-form.tsx'
import type { Diagnosing } from '../use-diagnosing.ts'
import { Glyph } from './icon.tsx'

/** With what it was judged: a snapshot of which day, or what was given; another one judges anew. */
export function SnapshotChip({
  given,
  snapshots,
}: {
  readonly given: Diagnosing
  readonly snapshots: SnapshotsAnswer['snapshots']
}) {
  const { question } = given
  return (
    <>
      {question.files.length === 0 ? null : <FilesChip given={given} />}
      {question.files.length > 0 && question.snapshot === undefined ? null : (
        <HeldChip given={given} snapshots={snapshots} />
      )}
    </>
  )
}

/** The files that were given, each with what it was read as. */
function FilesChip({ given: { question, read, ask } }: { readonly given: Diagnosing }) {
  const count = question.files.length
  const wrong = read.filter(({ error }) => error !== undefined).length
  return (
    <details class="chip snapshot given">
      <summary>
        <Glyph of="box" />
        <b>{question.files[0]?.name}</b>
        {count === 1 ? '1 file, given' : `${count} files, given`}
        {wrong === 0 ? null : <span class="wrong">{wrong} not used</span>}
        <Glyph of="down" />
      </summary>
      <div>
        <GivenList question={question} read={read} onChange={(next) => void ask(next)} />
      </div>
    </details>
  )
}

function HeldChip({
  given,
  snapshots,
}: {
  readonly given: Diagnosing
  readonly snapshots: SnapshotsAnswer['snapshots']
}) {
  const { question, shown, index } = given
  const denial = shown?.answer.diagnoses[index]?.denial
  if (question.scenario !== undefined)
    return (
      <span class="chip snapshot">
        <Glyph of="box" />
        <b>{question.scenario.name}</b> scenario
      </span>
    )
  const chosen = snapshots.find(({ name }) => name === question.snapshot)
  if (snapshots.length === 0)
    return (
      <span class="chip snapshot">
        <Glyph of="box" />
        No snapshot
      </span>
    )
  return (
    <label class="chip snapshot">
      <Glyph of="box" />
      <span class="vh">Judged with the snapshot</span>
      <select
        value={question.snapshot ?? ''}
        onChange={(event) => {
          const name = event.currentTarget.value
          const next = { ...question, snapshot: name === '' ? undefined : name }
          if (question.text !== '' || question.files.length > 0) void given.ask(next)
          else {
            given.setQuestion(next)
            const now = addressNow()
            goToAddress({ ...now, params: new Map(now.params).set('snapshot', name) }, false)
          }
        }}
      >
        {snapshots.map(({ name }) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
        <option value="">No snapshot</option>
      </select>
      {chosen?.collectedAt === null || chosen === undefined ? null : (
        <span class="age">{ageWords(chosen.collectedAt, denial?.time ?? null)}</span>
      )}
    </label>
  )
}

const MINUTE = 60_000

/** `taken 17 min after`; without a time of the denial its day. */
export function ageWords(collectedAt: string, denied: string | null): string {
  const by = denied === null ? Number.NaN : Date.parse(collectedAt) - Date.parse(denied)
  if (Number.isNaN(by)) return `taken ${collectedAt.slice(0, 10)}`
  const minutes = Math.round(Math.abs(by) / MINUTE)
  const words =
    minutes < 120
      ? `${minutes} min`
      : minutes < 48 * 60
        ? `${Math.round(minutes / 60)} h`
        : `${Math.round(minutes / 1440)} days`
  return `taken ${words} ${by < 0 ? 'before' : 'after'}`
}
