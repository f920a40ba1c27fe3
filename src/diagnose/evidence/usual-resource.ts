import { prepareScenario } from '#engine/evaluate.ts'
import { evaluateRelations } from '#engine/open-cases.ts'
import { isFurther } from '#engine/further-policies.ts'
import type { PreparedPolicies, PreparedPolicy } from '#engine/prepare.ts'
import { actionAsked } from '#engine/read-request.ts'
import type { Scenario } from '#engine/scenario.ts'
import { parseArn } from '#iam/arn.ts'
import { CALL_FACTS } from '#iam/call-facts.ts'
import { readCaller } from '#iam/caller.ts'
import { actionFacts } from '#iam/facts/actions.ts'
import { compileGlob, globMatches } from '#iam/glob.ts'
import { arnsOfAction } from '#iam/facts/arns-of-action.ts'
import { resourceTypeFacts } from '#iam/facts/resource-types.ts'
import type { SomeReadings } from '#iam/readings.ts'
import { SECRET_SUFFIX } from '#iam/named-secret.ts'
import { ACCOUNT } from './placeholders.ts'

/** More than a call is ever about. */
const MOST = 8

/**
 * A resource that a request may be about of which nobody says what it is about: one that the policies at hand speak of, else one
 * of a type of the action's with placeholders for its names. Of several the first on which the caller's own policies surely
 * allow nothing: it was refused. Undefined: no policy is at hand, or the action has no resource.
 */
export function usualResource(
  scenario: Scenario,
  account: string | undefined,
  readings: SomeReadings | undefined,
): string | undefined {
  const { request } = scenario
  const { policies } = prepareScenario(scenario, readings)
  if (!hasPolicies(policies)) return undefined
  const named = resourcesNamed(policies, request.action)
  const spoken = [
    ...spokenOf(named, request.action),
    ...(named.length === 0 && request.resource === null ? namedForOthers(policies, request.action) : []),
  ]
  // No policy allows what a placeholder names: that would prove nothing where the policies name a resource (R-ADV-05).
  const isMadeUp = spoken.length === 0 || request.resource !== null
  const owner = isPerhapsElsewhere(policies, request.action, account) ? undefined : account
  const found = [...spoken, ...(isMadeUp ? ofItsTypes(scenario, owner, regionOf(scenario, named)) : [])].slice(0, MOST)
  return found.find((resource) => isRefusedOn(scenario, resource, readings)) ?? found[0]
}

/** Whether a key that nobody names may be of another account: that of a resource which the caller's own policies name (R-KMS-05). */
const isPerhapsElsewhere = (
  { identityPolicies }: PreparedPolicies,
  action: string,
  account: string | undefined,
): boolean =>
  actionAsked(action).service === 'kms' &&
  (identityPolicies ?? [])
    .flatMap(({ document }) => document.statements)
    .filter(({ effect }) => effect === 'Allow')
    .flatMap(({ resources = [] }) => resources.map(({ source }) => parseArn(source)))
    .some((arn) => /^\d{12}$/.test(arn?.account ?? '') && arn?.account !== account)

const hasPolicies = ({ identityPolicies, resourcePolicy, ...limits }: PreparedPolicies): boolean =>
  Array.isArray(identityPolicies) ||
  (resourcePolicy ?? null) !== null ||
  (limits.permissionsBoundary ?? null) !== null ||
  (limits.serviceControlPolicies ?? []).length > 0 ||
  (limits.resourceControlPolicies ?? []).length > 0

/** Whether calls are usually evaluated on the type, which need not be: a network interface is made with a security group, Lambda's always. */
export const isUsualBesides = (service: string, action: string, type: string): boolean =>
  service === 'ec2' && action.toLowerCase() === 'createnetworkinterface' && type === 'security-group'

/** Calls on network interfaces that a service has made just before, so that nobody knows their ids. */
const ON_INTERFACES: ReadonlySet<string> = new Set(['createnetworkinterfacepermission'])

/**
 * The resources of a call of EC2's of which nobody says what it is about, where it is evaluated on several at once: a star of
 * each type that it needs, as EC2 itself names what is not made yet (R-REQ-02, R-MSG-25). Empty: one resource is enough.
 */
export function usualResources(scenario: Scenario, account: string | undefined): readonly string[] {
  const { request } = scenario
  const { service, name } = actionAsked(request.action)
  if (service !== 'ec2' || request.resource !== null) return []
  const isNamed = typesNamed(scenario)
  const needed = (actionFacts(service, name)?.resourceTypes ?? []).filter(
    ({ name: type, required }) =>
      required || isUsualBesides(service, name, type) || (type === 'launch-template' && isNamed(type)),
  )
  if (needed.length < 2 && !ON_INTERFACES.has(name.toLowerCase())) return []
  const { partition } = readCaller(request)
  const region = regionOf(scenario, [])
  return needed.map(({ name: type }) => {
    // The ARN of an image has no account.
    const hasAccount =
      resourceTypeFacts(service, type)?.arnPatterns.every((pattern) => !pattern.includes('::')) !== false
    return `arn:${partition}:ec2:${region}:${hasAccount ? (account ?? ACCOUNT) : ''}:${type}/*`
  })
}

/** Whether a statement of the caller's on the action names resources of a type: a launch template is used where a policy expects one. */
function typesNamed(scenario: Scenario): (type: string) => boolean {
  const { policies } = prepareScenario(scenario)
  const named = hasPolicies(policies) ? resourcesNamed(policies, scenario.request.action) : []
  return (type) => named.some((source) => source.includes(`:${type}/`))
}

/** Whether those of the caller's own policies that were given allow the request on that resource in no case. */
function isRefusedOn(scenario: Scenario, resource: string, readings: SomeReadings | undefined): boolean {
  const { policies } = scenario
  const ownPolicies = policies?.identityPolicies?.filter(({ name }) => !isFurther(name))
  const known = ownPolicies === undefined ? {} : { policies: { ...policies, identityPolicies: ownPolicies } }
  const evaluated = evaluateRelations({ ...scenario, ...known, request: { ...scenario.request, resource } }, readings)
  return evaluated.every(({ trace }) =>
    trace.some(({ layer, applies, allow }) => layer === 'identity-policy' && applies && allow === false),
  )
}

/** Resource elements of the statements on the action, of the caller's and the resource's own policies. */
function resourcesNamed({ identityPolicies, resourcePolicy }: PreparedPolicies, action: string): readonly string[] {
  const actionOfRequest = actionAsked(action)
  const policies: readonly PreparedPolicy[] = [...(identityPolicies ?? []), ...(resourcePolicy ? [resourcePolicy] : [])]
  return policies.flatMap(({ bearingOn }) =>
    [...bearingOn(actionOfRequest).allows, ...bearingOn(actionOfRequest).denies].flatMap(({ resources = [] }) =>
      resources.map(({ source }) => source),
    ),
  )
}

/**
 * The one resource that the caller's own policies allow other actions of the service on, where the action is on such a one: the closest
 * statement lists what belongs together (R-EVID-20). Empty: there are several, or none.
 */
function namedForOthers({ identityPolicies }: PreparedPolicies, action: string): readonly string[] {
  const { service } = actionAsked(action)
  const forms = (arnsOfAction(action, { partition: undefined, account: undefined }) ?? []).map(compileGlob)
  const sources = (identityPolicies ?? [])
    .flatMap(({ document }) => document.statements)
    .filter(
      ({ effect, actionElement, actionSource }) =>
        effect === 'Allow' &&
        actionElement === 'Action' &&
        actionSource.some((written) => written.toLowerCase().startsWith(`${service}:`)),
    )
    .flatMap(({ resources = [] }) => resources.map(({ source }) => source))
  const exact =
    service === 's3'
      ? spokenOf(sources, action)
      : sources.filter((source) => /^arn:[^*?$]+$/.test(source) && forms.some((form) => globMatches(form, source)))
  const distinct = [...new Set(exact)]
  return distinct.length === 1 ? distinct : []
}

/** The Region of the request; where nothing tells it, the one that the statements on the action name; else a placeholder. */
function regionOf({ request }: Scenario, named: readonly string[]): string {
  const requested = request.context?.['aws:RequestedRegion']
  if (typeof requested === 'string') return requested
  const regions = new Set(named.flatMap((source) => parseArn(source)?.region || []))
  const [only = 'REGION', ...others] = regions
  return others.length > 0 || /[*?$]/.test(only) ? 'REGION' : only
}

/** The bucket behind what the statements name, or an object in it, where the action is on such a one. */
function spokenOf(named: readonly string[], action: string): readonly string[] {
  const actionOfRequest = actionAsked(action)
  const types = arnsOfAction(action, { partition: 'aws', account: undefined }) ?? []
  const isOnBucket =
    actionOfRequest.service === 's3' && types.some((type) => type.startsWith('arn:aws:s3:::') && !type.includes('/'))
  const isOnObject =
    actionOfRequest.service === 's3' && types.some((type) => type.startsWith('arn:aws:s3:::') && type.includes('/'))
  const isRead = actionOfRequest.name === 'getobject'
  return [...new Set(named)].flatMap((source) => {
    const bucket = /^arn:[^:]*:s3:::[^/*?$]+/.exec(source)?.[0]
    if (bucket === undefined) return []
    return isOnBucket ? [bucket] : isOnObject ? [`${isRead ? folderOf(source, bucket) : bucket}/KEY`] : []
  })
}

/**
 * The folder that a policy speaks of: of a read, the object is one in it, which may be missing (R-ADV-05). S3 answers 403 for a missing
 * object, too, so that one outside the folder is no better explanation.
 */
const folderOf = (source: string, bucket: string): string =>
  /^(?<folder>[^*?$]+)\/\*$/.exec(source)?.groups?.['folder'] ?? bucket

/** IAM prints some resources as a noun and a name, `policy deploy` (R-MSG-23). */
const NOUN = /^(?:user|role|group|policy|instance profile|server certificate)[ /]/i

/** By the types of the reference; where the evidence has a short name, with it. */
function ofItsTypes({ request }: Scenario, account: string | undefined, region: string): readonly string[] {
  const written = typeof request.resource === 'string' && request.resource !== '*' ? request.resource : undefined
  // The address of an endpoint is no name: `https://queue.amazonaws.com/`.
  const name = written?.includes('://') === true ? undefined : written?.replace(NOUN, '')
  const { partition } = readCaller(request)
  // What KMS makes has no name before: whoever tags it has to be allowed on all keys.
  const isNew = request.context?.[CALL_FACTS.operation] === 'CreateKey'
  return formsOf(request.action, account ?? ACCOUNT).flatMap((pattern) => {
    const parts = parseArn(pattern)
    if (parts === undefined) return []
    const at = parts.region === '*' ? region : parts.region
    const last = parts.resource.lastIndexOf('*')
    const own =
      name === undefined || last < 0
        ? parts.resource
        : parts.resource.slice(0, last) + name + parts.resource.slice(last + 1)
    const suffix = parts.service === 'secretsmanager' ? SECRET_SUFFIX : ''
    return [
      `arn:${partition}:${parts.service}:${at}:${parts.account}:${own.replaceAll('*', isNew ? '*' : 'NAME')}${suffix}`,
    ]
  })
}

/** Patterns of the ARNs of all its types, the required first, and of these a bucket before an access point: the fewest names. */
function formsOf(action: string, account: string): readonly string[] {
  const { service, name } = actionAsked(action)
  const types = actionFacts(service, name)?.resourceTypes ?? []
  return types
    .flatMap(({ name: type, required }) =>
      (resourceTypeFacts(service, type)?.arnPatterns ?? []).map((form) => ({ form, required })),
    )
    .toSorted((a, b) => Number(b.required) - Number(a.required) || namesIn(a.form) - namesIn(b.form))
    .map(({ form }) =>
      form
        .replace('${Partition}', 'aws')
        .replace('${Account}', account)
        .replaceAll(/\$\{[^}]*\}/g, '*'),
    )
}

const namesIn = (form: string): number => form.split('${').length
