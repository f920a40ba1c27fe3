import type { PolicyLayer } from '#iam/layers.ts'
import { hostSuffix, isAccountId, parseArn } from '#iam/arn.ts'
import { awsOption, noAwsValue, noWord, shellWord } from '#quote/shell.ts'
import { type Clues, inRegion, nameIn, option } from './clues.ts'

/** The command that shows the policies of a layer for a denial of which nobody has seen a policy; one, to be pasted. */
export function lookAt(layer: PolicyLayer, clues: Clues): string | undefined {
  const { reported } = clues.denial
  const named = reported.layer === layer ? reported.policyArn : null
  if (named !== null && noAwsValue(named) === undefined) return namedPolicy(named)
  switch (layer) {
    case 'service-control-policy':
      return organizationPolicies('SERVICE_CONTROL_POLICY', clues.denial.accountId)
    case 'resource-control-policy':
      return organizationPolicies('RESOURCE_CONTROL_POLICY', clues.denial.resourceAccount)
    case 'identity-policy':
      return identityPolicies(clues)
    case 'permissions-boundary':
      return boundary(clues)
    case 'session-policy':
      return 'aws cloudtrail lookup-events --lookup-attributes AttributeKey=EventName,AttributeValue=AssumeRole --max-results 20'
    case 'vpc-endpoint-policy':
      return inRegion(
        "aws ec2 describe-vpc-endpoints --query 'VpcEndpoints[].[VpcEndpointId,ServiceName,PolicyDocument]'",
        clues,
      )
    case 'resource-policy':
      return resourcePolicy(clues)
    case 'service-guard':
      return clues.service === 's3' ? `aws s3api get-public-access-block ${bucketOption(clues)}` : undefined
  }
}

/** A policy by the ARN that AWS named: an organization's by its id, a managed one in its version of today. */
function namedPolicy(arn: string): string {
  const id = /:policy\/o-[a-z0-9]{1,40}\/\w{1,40}\/(p-[\w-]{1,140})$/.exec(arn)?.[1]
  if (id !== undefined) return `aws organizations describe-policy ${awsOption('--policy-id', id)}`
  if (arn.includes(':iam::aws:'))
    return `aws iam get-policy-version ${awsOption('--policy-arn', arn)} --version-id "$(aws iam get-policy ${awsOption('--policy-arn', arn)} --query Policy.DefaultVersionId --output text)"`
  return isPlain(arn)
    ? `aws iam get-account-authorization-details --filter LocalManagedPolicy --query "Policies[?Arn=='${arn}'].PolicyVersionList[?IsDefaultVersion].Document"`
    : `aws iam get-policy ${awsOption('--policy-arn', arn)}`
}

function organizationPolicies(filter: string, account: string | null): string {
  const target = account !== null && isAccountId(account) ? account : 'ACCOUNT_ID'
  return `aws organizations list-policies-for-target --filter ${filter} --target-id ${target}`
}

/** Inline and attached policies of the caller at once. */
function identityPolicies({ role, user }: Clues): string {
  if (role !== undefined && isPlain(role))
    return `aws iam get-account-authorization-details --filter Role --query "RoleDetailList[?RoleName=='${role}']"`
  if (user !== undefined && isPlain(user))
    return `aws iam get-account-authorization-details --filter User --query "UserDetailList[?UserName=='${user}']"`
  return WHO
}

/** Names and ARNs of IAM have these characters, which mean nothing to a shell or to JMESPath within quotes. */
const isPlain = (name: string): boolean => /^[\w+=,.@:/-]{1,512}$/.test(name)

/** Who calls, where the message does not say it: in the same job, for another shell may be somebody else. */
export const WHO = 'aws sts get-caller-identity'

function boundary({ role, user }: Clues): string {
  if (user !== undefined) return `aws iam get-user ${awsOption('--user-name', user)} --query User.PermissionsBoundary`
  return `aws iam get-role ${option('--role-name', role, 'ROLE')} --query Role.PermissionsBoundary`
}

export const bucketOption = ({ bucket }: Clues): string => option('--bucket', bucket, 'BUCKET')

/** The records of the last calls of that name; a comma in it would begin another attribute. */
export const eventsNamed = (name: string): string =>
  `aws cloudtrail lookup-events --lookup-attributes AttributeKey=EventName,AttributeValue=${/^\w{1,128}$/.test(name) ? name : 'OPERATION'} --max-results 5 --query 'Events[].CloudTrailEvent'`

/** The trust policy of the role that is asked for. */
export const trustPolicy = ({ resource }: Clues): string =>
  `aws iam get-role ${option('--role-name', nameIn(resource), 'ROLE')} --query Role.AssumeRolePolicyDocument`

/**
 * By the service of the resource; undefined: its resources have no policy that a command shows, or none that the call is asked of. A role's
 * trust policy decides who assumes the role, and not who passes, reads or changes it (R-PASS-01).
 */
function resourcePolicy(clues: Clues): string | undefined {
  const { service = '', resource } = clues
  if (service === 'iam') return undefined
  const found = RESOURCE_POLICIES.get(parseArn(resource ?? '')?.service ?? service) ?? RESOURCE_POLICIES.get(service)
  const command = found?.(clues)
  return command === undefined ? undefined : inRegion(command, clues)
}

const named = (command: string, flag: string, unknown: string) => (clues: Clues) =>
  `${command} ${option(flag, nameIn(clues.resource), unknown)}`
const byArn = (command: string, flag: string, unknown: string) => (clues: Clues) =>
  `${command} ${option(flag, clues.resource, unknown)}`

/** https://docs.aws.amazon.com/cli/latest/reference/: the command of each service that prints the policy of a resource. */
const RESOURCE_POLICIES: ReadonlyMap<string, (clues: Clues) => string> = new Map([
  ['s3', (clues: Clues) => `aws s3api get-bucket-policy ${bucketOption(clues)} --query Policy --output text`],
  [
    'kms',
    (clues: Clues) =>
      `aws kms get-key-policy ${option('--key-id', clues.resource, 'KEY')} --policy-name default --query Policy --output text`,
  ],
  ['sts', trustPolicy],
  ['iam', trustPolicy],
  ['sns', byArn('aws sns get-topic-attributes --query Attributes.Policy --output text', '--topic-arn', 'TOPIC_ARN')],
  ['sqs', (clues: Clues) => `aws sqs get-queue-attributes --attribute-names Policy --queue-url ${queueUrl(clues)}`],
  ['secretsmanager', byArn('aws secretsmanager get-resource-policy', '--secret-id', 'SECRET')],
  ['lambda', byArn('aws lambda get-policy --query Policy --output text', '--function-name', 'FUNCTION')],
  [
    'ecr',
    (clues: Clues) => `aws ecr get-repository-policy ${option('--repository-name', repository(clues), 'REPOSITORY')}`,
  ],
  ['dynamodb', byArn('aws dynamodb get-resource-policy', '--resource-arn', 'TABLE_ARN')],
  ['kinesis', byArn('aws kinesis get-resource-policy', '--resource-arn', 'STREAM_ARN')],
  ['events', named('aws events describe-event-bus', '--name', 'EVENT_BUS')],
  [
    'es',
    (clues: Clues) =>
      `aws opensearch describe-domain --query DomainStatus.AccessPolicies ${option('--domain-name', stepBehind('domain', clues), 'DOMAIN')}`,
  ],
  [
    'execute-api',
    (clues: Clues) =>
      `aws apigateway get-rest-api --query policy --output text ${option('--rest-api-id', firstStep(clues), 'API_ID')}`,
  ],
  ['elasticfilesystem', named('aws efs describe-file-system-policy', '--file-system-id', 'FILE_SYSTEM')],
  ['glue', () => 'aws glue get-resource-policies'],
  ['logs', () => 'aws logs describe-resource-policies'],
  ['backup', named('aws backup get-backup-vault-access-policy', '--backup-vault-name', 'VAULT')],
])

/** `domain/logs/index/_search` → `logs`; what is no ARN is the name itself. */
const stepBehind = (type: string, { resource }: Clues): string | undefined => {
  if (parseArn(resource ?? '') === undefined) return resource
  const [first, name] = (parseArn(resource ?? '')?.resource ?? '').split('/')
  return first === type ? name : undefined
}

/** `a1b2c3d4e5/prod/GET/orders` → `a1b2c3d4e5` */
const firstStep = ({ resource }: Clues): string | undefined => parseArn(resource ?? '')?.resource.split('/')[0]

/** Names of repositories have slashes. */
const repository = ({ resource }: Clues): string | undefined =>
  parseArn(resource ?? '')?.resource.slice('repository/'.length)

/** The AWS CLI takes the address of a queue for what it is. https://docs.aws.amazon.com/cli/latest/reference/sqs/get-queue-attributes.html */
function queueUrl({ resource, denial }: Clues): string {
  const text = denial.resourceText ?? resource
  if (text?.startsWith('https://') === true && noWord(text) === undefined) return shellWord(text)
  const arn = parseArn(resource ?? '')
  return arn === undefined || !isAccountId(arn.account) || noWord(arn.resource) !== undefined
    ? 'QUEUE_URL'
    : shellWord(`https://sqs.${arn.region}.${hostSuffix(arn.partition)}/${arn.account}/${arn.resource}`)
}
