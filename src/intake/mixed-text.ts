import { recordsIn } from './cloudtrail/record.ts'
import type { Denial } from './denial.ts'
import { embeddedObjects } from './embedded-records.ts'
import { parseJson } from './parsed.ts'
import { readPastedAnswer } from './pasted-answer.ts'
import { denialsOf } from './parse-result.ts'

/** Records or a decoded message that stand in a text at [from, to). */
export interface EmbeddedPart {
  readonly from: number
  readonly to: number
  readonly denials: readonly Denial[]
  readonly records: readonly unknown[]
}

/** The records and decoded messages that were pasted into a text. `base` is the offset of the text in the input. */
export function embeddedParts(text: string, base = 0): EmbeddedPart[] {
  return embeddedObjects(text).flatMap(({ from, to }) => {
    const parsed = parseJson(text.slice(from, to))
    if (!parsed.ok) return []
    const place = { from: base + from, to: base + to }
    const records = recordsIn(parsed.value)
    if (records.length > 0) return [{ ...place, denials: denialsOf(records), records }]
    const denials = readPastedAnswer(parsed.value, [place.from, place.to])
    return denials === undefined ? [] : [{ ...place, denials, records }]
  })
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
