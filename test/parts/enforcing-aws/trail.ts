/** CloudTrail's record of a call that was judged, with the fields that readers of events go by. */
import { randomUUID } from 'node:crypto'
import type { NeededAction, ReadRequest } from './calls.ts'
import type { Caller } from './in-force.ts'

export interface Judged {
  readonly caller: Caller
  readonly request: ReadRequest
  readonly needed: NeededAction
  /** AWS's sentence; undefined: allowed. */
  readonly refusal: string | undefined
  /** Whether it is a call that the service makes for the caller's own. */
  readonly isInner: boolean
}

/** https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html */
export function recordOf({ caller, request, needed, refusal, isInner }: Judged): Readonly<Record<string, unknown>> {
  const [service = '', action = ''] = needed.action.split(':')
  return {
    eventVersion: '1.11',
    userIdentity: { ...identityOf(caller), ...(isInner ? { invokedBy: `${request.service}.amazonaws.com` } : {}) },
    eventTime: new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
    eventSource: `${service}.amazonaws.com`,
    eventName: isInner ? action : request.operation,
    awsRegion: request.region,
    sourceIPAddress: isInner ? `${request.service}.amazonaws.com` : '203.0.113.10',
    userAgent: 'job',
    ...(refusal === undefined ? {} : { errorCode: 'AccessDenied', errorMessage: refusal }),
    requestParameters: parametersOf(service, request, isInner),
    responseElements: null,
    requestID: randomUUID(),
    eventID: randomUUID(),
    readOnly: false,
    resources: needed.resource === '*' ? [] : [{ ARN: needed.resource, accountId: caller.account }],
    eventType: 'AwsApiCall',
    managementEvent: service !== 's3',
    recipientAccountId: caller.account,
    eventCategory: service === 's3' ? 'Data' : 'Management',
  }
}

function identityOf({ arn, account, roleArn }: Caller): Readonly<Record<string, unknown>> {
  const name = arn.split('/').at(-1)
  const common = { arn, accountId: account }
  if (roleArn === undefined) return { type: 'IAMUser', principalId: 'AIDAEXAMPLE', userName: name, ...common }
  const sessionIssuer = {
    type: 'Role',
    principalId: 'AROAEXAMPLE',
    arn: roleArn,
    accountId: account,
    userName: roleArn.split('/').at(-1),
  }
  return { type: 'AssumedRole', principalId: `AROAEXAMPLE:${name}`, ...common, sessionContext: { sessionIssuer } }
}

function parametersOf(service: string, request: ReadRequest, isInner: boolean): unknown {
  const { parameters } = request
  if (isInner) return null
  if (service === 's3') return { bucketName: parameters['bucket'], key: parameters['key'] }
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [`${name.slice(0, 1).toLowerCase()}${name.slice(1)}`, value]),
  )
}
