import { isAccountId, parseArn } from '#iam/arn.ts'
import type { Resource } from '../scenario.ts'
import type { Context, TargetSelector, Need, Proviso, Target } from './dependent-call.ts'
import { attributeOf, policyHolderOf, isBucket, isResource, ownAttribute, type CallView, values } from './call-view.ts'

/** KMS keys behind resources, and what a request to KMS carries (R-HOP-02, R-KMS-08, R-CTX-15). */

/** Actions that AWS's pages have a key's policy allow who only works with it; `kms:CreateGrant` comes besides. */
export const USE_KEY = [
  'kms:Encrypt',
  'kms:Decrypt',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
  'kms:GenerateDataKey',
  'kms:DescribeKey',
]
/**
 * KMS actions that EC2 needs on the key of a volume.
 * https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption-requirements.html
 */
export const EBS_ACTIONS = [
  'kms:CreateGrant',
  'kms:Decrypt',
  'kms:DescribeKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
]
export const READ_KEY = ['kms:Decrypt']
export const WRITE_AND_READ = ['kms:GenerateDataKey', 'kms:Decrypt']

/** The key of the request's own resource. */
export const ownKey: TargetSelector = (view) =>
  keyTargets(view, ownAttribute(view, isS3(view) ? 'sseKmsKeyArn' : 'kmsKeyArn'), view.owner)

const isS3 = (view: CallView): boolean => view.ownArn?.service === 's3' || view.ownArn?.service === 's3express'

/** A secret without a key of its own has the AWS managed one, which lets no other account in (R-KMS-12). */
export const foreignSecretKey: TargetSelector = (view) => {
  const written = ownAttribute(view, 'kmsKeyArn')
  const account = view.owner === undefined ? {} : { account: view.owner }
  if (written === undefined) return [{ arn: null, ...account }]
  return written === null ? [{ arn: null, ...account, closedKey: true }] : ownKey(view)
}

/** The key the request names in a context key. */
export const namedKey =
  (...keys: string[]): TargetSelector =>
  (view) => {
    const [first] = keys.flatMap((key) => values(view, key))
    return first === undefined ? [] : keyTargets(view, first, view.callerAccount)
  }

/**
 * A key among the resources of the scenario: the one the call sets, where no other fact names it. One that another resource
 * has may stand there for that resource alone.
 */
export const listedKey: TargetSelector = (view) => {
  const { others, input } = view
  const keys = others
    .filter((resource) => isResource(resource.arn, 'kms', 'key/'))
    .filter((resource) => attributeOf(resource, 'keyManager') !== 'AWS' || input.relation !== 'same')
    .map(({ arn }): Target => {
      const holder = others.find((resource) => KEY_NAMES.some((name) => attributeOf(resource, name) === arn))
      return holder === undefined ? { arn } : { arn, onlyIf: setsKeyOf(arn, holder.arn) }
    })
  return [...keys, ...unresolvedAliases(view)]
}

/** Whether one of the names, an ARN or `alias/…`, is an alias of the key. */
function hasAlias(key: Resource, ...names: readonly string[]): boolean {
  const aliases = attributeOf(key, 'aliases')
  return Array.isArray(aliases) && aliases.some((alias) => typeof alias === 'string' && names.includes(alias))
}

/** A key named by an alias of which no fact tells the key; that of an AWS managed key serves its own account (R-HOP-02). */
const unresolvedAliases: TargetSelector = ({ others }) =>
  others.flatMap(({ arn }): Target[] => {
    const read = parseArn(arn)
    if (read?.service !== 'kms' || !read.resource.startsWith('alias/')) return []
    if (read.resource.startsWith('alias/aws/') || others.some((key) => hasAlias(key, arn, read.resource))) return []
    return [{ arn: null, account: read.account }]
  })

const KEY_NAMES = ['kmsKeyArn', 'sseKmsKeyArn']

const setsKeyOf = (key: string, holder: string): Proviso => ({
  fact: `whether the call sets ${key}, which is the key of ${holder}`,
  howToGet: 'the parameters of the call',
})

/** The key of a resource whose key the call cannot change: one that is said to have none is given none. */
export const keptKey: TargetSelector = (view) =>
  (isTold(view, 'kmsKeyArn') ? ownKey : firstKey(ownKey, listedKey))(view)

/** Whether the scenario itself says it of the request's resource, or of what that lies in: `complete` alone says nothing of a key. */
export const isTold = ({ own, input }: CallView, name: string): boolean =>
  own !== undefined &&
  input.resources.some(
    (resource) =>
      (resource.arn === own || resource.arn === policyHolderOf(own)) && attributeOf(resource, name) !== undefined,
  )

/** The first source that shows a key. */
export const firstKey =
  (...sources: TargetSelector[]): TargetSelector =>
  (view) => {
    for (const source of sources) {
      const found = source(view)
      if (found.length > 0) return found
    }
    return []
  }

/** The key another resource names, and who owns that resource: the queue a topic delivers to, the bucket of an object. */
function keyBehind(view: CallView, { arn, account }: Target): { readonly written: unknown; readonly owner?: string } {
  if (arn === null) return { written: undefined }
  const holder = policyHolderOf(arn)
  const resource =
    view.others.find((resource) => resource.arn === holder) ?? view.others.find((resource) => resource.arn === arn)
  const owner = [parseArn(arn)?.account, resource?.account, account].find(
    (id) => typeof id === 'string' && isAccountId(id),
  )
  return {
    written: attributeOf(resource, isBucket(holder) ? 'sseKmsKeyArn' : 'kmsKeyArn'),
    ...(typeof owner === 'string' ? { owner } : {}),
  }
}

/** The key of another resource. */
export const keyOf =
  (selector: TargetSelector): TargetSelector =>
  (view) =>
    selector(view).flatMap((target) => {
      const { written, owner } = keyBehind(view, target)
      return keyTargets(view, written, owner)
    })

/** The key of another resource that a service asks for; AWS managed keys serve none and are left out (G-90). */
export const serviceKey =
  (selector: TargetSelector): TargetSelector =>
  (view) =>
    keyOf((here) => selector(here).filter((target) => !isManaged(here, keyBehind(here, target).written)))(view)

/** The AWS managed keys among them. */
export const managedKeyOf =
  (selector: TargetSelector): TargetSelector =>
  (view) =>
    selector(view)
      .map((target) => keyBehind(view, target).written)
      .filter((written) => isManaged(view, written))
      .map((written) => ({ arn: typeof written === 'string' && isKeyArn(written) ? written : null, closedKey: true }))

/** Any key of a resource that a service writes to. */
export const anyServiceKey =
  (selector: TargetSelector): TargetSelector =>
  (view) => [...serviceKey(selector)(view), ...managedKeyOf(selector)(view)]

/** Any key of a resource that a service writes to without one. */
export const closedKeyOf =
  (selector: TargetSelector): TargetSelector =>
  (view) =>
    anyServiceKey(selector)(view).map((target) => ({ ...target, closedKey: true }))

const isManaged = (view: CallView, written: unknown): boolean => isManagedAlias(written) || isManagedKey(view, written)

const isKeyArn = (text: string): boolean => isResource(text, 'kms', 'key/')

const isManagedAlias = (written: unknown): boolean =>
  typeof written === 'string' && (written.startsWith('alias/aws/') || written.includes(':alias/aws/'))

const isManagedKey = (view: CallView, written: unknown): boolean =>
  attributeOf(
    view.others.find((resource) => resource.arn === written),
    'keyManager',
  ) === 'AWS'

/** A key as resources name it: by ARN, by alias, by bare id. An id or alias that no fact resolves is a key not known. */
export function keyTargets(view: CallView, written: unknown, owner: string | undefined): readonly Target[] {
  if (typeof written !== 'string' || written === '') return []
  const account = owner === undefined ? {} : { account: owner }
  const ownAccount = owner !== undefined && owner === view.callerAccount
  if (isManaged(view, written)) {
    if (view.input.caller.kind !== 'service' && (ownAccount || owner === undefined)) return [] // R-HOP-02
    return [{ arn: isKeyArn(written) ? written : null, ...account, closedKey: true }]
  }
  if (isKeyArn(written)) return [{ arn: written }]
  const bare = written.startsWith('arn:') ? (parseArn(written)?.resource ?? '') : written
  const found = view.others.find(
    (resource) =>
      isKeyArn(resource.arn) && (resource.arn.endsWith(`:key/${bare}`) || hasAlias(resource, written, bare)),
  )
  if (found !== undefined) return [{ arn: found.arn }]
  const { region, partition } = view
  return !bare.includes('/') && region !== '' && owner !== undefined
    ? [{ arn: `arn:${partition}:kms:${region}:${owner}:key/${bare}` }]
    : [{ arn: null, ...account }]
}

interface KeyUse {
  /** The service's name in `kms:ViaService`; left out: KMS is not called in a forwarded session. */
  readonly via?: string
  /** Names and values of the encryption context; a value not known is `undefined`. */
  readonly encryption?: (view: CallView) => Readonly<Record<string, string | undefined>>
}

/** Actions that take an encryption context. A grant has it only where its constraints say so, which is not known. */
const CRYPTO = new Set([
  'kms:Encrypt',
  'kms:Decrypt',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
])

/** Needs on a key, with `kms:ViaService`, the encryption context and, on a grant, `kms:GrantIsForAWSResource`. */
export const onKey = (on: TargetSelector, actions: readonly string[], use: KeyUse = {}): Need => ({
  actions,
  on,
  context: (view, target, action) => ({
    ...viaService(view, target, use.via),
    ...(CRYPTO.has(action) && use.encryption !== undefined ? encryptionContext(use.encryption(view)) : {}),
    ...(action === 'kms:DescribeKey' ? { 'kms:EncryptionContextKeys': null } : {}),
    ...(action === 'kms:CreateGrant' ? { 'kms:GrantIsForAWSResource': true } : {}),
  }),
})

function viaService(view: CallView, { arn }: Target, service: string | undefined): Context {
  if (service === undefined || view.input.caller.kind === 'service') return {}
  const read = parseArn(arn ?? '')
  const region = read?.region ?? view.region
  const partition = read?.partition ?? view.partition
  const isPlain = partition === 'aws' || partition === 'aws-us-gov'
  return { 'kms:ViaService': region === '' || !isPlain ? { state: 'present' } : `${service}.${region}.amazonaws.com` }
}

function encryptionContext(pairs: Readonly<Record<string, string | undefined>>): Context {
  return {
    ...Object.fromEntries(
      Object.entries(pairs).map(([name, value]) => [
        `kms:EncryptionContext:${name}`,
        value ?? { state: 'present' as const },
      ]),
    ),
    'kms:EncryptionContextKeys': Object.keys(pairs),
  }
}

/** An encryption context of one pair, whose value is the ARN of the request's resource. */
export const ownArnAs =
  (name: string) =>
  ({ own }: CallView): Readonly<Record<string, string | undefined>> => ({ [name]: own })
