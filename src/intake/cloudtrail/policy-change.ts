import { documentValue } from '#iam/json-value.ts'
import { partitionOf } from './account-id.ts'
import { field, isRedacted, type JsonObject, textField } from './loose-record.ts'

/**
 * A change of a policy, or of what it is attached to, as the record of the call that made it tells: what it is since then.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html
 */
export type PolicyChange =
  | {
      /** The text of a policy; null: it was deleted. */
      readonly is: 'text'
      readonly of: ChangedPolicy
      readonly now: unknown
      /** Version of a managed policy that has this text: `v3`; left out: it has none, or the record does not tell. */
      readonly version?: string
      /** The version was made and not put in force. */
      readonly isKeptBack?: true
    }
  | {
      /** A managed policy has another of its versions in force: `v3`. The record does not have its text. */
      readonly is: 'version'
      readonly of: ChangedPolicy
      readonly now: string
    }
  | {
      /** A policy came to a holder or a place of the organization, or left it. */
      readonly is: 'attachment'
      readonly of: ChangedPolicy
      readonly now: boolean
    }
  | {
      /** A user came to a group, or left it. */
      readonly is: 'membership'
      readonly user: string
      readonly group: string
      readonly now: boolean
    }
  | {
      /** The permissions boundary of a user or role, by its ARN; null: it has none. */
      readonly is: 'boundary'
      readonly holder: PolicyHolder
      readonly now: string | null
    }

/** A user, role or group, by its name: a record does not tell its path. */
export interface PolicyHolder {
  readonly kind: 'user' | 'role' | 'group'
  readonly name: string
}

/** Which policy it is, as far as the call tells. */
export interface ChangedPolicy {
  /** Whose inline policy, or whom a managed one was attached to. */
  readonly holder?: PolicyHolder
  /** ARN of the resource whose policy it is; of a role its trust policy. */
  readonly resource?: string
  /** Id of the root, unit or account that a policy of the organization was attached to. */
  readonly target?: string
  /** Name of an inline policy. */
  readonly name?: string
  /** ARN of a managed policy. */
  readonly arn?: string
  /** Id of a policy of the organization: `p-abc`. */
  readonly id?: string
}

/** The change that a record of a call makes; undefined: none that the record tells whole. */
export function policyChangeOf(record: JsonObject, account: string | null): PolicyChange | undefined {
  const [service = ''] = (textField(record, 'eventSource') ?? '').split('.')
  const parameters = field(record, 'requestParameters')
  const text = (name: string): string | undefined => {
    const value = textField(parameters, name)
    return value === undefined || value === '' || isRedacted(value) ? undefined : value
  }
  const read = READERS.get(`${service}:${textField(record, 'eventName') ?? ''}`)
  return read?.({
    text,
    parameters,
    response: field(record, 'responseElements'),
    account,
    partition: partitionOf(undefined, textField(record, 'awsRegion')),
    region: textField(record, 'awsRegion'),
  })
}

interface Call {
  readonly text: (name: string) => string | undefined
  readonly parameters: unknown
  readonly response: unknown
  readonly account: string | null
  readonly partition: string
  readonly region: string | undefined
}

type Reader = (call: Call) => PolicyChange | undefined

type Kind = PolicyHolder['kind']

const holderIn = ({ text }: Call, kind: Kind): PolicyHolder | undefined => {
  const name = text(`${kind}Name`)
  return name === undefined ? undefined : { kind, name }
}

const textOf = (of: ChangedPolicy | undefined, written: unknown): PolicyChange | undefined => {
  const now = documentValue(written)
  return of === undefined || now === undefined || now === null ? undefined : { is: 'text', of, now }
}

const deleted = (of: ChangedPolicy | undefined): PolicyChange | undefined =>
  of === undefined ? undefined : { is: 'text', of, now: null }

function inlineOf(call: Call, kind: Kind): ChangedPolicy | undefined {
  const holder = holderIn(call, kind)
  const name = call.text('policyName')
  return holder === undefined || name === undefined ? undefined : { holder, name }
}

const attaching =
  (kind: Kind, now: boolean): Reader =>
  (call) => {
    const holder = holderIn(call, kind)
    const arn = call.text('policyArn')
    return holder === undefined || arn === undefined ? undefined : { is: 'attachment', of: { holder, arn }, now }
  }

const ofOrganization =
  (now: boolean): Reader =>
  ({ text }) => {
    const [id, target] = [text('policyId'), text('targetId')]
    return id === undefined || target === undefined ? undefined : { is: 'attachment', of: { id, target }, now }
  }

const membership =
  (now: boolean): Reader =>
  ({ text }) => {
    const [user, group] = [text('userName'), text('groupName')]
    return user === undefined || group === undefined ? undefined : { is: 'membership', user, group, now }
  }

const ofBucket = ({ text, partition }: Call): ChangedPolicy | undefined => {
  const name = text('bucketName')
  return name === undefined ? undefined : { resource: `arn:${partition}:s3:::${name}` }
}

const ofKey = ({ text, partition, region, account }: Call): ChangedPolicy | undefined => {
  const id = text('keyId')
  if (id === undefined || id.startsWith('alias/') || id.includes(':alias/')) return undefined
  if (id.startsWith('arn:')) return { resource: id }
  return region === undefined || account === null
    ? undefined
    : { resource: `arn:${partition}:kms:${region}:${account}:key/${id}` }
}

const ofTrust = ({ text, partition, account }: Call): ChangedPolicy | undefined => {
  const name = text('roleName')
  return name === undefined || account === null
    ? undefined
    : { resource: `arn:${partition}:iam::${account}:role/${name}` }
}

const ofManaged = ({ text }: Call): ChangedPolicy | undefined => {
  const arn = text('policyArn')
  return arn === undefined ? undefined : { arn }
}

/** A version that is not made the default may become it later. */
function versionMade(call: Call): PolicyChange | undefined {
  const change = textOf(ofManaged(call), call.text('policyDocument'))
  if (change?.is !== 'text') return undefined
  const version = textField(call.response, 'policyVersion', 'versionId')
  const isDefault = String(field(call.parameters, 'setAsDefault')) === 'true'
  if (!isDefault && version === undefined) return undefined
  return {
    ...change,
    ...(version === undefined ? {} : { version }),
    ...(isDefault ? {} : { isKeptBack: true as const }),
  }
}

/** The first version of a managed policy, which is in force at once. */
function policyMade(call: Call): PolicyChange | undefined {
  const name = call.text('policyName')
  const { partition, account } = call
  const path = call.text('path') ?? '/'
  const arn =
    textField(call.response, 'policy', 'arn') ??
    (name === undefined || account === null ? undefined : `arn:${partition}:iam::${account}:policy${path}${name}`)
  const change = textOf(arn === undefined ? undefined : { arn }, call.text('policyDocument'))
  return change?.is === 'text' ? { ...change, version: 'v1' } : undefined
}

function versionSet(call: Call): PolicyChange | undefined {
  const [of, now] = [ofManaged(call), call.text('versionId')]
  return of === undefined || now === undefined ? undefined : { is: 'version', of, now }
}

/** https://sqs.eu-west-1.amazonaws.com/111122223333/orders, or an older host of the Region. */
function ofQueue({ text, partition, region }: Call): ChangedPolicy | undefined {
  const [, account, name] = /^https:\/\/[\w.-]{1,100}\/(\d{12})\/([\w.-]{1,80})$/.exec(text('queueUrl') ?? '') ?? []
  return region === undefined || account === undefined || name === undefined
    ? undefined
    : { resource: `arn:${partition}:sqs:${region}:${account}:${name}` }
}

/** Attributes without a policy leave it as it is; an empty one takes it away. */
function queuePolicy(call: Call): PolicyChange | undefined {
  const policy = field(field(call.parameters, 'attributes'), 'Policy')
  if (policy === '') return deleted(ofQueue(call))
  return typeof policy !== 'string' || isRedacted(policy) ? undefined : textOf(ofQueue(call), policy)
}

function topicPolicy(call: Call): PolicyChange | undefined {
  const arn = call.text('topicArn')
  if (arn === undefined || call.text('attributeName') !== 'Policy') return undefined
  return textOf({ resource: arn }, call.text('attributeValue'))
}

/** A secret may be named without its ARN; the answer has that. */
function ofSecret({ text, response }: Call): ChangedPolicy | undefined {
  const named = text('secretId')
  const arn = [textField(response, 'arn'), textField(response, 'aRN'), named].find((name) => name?.startsWith('arn:'))
  return arn === undefined ? undefined : { resource: arn }
}

const HOLDERS = [
  ['user', 'User'],
  ['role', 'Role'],
  ['group', 'Group'],
] as const

const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ...HOLDERS.flatMap(([kind, name]): (readonly [string, Reader])[] => [
    [`iam:Put${name}Policy`, (call) => textOf(inlineOf(call, kind), call.text('policyDocument'))],
    [`iam:Delete${name}Policy`, (call) => deleted(inlineOf(call, kind))],
    [`iam:Attach${name}Policy`, attaching(kind, true)],
    [`iam:Detach${name}Policy`, attaching(kind, false)],
  ]),
  ...HOLDERS.slice(0, 2).flatMap(([kind, name]): (readonly [string, Reader])[] => [
    [`iam:Put${name}PermissionsBoundary`, boundary(kind, ({ text }) => text('permissionsBoundary'))],
    [`iam:Delete${name}PermissionsBoundary`, boundary(kind, () => null)],
  ]),
  ['iam:AddUserToGroup', membership(true)],
  ['iam:RemoveUserFromGroup', membership(false)],
  ['iam:CreatePolicy', policyMade],
  ['iam:CreatePolicyVersion', versionMade],
  ['iam:SetDefaultPolicyVersion', versionSet],
  ['iam:UpdateAssumeRolePolicy', (call) => textOf(ofTrust(call), call.text('policyDocument'))],
  ['s3:PutBucketPolicy', (call) => textOf(ofBucket(call), field(call.parameters, 'bucketPolicy'))],
  ['s3:DeleteBucketPolicy', (call) => deleted(ofBucket(call))],
  ['kms:PutKeyPolicy', (call) => textOf(ofKey(call), call.text('policy'))],
  ['sqs:SetQueueAttributes', queuePolicy],
  ['sns:SetTopicAttributes', topicPolicy],
  ['secretsmanager:PutResourcePolicy', (call) => textOf(ofSecret(call), call.text('resourcePolicy'))],
  ['secretsmanager:DeleteResourcePolicy', (call) => deleted(ofSecret(call))],
  ['organizations:UpdatePolicy', (call) => textOf(ofControl(call), call.text('content'))],
  ['organizations:AttachPolicy', ofOrganization(true)],
  ['organizations:DetachPolicy', ofOrganization(false)],
])

function boundary(kind: Kind, now: (call: Call) => string | null | undefined): Reader {
  return (call) => {
    const holder = holderIn(call, kind)
    const value = now(call)
    return holder === undefined || value === undefined ? undefined : { is: 'boundary', holder, now: value }
  }
}

function ofControl({ text }: Call): ChangedPolicy | undefined {
  const id = text('policyId')
  return id === undefined ? undefined : { id }
}
