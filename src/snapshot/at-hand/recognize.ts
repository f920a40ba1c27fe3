import type { Policy, ResourcePolicy } from '#engine/scenario.ts'
import { memberAt, membersAt } from '#iam/json-scan.ts'
import { documentAt, policyOf } from '../document.ts'
import { boundaryArnOf } from '../attachments.ts'
import { field, isObject, keyOf, listField, tagsField, textField } from '../fields.ts'
import { isReadable, type JsonSource, readJson } from '../json-source.ts'
import { documentFacts, isDocument } from './document-facts.ts'
import type { Content, Owner, Piece } from './piece.ts'

/**
 * What a file is that somebody holds beside a denial, told by what it holds: policies and settings as the AWS CLI prints
 * them; a secret that must not be read; or nothing that says what was in force.
 */
export type Recognized =
  | { readonly is: 'pieces'; readonly pieces: readonly Piece[] }
  | { readonly is: 'credentials' }
  /** `lacks`: it is of AWS, but says nothing of what was in force: what to ask for instead. */
  | { readonly is: 'nothing'; readonly looksLike: string; readonly lacks?: string }

/** Reads a file by its content; `name` is cited. Text that is no JSON is `nothing`. */
export function recognize(name: string, text: string): Recognized {
  const source = readJson(name, text)
  if (!isReadable(source)) return isCredentialsFile(text) ? { is: 'credentials' } : { is: 'nothing', looksLike: 'text' }
  const { value } = source
  if (isCredentials(value)) return { is: 'credentials' }
  for (const { form, is, read } of FORMS) {
    if (!is(value)) continue
    const contents = read(new Reader(source))
    return { is: 'pieces', pieces: contents.map((one) => ({ ...one, file: name, form })) }
  }
  const useless = USELESS.find(({ is }) => is(value))
  if (useless !== undefined) return { is: 'nothing', looksLike: useless.form, lacks: useless.instead }
  return { is: 'nothing', looksLike: looksLike(value) }
}

function looksLike(value: unknown): string {
  if (Array.isArray(value)) return `a JSON list of ${value.length}`
  if (!isObject(value)) return 'a JSON value'
  const names = Object.keys(value).slice(0, 3)
  return names.length === 0
    ? 'an empty JSON object'
    : `a JSON object with ${names.map((one) => `\`${one}\``).join(', ')}`
}

/** `aws sts assume-role`, `aws sts get-session-token`, `aws iam create-access-key`, a credential process. */
const isCredentials = (value: unknown): boolean =>
  [value, field(value, 'Credentials'), field(value, 'AccessKey')].some(
    (one) => textField(one, 'SecretAccessKey') !== undefined,
  )

/** The file of the AWS CLI's credentials. */
const isCredentialsFile = (text: string): boolean =>
  /^\s*(?:\[[^\]\n]{1,200}\]|aws_access_key_id\s{0,9}=)/.test(text) && /^aws_secret_access_key\s{0,9}=/m.test(text)

/** A JSON file, by its members: values, and the places of policies in it. */
class Reader {
  readonly #source: JsonSource

  constructor(source: JsonSource) {
    this.#source = source
  }

  get value(): unknown {
    return this.#source.value
  }

  /** The member at the end of a path from the outermost value; undefined where there is none. */
  at(...path: readonly (string | number)[]): { readonly value: unknown; readonly start: number } | undefined {
    let { value, start } = this.#source as { value: unknown; start: number }
    for (const step of path) {
      const key = typeof step === 'string' && isObject(value) ? keyOf(value, step) : step
      const member = key === undefined ? undefined : memberAt(this.#source.text, start, key)
      if (member === undefined) return undefined
      value = typeof step === 'number' ? (value as readonly unknown[])[step] : field(value, step)
      start = member.start
    }
    return { value, start }
  }

  /** The policy whose document stands there; where nothing does, one that is not at hand. */
  policy(name: string, ...path: readonly (string | number)[]): Policy {
    const found = this.at(...path)
    if (found === undefined) return { name, file: this.#source.file }
    return policyOf(name, undefined, documentAt(this.#source, found.start, found.value))
  }

  /** The same where a `null` says that there is no policy. */
  policyOrNone(name: string, ...path: readonly (string | number)[]): Policy | null {
    const found = this.at(...path)
    return found?.value === null || found?.value === '' ? null : this.policy(name, ...path)
  }

  text(...path: readonly (string | number)[]): string | undefined {
    const found = this.at(...path)?.value
    return typeof found === 'string' ? found : undefined
  }

  indexes(...path: readonly (string | number)[]): readonly number[] {
    const found = this.at(...path)
    return found === undefined || !Array.isArray(found.value)
      ? []
      : membersAt(this.#source.text, found.start).map((_, index) => index)
  }

  get fileName(): string {
    const [last = ''] = this.#source.file.split(/[\\/]/).slice(-1)
    return last.replace(/\.json$/i, '')
  }
}

interface Form {
  readonly form: string
  readonly is: (value: unknown) => boolean
  readonly read: (reader: Reader) => readonly Content[]
}

const hasAll =
  (...names: readonly string[]) =>
  (value: unknown): boolean =>
    names.every((name) => field(value, name) !== undefined)

const isText = (value: unknown, name: string): boolean => textField(value, name) !== undefined

/** A policy with principals, of what it says itself that it is of. */
function resourcePolicy(
  policy: Policy,
  known: { arn?: string | undefined; kind?: string; name?: string } = {},
): Content {
  const facts = documentFacts(policy.document)
  const kind = known.kind ?? facts.kind
  const arn = known.arn ?? facts.arn
  return {
    is: 'resource',
    policy,
    ...(kind === undefined ? {} : { kind }),
    ...(arn === undefined ? {} : { arn }),
    ...(known.name === undefined ? {} : { name: known.name }),
  }
}

const inline =
  (kind: Owner['kind'], nameField: string) =>
  (reader: Reader): readonly Content[] => [
    {
      is: 'identity-policy',
      policy: reader.policy(reader.text('PolicyName') ?? reader.fileName, 'PolicyDocument'),
      owner: { kind, name: reader.text(nameField) ?? '' },
    },
  ]

function principal(kind: 'role' | 'user', outer: 'Role' | 'User') {
  return (reader: Reader): readonly Content[] => {
    const value = reader.at(outer)?.value
    const name = textField(value, `${outer}Name`) ?? ''
    const arn = textField(value, 'Arn')
    const tags = tagsField(value, 'Tags')
    const hasTrust = field(value, 'AssumeRolePolicyDocument') !== undefined
    return [
      {
        is: 'principal',
        owner: { kind, name, ...(arn === undefined ? {} : { arn }) },
        boundaryArn: boundaryArnOf(value) ?? null,
        ...(hasTrust ? { trust: reader.policy(`trust policy of ${name}`, outer, 'AssumeRolePolicyDocument') } : {}),
        ...(tags === undefined ? {} : { tags }),
      },
    ]
  }
}

const isWhole = (value: unknown): boolean =>
  field(value, 'IsTruncated') !== true && !isText(value, 'NextToken') && !isText(value, 'Marker')

function endpoints(reader: Reader): readonly Content[] {
  return reader.indexes('VpcEndpoints').flatMap((index): readonly Content[] => {
    const id = reader.text('VpcEndpoints', index, 'VpcEndpointId')
    if (id === undefined) return []
    const vpc = reader.text('VpcEndpoints', index, 'VpcId')
    const type = reader.text('VpcEndpoints', index, 'VpcEndpointType')
    const hasPolicy = reader.at('VpcEndpoints', index, 'PolicyDocument') !== undefined
    const policy = (): ResourcePolicy => ({
      ...reader.policy(`policy of ${id}`, 'VpcEndpoints', index, 'PolicyDocument'),
      ...(type === undefined ? {} : { kind: type.toLowerCase() }),
    })
    const takesNone = type !== undefined && type !== 'Interface' && type !== 'Gateway'
    return [
      {
        is: 'endpoint',
        id,
        ...(vpc === undefined ? {} : { vpc }),
        policy: hasPolicy ? policy() : takesNone ? null : undefined,
      },
    ]
  })
}

function controlPolicy(reader: Reader): readonly Content[] {
  const about = reader.at('Policy', 'PolicySummary')?.value
  const arn = textField(about, 'Arn')
  const policy: Policy = {
    ...reader.policy(textField(about, 'Name') ?? reader.fileName, 'Policy', 'Content'),
    ...(arn === undefined ? {} : { arn }),
  }
  return [{ is: textField(about, 'Type') === 'RESOURCE_CONTROL_POLICY' ? 'rcp' : 'scp', policy }]
}

function grants({ value }: Reader): readonly Content[] {
  const list = listField(value, 'Grants') ?? []
  const keys = new Set(list.map((one) => textField(one, 'KeyId')))
  if (keys.size === 0) return [{ is: 'resource', kind: 'key', attributes: { kmsGrants: [] } }]
  return [...keys].map(
    (key): Content => ({
      is: 'resource',
      kind: 'key',
      ...(key?.startsWith('arn:') === true ? { arn: key } : {}),
      attributes: { kmsGrants: list.filter((one) => textField(one, 'KeyId') === key) },
    }),
  )
}

const bucketSetting =
  (name: string, value: (reader: Reader) => unknown) =>
  (reader: Reader): readonly Content[] => [{ is: 'resource', kind: 'bucket', attributes: { [name]: value(reader) } }]

function encryption(reader: Reader): unknown {
  const by = reader.at('ServerSideEncryptionConfiguration', 'Rules', 0, 'ApplyServerSideEncryptionByDefault')?.value
  const key = textField(by, 'KMSMasterKeyID')
  if (key !== undefined) return key.startsWith('arn:') ? key : undefined
  return textField(by, 'SSEAlgorithm')?.startsWith('aws:kms') === true ? undefined : null
}

/** What is not known is left out. */
const withoutUnknown = (contents: readonly Content[]): readonly Content[] =>
  contents.map((one) =>
    one.is !== 'resource' || one.attributes === undefined
      ? one
      : {
          ...one,
          attributes: Object.fromEntries(Object.entries(one.attributes).filter(([, value]) => value !== undefined)),
        },
  )

/** The forms in which AWS prints what was in force (docs/at-hand.md), told apart by members that only they have. */
const FORMS: readonly Form[] = [
  {
    form: 'aws iam get-role-policy',
    is: hasAll('RoleName', 'PolicyDocument'),
    read: inline('role', 'RoleName'),
  },
  {
    form: 'aws iam get-user-policy',
    is: hasAll('UserName', 'PolicyDocument'),
    read: inline('user', 'UserName'),
  },
  {
    form: 'aws iam get-group-policy',
    is: hasAll('GroupName', 'PolicyDocument'),
    read: inline('group', 'GroupName'),
  },
  {
    form: 'aws iam get-policy-version',
    is: (value) => field(field(value, 'PolicyVersion'), 'Document') !== undefined,
    read: (reader) => [
      { is: 'identity-policy', policy: reader.policy(reader.fileName, 'PolicyVersion', 'Document'), managed: true },
    ],
  },
  {
    form: 'aws iam get-role',
    is: (value) => isText(field(value, 'Role'), 'RoleName'),
    read: principal('role', 'Role'),
  },
  {
    form: 'aws iam get-user',
    is: (value) => isText(field(value, 'User'), 'UserName'),
    read: principal('user', 'User'),
  },
  {
    form: 'aws iam list-attached-role-policies',
    is: (value) => listField(value, 'AttachedPolicies') !== undefined,
    read: ({ value }) => [
      {
        is: 'attached',
        policies: (listField(value, 'AttachedPolicies') ?? []).flatMap((one) => {
          const arn = textField(one, 'PolicyArn')
          return arn === undefined ? [] : [{ name: textField(one, 'PolicyName') ?? arn, arn }]
        }),
        whole: isWhole(value),
      },
    ],
  },
  {
    form: 'aws iam list-role-policies',
    is: (value) => listField(value, 'PolicyNames')?.every((one) => typeof one === 'string') === true,
    read: ({ value }) => [
      {
        is: 'inline-names',
        names: (listField(value, 'PolicyNames') ?? []).filter((one) => typeof one === 'string'),
        whole: isWhole(value),
      },
    ],
  },
  {
    form: 'aws iam list-groups-for-user',
    is: (value) => listField(value, 'Groups')?.every((one) => isText(one, 'GroupName')) === true,
    read: ({ value }) => [
      {
        is: 'groups',
        names: (listField(value, 'Groups') ?? []).flatMap((one) => textField(one, 'GroupName') ?? []),
        whole: isWhole(value),
      },
    ],
  },
  {
    form: 'aws organizations describe-policy',
    is: (value) =>
      field(field(value, 'Policy'), 'PolicySummary') !== undefined && isText(field(value, 'Policy'), 'Content'),
    read: controlPolicy,
  },
  {
    form: 'aws secretsmanager get-resource-policy',
    is: (value) =>
      isText(value, 'ARN') && (isText(value, 'ResourcePolicy') || Object.keys(value as object).length === 2),
    read: (reader) => {
      const arn = reader.text('ARN')
      if (reader.at('ResourcePolicy') === undefined)
        return [{ is: 'resource', kind: 'secret', ...(arn === undefined ? {} : { arn }), policy: null }]
      return [
        resourcePolicy(reader.policy(`policy of ${arn ?? 'the secret'}`, 'ResourcePolicy'), { kind: 'secret', arn }),
      ]
    },
  },
  {
    form: 'aws ecr get-repository-policy',
    is: hasAll('repositoryName', 'policyText'),
    read: (reader) => {
      const name = reader.text('repositoryName') ?? ''
      return [resourcePolicy(reader.policy(`policy of repository ${name}`, 'policyText'), { kind: 'repository', name })]
    },
  },
  {
    form: 'aws lambda get-policy',
    is: (value) => isText(value, 'Policy') && isText(value, 'RevisionId'),
    read: (reader) => [resourcePolicy(reader.policy('policy of the function', 'Policy'), { kind: 'function' })],
  },
  {
    form: 'aws kms get-key-policy',
    is: (value) => isText(value, 'Policy') && isText(value, 'PolicyName'),
    read: (reader) => [resourcePolicy(reader.policy('key policy', 'Policy'), { kind: 'key' })],
  },
  {
    form: 'aws s3api get-bucket-policy',
    is: (value) => isText(value, 'Policy'),
    read: (reader) => [resourcePolicy(reader.policy(`policy in ${reader.fileName}`, 'Policy'))],
  },
  {
    form: 'aws sqs get-queue-attributes',
    is: (value) => isText(field(value, 'Attributes'), 'QueueArn') || sqsPolicyOnly(value),
    read: attributesPolicy('queue', 'QueueArn', 'KmsMasterKeyId'),
  },
  {
    form: 'aws sns get-topic-attributes',
    is: (value) => isText(field(value, 'Attributes'), 'TopicArn'),
    read: attributesPolicy('topic', 'TopicArn', 'KmsMasterKeyId'),
  },
  {
    form: 'aws ec2 describe-vpc-endpoints',
    is: (value) => listField(value, 'VpcEndpoints') !== undefined,
    read: endpoints,
  },
  {
    form: 'aws s3api get-public-access-block',
    is: hasAll('PublicAccessBlockConfiguration'),
    read: bucketSetting('blockPublicAccess', (reader) => reader.at('PublicAccessBlockConfiguration')?.value),
  },
  {
    form: 'aws s3api get-bucket-acl',
    is: (value) => isText(field(value, 'Owner'), 'ID') && listField(value, 'Grants') !== undefined,
    read: bucketSetting('acl', ({ value }) => ({ Owner: field(value, 'Owner'), Grants: field(value, 'Grants') })),
  },
  {
    form: 'aws s3api get-bucket-ownership-controls',
    is: hasAll('OwnershipControls'),
    read: bucketSetting('objectOwnership', (reader) => reader.text('OwnershipControls', 'Rules', 0, 'ObjectOwnership')),
  },
  {
    form: 'aws s3api get-bucket-encryption',
    is: hasAll('ServerSideEncryptionConfiguration'),
    read: (reader) => withoutUnknown(bucketSetting('sseKmsKeyArn', encryption)(reader)),
  },
  {
    form: 'aws kms list-grants',
    is: (value) => listField(value, 'Grants')?.every((one) => isText(one, 'KeyId')) === true,
    read: grants,
  },
  {
    form: 'aws kms describe-key',
    is: (value) => isText(field(value, 'KeyMetadata'), 'Arn'),
    read: (reader) => [
      { is: 'resource', kind: 'key', arn: reader.text('KeyMetadata', 'Arn') ?? '', attributes: managerOf(reader) },
    ],
  },
  {
    form: 'a policy document',
    is: isDocument,
    read: (reader) => {
      const policy = reader.policy(reader.fileName)
      return documentFacts(policy.document).hasPrincipal
        ? [resourcePolicy(policy)]
        : [{ is: 'identity-policy', policy }]
    },
  },
]

function managerOf(reader: Reader): Readonly<Record<string, string>> {
  const manager = reader.text('KeyMetadata', 'KeyManager')
  return manager === undefined ? {} : { keyManager: manager }
}

/** `--attribute-names Policy` prints nothing else. */
function sqsPolicyOnly(value: unknown): boolean {
  const attributes = field(value, 'Attributes')
  return isText(attributes, 'Policy') && documentFacts(textField(attributes, 'Policy')).kind === 'queue'
}

/** Queues and topics keep their policy among their attributes, and no policy where they have none. */
function attributesPolicy(kind: 'queue' | 'topic', arnField: string, keyField: string) {
  return (reader: Reader): readonly Content[] => {
    const arn = reader.text('Attributes', arnField)
    const key = reader.text('Attributes', keyField)
    const attributes = key?.startsWith('arn:') === true ? { attributes: { kmsKeyArn: key } } : {}
    if (reader.at('Attributes', 'Policy') === undefined)
      return [{ is: 'resource', kind, ...(arn === undefined ? {} : { arn }), ...attributes }]
    const policy = resourcePolicy(reader.policy(`policy of ${arn ?? `the ${kind}`}`, 'Attributes', 'Policy'), {
      kind,
      arn,
    })
    return [{ ...policy, ...attributes }]
  }
}

/** Outputs of AWS that are often at hand and say nothing of what was in force. */
const USELESS: readonly {
  readonly form: string
  readonly is: (value: unknown) => boolean
  readonly instead: string
}[] = [
  {
    form: 'aws iam get-policy',
    is: (value) => isText(field(value, 'Policy'), 'DefaultVersionId'),
    instead: 'it has no document: aws iam get-policy-version --policy-arn ARN --version-id VERSION',
  },
  {
    form: 'aws sts get-caller-identity',
    is: hasAll('UserId', 'Account', 'Arn'),
    instead: 'it only says who calls: give that ARN with --principal',
  },
]
