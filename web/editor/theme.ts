import { HighlightStyle } from '@codemirror/language'
import { EditorView } from '@codemirror/view'
import { tags } from '@lezer/highlight'

/** The look of the editor, of the page's tokens: they reach into the shadow root, so that both themes are one. */
export const THEME = EditorView.theme({
  '&': { color: 'var(--ink)', background: 'var(--sunk)', fontSize: 'var(--t-1)', maxHeight: '34em' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '21px', overflow: 'auto' },
  '.cm-content': { padding: '10px 0', caretColor: 'var(--ink)', fontVariantLigatures: 'none' },
  '.cm-content::selection, .cm-content *::selection, .cm-line::selection, .cm-line *::selection': {
    background: 'var(--accent-fill) !important',
    color: 'var(--on-accent) !important',
  },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '.cm-line': { padding: '0 18px 0 8px' },
  '.cm-gutters': { background: 'var(--sunk)', color: 'var(--ink-3)', border: '0' },
  '.cm-lineNumbers .cm-gutterElement': { minWidth: '40px', padding: '0 10px 0 6px', fontSize: 'var(--t-0)' },
  '.cm-activeLine': { background: 'transparent' },
  '&.cm-focused .cm-activeLine, &.walked .cm-activeLine': { background: 'var(--accent-tint)' },
  '.cm-activeLineGutter': { background: 'transparent' },
  '&.cm-focused .cm-activeLineGutter': { color: 'var(--ink)', background: 'transparent' },
  '.cm-matchingBracket, &.cm-focused .cm-matchingBracket': {
    background: 'transparent',
    outline: '1px solid var(--edge)',
    borderRadius: '2px',
  },
  '.cm-nonmatchingBracket, &.cm-focused .cm-nonmatchingBracket': { background: 'var(--deny-mark)' },
  // The package draws its waves as pictures in data: URLs, which the page's policy keeps out.
  '.cm-lintRange': { backgroundImage: 'none', paddingBottom: '0', textDecorationSkipInk: 'none' },
  '.cm-lintRange-error': { backgroundImage: 'none', textDecoration: 'underline wavy var(--deny-fill) 1px' },
  '.cm-lintRange-warning': { backgroundImage: 'none', textDecoration: 'underline wavy var(--next-shape) 1px' },
  '.cm-lintRange-active': { background: 'var(--next-mark)' },
  '.cm-lintPoint:after': { borderBottomColor: 'var(--deny-fill)' },
  '.finding': {
    display: 'flex',
    alignItems: 'center',
    gap: '10px',
    padding: '4px 18px 4px 8px',
    background: 'var(--next-tint)',
    color: 'var(--ink-2)',
    font: 'var(--t-ui) / 20px var(--sans)',
    whiteSpace: 'normal',
  },
  '.finding.error': { background: 'var(--deny-tint)' },
  '.finding b': { color: 'var(--next)', fontWeight: '600' },
  '.finding.error b': { color: 'var(--deny)' },
  '.finding code': { fontFamily: 'var(--mono)', fontSize: '0.92em', overflowWrap: 'anywhere' },
  '.finding button': {
    marginLeft: 'auto',
    flex: 'none',
    font: '600 var(--t-ui) / 20px var(--sans)',
    color: 'var(--ink)',
    background: 'var(--bg)',
    border: '1px solid var(--edge)',
    borderRadius: 'var(--r-2)',
    padding: '4px 10px',
    cursor: 'pointer',
  },
  '.finding button:focus-visible': { outline: '2px solid var(--focus)', outlineOffset: '2px' },
  '.changes': { width: '4px' },
  '.changes .changed': { background: 'var(--accent)' },
  '.changes .gone': { boxShadow: 'inset 0 2px 0 var(--deny-fill)' },
  '.cm-deletedChunk': { background: 'var(--deny-tint)', padding: '0 18px 0 8px' },
  '.cm-deletedChunk .cm-chunkButtons': { position: 'static', float: 'right', margin: '-2px -12px -2px 8px' },
  '.cm-deletedChunk button': {
    font: '600 var(--t-label) / 20px var(--sans)',
    color: 'var(--accent)',
    background: 'none',
    border: '0',
    borderRadius: 'var(--r-1)',
    margin: '0',
    padding: '2px 6px',
    cursor: 'pointer',
  },
  '.cm-deletedChunk button:hover': { textDecoration: 'underline', textUnderlineOffset: '3px' },
  '.cm-deletedChunk button:focus-visible': { outline: '2px solid var(--focus)', outlineOffset: '2px' },
  '.cm-deletedChunk .cm-deletedLine::before': {
    content: '"−"',
    color: 'var(--deny)',
    display: 'inline-block',
    width: '2ch',
    marginLeft: '-2ch',
    textAlign: 'left',
  },
  '.cm-deletedChunk .cm-deletedText, &.cm-merge-b .cm-deletedText': {
    background: 'var(--deny-mark) !important',
    textDecoration: 'none',
  },
  '&.cm-merge-b .cm-changedLine': { background: 'var(--allow-tint)' },
  '&.cm-merge-b .cm-changedText': { background: 'var(--allow-mark) !important' },
  // Of a line that is new as a whole nothing stands out.
  '&.cm-merge-b .cm-insertedLine > .cm-changedText:only-child': { background: 'transparent !important' },
  '&.cm-merge-b .cm-content': { paddingLeft: '2ch' },
  '@media (forced-colors: active)': {
    '.changes .changed': { background: 'Highlight' },
  },
})

/** Names quieter than what they hold; numbers and words of JSON apart from texts. */
export const COLOURS = HighlightStyle.define([
  { tag: tags.propertyName, color: 'var(--ink-2)' },
  { tag: [tags.separator, tags.squareBracket, tags.brace], color: 'var(--ink-3)' },
  { tag: tags.string, color: 'var(--accent)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--unseen)' },
  { tag: tags.invalid, color: 'var(--deny)' },
])
