import { braces, readServiceTable, type ServiceTable } from './service-table.ts'

/** What AWS's service reference has on one service, as far as it is used here. */
export interface ServiceReference {
  readonly Name: string
  readonly Actions: readonly {
    readonly Name: string
    readonly ActionConditionKeys: readonly string[]
    readonly Resources: readonly { readonly Name: string }[]
    readonly level: string
  }[]
  readonly ConditionKeys: readonly { readonly Name: string; readonly Types: readonly string[] }[]
  readonly Resources: readonly {
    readonly Name: string
    readonly ARNFormats: readonly string[]
    readonly ConditionKeys: readonly string[]
  }[]
}

/** A service of a reference that can be added to the built-in data, or why it cannot be read. */
export type ReadReference = { readonly reference: ServiceReference } | { readonly problem: string }

/**
 * Reads AWS's service reference of one service from parsed JSON (untrusted).
 * https://docs.aws.amazon.com/service-authorization/latest/reference/service-reference.html
 */
export function readServiceReference(value: unknown): ReadReference {
  if (!isObject(value) || typeof value['Name'] !== 'string') return { problem: 'it has no `Name` of a service' }
  const name = value['Name'].toLowerCase()
  if (!/^[a-z0-9-]{1,64}$/.test(name)) return { problem: 'its `Name` is not a service prefix' }
  const reference: ServiceReference = {
    Name: name,
    Actions: objectsIn(value['Actions']).map((action) => ({
      Name: textIn(action['Name']),
      ActionConditionKeys: textsIn(action['ActionConditionKeys']),
      Resources: objectsIn(action['Resources']).map((resource) => ({ Name: textIn(resource['Name']) })),
      level: levelOf(action['Annotations']),
    })),
    ConditionKeys: objectsIn(value['ConditionKeys']).map((key) => ({
      Name: textIn(key['Name']),
      Types: textsIn(key['Types']),
    })),
    Resources: objectsIn(value['Resources']).map((type) => ({
      Name: textIn(type['Name']),
      ARNFormats: textsIn(type['ARNFormats']),
      ConditionKeys: textsIn(type['ConditionKeys']),
    })),
  }
  return reference.Actions.length === 0 ? { problem: 'it lists no `Actions`' } : { reference }
}

/**
 * Returns the table of a service with the actions, resource types and condition keys that `reference` has in addition. Entries that
 * are built in stay as they are: AWS's file does not say which resource types an action requires, and they do.
 */
export function withReference(builtIn: string | undefined, reference: ServiceReference): ServiceTable {
  const [first, ...lines] = (builtIn ?? `${reference.Name} ${reference.Name}`).trimEnd().split('\n')
  const known = readServiceTable([first, ...lines].join('\n'))
  const keys = [...known.keys.keys(), ...newNames(reference.ConditionKeys, known.keys)]
  const types = [...known.types.keys(), ...newNames(reference.Resources, known.types)]
  const sets: string[] = sectionOf(lines, 'sets')
  const setOf = (names: readonly string[]): string => {
    const line = names.flatMap((name) => numberIn(keys, name) ?? []).join(',')
    if (line === '') return ''
    if (!sets.includes(line)) sets.push(line)
    return sets.indexOf(line).toString(36)
  }
  const typeLines = reference.Resources.filter(({ Name }) => isNew(Name, known.types)).map(
    ({ Name, ARNFormats, ConditionKeys }) => fields(Name, ARNFormats.map(storedArn).join(','), setOf(ConditionKeys)),
  )
  const actionLines = reference.Actions.filter(({ Name }) => isNew(Name, known.actions)).map((action) =>
    fields(
      action.Name,
      action.level,
      action.Resources.flatMap(({ Name }) => numberIn(types, Name) ?? []).join(','),
      setOf(action.ActionConditionKeys),
    ),
  )
  const keyLines = reference.ConditionKeys.filter(({ Name }) => isNew(Name, known.keys)).map(({ Name, Types }) =>
    fields(braces(Name), Types[0] ?? 'String'),
  )
  return readServiceTable(
    [
      first,
      '=keys',
      ...sectionOf(lines, 'keys'),
      ...keyLines,
      '=types',
      ...sectionOf(lines, 'types'),
      ...typeLines,
      '=sets',
      ...sets,
      '=actions',
      ...sectionOf(lines, 'actions'),
      ...actionLines,
    ].join('\n'),
  )
}

const isNew = (name: string, known: ReadonlyMap<string, unknown>): boolean =>
  name !== '' && !known.has(name.toLowerCase())

const newNames = (
  entries: readonly { readonly Name: string }[],
  known: ReadonlyMap<string, unknown>,
): readonly string[] => entries.filter(({ Name }) => isNew(Name, known)).map(({ Name }) => Name.toLowerCase())

/** The number of a name in base 36, as the lines of a table refer to it. */
function numberIn(names: readonly string[], name: string): string | undefined {
  const at = names.indexOf(name.toLowerCase())
  return at < 0 ? undefined : at.toString(36)
}

function sectionOf(lines: readonly string[], section: string): string[] {
  const from = lines.indexOf(`=${section}`)
  if (from < 0) return []
  const end = lines.findIndex((line, i) => i > from && line.startsWith('='))
  return lines.slice(from + 1, end < 0 ? undefined : end)
}

const fields = (...values: readonly string[]): string => values.join('|')

const storedArn = (arn: string): string => braces(arn.replace(/^arn:\$\{Partition\}:/, ''))

/** `R` read, `L` list, `W` write, `T` tagging, `P` permissions management: what AWS annotates, else `R`. */
function levelOf(annotations: unknown): string {
  const properties = isObject(annotations) && isObject(annotations['Properties']) ? annotations['Properties'] : {}
  const has = (name: string): boolean => properties[name] === true
  if (has('IsPermissionManagement')) return 'P'
  if (has('IsTaggingOnly')) return 'T'
  if (has('IsWrite')) return 'W'
  return has('IsList') ? 'L' : 'R'
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const objectsIn = (value: unknown): readonly Readonly<Record<string, unknown>>[] =>
  Array.isArray(value) ? value.filter(isObject) : []

/** A name that holds a separator of the table's lines is none. */
const textIn = (value: unknown): string =>
  typeof value === 'string' && /^[!-{}]{1,256}$/.test(value) && !/[,^~=]/.test(value) ? value : ''

const textsIn = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.map(textIn).filter((text) => text !== '') : []
