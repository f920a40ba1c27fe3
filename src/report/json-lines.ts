/** The lines of a value as JSON, each at most as long as there is room for. */
export type JsonLines = (value: unknown, room: number) => readonly string[]

/** JSON laid out as files have it. */
export const fullJson: JsonLines = (value) => (JSON.stringify(value, null, 2) ?? '').split('\n')

/**
 * JSON on as few lines as there is room for, with as many elements on a line as fit. `taken`: how much of the first line is taken already.
 */
export function shortJson(value: unknown, room: number, taken = 0): readonly string[] {
  const line = spaced(value)
  if (line.length + taken <= room || !canBreak(value)) return [line]
  return Array.isArray(value)
    ? filledLines('[', ']', ['', value.map((element: unknown) => ['', element])], room, taken)
    : filledLines(
        '{',
        ' }',
        [' ', Object.entries(value).map(([key, element]) => [`${JSON.stringify(key)}: `, element])],
        room,
        taken,
      )
}

type Elements = readonly [gap: string, list: readonly (readonly [head: string, element: unknown])[]]

/** The lines of a list or object, whose elements each have what stands before them; one that fits on no line is written out. */
function filledLines(
  open: string,
  close: string,
  [gap, elements]: Elements,
  room: number,
  taken: number,
): readonly string[] {
  const lines = [open]
  elements.forEach(([head, element], i) => {
    const end = i < elements.length - 1 ? ',' : close
    const word = `${head}${spaced(element)}${end}`
    const line = `${lines.at(-1)}${i === 0 ? gap : ' '}${word}`
    const fits = line.length + (lines.length === 1 ? taken : 0) <= room
    const fitsAlone = word.length + 2 <= room
    if (fits || (i === 0 && !fitsAlone && !canBreak(element))) {
      lines[lines.length - 1] = line
      return
    }
    if (fitsAlone || !canBreak(element)) {
      lines.push(`  ${word}`)
      return
    }
    const [first = '', ...rest] = shortJson(element, room - 2 - end.length, head.length)
    const all = [`${head}${first}`, ...rest]
    lines.push(...all.map((text, at) => `  ${text}${at === all.length - 1 ? end : ''}`))
  })
  return lines
}

const canBreak = (value: unknown): value is object => typeof value === 'object' && value !== null

/** JSON on one line with spaces as a person writes them. */
const spaced = (value: unknown): string => {
  if (typeof value === 'object' && value !== null && Object.keys(value).length === 0) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(spaced).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? ''
  return `{ ${Object.entries(value)
    .map(([key, element]) => `${JSON.stringify(key)}: ${spaced(element)}`)
    .join(', ')} }`
}
