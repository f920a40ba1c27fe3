import { useEffect, useState } from 'preact/hooks'
import type { DiagnoseAnswer, SnapshotsAnswer } from '#http/wire.ts'
import { diagnose, type Fault } from './ask.ts'
import { DiagnosisView } from './diagnosis-view.tsx'
import { IntakeForm, type Question } from './intake-form.tsx'
import EXAMPLE from './example.json'
import { Prose, Sign } from './parts/prose.tsx'
import { Welcome } from './parts/welcome.tsx'

/** What was asked and answered; the text stays beside the answer, to mark what was read in it. */
export interface Shown {
  /** The same for an answer before and after its fixes came. */
  readonly id: number
  /** Fixes are still looked for. */
  readonly isPartial: boolean
  readonly answer: DiagnoseAnswer
  readonly text: string
  readonly milliseconds: number
}

export interface MainState {
  readonly question: Question
  readonly shown: Shown | undefined
  readonly index: number
  readonly step: number
}

/** The upload of docs/guide, with all that was in force: `examples/kms-behind-s3` without what does not bear on it. */
const EXAMPLE_QUESTION: Question = {
  text: JSON.stringify(EXAMPLE.events, null, 2),
  snapshot: undefined,
  scenario: { name: 'example', text: JSON.stringify(EXAMPLE.scenario) },
  expected: 'arn:aws:iam::111122223333:role/deploy-role',
}

/** Counts questions: a late answer to an earlier one is dropped. */
let asked = 0

const bodyOf = ({ text, snapshot, scenario, expected }: Question) => ({
  text,
  scenarios: true,
  ...(scenario === undefined ? { snapshot: snapshot ?? null } : { scenario: scenario.text }),
  ...(expected.trim() === '' ? {} : { expectPrincipal: expected.trim() }),
})

export function MainPage(props: {
  readonly state: MainState
  readonly snapshots: SnapshotsAnswer['snapshots']
  readonly onState: (change: (state: MainState) => MainState) => void
  readonly onFault: (fault: Fault | undefined) => void
  readonly fault: Fault | undefined
}) {
  const { state, snapshots, onState, onFault, fault } = props
  const [isBusy, setBusy] = useState(false)
  const ask = async (question: Question): Promise<void> => {
    if (question.text.trim() === '') return
    const id = ++asked
    setBusy(true)
    const start = performance.now()
    const body = bodyOf(question)
    // The layers first: proofs of fixes take most of the time, and are read last.
    const first = await diagnose({ ...body, fixes: false })
    if (id !== asked) return
    setBusy(false)
    onFault(first.ok ? undefined : first.fault)
    const answer = first.ok ? first.value : first.fault.result
    const show = (of: DiagnoseAnswer, isPartial: boolean): Shown => ({
      id,
      isPartial,
      answer: of,
      text: question.text,
      milliseconds: performance.now() - start,
    })
    const shown = answer === undefined ? undefined : show(answer, first.ok)
    onState((before) => ({ ...before, shown, index: firstDenial(answer), step: 0 }))
    if (!first.ok) return
    const whole = await diagnose(body)
    if (id !== asked) return
    if (!whole.ok) onFault(whole.fault)
    // What the reader edits meanwhile hangs on the scenarios that are there.
    const merged = whole.ok ? { ...whole.value, scenarios: first.value.scenarios ?? [] } : first.value
    onState((before) => ({ ...before, shown: show(merged, false) }))
  }
  const { question, shown } = state
  const showExample = (): void => {
    onState((before) => ({ ...before, question: EXAMPLE_QUESTION }))
    void ask(EXAMPLE_QUESTION)
  }
  return (
    <>
      <IntakeForm
        question={question}
        snapshots={snapshots}
        isBusy={isBusy}
        isAnswered={shown !== undefined}
        onChange={(next) => onState((before) => ({ ...before, question: next }))}
        onAsk={(next) => void ask(next)}
        onFault={(message) => onFault({ status: 0, code: 'page/file', message, hint: '' })}
      />
      <div aria-live="polite">{fault === undefined ? null : <FaultNote fault={fault} />}</div>
      {shown === undefined ? (
        fault === undefined ? (
          <Welcome onExample={showExample} />
        ) : null
      ) : (
        <Answer {...{ state, shown, onState }} />
      )}
    </>
  )
}

const firstDenial = (answer: DiagnoseAnswer | undefined): number =>
  Math.max(0, answer?.diagnoses.findIndex(({ status }) => status !== 'not-a-denial') ?? 0)

export const FaultNote = ({ fault: { code, message, hint } }: { readonly fault: Fault }) => (
  <section class="fault" aria-label="What went wrong">
    <p>
      <Sign of="!" kind="explicit-deny" /> <Prose text={message} /> <span class="muted">({code})</span>
    </p>
    {hint === '' ? null : (
      <p class="muted">
        <Prose text={hint} />
      </p>
    )}
  </section>
)

/** More are found with the denials page. */
const MAX_LISTED = 100

function Answer(props: {
  readonly state: MainState
  readonly shown: Shown
  readonly onState: (change: (state: MainState) => MainState) => void
}) {
  const { state, shown, onState } = props
  const { diagnoses } = shown.answer
  useEffect(() => document.getElementById('answer')?.scrollIntoView({ block: 'start' }), [shown.id])
  return (
    <div id="answer">
      {diagnoses.length < 2 ? null : (
        <nav class="denials-nav" aria-label="Denials of the input">
          {diagnoses.slice(0, MAX_LISTED).map(({ denial, status }, i) => (
            <button
              key={i}
              type="button"
              aria-pressed={i === state.index}
              onClick={() => onState((before) => ({ ...before, index: i, step: 0 }))}
            >
              <b>{i + 1}</b> {denial.action ?? denial.operation ?? denial.code ?? denial.kind}
              <span class="muted"> {status.replaceAll('-', ' ')}</span>
            </button>
          ))}
          {diagnoses.length > MAX_LISTED ? <span class="muted">and {diagnoses.length - MAX_LISTED} more</span> : null}
        </nav>
      )}
      <DiagnosisView
        key={`${state.index} ${shown.id}`}
        isPartial={shown.isPartial}
        answer={shown.answer}
        index={state.index}
        text={shown.text}
        step={state.step}
        onStep={(step) => onState((before) => ({ ...before, step }))}
      />
      <p class="muted took">
        {shown.isPartial ? 'First answer in' : 'Answered in'} {Math.round(shown.milliseconds)} ms
      </p>
    </div>
  )
}
