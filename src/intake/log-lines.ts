import { denialOfMessage } from './build-denial.ts'
import type { Denial } from './denial.ts'
import { mergeRepeats } from './merge-repeats.ts'
import { usualSentence } from './messages/usual-sentence.ts'
import { type EmbeddedPart, tellParts } from './mixed-text.ts'
import type { ReadingWatch } from './reading-watch.ts'
import { stampLength } from './text/letters-only.ts'
import { timesOfLines, type Wrapper } from './wrapper/read-wrapper.ts'
import { readRequestIds } from './wrapper/request-ids.ts'
import { eventSourceOf } from './wrapper/service-names.ts'
import { withoutVersion } from '#iam/event-sources.ts'

/** Shorter texts are read by all rules: only a log has so much to say that their time tells. */
const SHORTEST_LOG = 64_000
const LONGEST_LINE = 4096

/** Behind the time: a level and the like, in which no word could be another wrapper. */
const BEFORE = /^[\w .,:/[\]()=*#-]{0,160}$/
const CLI = /^An error occurred \(([A-Za-z.]{3,60})\) when calling the (\w{1,80}) operation: /
const GO =
  /^operation error ([\w .-]{1,60}?): (\w{1,80}), https response error StatusCode: 40\d, RequestID: ([\w-]{6,80}), (?:HostID: [\w+/=]{0,200}, )?api error ([A-Za-z.]{3,60}): /

/**
 * The lines of a log that hold one refusal in the usual sentence, whole, behind a time and the wrapper of an SDK, while the
 * next line begins with a time of its own: what the rules would read of such a line, in a fraction of the time. What is
 * left is for the rules.
 */
export function logLineParts(text: string, watch?: ReadingWatch): EmbeddedPart[] {
  if (text.length < SHORTEST_LOG) return []
  const parts: EmbeddedPart[] = []
  const timeOf = timesOfLines(text)
  for (let from = 0; from < text.length; ) {
    const newline = text.indexOf('\n', from)
    const to = newline < 0 ? text.length : newline
    if (to - from <= LONGEST_LINE && isAlone(text, newline)) {
      const denial = denialOfLine(text.slice(from, to), from)
      if (denial !== undefined) {
        const timed = { ...denial, time: timeOf(denial.evidence.span?.[0] ?? from) }
        const part: EmbeddedPart = { from, to, denials: [timed], records: [] }
        parts.push(part)
        tellParts([part], watch)
      }
    }
    from = to + 1
  }
  return merged(parts)
}

/** Nothing goes on behind it: the text is over, or another line begins with its time. */
const isAlone = (text: string, newline: number): boolean =>
  newline < 0 || newline === text.length - 1 || stampLength(text, newline + 1) > 0

function denialOfLine(line: string, base: number): Denial | undefined {
  const stamp = stampLength(line, 0)
  if (stamp === 0) return undefined
  const found = wrapperIn(line, stamp)
  if (found === undefined) return undefined
  const { wrapper, at } = found
  const fields = usualSentence(line.slice(at).trimEnd())
  if (fields === undefined || !BEFORE.test(line.slice(stamp, found.start))) return undefined
  const span = [base + at + fields.span[0], base + at + fields.span[1]] as const
  return denialOfMessage(fields, wrapper, span)
}

interface FoundWrapper {
  readonly wrapper: Wrapper
  readonly start: number
  /** Where the message begins. */
  readonly at: number
}

function wrapperIn(line: string, from: number): FoundWrapper | undefined {
  const cli = line.indexOf('An error occurred (', from)
  const start = cli >= 0 ? cli : line.indexOf('operation error ', from)
  if (start < 0) return undefined
  const rest = line.slice(start, start + 600)
  const match = (cli >= 0 ? CLI : GO).exec(rest)
  if (match === null) return undefined
  const [, first = '', second = '', , code] = match
  const at = start + match[0].length
  const wrapper: Wrapper = {
    ...readRequestIds(line.slice(0, at), ''),
    code: cli >= 0 ? first : (code ?? null),
    operation: withoutVersion(second),
    eventSource: cli >= 0 ? null : eventSourceOf(first),
    location: undefined,
    tried: [],
  }
  return { wrapper, start, at }
}

/**
 * Parts of a log without repeats: an error that is printed twice is one denial, as everywhere; each keeps the place of its
 * line.
 */
function merged(parts: readonly EmbeddedPart[]): EmbeddedPart[] {
  const kept = new Set(mergeRepeats(parts.flatMap(({ denials }) => denials)).map(spanOf))
  return parts.map((part) => ({ ...part, denials: part.denials.filter((denial) => kept.has(spanOf(denial))) }))
}

const spanOf = ({ evidence }: Denial): number => evidence.span?.[0] ?? -1
