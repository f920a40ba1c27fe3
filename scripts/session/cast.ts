/** Asciicast v2: a line of JSON about the recording, then a line for each event. https://docs.asciinema.org/manual/asciicast/v2/ */
import { type CastEvent, COLUMNS } from './record.ts'

const HEAD = { version: 2, width: COLUMNS, height: 30, title: 'denytrace: from an AccessDenied to green' }

/** The text of a recording. What was typed is printed behind a prompt, too, as a terminal does. */
export const castOf = (events: readonly CastEvent[]): string =>
  [
    JSON.stringify(HEAD),
    ...events.map(([seconds, kind, text]) =>
      JSON.stringify([seconds, 'o', kind === 'i' ? `${PROMPT}${text}\r\n` : text.replaceAll('\n', '\r\n')]),
    ),
    '',
  ].join('\n')

const PROMPT = '\u001b[36m$\u001b[39m '

/** The events of a recording. */
export function eventsOf(cast: string): readonly CastEvent[] {
  const [, ...lines] = cast.trimEnd().split('\n')
  return lines.map((line): CastEvent => {
    const [seconds, , text] = JSON.parse(line) as [number, string, string]
    return text.startsWith(PROMPT)
      ? [seconds, 'i', text.slice(PROMPT.length).trimEnd()]
      : [seconds, 'o', text.replaceAll('\r\n', '\n')]
  })
}
