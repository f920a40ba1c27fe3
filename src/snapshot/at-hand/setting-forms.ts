import { formatArn, parseArn } from '#iam/arn.ts'
import { field, isObject, listField, textField } from '../fields.ts'
import { type Form, hasAll, isText } from './form.ts'
import { tagsOf } from './output-settings.ts'
import type { AttachedPolicy, Content } from './piece.ts'
import type { Reader } from './reader.ts'
import { resourcePolicy } from './resource-forms.ts'

const ofBucket = (attributes: Readonly<Record<string, unknown>>): readonly Content[] => [
  { is: 'resource', kind: 'bucket', attributes },
]

/** What is not printed is not known. */
const known = (attributes: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined))

function accessPoint(reader: Reader): readonly Content[] {
  const arn = reader.text('AccessPointArn') ?? ''
  const bucket = reader.text('Bucket')
  const partition = parseArn(arn)?.partition ?? 'aws'
  const attributes = known({
    blockPublicAccess: reader.at('PublicAccessBlockConfiguration')?.value,
    bucket: bucket && `arn:${partition}:s3:::${bucket}`,
    bucketAccount: reader.text('BucketAccountId'),
    networkOrigin: reader.text('NetworkOrigin'),
    vpcId: reader.text('VpcConfiguration', 'VpcId'),
  })
  return [{ is: 'resource', kind: 'access-point', arn, attributes }]
}

/** The keys that aliases are names of; an alias that names no key has none. */
function aliases({ value }: Reader): readonly Content[] {
  const names = new Map<string, readonly string[]>()
  for (const alias of listField(value, 'Aliases') ?? []) {
    const [name, arn, key] = ['AliasName', 'AliasArn', 'TargetKeyId'].map((member) => textField(alias, member))
    const parts = parseArn(arn ?? '')
    if (name === undefined || key === undefined || parts === undefined) continue
    const keyArn = formatArn({ ...parts, resource: `key/${key}` })
    names.set(keyArn, [...(names.get(keyArn) ?? []), name])
  }
  return [...names].map(([arn, list]): Content => ({ is: 'resource', kind: 'key', arn, attributes: { aliases: list } }))
}

function instanceProfile(reader: Reader): readonly Content[] {
  return rolesAt(reader, 'InstanceProfile', 'Roles')
}

/** Roles of a list: trust policies, without what only `get-role` prints. */
function rolesAt(reader: Reader, ...path: readonly string[]): readonly Content[] {
  return reader.indexes(...path).flatMap((index): readonly Content[] => {
    const name = reader.text(...path, index, 'RoleName')
    const arn = reader.text(...path, index, 'Arn')
    if (arn === undefined || reader.at(...path, index, 'AssumeRolePolicyDocument') === undefined) return []
    const policy = reader.policy(`trust policy of ${name ?? arn}`, ...path, index, 'AssumeRolePolicyDocument')
    return [{ is: 'resource', kind: 'trust', arn, policy }]
  })
}

/** Tags of resources by their ids, as EC2 lists them. */
function tagsById({ value }: Reader): readonly Content[] {
  const tags = new Map<string, Record<string, string>>()
  for (const tag of listField(value, 'Tags') ?? []) {
    const [id, key, text] = ['ResourceId', 'Key', 'Value'].map((member) => textField(tag, member))
    if (id !== undefined && key !== undefined) tags.set(id, { ...tags.get(id), [key]: text ?? '' })
  }
  return [...tags].map(([name, list]): Content => ({ is: 'resource', name, attributes: { tags: list } }))
}

/** A policy that limits the sessions that a service makes of a role. */
const sessionPolicy =
  (roleField: readonly string[], ...path: readonly string[]) =>
  (reader: Reader): readonly Content[] => {
    const arn = reader.text(...roleField)
    const policy = reader.policy('session policy', ...path)
    const name = arn?.slice(arn.lastIndexOf('/') + 1)
    return [
      {
        is: 'session-policy',
        policy,
        ...(arn === undefined || name === undefined ? {} : { owner: { kind: 'role', name, arn } }),
      },
    ]
  }

const hasText =
  (...path: readonly string[]) =>
  (value: unknown): boolean => {
    const last = path.slice(0, -1).reduce<unknown>((inner, name) => field(inner, name), value)
    return isText(last, path.at(-1) ?? '') && textField(last, path.at(-1) ?? '') !== ''
  }

const attachedOf = (value: unknown): readonly AttachedPolicy[] =>
  (listField(value, 'AttachedManagedPolicies') ?? []).flatMap((policy) => {
    const [name, arn] = [textField(policy, 'Name'), textField(policy, 'Arn')]
    return name === undefined || arn === undefined ? [] : [{ name, arn }]
  })

/** Only the resource policy; `null` where an empty text says that there is none. */
const domain =
  (...path: readonly string[]) =>
  (reader: Reader): readonly Content[] => {
    const arn = reader.text(...path, 'ARN')
    const policy = reader.policyOrNone(`policy of ${arn ?? 'the domain'}`, ...path, 'AccessPolicies')
    const key = reader.text(...path, 'EncryptionAtRestOptions', 'KmsKeyId')
    const attributes = key === undefined ? {} : { attributes: { kmsKeyArn: key } }
    if (policy === null)
      return [{ is: 'resource', kind: 'domain', ...(arn === undefined ? {} : { arn }), policy: null, ...attributes }]
    return [{ ...resourcePolicy(policy, { kind: 'domain', arn }), ...attributes }]
  }

/** Outputs of Amazon S3 and S3 Control that say how a bucket, an object or an access point is set up. */
const S3_FORMS: readonly Form[] = [
  {
    form: 'aws s3api get-bucket-abac',
    is: (value) => isText(field(value, 'AbacStatus'), 'Status'),
    read: (reader) => ofBucket({ abac: reader.text('AbacStatus', 'Status') === 'Enabled' }),
  },
  {
    form: 'aws s3api get-bucket-tagging',
    is: (value) => tagsOf(field(value, 'TagSet')) !== undefined && field(value, 'VersionId') === undefined,
    read: ({ value }) => ofBucket({ tags: tagsOf(field(value, 'TagSet')) }),
  },
  {
    form: 'aws s3api get-bucket-request-payment',
    is: (value) => ['BucketOwner', 'Requester'].includes(textField(value, 'Payer') ?? ''),
    read: (reader) => ofBucket({ requesterPays: reader.text('Payer') === 'Requester' }),
  },
  {
    form: 'aws s3api head-object',
    is: (value) => isText(value, 'SSEKMSKeyId') && isText(value, 'ETag'),
    read: (reader) => [{ is: 'resource', kind: 'key', arn: reader.text('SSEKMSKeyId') ?? '' }],
  },
  { form: 'aws s3control get-access-point', is: hasAll('AccessPointArn', 'NetworkOrigin'), read: accessPoint },
  {
    form: 'aws s3control get-multi-region-access-point-policy',
    is: (value) => isText(field(field(value, 'Policy'), 'Established'), 'Policy'),
    read: (reader) => [
      resourcePolicy(reader.policy('policy of the Multi-Region Access Point', 'Policy', 'Established', 'Policy'), {
        kind: 'access-point',
      }),
    ],
  },
]

/** Further outputs with policies, and with what decides which key, tag or role a policy applies to. */
export const SETTING_FORMS: readonly Form[] = [
  ...S3_FORMS,
  { form: 'aws kms list-aliases', is: (value) => listField(value, 'Aliases')?.every(isAlias) === true, read: aliases },
  {
    form: 'aws kms list-resource-tags',
    is: (value) => listField(value, 'Tags')?.every((tag) => isText(tag, 'TagKey')) === true,
    read: ({ value }) => [{ is: 'resource', kind: 'key', attributes: { tags: tagsOf(field(value, 'Tags')) } }],
  },
  {
    form: 'aws ec2 get-ebs-default-kms-key-id',
    is: (value) => isObject(value) && Object.keys(value).length === 1 && isKeyArn(textField(value, 'KmsKeyId')),
    read: (reader) => [{ is: 'resource', kind: 'key', arn: reader.text('KmsKeyId') ?? '' }],
  },
  {
    form: 'aws iam get-instance-profile',
    is: (value) => listField(field(value, 'InstanceProfile'), 'Roles') !== undefined,
    read: instanceProfile,
  },
  {
    form: 'aws iam list-roles',
    is: (value) => listField(value, 'Roles')?.every((role) => isText(role, 'RoleName')) === true,
    read: (reader) => rolesAt(reader, 'Roles'),
  },
  {
    form: 'aws ec2 describe-tags',
    is: (value) => isNonEmpty(listField(value, 'Tags'), (tag) => isText(tag, 'ResourceId')),
    read: tagsById,
  },
  {
    form: 'aws ecr get-registry-policy',
    is: (value) => isText(value, 'registryId') && isText(value, 'policyText') && !isText(value, 'repositoryName'),
    read: (reader) => [
      resourcePolicy(reader.policy('policy of the registry', 'policyText'), { kind: 'registry', name: 'registry' }),
    ],
  },
  {
    form: 'aws opensearch describe-domain',
    is: (value) =>
      isText(field(value, 'DomainStatus'), 'ARN') && isText(field(value, 'DomainStatus'), 'AccessPolicies'),
    read: domain('DomainStatus'),
  },
  {
    form: 'aws opensearch describe-domain-config',
    is: (value) => isText(field(field(value, 'DomainConfig'), 'AccessPolicies'), 'Options'),
    read: (reader) => [
      resourcePolicy(reader.policy('policy of the domain', 'DomainConfig', 'AccessPolicies', 'Options'), {
        kind: 'domain',
      }),
    ],
  },
  {
    form: 'aws events describe-event-bus',
    is: (value) => /:events:[^:]*:[^:]*:event-bus\//.test(textField(value, 'Arn') ?? '') && !isText(value, 'Policy'),
    read: (reader) => [{ is: 'resource', kind: 'event-bus', arn: reader.text('Arn') ?? '', policy: null }],
  },
  {
    form: 'aws transfer describe-user',
    is: hasText('User', 'Policy'),
    read: sessionPolicy(['User', 'Role'], 'User', 'Policy'),
  },
  {
    form: 'aws eks describe-pod-identity-association',
    is: hasText('association', 'policy'),
    read: sessionPolicy(['association', 'roleArn'], 'association', 'policy'),
  },
  {
    form: 'aws rolesanywhere get-profile',
    is: hasText('profile', 'sessionPolicy'),
    read: sessionPolicy([], 'profile', 'sessionPolicy'),
  },
  {
    form: 'aws glue get-job-run',
    is: hasText('JobRun', 'ExecutionRoleSessionPolicy'),
    read: sessionPolicy([], 'JobRun', 'ExecutionRoleSessionPolicy'),
  },
  {
    form: 'aws sso-admin list-managed-policies-in-permission-set',
    is: (value) => listField(value, 'AttachedManagedPolicies') !== undefined,
    read: ({ value }) => [{ is: 'attached', policies: attachedOf(value), whole: false }],
  },
  {
    form: 'aws sso-admin get-permissions-boundary-for-permission-set',
    is: hasText('PermissionsBoundary', 'ManagedPolicyArn'),
    read: (reader) => {
      const arn = reader.text('PermissionsBoundary', 'ManagedPolicyArn') ?? ''
      return [{ is: 'identity-policy', policy: { name: arn.slice(arn.lastIndexOf('/') + 1), arn }, boundary: true }]
    },
  },
]

const isNonEmpty = (list: readonly unknown[] | undefined, is: (item: unknown) => boolean): boolean =>
  list !== undefined && list.length > 0 && list.every(is)

const isAlias = (value: unknown): boolean => isText(value, 'AliasName') && isText(value, 'AliasArn')

const isKeyArn = (text: string | undefined): boolean => parseArn(text ?? '')?.service === 'kms'
