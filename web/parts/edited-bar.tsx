import type { DecisionEffect, Step } from '#http/wire.ts'
import { EFFECT_SIGNS } from '../words.ts'
import { Sign } from './prose.tsx'

const KINDS = { allowed: 'allow', denied: 'explicit-deny', undetermined: 'unknown' } as const

/** Stays in sight while something is edited: what is read above is not what is in force. */
export function EditedBar(props: {
  readonly steps: readonly Step[]
  readonly effects: readonly (DecisionEffect | undefined)[]
  readonly onUndo: () => void
}) {
  const { steps, effects, onUndo } = props
  return (
    <aside class="edited-bar" aria-label="Your edits">
      <b>With your edits</b>
      <ul>
        {steps.map(({ request }, i) => {
          const effect = effects[i]
          return effect === undefined ? null : (
            <li key={i}>
              <Sign of={EFFECT_SIGNS[effect]} kind={KINDS[effect]} />
              {request.action} {effect}
            </li>
          )
        })}
      </ul>
      <a href="#trace">Layers</a>
      <a href="#bench">Edits</a>
      <button type="button" class="quiet" onClick={onUndo}>
        Undo all
      </button>
    </aside>
  )
}
