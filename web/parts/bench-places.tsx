import { keyOfAddition } from '../additions.ts'
import { CONTEXT, type Place, type Slot } from '../places.ts'
import type { Edits } from '../edits.ts'
import { layerTitle } from '../answer/names.ts'

/** List of the policies that can be edited, by layer from the outside in, with room in each for a policy that is not there. */
export function BenchPlaces(props: {
  readonly slots: readonly Slot[]
  readonly edits: Edits
  readonly step: number
  readonly target: string
  readonly onTarget: (target: string) => void
  readonly onAdd: (slot: Slot) => void
}) {
  const { slots, edits, step, target, onTarget, onAdd } = props
  const one = (key: string, name: string, mark: string, isGone = false) => (
    <button
      key={key}
      type="button"
      class={`place${isGone ? ' gone' : ''}`}
      aria-pressed={key === target}
      onClick={() => onTarget(key)}
    >
      <span>{name}</span>
      {mark === '' ? null : <span class="mark">{mark}</span>}
    </button>
  )
  return (
    <nav class="places" aria-label="What can be edited">
      {one(CONTEXT, 'Context of the request', edits.contexts.has(step) ? 'edited' : '')}
      <ul>
        {slots.map((slot, i) => (
          <li key={`${slot.layer} ${slot.where ?? ''}`}>
            <p class="slot">
              <span>
                {slots[i - 1]?.layer === slot.layer ? null : <b>{layerTitle(slot.layer)}</b>}
                {slot.where === undefined ? null : <span class="at">{slot.where}</span>}
              </span>
              {slot.takesMore ? (
                <button
                  type="button"
                  class="quiet add"
                  aria-label={`Add: ${layerTitle(slot.layer)}${slot.where === undefined ? '' : ` at ${slot.where}`}`}
                  onClick={() => onAdd(slot)}
                >
                  + Add
                </button>
              ) : null}
            </p>
            {slot.isUnknown ? <p class="note">Not known. What you add counts as all of it.</p> : null}
            {slot.places.map((place) =>
              one(place.key, place.policy.name, markOf(place, edits), edits.removed.has(place.key)),
            )}
          </li>
        ))}
      </ul>
    </nav>
  )
}

function markOf({ key }: Place, { additions, removed, texts }: Edits): string {
  if (removed.has(key)) return 'taken away'
  if (additions.some((one) => keyOfAddition(one) === key)) return 'added'
  return texts.has(key) ? 'edited' : ''
}
