import { parseArn } from '#iam/arn.ts'
import { actionsOf } from '#iam/facts/actions.ts'
import { isService } from '#iam/facts/services.ts'
import type { AccessSet, ConditionBlock } from '#space/access-set.ts'
import { covers, coversArn } from '#space/glob-meet.ts'

/**
 * The resources of sets that hold no action of the resources' own services: all that they are made of is other services' actions on
 * such ARNs, as the elements of a narrowed Deny come to. Undefined: some set holds an action of the resource's own service, or may.
 */
export function ofOtherServices(sets: readonly AccessSet[]): readonly string[] | undefined {
  const isForeign = (set: AccessSet): boolean =>
    set.resources.every((resource) => {
      const service = parseArn(resource)?.service ?? ''
      if (!isService(service)) return false
      return actionsOf(service).every((name) => !holds(set, `${service}:${name}`, resource))
    })
  return sets.length > 0 && sets.every(isForeign) ? [...new Set(sets.flatMap(({ resources }) => resources))] : undefined
}

/** Whether a set may hold the action on that resource: not where a set of its `except` that is no narrower covers it. */
function holds({ actions, conditions, except = [] }: AccessSet, action: string, resource: string): boolean {
  if (!actions.some((pattern) => covers(pattern.toLowerCase(), action.toLowerCase()))) return false
  return !except.some(
    (set) =>
      set.except === undefined &&
      set.principals.includes('*') &&
      set.actions.some((pattern) => covers(pattern.toLowerCase(), action.toLowerCase())) &&
      set.resources.some((pattern) => pattern === '*' || coversArn(pattern, resource)) &&
      set.conditions.every((block) => isMetBy(block, conditions)),
  )
}

/** Whether each line of a condition block stands in a block of the set, word for word. */
const isMetBy = (block: ConditionBlock, conditions: AccessSet['conditions']): boolean =>
  Object.entries(block).every(([operator, line]) =>
    Object.entries(line).every(([key, values]) =>
      conditions.some((own) => JSON.stringify(own[operator]?.[key]) === JSON.stringify(values)),
    ),
  )
