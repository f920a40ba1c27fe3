import { diffPath } from '#quote/diff.ts'
import { applyEdits, type FormattingOptions, type JSONPath, modify, parse } from 'jsonc-parser'
import { createTwoFilesPatch } from 'diff'
import { textOfDocument } from '#snapshot/document.ts'
import type { Operation } from './operation.ts'
import { pointerTo, stepsOf, valueAt } from '#iam/json-pointer.ts'

/** A policy's text as its owner wrote it; laid out by us where it has no layout of its own. */
export function layoutOf(document: unknown): string {
  const text = textOfDocument(document)?.trim()
  const hasLayout = text?.includes('\n') === true
  if (text !== undefined && hasLayout) return dedent(text)
  const value: unknown = typeof document === 'string' ? parsed(text ?? document) : document
  return JSON.stringify(value, null, 2) ?? 'null'
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** A document that stands deep in another file begins at the margin when it is shown alone. */
function dedent(text: string): string {
  const lines = text.split('\n')
  const last = lines.at(-1) ?? ''
  const margin = last.slice(0, last.length - last.trimStart().length)
  return lines.map((line) => (line.startsWith(margin) ? line.slice(margin.length) : line)).join('\n')
}

/**
 * A JSON text with the operations applied, everything else left as it stands: layout, order and comments.
 * `after` would be the same by `applyOperations`; the tests hold the two against each other.
 */
export function editText(text: string, operations: readonly Operation[]): string {
  let edited = text
  for (const operation of operations) edited = edited === '' ? laidOut(operation) : applied(edited, operation)
  return edited
}

const laidOut = (operation: Operation): string =>
  operation.op === 'remove' ? '' : JSON.stringify(operation.value, null, 2)

function applied(text: string, operation: Operation): string {
  const steps = stepsOf(operation.path)
  if (steps.length === 0) return laidOut(operation)
  const path: (string | number)[] = []
  let holder: unknown = parse(text)
  let parent: unknown = holder
  for (const step of steps) {
    parent = holder
    const isIndex = Array.isArray(holder)
    // `-` is the place behind the last.
    path.push(isIndex ? (step === '-' ? -1 : Number(step)) : step)
    holder = valueAt(holder, pointerTo('', step))
  }
  const value: unknown = operation.op === 'remove' ? undefined : operation.value
  const edits = modify(text, path satisfies JSONPath, value, {
    formattingOptions: formattingOf(text),
    isArrayInsertion: operation.op === 'add' && Array.isArray(parent),
  })
  return applyEdits(text, edits)
}

/** As the text indents its first nested line. */
function formattingOf(text: string): FormattingOptions {
  const indent = /\n([ \t]+)\S/.exec(text)?.[1] ?? '  '
  const eol = text.includes('\r\n') ? '\r\n' : '\n'
  return { insertSpaces: !indent.includes('\t'), tabSize: indent.includes('\t') ? 1 : indent.length, eol }
}

/** A text as it is written to a file of its own: its last line is ended as the others are. */
export const asFile = (text: string): string =>
  text === '' || text.endsWith('\n') ? text : `${text}${text.includes('\r\n') ? '\r\n' : '\n'}`

/** The unified diff of two texts, to the letter: also of how their lines end. Empty where they are equal. */
export function unifiedDiff(name: string, before: string, after: string): string {
  if (before === after) return ''
  const from = before === '' ? '/dev/null' : diffPath(`a/${name}`)
  const to = diffPath(`b/${name}`)
  const patch = createTwoFilesPatch(from, to, before, after, '', '', { context: 3 })
  // Above them stands a rule of `=`, which no reader of diffs needs, and behind both names a tab.
  return `--- ${from}\n+++ ${to}\n${patch.slice(patch.indexOf('\n@@ ') + 1)}`
}
