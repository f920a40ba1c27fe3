import { useEffect, useMemo, useState } from 'preact/hooks'
import type { Fix, OwnEdit, Policy, Scenario, Step } from '#http/wire.ts'
import { keyOfAddition } from '../additions.ts'
import { findingsIn, heard, type Linted } from '../answer/edit-findings.ts'
import { layerLabel } from '../answer/names.ts'
import { type Edits, isEdited, NO_EDITS, withAdditions } from '../edits.ts'
import type { ChangePlace, Finding, MountedEditor } from '../editor/mounted.ts'
import { jsonPlaces, jsonSpans } from '../json-text.ts'
import { CONTEXT, layoutOf, type Place, placesOf } from '../places.ts'
import type { Trial } from '../try.ts'
import { CodeEditor } from './code-editor.tsx'
import { CopyEdit, useEditForms } from './copy-edit.tsx'
import { EditEffect } from './edit-effect.tsx'
import { Glyph } from './icon.tsx'
import { Prose } from './prose.tsx'

export interface EditProps {
  readonly scenario: Scenario
  readonly step: number
  readonly steps: readonly Step[]
  readonly edits: Edits
  readonly trial: Trial
  readonly fix: Fix | undefined
  /** Key of a place, or the context. */
  readonly target: string
  /** Pointer to what the reader came for. */
  readonly at: string | undefined
  readonly onTarget: (target: string) => void
  readonly onEdit: (edits: Edits) => void
  readonly onClose: () => void
}

/** What is edited: its place and texts, now and before. */
interface Subject {
  readonly key: string
  readonly place: Place | undefined
  readonly places: readonly Place[]
  /** It was added by the reader or a fix: there is nothing that it is held against. */
  readonly isNew: boolean
  readonly isRemoved: boolean
  readonly original: string
  readonly text: string
  readonly firstLine: number
}

function useSubject({ scenario, step, edits, target }: EditProps): Subject {
  const { additions, removed, texts, contexts } = edits
  const places = useMemo(() => placesOf(withAdditions(scenario, edits)), [scenario, additions])
  const place = places.find(({ key }) => key === target)
  const laid = useMemo(() => (place === undefined ? undefined : layoutOf(place.policy)), [place])
  const original = laid?.text ?? JSON.stringify(scenario.request.context ?? {}, null, 2)
  const firstLine = useMemo(
    () => (laid?.isAsWritten === true ? firstLineOf(place?.policy, laid.text) : 1),
    [place, laid],
  )
  return {
    key: place?.key ?? `${CONTEXT} ${step}`,
    place,
    places,
    isNew: additions.some((one) => keyOfAddition(one) === place?.key),
    isRemoved: place !== undefined && removed.has(place.key),
    original,
    text: (place === undefined ? contexts.get(step) : texts.get(place.key)) ?? original,
    firstLine,
  }
}

/** At which line of its file a policy begins, by the lines of its statements; 1, where they do not agree. */
function firstLineOf(policy: Policy | undefined, text: string): number {
  const places = jsonPlaces(text)
  const starts = (policy?.lines ?? []).flatMap((line, i) => {
    const [first] = places?.get(`/Statement/${i}`) ?? []
    return line === undefined || first === undefined ? [] : [line - first]
  })
  const [one = 1] = starts
  return one > 0 && starts.every((start) => start === one) ? one : 1
}

/** The edits with another text; one that is as it was is none. */
function written(edits: Edits, { place, original, isNew }: Subject, step: number, text: string): Edits {
  const isBack = text === original && !isNew
  const put = <Key,>(map: ReadonlyMap<Key, string>, key: Key): ReadonlyMap<Key, string> => {
    const next = new Map(map).set(key, text)
    if (isBack) next.delete(key)
    return next
  }
  return place === undefined
    ? { ...edits, contexts: put(edits.contexts, step) }
    : { ...edits, texts: put(edits.texts, place.key) }
}

/** The edit for the generators of texts to copy; undefined of the context, which no command sets. */
function useOwnEdit({ scenario, steps, step }: EditProps, subject: Subject): OwnEdit | undefined {
  const { place, isNew, text } = subject
  return useMemo(() => {
    if (place === undefined) return undefined
    const { layer, where, policy } = place
    const { layers } = steps[step]?.decision ?? { layers: [] }
    const kind = layer === 'resource-policy' ? layers.find((one) => one.layer === layer)?.kind : undefined
    return {
      scenario,
      layer,
      ...(where === undefined ? {} : { where }),
      ...(kind === undefined ? {} : { kind }),
      policy,
      isNew,
      text,
    }
  }, [scenario, steps, step, place, isNew, text])
}

/** What lint finds in the text, of the judgement that it is part of. */
function useFindings({ trial, steps, step, edits }: EditProps, { place, text }: Subject): readonly Finding[] {
  const judged: Linted | undefined =
    trial.state === 'judged' ? trial.tried.decisions[step] : isEdited(edits) ? undefined : steps[step]?.decision
  return useMemo(() => findingsIn(text, judged, place?.policy.name), [text, judged, place?.policy.name])
}

/** The card that was read becomes the editor; what the edit makes of the call stands beside it. */
export function EditCards(props: EditProps) {
  const { step, edits, trial, steps, fix, onEdit, onClose } = props
  const subject = useSubject(props)
  const written = useEditForms(useOwnEdit(props, subject))
  const { forms } = written
  return (
    <div class="two" id="editing">
      <section
        class="card editing"
        aria-label="Your edit"
        onKeyDown={(event) => {
          if (event.key === 'Escape') onClose()
        }}
      >
        <Editing {...{ props, subject }} />
        <footer>
          <CopyEdit written={written} text={subject.text} />
          <button type="button" disabled={!isEdited(edits)} onClick={() => onEdit(NO_EDITS)}>
            Discard
          </button>
          {forms?.note === undefined ? null : (
            <span class="muted">
              <Prose text={`Only a diff: ${forms.note}.`} />
            </span>
          )}
        </footer>
      </section>
      <EditEffect
        {...{ trial, steps, step, edits, fix, onClose, forms }}
        place={subject.place}
        original={subject.isNew ? undefined : subject.original}
        text={subject.isRemoved ? undefined : subject.text}
      />
    </div>
  )
}

/** What is edited, and the editor. */
function Editing({ props, subject }: { readonly props: EditProps; readonly subject: Subject }) {
  const { step, edits, at, onTarget, onEdit, onClose } = props
  const { key, place, places, isNew, isRemoved, original, text, firstLine } = subject
  const [isCompared, setCompared] = useState(false)
  const [editor, setEditor] = useState<MountedEditor>()
  const [changes, setChanges] = useState(NO_CHANGES)
  useEffect(() => setChanges(NO_CHANGES), [key])
  const findings = useFindings(props, subject)
  const span = useMemo(() => (at === undefined ? undefined : spanOf(original, at)), [at, original])
  return (
    <>
      <header>
        <div class="k">
          <Glyph of="pen" />
          <h2>Editing</h2>
          <span class="sp" />
          <button type="button" class="quiet" onClick={() => editor?.undo()} disabled={editor === undefined}>
            <Glyph of="back" /> Undo
          </button>
          <button type="button" class="quiet" onClick={onClose}>
            Close <kbd>Esc</kbd>
          </button>
        </div>
        <Target {...{ edits, step, place, places, onTarget }} />
      </header>
      <div class="edit-bar">
        {place === undefined || isNew ? null : <Compared {...{ isCompared, setCompared }} />}
        <span class="muted">
          {differing(original, text, isNew)}
          {changes.at === undefined || changes.count < 2 ? '' : `, change ${changes.at + 1} of ${changes.count}`}
        </span>
        {changes.count === 0 ? null : <Walk onWalk={(by) => editor?.walk(by)} />}
        <span class="sp" />
        {place === undefined ? null : (
          <button type="button" class="quiet" onClick={() => onEdit(withoutOrBack(edits, place.key))}>
            {isRemoved ? 'Put back' : 'Take away'}
          </button>
        )}
      </div>
      <CodeEditor
        key={key}
        label={place === undefined ? 'Context of the request as JSON' : `Document of ${placeWords(place)}`}
        original={isNew ? undefined : original}
        at={span}
        isLocked={isRemoved}
        onText={(next) => onEdit(written(edits, subject, step, next))}
        onChanges={setChanges}
        onMounted={setEditor}
        {...{ text, firstLine, findings, isCompared }}
      />
      <p class="vh" role="status">
        {heard(findings, text, firstLine)}
      </p>
    </>
  )
}

/** Of what the reader came for, or of what it stands in. */
function spanOf(text: string, pointer: string): readonly [number, number] {
  const spans = jsonSpans(text)
  for (let at = pointer; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) {
    const span = spans?.get(at)
    if (span !== undefined) return span
  }
  return [0, 0]
}

function Target(props: Pick<EditProps, 'edits' | 'step' | 'onTarget'> & Pick<Subject, 'place' | 'places'>) {
  const { edits, step, place, places, onTarget } = props
  return (
    <h3>
      <label class="vh" for="edit-target">
        What is edited
      </label>
      <select id="edit-target" value={place?.key ?? CONTEXT} onChange={(event) => onTarget(event.currentTarget.value)}>
        <option value={CONTEXT}>Context of the request{edits.contexts.has(step) ? ' (edited)' : ''}</option>
        {places.map((one) => (
          <option key={one.key} value={one.key}>
            {placeWords(one)}
            {edits.texts.has(one.key) ? ' (edited)' : edits.removed.has(one.key) ? ' (taken away)' : ''}
          </option>
        ))}
      </select>
    </h3>
  )
}

const NO_CHANGES: ChangePlace = { count: 0 }

/** From change to change, by buttons; the editor has a key for it. */
const Walk = ({ onWalk }: { readonly onWalk: (by: 1 | -1) => void }) => (
  <span class="walk">
    <button type="button" class="quiet" aria-label="Previous change" title="Shift F7" onClick={() => onWalk(-1)}>
      <Glyph of="up" />
    </button>
    <button type="button" class="quiet" aria-label="Next change" title="F7" onClick={() => onWalk(1)}>
      <Glyph of="down" />
    </button>
  </span>
)

const Compared = (props: { readonly isCompared: boolean; readonly setCompared: (on: boolean) => void }) => (
  <fieldset class="seg ui">
    <legend class="vh">What is shown</legend>
    {(['Edit', 'Diff'] as const).map((name) => {
      const isOn = props.isCompared === (name === 'Diff')
      return (
        <label key={name} class={isOn ? 'on' : ''}>
          <input type="radio" name="compared" checked={isOn} onChange={() => props.setCompared(name === 'Diff')} />
          {name}
        </label>
      )
    })}
  </fieldset>
)

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

/** How many lines of the edit are not in the original. */
function differing(before: string, text: string, isNew: boolean): string {
  if (isNew) return 'not in force'
  if (before === text) return 'as it is in force'
  const there = new Set(before.split('\n'))
  const lines = text.split('\n').filter((line) => !there.has(line)).length
  return lines === 0 ? 'lines were taken away' : `${lines} ${lines === 1 ? 'line differs' : 'lines differ'}`
}

export const placeWords = ({ layer, where, policy }: Place): string =>
  `${layerLabel(layer)}: ${policy.name}${where === undefined ? '' : ` at ${where}`}`
