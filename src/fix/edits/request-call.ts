import type { EvaluationInput } from '#engine/evaluation-input.ts'
import { parseArn } from '#iam/arn.ts'
import { awsOption, noAwsValue } from '#quote/shell.ts'

/**
 * The call of the AWS CLI that sends a request with another value of a key, as it is to be typed; in capitals what only the
 * caller knows. Undefined: no option of the CLI says it.
 */
export function callWith(key: string, value: string, { request, caller }: EvaluationInput): string | undefined {
  const folded = key.toLowerCase()
  if (folded === 'aws:multifactorauthpresent' || folded === 'aws:multifactorauthage') return withMfa(caller)
  const option = OPTIONS.get(folded)
  if (option !== undefined) {
    const command = commandOf(request.action, [request.resource ?? []].flat()[0])
    return command === undefined ? undefined : `${command} ${optionOf(option, value)}`
  }
  return folded.startsWith('aws:requesttag/')
    ? tagging(request.action, key.slice(key.indexOf('/') + 1), value)
    : undefined
}

const optionOf = (name: string, value: string): string =>
  value === 'VALUE' || noAwsValue(value) !== undefined ? `${name} VALUE` : awsOption(name, value)

/** Options of the commands that `commandOf` writes. */
const OPTIONS: ReadonlyMap<string, string> = new Map([
  ['s3:x-amz-server-side-encryption', '--server-side-encryption'],
  ['s3:x-amz-server-side-encryption-aws-kms-key-id', '--server-side-encryption aws:kms --ssekms-key-id'],
  ['s3:x-amz-acl', '--acl'],
  ['s3:x-amz-storage-class', '--storage-class'],
  ['s3:prefix', '--prefix'],
  ['iam:permissionsboundary', '--permissions-boundary'],
  ['sts:externalid', '--external-id'],
  ['sts:rolesessionname', '--role-session-name'],
  ['sts:sourceidentity', '--source-identity'],
  ['sts:durationseconds', '--duration-seconds'],
  ['aws:requestedregion', '--region'],
])

/**
 * Credentials that carry MFA: of a user by GetSessionToken, of a role by assuming it anew.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html
 */
function withMfa({ kind, arn, roleArn }: EvaluationInput['caller']): string | undefined {
  const parts = parseArn(arn)
  if (parts === undefined) return undefined
  const name = parts.resource.slice(parts.resource.lastIndexOf('/') + 1)
  const device = (user: string): string =>
    `${optionOf('--serial-number', `arn:${parts.partition}:iam::${parts.account}:mfa/${user}`)} --token-code CODE`
  if (kind === 'user') return `aws sts get-session-token ${device(name)}`
  if (kind !== 'role-session' || roleArn === undefined) return undefined
  return `aws sts assume-role ${optionOf('--role-arn', roleArn)} --role-session-name NAME ${device('DEVICE')}`
}

/** The command of the CLI for an action with what it cannot be called without; for those that callers send such keys with. */
function commandOf(action: string, resource: string | undefined): string | undefined {
  const [service = '', name = ''] = action.split(':', 2)
  const path = parseArn(resource ?? '')?.resource ?? ''
  const last = path.slice(path.lastIndexOf('/') + 1)
  switch (`${service}:${name}`.toLowerCase()) {
    case 's3:putobject':
    case 's3:getobject': {
      const slash = path.indexOf('/')
      if (slash < 0) return undefined
      const object = path.slice(slash + 1)
      // Which object it is nobody knows.
      const key = `${optionOf('--bucket', path.slice(0, slash))} ${object === '*' ? '--key KEY' : optionOf('--key', object)}`
      return name.toLowerCase() === 'putobject'
        ? `aws s3api put-object ${key} --body FILE`
        : `aws s3api get-object ${key} FILE`
    }
    case 's3:listbucket':
      return path === '' ? undefined : `aws s3api list-objects-v2 ${optionOf('--bucket', path)}`
    case 'iam:createrole':
      return `aws iam create-role ${optionOf('--role-name', last)} --assume-role-policy-document FILE`
    case 'iam:createuser':
      return `aws iam create-user ${optionOf('--user-name', last)}`
    case 'sts:assumerole':
      return resource === undefined
        ? undefined
        : `aws sts assume-role ${optionOf('--role-arn', resource)} --role-session-name NAME`
    default:
      return undefined
  }
}

/** Calls of EC2's name the type of what they tag; of others the option has many spellings. */
function tagging(action: string, key: string, value: string): string | undefined {
  const [service, name = ''] = action.split(':', 2)
  if (service !== 'ec2' || (name !== 'RunInstances' && name !== 'CreateVolume')) return undefined
  const type = name === 'RunInstances' ? 'instance' : 'volume'
  const command = name === 'RunInstances' ? 'run-instances' : 'create-volume'
  return `aws ec2 ${command} … ${optionOf('--tag-specifications', `ResourceType=${type},Tags=[{Key=${key},Value=${value}}]`)}`
}
