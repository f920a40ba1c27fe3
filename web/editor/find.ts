import {
  closeSearchPanel,
  findNext,
  findPrevious,
  getSearchQuery,
  openSearchPanel,
  SearchQuery,
  search,
  setSearchQuery,
} from '@codemirror/search'
import type { EditorState, Extension } from '@codemirror/state'
import { EditorView, keymap, type Panel, runScopeHandlers } from '@codemirror/view'

const SCOPE = 'editor search-panel'

/**
 * Finds in the whole text by Ctrl F: only the lines that are seen are drawn, and the browser finds in no others. What is typed
 * is a text and no pattern.
 */
export const FIND: Extension = [
  search({ top: true, literal: true, createPanel: findPanel }),
  keymap.of([
    { key: 'Mod-f', run: openSearchPanel, scope: SCOPE },
    { key: 'F3', run: findNext, shift: findPrevious, scope: SCOPE, preventDefault: true },
    { key: 'Mod-g', run: findNext, shift: findPrevious, scope: SCOPE, preventDefault: true },
    // Only where there is a search to close: else it closes the editor.
    { key: 'Escape', run: closeSearchPanel, scope: SCOPE, stopPropagation: true },
  ]),
]

/** Beyond these nobody counts. */
const MOST = 999

/** `2 of 5`: which match is chosen, and of how many. */
function countWords(state: EditorState): string {
  const query = getSearchQuery(state)
  if (!query.valid) return ''
  const { from, to } = state.selection.main
  let [count, at] = [0, 0]
  const matches = query.getCursor(state)
  for (let next = matches.next(); !next.done && count < MOST; next = matches.next()) {
    count += 1
    if (next.value.from === from && next.value.to === to) at = count
  }
  const all = count === MOST ? `${MOST} or more` : String(count)
  return count === 0 ? 'not found' : at === 0 ? all : `${at} of ${all}`
}

/** Looks for a text, and shows its first place from the cursor on. */
function lookFor(view: EditorView, text: string): void {
  const query = new SearchQuery({ search: text, literal: true })
  view.dispatch({ effects: setSearchQuery.of(query) })
  if (!query.valid) return
  const { from } = view.state.selection.main
  const behind = query.getCursor(view.state, from).next()
  const { done, value } = behind.done === true ? query.getCursor(view.state).next() : behind
  if (done === true) return
  const effects = EditorView.scrollIntoView(value.from, { y: 'center' })
  view.dispatch({ selection: { anchor: value.from, head: value.to }, effects, userEvent: 'select.search' })
}

function findPanel(view: EditorView): Panel {
  const dom = document.createElement('div')
  dom.className = 'find'
  dom.role = 'search'
  const field = dom.appendChild(document.createElement('input'))
  field.ariaLabel = 'Find in this text'
  field.placeholder = 'Find'
  field.spellcheck = false
  field.value = getSearchQuery(view.state).search
  field.setAttribute('main-field', 'true')
  const count = dom.appendChild(document.createElement('span'))
  count.role = 'status'
  count.textContent = countWords(view.state)
  dom.append(
    button('Previous place', 'M4 9.7l4-4 4 4', () => findPrevious(view)),
    button('Next place', 'M4 6.3l4 4 4-4', () => findNext(view)),
    button('Close the search', 'M4.5 4.5l7 7M11.5 4.5l-7 7', () => closeSearchPanel(view)),
  )
  field.addEventListener('input', () => lookFor(view, field.value))
  dom.addEventListener('keydown', (event) => {
    const isEnter = event.key === 'Enter' && event.target === field
    if (isEnter) (event.shiftKey ? findPrevious : findNext)(view)
    if (isEnter || runScopeHandlers(view, event, 'search-panel')) event.preventDefault()
  })
  return {
    dom,
    top: true,
    mount: () => field.select(),
    update: ({ state }) => {
      const { search: looked } = getSearchQuery(state)
      if (field.value !== looked) field.value = looked
      const said = countWords(state)
      if (count.textContent !== said) count.textContent = said
    },
  }
}

const SVG = 'http://www.w3.org/2000/svg'

function button(label: string, path: string, act: () => void): HTMLElement {
  const made = document.createElement('button')
  made.type = 'button'
  made.ariaLabel = label
  made.title = label
  const picture = made.appendChild(document.createElementNS(SVG, 'svg'))
  picture.setAttribute('viewBox', '0 0 16 16')
  picture.setAttribute('aria-hidden', 'true')
  picture.appendChild(document.createElementNS(SVG, 'path')).setAttribute('d', path)
  made.addEventListener('click', act)
  return made
}
