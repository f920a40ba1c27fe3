import { canonicalAction } from '#iam/facts/actions.ts'
import { patternRule } from './pattern-rule.ts'

const ROLE_REFUSED =
  'The role that the service works with was denied, not the caller of the service: look at its policies, its permissions boundary and the service control policies of its account.'

/** A connection to a code host: older permissions have the prefix `codestar-connections`. */
const USES_OF_CONNECTION = ['codeconnections:UseConnection', 'codestar-connections:UseConnection']

/** AWS CodePipeline may not use the connection of a source action. */
export const connectionDenied = patternRule({
  id: 'connection-denied',
  example:
    'Unable to use Connection: arn:aws:codeconnections:us-east-1:111122223333:connection/11111111-2222-3333-4444-555555555555. The provided role does not have sufficient permissions.',
  docs: 'https://docs.aws.amazon.com/codepipeline/latest/userguide/troubleshooting.html',
  anchor: 'unabletouseconnection',
  pattern:
    /\bUnable to use Connection(?:: (?<connection>arn:[\w-]{1,20}:[^\s"'<>]{1,200}?))?\.? {0,2}The provided role\b[^.\n]{0,200}? does not have sufficient permissions/i,
  fields: ({ connection }) => ({
    oneOf:
      connection?.includes(':codestar-connections:') === true ? USES_OF_CONNECTION.toReversed() : USES_OF_CONNECTION,
    resource: connection ?? null,
    notes: [{ code: 'service-role', text: ROLE_REFUSED }],
  }),
})

/** AWS CodeBuild tries the connection of a project with the service role. */
export const connectionOfProject = patternRule({
  id: 'connection-of-project',
  example:
    'OAuthProviderException: User is not authorized to access connection arn:aws:codeconnections:us-east-1:111122223333:connection/11111111-2222-3333-4444-555555555555',
  docs: 'https://docs.aws.amazon.com/codebuild/latest/userguide/connections-github-app.html',
  anchor: 'isnotauthorizedtoaccessconnection',
  pattern:
    /\bis not authorized to access connection (?<connection>arn:[\w-]{1,20}:(?<service>[a-z-]{2,40}):[^\s"'<>,;)]{1,200})/i,
  fields: ({ connection, service = '' }) => ({
    oneOf: ['GetConnectionToken', 'GetConnection', 'UseConnection'].flatMap(
      (name) => canonicalAction(`${service}:${name}`) ?? [],
    ),
    resource: connection ?? null,
    notes: [
      {
        code: 'service-role',
        text: 'CodeBuild uses the connection with the service role of the project: its policy must be attached before the project is created. With infrastructure as code, make the project depend on the policy.',
      },
    ],
  }),
})

/** AWS CodePipeline reads and writes artifacts with the role of the pipeline or of the action. */
export const artifactDenied = patternRule({
  id: 'artifact-denied',
  example:
    "Insufficient permissions Unable to access the artifact with Amazon S3 object key 'app/SourceArti/abc123' located in the Amazon S3 artifact bucket 'amzn-s3-demo-bucket'. The provided role does not have sufficient permissions.",
  docs: 'https://docs.aws.amazon.com/codepipeline/latest/userguide/troubleshooting.html',
  anchor: 'unabletoaccesstheartifactwithamazonsobjectkey',
  pattern:
    /\bUnable to access the artifact with Amazon S3 object key ["'`](?<key>[^"'`\n]{1,600})["'`] located in the Amazon S3 artifact bucket ["'`](?<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])["'`]/i,
  fields: ({ key = '', bucket = '' }) => ({
    impliedAction: 's3:GetObject',
    place: `${bucket}/${key}`,
    notes: [{ code: 'service-role', text: ROLE_REFUSED }],
  }),
})

/** A deployment action of AWS CodePipeline names the call as the SDK for Java does: `s3.putObject`. */
export const callOfSdk = patternRule({
  id: 'call-of-sdk',
  example: 'You do not have sufficient permissions to call s3.putObject for the deployment bucket',
  docs: 'https://docs.aws.amazon.com/codepipeline/latest/userguide/how-to-custom-role.html',
  anchor: 'permissionstocall',
  pattern: /\bpermissions? to call (?<service>[a-z][a-z0-9-]{1,40})\.(?<method>[a-z][A-Za-z0-9]{2,60})\b/,
  fields: ({ service = '', method = '' }) => {
    const action = canonicalAction(`${service}:${method}`)
    return action === undefined ? {} : { impliedAction: action, notes: [{ code: 'service-role', text: ROLE_REFUSED }] }
  },
})

/** AWS Lambda reads a stream with the execution role of the function, and lists the calls that it makes. */
export const streamDenied = patternRule({
  id: 'stream-denied',
  example:
    'An error occurred (InvalidParameterValueException) when calling the CreateEventSourceMapping operation: Cannot access stream arn:aws:dynamodb:us-east-1:111122223333:table/orders/stream/2024-01-01T00:00:00.000. Please ensure the role can perform the GetRecords, GetShardIterator, DescribeStream, and ListStreams Actions on your stream in IAM.',
  docs: 'https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html',
  anchor: 'pleaseensuretherolecanperformthe',
  pattern:
    /\bCannot access stream (?<stream>arn:[\w-]{1,20}:(?<service>kinesis|dynamodb):[^\s"'<>]{1,300}?)\.? {1,4}Please ensure the role can perform the (?<names>[A-Za-z, ]{5,200}?) Actions? on your stream/i,
  fields: ({ stream, service = '', names = '' }) => ({
    oneOf: names.split(/,? and |, /).flatMap((name) => canonicalAction(`${service}:${name.trim()}`) ?? []),
    resource: stream ?? null,
    notes: [
      {
        code: 'service-role',
        text: 'Lambda reads the stream with the execution role of the function: that role was denied.',
      },
    ],
  }),
})

/** The calls that set up the delivery of logs: https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html#cloudwatch-iam-policy */
export const LOG_DELIVERY: readonly string[] = [
  'logs:CreateLogDelivery',
  'logs:GetLogDelivery',
  'logs:UpdateLogDelivery',
  'logs:DeleteLogDelivery',
  'logs:ListLogDeliveries',
  'logs:PutResourcePolicy',
  'logs:DescribeResourcePolicies',
  'logs:DescribeLogGroups',
]

/** AWS Step Functions sets up the logging of a state machine with the role of the state machine. */
export const logDeliveryDenied = patternRule({
  id: 'log-delivery-denied',
  example: 'AccessDeniedException: The state machine IAM Role is not authorized to access the Log Destination',
  docs: 'https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html',
  anchor: 'isnotauthorizedtoaccessthelogdestination',
  pattern: /\bThe state machine IAM Role is not authorized to access the Log Destination\b/i,
  fields: () => ({
    oneOf: LOG_DELIVERY,
    resource: '*',
    notes: [
      {
        code: 'service-role',
        text: 'Step Functions sets up the logs with the role of the state machine: it needs all of the logs: actions of log delivery on *. The name of the log group must begin with /aws/vendedlogs/ when the resource policies of CloudWatch Logs have reached their size limit.',
      },
    ],
  }),
})

/** Amazon Athena looks at the bucket for the results before it runs a query, and creates it if it is not there. */
export const outputBucketUnverified = patternRule({
  id: 'output-bucket-unverified',
  example: 'InvalidRequestException: Unable to verify/create output bucket amzn-s3-demo-bucket',
  docs: 'https://docs.aws.amazon.com/athena/latest/ug/troubleshooting-athena.html',
  anchor: 'unabletoverifycreateoutputbucket',
  pattern: /\bUnable to verify\/create output bucket(?: (?<place>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]))?/i,
  fields: ({ place }) => ({
    impliedAction: 's3:GetBucketLocation',
    behind: true,
    ...(place === undefined ? {} : { place }),
    notes: [
      {
        code: 'service-role',
        text: 'Athena looks at the bucket of the results with the permissions of the principal that starts the query, which needs s3:GetBucketLocation on the bucket itself, then s3:ListBucket and s3:PutObject. The bucket must also exist in the Region of the query.',
      },
    ],
  }),
})

/** Amazon Redshift names no action, and sends the code of EC2. */
export const ensurePermissions = patternRule({
  id: 'ensure-permissions',
  example:
    'An error occurred (UnauthorizedOperation) when calling the RestoreFromClusterSnapshot operation: Access Denied. Please ensure that your IAM Permissions allow this operation.',
  docs: 'https://docs.aws.amazon.com/redshift/latest/mgmt/redshift-iam-authentication-access-control.html',
  anchor: 'pleaseensurethatyouriampermissionsallowthisoperation',
  pattern: /\bAccess Denied\. Please ensure that your IAM Permissions allow this operation\b/i,
  fields: () => ({ sender: 'redshift' }),
})
