import type { Decision } from '#http/wire.ts'
import { keyOfAddition, newPolicy } from '../additions.ts'
import type { Bench } from '../diagnosis-view.tsx'
import { isEdited, withAdditions } from '../edits.ts'
import { slotsOf } from '../places.ts'
import { shortArn, oneLine } from '../words.ts'
import { BenchPlaces } from './bench-places.tsx'
import { Cases } from './cases.tsx'
import { Chain } from './chain.tsx'
import { Advice, Assumed, Missing } from './facts.tsx'
import { OneFix, Ways } from './fixes.tsx'
import type { FoldId, FoldProps } from './folds-of.tsx'
import { MarkedMessage } from './marked-message.tsx'
import { Prose } from './prose.tsx'
import { RequirementTree } from './requirement.tsx'
import { Timeline } from './timeline.tsx'
import { Trace } from './trace.tsx'

/** What stands in a fold of an answer. */
export function FoldBody(props: FoldProps & { readonly id: FoldId }) {
  const { id, answer, index, bench } = props
  const diagnosis = answer.diagnoses[index]
  if (diagnosis === undefined) return null
  switch (id) {
    case 'trace':
      return <Layers {...props} />
    case 'requirement':
      return <Requirement {...props} />
    case 'cases':
      return <Cases cases={diagnosis.fixesIf ?? []} onTry={bench.tryFix} />
    case 'ways':
      return <OtherWays {...props} />
    case 'bench':
      return <Places {...props} />
    case 'incident':
      return <Incident {...props} />
    case 'assumed':
      return <Assumed assumptions={diagnosis.assumptions} />
    case 'message':
      return <Message {...props} />
    case 'advice':
      return <Advice {...diagnosis} />
  }
}

const judgedOf = ({ trial }: Bench, step: number): Decision | undefined =>
  trial.state === 'judged' ? trial.tried.decisions[step] : undefined

function Layers({ answer, index, step, onStep, bench }: FoldProps) {
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

function Requirement({ answer, index, step, bench }: FoldProps) {
  const steps = answer.diagnoses[index]?.steps ?? []
  const decision = judgedOf(bench, step) ?? (steps[step] ?? steps[0])?.decision
  return (
    <>
      <NotWithEdits bench={bench} />
      {decision === undefined ? null : <RequirementTree key={step} requirement={decision.requirement} />}
    </>
  )
}

function Incident({ answer, index, bench, fix }: FoldProps) {
  const diagnosis = answer.diagnoses[index]
  if (diagnosis === undefined) return null
  return (
    <>
      <NotWithEdits bench={bench} />
      <Timeline entries={answer.timeline} diagnosis={diagnosis} fix={fix} tried={bench.effects} />
    </>
  )
}

function OtherWays({ answer, index, fix, onFix, bench }: FoldProps) {
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

function Places({ bench, step }: FoldProps) {
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

function Message({ answer, index, text }: FoldProps) {
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
