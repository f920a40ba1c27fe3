import { useEffect, useMemo, useState } from 'preact/hooks'
import type { ConditionalFix, Denial, DiagnoseAnswer, Diagnosis, Fix, Scenario } from '#http/wire.ts'
import { keyOfAddition } from './additions.ts'
import { warmEngine } from './engine.ts'
import { Cases } from './parts/cases.tsx'
import { Chain } from './parts/chain.tsx'
import { EditedBar } from './parts/edited-bar.tsx'
import { Advice, Assumed, Missing } from './parts/facts.tsx'
import { Fixes } from './parts/fixes.tsx'
import { Identity } from './parts/identity.tsx'
import { MarkedMessage } from './parts/marked-message.tsx'
import { Panel, Prose, Sign } from './parts/prose.tsx'
import { RequirementTree } from './parts/requirement.tsx'
import { Timeline } from './parts/timeline.tsx'
import { Trace } from './parts/trace.tsx'
import { Workbench } from './parts/workbench.tsx'
import { CONTEXT } from './places.ts'
import { type Edits, editsOf, editsOfCase, isEdited, NO_EDITS } from './edits.ts'
import { useEffects, useTrial } from './try.ts'
import { oneLine, shortArn } from './words.ts'

const STATUS = {
  explained: ['✓', 'allow', 'Explained'],
  likely: ['✓', 'allow', 'Most likely'],
  contradicted: ['!', 'unknown', 'AWS and this snapshot disagree'],
  undetermined: ['?', 'unknown', 'Undetermined: facts are missing'],
  'not-a-denial': ['–', 'not-applicable', 'Not an access denial'],
} as const

/** What is no refusal of AWS's, in the words of the command line. */
const KINDS: Readonly<Record<Denial['kind'], string>> = {
  'aws-access-denied': 'Denied by AWS',
  'aws-authentication': 'Not a denial: AWS did not accept the credentials or the signature',
  'gcp-permission-denied': 'Denied by Google Cloud',
  cors: 'Refused by the browser (CORS)',
  other: 'Not a denial that we know',
}

export function DiagnosisView(props: {
  readonly answer: DiagnoseAnswer
  readonly index: number
  readonly text: string
  readonly isPartial: boolean
  readonly step: number
  readonly onStep: (step: number) => void
}) {
  const { answer, index, text, isPartial, step, onStep } = props
  const diagnosis = answer.diagnoses[index]
  if (diagnosis === undefined) return null
  const scenarios = answer.scenarios?.[index] ?? NONE
  return (
    <article class="diagnosis">
      <Headline diagnosis={diagnosis} text={text} />
      {diagnosis.steps.length === 0 ? (
        <Panel title="What to do">
          <Advice whatNotToDo={diagnosis.whatNotToDo} verify={diagnosis.verify} guide={diagnosis.guide} />
        </Panel>
      ) : (
        <Explained key={index} {...{ answer, index, diagnosis, isPartial, scenarios, step, onStep }} />
      )}
    </article>
  )
}

const NONE: readonly Scenario[] = []

function Headline({ diagnosis, text }: { readonly diagnosis: Diagnosis; readonly text: string }) {
  const { status, basis, summary, denial, identity, reconciliation, occurrences } = diagnosis
  const [sign, kind, words] = STATUS[status]
  const alone = basis === 'message' ? `${words}, by the message alone: no policy was seen` : words
  const said = status === 'not-a-denial' ? KINDS[denial.kind] : alone
  const isRefusal = denial.kind === 'gcp-permission-denied' || denial.kind === 'cors'
  return (
    <section class="headline" aria-label="The denial">
      <p class={`status ${kind}`}>
        <Sign of={sign} kind={kind} /> {said}
        {occurrences.count > 1 ? <span class="muted"> · seen {occurrences.count} times</span> : null}
        {denial.time === null ? null : <span class="muted"> · {denial.time}</span>}
        {denial.requestId === null ? null : <span class="muted"> · request {denial.requestId}</span>}
      </p>
      <p class="summary">
        <Prose text={summary} />
      </p>
      <MarkedMessage denial={denial} text={text} />
      {isRefusal ? (
        <p class="note">
          <Prose text={identity.explanation} />
        </p>
      ) : (
        <Identity identity={identity} />
      )}
      {reconciliation.explanation === '' ? null : (
        <p class="muted">
          <Prose text={reconciliation.explanation} />
        </p>
      )}
      {denial.notes.map(({ code, text: note }) => (
        <p key={code} class="warning">
          <Prose text={note} />
        </p>
      ))}
    </section>
  )
}

/** When what was opened has its size. */
const afterShown = (act: () => void): void => void setTimeout(act, 50)

/** The fix chosen, what is edited, and the edits judged. */
function useBench(diagnosis: Diagnosis, scenarios: readonly Scenario[], step: number) {
  const [fixId, setFixId] = useState(diagnosis.fixes[0]?.id)
  const [edits, setEdits] = useState<Edits>(NO_EDITS)
  const [target, setTarget] = useState(CONTEXT)
  const [isOpen, setOpen] = useState(false)
  const trial = useTrial(scenarios, diagnosis.steps, edits)
  const effects = useEffects(trial)
  useEffect(() => {
    setEdits(NO_EDITS)
    if (scenarios.length > 0) warmEngine(scenarios)
  }, [scenarios])
  const scenario = scenarios[step]
  return {
    fix: diagnosis.fixes.find(({ id }) => id === fixId) ?? diagnosis.fixes[0],
    setFixId,
    edits,
    setEdits,
    target,
    setTarget,
    isOpen,
    setOpen,
    trial,
    effects,
    scenario,
    open: (key: string): void => {
      setTarget(key)
      setOpen(true)
      afterShown(() => document.getElementById('bench-text')?.focus())
    },
    /** `when`: of a case of what is not known. */
    tryFix: (fix: Fix | null, when?: ConditionalFix['when']): void => {
      const made =
        when === undefined ? (fix === null ? NO_EDITS : editsOf(fix, scenarios)) : editsOfCase(fix, when, scenarios)
      setEdits(made)
      setTarget([...made.texts.keys(), ...made.additions.map(keyOfAddition)][0] ?? CONTEXT)
      setOpen(true)
      afterShown(() => document.getElementById('bench')?.scrollIntoView({ block: 'start' }))
    },
  }
}

function Explained(props: {
  readonly answer: DiagnoseAnswer
  readonly index: number
  readonly diagnosis: Diagnosis
  readonly isPartial: boolean
  readonly scenarios: readonly Scenario[]
  readonly step: number
  readonly onStep: (step: number) => void
}) {
  const { answer, index, diagnosis, isPartial, scenarios, step, onStep } = props
  const bench = useBench(diagnosis, scenarios, step)
  const { steps, denial } = diagnosis
  const chosen = steps[step] ?? steps[0]
  const judged = bench.trial.state === 'judged' ? bench.trial.tried : undefined
  const tried = judged?.decisions[step]
  const entries = useMemo(() => answer.timeline, [answer])
  if (chosen === undefined) return null
  const decision = tried ?? chosen.decision
  return (
    <div class="columns">
      <div class="main">
        <Panel title="What the call needs" id="chain">
          <Chain steps={steps} chosen={step} edited={bench.effects} added={judged?.added} onChoose={onStep} />
          <p class="muted">
            <Prose text={whyOf(chosen.relation, chosen.why)} /> <code>{chosen.request.action}</code> on{' '}
            <code title={oneLine(chosen.request.resource)}>{shortArn(oneLine(chosen.request.resource))}</code>
          </p>
        </Panel>
        <Panel
          title="Layers, from the outside in"
          id="trace"
          aside={tried === undefined ? null : <span class="badge">with your edits</span>}
        >
          <Trace
            key={`${step} ${tried === undefined}`}
            decision={decision}
            scenario={judged?.scenarios[step] ?? bench.scenario}
            reported={step === 0 ? denial.reported.layer : null}
            onEdit={bench.scenario === undefined ? undefined : bench.open}
          />
          <Missing missing={decision.missing} outcomes={decision.outcomes} />
        </Panel>
        <Panel title="What would allow it" id="requirement">
          <RequirementTree key={step} requirement={decision.requirement} />
        </Panel>
        <FixesPanel answer={answer} index={index} isPartial={isPartial} bench={bench} />
        {bench.scenario === undefined ? null : (
          <section class="panel" id="bench" aria-label="Try it">
            <details open={bench.isOpen} onToggle={(event) => bench.setOpen(event.currentTarget.open)}>
              <summary class="panel-head">
                <h2>Try it</h2>
                <span class="muted">
                  {isEdited(bench.edits)
                    ? 'edited'
                    : 'add, edit or take away a policy, or edit the context; nothing leaves this page'}
                </span>
              </summary>
              <Workbench
                scenario={bench.scenario}
                {...{ step, steps }}
                edits={bench.edits}
                trial={bench.trial}
                target={bench.target}
                onTarget={bench.setTarget}
                onEdit={bench.setEdits}
              />
            </details>
          </section>
        )}
        {judged === undefined ? null : (
          <EditedBar
            steps={steps}
            effects={bench.effects ?? []}
            added={judged.added}
            onUndo={() => bench.setEdits(NO_EDITS)}
          />
        )}
      </div>
      <Side entries={entries} diagnosis={diagnosis} fix={bench.fix} tried={bench.effects} />
    </div>
  )
}

function FixesPanel(props: {
  readonly answer: DiagnoseAnswer
  readonly index: number
  readonly isPartial: boolean
  readonly bench: ReturnType<typeof useBench>
}) {
  const { answer, index, isPartial, bench } = props
  const { fixes = [], fixesIf = [] } = answer.diagnoses[index] ?? {}
  return (
    <Panel title="Fixes" id="fixes">
      {isPartial ? (
        <p class="muted">Fixes are looked for, replayed and proved …</p>
      ) : fixes.length === 0 && fixesIf.length > 0 ? (
        <Cases cases={fixesIf} onTry={bench.tryFix} />
      ) : (
        <Fixes
          fixes={fixes}
          tests={answer.tests?.[index]}
          chosen={bench.fix?.id}
          onChoose={bench.setFixId}
          onTry={bench.tryFix}
        />
      )}
    </Panel>
  )
}

/** What stands beside the trace: how it went, what to do, and what was assumed. */
const Side = (props: Parameters<typeof Timeline>[0]) => (
  <div class="side">
    <Panel title="Incident" id="incident">
      <Timeline {...props} />
    </Panel>
    <Panel title="What to do, and not" id="advice">
      <Advice {...props.diagnosis} />
    </Panel>
    <Panel title="Assumed" id="assumed">
      <Assumed assumptions={props.diagnosis.assumptions} />
    </Panel>
  </div>
)

const whyOf = (relation: string, why: string): string =>
  relation === 'denied' ? 'The call that was refused:' : `${why.slice(0, 1).toUpperCase()}${why.slice(1)}:`
