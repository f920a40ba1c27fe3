/** A field of a CloudTrail record as tables of raw files have it; what has no fixed form is JSON text. */
export interface Field {
  readonly name: string
  readonly type: 'text' | { readonly fields: readonly Field[]; readonly isList: boolean }
}

const texts = (...names: readonly string[]): readonly Field[] => names.map((name) => ({ name, type: 'text' }))
const group = (name: string, fields: readonly Field[], isList = false): Field => ({ name, type: { fields, isList } })

/** https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html */
export const RECORD: readonly Field[] = [
  ...texts('eventversion'),
  group('useridentity', [
    ...texts('type', 'principalid', 'arn', 'accountid', 'invokedby', 'accesskeyid', 'username'),
    group('sessioncontext', [
      group('attributes', texts('mfaauthenticated', 'creationdate')),
      group('sessionissuer', texts('type', 'principalid', 'arn', 'accountid', 'username')),
    ]),
  ]),
  ...texts('eventtime', 'eventsource', 'eventname', 'awsregion', 'sourceipaddress', 'useragent', 'errorcode'),
  ...texts('errormessage', 'requestparameters', 'responseelements', 'additionaleventdata', 'requestid', 'eventid'),
  ...texts('readonly'),
  group('resources', texts('arn', 'accountid', 'type'), true),
  ...texts('eventtype', 'apiversion', 'recipientaccountid', 'serviceeventdetails', 'sharedeventid', 'vpcendpointid'),
  ...texts('vpcendpointaccountid', 'eventcategory', 'addendum'),
]

type Column = readonly [column: string, path: string]

/** Who, in `cloudtrail_raw`. */
export const IDENTITY: readonly Column[] = [
  ['caller_account', 'useridentity.accountid'],
  ['principal_type', 'useridentity.type'],
  ['principal_arn', 'useridentity.arn'],
  ['issuer_arn', 'useridentity.sessioncontext.sessionissuer.arn'],
  ['invoked_by', 'useridentity.invokedby'],
]

export const DETAILS: readonly Column[] = [
  ['recipient_account', 'recipientaccountid'],
  ['event_id', 'eventid'],
  ['shared_event_id', 'sharedeventid'],
  ['request_id', 'requestid'],
  ['event_source', 'eventsource'],
  ['event_name', 'eventname'],
  ['event_region', 'awsregion'],
  ['error_code', 'errorcode'],
  ['error_message', 'errormessage'],
  ['source_ip', 'sourceipaddress'],
  ['user_agent', 'useragent'],
  ['vpc_endpoint_id', 'vpcendpointid'],
  ['request_parameters', 'requestparameters'],
]

export const RESOURCES = 'resources'
