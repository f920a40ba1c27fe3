import type { EntityKind } from '#snapshot/entities.ts'
import { type EntityDraft, entityIn, isUnknownPolicyArn, mayHaveMore } from '../draft.ts'
import { documentOf } from '../policy-document.ts'
import { sealedAs } from '../seal.ts'
import { isUnknown, withDigest, unknown, type Unknown } from '../unknown.ts'
import { policyIn } from './documents.ts'
import { linked } from './links.ts'
import { type ResolvedReference, resolveReference, type Named } from './resolved-references.ts'
import type { TerraformResource } from './plan.ts'
import { policyArn, type Principals, textsIn } from './principals.ts'
import { beforeOf, linkOf, resourcesOf, saidOf, type Source, tell, textOf } from './source.ts'

const KINDS = ['role', 'user', 'group'] as const

/** Reads attachments of policies to users, roles and groups that are resources of their own, and those that a plan takes away. */
export function readAttachments(source: Source, principals: Principals): void {
  const given = new Set<string>()
  for (const kind of KINDS) {
    for (const one of beforeOf(source, `aws_iam_${kind}_policy`)) detach(source, principals, one, kind)
    for (const one of beforeOf(source, `aws_iam_${kind}_policy_attachment`)) detach(source, principals, one, kind)
    for (const one of resourcesOf(source, `aws_iam_${kind}_policy`)) addInline(source, principals, one, kind, given)
    for (const one of resourcesOf(source, `aws_iam_${kind}_policy_attachment`)) attach(source, principals, one, kind)
  }
  for (const one of beforeOf(source, 'aws_iam_policy_attachment')) detachFromAll(source, principals, one)
  for (const one of resourcesOf(source, 'aws_iam_policy_attachment')) attachToAll(source, principals, one)
  for (const one of resourcesOf(source, 'aws_iam_group_membership')) addMembers(source, principals, one)
  for (const one of resourcesOf(source, 'aws_iam_user_group_membership')) addGroups(source, principals, one)
  for (const kind of KINDS) {
    for (const one of resourcesOf(source, `aws_iam_${kind}_policies_exclusive`))
      onlyInline(source, principals, one, kind)
    for (const one of resourcesOf(source, `aws_iam_${kind}_policy_attachments_exclusive`))
      onlyAttached(source, principals, one, kind)
  }
}

/** The entities that an attribute may mean. */
function meant(
  source: Source,
  principals: Principals,
  resource: TerraformResource,
  kind: EntityKind,
  name = kind as string,
): ResolvedReference<EntityDraft> {
  const said = resolveReference(source, resource, name, ofKind(principals, kind))
  if (typeof said === 'object') return said
  return said === undefined ? { found: [], isSure: true } : named(source, resource, kind, said)
}

const ofKind = (principals: Principals, kind: EntityKind): Named<EntityDraft> => ({
  types: [`aws_iam_${kind}`],
  known: new Map([...principals].filter(([, one]) => one.kind === kind)),
  word: kind,
})

function named(
  source: Source,
  resource: TerraformResource,
  kind: EntityKind,
  text: string,
): ResolvedReference<EntityDraft> {
  const { account } = source.placeOf(resource)
  const name = text.slice(text.lastIndexOf('/') + 1)
  const entity = account === undefined ? undefined : entityIn(source.draft, account, kind, name)
  if (entity === undefined) tell(source, resource, `it belongs to the ${kind} \`${name}\`, which is not in this file`)
  return { found: entity === undefined ? [] : [entity], isSure: true }
}

/** Of two of one name the one that is put last stays, and nothing says which that is: `given` are the names there were. */
function addInline(
  source: Source,
  principals: Principals,
  resource: TerraformResource,
  kind: EntityKind,
  given: Set<string>,
): void {
  const { found: entities, isSure } = meant(source, principals, resource, kind)
  const text = textOf(source, resource, 'name')
  const name = typeof text === 'string' ? text : resource.address
  const document = policyIn(source, resource, 'policy') ?? documentOf(unknown(`${resource.address}.policy`), '')
  for (const entity of entities) {
    const key = `${entity.arn} ${name}`
    if (!isSure) mayHaveMore(entity, saidOf(source, resource))
    else if (given.has(key))
      entity.inline.set(name, documentOf(whichStays(name, [entity.inline.get(name), document]), ''))
    else entity.inline.set(name, document)
    if (isSure) given.add(key)
  }
}

const whichStays = (name: string, documents: readonly unknown[]): Unknown =>
  withDigest(unknown(`which of the policies named ${name} stays`), documents)

function attach(source: Source, principals: Principals, resource: TerraformResource, kind: EntityKind): void {
  const { found: entities, isSure } = meant(source, principals, resource, kind)
  const arn = linkOf(source, resource, 'policy_arn', (target) => policyArn(source, target))
  for (const entity of entities)
    if (isSure && typeof arn === 'string') entity.attached.add(arn)
    else mayHaveMore(entity, isUnknown(arn) ? sealedAs(arn.what, arn.told) : saidOf(source, resource))
}

/** A role's own list was read before the plan, so it still holds what the plan takes away. */
function detach(source: Source, principals: Principals, resource: TerraformResource, kind: EntityKind): void {
  const name = textOf(source, resource, kind)
  const policy = textOf(source, resource, 'policy_arn')
  const inline = textOf(source, resource, 'name')
  for (const entity of principals.values()) {
    if (entity.kind !== kind || entity.name !== name || entity.account !== source.placeOf(resource).account) continue
    if (typeof policy === 'string') entity.attached.delete(policy)
    else if (typeof inline === 'string') entity.inline.delete(inline)
  }
}

/** `aws_iam_policy_attachment`: one policy for many, named by lists. */
function attachToAll(source: Source, principals: Principals, resource: TerraformResource): void {
  const arn = linkOf(source, resource, 'policy_arn', (target) => policyArn(source, target))
  for (const kind of KINDS) {
    const names = textsIn(source, resource, `${kind}s`)
    for (const { found: entities, isSure } of listed(source, principals, resource, kind, names, `${kind}s`))
      for (const entity of entities)
        if (isSure && typeof arn === 'string') entity.attached.add(arn)
        else mayHaveMore(entity, isUnknown(arn) ? sealedAs(arn.what, arn.told) : saidOf(source, resource))
  }
}

function detachFromAll(source: Source, principals: Principals, resource: TerraformResource): void {
  const arn = textOf(source, resource, 'policy_arn')
  const { account } = source.placeOf(resource)
  for (const entity of principals.values()) {
    const names = textsIn(source, resource, `${entity.kind}s`)
    if (entity.account === account && !isUnknown(names) && names.includes(entity.name) && typeof arn === 'string')
      entity.attached.delete(arn)
  }
}

/** The entities of a list of names. Where some are not known, those that the configuration refers to may be meant. */
function listed(
  source: Source,
  principals: Principals,
  resource: TerraformResource,
  kind: EntityKind,
  names: readonly (string | Unknown)[] | Unknown,
  attribute: string,
): readonly ResolvedReference<EntityDraft>[] {
  const list = isUnknown(names) ? [names] : names
  const known = list.filter((one) => typeof one === 'string').map((one) => named(source, resource, kind, one))
  const open = list.filter(isUnknown).length
  if (open === 0) return known
  const targets = linked(source.file, resource, attribute)
  const { types, known: all } = ofKind(principals, kind)
  if (targets?.every(({ type, isData }) => !isData && types.includes(type)) === true) {
    const found = targets.flatMap((target) => principals.get(target.address) ?? [])
    const left = found.filter((one) => !known.some((meant) => meant.found.includes(one)))
    return [...known, ...left.map((one) => ({ found: [one], isSure: left.length === open }))]
  }
  tell(source, resource, `nothing says which ${kind}s it lists, so it may be any`)
  return [...known, { found: [...all.values()], isSure: false }]
}

function addMembers(source: Source, principals: Principals, resource: TerraformResource): void {
  const group = linkOf(source, resource, 'group', (target) => principals.get(target.address)?.name)
  const users = textsIn(source, resource, 'users')
  for (const { found: entities, isSure } of listed(source, principals, resource, 'user', users, 'users'))
    for (const user of entities)
      if (isSure && typeof group === 'string') user.groups.add(group)
      else mayHaveMore(user, saidOf(source, resource))
}

function addGroups(source: Source, principals: Principals, resource: TerraformResource): void {
  const { found: entities, isSure } = meant(source, principals, resource, 'user')
  const names = textsIn(source, resource, 'groups')
  const groups = listed(source, principals, resource, 'group', names, 'groups')
  const outside = isUnknown(names) ? [] : names.filter((name) => typeof name === 'string')
  for (const user of entities) {
    // A group outside this file has policies that nobody here knows: it stays in the list as a name.
    if (isSure) for (const name of outside) user.groups.add(name)
    for (const group of groups) {
      if (isSure && group.isSure) for (const one of group.found) user.groups.add(one.name)
      else mayHaveMore(user, saidOf(source, resource, `${resource.address}.groups`))
    }
  }
}

/** Terraform takes away every inline policy that is not named, so that the others are all there are. */
function onlyInline(source: Source, principals: Principals, resource: TerraformResource, kind: EntityKind): void {
  const { found: entities, isSure } = meant(source, principals, resource, kind, `${kind}_name`)
  const names = textsIn(source, resource, 'policy_names')
  // What stays is not known then, and a policy that is not known may allow or deny.
  if (!isSure || isUnknown(names) || names.some(isUnknown)) {
    for (const entity of entities) mayHaveMore(entity, saidOf(source, resource))
    return
  }
  for (const entity of entities) {
    for (const name of entity.inline.keys()) if (!names.includes(name)) entity.inline.delete(name)
    for (const name of names)
      if (typeof name === 'string' && !entity.inline.has(name))
        entity.inline.set(name, documentOf(unknown(`the inline policy ${name}, which is not in this file`), ''))
  }
}

/** Terraform takes away every attachment that is not listed and makes those that are. */
function onlyAttached(source: Source, principals: Principals, resource: TerraformResource, kind: EntityKind): void {
  const { found: entities, isSure } = meant(source, principals, resource, kind, `${kind}_name`)
  const arns = arnsIn(source, resource)
  for (const entity of entities) {
    if (!isSure || arns === undefined) {
      mayHaveMore(entity, saidOf(source, resource))
      continue
    }
    for (const arn of entity.attached) if (!isUnknownPolicyArn(arn)) entity.attached.delete(arn)
    for (const arn of arns) entity.attached.add(arn)
  }
}

/** The listed ARNs; one that is known after apply is that of the policy that the list refers to. Undefined: not all are known. */
function arnsIn(source: Source, resource: TerraformResource): readonly string[] | undefined {
  const said = textsIn(source, resource, 'policy_arns')
  const open = isUnknown(said) ? [] : said.filter(isUnknown)
  const targets = open.length === 0 ? [] : (linked(source.file, resource, 'policy_arns') ?? [])
  if (isUnknown(said) || targets.length !== open.length) return undefined
  const all = [...said.filter((one) => !isUnknown(one)), ...targets.map((target) => policyArn(source, target))]
  return all.every((one): one is string => typeof one === 'string') ? all : undefined
}
