import type { Step } from '#http/wire.ts'
import { type Effect, EFFECT_KINDS, EFFECT_SIGNS, oneLine, RELATION_WORDS, shortArn } from '../words.ts'
import { Sign } from './prose.tsx'

/** The denied call and what the same call needs besides; each can be looked into. */
export function Chain(props: {
  readonly steps: readonly Step[]
  readonly chosen: number
  /** What an edit makes of each, where something was edited. */
  readonly edited?: readonly (Effect | undefined)[] | undefined
  /** What an edited request needs besides. */
  readonly added?: readonly Step[] | undefined
  readonly onChoose: (index: number) => void
}) {
  const { steps, chosen, edited, added = [], onChoose } = props
  // In the order in which AWS asks: what comes before stands first.
  const ordered = steps
    .map((step, index) => ({ step, index }))
    .toSorted((one, other) => place(one.step) - place(other.step) || one.index - other.index)
  return (
    <ol class="chain" aria-label="What the call needs, in its order">
      {ordered.map(({ step, index }) => {
        const { request, decision, relation } = step
        const now = edited?.[index]
        return (
          <li key={index}>
            <button
              type="button"
              class={`step${index === chosen ? ' chosen' : ''}`}
              aria-pressed={index === chosen}
              onClick={() => onChoose(index)}
            >
              <span class="relation">{RELATION_WORDS[relation]}</span>
              <span class="action">
                <Sign of={EFFECT_SIGNS[decision.decision]} kind={EFFECT_KINDS[decision.decision]} /> {request.action}
              </span>
              <span class="on" title={oneLine(request.resource)}>
                {shortArn(oneLine(request.resource ?? 'not said'))}
              </span>
              <span class={`effect-word ${EFFECT_KINDS[decision.decision]}`}>
                {decision.decision}
                {now === undefined || now === decision.decision ? null : <b class={EFFECT_KINDS[now]}> → {now}</b>}
              </span>
            </button>
          </li>
        )
      })}
      {added.map(({ request, decision: { decision } }, i) => (
        <li key={`added ${i}`}>
          <div class="step added">
            <span class="relation">Needed by your edit</span>
            <span class="action">
              <Sign of={EFFECT_SIGNS[decision]} kind={EFFECT_KINDS[decision]} /> {request.action}
            </span>
            <span class="on" title={oneLine(request.resource)}>
              {shortArn(oneLine(request.resource ?? 'not said'))}
            </span>
            <span class={`effect-word ${EFFECT_KINDS[decision]}`}>{decision}</span>
          </div>
        </li>
      ))}
    </ol>
  )
}

const place = ({ relation }: Step): number => (relation === 'before' ? 0 : relation === 'denied' ? 1 : 2)
