import { actionOfOperation, severalActionsOf } from '#iam/api-operations.ts'
import { actionMatches, readAction, readActionPattern } from '#iam/action.ts'
import { servicePrefix } from '#iam/event-sources.ts'
import { actionFacts } from '#iam/facts/actions.ts'
import { isService } from '#iam/facts/services.ts'
import { isServiceAwsWrites } from '#iam/facts/written-by-aws.ts'
import { oneEditApart } from '#iam/nearest-name.ts'
import type { Mended } from './resource-slip.ts'

/**
 * The action that was meant, where one that is written exists nowhere: a service by the name of its console, the name of an
 * API call, a letter too many. Undefined: it is another action.
 *
 * @param written an element of `Action`
 * @param wanted the action of the request, in IAM's spelling
 */
export function mendedAction(written: string, wanted: string): Mended | undefined {
  const colon = written.indexOf(':')
  if (colon < 1) return undefined
  const [prefix, name] = [written.slice(0, colon).toLowerCase(), written.slice(colon + 1)]
  const [service = '', action = ''] = wanted.split(':')
  const renamed = `${service}:${name}`
  if (prefix !== service) {
    if (isService(prefix) || isServiceAwsWrites(prefix)) return undefined
    const isMeant = servicePrefixOf(prefix) === service || oneEditApart(prefix, service)
    return isMeant && matches(renamed, wanted)
      ? { text: renamed, why: `names a service \`${prefix}\`, and the prefix of its actions is \`${service}\`` }
      : undefined
  }
  if (/[*?]/.test(name) || actionFacts(service, name) !== undefined) return undefined
  const actions = severalActionsOf(written)?.actions ?? [actionOfOperation(written) ?? []].flat()
  if (actions.some((candidate) => candidate.toLowerCase() === wanted.toLowerCase()))
    return { text: wanted, why: `is the name of a call; the action that IAM asks for is ${wanted}` }
  return oneEditApart(name.toLowerCase(), action.toLowerCase()) || isSameTagging(name, action)
    ? { text: wanted, why: `is no action; ${wanted} is` }
    : undefined
}

/** How actions on tags are called: `TagResource` in one service, `TagRole`, `AddTags` or `CreateTags` in another. */
const ON_TAGS: readonly RegExp[] = [
  /^(?:tag|addtags|createtags)/i,
  /^(?:untag|removetags|deletetags)/i,
  /^(?:list|describe|get).*tags/i,
]

const isSameTagging = (written: string, wanted: string): boolean =>
  ON_TAGS.some((pattern) => pattern.test(written) && pattern.test(wanted))

/**
 * Actions that connect a client, each with those that it cannot use without. A statement that lists these alone lets nobody do anything.
 * https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html
 */
const CONNECTING: ReadonlyMap<string, readonly string[]> = new Map([
  ['elasticfilesystem:clientmount', ['elasticfilesystem:clientwrite', 'elasticfilesystem:clientrootaccess']],
])

/** The wanted action, where one that is written is of no use without it. */
export const connectingAction = (written: string, wanted: string): Mended | undefined =>
  CONNECTING.get(wanted.toLowerCase())?.includes(written.toLowerCase()) === true
    ? { text: wanted, why: `is of no use without ${wanted}`, isBeside: true }
    : undefined

function matches(pattern: string, action: string): boolean {
  const read = readAction(action)
  return read !== undefined && actionMatches(readActionPattern(pattern), read)
}

/** By the names of hosts, and those that people call services by. https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html */
const servicePrefixOf = (name: string): string | undefined => CALLED.get(name) ?? servicePrefix(name)

const CALLED: ReadonlyMap<string, string> = new Map([
  ['elasticsearch', 'es'],
  ['opensearch', 'es'],
  ['elasticsearchservice', 'es'],
  ['cloudwatchlogs', 'logs'],
  ['cloudwatch-logs', 'logs'],
  ['eventbridge', 'events'],
  ['stepfunctions', 'states'],
  ['step-functions', 'states'],
  ['sfn', 'states'],
  ['secrets-manager', 'secretsmanager'],
  ['secretmanager', 'secretsmanager'],
  ['parameterstore', 'ssm'],
  ['efs', 'elasticfilesystem'],
  ['emr', 'elasticmapreduce'],
  ['elb', 'elasticloadbalancing'],
  ['elbv2', 'elasticloadbalancing'],
  ['msk', 'kafka'],
  ['documentdb', 'rds'],
  ['cognito', 'cognito-idp'],
  ['api-gateway', 'apigateway'],
  ['certificatemanager', 'acm'],
])
