import type { Scenario, Step } from '#http/wire.ts'
import { type Place, placesOf, textOf } from '../places.ts'
import { type Edits, isEdited, NO_EDITS, type Trial } from '../try.ts'
import { EFFECT_SIGNS, LAYER_WORDS, oneLine, shortArn } from '../words.ts'
import { Prose, Sign } from './prose.tsx'

export const CONTEXT = 'context'

/** Edit a policy or the context and see at once what it makes of every step. Nothing leaves the page. */
export function Workbench(props: {
  readonly scenario: Scenario
  readonly step: number
  readonly steps: readonly Step[]
  readonly edits: Edits
  readonly trial: Trial
  /** Key of a place, or the context. */
  readonly target: string
  readonly onTarget: (target: string) => void
  readonly onEdit: (edits: Edits) => void
}) {
  const { scenario, step, steps, edits, trial, target, onTarget, onEdit } = props
  const places = placesOf(scenario)
  const place = places.find(({ key }) => key === target)
  const text =
    place === undefined ? contextText(scenario, step, edits) : (edits.texts.get(place.key) ?? textOf(place.policy))
  const change = (value: string): void => {
    if (place === undefined) onEdit({ ...edits, contexts: new Map(edits.contexts).set(step, value) })
    else onEdit({ ...edits, texts: new Map(edits.texts).set(place.key, value) })
  }
  return (
    <div class="workbench">
      <div class="bench-head">
        <label>
          Edit{' '}
          <select
            id="bench-target"
            value={place?.key ?? CONTEXT}
            onChange={(event) => onTarget(event.currentTarget.value)}
          >
            <option value={CONTEXT}>The context of the request</option>
            {places.map((one) => (
              <option key={one.key} value={one.key}>
                {nameOf(one)}
                {edits.texts.has(one.key) ? ' (edited)' : ''}
              </option>
            ))}
          </select>
        </label>
        <button type="button" class="quiet" disabled={!isEdited(edits)} onClick={() => onEdit(NO_EDITS)}>
          Undo all
        </button>
      </div>
      <textarea
        id="bench-text"
        class="editor"
        spellcheck={false}
        aria-label={place === undefined ? 'Context of the request as JSON' : `Document of ${nameOf(place)}`}
        rows={Math.min(24, Math.max(8, text.split('\n').length + 1))}
        value={text}
        onInput={(event) => change(event.currentTarget.value)}
      />
      <Outcome trial={trial} steps={steps} added={edits.added.length} />
    </div>
  )
}

const nameOf = ({ layer, where, policy }: Place): string =>
  `${LAYER_WORDS[layer]}: ${policy.name}${where === undefined ? '' : ` at ${where}`}`

const contextText = ({ request }: Scenario, step: number, { contexts }: Edits): string =>
  contexts.get(step) ?? JSON.stringify(request.context ?? {}, null, 2)

const KINDS = { allowed: 'allow', denied: 'explicit-deny', undetermined: 'unknown' } as const

function Outcome({
  trial,
  steps,
  added,
}: {
  readonly trial: Trial
  readonly steps: readonly Step[]
  readonly added: number
}) {
  return (
    <div class="outcome" role="status">
      {trial.state === 'idle' ? (
        <p class="muted">Edit above: every step is judged again as you type, in this page alone.</p>
      ) : null}
      {trial.state === 'loading' ? <p class="muted">Loading the engine …</p> : null}
      {trial.state === 'wrong' ? (
        <p class="warning">
          <Sign of="!" kind="unknown" /> <Prose text={trial.why} />
        </p>
      ) : null}
      {trial.state === 'judged' ? (
        <>
          <ul>
            {trial.tried.decisions.map(({ decision }, i) => (
              <li key={i}>
                <Sign of={EFFECT_SIGNS[decision]} kind={KINDS[decision]} /> <b>{steps[i]?.request.action}</b>{' '}
                <span class="muted">{shortArn(oneLine(steps[i]?.request.resource))}</span>{' '}
                <span class={`effect-word ${KINDS[decision]}`}>
                  {steps[i]?.decision.decision === decision
                    ? `still ${decision}`
                    : `${steps[i]?.decision.decision} → ${decision}`}
                </span>
              </li>
            ))}
          </ul>
          <p class="muted" id="bench-time">
            Judged in {trial.tried.milliseconds.toFixed(1)} ms
            {added === 0 ? '' : `, with ${added} further ${added === 1 ? 'change' : 'changes'} of the fix`}
          </p>
        </>
      ) : null}
    </div>
  )
}
