/**
 * Attributes of the request's resource (docs/json.md): one left out is unknown, unless the scenario is complete;
 * `null` stands for "there is none". Tags are known only where somebody says them (R-UNK-01).
 */
import type { Truth } from '#iam/truth.ts'
import { ancestorsOf } from './calls.ts'
import { mayBeIt, type Question } from './question.ts'

export function attribute({ scenario, resource }: Question, name: string): unknown {
  const carrier = resource.includes(':s3:::') ? resource.split('/')[0] : resource
  const listed = scenario.resources?.find((one) => one.arn === resource || one.arn === carrier)?.attributes
  // They are said of the request's own resource: what it lies in has others.
  const isAbove = [scenario.request.resource ?? []].flat().some((one) => ancestorsOf(one).includes(resource))
  const said = isAbove ? undefined : scenario.policies?.serviceGuards
  const guards = said ?? (said === null ? null : listed)
  if (guards === null) return null
  if (guards !== undefined && Object.hasOwn(guards, name)) return guards[name]
  return isComplete({ scenario, resource }) && !SAID_ONLY.includes(name) ? null : undefined
}

/** With ABAC, which decides whether a bucket's tags count; and whose the bucket behind an access point is. */
const SAID_ONLY = ['tags', 'abac', 'bucketAccount']

/** "Complete" is said of the resource that the request names; where it names none, what is said of others may be said of it. */
function isComplete({ scenario, resource }: Pick<Question, 'scenario' | 'resource'>): boolean {
  const { policies, resources = [] } = scenario
  const isOneOfThem =
    policies?.serviceGuards === undefined &&
    resources.some((one) => one.attributes !== undefined && mayBeIt(scenario, resource, one.arn))
  return policies?.complete === true && !isOneOfThem
}

/** One switch of an attribute that is a set of switches. */
export function flag(question: Question, name: string, field: string): Truth {
  const value = attribute(question, name)
  if (value === undefined) return 'unknown'
  if (typeof value !== 'object' || value === null) return false
  if (Object.hasOwn(value, field)) return (value as Record<string, unknown>)[field] === true
  return isComplete(question) ? false : 'unknown'
}
