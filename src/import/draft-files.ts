import { isAccountId } from '#iam/arn.ts'
import type { SnapshotFiles } from '#snapshot/snapshot.ts'
import {
  type AccountDraft,
  type Draft,
  type EntityDraft,
  type NodeDraft,
  type OrganizationDraft,
  policyOf,
  type ResourceDraft,
} from './draft.ts'

export interface MetaOfDraft {
  /** ISO 8601; left out: the file does not say when it was made. */
  readonly collectedAt: string | undefined
  /** As meta.json names it: `denytrace import terraform`. */
  readonly tool: string
  /** Why the parts are partial. */
  readonly why: string
  /** Somebody said that there is none, so that it is not merely unknown. */
  readonly noOrganization: boolean
}

/** The files of a snapshot directory (docs/snapshot.md), by path: sorted, and policies as they were written. */
export function filesOfDraft(draft: Draft, meta: MetaOfDraft): SnapshotFiles {
  const files = new Map<string, unknown>()
  const accounts = [...draft.accounts.values()].filter(({ id }) => isAccountId(id)).sort(by(({ id }) => id))
  for (const account of accounts) addAccount(files, account)
  if (draft.organization !== undefined) addOrganization(files, draft.organization)
  const parts = accounts.map(({ id }) => `accounts/${id}`)
  if (meta.noOrganization) files.set('organization.json', null)
  files.set('meta.json', {
    ...(meta.collectedAt === undefined ? {} : { collectedAt: meta.collectedAt }),
    tool: meta.tool,
    coverage: [...parts.map((part) => ({ part, state: 'partial', why: meta.why })), organizationCoverage(draft, meta)],
  })
  return new Map([...files].sort(by(([path]) => path)).map(([path, value]) => [path, printed(value)]))
}

function organizationCoverage({ organization }: Draft, { why, noOrganization }: MetaOfDraft): unknown {
  const part = 'organization.json'
  if (noOrganization) return { part, state: 'complete', why: 'said to be none when it was imported' }
  return organization === undefined
    ? { part, state: 'missing', why: `${why}: it holds no organization` }
    : { part, state: 'partial', why }
}

export const printed = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

const by =
  <T>(key: (item: T) => string) =>
  (a: T, b: T): number =>
    key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0

function addAccount(files: Map<string, unknown>, account: AccountDraft): void {
  const folder = `accounts/${account.id}`
  files.set(`${folder}/account.json`, {
    id: account.id,
    ...(account.name === undefined ? {} : { name: account.name }),
    ...(account.blockPublicAccess === undefined ? {} : { blockPublicAccess: account.blockPublicAccess }),
  })
  if (account.entities.size + account.managed.size > 0)
    files.set(`${folder}/authorization-details.json`, detailsOf(account))
  const names = new Map<string, number>()
  for (const resource of [...account.resources.values()].sort(by(({ arn }) => arn)))
    files.set(`${folder}/resources/${fileName(resource, names)}`, resourceFile(resource))
  if (account.endpoints.size > 0)
    files.set(`${folder}/vpc-endpoints.json`, {
      VpcEndpoints: [...account.endpoints.values()].sort(by(({ id }) => id)).map((endpoint) => ({
        VpcEndpointId: endpoint.id,
        VpcEndpointType: endpoint.type,
        ...(endpoint.vpc === undefined ? {} : { VpcId: endpoint.vpc }),
        ...(endpoint.document === undefined ? {} : { PolicyDocument: endpoint.document }),
      })),
    })
}

function resourceFile(resource: ResourceDraft): unknown {
  const policy = policyOf(resource)
  return {
    arn: resource.arn,
    account: resource.account,
    kind: resource.kind,
    ...(policy === undefined ? {} : { policy }),
    attributes: Object.fromEntries([...resource.attributes].sort(by(([name]) => name))),
  }
}

/** `service/name.json` of safe characters only: an ARN of a hostile file must not lead out of the folder. */
function fileName({ arn, service }: ResourceDraft, names: Map<string, number>): string {
  const plain = `${safeName(service)}/${safeName(arn.slice(Math.max(arn.lastIndexOf('/'), arn.lastIndexOf(':')) + 1))}`
  const key = plain.toLowerCase()
  const before = names.get(key) ?? 0
  names.set(key, before + 1)
  return before === 0 ? `${plain}.json` : `${plain}~${before + 1}.json`
}

/** At most 80 letters, digits, `.`, `_` and `-`, beginning with none but a letter or digit. */
export function safeName(text: string): string {
  const plain = text
    .slice(0, 400)
    .replaceAll(/[^A-Za-z0-9._-]/g, '-')
    .replaceAll(/\.{2,400}/g, '.')
  const safe = plain.replace(/^[._-]{1,400}/, '').slice(0, 80)
  return safe === '' ? 'unnamed' : safe.replace(/-{1,80}$/, '')
}

function detailsOf({ entities, managed }: AccountDraft): unknown {
  const sorted = [...entities.values()].sort(by(({ name }) => name))
  const of = (kind: EntityDraft['kind']): readonly unknown[] =>
    sorted.filter((entity) => entity.kind === kind).map(entryOf)
  return {
    UserDetailList: of('user'),
    GroupDetailList: of('group'),
    RoleDetailList: of('role'),
    Policies: [...managed.values()].sort(by(({ arn }) => arn)).map(({ arn, document }) => ({
      PolicyName: lastStep(arn),
      Arn: arn,
      DefaultVersionId: 'v1',
      PolicyVersionList: [{ Document: document, VersionId: 'v1', IsDefaultVersion: true }],
    })),
  }
}

const lastStep = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1)

function entryOf(entity: EntityDraft): unknown {
  const word = entity.kind === 'user' ? 'User' : entity.kind === 'role' ? 'Role' : 'Group'
  const inline = [...entity.inline].sort(by(([name]) => name))
  return {
    Path: entity.path,
    [`${word}Name`]: entity.name,
    ...(entity.id === undefined ? {} : { [`${word}Id`]: entity.id }),
    Arn: entity.arn,
    ...(entity.trust === undefined ? {} : { AssumeRolePolicyDocument: entity.trust }),
    [`${word}PolicyList`]: inline.map(([PolicyName, PolicyDocument]) => ({ PolicyName, PolicyDocument })),
    AttachedManagedPolicies: [...entity.attached]
      .sort()
      .map((PolicyArn) => ({ PolicyName: lastStep(PolicyArn), PolicyArn })),
    ...(entity.kind === 'user' ? { GroupList: [...entity.groups].sort() } : {}),
    ...(entity.boundaryArn === undefined
      ? {}
      : {
          PermissionsBoundary: { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: entity.boundaryArn },
        }),
    ...(entity.tags === undefined
      ? {}
      : { Tags: [...entity.tags].sort(by(([Key]) => Key)).map(([Key, Value]) => ({ Key, Value })) }),
    ...(entity.kind === 'role'
      ? { InstanceProfileList: [...entity.instanceProfiles].sort().map((Arn) => ({ Arn })) }
      : {}),
  }
}

function addOrganization(files: Map<string, unknown>, organization: OrganizationDraft): void {
  const { id, managementAccount, policies, roots, documents } = organization
  files.set('organization.json', {
    ...(id === undefined ? {} : { id }),
    ...(managementAccount === undefined ? {} : { managementAccount }),
    policies: Object.fromEntries([...policies].sort(by(([policy]) => policy))),
    roots: roots.map(nodeOf),
  })
  for (const [policy, document] of documents) files.set(`policies/${policy}.json`, document)
}

function nodeOf(node: NodeDraft): unknown {
  return {
    id: node.id,
    ...(node.name === undefined ? {} : { name: node.name }),
    ...(node.scps === undefined ? {} : { scps: [...node.scps].sort() }),
    ...(node.rcps === undefined ? {} : { rcps: [...node.rcps].sort() }),
    ...(node.ous.length === 0 ? {} : { ous: [...node.ous].sort(by(({ id }) => id)).map(nodeOf) }),
    ...(node.accounts.length === 0 ? {} : { accounts: [...node.accounts].sort(by(({ id }) => id)).map(nodeOf) }),
  }
}
