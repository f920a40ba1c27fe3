import { splitArn } from '#iam/arn.ts'
import { prefixOf } from './actions.ts'
import { type Check, type Found, NONE, statementCheck, when } from './check.ts'
import { hasWildcard, type PolicyView } from './view.ts'
import { shown } from './shown.ts'

/** Whether a resource's policy speaks of that resource's own service. */
export const RESOURCE_POLICY_CHECKS: readonly Check[] = [
  statementCheck('error', 'Unsupported action in policy', 'R-ACT-01', ({ actions, actionElement }, policy) => {
    const service = serviceOf(policy)
    if (service === undefined || actionElement !== 'Action') return NONE
    return actions.flatMap(({ text, pointer }): readonly Found[] => {
      const prefix = prefixOf(text).toLowerCase()
      if (policy.place === 'trust' && text === '*') return [[pointer, 'a trust policy names actions of `sts`']]
      const other = prefix !== '' && prefix !== service && !hasWildcard(prefix) && /^[a-z0-9-]{1,60}$/.test(prefix)
      return when(other, pointer, `a policy of this ${policy.kind} has no action of another service: ${shown(text)}`)
    })
  }),
  statementCheck('error', 'Unsupported resource ARN in policy', 'R-RES-01', ({ resources }, policy) => {
    const service = policy.place === 'resource' ? serviceOf(policy) : undefined
    if (service === undefined) return NONE
    return resources.flatMap(({ text, pointer }) => {
      const other = text.startsWith('arn:') ? splitArn(text)?.[2] : undefined
      const foreign = other !== undefined && other.toLowerCase() !== service && /^[A-Za-z0-9-]{1,60}$/.test(other)
      return when(
        foreign,
        pointer,
        `a policy of this ${policy.kind} has no resource of another service: ${shown(text)}`,
      )
    })
  }),
]

/** Kinds of resource whose policies hold actions and ARNs of one service. */
const SERVICES: ReadonlyMap<string, string> = new Map([
  ['trust', 'sts'],
  ['bucket', 's3'],
  ['key', 'kms'],
  ['queue', 'sqs'],
  ['topic', 'sns'],
  ['secret', 'secretsmanager'],
  ['function', 'lambda'],
  ['repository', 'ecr'],
  ['search-domain', 'cloudsearch'],
])

const serviceOf = ({ place, kind }: PolicyView): string | undefined =>
  place === 'resource' || place === 'trust' ? SERVICES.get(kind ?? '') : undefined
