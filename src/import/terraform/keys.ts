import { parseArn } from '#iam/arn.ts'
import { field, listField } from '#snapshot/fields.ts'
import { defaultKeyPolicy } from '../default-policies.ts'
import { addResource, type ResourceDraft } from '../draft.ts'
import { isUnknown, unknownIn } from '../unknown.ts'
import { policyIn } from './documents.ts'
import { givenTo, type ResolvedReference, resolveReference } from './resolved-references.ts'
import type { TerraformResource } from './plan.ts'
import {
  accountOf,
  beforeOf,
  blocksOf,
  isDefault,
  resourcesOf,
  type Source,
  tagsAttribute,
  tell,
  textOf,
  valueOf,
} from './source.ts'

const KEYS = ['aws_kms_key', 'aws_kms_replica_key', 'aws_kms_external_key']

/** `aws_kms_key`, `aws_kms_key_policy`, `aws_kms_alias`, `aws_kms_grant`. */
export function readKeys(source: Source): void {
  const keys = new Map<string, ResourceDraft>()
  for (const resource of resourcesOf(source, ...KEYS)) addKey(source, resource, keys)
  for (const gone of beforeOf(source, 'aws_kms_key_policy')) {
    const id = textOf(source, gone, 'key_id')
    if (typeof id === 'string') delete keys.get(id)?.policy
  }
  for (const resource of resourcesOf(source, 'aws_kms_key_policy'))
    givenTo(source, keysOf(source, resource, 'key_id', keys), resource, policyIn(source, resource, 'policy'))
  const open = resourcesOf(source, 'aws_kms_alias').flatMap((resource) => addAlias(source, resource, keys))
  for (const key of open) key.attributes.delete('aliases')
  for (const resource of resourcesOf(source, 'aws_kms_grant')) addGrant(source, resource, keys)
}

/** A key has its id only when it is made. Until then its address stands for it: no other key can have that id. */
function addKey(source: Source, resource: TerraformResource, keys: Map<string, ResourceDraft>): void {
  const account = accountOf(source, resource)
  const { region, partition } = source.placeOf(resource)
  const known = textOf(source, resource, 'arn')
  if (account === undefined) return
  if (region === undefined && typeof known !== 'string') {
    tell(source, resource, 'nothing says which Region it is in: give `--region REGION`')
    return
  }
  const mark = valueOf(source, resource, 'multi_region') === true ? 'mrk-' : ''
  const arn =
    typeof known === 'string'
      ? known
      : `arn:${partition}:kms:${region ?? ''}:${account}:key/${mark}(${resource.address})`
  const isNew = resource.lifecycle === 'created'
  const key = addResource(source.draft, { arn, account, service: 'kms', kind: 'key' }, [
    ['keyManager', 'CUSTOMER'],
    // A new key has the aliases and grants of the plan; an old one may have more.
    ...(isNew
      ? ([
          ['aliases', []],
          ['kmsGrants', []],
        ] as const)
      : []),
    ...tagsAttribute(source, resource),
  ])
  const policy = policyIn(source, resource, 'policy')
  const byAws = isDefault(source, resource, 'policy')
  if (byAws && isNew) key.policy = defaultKeyPolicy(account, partition)
  else if (!byAws && policy !== undefined) key.policy = policy
  keys.set(resource.address, key)
  const id = textOf(source, resource, 'key_id') ?? textOf(source, resource, 'id')
  for (const name of [known, id]) if (typeof name === 'string') keys.set(name, key)
}

function keysOf(
  source: Source,
  resource: TerraformResource,
  name: string,
  keys: ReadonlyMap<string, ResourceDraft>,
): ResolvedReference<ResourceDraft> {
  const id = resolveReference(source, resource, name, { types: KEYS, known: keys, word: 'key' })
  if (typeof id === 'object') return id
  const key = id === undefined ? undefined : (keys.get(id) ?? outside(source, resource, id))
  return { found: key === undefined ? [] : [key], isSure: true }
}

/** A key outside this file: what else bears on it stays unknown. */
function outside(source: Source, resource: TerraformResource, id: string): ResourceDraft | undefined {
  const { account, region, partition } = source.placeOf(resource)
  const arn = id.startsWith('arn:') ? id : `arn:${partition}:kms:${region ?? ''}:${account ?? ''}:key/${id}`
  const parsed = parseArn(arn)
  if (parsed === undefined || parsed.region === '' || parsed.account === '') return undefined
  return addResource(source.draft, { arn, account: parsed.account, service: 'kms', kind: 'key' })
}

/** Gives the keys whose aliases are not known for it. */
function addAlias(
  source: Source,
  resource: TerraformResource,
  keys: ReadonlyMap<string, ResourceDraft>,
): readonly ResourceDraft[] {
  const name = textOf(source, resource, 'name')
  const { found, isSure } = keysOf(source, resource, 'target_key_id', keys)
  if (typeof name !== 'string') tell(source, resource, 'its name is not known before apply')
  if (typeof name !== 'string' || !isSure) return found
  for (const key of found) add(key, 'aliases', name)
  return []
}

function add(resource: ResourceDraft, name: string, value: unknown): void {
  const before: unknown = resource.attributes.get(name)
  resource.attributes.set(name, [...(Array.isArray(before) ? (before as unknown[]) : []), value])
}

/** As `aws kms list-grants` prints one. A grant that is known in part makes all grants of its key unknown. */
function addGrant(source: Source, resource: TerraformResource, keys: ReadonlyMap<string, ResourceDraft>): void {
  const { found, isSure } = keysOf(source, resource, 'key_id', keys)
  const grantee = textOf(source, resource, 'grantee_principal')
  const operations = valueOf(source, resource, 'operations')
  const constraints = blocksOf(source, resource, 'constraints')
  const isKnown = !isUnknown(constraints) && unknownIn([grantee, operations, constraints]) === undefined
  if (!isKnown) tell(source, resource, 'not all of it is known before apply, so the grants of its key are not')
  if (!isKnown || !isSure) for (const key of found) key.attributes.delete('kmsGrants')
  const [key] = found
  // A key that was there before may have further grants, which nobody here knows.
  if (!isKnown || key?.attributes.has('kmsGrants') !== true) return
  const [block] = constraints
  const subset = field(block, 'encryption_context_subset')
  const equals = field(block, 'encryption_context_equals')
  add(key, 'kmsGrants', {
    GrantId: grantId(source, resource),
    GranteePrincipal: grantee,
    Operations: listField({ operations }, 'operations') ?? [],
    ...(subset || equals
      ? {
          Constraints: {
            ...(subset ? { EncryptionContextSubset: subset } : {}),
            ...(equals ? { EncryptionContextEquals: equals } : {}),
          },
        }
      : {}),
  })
}

const grantId = (source: Source, resource: TerraformResource): string => {
  const id = textOf(source, resource, 'grant_id')
  return typeof id === 'string' ? id : resource.address
}
