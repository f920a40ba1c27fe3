import { isObject } from '#snapshot/fields.ts'
import { isUnknown, joinTexts, unknown, type Unknown } from '../unknown.ts'
import { attributeOf } from './attributes.ts'
import { resolveCondition } from './conditions.ts'
import { parameterValue, pseudoParameter } from './parameters.ts'
import { unknownWithDigest } from './expression-digest.ts'
import { isExpanded, own, type Template } from './template.ts'

/** What `Ref: AWS::NoValue` leaves: the property is not there. */
const NO_VALUE = Symbol('AWS::NoValue')

const MAX_DEPTH = 64
/** Larger than any policy; a template that joins texts to themselves ends here. */
const MAX_TEXT = 200_000

/**
 * A value of a template with its intrinsic functions carried out. What cannot be carried out before the deploy is `Unknown`.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
 */
export function resolve(template: Template, value: unknown, depth = 0): unknown {
  const found = reduce(template, value, depth)
  return found === NO_VALUE ? undefined : found
}

function reduce(template: Template, value: unknown, depth: number): unknown {
  const found = carriedOut(template, value, depth)
  return isUnknown(found) && !isUnknown(value) ? unknownWithDigest(template, found, value) : found
}

function carriedOut(template: Template, value: unknown, depth: number): unknown {
  if (depth > MAX_DEPTH) return unknown('a value that is nested too deep')
  if (typeof value === 'string') return value.includes('{{resolve:') ? unknown('a dynamic reference') : value
  if (Array.isArray(value))
    return value.map((entry) => reduce(template, entry, depth + 1)).filter((entry) => entry !== NO_VALUE)
  if (!isObject(value) || isUnknown(value)) return value
  const entries = Object.entries(value)
  const [first] = entries
  if (entries.length === 1 && first !== undefined) {
    const [name, argument] = first
    if (name === 'Ref') return reference(template, argument)
    const run = FUNCTIONS.get(name)
    if (run !== undefined) return run(template, argument, depth + 1)
    if (name.startsWith('Fn::')) return unknown(`\`${name}\``)
  }
  const expanded = entries.find(([name]) => isExpanded(name))
  if (expanded !== undefined) return unknown(`what ${expanded[0]} makes`)
  return Object.fromEntries(
    entries
      .map(([name, part]) => [name, reduce(template, part, depth + 1)] as const)
      .filter(([, part]) => part !== NO_VALUE),
  )
}

function reference(template: Template, name: unknown): unknown {
  if (typeof name !== 'string') return unknown('a Ref')
  if (name === 'AWS::NoValue') return NO_VALUE
  return pseudoParameter(template, name) ?? parameterValue(template, name) ?? attributeOf(template, name, undefined)
}

type Intrinsic = (template: Template, argument: unknown, depth: number) => unknown

const FUNCTIONS: ReadonlyMap<string, Intrinsic> = new Map<string, Intrinsic>([
  ['Fn::GetAtt', getAtt],
  ['Fn::Sub', sub],
  ['Fn::Join', join],
  ['Fn::If', choose],
  ['Fn::FindInMap', findInMap],
  ['Fn::Select', select],
  ['Fn::Split', split],
  ['Fn::ImportValue', importValue],
  // Read as a policy document either way, as an object or as its text.
  ['Fn::ToJsonString', (template, argument, depth) => reduce(template, argument, depth)],
])

/** `A.Arn` or `[A, Arn]`; a nested stack's `A.Outputs.X` is not known. */
function getAtt(template: Template, argument: unknown, depth: number): unknown {
  const parts = typeof argument === 'string' ? splitAtDot(argument) : argument
  if (!Array.isArray(parts)) return unknown('a Fn::GetAtt')
  const [id, name] = [parts[0] as unknown, reduce(template, parts[1], depth)]
  if (typeof id !== 'string' || typeof name !== 'string') return unknown('a Fn::GetAtt')
  return attributeOf(template, id, name)
}

const splitAtDot = (text: string): readonly string[] => {
  const dot = text.indexOf('.')
  return dot < 0 ? [text, ''] : [text.slice(0, dot), text.slice(dot + 1)]
}

/** `${Name}`, `${Logical.Attribute}` and the variables of the second argument; `${!Literal}` is `${Literal}`. */
function sub(template: Template, argument: unknown, depth: number): unknown {
  const [text, given] = Array.isArray(argument) ? (argument as readonly unknown[]) : [argument, undefined]
  if (typeof text !== 'string') return unknown('a Fn::Sub')
  const parts: (string | Unknown)[] = []
  let from = 0
  for (let open = text.indexOf('${'); open >= 0; open = text.indexOf('${', from)) {
    const close = text.indexOf('}', open)
    if (close < 0) break
    const name = text.slice(open + 2, close)
    parts.push(text.slice(from, open))
    if (name.startsWith('!')) parts.push(`\${${name.slice(1)}}`)
    else parts.push(asText(substituted(template, name.trim(), given, depth), name))
    from = close + 1
  }
  return joined([...parts, text.slice(from)])
}

function substituted(template: Template, name: string, given: unknown, depth: number): unknown {
  if (isObject(given) && Object.hasOwn(given, name)) return reduce(template, given[name], depth)
  return name.includes('.') && !name.startsWith('AWS::') ? getAtt(template, name, depth) : reference(template, name)
}

function asText(value: unknown, what: string): string | Unknown {
  if (typeof value === 'string' || isUnknown(value)) return value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : unknown(what)
}

function joined(parts: readonly (string | Unknown)[]): string | Unknown {
  const length = parts.reduce((sum, part) => sum + (typeof part === 'string' ? part.length : 1), 0)
  return length > MAX_TEXT ? unknown('a text that is too long') : joinTexts(parts)
}

function join(template: Template, argument: unknown, depth: number): unknown {
  const [separator, list] = Array.isArray(argument) ? (argument as readonly unknown[]) : []
  const values = reduce(template, list, depth)
  if (typeof separator !== 'string' || !Array.isArray(values)) return unknown('a Fn::Join')
  const texts = values.map((value) => asText(value, 'a part of Fn::Join'))
  return joined(texts.flatMap((text, i) => (i === 0 ? [text] : [separator, text])))
}

/** Where nobody knows the condition but both ways come to the same, that is the value. */
function choose(template: Template, argument: unknown, depth: number): unknown {
  const [name, yes, no] = Array.isArray(argument) ? (argument as readonly unknown[]) : []
  const truth = resolveCondition(template, { Condition: name })
  if (truth !== 'unknown') return reduce(template, truth ? yes : no, depth)
  const [left, right] = [reduce(template, yes, depth), reduce(template, no, depth)]
  const isSame = typeof left === 'string' && left === right
  return isSame ? left : unknown(`what hangs on the condition ${String(name)}`)
}

function findInMap(template: Template, argument: unknown, depth: number): unknown {
  const keys = reduce(template, argument, depth)
  if (!Array.isArray(keys)) return unknown('a Fn::FindInMap')
  const open = keys.slice(0, 3).find(isUnknown)
  if (open !== undefined) return open
  const [map, first, second, otherwise] = keys.map((key) => (isObject(key) ? key : String(key)))
  const found = own(own(own(template.mappings, String(map)), String(first)), String(second))
  if (found !== undefined) return reduce(template, found, depth)
  return own(otherwise, 'DefaultValue') ?? unknown(`an entry of the mapping ${String(map)}`)
}

function select(template: Template, argument: unknown, depth: number): unknown {
  const [index, list] = Array.isArray(argument) ? (argument as readonly unknown[]) : []
  const at = Number(asText(reduce(template, index, depth), 'an index'))
  const values = reduce(template, list, depth)
  const found: unknown = Array.isArray(values) && Number.isInteger(at) ? values[at] : undefined
  return found ?? unknown('a Fn::Select')
}

function split(template: Template, argument: unknown, depth: number): unknown {
  const [separator, source] = Array.isArray(argument) ? (argument as readonly unknown[]) : []
  const text = reduce(template, source, depth)
  if (typeof separator !== 'string' || separator === '' || typeof text !== 'string') return unknown('a Fn::Split')
  return text.split(separator)
}

/** A value that another stack exports: given as a parameter of that name, or not known. */
function importValue(template: Template, argument: unknown, depth: number): unknown {
  const name = asText(reduce(template, argument, depth), 'an export')
  if (isUnknown(name)) return name
  return template.options.parameters?.get(name) ?? unknown(`the export ${name}`)
}
