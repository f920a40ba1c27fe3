import { emptyDenial } from '../build-denial.ts'
import type { Denial } from '../denial.ts'
import { beginsAsLines } from '../json-lines.ts'
import { mergeRepeats } from '../merge-repeats.ts'
import { type CallEvent, callEvents } from '../cloudtrail/call-event.ts'
import type { InputEvidence, ParseResult } from '../parse-result.ts'
import { joinAnswers } from '../pasted-answer.ts'
import { readDenials } from '../read.ts'
import { isNothing } from '../read-long-text.ts'
import { withoutCredentials } from '../wrapper/secrets.ts'
import { beginsAsDocuments, documentsReader } from './documents.ts'
import { linesReader } from './lines.ts'
import { type ChunkSizes, chunksReader } from './chunks.ts'
import { headingOf, rowsReader } from './rows.ts'

/** Reads an input that comes in parts. */
export interface DenialStream {
  readonly push: (text: string) => void
  /** Evidence of the whole input, at its end. */
  readonly end: () => InputEvidence
}

export interface StreamOptions extends ChunkSizes {
  /** False: the calls that records tell of are not kept, so that memory does not grow with them. */
  readonly keepEvents?: boolean
  /** An input up to this many characters is read at once. */
  readonly whole?: number
  /** A JSON document up to this many characters is one unit; a longer one is read member by member. */
  readonly document?: number
}

const WHOLE = 8_000_000

/**
 * As `readDenials`, for an input of any length in bounded memory: up to `whole` characters are read at once; beyond, the
 * beginning tells what the input is, and documents, lines, rows or pieces of text are read as they come. Spans are
 * offsets into the whole input.
 */
export function openDenials({ keepEvents = true, whole = WHOLE, ...sizes }: StreamOptions = {}): DenialStream {
  let gathered: string[] = []
  let length = 0
  let mode: Mode | undefined
  const denials: Denial[] = []
  const events: CallEvent[] = []
  const put = (parsed: ParseResult): void => {
    for (const denial of parsed.denials) denials.push(withoutCredentials(denial))
    if (keepEvents) for (const event of callEvents(parsed.records)) events.push(event)
  }
  return {
    push: (text) => {
      length += text.length
      if (mode !== undefined) return mode.push(text)
      gathered.push(text)
      if (length <= whole) return
      const beginning = gathered.join('')
      gathered = []
      mode = modeFor(beginning, put, sizes)
      mode.push(beginning)
    },
    end: () => {
      if (mode === undefined) {
        const { denials, records } = readDenials(gathered.join(''))
        return { denials, events: keepEvents ? callEvents(records) : [] }
      }
      const other = mode.end()
      const isText = other !== undefined
      const all = isText ? joinAnswers(mergeRepeats(denials)) : denials
      if (all.length > 0 || !isText) return { denials: all, events }
      const span = isNothing(other) ? ([0, length] as const) : other.evidence.span
      return { denials: [withoutCredentials({ ...other, evidence: { ...other.evidence, span } })], events }
    },
  }
}

interface Mode {
  readonly push: (text: string) => void
  /** Denial of a whole text in which no denial was found, for what it says. */
  readonly end: () => Denial | undefined | void
}

/** The mode in which an input is read, by its beginning. */
function modeFor(beginning: string, put: (parsed: ParseResult) => void, sizes: StreamOptions): Mode {
  if (/^[\s\uFEFF]{0,200}[[{]/.test(beginning.slice(0, 201))) {
    if (beginsAsLines(beginning)) return linesReader(put)
    if (beginsAsDocuments(beginning)) return documentsReader(put, sizes.document)
  } else if (headingOf(beginning) !== undefined) return rowsReader(put)
  const pieces = chunksReader(put, sizes)
  return { push: pieces.push, end: () => pieces.end() ?? emptyDenial('nothing', null) }
}
