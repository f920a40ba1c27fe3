import type { Change, Decision, LayerVerdict, PolicyLayer, Step } from '#http/wire.ts'
import type { Trial } from '../try.ts'
import { layerName } from '#iam/layers.ts'
import { layerTitle } from '../answer/names.ts'
import { type Effect, EFFECT_KINDS, oneLine, shortArn, VERDICT_WORDS } from '../words.ts'
import { Mark } from './icon.tsx'
import { Prose } from './prose.tsx'

/** Outcome of the edits for every step, judged in this page. */
export function Outcome(props: {
  readonly trial: Trial
  readonly steps: readonly Step[]
  readonly others: readonly Change[]
  readonly step: number
  readonly layer: PolicyLayer | undefined
}) {
  const { trial, steps, others, step, layer } = props
  return (
    <div class="outcome" role="status">
      {trial.state === 'loading' ? <p class="muted">Loading the engine …</p> : null}
      {trial.state === 'judged' ? (
        <>
          <ul>
            {trial.tried.decisions.map((decision, i) => (
              <StepOutcome key={i} step={steps[i]} now={decision} isGone={trial.tried.gone.has(i)} />
            ))}
            {trial.tried.added.map((added, i) => (
              <StepOutcome key={`added ${i}`} step={added} now={added.decision} isAdded />
            ))}
          </ul>
          <LayerSays entries={trial.tried.decisions[step]?.layers ?? []} layer={layer} />
          <p class="muted" id="bench-time">
            Judged in {trial.tried.milliseconds.toFixed(1)} ms
            {others.length === 0
              ? ''
              : `, with ${others.length} further ${others.length === 1 ? 'change' : 'changes'} of the fix`}
          </p>
        </>
      ) : null}
    </div>
  )
}

const MARKS = {
  allowed: 'allow',
  denied: 'deny',
  undetermined: 'unseen',
  'not needed': 'none',
} as const satisfies Record<Effect, string>

/** `isGone`: the request was changed and does not need it any more; `isAdded`: it needs it now, and did not before. */
function StepOutcome(props: {
  readonly step: Step | undefined
  readonly now: Decision
  readonly isGone?: boolean
  readonly isAdded?: boolean
}) {
  const { step, now, isGone = false, isAdded = false } = props
  const effect = isGone ? 'not needed' : now.decision
  const was = step?.decision.decision
  return (
    <li>
      <Mark of={MARKS[effect]} /> <b>{step?.request.action}</b>{' '}
      <span class="muted">{shortArn(oneLine(step?.request.resource))}</span>{' '}
      <span class={`effect-word ${EFFECT_KINDS[effect]}`}>
        {isAdded ? `needed now: ${effect}` : was === effect ? `still ${effect}` : `${was} → ${effect}`}
      </span>
      {isGone || now.blockedBy.length === 0 ? null : (
        <span class="muted"> by {now.blockedBy.map((layer) => layerName(layer)).join(', ')}</span>
      )}
      {isAdded && step !== undefined ? <span class="muted">: {step.why}</span> : null}
    </li>
  )
}

/** What the layer that is edited makes of the step that is shown: an edit that changes nothing has a reason. */
function LayerSays({
  entries,
  layer,
}: {
  readonly entries: readonly LayerVerdict[]
  readonly layer: PolicyLayer | undefined
}) {
  const of = entries.filter((entry) => entry.layer === layer)
  if (layer === undefined || of.length === 0) return null
  const said = of.map(({ verdict, where, reason }) =>
    [
      where === undefined ? '' : `\`${where}\` `,
      VERDICT_WORDS[verdict],
      reason === undefined ? '' : ` (${reason})`,
    ].join(''),
  )
  return (
    <p class="muted">
      {layerTitle(layer)}: <Prose text={said.join(', ')} />
    </p>
  )
}
