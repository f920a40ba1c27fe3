import type { Step } from '#http/wire.ts'
import { type Effect, EFFECT_KINDS, EFFECT_SIGNS } from '../words.ts'
import { Sign } from './prose.tsx'

/** Stays in sight while something is edited: what is read above is not what is in force. */
export function EditedBar(props: {
  readonly steps: readonly Step[]
  readonly effects: readonly (Effect | undefined)[]
  /** What an edited request needs besides. */
  readonly added: readonly Step[]
  readonly onUndo: () => void
}) {
  const { steps, effects, added, onUndo } = props
  const all = [...steps, ...added].map(({ request, decision }, i) => ({
    action: request.action,
    effect: i < steps.length ? effects[i] : decision.decision,
  }))
  return (
    <aside class="edited-bar" aria-label="Your edits">
      <b>With your edits</b>
      <ul>
        {all.map(({ action, effect }, i) =>
          effect === undefined ? null : (
            <li key={i}>
              <Sign of={EFFECT_SIGNS[effect]} kind={EFFECT_KINDS[effect]} />
              {action} {effect}
            </li>
          ),
        )}
      </ul>
      <a href="#trace">Layers</a>
      <a href="#bench">Edits</a>
      <button type="button" class="quiet" onClick={onUndo}>
        Undo all
      </button>
    </aside>
  )
}
