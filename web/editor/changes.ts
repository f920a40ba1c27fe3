import { Chunk, unifiedMergeView } from '@codemirror/merge'
import { type EditorState, type Extension, type Range, RangeSet, StateField, Text } from '@codemirror/state'
import { gutter, GutterMarker } from '@codemirror/view'

class Mark extends GutterMarker {
  override readonly elementClass: string

  constructor(elementClass: string) {
    super()
    this.elementClass = elementClass
  }
}

const CHANGED = new Mark('changed')
const GONE = new Mark('gone')

/** A diff that takes longer than this many milliseconds of a keystroke is a coarser one. */
const DIFF = { scanLimit: 500, timeout: 10 }

/** A mark beside each line that is not in the original, and where a line of it is gone. */
export function changesBeside(original: string): Extension {
  const was = Text.of(original.split('\n'))
  const marks = StateField.define<RangeSet<GutterMarker>>({
    create: (state) => marksOf(was, state),
    update: (held, { docChanged, state }) => (docChanged ? marksOf(was, state) : held),
  })
  return [marks, gutter({ class: 'changes', markers: (view) => view.state.field(marks) })]
}

function marksOf(was: Text, { doc }: EditorState): RangeSet<GutterMarker> {
  const marks: Range<GutterMarker>[] = []
  for (const { fromB, toB, endB } of Chunk.build(was, doc, DIFF)) {
    if (fromB === toB) {
      marks.push(GONE.range(doc.lineAt(Math.min(fromB, doc.length)).from))
      continue
    }
    for (let at = fromB; at <= endB && at <= doc.length; at = doc.lineAt(at).to + 1)
      marks.push(CHANGED.range(doc.lineAt(at).from))
  }
  return RangeSet.of(marks, true)
}

/** The lines of the original that are gone, between those that are there. */
export const comparedWith = (original: string): Extension =>
  unifiedMergeView({ original, mergeControls: false, gutter: false, diffConfig: DIFF })
