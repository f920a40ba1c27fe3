/**
 * A text that remembers where each of its characters stood in the original, so that `evidence.span` can point
 * into what the user pasted however often the text was cleaned since (R-MSG-15a).
 */
export interface MappedText {
  readonly text: string
  /** Original offset of every character, and of the end. A number: the text is a plain cut from that offset. */
  readonly at: Int32Array | number
}

export interface Edit {
  readonly from: number
  readonly to: number
  readonly insert: string
}

export const original = (text: string): MappedText => ({ text, at: 0 })

export const originalOffset = (source: MappedText, index: number): number =>
  typeof source.at === 'number' ? source.at + index : (source.at[index] ?? 0)

export function cut(source: MappedText, from: number, to: number): MappedText {
  const text = source.text.slice(from, to)
  return { text, at: typeof source.at === 'number' ? source.at + from : source.at.subarray(from, to + 1) }
}

/** Applies edits that are sorted and do not overlap. What is inserted maps to where the removed text began. */
export function rewrite(source: MappedText, edits: readonly Edit[]): MappedText {
  if (edits.length === 0) return source
  let length = source.text.length
  for (const edit of edits) length += edit.insert.length - (edit.to - edit.from)
  const at = new Int32Array(length + 1)
  const pieces: string[] = []
  let read = 0
  let write = 0
  const keep = (to: number) => {
    pieces.push(source.text.slice(read, to))
    for (; read < to; read++) at[write++] = originalOffset(source, read)
  }
  for (const edit of edits) {
    keep(edit.from)
    pieces.push(edit.insert)
    for (let i = 0; i < edit.insert.length; i++) at[write++] = originalOffset(source, edit.from)
    read = edit.to
  }
  keep(source.text.length)
  at[write] = originalOffset(source, source.text.length)
  return { text: pieces.join(''), at }
}
