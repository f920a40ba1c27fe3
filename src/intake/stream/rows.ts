import { recordsOfCsv } from '../cloudtrail/table-records.ts'
import { denialsOf, type ParseResult } from '../parse-result.ts'

/** Rows are read so many characters at a time. */
const BATCH = 1_000_000
/** A quote that is never closed must not keep the rest of the table. */
const LONGEST_BATCH = 8_000_000

/** The text's heading, if it begins a table of CloudTrail records. */
export function headingOf(text: string): string | undefined {
  const heading = text.slice(0, text.indexOf('\n') + 1)
  return heading === '' || recordsOfCsv(heading) === undefined ? undefined : heading
}

/** A table batch by batch: each is cut where a row ends, outside quotes, and read under the heading. */
export function rowsReader(
  put: (parsed: ParseResult) => void,
  batch = BATCH,
): { push: (text: string) => void; end: () => void } {
  let heading: string | undefined
  let buffer = ''
  let scanned = 0
  let inQuotes = false
  let lastRow = 0

  const read = (to: number): void => {
    const records = recordsOfCsv(`${heading ?? ''}${buffer.slice(0, to)}`) ?? []
    put({ denials: denialsOf(records), records })
    heading ??= headingOf(buffer)
    buffer = buffer.slice(to)
    scanned -= to
    lastRow = 0
  }

  return {
    push: (text) => {
      buffer += text
      for (; scanned < buffer.length; scanned++) {
        const code = buffer.charCodeAt(scanned)
        if (code === 0x22) inQuotes = !inQuotes
        else if (code === 0x0a && !inQuotes) lastRow = scanned + 1
      }
      if (lastRow >= batch) read(lastRow)
      else if (buffer.length > LONGEST_BATCH) {
        inQuotes = false
        read(lastRow > 0 ? lastRow : buffer.length)
      }
    },
    end: () => {
      if (buffer.trim() !== '') read(buffer.length)
    },
  }
}
