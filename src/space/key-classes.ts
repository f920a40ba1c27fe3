import { type ConditionLine, evaluateLine } from '#iam/condition/condition.ts'
import type { OperatorFamily, Relation } from '#iam/condition/operators.ts'
import { type ConditionKeyFacts, conditionKeyFacts } from '#iam/facts/condition-keys.ts'
import { ABSENT, type KeyState, several, single } from '#iam/key-state.ts'
import { memoizeText } from '#iam/memoize.ts'
import type { Truth } from '#iam/truth.ts'
import type { Template } from '#iam/variables.ts'
import type { Budget } from './budget.ts'
import { addressesAround, datesAround, numbersAround, type Values } from './ordered-values.ts'
import { textClasses } from './text-classes.ts'
import {
  foldCode,
  literalSteps,
  partSteps,
  patternOf,
  RUN,
  SEGMENT_RUN,
  wildcardSteps,
  type Observer,
} from './text-pattern.ts'

/** A state of a condition key that stands for all that the lines do not tell apart from it, and what they say of it. */
export interface KeyClass {
  readonly state: KeyState
  /** Truths of the lines, in their order; `unknown` for a line that holds a variable. */
  readonly truths: readonly Truth[]
}

export interface KeyClasses {
  readonly classes: readonly KeyClass[]
  /** False: there may be states that no class stands for. */
  readonly exact: boolean
}

export interface KeyDomain {
  readonly mayBeAbsent: boolean
  readonly mayBePresent: boolean
  /** Values to be told apart besides, as they may be filled in for a variable. */
  readonly values?: readonly string[]
  readonly budget?: Budget | undefined
}

const MAX_SETS = 512

/** Every way the lines on one key can come out, each with a state in which they do. */
export function keyClasses(key: string, lines: readonly ConditionLine[], domain: KeyDomain): KeyClasses {
  const collected = new Map<string, KeyClass>()
  const isOpen = lines.map(hasVariable)
  const open = lines.filter((_, i) => isOpen[i])
  const weight = lines.reduce((sum, { values }) => sum + 1 + values.length, 0)
  const add = (state: KeyState): KeyClass => {
    domain.budget?.spend(weight * (state.state === 'values' ? 1 + state.values.length : 1))
    const truths = lines.map((line, i) => (isOpen[i] === true ? 'unknown' : evaluateLine(line, state, NO_LOOKUP)))
    const told = open.length === 0 ? truths.join() : `${truths.join()} ${toldApart(state, open)}`
    const kept = keepsApart(state, domain) ? `${told} ${textOf(state)}` : told
    const known = collected.get(kept)
    if (known !== undefined) return known
    const made = { state, truths }
    collected.set(kept, made)
    return made
  }
  if (domain.mayBeAbsent) add(ABSENT)
  if (!domain.mayBePresent) return { classes: [...collected.values()], exact: true }
  const { values, exact } = singleValues(key, lines, domain)
  const facts = keyFacts(key)
  const sets = facts?.multivalued ?? lines.some((line) => line.use?.setOperator !== undefined)
  if (facts?.multivalued !== true) for (const value of values) add(single(value))
  const all = sets ? addSets(values, add) : true
  return { classes: [...collected.values()], exact: exact && all }
}

const remembered = memoizeText((key) => ({ facts: conditionKeyFacts(key) }))
const keyFacts = (key: string): ConditionKeyFacts | undefined => remembered(key).facts
const NO_LOOKUP = (): KeyState => ({ state: 'unknown' })
const NOTHING_SENT = (): KeyState => ABSENT

/**
 * Difference that lines with variables make to a state though no value is filled in: whether it is there, and what the rest
 * of the line says.
 */
const toldApart = (state: KeyState, open: readonly ConditionLine[]): string =>
  [state.state, ...open.map((line) => evaluateLine(line, state, NOTHING_SENT))].join()

export const hasVariable = (line: ConditionLine): boolean => line.values.some(({ template }) => !template.constant)

const textOf = (state: KeyState): string => (state.state === 'values' ? state.values.join('\n') : '')

const keepsApart = (state: KeyState, { values }: KeyDomain): boolean =>
  values !== undefined && state.state === 'values' && state.values.some((value) => values.includes(value))

/**
 * Sets of values: what the lines say of a set follows from what they say of its parts (all of them, or any), so sets are
 * put together until nothing new comes out. The empty text is a part like any other, but alone it comes to no value at all
 * (R-COND-21), so nothing is put to that.
 */
function addSets(values: readonly string[], add: (state: KeyState) => KeyClass): boolean {
  const known = new Map<KeyClass, readonly string[]>()
  const note = (set: readonly string[]): void => {
    const made = add(several(set))
    if (!known.has(made)) known.set(made, set)
  }
  for (const value of values) if (value !== '') note([value])
  const firsts = [...known.values()]
  if (values.includes('')) firsts.push([''])
  let grown = 0
  while (grown !== known.size) {
    grown = known.size
    for (const set of known.values())
      for (const more of firsts) {
        if (known.size > MAX_SETS) return false
        note([...new Set([...set, ...more])])
      }
  }
  if (values.includes('')) note([''])
  return true
}

/** Values of which every other value is told apart by no line. */
function singleValues(key: string, lines: readonly ConditionLine[], { values: extra = [], budget }: KeyDomain): Values {
  const families = new Set<OperatorFamily>()
  for (const { use } of lines)
    if (use !== undefined && use.operator.family !== 'null') families.add(use.operator.family)
  const type = keyFacts(key)?.type
  const parts: Values[] = []
  for (const family of families) if (!isText(family)) parts.push(valuesOf(family, constantsOf(lines, family)))
  const typed = type === undefined ? undefined : FAMILY_OF_TYPE.get(type)
  if (typed !== undefined && !families.has(typed)) parts.push(valuesOf(typed, []))
  // A key of a type that texts cannot have is never one; every other key may hold any text.
  const takesText = typed === undefined || families.size > 1 || (families.size === 1 && !families.has(typed))
  if (takesText) parts.push(textValues(lines, budget))
  let [kinds, hasText] = [0, false]
  for (const family of families)
    if (isText(family)) hasText = true
    else kinds++
  if (takesText && hasText) kinds++
  const values = new Set<string>()
  for (const part of parts) for (const value of part.values) values.add(value)
  for (const value of extra) values.add(value)
  return { values: [...values], exact: kinds <= 1 && parts.every(({ exact }) => exact) }
}

const isText = (family: OperatorFamily): boolean => family === 'string' || family === 'arn' || family === 'binary'

const FAMILY_OF_TYPE: ReadonlyMap<string, OperatorFamily> = new Map([
  ['Numeric', 'numeric'],
  ['Long', 'numeric'],
  ['Date', 'date'],
  ['Bool', 'bool'],
  ['IPAddress', 'ip'],
])

function valuesOf(family: OperatorFamily, constants: readonly string[]): Values {
  switch (family) {
    case 'numeric':
      return numbersAround(constants)
    case 'date':
      return datesAround(constants)
    case 'ip':
      return addressesAround(constants)
    default:
      return { values: ['true', 'false'], exact: true }
  }
}

const constantsOf = (lines: readonly ConditionLine[], family: OperatorFamily): readonly string[] =>
  lines.flatMap((line) => (line.use?.operator.family === family ? sourcesOf(line) : []))

const sourcesOf = (line: ConditionLine): readonly string[] => line.values.map(({ template }) => template.source)

/** Texts for every combination of patterns. The empty text stands apart under set operators (R-COND-21). */
function textValues(lines: readonly ConditionLine[], budget: Budget | undefined): Values {
  const observers: Observer[] = []
  for (const line of lines) observers.push(...observersOf(line))
  if (lines.some((line) => line.use?.operator.family === 'arn')) observers.push(ANY_ARN)
  const { classes, complete } = textClasses(observers, { budget })
  return { values: [...classes.map(({ text }) => text), ''], exact: complete }
}

/** Six segments, whatever they are: what an ARN operator asks of a value before it compares it (R-COND-11). */
const ANY_ARN: Observer = [patternOf([...':::::'].flatMap(() => [SEGMENT_RUN, 0x3a]).concat(RUN))]

function observersOf({ use, values }: ConditionLine): Observer[] {
  if (use === undefined || !isText(use.operator.family)) return []
  const { family, relation } = use.operator
  return values.flatMap(({ template }) => (template.constant ? [observerOfValue(template, family, relation)] : []))
}

function observerOfValue({ parts, source }: Template, family: OperatorFamily, relation: Relation): Observer {
  const [only] = parts
  // Nearly all of them: nothing written as a variable.
  if (family !== 'arn' && parts.length === 1 && only?.kind === 'pattern' && relation !== 'equals-ignore-case')
    return family === 'string' && relation === 'like' ? observerLike(only.text) : observerOf(only.text)
  if (family === 'arn') return [patternOf(arnSteps(source))]
  const texts = parts.map((part) => ({
    text: part.kind === 'variable' ? '' : part.text,
    literal: part.kind === 'literal',
  }))
  if (family === 'string' && relation === 'like') return [patternOf(partSteps(texts))]
  const steps = literalSteps(texts.map(({ text }) => text).join(''))
  return [relation === 'equals-ignore-case' ? patternOf(steps.map(foldCode), true) : patternOf(steps)]
}

const observerOf = memoizeText((text): Observer => [patternOf(literalSteps(text))])
const observerLike = memoizeText((text): Observer => [patternOf(wildcardSteps(text))])

/** Segment by segment; the last one may hold colons. */
export function arnSteps(pattern: string): number[] {
  const segments = pattern.split(':')
  const head = segments.slice(0, 5)
  const rest = segments.slice(5).join(':')
  if (segments.length < 6) return [0xfff0] // matches nothing that is ever sent
  return [...head.flatMap((segment) => [...wildcardSteps(segment, SEGMENT_RUN), 0x3a]), ...wildcardSteps(rest)]
}
