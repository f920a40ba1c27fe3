import { recordsIn } from './cloudtrail/record.ts'
import type { Denial } from './denial.ts'
import { embeddedObjects } from './embedded-records.ts'
import { parseJson } from './parsed.ts'
import { readPastedAnswer } from './pasted-answer.ts'
import { denialsOf } from './parse-result.ts'
import type { ReadingWatch } from './reading-watch.ts'

/** Records or a decoded message that stand in a text at [from, to). */
export interface EmbeddedPart {
  readonly from: number
  readonly to: number
  readonly denials: readonly Denial[]
  readonly records: readonly unknown[]
}

/** The records and decoded messages that were pasted into a text. `base` is the offset of the text in the input. */
export function embeddedParts(text: string, base = 0, watch?: ReadingWatch): EmbeddedPart[] {
  return embeddedObjects(text).flatMap(({ from, to }) => {
    const parts = partAt(text.slice(from, to), { from: base + from, to: base + to })
    tellParts(parts, watch)
    return parts
  })
}

function partAt(object: string, place: Pick<EmbeddedPart, 'from' | 'to'>): readonly EmbeddedPart[] {
  const parsed = parseJson(object)
  if (!parsed.ok) return []
  const records = recordsIn(parsed.value)
  if (records.length > 0) return [{ ...place, denials: denialsOf(records), records }]
  const denials = readPastedAnswer(parsed.value, [place.from, place.to])
  return denials === undefined ? [] : [{ ...place, denials, records }]
}

/** Tells that the parts are read. */
export function tellParts(parts: readonly EmbeddedPart[], watch: ReadingWatch | undefined): void {
  if (watch !== undefined) for (const { from, to, denials } of parts) watch(to - from, denials)
}

/** A watch of the reading of a text, first to last, in which parts are blank: those were told of before. */
export function watchAround(parts: readonly EmbeddedPart[], watch: ReadingWatch | undefined): ReadingWatch | undefined {
  if (watch === undefined) return undefined
  let at = 0
  return (characters, found) => {
    const [from, to] = [at, at + characters]
    at = to
    const blank = parts.reduce((sum, part) => sum + Math.max(0, Math.min(part.to, to) - Math.max(part.from, from)), 0)
    watch(Math.max(0, characters - blank), found)
  }
}

/** Line breaks in the place of what was read already keep every offset of the text around it. */
export function blanked(
  text: string,
  parts: readonly { readonly from: number; readonly to: number }[],
  base = 0,
): string {
  let rest = ''
  let read = 0
  for (const part of parts) {
    const from = Math.max(read, part.from - base)
    const to = Math.min(text.length, part.to - base)
    if (to <= from) continue
    rest += text.slice(read, from) + '\n'.repeat(to - from)
    read = to
  }
  return rest + text.slice(read)
}

/** The parts and the denials of the text around them, first to last. */
export function inOrder(parts: readonly EmbeddedPart[], others: readonly Denial[]): readonly Denial[] {
  const all = [...parts, ...others.map((denial) => ({ from: denial.evidence.span?.[0] ?? 0, denials: [denial] }))]
  return all.sort((a, b) => a.from - b.from).flatMap((item) => item.denials)
}
