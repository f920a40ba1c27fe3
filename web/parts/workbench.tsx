import type { Change, Decision, LayerVerdict, PolicyLayer, Step } from '#http/wire.ts'
import { keyOfAddition } from '../additions.ts'
import type { Place } from '../places.ts'
import type { Edits } from '../edits.ts'
import type { Trial } from '../try.ts'
import { EFFECT_KINDS, EFFECT_SIGNS, LAYER_WORDS, oneLine, shortArn, VERDICT_WORDS } from '../words.ts'
import { Prose, Sign } from './prose.tsx'

/** A policy or the context of the request as its text, to be edited. */
export function Editor(props: {
  readonly place: Place | undefined
  readonly text: string
  readonly edits: Edits
  readonly onEdit: (edits: Edits) => void
  readonly onText: (text: string) => void
}) {
  const { place, text, edits, onEdit, onText } = props
  const isRemoved = place !== undefined && edits.removed.has(place.key)
  return (
    <>
      <div class="bench-head">
        <p>
          {place === undefined ? (
            <b>Context of the request</b>
          ) : (
            <>
              <span class="muted">{LAYER_WORDS[place.layer]}</span> <b>{place.policy.name}</b>
              {place.where === undefined ? null : <span class="muted"> at {place.where}</span>}
            </>
          )}
        </p>
        <div class="buttons">
          {place === undefined ? null : (
            <button type="button" class="quiet" onClick={() => onEdit(withoutOrBack(edits, place.key))}>
              {isRemoved ? 'Put back' : 'Take away'}
            </button>
          )}
        </div>
      </div>
      <textarea
        id="bench-text"
        class="editor edit-text"
        spellcheck={false}
        disabled={isRemoved}
        aria-label={place === undefined ? 'Context of the request as JSON' : `Document of ${nameOf(place)}`}
        rows={Math.min(24, Math.max(8, text.split('\n').length + 1))}
        value={text}
        onInput={(event) => onText(event.currentTarget.value)}
      />
    </>
  )
}

/** What was added goes; what was there is taken away, or comes back. */
function withoutOrBack(edits: Edits, key: string): Edits {
  const additions = edits.additions.filter((one) => keyOfAddition(one) !== key)
  const texts = new Map(edits.texts)
  if (additions.length < edits.additions.length) {
    texts.delete(key)
    return { ...edits, additions, texts }
  }
  const removed = new Set(edits.removed)
  if (!removed.delete(key)) removed.add(key)
  return { ...edits, removed }
}

const nameOf = ({ layer, where, policy }: Place): string =>
  `${LAYER_WORDS[layer]}: ${policy.name}${where === undefined ? '' : ` at ${where}`}`

/** What the edits make of every step, judged in this page. */
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
      {trial.state === 'idle' ? <p class="muted">Every step is judged again as you type.</p> : null}
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
      <Sign of={EFFECT_SIGNS[effect]} kind={EFFECT_KINDS[effect]} /> <b>{step?.request.action}</b>{' '}
      <span class="muted">{shortArn(oneLine(step?.request.resource))}</span>{' '}
      <span class={`effect-word ${EFFECT_KINDS[effect]}`}>
        {isAdded ? `needed now: ${effect}` : was === effect ? `still ${effect}` : `${was} → ${effect}`}
      </span>
      {isGone || now.blockedBy.length === 0 ? null : (
        <span class="muted"> by {now.blockedBy.map((layer) => LAYER_WORDS[layer].toLowerCase()).join(', ')}</span>
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
      {LAYER_WORDS[layer]}: <Prose text={said.join(', ')} />
    </p>
  )
}
