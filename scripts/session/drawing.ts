/**
 * A recorded session as one SVG that plays by itself: lines scroll up as they came, by a CSS animation alone. Where motion is
 * not wanted, the end of the session stands still.
 */
import { stripVTControlCharacters } from 'node:util'
import { type CastEvent, COLUMNS } from './record.ts'

const ROWS = 30
const [CHARACTER, LINE, MARGIN] = [7.8, 17, 16]
/** Seconds that a reader is given: after a line was typed, after its answer, and at the end. */
const [TYPED, READ, END] = [0.8, 4, 8]

interface Span {
  readonly text: string
  readonly look: string
}

interface Line {
  readonly at: number
  readonly spans: readonly Span[]
}

/** The SVG; the pauses for reading are added to the recorded times. */
export function drawSession(events: readonly CastEvent[]): string {
  const lines = linesOf(events)
  const total = (lines.at(-1)?.at ?? 0) + END
  const width = Math.round(COLUMNS * CHARACTER + 2 * MARGIN)
  const height = ROWS * LINE + 2 * MARGIN
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>A session at a terminal: an upload is refused, denytrace explains it and writes the fix, and the upload succeeds</title>`,
    `<style>${styleOf(lines, total)}</style>`,
    `<rect class="back" width="${width}" height="${height}" rx="8"/>`,
    `<clipPath id="screen"><rect x="0" y="${MARGIN}" width="${width}" height="${ROWS * LINE}"/></clipPath>`,
    `<g clip-path="url(#screen)"><g class="roll">`,
    ...lines.map(
      ({ spans }, i) => `<text x="${MARGIN}" y="${MARGIN + (i + 1) * LINE - 4}">${spans.map(spanText).join('')}</text>`,
    ),
    `</g></g>`,
    `</svg>`,
    '',
  ].join('\n')
}

/** How long the drawing plays, in seconds. */
export const lengthOf = (events: readonly CastEvent[]): number => linesOf(events).at(-1)?.at ?? 0

function styleOf(lines: readonly Line[], total: number): string {
  const shift = (shown: number): string => `transform:translateY(${(ROWS - shown) * LINE}px)`
  const steps: string[] = []
  for (const [i, { at }] of lines.entries()) {
    if (lines[i + 1]?.at === at) continue
    steps.push(`${((at / total) * 100).toFixed(2)}%{${shift(i + 1)}}`)
  }
  return [
    'text{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#d6deeb;white-space:pre}',
    '.back{fill:#10151f}.typed{fill:#fff;font-weight:bold}.prompt{fill:#7fdbca}.bold{font-weight:bold}',
    '.red{fill:#ff8080}.green{fill:#9ece6a}.yellow{fill:#e6c07b}.dim{fill:#8a94a6}',
    `@keyframes roll{0%{${shift(1)}}${steps.join('')}100%{${shift(lines.length)}}}`,
    `.roll{${shift(lines.length)};animation:roll ${total.toFixed(1)}s step-end infinite}`,
    '@media (prefers-reduced-motion:reduce){.roll{animation:none}}',
  ].join('')
}

const spanText = ({ text, look }: Span): string =>
  look === '' ? escaped(text) : `<tspan class="${look}">${escaped(text)}</tspan>`

const escaped = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/ /g, '\u00a0')

function linesOf(events: readonly CastEvent[]): readonly Line[] {
  const lines: Line[] = []
  let [pause, looks] = [0, '']
  let open = ''
  const add = (at: number, text: string): void => {
    for (const part of wrapped(text)) {
      const read = spansOf(part, looks)
      looks = read.looks
      lines.push({ at, spans: read.spans })
    }
  }
  for (const [i, [seconds, kind, text]] of events.entries()) {
    if (kind === 'i') {
      if (i > 0) pause += READ
      if (i > 0) lines.push({ at: seconds + pause, spans: [] })
      lines.push({
        at: seconds + pause,
        spans: [
          { text: '$ ', look: 'prompt' },
          { text, look: 'typed' },
        ],
      })
      pause += TYPED
      continue
    }
    const parts = (open + text).split('\n')
    open = parts.pop() ?? ''
    // What a carriage return writes over is not seen in the end.
    for (const part of parts) add(seconds + pause, part.slice(part.lastIndexOf('\r') + 1))
  }
  return lines
}

/** A terminal breaks what is too long for it; colours have no width. */
function wrapped(text: string): readonly string[] {
  if (stripVTControlCharacters(text).length <= COLUMNS) return [text]
  const found: string[] = []
  const plain = stripVTControlCharacters(text)
  for (let at = 0; at < plain.length; at += COLUMNS) found.push(plain.slice(at, at + COLUMNS))
  return found
}

const LOOKS: Readonly<Record<string, string>> = { '1': 'bold', '2': 'dim', '31': 'red', '32': 'green', '33': 'yellow' }

/** Text between colour codes; a colour goes on into the next line. */
function spansOf(text: string, before: string): { readonly spans: readonly Span[]; readonly looks: string } {
  let looks = before
  const spans: Span[] = []
  for (const [i, part] of text.split('\u001b[').entries()) {
    const end = i === 0 ? -1 : part.indexOf('m')
    if (i > 0) looks = LOOKS[part.slice(0, end)] ?? ''
    const rest = part.slice(end + 1)
    if (rest !== '') spans.push({ text: rest, look: looks })
  }
  return { spans, looks }
}
