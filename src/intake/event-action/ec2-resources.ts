import type { ActionFacts } from '#iam/facts/actions.ts'
import { field, listOf, textField } from '../cloudtrail/loose-record.ts'
import { ec2ArnsOfIds } from './ec2-ids.ts'
import type { EventResources } from './event-resources.ts'
import type { ParameterIndex } from './parameter-index.ts'
import { all } from './regional-arn.ts'

/** Tags are set on resources by their ids; on what a call makes CreateTags is judged on `instance/*` and the like (G-21). */
export function ec2(
  index: ParameterIndex,
  event: EventResources,
  facts: ActionFacts | undefined,
): readonly string[] | undefined {
  if (event.operation === 'CreateFlowLogs') {
    const watched = ec2ArnsOfIds(index.values('resourceId'), event)
    return watched.length === 0 ? undefined : [...watched, ...all(event, 'ec2', ['vpc-flow-log/*'])]
  }
  if (facts?.name === 'CopyImage')
    return copied('image', index.values('sourceImageId'), ['image', 'snapshot'], index, event)
  if (facts?.name === 'CopySnapshot')
    return copied('snapshot', index.values('sourceSnapshotId'), ['snapshot'], index, event)
  if (facts?.name !== 'CreateTags' && facts?.name !== 'DeleteTags') return undefined
  if (event.operation === facts.name) return ec2ArnsOfIds(index.values('resourceId'), event)
  const items = listOf(field(field(event.parameters, 'tagSpecificationSet'), 'items'))
  const types = items.flatMap((item) => textField(item, 'resourceType') ?? [])
  return all(
    event,
    'ec2',
    types.map((type) => `${type}/*`),
  )
}

/**
 * ARNs of what is copied, in the Region that it is copied from, and of what the call makes in its own; neither has an
 * account.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/copy-ami-permissions.html
 * https://aws.amazon.com/blogs/storage/enhancing-resource-level-permissions-for-copying-amazon-ebs-snapshots
 */
function copied(
  type: string,
  sources: readonly string[],
  makes: readonly string[],
  index: ParameterIndex,
  event: EventResources,
): readonly string[] {
  const own = { ...event, account: '' }
  const from = { ...own, region: index.values('sourceRegion')[0] ?? event.region }
  return [
    ...all(
      from,
      'ec2',
      sources.map((id) => `${type}/${id}`),
    ),
    ...all(
      own,
      'ec2',
      makes.map((type) => `${type}/*`),
    ),
  ]
}
