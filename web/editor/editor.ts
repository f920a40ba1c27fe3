/** The editor of the page: CodeMirror in a shadow root, where its styles are sheets and no elements (ADR 0060). */
import { defaultKeymap, history, historyKeymap, undo } from '@codemirror/commands'
import { json } from '@codemirror/lang-json'
import { bracketMatching, indentOnInput, syntaxHighlighting } from '@codemirror/language'
import { Annotation, Compartment, EditorState, type Extension } from '@codemirror/state'
import { EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers } from '@codemirror/view'
import { changeAt, changesBeside, comparedWith, toChange } from './changes.ts'
import { FIND } from './find.ts'
import { FINDINGS, showFindings } from './findings.ts'
import type { ChangePlace, EditorOptions, MountedEditor } from './mounted.ts'
import { COLOURS, THEME } from './theme.ts'

/** The text came from the page, which need not be told of it. */
const FROM_PAGE = Annotation.define<true>()

/** Puts an editor into an element, which must have no shadow root yet. Tab leaves it; Escape is the page's. */
export function mountEditor(host: HTMLElement, options: EditorOptions): MountedEditor {
  const { original } = options
  const [locked, compared, walked] = [new Compartment(), new Compartment(), new Compartment()]
  const root = host.attachShadow({ mode: 'open' })
  const extensions = [...extensionsOf(options), locked.of([]), compared.of([]), walked.of([])]
  const view = new EditorView({ state: EditorState.create({ doc: options.text, extensions }), parent: root, root })
  options.onChanges(changeAt(view.state))
  return {
    show: (next) => {
      const { doc } = view.state
      if (doc.toString() === next) return
      view.dispatch({ changes: { from: 0, to: doc.length, insert: next }, annotations: FROM_PAGE.of(true) })
    },
    find: (findings) => showFindings(view, findings),
    compare: (on) =>
      view.dispatch({
        effects: compared.reconfigure(on && original !== undefined ? comparedWith(original) : []),
      }),
    walk: (by) => {
      view.dispatch({ effects: walked.reconfigure(EditorView.editorAttributes.of({ class: 'walked' })) })
      toChange(by)(view)
    },
    lock: (on) =>
      view.dispatch({
        effects: locked.reconfigure(on ? [EditorState.readOnly.of(true), EditorView.editable.of(false)] : []),
      }),
    undo: () => void undo(view),
    goTo: ([from, to]) => {
      const { length } = view.state.doc
      const effects = EditorView.scrollIntoView(Math.min(from, length), { y: 'center' })
      view.dispatch({ selection: { anchor: Math.min(to, length) }, effects })
      view.focus()
    },
    destroy: () => view.destroy(),
  }
}

/**
 * Text typed over other text is put in by us: what the browser makes of what is left carries styles of its own, which the
 * page's policy refuses.
 */
const TYPED_OVER = EditorView.domEventHandlers({
  beforeinput: (event, view) => {
    const { selection, readOnly } = view.state
    if (event.inputType !== 'insertText' || event.data === null || view.composing) return false
    if (selection.main.empty || readOnly) return false
    event.preventDefault()
    view.dispatch(view.state.replaceSelection(event.data), { scrollIntoView: true, userEvent: 'input.type' })
    return true
  },
})

/** Tells of the changes when there are others, or the cursor stands in another. */
function tellChanges(onChanges: EditorOptions['onChanges']): Extension {
  let told: ChangePlace = { count: 0 }
  return EditorView.updateListener.of(({ docChanged, selectionSet, state }) => {
    if (!docChanged && !selectionSet) return
    const place = changeAt(state)
    if (place.count === told.count && place.at === told.at) return
    told = place
    onChanges(place)
  })
}

const extensionsOf = ({ label, original, firstLine, onText, onChanges }: EditorOptions): readonly Extension[] => [
  lineNumbers({ formatNumber: (line) => String(line + firstLine - 1) }),
  original === undefined ? [] : [changesBeside(original), tellChanges(onChanges)],
  history(),
  json(),
  indentOnInput(),
  bracketMatching(),
  highlightActiveLine(),
  highlightActiveLineGutter(),
  syntaxHighlighting(COLOURS),
  FINDINGS,
  FIND,
  THEME,
  TYPED_OVER,
  EditorView.lineWrapping,
  EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
  EditorView.updateListener.of(({ docChanged, transactions, state: { doc } }) => {
    const isOurs = transactions.some((one) => one.annotation(FROM_PAGE) === undefined && one.docChanged)
    if (docChanged && isOurs) onText(doc.toString())
  }),
  keymap.of([...historyKeymap, ...defaultKeymap.filter(({ key }) => key !== 'Escape')]),
]
