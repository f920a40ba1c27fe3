import { parseArn } from '#iam/arn.ts'
import type { EntityKind } from '#snapshot/entities.ts'
import { field, isObject, textField } from '#snapshot/fields.ts'
import { accountIn, addEntity, type Draft, type EntityDraft, mayHaveMore, unknownPolicyArn, unread } from '../draft.ts'
import { documentOf } from '../policy-document.ts'
import { type Folder, UNREADABLE } from './tree.ts'

/** A user, role or group of `iam/<kind>/<id>/`. */
export function readPrincipal(draft: Draft, folder: Folder & { readonly account: string }, kind: EntityKind): void {
  const metadata = folder.files.get('metadata')
  const arn = parseArn(textField(metadata, 'arn') ?? '')
  const name = textField(metadata, 'name') ?? textField(metadata, `${kind}Name`) ?? lastStep(arn?.resource ?? '')
  if (name === '') {
    unread(draft, folder.path, 'its metadata.json has neither name nor ARN')
    return
  }
  const { account, partition } = folder
  const path = textField(metadata, 'path') ?? pathOf(arn?.resource ?? '')
  const made = addEntity(draft, { kind, account, partition, path, name })
  const id = textField(metadata, 'id') ?? textField(metadata, `${kind}Id`)
  if (id !== undefined) made.id = id
  const tags = tagsOf(folder.files.get('tags'))
  if (tags !== undefined && kind !== 'group') made.tags = tags
  const boundary = boundaryIn(metadata)
  if (boundary !== undefined) made.boundaryArn = boundary
  for (const [file, value] of folder.files) readFile(draft, folder, made, file, value)
}

const lastStep = (resource: string): string => resource.slice(resource.lastIndexOf('/') + 1)

const pathOf = (resource: string): string => {
  const steps = resource.split('/').slice(1, -1)
  return steps.length === 0 ? '/' : `/${steps.join('/')}/`
}

/** Files that say nothing of policies. */
const SILENT = new Set(['metadata', 'tags', 'last-used', 'access-keys', 'mfa-devices', 'login-profile'])

/**
 * A file is known by its name; a file of another name may hold policies, so that the principal may have more than is known.
 */
function readFile(draft: Draft, folder: Folder, made: EntityDraft, file: string, value: unknown): void {
  if (SILENT.has(file)) {
    if (value === UNREADABLE) mayHaveMore(made, `${folder.path}/${file}.json`)
  } else if (file === 'trust-policy' && made.kind === 'role') made.trust = documentOf(value, made.name)
  else if (file.includes('inline')) readInline(made, value, folder.path)
  else if (file.includes('managed') || file.includes('attached')) readAttached(made, value, folder.path)
  else if (file.includes('boundary'))
    made.boundaryArn = boundaryIn(value) ?? arnIn(value) ?? unknownBoundary(made, folder)
  else if (file.includes('group') && made.kind === 'user') readGroups(made, value, folder.path)
  else if (file.includes('instance-profile')) readProfiles(made, value)
  else {
    unread(
      draft,
      `${folder.path}/${file}.json`,
      'a file of this name is not known, so what it holds may bear on access',
    )
    mayHaveMore(made, `${folder.path}/${file}.json`)
  }
}

const unknownBoundary = (made: EntityDraft, folder: Folder): string =>
  unknownPolicyArn(made.account, `boundary in ${folder.path}`)

/** A list, `{ policies: [ … ] }`, or an object of documents by name. */
function readInline(made: EntityDraft, value: unknown, path: string): void {
  const list = listIn(value)
  if (list === undefined) {
    if (!isObject(value)) mayHaveMore(made, `inline policies in ${path}`)
    else for (const [name, document] of Object.entries(value)) made.inline.set(name, documentOf(document, name))
    return
  }
  for (const policy of list) {
    const name = textField(policy, 'PolicyName') ?? textField(policy, 'name')
    const document = field(policy, 'PolicyDocument') ?? field(policy, 'document') ?? field(policy, 'policy')
    if (name === undefined || document === undefined) mayHaveMore(made, `an inline policy in ${path}`)
    else made.inline.set(name, documentOf(document, name))
  }
}

/** A list, or an object that holds one list and nothing else of weight. */
function listIn(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value
  const inner = field(value, 'policies')
  return Array.isArray(inner) ? inner : undefined
}

function readAttached(made: EntityDraft, value: unknown, path: string): void {
  const list = listIn(value)
  if (list === undefined) mayHaveMore(made, `managed policies in ${path}`)
  for (const policy of list ?? []) {
    const arn = typeof policy === 'string' ? policy : arnIn(policy)
    if (arn === undefined) mayHaveMore(made, `a managed policy in ${path}`)
    else made.attached.add(arn)
  }
}

const arnIn = (value: unknown): string | undefined =>
  typeof value === 'string' && value.startsWith('arn:')
    ? value
    : (textField(value, 'arn') ?? textField(value, 'policyArn') ?? textField(value, 'PolicyArn'))

function boundaryIn(metadata: unknown): string | undefined {
  for (const name of ['permissionBoundary', 'permissionsBoundary', 'permissionBoundaryArn', 'permissionsBoundaryArn']) {
    const found = field(metadata, name)
    const arn = arnIn(found) ?? textField(found, 'permissionsBoundaryArn')
    if (arn !== undefined) return arn
  }
  return undefined
}

function readGroups(made: EntityDraft, value: unknown, path: string): void {
  if (!Array.isArray(value)) {
    mayHaveMore(made, `groups in ${path}`)
    return
  }
  for (const group of value as readonly unknown[]) {
    const name =
      typeof group === 'string' ? group : (textField(group, 'name') ?? textField(group, 'groupName') ?? arnIn(group))
    if (name === undefined) mayHaveMore(made, `a group in ${path}`)
    else made.groups.add(lastStep(name))
  }
}

function readProfiles(made: EntityDraft, value: unknown): void {
  for (const profile of Array.isArray(value) ? (value as readonly unknown[]) : []) {
    const arn = arnIn(profile)
    if (arn !== undefined) made.instanceProfiles.add(arn)
  }
}

/** An object, or a list of `{ Key, Value }`. */
export function tagsOf(value: unknown): ReadonlyMap<string, string> | undefined {
  const pairs = Array.isArray(value)
    ? value.map((tag): [unknown, unknown] => [field(tag, 'key'), field(tag, 'value')])
    : isObject(value)
      ? Object.entries(value)
      : undefined
  const isText = (pair: readonly [unknown, unknown]): pair is [string, string] =>
    typeof pair[0] === 'string' && typeof pair[1] === 'string'
  return pairs?.every(isText) === true ? new Map(pairs) : undefined
}

/** A managed policy of `iam/policy/<id>/`: its document is the file that has statements. */
export function readManagedPolicy(draft: Draft, folder: Folder & { readonly account: string }): void {
  const arn = textField(folder.files.get('metadata'), 'arn')
  const documents = [...folder.files].filter(
    ([file, value]) => file.includes('policy') && field(value, 'Statement') !== undefined,
  )
  const [current] = documents.find(([file]) => file.includes('current') || file === 'policy') ?? documents[0] ?? []
  const document = current === undefined ? undefined : folder.files.get(current)
  if (arn === undefined || document === undefined) unread(draft, folder.path, 'it has no ARN or no document')
  else accountIn(draft, folder.account).managed.set(arn, { arn, document })
}
