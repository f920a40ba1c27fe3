import { useEffect, useState } from 'preact/hooks'
import type { FileRead, SnapshotsAnswer } from '#http/wire.ts'
import { ask as askService, type Fault } from './ask.ts'
import { DiagnosisView } from './diagnosis-view.tsx'
import type EXAMPLE from './example.json'
import { BIG, BigText, HowFar } from './big.tsx'
import { IntakeForm, NO_QUESTION, type Question } from './intake-form.tsx'
import { Prose } from './parts/prose.tsx'
import { Mark } from './parts/icon.tsx'
import { Welcome } from './parts/welcome.tsx'
import type { Shown } from './use-answers.ts'
import type { Diagnosing } from './use-diagnosing.ts'

/**
 * The upload of docs/guide, with all that was in force: `examples/kms-behind-s3` without what does not bear on it. Fetched when
 * somebody wants to see it.
 */
async function exampleQuestion(): Promise<Question | Fault> {
  const found = await askService<typeof EXAMPLE>('/example.json')
  if (!found.ok) return found.fault
  const { events, scenario } = found.value
  return {
    ...NO_QUESTION,
    text: JSON.stringify(events, null, 2),
    scenario: { name: 'example', text: JSON.stringify(scenario) },
  }
}

/** Where a denial comes in, and what is answered. */
export function MainPage({
  given,
  snapshots,
}: {
  readonly given: Diagnosing
  readonly snapshots: SnapshotsAnswer['snapshots']
}) {
  const { question, shown, fault, isBusy, setQuestion, ask, setFault } = given
  const showExample = async (): Promise<void> => {
    const made = await exampleQuestion()
    if ('code' in made) setFault(made)
    else await ask(made)
  }
  return (
    <>
      {shown === undefined ? (
        <div class="intake-box">
          <h2>Why was it denied?</h2>
          <p>Paste what you have. The answer says who, which line of which policy, and what to change.</p>
          <IntakeForm
            question={question}
            snapshots={snapshots}
            isBusy={isBusy}
            onCancel={given.cancel}
            isHead={false}
            onChange={setQuestion}
            onAsk={(next) => void ask(next)}
            onFiles={(files) => void given.give(files)}
            read={given.read}
            onFault={(message) => setFault({ status: 0, code: 'page/file', message, hint: '' })}
          />
        </div>
      ) : null}
      {isBusy ? <Waiting given={given} /> : null}
      <div aria-live="polite">{fault === undefined ? null : <FaultNote fault={fault} />}</div>
      {shown !== undefined ? (
        <Answer given={given} />
      ) : fault === undefined ? (
        <Welcome onExample={() => void showExample()} />
      ) : null}
    </>
  )
}

/** Milliseconds: what is there sooner needs no word. */
const MOMENT = 500

/** How far the answer is, or its fixes. */
function Waiting({ given }: { readonly given: Diagnosing }) {
  const { question, shown, isBusy } = given
  const sent = question.files.reduce((sum, { text }) => sum + text.length, question.text.length)
  const isWaiting = isBusy || shown?.fixes === 'sought'
  const [isLong, setLong] = useState(false)
  useEffect(() => {
    setLong(false)
    if (!isWaiting) return undefined
    const timer = setTimeout(setLong, MOMENT, true)
    return () => clearTimeout(timer)
  }, [isWaiting])
  if (!isWaiting || !(isLong || sent > BIG)) return null
  const act =
    shown === undefined
      ? undefined
      : isBusy
        ? { name: 'Cancel', run: given.cancel }
        : { name: 'Stop looking', run: given.stop }
  return <HowFar sent={sent} act={act} />
}

export const FaultNote = ({
  fault: { code, message, hint },
  label = 'What went wrong',
}: {
  readonly fault: Fault
  readonly label?: string
}) => (
  <section class="fault" aria-label={label}>
    <p class="row">
      <Mark of="deny" />
      <span>
        <Prose text={message} /> <span class="muted">({code})</span>
      </span>
    </p>
    {hint === '' ? null : (
      <p class="soft">
        <Prose text={hint} />
      </p>
    )}
  </section>
)

/** Files that are nothing known: what each looks like, and what was expected; the others count. */
const NotUsed = ({ read }: { readonly read: readonly FileRead[] }) => (
  <>
    {read.map(({ error }, i) =>
      error === undefined ? null : (
        <FaultNote key={i} fault={{ status: 0, ...error }} label="A file that is not used" />
      ),
    )}
  </>
)

/** `judged in 60 ms, fixes in 2.1 s, on this machine` */
function tookWords({ fixes: fixesAre, milliseconds, wholeMilliseconds, answer }: Shown): string {
  const judged = `judged in ${Math.round(milliseconds)} ms`
  if (fixesAre === 'sought') return `${judged}; fixes are looked for …`
  const hasFixes = answer.diagnoses.some(({ fixes }) => fixes.length > 0)
  const fixes =
    hasFixes && wholeMilliseconds > milliseconds ? `, fixes in ${(wholeMilliseconds / 1000).toFixed(1)} s` : ''
  return `${judged}${fixes}, on this machine`
}

/** More are found with the denials page. */
const MAX_LISTED = 100

function Answer({ given }: { readonly given: Diagnosing }) {
  const { shown, index, step, question } = given
  useEffect(() => document.getElementById('verdict')?.focus({ preventScroll: true }), [shown?.id, index])
  useEffect(() => scrollTo(0, 0), [shown?.id])
  if (shown === undefined) return null
  const { diagnoses } = shown.answer
  const listed = diagnoses.map((one, i) => ({ one, i }))
  return (
    <div id="answer" aria-busy={given.isBusy}>
      {shown.text.length > BIG ? <BigText text={shown.text} diagnoses={diagnoses} /> : null}
      {diagnoses.length < 2 ? null : (
        <nav class="denials-nav" aria-label="Denials of the input">
          {listed.slice(0, MAX_LISTED).map(({ one: { denial, status }, i }) => (
            <button key={i} type="button" aria-pressed={i === index} onClick={() => given.go({ index: i })}>
              <b>{i + 1}</b> {denial.action ?? denial.operation ?? denial.code ?? denial.kind}
              <span class="muted">{status.replaceAll('-', ' ')}</span>
            </button>
          ))}
          {diagnoses.length > MAX_LISTED ? <span class="muted">and {diagnoses.length - MAX_LISTED} more</span> : null}
        </nav>
      )}
      <NotUsed read={given.read} />
      <DiagnosisView
        key={`${index} ${shown.id}`}
        fixesAre={shown.fixes}
        waiting={given.isBusy ? null : <Waiting given={given} />}
        answer={shown.answer}
        index={index}
        text={shown.text}
        took={tookWords(shown)}
        expected={question.expected}
        fixId={given.fixId}
        step={step}
        onStep={(next) => given.go({ step: next })}
        onFix={(id) => given.go({ fix: id })}
        onExpect={(expected) => void given.ask({ ...question, expected })}
        onFiles={(files) => void given.give(files)}
        said={question.context}
        onSay={question.text === '' ? undefined : (context) => void given.ask({ ...question, context })}
      />
    </div>
  )
}
