/** The lines of a value as JSON, each at most as long as there is room for. */
export type JsonLines = (value: unknown, room: number) => readonly string[]

/** JSON laid out as files have it. */
export const fullJson: JsonLines = (value) => (JSON.stringify(value, null, 2) ?? '').split('\n')

/** JSON on as few lines as there is room for. */
export function shortJson(value: unknown, room: number): readonly string[] {
  const line = spaced(value)
  if (line.length <= room || typeof value !== 'object' || value === null) return [line]
  const isList = Array.isArray(value)
  const elements = Object.entries(value).flatMap(([key, element], i, all) => {
    const [first = '', ...rest] = shortJson(element, room - 3)
    const lines = [isList ? first : `${JSON.stringify(key)}: ${first}`, ...rest]
    return lines.map((text, at) => `  ${text}${at === lines.length - 1 && i < all.length - 1 ? ',' : ''}`)
  })
  return [isList ? '[' : '{', ...elements, isList ? ']' : '}']
}

/** The lines of an added object with as many of its elements on a line as fit; one that fits on none is written out. */
export function filledLines(value: object, columns: number): readonly string[] {
  const lines = ['     + {']
  const elements = Object.entries(value)
  elements.forEach(([key, element], i) => {
    const end = i < elements.length - 1 ? ',' : ' }'
    const word = `${JSON.stringify(key)}: ${spaced(element)}${end}`
    if (typeof element === 'object' && 9 + word.length > columns) {
      const [first = '', ...rest] = shortJson(element, columns - 10)
      const all = [`${JSON.stringify(key)}: ${first}`, ...rest]
      lines.push(...all.map((text, at) => `     +   ${text}${at === all.length - 1 ? end : ''}`))
      return
    }
    const line = `${lines.at(-1)} ${word}`
    if (i === 0 || line.length <= columns) lines[lines.length - 1] = line
    else lines.push(`     +   ${word}`)
  })
  return lines
}

/** JSON on one line with spaces as a person writes them. */
const spaced = (value: unknown): string => {
  if (typeof value === 'object' && value !== null && Object.keys(value).length === 0) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(spaced).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? ''
  return `{ ${Object.entries(value)
    .map(([key, element]) => `${JSON.stringify(key)}: ${spaced(element)}`)
    .join(', ')} }`
}
