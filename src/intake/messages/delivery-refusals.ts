import type { Note } from '../note.ts'
import { CUSTOM_RESOURCE } from '../wrapper/refused-url.ts'
import { ownCallRule } from './own-call-rule.ts'
import { patternRule } from './pattern-rule.ts'

/** The note of a refusal that the policy of the destination decides, not a policy of the caller. */
const destinationNote = (text: string): readonly Note[] => [{ code: 'service-role', text }]

/** Where services write logs in a bucket: below this folder, with or without a prefix before it. */
export const LOGS = '/AWSLogs/*'

/** Amazon S3 sends a test message to every destination of a notification configuration. */
export const notificationDestination = patternRule({
  id: 'notification-destination',
  example:
    'An error occurred (InvalidArgument) when calling the PutBucketNotificationConfiguration operation: Unable to validate the following destination configurations',
  docs: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html',
  anchor: 'unabletovalidatethefollowingdestinationconfigurations',
  pattern: /\bUnable to validate the following destination configurations\b/i,
  fields: () => ({
    principal: 's3.amazonaws.com',
    oneOf: ['sqs:SendMessage', 'sns:Publish', 'lambda:InvokeFunction'],
    notes: destinationNote(
      'S3 tested the destination: the policy of the queue, topic or function must allow s3.amazonaws.com for this bucket (aws:SourceArn, aws:SourceAccount). If a KMS key encrypts the queue or topic, it must be a customer managed key whose policy allows s3.amazonaws.com kms:GenerateDataKey and kms:Decrypt.',
    ),
  }),
})

/** AWS CloudTrail tests the bucket of a trail. */
export const trailBucket = patternRule({
  id: 'trail-bucket',
  example:
    'InsufficientS3BucketPolicyException: Incorrect S3 bucket policy is detected for bucket: amzn-s3-demo-bucket',
  docs: 'https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html',
  anchor: 'incorrectsbucketpolicyisdetectedforbucket',
  pattern: /\bIncorrect S3 bucket policy is detected for bucket(?:: (?<place>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]))?/i,
  fields: ({ place }) => ({
    principal: 'cloudtrail.amazonaws.com',
    oneOf: ['s3:GetBucketAcl', 's3:PutObject'],
    ...(place === undefined ? {} : { place: `${place}${LOGS}` }),
    notes: destinationNote(
      'CloudTrail tested the bucket: its policy must allow cloudtrail.amazonaws.com s3:GetBucketAcl on the bucket and s3:PutObject on PREFIX/AWSLogs/ACCOUNT_ID/*, with s3:x-amz-acl bucket-owner-full-control. An organization trail also needs PREFIX/AWSLogs/ORGANIZATION_ID/*.',
    ),
  }),
})

/** AWS Config tests the bucket of a delivery channel. */
export const configBucket = patternRule({
  id: 'config-bucket',
  example:
    "InsufficientDeliveryPolicyException: Insufficient delivery policy to s3 bucket: amzn-s3-demo-bucket, unable to write to bucket, provided s3 key prefix is 'null', provided kms key is 'null'.",
  docs: 'https://docs.aws.amazon.com/config/latest/developerguide/s3-bucket-policy.html',
  anchor: 'insufficientdeliverypolicytosbucket',
  pattern:
    /\bInsufficient delivery policy to s3 bucket: (?:arn:[\w-]{1,20}:s3:::)?(?<place>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:, unable to (?:(?<verb>write|get)\b|assume role: (?<role>arn:[\w-]{1,20}:iam::[^\s"'<>]{1,400}?)(?=[.,\s]|$)))?/i,
  fields: ({ place = '', verb, role }) =>
    role === undefined
      ? {
          principal: 'config.amazonaws.com',
          ...(verb?.toLowerCase() === 'get'
            ? { impliedAction: 's3:GetBucketAcl', place }
            : { impliedAction: 's3:PutObject', place: `${place}${LOGS}` }),
          notes: destinationNote(
            'AWS Config tested the bucket: its policy must allow config.amazonaws.com, or the role of the recorder, s3:GetBucketAcl and s3:ListBucket on the bucket and s3:PutObject on PREFIX/AWSLogs/ACCOUNT_ID/Config/*.',
          ),
        }
      : {
          principal: 'config.amazonaws.com',
          impliedAction: 'sts:AssumeRole',
          resource: role,
          notes: [
            {
              code: 'trust-policy',
              text: 'AWS Config called STS: the ARN must be that of a role, and its trust policy must allow config.amazonaws.com to call `sts:AssumeRole`.',
            },
          ],
        },
})

/** CloudWatch Logs delivers flow logs and the logs of other services to a bucket. */
export const logDestination = patternRule({
  id: 'log-destination',
  example: 'Access Denied for LogDestination: amzn-s3-demo-bucket. Please check LogDestination permission.',
  docs: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-V2-S3.html',
  anchor: 'accessdeniedforlogdestination',
  pattern: /\bAccess Denied for LogDestination: (?:arn:[\w-]{1,20}:s3:::)?(?<place>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])/i,
  fields: ({ place = '' }) => ({
    principal: 'delivery.logs.amazonaws.com',
    oneOf: ['s3:GetBucketAcl', 's3:PutObject'],
    place: `${place}${LOGS}`,
    notes: destinationNote(
      'CloudWatch Logs tested the bucket: its policy must allow delivery.logs.amazonaws.com s3:GetBucketAcl on the bucket and s3:PutObject on PREFIX/AWSLogs/ACCOUNT_ID/*. A KMS key of the bucket must allow it kms:GenerateDataKey.',
    ),
  }),
})

/** A service that invokes a function in its own name: the policy of the function decides. */
const invokeRefusal = ownCallRule('lambda:InvokeFunction', (service) => ({
  code: 'service-role',
  text: `The policy of the function must allow ${service} to call lambda:InvokeFunction: \`aws lambda add-permission --function-name FUNCTION --statement-id ID --action lambda:InvokeFunction --principal ${service} --source-arn ARN\`. A source ARN with another form than the real one does not match.`,
}))

/** Amazon API Gateway, in the access log of an HTTP API. */
export const integrationInvoke = invokeRefusal({
  id: 'integration-invoke',
  example:
    "The IAM role configured on the integration or API Gateway doesn't have permissions to call the integration. Check the permissions and try again.",
  docs: 'https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-troubleshooting-lambda.html',
  anchor: 'havepermissionstocalltheintegration',
  pattern:
    /\bThe IAM role configured on the integration or API Gateway does(?:n['’]t| not) have permissions? to call the integration\b/i,
  service: 'apigateway.amazonaws.com',
})

/** Amazon API Gateway, in the execution log of a REST API. */
export const functionPermissions = invokeRefusal({
  id: 'function-permissions',
  example: 'Execution failed due to configuration error: Invalid permissions on Lambda function',
  docs: 'https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway-errors.html',
  anchor: 'invalidpermissionsonlambdafunction',
  pattern: /\bInvalid permissions on Lambda function(?: (?<arn>arn:[\w-]{1,20}:lambda:[^\s"'<>]{1,300}))?/i,
  service: 'apigateway.amazonaws.com',
})

/** Amazon CloudWatch Logs tries the function of a subscription filter. */
export const subscriptionInvoke = invokeRefusal({
  id: 'subscription-invoke',
  example:
    'InvalidParameterException: Could not execute the lambda function. Make sure you have given CloudWatch Logs permission to execute your function.',
  docs: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html',
  anchor: 'havegivencloudwatchlogspermissiontoexecuteyourfunction',
  pattern: /\bMake sure you have given CloudWatch Logs permission to execute your function\b/i,
  service: 'logs.amazonaws.com',
})

/** AWS Secrets Manager tries the function that rotates a secret. */
export const rotationInvoke = invokeRefusal({
  id: 'rotation-invoke',
  example:
    'An error occurred (AccessDeniedException) when calling the RotateSecret operation: Secrets Manager cannot invoke the specified Lambda function. Ensure that the function policy grants access to the principal secretsmanager.amazonaws.com.',
  docs: 'https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets-required-permissions-function.html',
  anchor: 'secretsmanagercannotinvokethespecifiedlambdafunction',
  pattern: /\bSecrets Manager cannot invoke the specified Lambda function\b/i,
  service: 'secretsmanager.amazonaws.com',
})

/** Amazon Cognito invokes the function of a trigger. */
export const triggerInvoke = invokeRefusal({
  id: 'trigger-invoke',
  example:
    'An error occurred (UnexpectedLambdaException) when calling the SignUp operation: PreSignUp invocation failed due to error AccessDeniedException.',
  docs: 'https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html',
  anchor: 'invocationfailedduetoerroraccessdeniedexception',
  pattern: /\b[A-Z][A-Za-z]{3,40} invocation failed due to error AccessDeniedException\b/,
  service: 'cognito-idp.amazonaws.com',
})

/** AWS Config invokes the function of a custom rule. */
export const ruleInvoke = invokeRefusal({
  id: 'rule-invoke',
  example:
    "InsufficientPermissionsException: The AWS Lambda function arn:aws:lambda:us-east-1:111122223333:function:rule cannot be invoked. Check the specified function ARN, and check the function's permissions.",
  docs: 'https://docs.aws.amazon.com/config/latest/developerguide/evaluate-config_develop-rules.html',
  anchor: 'cannotbeinvokedcheckthespecifiedfunctionarn',
  pattern:
    /\bThe AWS Lambda function (?<arn>arn:[\w-]{1,20}:lambda:[^\s"'<>]{1,300}) cannot be invoked\. Check the specified function ARN/i,
  service: 'config.amazonaws.com',
})

/** Amazon CloudWatch Logs may not use the key of a log group: the key policy has to allow the service of the Region. */
export const logGroupKey = patternRule({
  id: 'log-group-key',
  example:
    "An error occurred (AccessDeniedException) when calling the AssociateKmsKey operation: The specified KMS key does not exist or is not allowed to be used with LogGroup 'arn:aws:logs:eu-west-1:111122223333:log-group:app'",
  docs: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html',
  anchor: 'isnotallowedtobeusedwith',
  pattern:
    /\bThe specified KMS [Kk]ey does not exist or is not allowed to be used with (?:LogGroup|Arn)? ?["'`]?(?:arn:[\w-]{1,20}:logs:(?<region>[a-z0-9-]{6,24}):)?/,
  fields: ({ region }) => {
    const service = region === undefined ? 'logs.amazonaws.com' : `logs.${region}.amazonaws.com`
    return {
      principal: service,
      oneOf: ['kms:GenerateDataKey', 'kms:Decrypt', 'kms:Encrypt'],
      notes: [
        ...destinationNote(
          `CloudWatch Logs uses the key itself: the key policy must allow ${service} kms:Encrypt, kms:Decrypt, kms:ReEncrypt*, kms:GenerateDataKey* and kms:DescribeKey, for kms:EncryptionContext:aws:logs:arn of the log group.`,
        ),
        {
          code: 'possibly-not-found',
          text: 'The same text stands for a key that does not exist in this Region.',
        },
      ],
    }
  },
})

/** An alarm of CloudWatch that could not publish because of the key of the topic, in the history of the alarm. */
export const alarmActionKey = patternRule({
  id: 'alarm-action-key',
  example:
    'Failed to execute action arn:aws:sns:us-east-1:111122223333:alerts. Received error: "null (Service: AWSKMS; Status Code: 400; Error Code: AccessDeniedException; Request ID: 3cd919dd-06b1-4079-b38e-77dd6093875a; Proxy: null)"',
  docs: 'https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html',
  anchor: 'failedtoexecuteactionarn',
  pattern:
    /\bFailed to execute action arn:[\w-]{1,20}:sns:[^\s"'<>]{1,300}\. Received error: ["'`]{0,2}null (?=\(Service: AWSKMS[;,])/,
  fields: () => ({
    principal: 'cloudwatch.amazonaws.com',
    oneOf: ['kms:GenerateDataKey', 'kms:Decrypt'],
    notes: destinationNote(
      'CloudWatch publishes to the topic, and uses its key: the key policy must allow cloudwatch.amazonaws.com kms:GenerateDataKey and kms:Decrypt. The policy of the AWS managed key (alias/aws/sns) cannot be changed: use a customer managed key.',
    ),
  }),
})

/** The function of a custom resource of CloudFormation, which could not send its response. */
export const customResourceResponse = patternRule({
  id: 'custom-resource-response',
  example: '[ERROR] unable to send response to CloudFormation: HTTP Error 403: Forbidden',
  docs: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-vpce-bucketnames.html',
  anchor: 'response',
  pattern:
    /\b(?:send(?:ing)? (?:the )?response\b[^\n]{0,80}? (?:to CloudFormation|pre-?signed(?: S3)? URL)|custom resource\b[^\n]{0,120}? pre-?signed(?: S3)? URL)\b[^]{0,120}?\b403\b|\bCloudFormation returned status code: Forbidden\b/i,
  fields: () => ({
    impliedAction: 's3:PutObject',
    place: 'cloudformation-custom-resource-response-REGION/*',
    notes: [CUSTOM_RESOURCE],
  }),
})
