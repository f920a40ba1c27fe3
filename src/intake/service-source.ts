import { isAccountId, parseArn } from '#iam/arn.ts'

/** The service that calls for one of its resources, with the keys that it sends. */
export interface ServiceSource {
  readonly principal: string
  readonly context: Readonly<Record<string, string>>
}

/**
 * Services that call others for a resource of theirs, as an alarm publishes to a topic, by the prefix of the resource's ARN.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html#cross-service-confused-deputy-prevention
 */
const CALLERS: ReadonlyMap<string, string> = new Map([
  ['cloudwatch', 'cloudwatch.amazonaws.com'],
  ['events', 'events.amazonaws.com'],
  ['scheduler', 'scheduler.amazonaws.com'],
  ['s3', 's3.amazonaws.com'],
  ['sns', 'sns.amazonaws.com'],
  ['ses', 'ses.amazonaws.com'],
  ['budgets', 'budgets.amazonaws.com'],
  ['codecommit', 'codecommit.amazonaws.com'],
  ['codestar-notifications', 'codestar-notifications.amazonaws.com'],
  ['cloudtrail', 'cloudtrail.amazonaws.com'],
  ['backup', 'backup.amazonaws.com'],
  ['execute-api', 'apigateway.amazonaws.com'],
])

/** Returns the service whose resource is the subject of a message: `Resource: arn:aws:cloudwatch:…:alarm:a is not authorized`. */
export function callerOfSource(subject: string | null): ServiceSource | undefined {
  const arn = parseArn(subject ?? '')
  // Redshift assumes the role and sends the user of the database as the external id (R-MSG-32).
  if (arn?.service === 'redshift' && arn.resource.startsWith('dbuser:') && subject !== null)
    return { principal: 'redshift.amazonaws.com', context: { 'sts:ExternalId': subject } }
  const principal = CALLERS.get(arn?.service ?? '')
  if (arn === undefined || subject === null || principal === undefined) return undefined
  return {
    principal,
    context: {
      'aws:SourceArn': subject,
      ...(isAccountId(arn.account) ? { 'aws:SourceAccount': arn.account } : {}),
    },
  }
}
