import type { Policy } from '#engine/scenario.ts'
import { boundaryArnOf } from './attachments.ts'
import { policyOf } from './document.ts'
import { detailsFile, detailsState, type Entity, listEntities } from './entities.ts'
import {
  arnOfValue,
  type Attachments,
  attachmentsOf,
  entityOfValue,
  IDENTITY_LISTS,
  nameOfValue,
  versionInForce,
} from './entity-values.ts'
import { lazy } from '#iam/lazy.ts'
import { isObject, listField, textField } from './fields.ts'
import { boundaryOf, identityPoliciesOf } from './principal.ts'
import { hasSingleKeys } from './single-keys.ts'
import type { Snapshot } from './snapshot.ts'

/** A user or role of an account with what is attached to it. */
export interface ListedPrincipal {
  readonly kind: 'user' | 'role'
  readonly arn: string
  /** Undefined: it stands in the file, but what it says is ambiguous. */
  readonly entity: () => Entity | undefined
  readonly identityPolicies: () => readonly Policy[] | undefined
  /** `null`: it has none. */
  readonly boundary: () => Policy | null | undefined
}

export interface AccountPrincipals {
  readonly state: 'read' | 'unreadable' | 'missing'
  readonly principals: Iterable<ListedPrincipal>
}

/**
 * Users and roles of one account, for questions that go through all of them. Nothing of it is kept in the snapshot: what
 * is not asked for again can go. A file in which a key or a name stands twice, or may, is read the careful way, which finds where.
 */
export function principalsOfAccount(snapshot: Snapshot, account: string): AccountPrincipals {
  const file = detailsFile(account)
  const text = snapshot.files.get(file)
  if (text === undefined) return { state: 'missing', principals: [] }
  const value = parsed(text)
  if (!isObject(value) || !hasSingleKeys(text, value) || !hasSingleNames(value))
    return carefully({ ...snapshot }, account)
  return { state: 'read', principals: principalsIn(snapshot, account, value) }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Names are unique in an account whatever their case (R-PRIN-03). */
function hasSingleNames(value: object): boolean {
  const names = (['user', 'role', 'group'] as const).flatMap((kind) =>
    (listField(value, IDENTITY_LISTS[kind]) ?? []).map((item) => `${kind}/${nameOfValue(item, kind)?.toLowerCase()}`),
  )
  const all = [...names, ...(listField(value, 'Policies') ?? []).flatMap((item) => textField(item, 'Arn') ?? [])]
  return new Set(all).size === all.length
}

const KINDS = ['user', 'role'] as const

function* principalsIn(snapshot: Snapshot, account: string, value: object): Generator<ListedPrincipal> {
  const policies = policiesOf(snapshot, account, value)
  for (const kind of KINDS) {
    for (const item of listField(value, IDENTITY_LISTS[kind]) ?? []) {
      const name = nameOfValue(item, kind)
      if (name === undefined) {
        snapshot.report(detailsFile(account), `an entry of ${IDENTITY_LISTS[kind]} has neither name nor ARN`)
        continue
      }
      const entity = lazy(() => entityOfValue(snapshot, item, kind, account))
      const boundaryArn = boundaryArnOf(item)
      yield {
        kind,
        arn: arnOfValue(item, kind, account),
        entity,
        identityPolicies: () => policies.of(attachmentsOf(snapshot, item, kind, account)),
        boundary: () =>
          boundaryArn === ''
            ? boundaryOf(snapshot, entity())
            : boundaryArn === undefined
              ? null
              : policies.managed(undefined, boundaryArn),
      }
    }
  }
}

interface AccountPolicies {
  readonly of: (attachments: Attachments) => readonly Policy[]
  readonly managed: (name: string | undefined, arn: string) => Policy
}

/** The account's managed policies and groups, each made once. */
function policiesOf(snapshot: Snapshot, account: string, value: object): AccountPolicies {
  const file = detailsFile(account)
  const listed = new Map<string, unknown>()
  for (const item of listField(value, 'Policies') ?? []) {
    const arn = textField(item, 'Arn')
    if (arn !== undefined) listed.set(arn, item)
  }
  const documents = new Map<string, unknown>()
  const documentOf = (arn: string): unknown => {
    if (documents.has(arn)) return documents.get(arn)
    const item = listed.get(arn)
    const document = item === undefined ? undefined : versionInForce(item)
    if (document === undefined && arn.split(':', 5)[4] !== 'aws')
      snapshot.report(
        file,
        item === undefined
          ? `managed policy \`${arn}\` is attached, but not listed`
          : `managed policy \`${arn}\` has no document of its default version`,
      )
    documents.set(arn, document)
    return document
  }
  const managed = (name: string | undefined, arn: string): Policy => {
    const document = documentOf(arn)
    const called = name ?? arn.slice(arn.lastIndexOf('/') + 1)
    return policyOf(
      called,
      arn === '' ? undefined : arn,
      document === undefined ? undefined : { document, file, lines: [] },
    )
  }
  const attached = (entity: Attachments): readonly Policy[] =>
    entity.attached.map(({ name, arn }) => managed(name, arn))
  const groups = groupsOf(snapshot, account, value)
  const group = (name: string): readonly Policy[] => {
    const found = groups.get(name.toLowerCase())
    if (found !== undefined) return [...found.inline, ...attached(found)]
    snapshot.report(file, `group \`${name}\` is not listed, so its policies are not known`)
    return [{ name: `policies of group ${name}` }]
  }
  return {
    of: (entity) => [...entity.inline, ...attached(entity), ...entity.groups.flatMap(group)],
    managed,
  }
}

function groupsOf(snapshot: Snapshot, account: string, value: object): ReadonlyMap<string, Attachments> {
  const found = new Map<string, Attachments>()
  for (const item of listField(value, IDENTITY_LISTS.group) ?? []) {
    const name = nameOfValue(item, 'group')?.toLowerCase()
    if (name !== undefined) found.set(name, attachmentsOf(snapshot, item, 'group', account))
  }
  return found
}

/** By way of the index that cites lines; its caches hang on the copy of the snapshot it is given. */
function carefully(snapshot: Snapshot, account: string): AccountPrincipals {
  const state = detailsState(snapshot, account)
  const principals = KINDS.flatMap((kind) =>
    listEntities(snapshot, account, kind).map(
      ({ arn, entity }): ListedPrincipal => ({
        kind,
        arn,
        entity: () => entity,
        identityPolicies: () => (entity === undefined ? undefined : identityPoliciesOf(snapshot, entity)),
        boundary: () => (entity === undefined ? undefined : boundaryOf(snapshot, entity)),
      }),
    ),
  )
  return { state, principals }
}
