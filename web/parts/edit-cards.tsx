import type { Scenario, Step } from '#http/wire.ts'
import { layerLabel } from '../answer/names.ts'
import { CONTEXT, type Place, placesOf, textOf } from '../places.ts'
import { type Edits, isEdited, NO_EDITS, withAdditions } from '../edits.ts'
import type { Trial } from '../try.ts'
import { createTwoFilesPatch } from 'diff'
import { Copy } from './copy.tsx'
import { EditFindings } from './edit-findings.tsx'
import { Editor, Outcome } from './workbench.tsx'
import { Glyph, Warn } from './icon.tsx'
import { Prose } from './prose.tsx'

export interface EditProps {
  readonly scenario: Scenario
  readonly step: number
  readonly steps: readonly Step[]
  readonly edits: Edits
  readonly trial: Trial
  /** Key of a place, or the context. */
  readonly target: string
  readonly onTarget: (target: string) => void
  readonly onEdit: (edits: Edits) => void
  readonly onClose: () => void
}

/** The card that was read becomes the editor; what the edit makes of the call stands beside it. */
export function EditCards(props: EditProps) {
  const { scenario, step, steps, edits, trial, target, onTarget, onEdit, onClose } = props
  const whole = withAdditions(scenario, edits)
  const places = placesOf(whole)
  const place = places.find(({ key }) => key === target)
  const before = place === undefined ? '' : textOf(place.policy)
  const text =
    place === undefined ? contextText(scenario, step, edits) : (edits.texts.get(place.key) ?? textOf(place.policy))
  const write = (next: string): void =>
    onEdit(
      place === undefined
        ? { ...edits, contexts: new Map(edits.contexts).set(step, next) }
        : { ...edits, texts: new Map(edits.texts).set(place.key, next) },
    )
  return (
    <div class="two" id="editing">
      <section
        class="card editing"
        aria-label="Your edit"
        onKeyDown={(event) => {
          if (event.key === 'Escape') onClose()
        }}
      >
        <header>
          <div class="k">
            <Glyph of="pen" />
            <h2>Editing</h2>
            <label class="vh" for="edit-target">
              What is edited
            </label>
            <select
              id="edit-target"
              value={place?.key ?? CONTEXT}
              onChange={(event) => onTarget(event.currentTarget.value)}
            >
              <option value={CONTEXT}>Context of the request{edits.contexts.has(step) ? ' (edited)' : ''}</option>
              {places.map((one) => (
                <option key={one.key} value={one.key}>
                  {placeWords(one)}
                  {edits.texts.has(one.key) ? ' (edited)' : edits.removed.has(one.key) ? ' (taken away)' : ''}
                </option>
              ))}
            </select>
            <kbd class="r">Esc</kbd>
          </div>
        </header>
        <Editor place={place} text={text} edits={edits} onEdit={onEdit} onText={write} />
        {place === undefined || trial.state !== 'judged' ? null : (
          <EditFindings decision={trial.tried.decisions[step]} policy={place.policy.name} text={text} onText={write} />
        )}
        <footer>
          {place === undefined ? null : (
            <>
              <Copy
                kind="primary"
                text={() =>
                  createTwoFilesPatch(`a/${place.policy.name}`, `b/${place.policy.name}`, ended(before), ended(text))
                }
                label="Copy my edit as diff"
              />
              <Copy kind="" text={text} label="Copy JSON" />
            </>
          )}
          <button type="button" disabled={!isEdited(edits)} onClick={() => onEdit(NO_EDITS)}>
            Undo all
          </button>
          <button type="button" class="quiet" onClick={onClose}>
            Close
          </button>
          <span class="sp" />
          <span class="muted">{differing(before, text)}</span>
        </footer>
      </section>
      <section class="card" aria-label="What your edit does">
        <header>
          <div class="k">
            <Glyph of="pen" />
            <h2>What your edit does</h2>
            <span class="r">against what was in force</span>
          </div>
        </header>
        <Outcome trial={trial} steps={steps} others={edits.others} step={step} layer={place?.layer} />
        {trial.state === 'wrong' ? (
          <div class="seal nx">
            <Warn />
            <span>
              <b>Not judged.</b> <Prose text={trial.why} />
            </span>
          </div>
        ) : null}
      </section>
    </div>
  )
}

/** Files end with a line break. */
const ended = (text: string): string => (text.endsWith('\n') ? text : `${text}\n`)

/** How many lines of the edit are not in the original. */
function differing(before: string, text: string): string {
  if (before === '' || before === text) return 'nothing leaves this machine'
  const there = new Set(before.split('\n'))
  const lines = text.split('\n').filter((line) => !there.has(line)).length
  return lines === 0 ? 'lines were taken away' : `${lines} ${lines === 1 ? 'line differs' : 'lines differ'}`
}

export const placeWords = ({ layer, where, policy }: Place): string =>
  `${layerLabel(layer)}: ${policy.name}${where === undefined ? '' : ` at ${where}`}`

const contextText = ({ request }: Scenario, step: number, { contexts }: Edits): string =>
  contexts.get(step) ?? JSON.stringify(request.context ?? {}, null, 2)
