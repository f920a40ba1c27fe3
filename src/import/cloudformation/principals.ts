import type { EntityKind } from '#snapshot/entities.ts'
import { isObject } from '#snapshot/fields.ts'
import {
  accountIn,
  addEntity,
  type Draft,
  type EntityDraft,
  mayHaveMore,
  type ResourceDraft,
  unknownPolicyArn,
  unread,
} from '../draft.ts'
import { documentOf, notKnown } from '../policy-document.ts'
import { sealed, sealedAs } from '../seal.ts'
import { isUnknown } from '../unknown.ts'
import { attributeOf } from './attributes.ts'
import { onlyIfMade } from './maybe-made.ts'
import { resourceDigests, resourceDigest } from './expression-digest.ts'
import {
  listProperty,
  nameOf,
  own,
  property,
  type Template,
  type TemplateResource,
  textProperty,
  written,
} from './template.ts'

/** State that the readers of the single resource types work on. */
export interface Stack {
  readonly template: Template
  readonly draft: Draft
  /** The account of the stack. */
  readonly account: string
  /** What the resources of the template make, by the id of the first of those that make it. */
  readonly makers: Map<EntityDraft | ResourceDraft, string>
  /** What two resources of the template make, of which one will be. */
  readonly twins: Set<ResourceDraft>
}

export const ofType = ({ template }: Stack, ...types: readonly string[]): readonly TemplateResource[] =>
  [...template.resources.values()].filter(({ type }) => types.includes(type))

export const tell = ({ draft }: Stack, { id }: TemplateResource, why: string): void => unread(draft, id, why)

/** A policy property, ready for a snapshot; of a resource that may not be made nothing is known. */
export function policyProperty(stack: Stack, resource: TemplateResource, name: string): unknown {
  const value = property(stack.template, resource, name)
  if (value === undefined || value === null) return undefined
  if (resource.exists !== true) return notKnown(whetherMade(stack, resource))
  // That of a table stands one level deeper.
  return documentOf(own(value, 'PolicyDocument') ?? value, resource.id)
}

/** Sealed name of the unknown whether a resource is made, on which all of it hangs. */
export const whetherMade = ({ template }: Stack, resource: TemplateResource): string =>
  sealedAs(`whether ${resource.id} is made`, resourceDigest(template, resource))

/** A resource that bears on another in a way that is not known. */
const whole = ({ template }: Stack, resource: TemplateResource, what = resource.id): string =>
  sealedAs(what, resourceDigest(template, resource))

const KINDS = [
  ['group', 'AWS::IAM::Group', 'GroupName'],
  ['user', 'AWS::IAM::User', 'UserName'],
  ['role', 'AWS::IAM::Role', 'RoleName'],
] as const

/** `AWS::IAM::*`: users, roles, groups and what is attached to them. */
export function readPrincipals(stack: Stack): void {
  const found = new Map<string, EntityDraft>()
  for (const [kind, type, name] of KINDS)
    for (const resource of ofType(stack, type)) {
      const entity = entityFrom(stack, resource, kind, name)
      if (entity === undefined) continue
      found.set(resource.id, entity)
      // Groups come first, so those of the template are known here.
      if (kind === 'user') readGroups(stack, resource, entity, found)
    }
  forgetTwins(stack, found)
  for (const resource of ofType(stack, 'AWS::IAM::ManagedPolicy')) addManagedPolicy(stack, resource, found)
  for (const resource of ofType(stack, 'AWS::IAM::Policy')) addPolicy(stack, resource, found)
  for (const [kind] of KINDS) {
    const word = `${kind.charAt(0).toUpperCase()}${kind.slice(1)}`
    for (const resource of ofType(stack, `AWS::IAM::${word}Policy`)) addPolicy(stack, resource, found)
  }
  for (const resource of ofType(stack, 'AWS::IAM::UserToGroupAddition')) addMembers(stack, resource, found)
  for (const resource of ofType(stack, 'AWS::IAM::InstanceProfile')) addInstanceProfile(stack, resource, found)
  for (const [id, entity] of found) {
    const resource = stack.template.resources.get(id)
    if (resource !== undefined && resource.exists !== true) onlyIfMade(stack.template, resource, entity)
  }
}

/** Of two of one name one is made, and nobody knows which: nothing that either says of itself is known. */
function forgetTwins(stack: Stack, found: ReadonlyMap<string, EntityDraft>): void {
  for (const [id, entity] of found) {
    const first = stack.makers.get(entity) ?? id
    stack.makers.set(entity, first)
    if (first === id) continue
    const why = sealed(`which of ${first} and ${id} is made`, resourceDigests(stack.template, [first, id]))
    for (const part of [entity.inline, entity.attached, entity.groups]) part.clear()
    if (entity.kind === 'role') entity.trust = notKnown(why)
    if (entity.kind !== 'group') entity.boundaryArn = unknownPolicyArn(entity.account, why)
    mayHaveMore(entity, why)
  }
}

function entityFrom(
  stack: Stack,
  resource: TemplateResource,
  kind: EntityKind,
  propertyName: string,
): EntityDraft | undefined {
  const { template, draft, account } = stack
  const said = nameOf(template, resource, propertyName)
  // No request comes from a group, so that its logical id may stand for a name that AWS makes up.
  const name = isUnknown(said) && kind === 'group' ? `(${resource.id})` : said
  const path = textProperty(template, resource, 'Path') ?? '/'
  if (isUnknown(name) || isUnknown(path)) {
    tell(stack, resource, `its name is not known before the deploy: give \`--parameters ${resource.id}=NAME\``)
    return undefined
  }
  const entity = addEntity(draft, { kind, account, partition: template.partition, path, name })
  // Tags stay unknown: those of the stack join the template's.
  const trust = kind === 'role' ? property(template, resource, 'AssumeRolePolicyDocument') : undefined
  if (trust !== undefined) entity.trust = documentOf(trust, `${resource.id}/AssumeRolePolicyDocument`)
  readAttached(stack, resource, entity)
  const boundary = textProperty(template, resource, 'PermissionsBoundary')
  if (boundary !== undefined)
    entity.boundaryArn = isUnknown(boundary)
      ? boundaryArn(stack, resource, account, sealedAs(boundary.what, boundary.told))
      : boundary
  return entity
}

/** A boundary of this template whose name AWS makes up stands under its logical id. */
function boundaryArn(stack: Stack, resource: TemplateResource, account: string, what: string): string {
  const target = own(written(resource, 'PermissionsBoundary'), 'Ref')
  return typeof target === 'string' && stack.template.resources.get(target)?.type === 'AWS::IAM::ManagedPolicy'
    ? managedArn(stack, target)
    : unknownPolicyArn(account, what)
}

function readGroups(
  stack: Stack,
  resource: TemplateResource,
  user: EntityDraft,
  found: ReadonlyMap<string, EntityDraft>,
): void {
  for (const { entity, isSure } of listed(stack, resource, 'Groups', 'group', found))
    if (isSure) user.groups.add(entity.name)
    else mayHaveMore(user, whole(stack, resource, `${resource.id}.Groups`))
  const names = listProperty(stack.template, resource, 'Groups')
  // A group outside the template has policies that nobody here knows: it stays in the list as a name.
  if (!isUnknown(names)) for (const name of names) if (typeof name === 'string') user.groups.add(name)
}

function readAttached(stack: Stack, resource: TemplateResource, entity: EntityDraft): void {
  const { template } = stack
  const raw = written(resource, 'ManagedPolicyArns')
  const arns = listProperty(template, resource, 'ManagedPolicyArns')
  if (isUnknown(arns)) mayHaveMore(entity, sealedAs(arns.what, arns.told))
  else
    for (const [index, arn] of arns.entries()) {
      const inTemplate = isUnknown(arn) ? ownPolicy(stack, raw, index, arns.length) : undefined
      if (typeof arn === 'string') entity.attached.add(arn)
      else if (inTemplate !== undefined) entity.attached.add(inTemplate)
      else mayHaveMore(entity, isUnknown(arn) ? sealedAs(arn.what, arn.told) : whole(stack, resource))
    }
  const inline = listProperty(template, resource, 'Policies')
  if (isUnknown(inline)) mayHaveMore(entity, sealedAs(inline.what, inline.told))
  else
    for (const [index, policy] of inline.entries()) {
      const name = own(policy, 'PolicyName')
      const label = typeof name === 'string' ? name : `${resource.id}.Policies[${index}]`
      if (isUnknown(policy) || !isObject(policy)) mayHaveMore(entity, sealed(label, policy))
      else addInline(entity, label, documentOf(own(policy, 'PolicyDocument'), `${resource.id}/${label}`))
    }
}

/** The managed policy of this template that stands at a place of a list of ARNs, by `Ref`. */
function ownPolicy(stack: Stack, raw: unknown, index: number, length: number): string | undefined {
  // An entry that came to nothing moves those behind it.
  const entry: unknown = Array.isArray(raw) && raw.length === length ? raw[index] : undefined
  const target = own(entry, 'Ref')
  const isPolicy =
    typeof target === 'string' && stack.template.resources.get(target)?.type === 'AWS::IAM::ManagedPolicy'
  return isPolicy ? managedArn(stack, target) : undefined
}

/** Its ARN; a name that AWS makes up is nobody's to ask for, so that the logical id may stand for it. */
function managedArn({ template, account }: Stack, id: string): string {
  const arn = attributeOf(template, id, undefined)
  return typeof arn === 'string' ? arn : `arn:${template.partition}:iam::${account}:policy/(${id})`
}

function addManagedPolicy(stack: Stack, resource: TemplateResource, found: ReadonlyMap<string, EntityDraft>): void {
  const arn = managedArn(stack, resource.id)
  const document = policyProperty(stack, resource, 'PolicyDocument')
  accountIn(stack.draft, stack.account).managed.set(arn, {
    arn,
    document: document ?? '(not known: it has no document)',
  })
  for (const { entity, isSure } of targets(stack, resource, found))
    if (isSure && resource.exists === true) entity.attached.add(arn)
    else mayHaveMore(entity, whole(stack, resource))
}

function addPolicy(stack: Stack, resource: TemplateResource, found: ReadonlyMap<string, EntityDraft>): void {
  const name = textProperty(stack.template, resource, 'PolicyName')
  const document = policyProperty(stack, resource, 'PolicyDocument') ?? '(not known: it has no document)'
  for (const { entity, isSure } of targets(stack, resource, found))
    if (isSure && resource.exists === true) addInline(entity, typeof name === 'string' ? name : resource.id, document)
    else mayHaveMore(entity, whole(stack, resource))
}

/** Of two policies of one name the one that is put last stays, and nothing says which that is. */
function addInline(entity: EntityDraft, name: string, document: unknown): void {
  const isSecond = entity.inline.has(name)
  const which = (): string =>
    notKnown(sealed(`which of the policies named ${name} stays`, [entity.inline.get(name), document]))
  entity.inline.set(name, isSecond ? which() : document)
}

interface Target {
  readonly entity: EntityDraft
  readonly isSure: boolean
}

const LISTS = [
  ['role', ['Roles', 'RoleName']],
  ['user', ['Users', 'UserName']],
  ['group', ['Groups', 'GroupName']],
] as const

/** The principals that the lists of a policy name. One that cannot be resolved may be any of its kind. */
function targets(stack: Stack, resource: TemplateResource, found: ReadonlyMap<string, EntityDraft>): readonly Target[] {
  return LISTS.flatMap(([kind, names]) => names.flatMap((name) => listed(stack, resource, name, kind, found)))
}

function listed(
  stack: Stack,
  resource: TemplateResource,
  name: string,
  kind: EntityKind,
  found: ReadonlyMap<string, EntityDraft>,
): readonly Target[] {
  const raw = written(resource, name)
  const entries: readonly unknown[] = raw === undefined ? [] : Array.isArray(raw) ? raw : [raw]
  return entries.flatMap((entry): readonly Target[] => {
    const target = own(entry, 'Ref')
    const known = typeof target === 'string' ? found.get(target) : undefined
    if (known !== undefined) return [{ entity: known, isSure: true }]
    // Made by this template under a name that nobody knows: no request can be about it.
    if (typeof target === 'string' && stack.template.resources.has(target)) return []
    const value = stack.template.resolve(entry)
    if (value === undefined) return []
    const texts: readonly unknown[] = Array.isArray(value) ? value : [value]
    return texts.flatMap((text) => ofName(stack, resource, text, kind, found))
  })
}

function ofName(
  stack: Stack,
  resource: TemplateResource,
  text: unknown,
  kind: EntityKind,
  found: ReadonlyMap<string, EntityDraft>,
): readonly Target[] {
  const all = [...found.values()].filter((one) => one.kind === kind)
  if (typeof text !== 'string') {
    tell(stack, resource, `nothing says which ${kind} it belongs to, so it may be any`)
    return all.map((entity) => ({ entity, isSure: false }))
  }
  const entity = all.find((one) => one.name.toLowerCase() === text.toLowerCase())
  if (entity === undefined)
    tell(stack, resource, `it belongs to the ${kind} \`${text}\`, which is not in this template`)
  return entity === undefined ? [] : [{ entity, isSure: true }]
}

function addMembers(stack: Stack, resource: TemplateResource, found: ReadonlyMap<string, EntityDraft>): void {
  const target = own(written(resource, 'GroupName'), 'Ref')
  const inTemplate = typeof target === 'string' ? found.get(target)?.name : undefined
  const group = inTemplate ?? textProperty(stack.template, resource, 'GroupName')
  for (const { entity, isSure } of listed(stack, resource, 'Users', 'user', found))
    if (isSure && typeof group === 'string' && resource.exists === true) entity.groups.add(group)
    else mayHaveMore(entity, whole(stack, resource))
}

function addInstanceProfile(stack: Stack, resource: TemplateResource, found: ReadonlyMap<string, EntityDraft>): void {
  const arn = attributeOf(stack.template, resource.id, 'Arn')
  for (const { entity, isSure } of listed(stack, resource, 'Roles', 'role', found))
    if (isSure && typeof arn === 'string') entity.instanceProfiles.add(arn)
}
