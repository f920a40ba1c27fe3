import { evaluateLine, readCondition } from '#iam/condition/condition.ts'
import { readOperator } from '#iam/condition/operators.ts'
import { single, UNKNOWN } from '#iam/key-state.ts'
import type { Truth } from '#iam/truth.ts'
import type { AccessSet, ConditionBlock } from '#space/access-set.ts'
import { covers, coversArn, meet, meetArns } from '#space/glob-meet.ts'

/**
 * Returns the same requests of one principal in fewer words: without conditions that hold for it always, and exceptions that leave
 * out nothing of the set. Where all but some requests is left out, the set is those.
 *
 * @param principalArn `aws:PrincipalArn` of the principal that the set ranges over
 */
export function plainSet(set: AccessSet, principalArn: string): AccessSet {
  const { except: _, ...own } = set
  const conditions = settled(set.conditions, principalArn)
  // A set of which something was found is not empty: its own conditions stay.
  let plain: AccessSet = { ...own, conditions: conditions ?? set.conditions }
  let cuts = set.except ?? []
  // Each round may narrow the set, so that more exceptions leave out nothing of it.
  for (let round = 0; round < MAX_ROUNDS; round++) {
    cuts = cuts.flatMap((cut) => plainCut(cut, plain, principalArn) ?? [])
    const all = cuts.find(({ conditions, except }) => conditions.length === 0 && except?.length === 1)
    const left = all?.except?.[0]
    const narrowed = all === undefined || left === undefined || !holds(all, plain) ? undefined : both(plain, left)
    if (narrowed === undefined) break
    plain = narrowed
    cuts = [...cuts.filter((cut) => cut !== all), ...(left?.except ?? [])]
  }
  const needed = cuts.map((cut) => neededInstead(cut, plain))
  for (const line of needed) if (line !== undefined) plain = { ...plain, conditions: withLine(plain.conditions, line) }
  const rest = cuts.filter((_, i) => needed[i] === undefined)
  return withoutCutActions(plain, rest)
}

/**
 * A set without the actions that an exception takes out altogether: `iam:*` except `iam:*` is nothing, and no gain. A set of which
 * something was found is not empty: it keeps its actions where all would go.
 */
function withoutCutActions(set: AccessSet, cuts: readonly AccessSet[]): AccessSet {
  const isWhole = (cut: AccessSet, action: string): boolean =>
    cut.conditions.length === 0 && cut.except === undefined && holds(cut, { ...set, actions: [action] })
  const left = set.actions.filter((action) => !cuts.some((cut) => isWhole(cut, action)))
  const plain = left.length === 0 ? set : { ...set, actions: left }
  const except = left.length === 0 ? cuts : cuts.filter((cut) => !isApart(cut, plain))
  return except.length === 0 ? plain : { ...plain, except }
}

/** A line of a condition: what is asked of a key. */
interface Line {
  readonly operator: string
  readonly key: string
  readonly values: readonly unknown[]
}

/** What has to hold where an exception is all of the set for which one key is not something: that it is that. */
function neededInstead(cut: AccessSet, set: AccessSet): Line | undefined {
  const lines = linesOf(cut.conditions)
  const [line] = lines
  if (line === undefined || lines.length > 1 || cut.except !== undefined || !holds(cut, set)) return undefined
  const use = readOperator(line.operator)
  const isPlain = use !== undefined && use.operator.negated && !use.ifExists && use.setOperator === undefined
  return isPlain ? { ...line, operator: line.operator.replace('Not', '') } : undefined
}

const linesOf = (blocks: readonly ConditionBlock[]): readonly Line[] =>
  blocks.flatMap((block) =>
    Object.entries(block).flatMap(([operator, keys]) =>
      Object.entries(keys).map(([key, value]) => ({ operator, key, values: [value].flat() })),
    ),
  )

/** The conditions and one more line. That a text is none of some and one of these and others is said by the others. */
function withLine(blocks: readonly ConditionBlock[], { operator, key, values }: Line): readonly ConditionBlock[] {
  const refused = linesOf(blocks).find(
    (line) =>
      operator === 'StringEquals' &&
      line.operator === 'StringNotEquals' &&
      line.key === key &&
      line.values.every((value) => values.includes(value)),
  )
  const left = refused === undefined ? values : values.filter((value) => !refused.values.includes(value))
  const others =
    refused === undefined
      ? blocks
      : nonEmpty(
          blocks.map((block) =>
            withoutLines(block, (...line) =>
              line[0] === refused.operator && line[1] === key && sameValues(line[2], refused.values) ? true : 'unknown',
            ),
          ),
        )
  return [...others, { [operator]: { [key]: left.length === 1 ? left[0] : left } }]
}

const sameValues = (value: unknown, values: readonly unknown[]): boolean =>
  JSON.stringify([value].flat()) === JSON.stringify(values)

const MAX_ROUNDS = 4

/** An exception as far as it leaves out something of the set; undefined: it leaves out nothing. */
function plainCut(cut: AccessSet, set: AccessSet, principalArn: string): AccessSet | undefined {
  const conditions = settled(cut.conditions, principalArn)
  if (conditions === undefined || isApart(cut, set)) return undefined
  const { except, ...own } = cut
  const plain: AccessSet = { ...own, conditions: unasked(conditions, set.conditions) }
  const left = except?.flatMap((inner) => plainCut(inner, plain, principalArn) ?? []) ?? []
  return left.length === 0 ? plain : { ...plain, except: left }
}

/** Condition blocks without the lines on the principal that it meets; undefined: one that it does not meet. */
function settled(blocks: readonly ConditionBlock[], principalArn: string): readonly ConditionBlock[] | undefined {
  const truths = blocks.map((block) =>
    withoutLines(block, (operator, key, value) =>
      key.toLowerCase() === 'aws:principalarn' ? truthFor(operator, key, value, principalArn) : 'unknown',
    ),
  )
  return truths.includes(undefined) ? undefined : nonEmpty(truths)
}

function truthFor(operator: string, key: string, value: unknown, principalArn: string): Truth {
  const [line] = readCondition({ [operator]: { [key]: value } }, '2012-10-17') ?? []
  return line === undefined ? 'unknown' : evaluateLine(line, single(principalArn), () => UNKNOWN)
}

/** Condition blocks without the lines that the set around them asks for, too. */
function unasked(blocks: readonly ConditionBlock[], around: readonly ConditionBlock[]): readonly ConditionBlock[] {
  const isAsked = (operator: string, key: string, value: unknown): boolean =>
    around.some((block) => JSON.stringify(block[operator]?.[key]) === JSON.stringify(value))
  return nonEmpty(blocks.map((block) => withoutLines(block, (...line) => isAsked(...line) || 'unknown')))
}

/** The block without its true lines; undefined: one is false. */
function withoutLines(
  block: ConditionBlock,
  truthOf: (operator: string, key: string, value: unknown) => Truth,
): ConditionBlock | undefined {
  const kept: [string, Readonly<Record<string, unknown>>][] = []
  for (const [operator, keys] of Object.entries(block)) {
    const truths = Object.entries(keys).map((line) => [line, truthOf(operator, ...line)] as const)
    if (truths.some(([, truth]) => truth === false)) return undefined
    const open = truths.flatMap(([line, truth]) => (truth === true ? [] : [line]))
    if (open.length > 0) kept.push([operator, Object.fromEntries(open)])
  }
  return Object.fromEntries(kept)
}

const nonEmpty = (blocks: readonly (ConditionBlock | undefined)[]): readonly ConditionBlock[] =>
  blocks.filter((block): block is ConditionBlock => block !== undefined && Object.keys(block).length > 0)

/** Actions are compared without case (R-ACT-01). */
const folded = (actions: readonly string[]): readonly string[] => actions.map((action) => action.toLowerCase())

/** Whether no request is in both, by their actions or resources. */
const isApart = (cut: AccessSet, set: AccessSet): boolean =>
  areApart(folded(cut.actions), folded(set.actions), meet) || areApart(cut.resources, set.resources, meetArns)

const areApart = (some: readonly string[], others: readonly string[], shared: typeof meet): boolean =>
  some.every((pattern) => others.every((other) => shared(pattern, other)?.length === 0))

/** Whether an exception has all actions and resources of the set. */
const holds = (cut: AccessSet, set: AccessSet): boolean =>
  cut.principals.includes('*') &&
  folded(set.actions).every((action) => folded(cut.actions).some((pattern) => covers(pattern, action))) &&
  set.resources.every((resource) => cut.resources.some((pattern) => coversArn(pattern, resource)))

/** The requests of a set that another has, too; undefined: no few patterns say it. */
function both(set: AccessSet, other: AccessSet): AccessSet | undefined {
  const actions = sharedOf(set.actions, other.actions, meet)
  const resources = sharedOf(set.resources, other.resources, meetArns)
  if (actions === undefined || resources === undefined || !other.principals.includes('*')) return undefined
  return { principals: set.principals, actions, resources, conditions: [...set.conditions, ...other.conditions] }
}

function sharedOf(
  some: readonly string[],
  others: readonly string[],
  shared: typeof meet,
): readonly string[] | undefined {
  const found = some.flatMap((pattern) => others.map((other) => shared(pattern, other)))
  const texts = found.flatMap((patterns) => patterns ?? [])
  return found.includes(undefined) || texts.length === 0 ? undefined : [...new Set(texts)]
}
