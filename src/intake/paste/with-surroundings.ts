import type { Denial } from '../denial.ts'
import { actionsForOperation } from '../event-action/actions.ts'
import { resourcesForAction } from '../event-action/resources.ts'
import { PARAMETER_KEYS } from '../cloudtrail/request-key-table.ts'
import { queueArnOf } from '../queue-address.ts'
import { accountOfResource } from '../region.ts'
import { withoutSecrets } from '../wrapper/secrets.ts'
import { arnForAction } from '../wrapper/s3-location.ts'
import { eventSourceOf } from '../wrapper/service-names.ts'
import { type AwsCommand, listingOf, operationOf, s3PlaceOf } from './aws-command.ts'
import { withCaller } from './with-caller.ts'
import type { TokenClaims } from './token-claims.ts'
import { isEmpty, nearest, type Placed, type Surroundings } from './surroundings.ts'

/**
 * The denial with what stands beside it in the paste, where it is silent itself: the resource and the Region of the command
 * that was refused, and in `details` the role, profile and service account that the job was told to use. `at`: where it
 * stands in the text.
 */
export function withSurroundings(denial: Denial, at: number, found: Surroundings): Denial {
  if (denial.kind !== 'aws-access-denied' || isEmpty(found)) return denial
  const caller = nearest(found.callers, at)?.value
  return withToken(
    withPlugin(withOthers(caller === undefined ? denial : withCaller(denial, caller, BESIDE), at, found), at, found),
    found.claims,
  )
}

/**
 * Adds why a command that starts a session ends it: the AWS CLI does so by itself where it cannot run the Session Manager plugin.
 * https://github.com/aws/aws-cli/blob/develop/awscli/customizations/sessionmanager.py
 */
function withPlugin(denial: Denial, at: number, { commands }: Surroundings): Denial {
  const last = commands.findLast((command) => command.at < at)
  const isOwnEnd =
    last?.service === 'ssm' && last.command === 'start-session' && denial.action === 'ssm:TerminateSession'
  return isOwnEnd ? { ...denial, notes: [...denial.notes, NO_PLUGIN] } : denial
}

const NO_PLUGIN: Denial['notes'][number] = {
  code: 'session-plugin',
  text: '`aws ssm start-session` was allowed. The AWS CLI then ended the session by itself, because it could not run the Session Manager plugin on this machine: install the plugin (https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-install-plugin.html). No statement is needed for this one session, whose id is never used again',
}

/** Adds the claims of the token to a call with a token: they alone decide what it matches (R-EVID-17). */
const withToken = (denial: Denial, claims: TokenClaims): Denial =>
  denial.action === 'sts:AssumeRoleWithWebIdentity' && Object.keys(claims).length > 0
    ? { ...denial, details: { ...denial.details, ...claims } }
    : denial

const BESIDE = 'The message names nobody; the caller is who AWS knew beside it.'

function withOthers(denial: Denial, at: number, found: Surroundings): Denial {
  const command = commandFor(denial, at, found.commands)
  const asked = command === undefined ? denial : withCommand(denial, command)
  const role = nearest(found.roles, at)?.value
  const queue = queueBeside(asked, found.queues)
  const named = {
    ...(role === undefined ? {} : { roleNamed: role }),
    ...said('notAssumed', roleFor(asked, at, found.notAssumed)),
    ...said('profile', nearest(found.profiles, at)?.value ?? command?.options.get('profile')),
    ...said('serviceAccount', nearest(found.serviceAccounts, at)?.value.replace(':', '/')),
    ...said('pod', found.pods.length === 0 ? undefined : nearest(found.pods, at)?.value || 'kubernetes'),
  }
  const toAssume = role !== undefined && asked.resource === null && ASSUMES.has(asked.action ?? '') ? role : undefined
  const region = asked.region ?? (command === undefined ? null : (nearest(found.regions, at)?.value ?? null))
  return {
    ...asked,
    ...(toAssume === undefined ? {} : withResource(asked, toAssume)),
    ...(queue === undefined ? {} : withResource(asked, queue)),
    region,
    ...(Object.keys(named).length === 0 ? {} : { details: { ...asked.details, ...named } }),
  }
}

/** Calls of SQS that are on no queue, or name it otherwise. */
const WITHOUT_ADDRESS: ReadonlySet<string> = new Set(['sqs:CreateQueue', 'sqs:GetQueueUrl', 'sqs:ListQueues'])

/** The one queue whose address the text has, where the message of a call on a queue names none. */
function queueBeside({ action, resource, region }: Denial, addresses: readonly Placed[]): string | undefined {
  if (action?.startsWith('sqs:') !== true || WITHOUT_ADDRESS.has(action) || resource !== null) return undefined
  const [only, ...others] = new Set(addresses.flatMap(({ value }) => queueArnOf(`https://${value}`, region) ?? []))
  return others.length > 0 ? undefined : only
}

/** What the CDK's roles are made for, by what is asked for: https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html */
const MADE_FOR: readonly (readonly [action: string, name: string])[] = [
  ['s3:', 'file-publishing-role'],
  ['ecr:', 'image-publishing-role'],
]

/** Of the roles that were not assumed before a call the one that is for such calls, else the last. */
function roleFor({ action }: Denial, at: number, all: readonly Placed[]): string | undefined {
  const [, name = ''] = MADE_FOR.find(([prefix]) => action?.startsWith(prefix) === true) ?? []
  const roles = all.filter((role) => role.at <= at)
  return (roles.findLast(({ value }) => name !== '' && value.includes(name)) ?? roles.at(-1))?.value
}

const said = (name: string, value: string | undefined) => (value === undefined ? {} : { [name]: value })

const ASSUMES: ReadonlySet<string> = new Set([
  'sts:AssumeRole',
  'sts:AssumeRoleWithWebIdentity',
  'sts:AssumeRoleWithSAML',
])

const withResource = (denial: Denial, resource: string) => ({
  resource,
  resourceAccount: denial.resourceAccount ?? accountOfResource(resource),
  evidence: { ...denial.evidence, resourceFrom: 'derived' as const },
})

/** The last command before the refusal, if it asks for the operation that was refused. */
function commandFor(denial: Denial, at: number, commands: readonly AwsCommand[]): AwsCommand | undefined {
  const last = commands.findLast((command) => command.at < at) ?? (commands.length === 1 ? commands[0] : undefined)
  if (last === undefined) return undefined
  if (last.service === 's3') return isOfS3(denial) ? last : undefined
  const source = eventSourceOf(last.service === 's3api' ? 's3' : last.service)
  if (denial.operation !== null) return operationOf(last) === denial.operation.toLowerCase() ? last : undefined
  const isIts = denial.eventSource === null || denial.eventSource === source
  return isIts && denial.action === null && denial.candidates.length === 0 ? last : undefined
}

const isOfS3 = ({ action, eventSource, operation }: Denial): boolean =>
  action?.startsWith('s3:') === true || (eventSource === 's3.amazonaws.com' && operation === null)

function withCommand(denial: Denial, command: AwsCommand): Denial {
  const named = denial.action === null && denial.operation === null ? withOperation(denial, command) : denial
  const region = named.region ?? command.options.get('region') ?? null
  const resource =
    named.resource === null && named.candidates.length === 0 ? resourceOf(named, command, region) : undefined
  const context = {
    ...keysOf(command),
    ...headersOf(named, command),
    ...listingKeysOf(named, command),
    ...named.context,
  }
  return { ...named, region, context, ...(resource === undefined ? {} : withResource(named, resource)) }
}

/**
 * The condition keys that options of the command set. `aws sts assume-role` shows all that the call sends, so an external id or
 * source identity that it does not name is absent.
 */
function keysOf({ service, command, options }: AwsCommand): Denial['context'] {
  const isAssumeRole = service === 'sts' && command === 'assume-role'
  const found = (PARAMETER_KEYS.get(service) ?? []).flatMap(([parameter, key]): [string, string | null][] => {
    const value = options.get(optionOf(parameter))
    if (value !== undefined && value !== '') return [[key, withoutSecrets(value)]]
    return isAssumeRole && ABSENT_UNLESS_NAMED.has(key) ? [[key, null]] : []
  })
  return Object.fromEntries(found)
}

/** Headers of an upload that options of `aws s3 cp` send; what they do not name is not sent. */
const HEADERS: readonly (readonly [option: string, key: string])[] = [
  ['acl', 's3:x-amz-acl'],
  ['grants', 's3:x-amz-grant-read'],
  ['grants', 's3:x-amz-grant-read-acp'],
  ['grants', 's3:x-amz-grant-write-acp'],
  ['grants', 's3:x-amz-grant-full-control'],
  ['sse', 's3:x-amz-server-side-encryption'],
  ['sse-kms-key-id', 's3:x-amz-server-side-encryption-aws-kms-key-id'],
]

function headersOf({ action }: Denial, { service, command, options }: AwsCommand): Denial['context'] {
  if (service !== 's3' || !['cp', 'mv', 'sync'].includes(command) || action?.startsWith('s3:Put') !== true) return {}
  return Object.fromEntries(
    HEADERS.flatMap(([option, key]): [string, string | null][] => {
      const value = options.get(option)
      if (value === undefined) return [[key, null]]
      // `--grants` names several headers in one text, which are left open.
      if (option === 'grants') return []
      return [[key, value === '' && option === 'sse' ? 'AES256' : withoutSecrets(value)]]
    }),
  )
}

/** Prefix and delimiter that a command sends where S3 denied the listing of the bucket that it names. */
function listingKeysOf({ action, resource }: Denial, command: AwsCommand): Denial['context'] {
  const place = action === 's3:ListBucket' ? s3PlaceOf(command, action) : undefined
  const isOfBucket = place !== undefined && (resource === null || resource === arnForAction(place, 's3:ListBucket'))
  const listing = isOfBucket ? listingOf(command) : undefined
  if (listing === undefined) return {}
  const { prefix, delimiter } = listing
  return {
    's3:prefix': prefix === null ? null : withoutSecrets(prefix),
    's3:delimiter': delimiter === null ? null : withoutSecrets(delimiter),
  }
}

const ABSENT_UNLESS_NAMED: ReadonlySet<string> = new Set(['sts:ExternalId', 'sts:SourceIdentity'])

/** `externalId` → `external-id` */
const optionOf = (parameter: string): string =>
  parameter.replaceAll(/[A-Z]+/g, (letters) => `-${letters.toLowerCase()}`)

/** A refusal that names no call is of the command before it. */
function withOperation(denial: Denial, command: AwsCommand): Denial {
  if (command.service === 's3') return denial
  const source = eventSourceOf(command.service === 's3api' ? 's3' : command.service)
  if (source === null) return denial
  const { actions } = actionsForOperation(source, operationOf(command))
  const [action, ...others] = actions
  if (action === undefined || others.length > 0) return denial
  return { ...denial, eventSource: source, action, evidence: { ...denial.evidence, actionFrom: 'guessed' } }
}

function resourceOf(denial: Denial, command: AwsCommand, region: string | null): string | undefined {
  const { action, accountId, operation } = denial
  if (action === null) return undefined
  if (action.startsWith('s3:')) {
    const place = s3PlaceOf(command, action)
    return place === undefined ? undefined : (arnForAction(place, action) ?? undefined)
  }
  const parameters = Object.fromEntries(
    [...command.options].map(([name, value]) => [camel(name), withoutSecrets(value)]),
  )
  const { resources, from } = resourcesForAction(action, {
    operation: operation ?? operationOf(command),
    parameters,
    partition: 'aws',
    region,
    account: accountId,
    listed: [],
  })
  const [only, ...more] = resources
  return only !== undefined && only !== '*' && more.length === 0 && from === 'derived' ? only : undefined
}

/** `--function-name` → `functionName` */
const camel = (name: string): string => name.replaceAll(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
