import { type Diagnostic, diagnosticCount, lintKeymap, setDiagnostics, linter } from '@codemirror/lint'
import { type EditorState, type Extension, StateEffect, StateField } from '@codemirror/state'
import { Decoration, type DecorationSet, EditorView, keymap, WidgetType } from '@codemirror/view'
import type { Finding } from './mounted.ts'

const setFindings = StateEffect.define<readonly Finding[]>()

/** What is said of a line, below it. */
class Below extends WidgetType {
  readonly finding: Finding

  constructor(finding: Finding) {
    super()
    this.finding = finding
  }

  override eq({ finding }: Below): boolean {
    const { message, instead, severity } = this.finding
    return (
      finding.message === message &&
      finding.instead === instead &&
      finding.severity === severity &&
      finding.from === this.finding.from
    )
  }

  override toDOM(view: EditorView): HTMLElement {
    const { from, to, severity, message, instead } = this.finding
    const row = document.createElement('div')
    row.className = `finding ${severity}`
    const said = row.appendChild(document.createElement('span'))
    const head = said.appendChild(document.createElement('b'))
    head.textContent = severity === 'error' ? '✕ ' : '⚠ '
    head.ariaHidden = 'true'
    message.split('`').forEach((part, i) => {
      const piece = i % 2 === 0 ? document.createTextNode(part) : document.createElement('code')
      piece.textContent = part
      said.append(piece)
    })
    if (instead === undefined) return row
    const button = row.appendChild(document.createElement('button'))
    button.type = 'button'
    button.textContent = 'Correct it'
    button.addEventListener('click', () => {
      view.dispatch({ changes: { from, to, insert: instead }, userEvent: 'input.correct' })
      view.focus()
    })
    return row
  }

  override ignoreEvent(): boolean {
    return true
  }
}

/** At the end of the line on which each begins. */
function below(state: EditorState, findings: readonly Finding[]): DecorationSet {
  const placed = findings
    .filter(({ to }) => to <= state.doc.length)
    .map((finding) =>
      Decoration.widget({ widget: new Below(finding), block: true, side: 1 }).range(state.doc.lineAt(finding.from).to),
    )
  return Decoration.set(placed, true)
}

const rows = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update: (held, transaction) => {
    const found = transaction.effects.find((effect) => effect.is(setFindings))
    return found === undefined ? held.map(transaction.changes) : below(transaction.state, found.value)
  },
  provide: (field) => EditorView.decorations.from(field),
})

/** The findings on a text: underlined, said below their line, walked through with F8. */
export const FINDINGS: Extension = [rows, linter(null, { tooltipFilter: () => [] }), keymap.of([...lintKeymap])]

export function showFindings(view: EditorView, findings: readonly Finding[]): void {
  // Most letters bring none and take none away: nothing is drawn anew.
  if (findings.length === 0 && diagnosticCount(view.state) + view.state.field(rows).size === 0) return
  const { length } = view.state.doc
  const diagnostics = findings
    .filter(({ to }) => to <= length)
    .map(({ from, to, severity, message }): Diagnostic => ({ from, to, severity, message }))
  view.dispatch(setDiagnostics(view.state, diagnostics), { effects: setFindings.of(findings) })
}
