/**
 * Reads one service's text (its format stands in scripts/facts/service-text.mjs). Splitting it into lines and names is
 * all that happens at first; a line is taken apart when somebody asks for it, since most of a service is never asked for.
 */
export interface ServiceTable {
  readonly prefix: string
  readonly name: string
  /** By lower-case name, in the order of the reference. */
  readonly actions: ReadonlyMap<string, string>
  readonly types: ReadonlyMap<string, string>
  readonly keys: ReadonlyMap<string, string>
  /** A resource type's name by its number in base 36, as actions refer to it. */
  typeName(number: string): string
  /** The condition keys of a set, by the set's number in base 36; `undefined` or empty: none. */
  keySet(set: string | undefined): readonly string[]
}

type Section = 'keys' | 'types' | 'sets' | 'actions'

/** `text`: without its leading `^`. */
export function readServiceTable(text: string): ServiceTable {
  const [first = '', ...lines] = text.trimEnd().split('\n')
  const space = first.indexOf(' ')
  const prefix = first.slice(0, space)
  const sections: Record<Section, string[]> = { keys: [], types: [], sets: [], actions: [] }
  let into: string[] = []
  for (const line of lines) {
    if (line.startsWith('=')) into = sections[line.slice(1) as Section]
    else into.push(line)
  }
  const keyLines = sections.keys.map((line) => longKey(prefix, line))
  const keyNames = keyLines.map((line) => fieldsOf(line)[0] ?? '')
  const typeNames = sections.types.map((line) => fieldsOf(line)[0] ?? '')
  const sets = new Map<string, readonly string[]>()
  return {
    prefix,
    name: first.slice(space + 1),
    actions: byName(sections.actions),
    types: byName(sections.types),
    keys: byName(keyLines),
    typeName: (number) => typeNames[Number.parseInt(number, 36)] ?? '',
    keySet(set = '') {
      const known = sets.get(set)
      if (known !== undefined) return known
      const line = set === '' ? undefined : sections.sets[Number.parseInt(set, 36)]
      const keys = line === undefined ? [] : line.split(',').map((n) => keyNames[Number.parseInt(n, 36)] ?? '')
      sets.set(set, keys)
      return keys
    },
  }
}

export const fieldsOf = (line: string): readonly string[] => line.split('|')

/** Placeholders are stored as `{Name}`; AWS writes `${Name}`. */
export const withPlaceholders = (text: string): string => text.replaceAll('{', '${')

/** The form in which placeholders are stored. */
export const braces = (text: string): string => text.replaceAll('${', '{')

const longKey = (prefix: string, line: string): string =>
  withPlaceholders(line.startsWith(':') ? `${prefix}${line}` : line)

const byName = (lines: readonly string[]): ReadonlyMap<string, string> =>
  new Map(lines.map((line) => [line.slice(0, nameEnd(line)).toLowerCase(), line]))

const nameEnd = (line: string): number => {
  const bar = line.indexOf('|')
  return bar < 0 ? line.length : bar
}
