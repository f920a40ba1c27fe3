import { lacksEndpointKey } from '#iam/facts/endpoint-keys.ts'
import { GLOBAL_SERVICES } from '#iam/facts/global-services.ts'
import { servicePrefix } from '#iam/event-sources.ts'
import type { ContextEntry } from './context-entry.ts'
import { utcTime } from './event-time.ts'
import { hasCaller, identityType, invokedBy, isMarkedConsole } from './identity-type.ts'
import { addressKind } from './ip-address.ts'
import { field, isObject, type JsonObject, objectOf, textField } from './loose-record.ts'

/** Keys of the network and of the request as such (F.2). */
export function networkKeys(record: JsonObject): readonly ContextEntry[] {
  return [...address(record), ...called(record), ...request(record)]
}

/**
 * The address, as R-CTX-03 has it: through a VPC endpoint the caller's private address is `aws:VpcSourceIp` and
 * `aws:SourceIp` is absent; over the internet the reverse. A private address without an endpoint proves neither.
 */
function address(record: JsonObject): readonly ContextEntry[] {
  const source = textField(record, 'sourceIPAddress')?.trim() ?? ''
  const kind = addressKind(source)
  const endpoint = textField(record, 'vpcEndpointId') ?? textField(record, 'additionalEventData', 'vpcEndpointId')
  if (endpoint !== undefined) {
    const owner = textField(record, 'vpcEndpointAccountId')
    return [
      ['aws:SourceVpce', endpoint],
      ...(owner === undefined || lacksEndpointKey('aws:vpceaccount', calledService(record))
        ? []
        : [['aws:VpceAccount', owner] as const]),
      ...(kind === 'private' ? [['aws:VpcSourceIp', source] as const] : []),
      ['aws:SourceIp', null],
    ]
  }
  if (kind !== 'public') return []
  return [
    ['aws:SourceIp', source],
    ['aws:SourceVpce', null],
    ['aws:SourceVpc', null],
    ['aws:VpcSourceIp', null],
  ]
}

/** A record tells whose the endpoint is, also where the service does not send that as a key (R-CTX-17). */
const calledService = (record: JsonObject): { readonly service: string; readonly name: string } => ({
  service: serviceOf(record),
  name: '',
})

const serviceOf = (record: JsonObject): string => servicePrefix(textField(record, 'eventSource') ?? '') ?? ''

const SERVICE_NAME = /^[a-z0-9.-]{1,80}\.amazonaws\.com(?:\.cn)?$/i

/**
 * Who made the call for whom (R-CT-04, R-CTX-10, R-PRIN-11, R-PRIN-12). `AWS Internal` says nothing, nor does the console,
 * nor an event that a service logs of itself. A role that only its service can assume acts for itself: no forward access session.
 */
function called(record: JsonObject): readonly ContextEntry[] {
  const service = invokedBy(record)
  const type = identityType(field(record, 'userIdentity'))
  if (type === 'awsservice') {
    return service === undefined || !SERVICE_NAME.test(service)
      ? []
      : [
          ['aws:PrincipalIsAWSService', true],
          ['aws:PrincipalServiceName', service],
          ['aws:ViaAWSService', false],
          ...NOT_CALLED_VIA,
        ]
  }
  if (service !== undefined) {
    if (!SERVICE_NAME.test(service) || !hasCaller(record)) return []
    if (isServiceLinked(record)) return [['aws:ViaAWSService', false], ...NOT_CALLED_VIA]
    return [
      ['aws:ViaAWSService', true],
      ['aws:CalledViaLast', service],
    ]
  }
  if (isMarkedConsole(record)) return []
  const source = textField(record, 'sourceIPAddress')?.trim() ?? ''
  return addressKind(source) === undefined ? [] : [['aws:ViaAWSService', false], ...NOT_CALLED_VIA]
}

const NOT_CALLED_VIA: readonly ContextEntry[] = [
  ['aws:CalledVia', null],
  ['aws:CalledViaFirst', null],
  ['aws:CalledViaLast', null],
]

function isServiceLinked(record: JsonObject): boolean {
  const issuer = textField(record, 'userIdentity', 'sessionContext', 'sessionIssuer', 'arn') ?? ''
  const session = textField(record, 'userIdentity', 'arn') ?? ''
  return issuer.includes(':role/aws-service-role/') || session.includes(':assumed-role/AWSServiceRoleFor')
}

/** Longer user agents are cut by CloudTrail. */
const USER_AGENT_LIMIT = 1000

function request(record: JsonObject): readonly ContextEntry[] {
  const entries: ContextEntry[] = []
  const region = requestedRegion(record)
  if (region !== undefined) entries.push(['aws:RequestedRegion', region])
  const time = utcTime(field(record, 'eventTime'))
  if (time !== undefined) entries.push(['aws:CurrentTime', time])
  const agent = userAgent(textField(record, 'userAgent'))
  if (agent !== undefined) entries.push(['aws:UserAgent', agent])
  const tls = objectOf(field(record, 'tlsDetails'))
  const cipher = textField(record, 'additionalEventData', 'CipherSuite')
  if ((isObject(tls) && Object.keys(tls).length > 0) || cipher !== undefined)
    entries.push(['aws:SecureTransport', true])
  return entries
}

/** Global services are called in us-east-1 wherever the record was written; other partitions have other Regions. */
function requestedRegion(record: JsonObject): string | undefined {
  const region = textField(record, 'awsRegion')
  if (region === undefined) return undefined
  const service = serviceOf(record)
  const commercial = !/^(?:cn|us-gov|us-iso[a-z]?|eu-isoe|eusc|apiso)-/.test(region)
  return GLOBAL_SERVICES.has(service) && commercial ? 'us-east-1' : region
}

/** S3 puts the agent in brackets; a service's name stands there for calls it makes; the console replaces the browser's. */
function userAgent(text: string | undefined): string | undefined {
  const agent = text?.startsWith('[') === true && text.endsWith(']') ? text.slice(1, -1) : text
  if (agent === undefined || agent === '' || agent === 'AWS Internal' || agent.length >= USER_AGENT_LIMIT)
    return undefined
  return SERVICE_NAME.test(agent) ? undefined : agent
}
