import { byCodeUnit } from './write.mjs'

/**
 * One service as text; src/iam/facts/service-table.ts reads it back. Lines, in this order:
 *
 *   ^<prefix> <display name>                   no other `^` in the text: it parts the services
 *   =keys      <key>|<type>                      the service's own prefix left out: `:prefix`
 *   =types     <type>|<ARN patterns, comma>|<set>       `arn:${Partition}:` left out; a leading `~` is
 *                                                       the usual `<prefix>:${Region}:${Account}:`
 *   =sets      <key numbers, base 36, comma>            a set of condition keys, stored once
 *   =actions   <name>|<level>|<types>|<set>|<dependent actions, comma>
 *
 * A type in an action is its number in =types (base 36), `*` when required, `:set` when the action has keys for that
 * type only.
 * Placeholders are `{Name}`, not `${Name}`, so that the text can stand in a template literal.
 */
export function serviceText(prefix, { name, actions, types, keys }) {
  const keyNames = Object.values(keys)
    .map((key) => key.key)
    .sort(byCodeUnit)
  const intern = setsOf(keyNames)
  const sortedTypes = sorted(types, 'key')
  const numbers = new Map(sortedTypes.map(({ key }, index) => [key.toLowerCase(), index]))
  const typeLines = sortedTypes.map((type) => typeLine(prefix, type, intern))
  const actionLines = sorted(actions, 'name').map((action) => actionLine(action, numbers, intern))
  const keyLines = keyNames.map((key) => fields(shortKey(prefix, key), keys[key.toLowerCase()].type))
  const text = [
    `^${prefix} ${name}`,
    ...section('keys', keyLines),
    ...section('types', typeLines),
    ...section('sets', intern.lines()),
    ...section('actions', actionLines),
  ].join('\n')
  // The reader counts on one-byte text with no escape in it.
  if (/[^\n -~]|[`\\]|\$\{|.\^/s.test(text)) throw new Error(`${prefix} holds a character the format cannot`)
  return text
}

const LEVELS = {
  Read: 'R',
  List: 'L',
  Write: 'W',
  'Tagging, Write': 'T',
  Tagging: 'T',
  'Permissions management, Write': 'P',
  'Permissions management': 'P',
}

const sorted = (record, by) => Object.values(record).sort((a, b) => byCodeUnit(a[by], b[by]))
const section = (title, lines) => (lines.length === 0 ? [] : [`=${title}`, ...lines])
const braces = (text) => text.replaceAll('${', '{')
const shortKey = (prefix, key) => braces(key.toLowerCase().startsWith(`${prefix}:`) ? key.slice(prefix.length) : key)

function fields(...values) {
  for (const value of values) if (value.includes('|')) throw new Error(`a field holds the separator: ${value}`)
  return values.join('|').replace(/\|+$/, '')
}

function setsOf(keyNames) {
  const number = new Map(keyNames.map((key, index) => [key.toLowerCase(), index]))
  const sets = new Map()
  const intern = (keys) => {
    if (keys === undefined || keys.length === 0) return ''
    const numbers = keys.map((key) => number.get(key.toLowerCase())).sort((a, b) => a - b)
    if (numbers.includes(undefined)) throw new Error(`a condition key is not defined: ${keys}`)
    const line = [...new Set(numbers)].map((n) => n.toString(36)).join(',')
    if (!sets.has(line)) sets.set(line, sets.size.toString(36))
    return sets.get(line)
  }
  intern.lines = () => [...sets.keys()]
  return intern
}

function typeLine(prefix, { key, arn, conditionKeys }, intern) {
  const usual = `${prefix}:{Region}:{Account}:`
  const patterns = arn.split(/,\s*(?=arn:)/).map((pattern) => {
    const head = 'arn:${Partition}:'
    if (!pattern.startsWith(head) || /[, ~]/.test(pattern)) throw new Error(`unexpected ARN pattern ${pattern}`)
    const rest = braces(pattern.slice(head.length))
    return rest.startsWith(usual) ? `~${rest.slice(usual.length)}` : rest
  })
  return fields(key, patterns.join(','), intern(conditionKeys))
}

function actionLine({ name, accessLevel, resourceTypes, conditionKeys, dependentActions }, numbers, intern) {
  const level = Object.hasOwn(LEVELS, accessLevel) ? LEVELS[accessLevel] : undefined
  if (level === undefined) throw new Error(`unknown access level ${accessLevel} of ${name}`)
  const types = resourceTypes
    .map((type) => ({ ...type, number: numbers.get(type.name.toLowerCase()) }))
    .toSorted((a, b) => a.number - b.number)
    .map((type) => {
      if (type.number === undefined) throw new Error(`${name} names an unknown resource type ${type.name}`)
      const set = intern(type.conditionKeys)
      return `${type.number.toString(36)}${type.required ? '*' : ''}${set === '' ? '' : `:${set}`}`
    })
  return fields(name, level, types.join(','), intern(conditionKeys), dependentActions.toSorted(byCodeUnit).join(','))
}
