import { field, isObject, type JsonObject, objectOf, listOf, textField } from './loose-record.ts'

/**
 * Records that were turned into a common schema, where the original was not kept beside it (R-CT-09): back under
 * CloudTrail's names. Undefined: the value is none of them.
 */
export function normalizedRecord(holder: JsonObject): JsonObject | undefined {
  return ofElastic(holder) ?? ofSecurityLake(holder)
}

/**
 * Elastic's common schema, as the AWS integration and Filebeat's module fill it.
 * https://www.elastic.co/docs/reference/integrations/aws/cloudtrail
 */
function ofElastic(holder: JsonObject): JsonObject | undefined {
  const trail = field(field(holder, 'aws'), 'cloudtrail')
  const event = field(holder, 'event')
  const eventName = textField(event, 'action')
  if (!isObject(trail) || eventName === undefined) return undefined
  const flat = (name: string): unknown => field(trail, 'flattened', name) ?? field(trail, name)
  return known({
    eventName,
    eventSource: field(event, 'provider'),
    eventID: field(event, 'id'),
    eventTime: field(holder, '@timestamp'),
    eventVersion: field(trail, 'event_version'),
    eventType: field(trail, 'event_type'),
    eventCategory: field(trail, 'event_category'),
    awsRegion: field(holder, 'cloud', 'region'),
    sourceIPAddress: field(holder, 'source', 'address') ?? field(holder, 'source', 'ip'),
    userAgent: field(holder, 'user_agent', 'original'),
    errorCode: field(trail, 'error_code'),
    errorMessage: field(trail, 'error_message'),
    requestID: field(trail, 'request_id'),
    sharedEventID: field(trail, 'shared_event_id'),
    vpcEndpointId: field(trail, 'vpc_endpoint_id'),
    recipientAccountId: field(trail, 'recipient_account_id'),
    requestParameters: flat('request_parameters'),
    responseElements: flat('response_elements'),
    additionalEventData: flat('additional_eventdata'),
    resources: listOf(field(trail, 'resources')).map((one) =>
      known({ ARN: field(one, 'arn'), accountId: field(one, 'account_id'), type: field(one, 'type') }),
    ),
    userIdentity: elasticIdentity(holder, field(trail, 'user_identity')),
  })
}

function elasticIdentity(holder: JsonObject, user: unknown): JsonObject {
  const session = field(user, 'session_context')
  const issuer = field(session, 'session_issuer')
  return known({
    type: field(user, 'type'),
    arn: field(user, 'arn'),
    principalId: field(holder, 'user', 'id'),
    accountId: field(holder, 'cloud', 'account', 'id'),
    accessKeyId: field(user, 'access_key_id'),
    userName: field(holder, 'user', 'name'),
    invokedBy: field(user, 'invoked_by'),
    sessionContext: sessionOf(
      { creationDate: field(session, 'creation_date'), mfaAuthenticated: field(session, 'mfa_authenticated') },
      {
        type: field(issuer, 'type'),
        arn: field(issuer, 'arn'),
        accountId: field(issuer, 'account_id'),
        principalId: field(issuer, 'principal_id'),
      },
    ),
  })
}

/**
 * The Open Cybersecurity Schema, as Security Lake fills it. `uuid` held the ARN, and `uid` the id, before its version 1.1.
 * https://github.com/ocsf/examples/tree/main/mappings/markdown/AWS
 */
function ofSecurityLake(holder: JsonObject): JsonObject | undefined {
  const api = field(holder, 'api')
  const eventName = textField(api, 'operation')
  if (eventName === undefined || textField(holder, 'metadata', 'product', 'name') !== 'CloudTrail') return undefined
  const source = field(holder, 'src_endpoint')
  return known({
    eventName,
    eventSource: field(api, 'service', 'name'),
    eventID: field(holder, 'metadata', 'uid'),
    eventTime: field(holder, 'time') ?? field(holder, 'time_dt'),
    eventVersion: field(holder, 'metadata', 'product', 'version'),
    eventType: field(holder, 'metadata', 'event_code'),
    awsRegion: field(holder, 'cloud', 'region'),
    sourceIPAddress: field(source, 'ip') ?? field(source, 'domain'),
    vpcEndpointId: field(source, 'uid'),
    userAgent: field(holder, 'http_request', 'user_agent'),
    errorCode: field(api, 'response', 'error'),
    errorMessage: field(api, 'response', 'message'),
    requestID: field(api, 'request', 'uid'),
    requestParameters: field(api, 'request', 'data'),
    responseElements: field(api, 'response', 'data'),
    recipientAccountId: field(holder, 'cloud', 'account', 'uid') ?? field(holder, 'unmapped', 'recipientAccountId'),
    sharedEventID: field(holder, 'unmapped', 'sharedEventID'),
    resources: listOf(field(holder, 'resources')).map((one) =>
      known({ ARN: field(one, 'uid'), accountId: field(one, 'owner', 'account', 'uid'), type: field(one, 'type') }),
    ),
    userIdentity: actorOf(field(holder, 'actor')),
  })
}

function actorOf(actor: unknown): JsonObject {
  const user = field(actor, 'user')
  const session = field(actor, 'session')
  const arn = field(user, 'uuid') ?? field(user, 'uid')
  const issuer = field(session, 'issuer')
  return known({
    type: field(user, 'type'),
    arn,
    principalId: field(user, 'uid_alt') ?? (arn === field(user, 'uid') ? undefined : field(user, 'uid')),
    accountId: field(user, 'account', 'uid') ?? field(user, 'account_uid'),
    accessKeyId: field(user, 'credential_uid'),
    userName: field(user, 'name'),
    invokedBy: field(actor, 'invoked_by'),
    identityProvider: field(actor, 'idp', 'name'),
    sessionContext: sessionOf(
      {
        creationDate: field(session, 'created_time_dt') ?? field(session, 'created_time'),
        mfaAuthenticated: field(session, 'is_mfa') ?? field(session, 'mfa'),
      },
      { arn: issuer },
    ),
  })
}

/** A record of long-term keys has no session, which says something (R-CT-02): it is left out where nothing of one is there. */
function sessionOf(attributes: JsonObject, issuer: JsonObject): JsonObject | undefined {
  const [ofSession, ofIssuer] = [known(attributes), known(issuer)]
  const has = (object: JsonObject): boolean => Object.keys(object).length > 0
  if (!has(ofIssuer) && !has(ofSession)) return undefined
  return { attributes: ofSession, ...(has(ofIssuer) ? { sessionIssuer: ofIssuer } : {}) }
}

/** Without what the schema did not fill: a member that is there says more than one that is not. */
const known = (object: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(object).filter(([, value]) => value !== undefined && value !== null && value !== ''),
  )

/**
 * An Insights event: the rate of calls or errors was unusual. It tells of no one call, has its names in `insightDetails`
 * and is nobody's denial. https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-insights-fields-trails.html
 */
export const isInsight = (holder: JsonObject): boolean =>
  textField(holder, 'eventType') === 'AwsCloudTrailInsight' && objectOf(field(holder, 'insightDetails')) !== undefined
