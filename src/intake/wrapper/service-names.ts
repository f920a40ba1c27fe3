import { isService } from '#iam/facts/services.ts'

/** SDK names of services that are not the prefix of their actions with other letters around. */
const SOURCES: ReadonlyMap<string, string> = new Map([
  ['securitytokenservice', 'sts'],
  ['simplestorageservice', 's3'],
  ['simplequeueservice', 'sqs'],
  ['simplenotificationservice', 'sns'],
  ['identitymanagement', 'iam'],
  ['keymanagementservice', 'kms'],
  ['simplesystemsmanagement', 'ssm'],
  ['cloudwatch', 'monitoring'],
  ['cloudwatchlogs', 'logs'],
  ['logs', 'logs'],
  ['cloudwatchevents', 'events'],
  ['eventbridge', 'events'],
  ['sfn', 'states'],
  ['stepfunctions', 'states'],
  ['ecrpublic', 'ecr-public'],
  ['cognitoidentityprovider', 'cognito-idp'],
  ['cognitoidentity', 'cognito-identity'],
  ['elb', 'elasticloadbalancing'],
  ['efs', 'elasticfilesystem'],
  ['emr', 'elasticmapreduce'],
  ['bedrockruntime', 'bedrock'],
  ['elasticsearch', 'es'],
  ['opensearch', 'es'],
  ['costexplorer', 'ce'],
  ['configservice', 'config'],
  ['codebuild', 'codebuild'],
])

/** `Amazon S3`, `DynamoDb`, `SesV2`, `operation error Secrets Manager` → CloudTrail's `eventSource`. */
export function eventSourceOf(name: string): string | null {
  const letters = name.toLowerCase().replace(/[^a-z0-9]/g, '')
  const plain = letters.replace(/^(?:amazon|aws)/, '').replace(/v\d$/, '')
  const source = SOURCES.get(plain) ?? (isService(plain) ? plain : undefined)
  return source === undefined ? null : `${source}.amazonaws.com`
}

/** The event source of an action's service: they differ for CloudWatch alone among those that deny in text. */
export const eventSourceOfAction = (action: string): string => {
  const service = (action.split(':', 1)[0] ?? '').toLowerCase()
  return `${service === 'cloudwatch' ? 'monitoring' : service}.amazonaws.com`
}
