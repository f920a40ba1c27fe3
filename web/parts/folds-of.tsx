import type { Decision, Fix } from '#http/wire.ts'
import { keyOfAddition, newPolicy } from '../additions.ts'
import { isEdited, withAdditions } from '../edits.ts'
import { slotsOf } from '../places.ts'
import type { Bench, ViewProps } from '../diagnosis-view.tsx'
import { shortArn, oneLine } from '../words.ts'
import { BenchPlaces } from './bench-places.tsx'
import { Cases } from './cases.tsx'
import { Chain } from './chain.tsx'
import { Advice, Assumed, Missing } from './facts.tsx'
import { OneFix, Ways } from './fixes.tsx'
import type { Fold } from './folds.tsx'
import { MarkedMessage } from './marked-message.tsx'
import { Prose } from './prose.tsx'
import { RequirementTree } from './requirement.tsx'
import { Timeline } from './timeline.tsx'
import { Trace } from './trace.tsx'

type Given = ViewProps & {
  readonly bench: Bench
  readonly fix: Fix | undefined
  readonly openFold: (id: string) => void
}

/** Folds at the foot of an answer: every layer and statement, what else would mend it, what was assumed. */
export function foldsOf(given: Given): readonly Fold[] {
  const { answer, index, step, fix, bench } = given
  const diagnosis = answer.diagnoses[index]
  const chosen = diagnosis?.steps[step] ?? diagnosis?.steps[0]
  if (diagnosis === undefined || chosen === undefined) return []
  const { assumptions, fixes, fixesIf = [] } = diagnosis
  const layers = new Set(chosen.decision.layers.map(({ layer }) => layer)).size
  const count = (list: readonly unknown[]): number | undefined => (list.length === 0 ? undefined : list.length)
  const folds: readonly (Fold | undefined)[] = [
    { id: 'trace', title: `All ${layers} layers`, body: () => <Layers {...given} /> },
    {
      id: 'requirement',
      title: 'What would allow it',
      body: () => (
        <>
          <NotWithEdits bench={bench} />
          <RequirementTree key={step} requirement={(judgedOf(bench, step) ?? chosen.decision).requirement} />
        </>
      ),
    },
    fixesIf.length > 0 && fixes.length === 0
      ? {
          id: 'cases',
          title: 'Cases',
          count: fixesIf.length,
          body: () => <Cases cases={fixesIf} onTry={bench.tryFix} />,
        }
      : undefined,
    fix === undefined
      ? undefined
      : { id: 'ways', title: 'Other ways', count: count(fixes.slice(1)), body: () => <OtherWays {...given} /> },
    bench.scenario === undefined
      ? undefined
      : { id: 'bench', title: 'Edit anything', body: () => <Places {...given} /> },
    {
      id: 'incident',
      title: 'Timeline',
      count: count(answer.timeline),
      body: () => (
        <>
          <NotWithEdits bench={bench} />
          <Timeline entries={answer.timeline} diagnosis={diagnosis} fix={fix} tried={bench.effects} />
        </>
      ),
    },
    { id: 'assumed', title: 'Assumed', count: count(assumptions), body: () => <Assumed assumptions={assumptions} /> },
    { id: 'message', title: 'Message', body: () => <Message {...given} /> },
    { id: 'advice', title: 'Advice', body: () => <Advice {...diagnosis} /> },
  ]
  return folds.filter((one) => one !== undefined)
}

const judgedOf = ({ trial }: Bench, step: number): Decision | undefined =>
  trial.state === 'judged' ? trial.tried.decisions[step] : undefined

function Layers({ answer, index, step, onStep, bench }: Given) {
  const diagnosis = answer.diagnoses[index]
  const chosen = diagnosis?.steps[step] ?? diagnosis?.steps[0]
  if (diagnosis === undefined || chosen === undefined) return null
  const judged = bench.trial.state === 'judged' ? bench.trial.tried : undefined
  const decision = judged?.decisions[step] ?? chosen.decision
  return (
    <>
      <Chain steps={diagnosis.steps} chosen={step} edited={bench.effects} added={judged?.added} onChoose={onStep} />
      {judged === undefined ? <NotWithEdits bench={bench} /> : <p class="badge">with your edits</p>}
      <p class="muted">
        <code>{chosen.request.action}</code> on{' '}
        <code title={oneLine(chosen.request.resource)}>{shortArn(oneLine(chosen.request.resource))}</code>
      </p>
      <Trace
        key={`${step} ${judged === undefined}`}
        decision={decision}
        scenario={judged?.scenarios[step] ?? bench.scenario}
        reported={step === 0 ? diagnosis.denial.reported.layer : null}
        onEdit={bench.scenario === undefined ? undefined : bench.open}
      />
      <Missing missing={decision.missing} outcomes={decision.outcomes} />
    </>
  )
}

/** What is shown is without the edits: a text that cannot be judged must not look as if it were. */
function NotWithEdits({ bench: { edits, trial } }: { readonly bench: Bench }) {
  if (!isEdited(edits)) return null
  return (
    <p class="warning without-edits">
      <b>Without your edits.</b>{' '}
      {trial.state === 'wrong' ? <Prose text={`They cannot be judged: ${trial.why}.`} /> : 'They are being judged.'}
    </p>
  )
}

function OtherWays({ answer, index, fix, onFix, bench }: Given) {
  const { fixes = [] } = answer.diagnoses[index] ?? {}
  if (fix === undefined) return null
  return (
    <>
      <Ways fixes={fixes} chosen={fix.id} onChoose={onFix} />
      <OneFix
        fix={fix}
        test={answer.tests?.[index]?.[fixes.indexOf(fix)]}
        onTry={bench.scenario === undefined ? undefined : () => bench.tryFix(fix)}
      />
    </>
  )
}

function Places({ bench, step }: Given) {
  const { scenario, edits, target, setEdits, open } = bench
  if (scenario === undefined) return null
  const whole = withAdditions(scenario, edits)
  return (
    <BenchPlaces
      slots={slotsOf(whole, scenario)}
      edits={edits}
      step={step}
      target={target?.key ?? ''}
      onTarget={(key) => open(key, '/Statement')}
      onAdd={({ layer, where }) => {
        const addition = newPolicy(whole, layer, where)
        setEdits({ ...edits, additions: [...edits.additions, addition] })
        open(keyOfAddition(addition), '/Statement')
      }}
    />
  )
}

function Message({ answer, index, text }: Given) {
  const diagnosis = answer.diagnoses[index]
  if (diagnosis === undefined) return null
  return (
    <>
      <MarkedMessage denial={diagnosis.denial} text={text} />
      {diagnosis.denial.notes.map(({ code, text: note }) => (
        <p key={code} class="warning">
          {note}
        </p>
      ))}
    </>
  )
}
