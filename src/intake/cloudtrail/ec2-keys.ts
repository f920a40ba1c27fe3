import { CALL_FACTS } from '#iam/call-facts.ts'
import { partitionOf } from './account-id.ts'
import type { ContextEntry } from './context-entry.ts'
import { tagPairs } from './event-context.ts'
import { field, isRedacted, type JsonObject, listOf, objectOf, textField } from './loose-record.ts'

/** The tags that EC2 is to put on what it makes, type by type. */
export function tagSpecifications(parameters: JsonObject | undefined): readonly unknown[] {
  const set = field(parameters, 'tagSpecificationSet') ?? field(parameters, 'tagSpecification')
  return listOf(field(set, 'items') ?? set)
}

/** In calls that are one level down they are `Tag`, beside a `tag` that is a number. */
export const tagsWithin = (specification: unknown): unknown =>
  field(specification, 'tags') ?? field(specification, 'Tag')

const MAX_LISTED = 100

type Tags = ReturnType<typeof tagPairs>

/** Of each type of what EC2 makes, the tags that it is to have. */
function specifications(parameters: JsonObject | undefined): ReadonlyMap<string, Tags> {
  const found = new Map<string, Tags>()
  for (const one of tagSpecifications(parameters).slice(0, MAX_LISTED)) {
    const type = textField(one, 'resourceType')?.toLowerCase()
    if (type !== undefined) found.set(type, [...(found.get(type) ?? []), ...tagPairs(tagsWithin(one))])
  }
  return found
}

/** The types that get tags; where not all get the same, the tags of each. A launch template may have more for any of them. */
function tagsByType(parameters: JsonObject | undefined): readonly ContextEntry[] {
  const found = [...specifications(parameters)]
  if (found.length === 0) return []
  const hasTemplate = field(parameters, 'launchTemplate') !== undefined
  const types = [...found.map(([type]) => type), ...(hasTemplate ? ['*'] : [])]
  const tagged = [CALL_FACTS.tagged, types] as const
  if (new Set(found.map(([, tags]) => JSON.stringify(tags))).size === 1) return [tagged]
  return [
    tagged,
    ...found.map(([type, tags]) => [CALL_FACTS.tagKeys + type, tags.map(([key]) => key)] as const),
    ...found.flatMap(([type, tags]) =>
      tags.flatMap(([key, value]): readonly ContextEntry[] =>
        value === undefined ? [] : [[`${CALL_FACTS.tag}${type}/${key}`, value]],
      ),
    ),
  ]
}

/**
 * A launch from a template has the template's ARN in whatever it is asked on.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ExampleIAMPolicies_EC2.html (launch templates)
 */
function launchTemplate(
  record: JsonObject,
  parameters: JsonObject | undefined,
  accountId: string | null,
): readonly ContextEntry[] {
  const id = textField(parameters, 'launchTemplate', 'launchTemplateId')
  const region = textField(record, 'awsRegion')
  if (id === undefined || isRedacted(id) || region === undefined || accountId === null) return []
  const partition = partitionOf(textField(record, 'userIdentity', 'arn'), region)
  return [['ec2:LaunchTemplate', `arn:${partition}:ec2:${region}:${accountId}:launch-template/${id}`]]
}

/** Keys of a call of EC2's. The profile an instance is given, by ARN; by its name alone its path is not known. */
export function ec2Keys(
  record: JsonObject,
  parameters: JsonObject | undefined,
  accountId: string | null,
): readonly ContextEntry[] {
  const arn = textField(parameters, 'iamInstanceProfile', 'arn')
  const profile: readonly ContextEntry[] = arn === undefined || isRedacted(arn) ? [] : [['ec2:InstanceProfile', arn]]
  return [
    ...profile,
    ...launchTemplate(record, parameters, accountId),
    ...tagsByType(parameters),
    ...leftOutOfLaunch(record, parameters),
    ...fleetType(record, parameters),
  ]
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateFleet.html, `Type` */
function fleetType(record: JsonObject, parameters: JsonObject | undefined): readonly ContextEntry[] {
  const isWhole = objectOf(field(parameters, 'targetCapacitySpecification')) !== undefined
  if (textField(record, 'eventName') !== 'CreateFleet' || !isWhole) return []
  return [[CALL_FACTS.fleetType, textField(parameters, 'type') ?? 'maintain']]
}

/**
 * Context keys that a launch does not have where its record shows none (R-PASS-05): a template; and, since a template may
 * have them, tags and a profile. The list of instances stands in each such record, so that parameters without it are not
 * whole.
 */
function leftOutOfLaunch(record: JsonObject, parameters: JsonObject | undefined): readonly ContextEntry[] {
  const isWhole = objectOf(field(parameters, 'instancesSet')) !== undefined
  if (textField(record, 'eventName') !== 'RunInstances' || !isWhole) return []
  if (!isLeftOut(parameters, 'launchTemplate')) return []
  const hasTags = ['tagSpecificationSet', 'tagSpecification'].some((name) => !isLeftOut(parameters, name))
  const none: readonly ContextEntry[] = [['ec2:LaunchTemplate', null]]
  const untagged: readonly ContextEntry[] = [
    ['aws:TagKeys', null],
    [CALL_FACTS.tagged, null],
  ]
  return [
    ...none,
    ...(isLeftOut(parameters, 'iamInstanceProfile') ? [['ec2:InstanceProfile', null] as const] : []),
    ...(hasTags ? [] : untagged),
  ]
}

const isLeftOut = (parameters: JsonObject | undefined, name: string): boolean => field(parameters, name) === undefined
