/**
 * The global keys of a VPC endpoint that few services send, with the services that AWS lists under each key (R-CTX-03, R-CTX-17): in the
 * requests of all other services they are absent, also where CloudTrail shows whose the endpoint is.
 *
 * Each list is part of the next one. The services are those of the pages' section "Properties of the network", as read in September 2026:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-network-properties
 */
const SEND_VPC_ARN = `acm-pca apprunner applicationinsights athena cloudformation comprehendmedical compute-optimizer datasync
  discovery ebs ecr ecs firehose healthlake iam iotfleetwise iotwireless kinesisanalytics kms lambda medical-imaging omics
  payment-cryptography polly rbin rekognition route53 s3 scheduler servicediscovery servicequotas ssm-contacts storagegateway
  textract transcribe transfer`
const SEND_ACCOUNT = `${SEND_VPC_ARN} dynamodb gamelift shield`
const SEND_ORGANIZATION = `${SEND_ACCOUNT} b2bi cassandra cognito-identity dms ds-data identitystore iottwinmaker network-firewall
  pricing ses sms-voice sqs workmail`

const services = (list: string): ReadonlySet<string> => new Set(list.split(/\s+/))

/** The services that send a key, by the key in lower case. */
const SENDERS: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['aws:sourcevpcarn', services(SEND_VPC_ARN)],
  ['aws:vpceaccount', services(SEND_ACCOUNT)],
  ['aws:vpceorgpaths', services(SEND_ACCOUNT)],
  ['aws:vpceorgid', services(SEND_ORGANIZATION)],
])

/** Of IAM's actions this one alone lacks the keys. */
const WITHOUT = 'iam:passrole'

/** Whether no request for the action has the key. `key` and the action's name are in lower case. */
export function lacksEndpointKey(key: string, action: { readonly service: string; readonly name: string }): boolean {
  const senders = SENDERS.get(key)
  return senders !== undefined && (!senders.has(action.service) || `${action.service}:${action.name}` === WITHOUT)
}
