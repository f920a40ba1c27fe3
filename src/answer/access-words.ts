import type { AccessSet, ConditionBlock } from '#space/access-set.ts'
import { readOperator } from '#iam/condition/operators.ts'
import { valueText } from './value-words.ts'

/** The conditions of a set as one phrase; empty: in every context. */
export function whenText(set: AccessSet): string {
  const needed = set.conditions.flatMap(linesOf)
  const cuts = cutsOf(set, true)
  const unless = cuts.map(({ conditions }) => conditions.flatMap(linesOf).join(' and ')).filter((text) => text !== '')
  // An exception of everything but some: what is left is those.
  const only = cuts.flatMap(({ conditions, principals, except = [] }) =>
    conditions.length === 0 && principals.includes('*') ? except.map((left) => wordsOf(left, set)) : [],
  )
  const parts = [
    ...(only.length === 0 ? [] : [`only ${only.join(' or ')}`]),
    ...(needed.length === 0 ? [] : [`if ${needed.join(' and ')}`]),
    ...(unless.length === 0 ? [] : [`unless ${unless.join(', or ')}`]),
  ]
  return parts.join(', ')
}

/** Exceptions of an access set, taken out of its actions, resources or principals, a phrase each. */
export const exceptTexts = (set: AccessSet): readonly string[] => [
  ...cutsOf(set, true)
    .filter(({ conditions, principals }) => conditions.length === 0 && !principals.includes('*'))
    .map((cut) => `except ${wordsOf(cut, set)}`),
  ...cutsOf(set, false).map((cut) => `except ${wordsOf(cut, set)}`),
]

/** `s3:PutObject on arn:… by arn:…, if …`: what of it is not as in the set around it. */
function wordsOf(cut: AccessSet, { actions, resources }: AccessSet): string {
  const when = whenText(cut)
  const words = [
    ...(same(cut.actions, actions) || same(cut.actions, ['*']) ? [] : [valueText(cut.actions)]),
    ...(same(cut.resources, resources) || same(cut.resources, ['*']) ? [] : [`on ${valueText(cut.resources)}`]),
    ...(cut.principals.includes('*') ? [] : [`by ${valueText(cut.principals)}`]),
    ...(when === '' ? [] : [when]),
  ]
  return words.length === 0 ? 'everything' : words.join(' ')
}

const cutsOf = ({ actions, resources, except = [] }: AccessSet, isWhole: boolean): readonly AccessSet[] =>
  except.filter((cut) => (same(cut.actions, actions) && same(cut.resources, resources)) === isWhole)

const same = (a: readonly string[], b: readonly string[]): boolean => a.join() === b.join()

const linesOf = (block: ConditionBlock): readonly string[] =>
  Object.entries(block).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, value]) => lineText(operator, key, value)),
  )

const RELATIONS: ReadonlyMap<string, string> = new Map([
  ['StringEquals', 'is'],
  ['StringNotEquals', 'is not'],
  ['StringEqualsIgnoreCase', 'is, in any case,'],
  ['StringNotEqualsIgnoreCase', 'is not, in any case,'],
  ['StringLike', 'is like'],
  ['StringNotLike', 'is not like'],
  ['NumericEquals', '='],
  ['NumericNotEquals', 'is not'],
  ['NumericLessThan', '<'],
  ['NumericLessThanEquals', '<='],
  ['NumericGreaterThan', '>'],
  ['NumericGreaterThanEquals', '>='],
  ['DateEquals', 'is'],
  ['DateNotEquals', 'is not'],
  ['DateLessThan', 'is before'],
  ['DateLessThanEquals', 'is not after'],
  ['DateGreaterThan', 'is after'],
  ['DateGreaterThanEquals', 'is not before'],
  ['Bool', 'is'],
  ['BinaryEquals', 'is'],
  ['IpAddress', 'is in'],
  ['NotIpAddress', 'is not in'],
  ['ArnEquals', 'is like'],
  ['ArnLike', 'is like'],
  ['ArnNotEquals', 'is not like'],
  ['ArnNotLike', 'is not like'],
])

const SETS = { ForAnyValue: 'one of', ForAllValues: 'each of' } as const

function lineText(operator: string, key: string, value: unknown): string {
  const use = readOperator(operator)
  if (use === undefined) return `${operator} ${key} ${valueText(value)}`
  if (use.operator.family === 'null') return `${key} is ${String(value) === 'true' ? 'absent' : 'there'}`
  const of = use.setOperator === undefined ? '' : `${SETS[use.setOperator]} `
  const values = Array.isArray(value) && value.length > 1 ? `one of ${valueText(value)}` : valueText(value)
  const ifThere = use.ifExists ? ', where it is there,' : ''
  return `${of}${key}${ifThere} ${RELATIONS.get(use.operator.name) ?? use.operator.name} ${values}`
}
