import type { Edit, MappedText } from './mapped-text.ts'
import { rewrite } from './mapped-text.ts'
import { isPlain } from './plain.ts'

/**
 * Makes a window of cleaned text ready to be read as one sentence: indentation, code fences and mark-up off
 * (R-MSG-15d). Line breaks stay, one `\n` each, because whether a break is a space or nothing depends on the field it
 * falls into (R-MSG-15b).
 */
export function prepareWindow(window: MappedText): MappedText {
  return isPlain(window.text) ? window : withoutLayout(window)
}

/** For tests: what is done to a text that is not plain. */
export const withoutLayout = (window: MappedText): MappedText => dropMarkup(joinPlaceholders(trimLines(window)))

function trimLines(window: MappedText): MappedText {
  const text = window.text
  const edits: Edit[] = []
  for (let start = 0; start <= text.length; ) {
    const newline = text.indexOf('\n', start)
    const end = newline < 0 ? text.length : newline
    const indent = (/^[ \t]{0,200}/.exec(text.slice(start, Math.min(end, start + 200))) ?? [''])[0].length
    if (isFence(text.slice(start + indent, Math.min(end, start + indent + LONGEST_FENCE))))
      edits.push({ from: start, to: end, insert: '' })
    else {
      if (indent > 0) edits.push({ from: start, to: start + indent, insert: '' })
      let tail = end
      while (tail > start + indent && /[ \t]/.test(text[tail - 1] ?? '')) tail--
      if (tail < end) edits.push({ from: tail, to: end, insert: '' })
    }
    start = end + 1
  }
  return rewrite(window, edits)
}

const LONGEST_FENCE = 60

/** A code fence and the language it may name; a sentence behind the back-ticks is no part of it. */
const isFence = (line: string): boolean => /^`{3,}[ \t]{0,8}[\w+#.{}-]{0,40}[ \t]{0,8}$/.test(line)

/** `<account` and `number>` on two lines are one placeholder of two words (R-MSG-15e). */
function joinPlaceholders(window: MappedText): MappedText {
  const edits: Edit[] = []
  for (const match of window.text.matchAll(/<[A-Za-z][^<>\n]{0,40}\n[^<>\n]{1,40}>/g)) {
    const at = match.index + match[0].indexOf('\n')
    edits.push({ from: at, to: at + 1, insert: ' ' })
  }
  return rewrite(window, edits)
}

/** Back-ticks go; paired `**` and `__` around words go; a run of `*` inside a value is a mask and stays. */
function dropMarkup(window: MappedText): MappedText {
  const edits: Edit[] = []
  const text = window.text
  let open = ''
  for (let i = 0; i < text.length; i++) {
    const c = text[i]
    // Languages without blanks go on behind the back-tick: what it parted stays parted.
    if (c === '`') edits.push({ from: i, to: i + 1, insert: (text[i + 1] ?? '') > '\u2e7f' ? ' ' : '' })
    else if (c === '\n') open = ''
    else if ((c === '*' || c === '_') && text[i + 1] === c) {
      const pair = c + c
      const wild = starsBeforeBold(text, i, open)
      if (wild > 0) {
        edits.push({ from: i + wild, to: i + wild + 2, insert: '' })
        open = ''
        i += wild + 1
        continue
      }
      const opens =
        open === '' &&
        /[\s("'`]/.test(text[i - 1] ?? ' ') &&
        /[A-Za-z`]/.test(text[i + 2] ?? '') &&
        (c === '*' || isClosed(text, i + 2))
      const closes =
        open === pair && /[^\s*]/.test(text[i - 1] ?? ' ') && /^(?:[\s.,;:)"'`|]|$)/.test(text.slice(i + 2, i + 3))
      if (opens || closes) {
        edits.push({ from: i, to: i + 2, insert: '' })
        open = opens ? pair : ''
      }
      i++
    }
  }
  return rewrite(window, edits)
}

/** An encoded message may begin with two underlines, too. */
function isClosed(text: string, from: number): boolean {
  const newline = text.indexOf('\n', from)
  return /[^\s_]__(?:[\s.,;:)"'`|]|$)/.test(text.slice(from, newline < 0 ? undefined : newline))
}

/** `table/***`: the resource's own `*` before the `**` that ends the bold text. How many stars are its own. */
function starsBeforeBold(text: string, i: number, open: string): number {
  if (open !== '**' || text[i] !== '*') return 0
  const run = /^\*{3,8}(?=[\s.,;)"'`|]|$)/.exec(text.slice(i, i + 9))?.[0].length ?? 0
  const line = text.slice(i + run, i + run + 400).split('\n', 1)[0] ?? ''
  // A mask of three stars is no end while another one follows.
  return run > 2 && !line.includes('**') ? run - 2 : 0
}
