import { parseArn } from '#iam/arn.ts'
import type { ContextValue, Request } from '#iam/request.ts'
import { policyHolderOf } from './call-view.ts'
import { linkedRoleOf } from './service-linked-roles.ts'

/** Condition keys that name another resource, which a snapshot can add to the resources of a scenario. */
const NAMING: ReadonlySet<string> = new Set(
  [
    'ec2:InstanceProfile',
    'ec2:NewInstanceProfile',
    'ec2:KmsKeyId',
    'lambda:FunctionArn',
    'lambda:Layer',
    'events:TargetArn',
    'sns:Endpoint',
    'cloudformation:RoleArn',
    'codebuild:serviceRole',
    'backup:CopyTargets',
    'secretsmanager:KmsKeyArn',
    'secretsmanager:RotationLambdaARN',
    's3:x-amz-server-side-encryption-aws-kms-key-id',
  ].map((key) => key.toLowerCase()),
)

/**
 * The resources besides its own that a request names in its context: instance profile, role, key, target, the bucket a copy
 * reads. What holds their policies and attributes is asked for, so a bucket for its object.
 */
export function relatedArns(request: Request): readonly string[] {
  const found = Object.entries(request.context ?? {}).flatMap(([key, value]) => {
    const folded = key.toLowerCase()
    if (NAMING.has(folded)) return texts(value).filter((text) => parseArn(text) !== undefined)
    return folded === 's3:x-amz-copy-source' ? texts(value).flatMap((text) => sourceBucket(text, request)) : []
  })
  return [...new Set([...found.map(policyHolderOf), ...linkedRole(request)])]
}

/** The linked role that the call makes where it is not there yet (G-114). */
function linkedRole({ principal, action }: Request): readonly string[] {
  const role = linkedRoleOf(action)
  const caller = parseArn(principal)
  return role === undefined || caller === undefined
    ? []
    : [`arn:${caller.partition}:iam::${caller.account}:${role.resource}`]
}

const texts = (value: ContextValue): readonly string[] =>
  (Array.isArray(value) ? (value as readonly unknown[]) : [value]).filter((text) => typeof text === 'string')

function sourceBucket(header: string, { resource }: Request): readonly string[] {
  const plain = header.startsWith('/') ? header.slice(1) : header
  if (plain.startsWith('arn:')) return []
  const name = plain.split('/')[0] ?? ''
  const partition = (typeof resource === 'string' ? parseArn(resource)?.partition : undefined) ?? 'aws'
  return name === '' ? [] : [`arn:${partition}:s3:::${name}`]
}
