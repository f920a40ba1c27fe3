import type { Policy } from '#engine/scenario.ts'
import { attachedTo, boundaryArnOf, groupNamesOf } from './attachments.ts'
import { policyOf } from './document.ts'
import type { Entity, EntityKind } from './entities.ts'
import { detailsFile } from './entities.ts'
import { entriesField, field, listField, tagsField, textField } from './fields.ts'
import type { Snapshot } from './snapshot.ts'

/**
 * Entries of `authorization-details.json` by their values alone, for files in which no key stands twice. The same as
 * `entityOf` reads, without the lines of the statements.
 */
export const IDENTITY_LISTS = { user: 'UserDetailList', role: 'RoleDetailList', group: 'GroupDetailList' } as const
const NAMES = { user: 'UserName', role: 'RoleName', group: 'GroupName' } as const
const IDS = { user: 'UserId', role: 'RoleId', group: 'GroupId' } as const
const INLINE = { user: 'UserPolicyList', role: 'RolePolicyList', group: 'GroupPolicyList' } as const

export function nameOfValue(value: unknown, kind: EntityKind): string | undefined {
  const arn = textField(value, 'Arn')
  return textField(value, NAMES[kind]) ?? arn?.slice(arn.lastIndexOf('/') + 1)
}

export const arnOfValue = (value: unknown, kind: EntityKind, account: string): string =>
  textField(value, 'Arn') ??
  `arn:aws:iam::${account}:${kind}${textField(value, 'Path') ?? '/'}${nameOfValue(value, kind) ?? ''}`

/** Where the identity policies of an entry come from. */
export type Attachments = Pick<Entity, 'inline' | 'attached' | 'groups'>

export function attachmentsOf(snapshot: Snapshot, value: unknown, kind: EntityKind, account: string): Attachments {
  const file = detailsFile(account)
  return {
    inline: entriesField(value, INLINE[kind]).map((item) => inlineOf(snapshot, item, file)),
    attached: attachedTo(snapshot, value, file),
    groups: kind === 'user' ? groupNamesOf(value) : [],
  }
}

export function entityOfValue(snapshot: Snapshot, value: unknown, kind: EntityKind, account: string): Entity {
  const file = detailsFile(account)
  const name = nameOfValue(value, kind) ?? ''
  const id = textField(value, IDS[kind])
  const tags = tagsField(value, 'Tags')
  const boundaryArn = boundaryArnOf(value)
  const trust = kind === 'role' ? field(value, 'AssumeRolePolicyDocument') : undefined
  return {
    kind,
    arn: arnOfValue(value, kind, account),
    name,
    account,
    ...(id === undefined ? {} : { id }),
    ...(tags === undefined ? {} : { tags }),
    ...attachmentsOf(snapshot, value, kind, account),
    ...(boundaryArn === undefined ? {} : { boundaryArn }),
    ...(trust === undefined ? {} : { trustPolicy: documentOf(`trust policy of ${name}`, trust, file) }),
    file,
  }
}

const documentOf = (name: string, document: unknown, file: string): Policy =>
  policyOf(name, undefined, { document, file, lines: [] })

function inlineOf(snapshot: Snapshot, item: unknown, file: string): Policy {
  const name = textField(item, 'PolicyName') ?? '(inline policy without a name)'
  const document = field(item, 'PolicyDocument')
  if (document !== undefined) return documentOf(name, document, file)
  snapshot.report(file, `inline policy \`${name}\` has no PolicyDocument`)
  return { name, file }
}

/** The document of a managed policy's default version; undefined: it is not there. */
export function versionInForce(policy: unknown): unknown {
  const wanted = textField(policy, 'DefaultVersionId')
  const version = (listField(policy, 'PolicyVersionList') ?? []).find(
    (one) =>
      field(one, 'IsDefaultVersion') === true ||
      (wanted !== undefined && textField(one, 'VersionId') === wanted && field(one, 'IsDefaultVersion') === undefined),
  )
  return field(version, 'Document')
}
