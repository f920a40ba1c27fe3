import { dropPadding } from './blanks.ts'
import { dropBoxes } from './boxes.ts'
import { joinColumns } from './columns.ts'
import { dropLeaders } from './lines.ts'
import { joinLiterals } from './literals.ts'
import { dropPrefixes } from './log-prefix.ts'
import type { MappedText } from './mapped-text.ts'
import { dequote } from './quoted-printable.ts'
import { isPlain } from './plain.ts'
import { unescape } from './unescape.ts'

/** The text as its author wrote it, as far as that can be told without knowing what it says (R-MSG-15a, R-MSG-15b). */
export const clean = (source: MappedText): MappedText => (isPlain(source.text) ? source : cleaned(source))

/**
 * For tests: what is done to a text that is not plain. What a terminal broke is put together before and after a log's prefixes and
 * other leaders go: they were put before the lines, and those were broken, or the other way round.
 */
export const cleaned = (source: MappedText): MappedText => {
  const joined = joinColumns(dropBoxes(unescape(dequote(source))))
  return dropPadding(joinLiterals(joinColumns(dropLeaders(dropPrefixes(joined)))))
}
