import { Chunk, unifiedMergeView } from '@codemirror/merge'
import { type EditorState, type Extension, type Range, RangeSet, StateField, Text } from '@codemirror/state'
import {
  type Command,
  Decoration,
  type DecorationSet,
  EditorView,
  gutter,
  GutterMarker,
  keymap,
} from '@codemirror/view'
import type { ChangePlace } from './mounted.ts'
import { wordsDiff } from './words-diff.ts'

class Mark extends GutterMarker {
  override readonly elementClass: string

  constructor(elementClass: string) {
    super()
    this.elementClass = elementClass
  }
}

const CHANGED = new Mark('changed')
const GONE = new Mark('gone')

const DIFF = { override: wordsDiff }

interface Changes {
  readonly chunks: readonly Chunk[]
  readonly marks: RangeSet<GutterMarker>
  /** The lines that are new as a whole. */
  readonly added: DecorationSet
}

const NEW = Decoration.line({ class: 'new' })

/** What differs from the original, of an editor that has one. */
const CHANGES = StateField.define<Changes & { readonly was: Text | undefined }>({
  create: () => ({ was: undefined, chunks: [], marks: RangeSet.empty, added: Decoration.none }),
  update: (held, { docChanged, state }) =>
    docChanged && held.was !== undefined ? { was: held.was, ...changesOf(held.was, state) } : held,
  provide: (field) => EditorView.decorations.from(field, ({ added }) => added),
})

/** A mark beside each line that is not in the original, and where a line of it is gone; F7 goes to the next change. */
export function changesBeside(original: string): Extension {
  const was = Text.of(original.split('\n'))
  return [
    CHANGES.init((state) => ({ was, ...changesOf(was, state) })),
    gutter({ class: 'changes', markers: (view) => view.state.field(CHANGES).marks }),
    keymap.of(['F7', 'Alt-F5'].map((key) => ({ key, run: toChange(1), shift: toChange(-1) }))),
  ]
}

function changesOf(was: Text, { doc }: EditorState): Changes {
  const chunks = Chunk.build(was, doc, DIFF)
  const marks: Range<GutterMarker>[] = []
  for (const { fromB, toB, endB } of chunks) {
    if (fromB === toB) {
      marks.push(GONE.range(doc.lineAt(Math.min(fromB, doc.length)).from))
      continue
    }
    for (let at = fromB; at <= endB && at <= doc.length; at = doc.lineAt(at).to + 1)
      marks.push(CHANGED.range(doc.lineAt(at).from))
  }
  return { chunks, marks: RangeSet.of(marks, true), added: Decoration.set(addedLines(chunks, doc)) }
}

function addedLines(chunks: readonly Chunk[], doc: Text): Range<Decoration>[] {
  return chunks.flatMap(({ fromB, changes }) =>
    changes.flatMap((change) => {
      const lines: Range<Decoration>[] = []
      const [from, to] = [fromB + change.fromB, Math.min(fromB + change.toB, doc.length)]
      for (let at = from; at < to; at = doc.lineAt(at).to + 1) {
        const line = doc.lineAt(at)
        if (line.from >= from && line.to <= to && line.length > 0) lines.push(NEW.range(line.from))
      }
      return lines
    }),
  )
}

/** Moves the cursor to the next change or the one before, and behind the last to the first again. */
export const toChange =
  (by: 1 | -1): Command =>
  (view) => {
    const { chunks = [] } = view.state.field(CHANGES, false) ?? {}
    const { head } = view.state.selection.main
    const found =
      by === 1
        ? (chunks.find(({ fromB }) => fromB > head) ?? chunks[0])
        : (chunks.findLast(({ endB }) => endB < head) ?? chunks.at(-1))
    if (found === undefined) return false
    const at = Math.min(found.fromB, view.state.doc.length)
    view.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: 'center' }) })
    return true
  }

/** How many changes there are, and in which the cursor stands. */
export function changeAt(state: EditorState): ChangePlace {
  const { chunks = [] } = state.field(CHANGES, false) ?? {}
  const { head } = state.selection.main
  const at = chunks.findIndex(({ fromB, endB }) => fromB <= head && head <= endB)
  return { count: chunks.length, ...(at < 0 ? {} : { at }) }
}

/** The lines of the original that are gone, between those that are there; each change can be put back alone. */
export const comparedWith = (original: string): Extension =>
  unifiedMergeView({ original, mergeControls: control, gutter: false, diffConfig: DIFF })

/** The original stays what it is: there is nothing to accept. */
function control(type: 'accept' | 'reject', act: (event: MouseEvent) => void): HTMLElement {
  if (type === 'accept') return document.createElement('span')
  const button = document.createElement('button')
  button.type = 'button'
  button.textContent = 'Put back'
  button.ariaLabel = 'Put back this change'
  button.addEventListener('click', (event) => {
    const editor = button.closest<HTMLElement>('.cm-editor')
    const view = editor === null ? null : EditorView.findFromDOM(editor)
    act(event)
    // What was pressed is gone with its change.
    view?.focus()
  })
  return button
}
