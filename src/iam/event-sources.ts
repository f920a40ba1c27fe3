import { isService } from './facts/services.ts'

/**
 * CloudTrail's `eventSource` and the service prefix of IAM actions. They agree but for these (R-CT-21).
 * Seen in real records collected by adanalvarez/TrailDiscover (CC-BY-4.0) and invictus-ir/aws_dataset (MIT), except the
 * two marked; the API models' `cloudTrailEventSource` trait is no source, about 90 of its values are placeholders.
 */
const PREFIX_OF_SOURCE: ReadonlyMap<string, string> = new Map([
  ['monitoring', 'cloudwatch'],
  ['agreement-marketplace', 'aws-marketplace'],
  ['discovery-marketplace', 'aws-marketplace'],
  ['servicecatalog-appregistry', 'servicecatalog'],
  ['email', 'ses'], // unverified as an event source; records say `ses`
  ['tagging', 'tag'], // unverified as an event source
  // Names of the SDKs and the CLI for services whose actions have another prefix
  ['elasticloadbalancingv2', 'elasticloadbalancing'],
  ['elbv2', 'elasticloadbalancing'],
  ['stepfunctions', 'states'],
  ['sfn', 'states'],
  ['cloudwatchlogs', 'logs'],
  ['eventbridge', 'events'],
  ['efs', 'elasticfilesystem'],
  ['emr', 'elasticmapreduce'],
  ['resourcegroupstaggingapi', 'tag'],
  // https://docs.aws.amazon.com/cloudcontrolapi/latest/userguide/security.html: the actions are CloudFormation's
  ['cloudcontrolapi', 'cloudformation'],
  // Signing names and endpoints of the API models whose actions have another prefix in the Service Authorization Reference
  ['mturk-requester', 'mechanicalturk'],
  ['ioteventsdata', 'iotevents'],
  ['iotdata', 'iot'],
  ['iot-data', 'iot'],
  ['iot-jobs-data', 'iotjobsdata'],
  ['iotsecuredtunneling', 'iot'],
  ['partnercentral-account', 'partnercentral'],
  ['partnercentral-benefits', 'partnercentral'],
  ['partnercentral-channel', 'partnercentral'],
  ['partnercentral-selling', 'partnercentral'],
  // https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/logging-using-cloudtrail-data-api.html
  ['rdsdata', 'rds-data'],
  ['rdsdataapi', 'rds-data'],
  // https://docs.aws.amazon.com/pinpoint/latest/developerguide/logging-using-cloudtrail.html
  ['pinpoint', 'mobiletargeting'],
  // https://docs.aws.amazon.com/marketplace/latest/userguide/cloudtrail-logging.html
  ['metering-marketplace', 'aws-marketplace'],
  ['entitlement-marketplace', 'aws-marketplace'],
])

/**
 * Services that log under another's name: https://docs.aws.amazon.com/autoscaling/application/userguide/logging-using-cloudtrail.html
 * The channels of Session Manager: https://docs.aws.amazon.com/systems-manager/latest/userguide/monitoring-cloudtrail-logs.html
 */
export const ALSO_LOGS: ReadonlyMap<string, readonly string[]> = new Map([
  ['autoscaling', ['application-autoscaling', 'autoscaling-plans']],
  ['s3', ['s3express', 's3-object-lambda', 's3-outposts']],
  ['finspace-api', ['finspace']],
  ['ssm', ['ssmmessages', 'ec2messages']],
])

/** Sign-in events are no IAM actions (R-CT-21). */
const NO_ACTIONS = new Set(['signin'])

/** `monitoring.amazonaws.com` → `cloudwatch`; undefined where the service has no IAM actions. */
export function servicePrefix(eventSource: string): string | undefined {
  const before = known.get(eventSource)
  if (before !== undefined) return before
  const prefix = prefixOf(eventSource)
  if (prefix !== undefined && known.size < MOST_KNOWN) known.set(eventSource, prefix)
  return prefix
}

/** A few hundred services are asked for again and again. */
const known = new Map<string, string>()
const MOST_KNOWN = 1000

function prefixOf(eventSource: string): string | undefined {
  const labels = eventSource.trim().toLowerCase().split('.').slice(0, 4)
  const [first = ''] = labels
  if (first === '' || NO_ACTIONS.has(first)) return undefined
  const prefixes = labels.map((label) => PREFIX_OF_SOURCE.get(label) ?? label)
  return prefixes.find(isService) ?? PREFIX_OF_SOURCE.get(first) ?? first
}

/** `GetFunction20150331v2` → `GetFunction`, `ListDistributions2020_05_31` → `ListDistributions` (R-CT-22). */
export const withoutVersion = (eventName: string): string => eventName.replace(/20\d\d_?\d\d_?\d\d(?:v\d{1,2})?$/, '')
