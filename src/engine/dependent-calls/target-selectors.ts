import { isWildcardOnlyAction } from '#iam/facts/actions.ts'
import type { Resource } from '../scenario.ts'
import { catalogAncestors } from '../services/glue.ts'
import type { TargetSelector, Need, Target } from './dependent-call.ts'
import {
  attributeOf,
  policyHolderOf,
  isBucket,
  isObject,
  isResource,
  ownAttribute,
  type CallView,
  values,
} from './call-view.ts'

/** Where rows take their targets from. Each answers with nothing where the facts do not show one. */

const target = (arn: string, account?: string | null): Target =>
  typeof account === 'string' ? { arn, account } : { arn }

const targetOf = (resource: Resource): Target => target(resource.arn, resource.account)

export const own: TargetSelector = ({ own: arn, input }) =>
  arn === undefined ? [] : [target(arn, input.resourceAccount)]

export const ownBucket: TargetSelector = ({ own: arn, input }) =>
  arn === undefined ? [] : [target(policyHolderOf(arn), input.resourceAccount)]

/** Objects of a bucket, of which it is not known how their keys begin: a policy may be for a prefix. */
const objectsIn = (target: Target): Target =>
  target.arn === null ? target : { ...target, arn: `${target.arn}/*`, open: [`${target.arn}/*`] }

export const ownObjects: TargetSelector = (view) => ownBucket(view).map(objectsIn)

/** A resource the call acts on that has no ARN yet, or whose ARN no fact gives. */
export const notKnown: TargetSelector = ({ callerAccount }) => [
  { arn: null, ...(callerAccount === undefined ? {} : { account: callerAccount }) },
]

/** The targets of a call that surely has some: where the facts do not show which, one that is not known. */
export const orNotKnown =
  (selector: TargetSelector): TargetSelector =>
  (view) => {
    const found = selector(view)
    return found.length > 0 ? found : notKnown(view)
  }

const nowhere: TargetSelector = () => [{ arn: '*' }]

/**
 * Actions on `*` where AWS lists no resource type for them, else on a resource that is not known (R-REQ-03, R-REQ-05).
 * It is looked up when the row is used: the reference data of a service takes some milliseconds to read.
 */
export const onAnything = (...actions: string[]): readonly Need[] =>
  actions.map((action) => ({
    actions: [action],
    on: (view) => (isWildcardOnlyAction(action) === true ? nowhere : notKnown)(view),
  }))

/** Resources of the scenario of one type, by their ARNs. */
export const listed =
  (service: string, type: string): TargetSelector =>
  ({ others }) =>
    others.filter((resource) => isResource(resource.arn, service, type)).map(targetOf)

export const buckets: TargetSelector = ({ others, own: arn }) =>
  others.filter((resource) => isBucket(resource.arn) && resource.arn !== policyHolderOf(arn ?? '')).map(targetOf)

export const objectsOf =
  (selector: TargetSelector): TargetSelector =>
  (view) =>
    selector(view).map(objectsIn)

/**
 * A log group for what is evaluated on it or on streams in it: AWS names it in refusals with `:log-stream:` behind it (R-CT-30b),
 * and its own policies have `:*` there.
 */
export const groupsOf =
  (selector: TargetSelector): TargetSelector =>
  (view) =>
    selector(view).map((target) => openGroup(target, (group) => [group, `${group}:*`]))

/** Streams of a log group. */
export const streamsOf =
  (selector: TargetSelector): TargetSelector =>
  (view) =>
    selector(view).map((target) => openGroup(target, (group) => [`${group}:log-stream:*`]))

const openGroup = (target: Target, open: (group: string) => readonly string[]): Target =>
  target.arn === null ? target : { ...target, open: open(policyHolderOf(target.arn)) }

export const objects: TargetSelector = ({ others }) => others.filter((resource) => isObject(resource.arn)).map(targetOf)

export const named =
  (...keys: string[]): TargetSelector =>
  (view) =>
    keys
      .flatMap((key) => values(view, key))
      .filter((arn) => arn.startsWith('arn:'))
      .map((arn) => target(arn))

export const anyOf =
  (...sources: TargetSelector[]): TargetSelector =>
  (view) => {
    const seen = new Set<string | null>()
    return sources
      .flatMap((source) => source(view))
      .filter(({ arn }) => {
        const fresh = !seen.has(arn)
        seen.add(arn)
        return fresh
      })
  }

export const ofType =
  (selector: TargetSelector, service: string, type: string): TargetSelector =>
  (view) =>
    selector(view).filter(({ arn }) => arn !== null && isResource(arn, service, type))

/** Roles among the resources: the place for a role that is passed (docs/json.md, "Scenario"). A linked role is its service's. */
export const roles: TargetSelector = (view) =>
  listed('iam', 'role/')(view).filter(({ arn }) => arn?.includes(':role/aws-service-role/') === false)

/** The role a resource works with: `roleArn` of the request's own. */
export const ownRole: TargetSelector = (view) => {
  const arn = ownAttribute(view, 'roleArn')
  return typeof arn === 'string' && arn.startsWith('arn:') ? [target(arn)] : []
}

/** The role of a function among the resources, or that the context names. */
export const functionRoles: TargetSelector = ({ others }) =>
  others
    .filter((resource) => isResource(resource.arn, 'lambda', 'function:'))
    .map((resource) => attributeOf(resource, 'roleArn'))
    .filter((arn) => typeof arn === 'string')
    .map((arn) => target(arn))

/** Only where a single role is at hand is it clear which one works. */
export const soleRole: TargetSelector = (view) => {
  const found = roles(view)
  return found.length === 1 ? found : []
}

/**
 * The roles behind the instance profiles that the call names, or that stand among the resources. A profile that is named
 * but whose roles are not known passes a role all the same.
 */
export const profileRoles: TargetSelector = (view) => {
  const profiles = view.others.filter((resource) => isResource(resource.arn, 'iam', 'instance-profile/'))
  const isNew = values(view, 'ec2:NewInstanceProfile')
  const wanted = isNew.length > 0 ? isNew : values(view, 'ec2:InstanceProfile')
  const missing = wanted.filter((arn) => !profiles.some((profile) => profile.arn === arn))
  return [
    ...profiles
      .filter((profile) => wanted.length === 0 || wanted.includes(profile.arn))
      .flatMap((profile) => rolesOf(view, profile)),
    ...missing.flatMap(() => notKnown(view)),
  ]
}

function rolesOf(view: CallView, profile: Resource): readonly Target[] {
  const arns = attributeOf(profile, 'roleArns')
  return Array.isArray(arns) ? arns.filter((arn) => typeof arn === 'string').map((arn) => target(arn)) : notKnown(view)
}

export const serviceLinkedRole =
  (service: string, name: string): TargetSelector =>
  ({ callerAccount, partition }) =>
    callerAccount === undefined
      ? []
      : [target(`arn:${partition}:iam::${callerAccount}:role/aws-service-role/${service}/${name}`)]

const glueTables = listed('glue', 'table/')

/** The database and the catalog that Glue's tables lie in (R-OTH-08). */
export const aboveGlueTables: TargetSelector = (view) =>
  [...new Set(glueTables(view).flatMap(({ arn }) => (arn === null ? [] : catalogAncestors(arn))))].map((arn) =>
    target(arn),
  )

/** … with the tables: reading one needs all three. */
export const glueTablesAndAbove: TargetSelector = (view) => [...glueTables(view), ...aboveGlueTables(view)]

/** The role of the resource, else the only role among the resources. */
export const workingRole: TargetSelector = (view) => {
  const ofOwn = ownRole(view)
  return ofOwn.length > 0 ? ofOwn : soleRole(view)
}

export const functions = listed('lambda', 'function:')
export const secrets = listed('secretsmanager', 'secret:')
export const repositories = listed('ecr', 'repository/')
export const topics = listed('sns', '')
export const queues = listed('sqs', '')
export const streams = listed('kinesis', 'stream/')
export const logGroups = listed('logs', 'log-group:')
export const parameters = listed('ssm', 'parameter/')
export const bucketObjects = objectsOf(buckets)
