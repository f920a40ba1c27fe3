import { formatArn, parseArn } from '#iam/arn.ts'
import { field, isObject } from './fields.ts'
import { resourceOf } from './resources.ts'
import type { Snapshot } from './snapshot.ts'

/** What a registry policy of the first version is about; one of the second may be about every action. */
const OF_REGISTRY: ReadonlySet<string> = new Set([
  'ecr:batchimportupstreamimage',
  'ecr:createrepository',
  'ecr:replicateimage',
])

/**
 * Whether the policy of the registry bears on a request for a repository, beside the repository's own.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry-permissions.html
 */
export function registryBearsOn(snapshot: Snapshot, repository: string, action: string): boolean {
  const arn = parseArn(repository)
  if (arn?.service !== 'ecr' || !arn.resource.startsWith('repository/')) return false
  const policy = resourceOf(snapshot, formatArn({ ...arn, resource: 'registry' }))?.policy
  if (policy === undefined || policy === null) return false
  return OF_REGISTRY.has(action.toLowerCase()) || !isOfFirstVersion(policy)
}

function isOfFirstVersion(policy: unknown): boolean {
  const statements = isObject(policy) ? field(policy, 'Statement') : undefined
  const listed = Array.isArray(statements) ? statements : [statements]
  return listed.every((statement) => {
    const actions = isObject(statement) ? field(statement, 'Action') : undefined
    const named = Array.isArray(actions) ? actions : [actions]
    return named.every((name) => typeof name === 'string' && OF_REGISTRY.has(name.toLowerCase()))
  })
}
