import type { Attributes, Resource, ResourcePolicy } from '#engine/scenario.ts'
import { readAction } from '#iam/action.ts'
import { bucketArn, isAccountId, parseArn } from '#iam/arn.ts'
import type { Request } from '#iam/request.ts'
import { accountBlockPublicAccess } from './attributes.ts'
import { hasOwnPolicy } from '#iam/policy-holder.ts'
import { isRoleAction } from '#iam/role-actions.ts'
import { aliasOf } from './resource-folder.ts'
import { registryBearsOn } from './ecr-registry.ts'
import { detailsFile, entityOf, hasList } from './entities.ts'
import { listField, textField } from './fields.ts'
import { roleEntry, roleOf } from './principal.ts'
import { defaultKeyOf, policyOfResource, resourceOf, type SnapshotResource, surelyAbsent } from './resources.ts'
import { objectIn, partState, type Snapshot } from './snapshot.ts'

/** Policies and guards that bear on a request from the resource's side. Undefined: not known. */
export interface ResourceSide {
  readonly policy: ResourcePolicy | null | undefined
  readonly guards: Attributes | null | undefined
  /** Other resources the call touches: the bucket behind an access point, the key behind a bucket (docs/json.md, "Scenario"). */
  readonly others: readonly Resource[]
  readonly notes: readonly string[]
}

export function resourceSideOf(snapshot: Snapshot, request: Request): ResourceSide {
  const resources = typeof request.resource === 'string' ? [request.resource] : (request.resource ?? [])
  const sides = resources.map((resource) => sideOf(snapshot, request, resource))
  const [first] = sides
  if (first !== undefined && sides.length === 1) return first
  return {
    policy: common(sides.map((side) => side.policy)),
    guards: common(sides.map((side) => side.guards)),
    others: unique([
      ...resources.flatMap((arn) => plain(resourceOf(snapshot, arn))),
      ...sides.flatMap((side) => side.others),
    ]),
    notes: [...new Set(sides.flatMap((side) => side.notes))],
  }
}

/** Of several resources each has its own policy; one layer can hold it only where they share it. */
function common<T>(values: readonly (T | undefined)[]): T | undefined {
  const [first] = values
  const text = JSON.stringify(first)
  return values.every((value) => JSON.stringify(value) === text) ? first : undefined
}

function unique(resources: readonly Resource[]): readonly Resource[] {
  return [...new Map(resources.map((resource) => [resource.arn, resource])).values()]
}

const NOTHING: ResourceSide = { policy: undefined, guards: undefined, others: [], notes: [] }

function sideOf(snapshot: Snapshot, request: Request, resource: string): ResourceSide {
  const arn = parseArn(resource)
  const action = request.action.toLowerCase()
  if (arn === undefined) return NOTHING
  if (arn.service === 'iam') return iamSide(snapshot, action, resource)
  // An alias itself has no policy; requests that use it are authorized against its key (R-KMS-09).
  if (aliasOf(resource) !== undefined && ALIAS_ACTIONS.has(action)) return { ...NOTHING, policy: null, guards: null }
  const found = resourceOf(snapshot, resource)
  if (found === undefined) return notFound(snapshot, request, resource)
  if (found.arn !== resource && hasOwnPolicy(resource))
    return { ...notFound(snapshot, request, resource), guards: found.attributes }
  if (registryBearsOn(snapshot, found.arn, action))
    return {
      ...NOTHING,
      guards: found.attributes,
      others: keysBehind(snapshot, found),
      notes: [`the policy of the registry bears on \`${found.arn}\` beside its own, and is not judged with it`],
    }
  const policy = policyOfResource(found)
  const notes = found.policy === undefined ? [`${found.file} does not say what policy \`${found.arn}\` has`] : []
  return {
    policy: policy === undefined ? (found.policy === null ? null : undefined) : withKind(policy, found.kind),
    guards: found.attributes,
    others: unique([
      ...(aliasOf(resource) === undefined ? [] : plain(found)),
      ...behindAccessPoint(snapshot, found),
      ...keysBehind(snapshot, found),
    ]),
    notes:
      found.problem === undefined
        ? notes
        : [`${found.file} ${found.isOpen === true ? 'is not the only one' : 'cannot be read'}: ${found.problem}`],
  }
}

const ALIAS_ACTIONS = new Set(['kms:createalias', 'kms:updatealias', 'kms:deletealias'])

const withKind = (policy: ResourcePolicy, kind: string | undefined): ResourcePolicy =>
  kind === undefined ? policy : { ...policy, kind }

/**
 * `complete` coverage of the folder is the only ground for "there is no policy" (docs/snapshot.md), and it says nothing of the tags and
 * settings of what is not there: such as an EC2 instance, of a kind that nobody reads, has them all the same (R-UNK-01).
 */
function notFound(snapshot: Snapshot, request: Request, resource: string): ResourceSide {
  const account = request.resourceAccount
  const setting =
    parseArn(resource)?.service === 's3' && account !== undefined && isAccountId(account)
      ? accountBlockPublicAccess(snapshot, account)
      : undefined
  const guards = setting === undefined ? undefined : { accountBlockPublicAccess: setting }
  if (surelyAbsent(snapshot, resource, account))
    return {
      ...NOTHING,
      policy: null,
      guards,
      notes: [`\`${resource}\` is not in the snapshot, which is complete there: it has no policy`],
    }
  return { ...NOTHING, guards }
}

/** The trust policy is the role's resource policy; nothing else in IAM has one (R-STS-01, R-OTH-01). */
function iamSide(snapshot: Snapshot, action: string, resource: string): ResourceSide {
  const listed = resourceOf(snapshot, resource)
  const named = roleOf(snapshot, resource)
  // STS takes the ARN as it is given: with another path there is no such role, however unique the name.
  const role = named?.arn === resource ? named : undefined
  if (!assumes(action)) {
    const passed = action === 'iam:passrole' ? trustResource(listed, role) : undefined
    const guards = entityAttributes(snapshot, resource)
    return { ...NOTHING, policy: null, guards, others: passed === undefined ? [] : [passed] }
  }
  const trust = trustResource(listed, role)
  if (trust === undefined) {
    // A role of which two entries say different things is there.
    const isThere = roleEntry(snapshot, resource) === 'unreadable'
    const absent = !isThere && hasAllRoles(snapshot, parseArn(resource)?.account ?? '')
    const near = named === undefined ? '' : `; it has \`${named.arn}\``
    return {
      ...NOTHING,
      policy: absent ? null : undefined,
      notes: [
        isThere
          ? `the role \`${resource}\` stands in the snapshot, but cannot be read`
          : `the role \`${resource}\` is not in the snapshot${absent ? ', which is complete there' : ''}${near}`,
      ],
    }
  }
  const policy = policyOfResource(trust)
  return {
    ...NOTHING,
    policy: policy === undefined ? undefined : { ...policy, kind: 'trust' },
    guards: trust.attributes,
  }
}

/** Whether a role that the account's details do not list is surely not there. */
const hasAllRoles = (snapshot: Snapshot, account: string): boolean =>
  partState(snapshot, detailsFile(account)) === 'complete' && hasList(snapshot, account, 'role')

/** The tags of a user or role, which calls on it are asked with (`aws:ResourceTag`); undefined: not known, as of all else in IAM. */
function entityAttributes(snapshot: Snapshot, resource: string): Attributes | undefined {
  const arn = parseArn(resource)
  const [kind = '', ...path] = arn?.resource.split('/') ?? []
  if (arn === undefined || (kind !== 'user' && kind !== 'role')) return undefined
  const entity = entityOf(snapshot, arn.account, kind, path.at(-1) ?? '')
  if (entity === undefined || entity === 'unreadable' || entity.arn !== resource) return undefined
  const tags = entity.tags ?? (partState(snapshot, entity.file) === 'complete' ? {} : undefined)
  return tags === undefined ? undefined : { tags }
}

function assumes(text: string): boolean {
  const action = readAction(text)
  return action !== undefined && isRoleAction(action)
}

/** The role as a resource: its trust policy from the account's details, else from its own file. */
function trustResource(
  listed: SnapshotResource | undefined,
  role: ReturnType<typeof roleOf>,
): (Resource & { readonly attributes: Attributes }) | undefined {
  const policy = role?.trustPolicy
  const attributes = { ...listed?.attributes, ...(role?.id === undefined ? {} : { roleId: role.id }) }
  if (role === undefined || policy === undefined)
    return listed === undefined ? undefined : { ...listed, kind: 'trust', attributes }
  return {
    arn: role.arn,
    account: role.account,
    kind: 'trust',
    policy: policy.document,
    attributes: role.tags === undefined ? attributes : { tags: role.tags, ...attributes },
    ...(policy.file === undefined ? {} : { file: policy.file }),
    ...(policy.lines === undefined ? {} : { lines: policy.lines }),
  }
}

/** Requests through an access point need its bucket's policy too (R-S3-07); a multi-Region one has several. */
function behindAccessPoint(snapshot: Snapshot, resource: SnapshotResource): readonly Resource[] {
  if (resource.kind !== 'access-point') return []
  const { attributes } = resource
  const listed = [textField(attributes, 'bucket'), ...(listField(attributes, 'buckets') ?? [])]
  const account = textField(attributes, 'bucketAccount')
  return listed
    .filter((name) => typeof name === 'string')
    .map((name) => bucketArn(name, parseArn(resource.arn)?.partition ?? 'aws'))
    .flatMap((arn) => {
      const bucket = resourceOf(snapshot, arn)
      if (bucket === undefined) return [{ arn, kind: 'bucket', ...(account === undefined ? {} : { account }) }]
      return [...plain(bucket), ...keysBehind(snapshot, bucket)]
    })
}

function keysBehind(snapshot: Snapshot, resource: SnapshotResource): readonly Resource[] {
  const arn = defaultKeyOf(snapshot, resource)
  if (arn === undefined) return []
  const key = resourceOf(snapshot, arn)
  const account = parseArn(arn)?.account
  return key === undefined ? [{ arn, kind: 'key', ...(account === undefined ? {} : { account }) }] : plain(key)
}

/** As a scenario has it: without our note of why it could not be read. */
function plain(resource: SnapshotResource | undefined): readonly Resource[] {
  if (resource === undefined) return []
  const { problem: _, isOpen: __, account, ...rest } = resource
  return [{ ...rest, ...(account === '' ? {} : { account }) }]
}

/** A resource by its ARN, for what another request needs of it; an instance profile comes from the account's details. */
export function relatedResource(snapshot: Snapshot, arn: string): Resource | undefined {
  const [found] = plain(resourceOf(snapshot, arn))
  return found ?? instanceProfileOf(snapshot, arn) ?? linkedRoleOf(snapshot, arn)
}

/** A role that a service made for itself: that it is there tells that no call need make it (G-114). */
function linkedRoleOf(snapshot: Snapshot, arn: string): Resource | undefined {
  if (!arn.includes(':role/aws-service-role/')) return undefined
  const role = roleOf(snapshot, arn)
  return role?.arn === arn ? trustResource(undefined, role) : undefined
}

/**
 * `InstanceProfileList` stands in each role of get-account-authorization-details. A name is one profile's in its account, whatever
 * its path; one that no role holds there is not known.
 */
function instanceProfileOf(snapshot: Snapshot, arn: string): Resource | undefined {
  const parsed = parseArn(arn)
  if (parsed?.service !== 'iam' || !parsed.resource.startsWith('instance-profile/')) return undefined
  const details = objectIn(snapshot, detailsFile(parsed.account))
  const roles = details === undefined || details === 'unreadable' ? undefined : listField(details, 'RoleDetailList')
  if (roles === undefined) return undefined
  const name = parsed.resource.split('/').at(-1)
  const isNameAlone = parsed.resource === `instance-profile/${name}`
  const isIt = (profile: unknown): boolean =>
    textField(profile, 'Arn') === arn || (isNameAlone && textField(profile, 'InstanceProfileName') === name)
  const roleArns = roles.flatMap((role) => {
    const profiles = listField(role, 'InstanceProfileList') ?? []
    return profiles.some(isIt) ? (textField(role, 'Arn') ?? []) : []
  })
  if (roleArns.length === 0) return undefined
  return { arn, account: parsed.account, kind: 'instance-profile', attributes: { roleArns } }
}
