import type { EntityKind } from '#snapshot/entities.ts'
import { isObject, listField, textField } from '#snapshot/fields.ts'
import { accountIn, addEntity, type EntityDraft, mayHaveMore, unknownPolicyArn } from '../draft.ts'
import { documentOf } from '../policy-document.ts'
import { sealed, sealedAs } from '../seal.ts'
import { isUnknown, type Unknown } from '../unknown.ts'
import { policyIn } from './documents.ts'
import type { TerraformResource } from './plan.ts'
import { accountOf, isDefault, linkOf, resourcesOf, type Source, tagsOf, tell, textOf, valueOf } from './source.ts'

/** Users, roles and groups by the address of their resource. */
export type Principals = ReadonlyMap<string, EntityDraft>

/** `aws_iam_policy`, `aws_iam_role`, `aws_iam_user`, `aws_iam_group`, `aws_iam_instance_profile`. */
export function readPrincipals(source: Source): Principals {
  for (const policy of resourcesOf(source, 'aws_iam_policy')) addManagedPolicy(source, policy)
  const found = new Map<string, EntityDraft>()
  for (const kind of ['group', 'user', 'role'] as const)
    for (const resource of resourcesOf(source, `aws_iam_${kind}`)) {
      const entity = entityFrom(source, resource, kind)
      if (entity === undefined) continue
      found.set(resource.address, entity)
      if (kind === 'role') readRole(source, resource, entity)
      else if (resource.lifecycle !== 'created') mayHaveMore(entity, attachedElsewhere(source, kind))
      if (kind !== 'group') readBoundary(source, resource, entity)
    }
  for (const profile of resourcesOf(source, 'aws_iam_instance_profile')) addInstanceProfile(source, profile, found)
  return found
}

const attachedElsewhere = (source: Source, kind: EntityKind): string =>
  `what is attached to this ${kind} outside this ${source.file.kind}`

function entityFrom(source: Source, resource: TerraformResource, kind: EntityKind): EntityDraft | undefined {
  const account = accountOf(source, resource)
  const name = textOf(source, resource, 'name')
  const path = textOf(source, resource, 'path') ?? '/'
  if (account === undefined) return undefined
  if (typeof name !== 'string' || typeof path !== 'string') {
    tell(source, resource, `its name is not known before apply: give \`--parameters ${resource.address}.name=NAME\``)
    return undefined
  }
  const { partition } = source.placeOf(resource)
  const entity = addEntity(source.draft, { kind, account, partition, path, name })
  const id = textOf(source, resource, 'unique_id')
  if (typeof id === 'string') entity.id = id
  const tags = kind === 'group' ? undefined : tagsOf(source, resource)
  if (tags !== undefined) entity.tags = tags
  return entity
}

function readRole(source: Source, resource: TerraformResource, role: EntityDraft): void {
  const trust = policyIn(source, resource, 'assume_role_policy')
  if (trust !== undefined) role.trust = trust
  readInlineBlocks(source, resource, role)
  readAttachedList(source, resource, role)
}

/** `inline_policy`: set by the configuration, or for a role that exists all that AWS had when it was read. */
function readInlineBlocks(source: Source, resource: TerraformResource, role: EntityDraft): void {
  const blocks = valueOf(source, resource, 'inline_policy')
  if (!Array.isArray(blocks)) {
    if (!isLeftToOthers(source, resource, 'inline_policy'))
      mayHaveMore(role, openList(source, resource, 'inline_policy'))
    return
  }
  for (const block of blocks) {
    const name = textField(block, 'name')
    const policy = isObject(block) ? block['policy'] : undefined
    // The provider writes an empty block for "no inline policies".
    if (isObject(block) && !isUnknown(block) && (name ?? '') === '' && (policy ?? '') === '') continue
    if (isUnknown(block) || name === undefined) mayHaveMore(role, openList(source, resource, 'inline_policy'))
    else role.inline.set(name, documentOf(policy, `${resource.address}/${name}`))
  }
}

const openList = (source: Source, resource: TerraformResource, name: string): string =>
  sealed(`${resource.address}.${name}`, valueOf(source, resource, name))

function readAttachedList(source: Source, resource: TerraformResource, role: EntityDraft): void {
  const arns = valueOf(source, resource, 'managed_policy_arns')
  if (!Array.isArray(arns)) {
    if (!isLeftToOthers(source, resource, 'managed_policy_arns'))
      mayHaveMore(role, openList(source, resource, 'managed_policy_arns'))
    return
  }
  for (const arn of arns)
    if (typeof arn === 'string') role.attached.add(arn)
    else mayHaveMore(role, openList(source, resource, 'managed_policy_arns'))
}

/**
 * Whether a list that is not there says that the role itself sets none: of a new role when the configuration is silent. A
 * role that exists has both lists in every plan and state; a file that was cut to a few attributes is taken as it stands.
 */
function isLeftToOthers(source: Source, resource: TerraformResource, name: string): boolean {
  if (isDefault(source, resource, name)) return true
  return resource.omitsUnknown && !source.file.configuration.isGiven && resource.lifecycle === 'created'
}

function readBoundary(source: Source, resource: TerraformResource, entity: EntityDraft): void {
  const arn = linkOf(source, resource, 'permissions_boundary', (target) => policyArn(source, target))
  if (arn === undefined) return
  entity.boundaryArn = isUnknown(arn) ? unknownPolicyArn(entity.account, sealedAs(arn.what, arn.told)) : arn
}

/** The ARN of an `aws_iam_policy`: its own, or put together from account, path and name. */
export function policyArn(source: Source, resource: TerraformResource): string | Unknown | undefined {
  if (resource.type !== 'aws_iam_policy') return undefined
  const arn = textOf(source, resource, 'arn')
  // One that is looked up may be AWS's.
  if (typeof arn === 'string' || resource.isData) return arn
  const { account, partition } = source.placeOf(resource)
  const name = textOf(source, resource, 'name')
  const path = textOf(source, resource, 'path') ?? '/'
  if (account === undefined || typeof path !== 'string') return arn
  // A name that AWS makes up is nobody's to ask for, so that the address may stand for it.
  return `arn:${partition}:iam::${account}:policy${path}${typeof name === 'string' ? name : `(${resource.address})`}`
}

function addManagedPolicy(source: Source, resource: TerraformResource): void {
  const account = accountOf(source, resource)
  const arn = policyArn(source, resource)
  if (account === undefined || typeof arn !== 'string') return
  const document = policyIn(source, resource, 'policy')
  if (document === undefined) tell(source, resource, 'it has no policy document')
  else accountIn(source.draft, account).managed.set(arn, { arn, document })
}

function addInstanceProfile(source: Source, resource: TerraformResource, roles: Principals): void {
  const account = accountOf(source, resource)
  const name = textOf(source, resource, 'name')
  const path = textOf(source, resource, 'path') ?? '/'
  const role = linkOf(source, resource, 'role', (target) => roles.get(target.address)?.name)
  if (account === undefined || role === undefined) return
  const entity = [...roles.values()].find((one) => one.kind === 'role' && one.account === account && one.name === role)
  if (typeof name !== 'string' || typeof path !== 'string' || entity === undefined) {
    tell(source, resource, 'its name or its role is not known')
    return
  }
  const { partition } = source.placeOf(resource)
  entity.instanceProfiles.add(`arn:${partition}:iam::${account}:instance-profile${path}${name}`)
}

/** The list of texts an attribute holds; elements that are not known stay in as `Unknown`. */
export function textsIn(
  source: Source,
  resource: TerraformResource,
  name: string,
): readonly (string | Unknown)[] | Unknown {
  const value = valueOf(source, resource, name)
  if (isUnknown(value)) return value
  const list = listField({ value }, 'value') ?? []
  return list.filter((one): one is string | Unknown => typeof one === 'string' || isUnknown(one))
}
