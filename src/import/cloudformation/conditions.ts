import { isUnknown } from '../unknown.ts'
import { own, type Template } from './template.ts'

type Truth = boolean | 'unknown'

const MAX_DEPTH = 32

/**
 * Whether a condition holds: `Fn::Equals`, `Fn::And`, `Fn::Or`, `Fn::Not`, `Condition`.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-conditions.html
 */
export function resolveCondition(template: Template, condition: unknown, depth = 0): true | 'unknown' | false {
  if (depth > MAX_DEPTH) return 'unknown'
  const name = own(condition, 'Condition')
  if (typeof name === 'string') return named(template, name, depth)
  const equals = own(condition, 'Fn::Equals')
  if (Array.isArray(equals)) return equal(template, equals)
  const not = own(condition, 'Fn::Not')
  if (Array.isArray(not)) {
    const inner = resolveCondition(template, not[0], depth + 1)
    return inner === 'unknown' ? inner : !inner
  }
  const and = own(condition, 'Fn::And')
  if (Array.isArray(and)) return all(and.map((one) => resolveCondition(template, one, depth + 1)))
  const or = own(condition, 'Fn::Or')
  if (!Array.isArray(or)) return 'unknown'
  const none = all(or.map((one) => negated(resolveCondition(template, one, depth + 1))))
  return negated(none)
}

const negated = (truth: Truth): Truth => (truth === 'unknown' ? truth : !truth)

const all = (truths: readonly Truth[]): Truth =>
  truths.includes(false) ? false : truths.includes('unknown') ? 'unknown' : true

function named(template: Template, name: string, depth: number): Truth {
  const key = `condition/${name}`
  const known = template.made.get(key)
  if (known === true || known === false || known === 'unknown') return known
  if (!Object.hasOwn(template.conditions, name)) return 'unknown'
  // While it is being looked at it is unknown, which ends a circle.
  template.made.set(key, 'unknown')
  const truth = resolveCondition(template, template.conditions[name], depth + 1)
  template.made.set(key, truth)
  return truth
}

function equal(template: Template, pair: readonly unknown[]): Truth {
  const [left, right] = [template.resolve(pair[0]), template.resolve(pair[1])]
  if (isUnknown(left) || isUnknown(right)) return 'unknown'
  return scalar(left) && scalar(right) ? String(left) === String(right) : 'unknown'
}

const scalar = (value: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof value)
