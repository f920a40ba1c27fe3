/** The lines of a value as JSON, each at most as long as there is room for. */
export type JsonLines = (value: unknown, room: number) => readonly string[]

/** JSON laid out as files have it. */
export const fullJson: JsonLines = (value) => (JSON.stringify(value, null, 2) ?? '').split('\n')

/** JSON on as few lines as there is room for, with as many elements on a line as fit. */
export function shortJson(value: unknown, room: number): readonly string[] {
  const line = spaced(value)
  if (line.length <= room || typeof value !== 'object' || value === null) return [line]
  return Array.isArray(value)
    ? filledLines(
        '[',
        '',
        ']',
        value.map((element: unknown) => ['', element]),
        room,
      )
    : filledLines(
        '{',
        ' ',
        ' }',
        Object.entries(value).map(([key, element]) => [`${JSON.stringify(key)}: `, element]),
        room,
      )
}

/** The lines of a list or object, whose elements each have what stands before them; one that fits on no line is written out. */
function filledLines(
  open: string,
  gap: string,
  close: string,
  elements: readonly (readonly [string, unknown])[],
  room: number,
): readonly string[] {
  const lines = [open]
  elements.forEach(([head, element], i) => {
    const end = i < elements.length - 1 ? ',' : close
    const word = `${head}${spaced(element)}${end}`
    const line = `${lines.at(-1)}${i === 0 ? gap : ' '}${word}`
    if (line.length <= room || (i === 0 && !canBreak(element))) {
      lines[lines.length - 1] = line
      return
    }
    if (word.length + 2 <= room || !canBreak(element)) {
      lines.push(`  ${word}`)
      return
    }
    const [first = '', ...rest] = shortJson(element, room - 3)
    const all = [`${head}${first}`, ...rest]
    lines.push(...all.map((text, at) => `  ${text}${at === all.length - 1 ? end : ''}`))
  })
  return lines
}

const canBreak = (value: unknown): boolean => typeof value === 'object' && value !== null

/** JSON on one line with spaces as a person writes them. */
const spaced = (value: unknown): string => {
  if (typeof value === 'object' && value !== null && Object.keys(value).length === 0) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(spaced).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? ''
  return `{ ${Object.entries(value)
    .map(([key, element]) => `${JSON.stringify(key)}: ${spaced(element)}`)
    .join(', ')} }`
}
