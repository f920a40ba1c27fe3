import { isAccountId } from '#iam/arn.ts'
import { actionFacts } from '#iam/facts/actions.ts'
import { resourceTypeFacts } from '#iam/facts/resource-types.ts'
import { globMatches } from '#iam/glob.ts'
import { readRequestResource, readResourcePattern, type ResourcePattern } from '#iam/resource.ts'
import type { Request } from '#iam/request.ts'
import type { ActionClass } from '#space/action-classes.ts'
import { heldBy, resourceClasses } from '#space/resource-classes.ts'
import { isFormOf } from './action-form.ts'

/**
 * ARNs of the action's own resource types that the patterns do not tell apart from `resource`. Access points come last:
 * what stands behind one is judged too.
 */
export function* typedArns(
  actions: ActionClass,
  name: string,
  resource: string,
  patterns: readonly ResourcePattern[],
  account: string | undefined,
): Generator<string> {
  const types = actionFacts(actions.service, name)?.resourceTypes ?? []
  if (resource === '*') {
    if (types.length === 0) yield '*'
    return
  }
  const holding = heldBy(patterns, resource)
  const held = holding.join()
  const own = resource.split(':')
  const ordered = types.toSorted(
    (a, b) => Number(a.name.startsWith('accesspoint')) - Number(b.name.startsWith('accesspoint')),
  )
  for (const type of ordered)
    for (const text of resourceTypeFacts(actions.service, type.name)?.arnPatterns ?? []) {
      if (!holding.every((i) => isOfService(patterns[i], text.split(':')[2] ?? ''))) continue
      const shape = readResourcePattern(shapeOf(text), '2008-10-17', 'identity')
      const view = {
        required: patterns.length,
        preferred: { 1: ['aws'], 3: [own[3] ?? '', 'us-east-1'], 4: [own[4] ?? '', account ?? ''] },
      }
      for (const { arn, holds } of resourceClasses([...patterns, shape], view).classes)
        if (
          holds.filter((i) => i < patterns.length).join() === held &&
          isFormOf(arn, actions.form) &&
          isWhole(arn, text)
        )
          yield arn
    }
}

const isOfService = (pattern: ResourcePattern | undefined, service: string): boolean => {
  const glob = pattern?.kind === 'arn' ? pattern.head[2] : undefined
  return glob === undefined || service.includes('$') || globMatches(glob, service)
}

/** `${Account}` is twelve characters, `${Region}` some text, whatever else stands there is at least one character. */
function shapeOf(pattern: string): string {
  const [first = '', ...parts] = pattern.split('${')
  let shape = first
  for (const part of parts) {
    const close = part.indexOf('}')
    shape += `${part.slice(0, close) === 'Account' ? '????????????' : '?*'}${part.slice(close + 1)}`
  }
  return shape
}

/** A Region and an account where the type has them. */
function isWhole(arn: string, pattern: string): boolean {
  const [, , , region = '', account = ''] = arn.split(':')
  if (pattern.includes('${Region}') && region === '') return false
  return !pattern.includes('${Account}') || isAccountId(account)
}

/** Whether a request's resource is of a type of its action. */
export function isTyped({ action, resource }: Request): boolean {
  const colon = action.indexOf(':')
  const facts = actionFacts(action.slice(0, colon), action.slice(colon + 1))
  if (facts === undefined || typeof resource !== 'string') return false
  if (facts.resourceTypes.length === 0) return resource === '*'
  const asked = readRequestResource(resource)
  return facts.resourceTypes.some(({ name }) =>
    (resourceTypeFacts(facts.service, name)?.arnPatterns ?? []).some(
      (text) => asked.kind === 'arn' && isWhole(resource, text) && asked.segments[2] === text.split(':')[2],
    ),
  )
}
