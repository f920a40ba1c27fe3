import { patternRule } from './pattern-rule.ts'

/** A service names itself and the key it may not use (EventBridge). The same three causes as R-MSG-12. */
export const serviceAccessToKey = patternRule({
  id: 'service-access-to-key',
  example:
    'events.amazonaws.com is not authorized to access the key because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access.',
  docs: 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-encryption-key-policy.html',
  anchor: 'isnotauthorizedtoaccessthekey',
  pattern:
    /(?<principal>[a-z0-9.-]{1,60}\.amazonaws\.com)?\s{0,8}is not authorized to access the key\b(?<reason> because the resource does not exist in this Region)?/i,
  fields: ({ principal, reason }) => ({
    principal: principal ?? null,
    layer: reason === undefined ? null : 'resource-policy',
    notes:
      reason === undefined
        ? []
        : [{ code: 'possibly-not-found', text: 'The same text stands for a key that does not exist in this Region.' }],
  }),
})

/** Actions that services ask of a KMS key that encrypts what they keep: to read, and to write. */
const KEY_USES = ['kms:Decrypt', 'kms:GenerateDataKey'] as const

/** A service's own words for a refusal by KMS behind it; the action is not said (R-MSG-33). */
export const kmsNotAllowed = patternRule({
  id: 'kms-not-allowed',
  example: '{"__type":"AccessDeniedException","Message":"Access to KMS is not allowed"}',
  docs: 'https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html',
  anchor: 'accesstokmsisnotallowed',
  pattern: /Access to KMS is not allowed/i,
  fields: () => ({ behind: true, orElse: KEY_USES }),
})

/** AWS Lambda decrypts the environment variables of a function as its execution role, before the function runs. */
export const functionVariablesDenied = patternRule({
  id: 'function-variables-denied',
  example:
    'Lambda was unable to decrypt the environment variables because KMS access was denied. Please check the function’s KMS key settings.',
  docs: 'https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html',
  anchor: 'environmentvariablesbecausekmsaccesswasdenied',
  pattern:
    /\bLambda (?:was unable to|could not|couldn['’]t) decrypt (?:the|your) environment variables because KMS access was denied\b/i,
  fields: () => ({
    impliedAction: 'kms:Decrypt',
    notes: [
      {
        code: 'service-role',
        text: 'Lambda used the execution role of the function, not the caller. With a customer managed key, that role needs kms:Decrypt, and the key policy must allow it. With the AWS managed key (`aws/lambda`) there is a grant for the role: if the role was deleted and created again under its name, the grant is void. Then set another role on the function and this one again: `aws lambda update-function-configuration --function-name FUNCTION --role ROLE_ARN`.',
      },
    ],
  }),
})

/**
 * Amazon DynamoDB of the key of a table: each call needs kms:Decrypt on it.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
 */
export const tableKeyDenied = patternRule({
  id: 'table-key-denied',
  example: 'operation error DynamoDB: GetItem, api error AccessDeniedException: KMS key access denied',
  docs: 'https://docs.aws.amazon.com/kms/latest/developerguide/services-dynamodb.html',
  anchor: 'kmskeyaccessdenied',
  pattern: /\bKMS key access denied\b/i,
  fields: () => ({ behind: true, orElse: ['kms:Decrypt'] }),
})

/** Amazon EC2 and AWS Backup of the key of a snapshot that is copied: https://repost.aws/knowledge-center/backup-cross-account-copy-error. */
export const copyKeyDenied = patternRule({
  id: 'copy-key-denied',
  example:
    'AMI snapshot copy failed with error: Given key ID is not accessible. You must have DescribeKey permissions on the default CMK',
  docs: 'https://docs.aws.amazon.com/aws-backup/latest/devguide/encryption.html',
  anchor: 'youmusthavedescribekeypermissions',
  pattern: /\bGiven key ID is not accessible\. You must have DescribeKey permissions\b/i,
  fields: () => ({
    behind: true,
    impliedAction: 'kms:DescribeKey',
    notes: [
      {
        code: 'possibly-not-found',
        text: 'In a copy to another account, one of two things: the source is encrypted with a customer managed key whose policy does not allow the other account, or with an AWS managed key (`aws/ebs`), which cannot be shared. Then copy the source to a customer managed key first. The same text stands for a key that does not exist or is disabled.',
      },
    ],
  }),
})

/** KMS's words for a ciphertext whose key the caller may not use, or which is not there, through whatever call it comes. */
export const kmsCiphertext = patternRule({
  id: 'kms-ciphertext',
  example:
    'AccessDeniedException: The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.',
  docs: 'https://docs.aws.amazon.com/botocore/latest/reference/services/kinesis/client/exceptions/KMSAccessDeniedException.html',
  anchor: 'theciphertextrefer',
  pattern:
    /The ciphertext (?:(?<own>refers to) a customer master key|references a key) that (?:does not|doesn['’]t) exist,? (?:or that you don['’]t have access to|does not exist in this region, or you are not allowed to access)/i,
  fields: ({ own }) => ({
    // The other wording is of the services' own pages, for any request to KMS.
    ...(own === undefined ? { behind: true, orElse: KEY_USES } : { impliedAction: 'kms:Decrypt' }),
    notes: [{ code: 'possibly-not-found', text: 'The same text stands for a key that does not exist in this Region.' }],
  }),
})

/**
 * The delivery status log of SNS names the request to SQS: SNS itself uses the key of the queue.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-enable-encryption-for-topic-sqs-queue-subscriptions.html
 */
const OF_DELIVERY = {
  principal: 'sns.amazonaws.com',
  oneOf: KEY_USES,
  notes: [
    {
      code: 'service-role',
      text: 'SNS could not use the key of the queue that it delivers to. The queue must be encrypted with a customer managed key whose policy allows sns.amazonaws.com kms:GenerateDataKey and kms:Decrypt (aws:SourceArn, aws:SourceAccount); the policy of the AWS managed key alias/aws/sqs cannot be changed.',
    },
  ],
} as const

/** KMS's refusal as an SDK of the service before it prints it: no message, KMS's name for the service (Java, and what passes it on). */
export const kmsWithoutWords = patternRule({
  id: 'kms-without-words',
  example:
    'KMSAccessDenied: null (Service: AWSKMS; Status Code: 400; Error Code: AccessDeniedException; Request ID: 318a7abf-00c8-4b1d-8877-cb1fba8271e5; Proxy: null)',
  docs: 'https://docs.aws.amazon.com/sns/latest/api/API_Publish.html',
  anchor: 'serviceawskms',
  pattern:
    /null (?=\(Service: AWSKMS[;,] Status Code: 40\d[;,] Error Code: AccessDeniedException\b(?<toQueue>[^()]{0,160}\)[\\"]{1,8},\s?[\\"]{1,8}sqsRequestId\b)?)|\bKMS\.?AccessDenied(?:Exception)?: null\b/,
  fields: ({ toQueue }) => (toQueue === undefined ? { behind: true, orElse: KEY_USES } : OF_DELIVERY),
})

/** Amazon RDS of a key behind the call: not there, disabled, or not to be used. */
export const keyNotAccessible = patternRule({
  id: 'key-not-accessible',
  example:
    'The specified KMS key [arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab] does not exist, is not enabled or you do not have permissions to access it.',
  docs: 'https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.Keys.html',
  anchor: 'doesnotexistisnotenabledoryoudonothavepermission',
  pattern:
    /\bKMS key \[?(?<key>arn:[\w-]{1,20}:kms:[^\s\]]{1,300})?[^\n]{0,80}?\]? does not exist, is not enabled,? or you do not have permissions? to access it/i,
  fields: ({ key }) => ({
    oneOf: ['kms:CreateGrant', 'kms:DescribeKey'],
    resource: key ?? null,
    notes: [
      {
        code: 'possibly-not-found',
        text: 'The same text stands for a key that does not exist in this Region, or is disabled.',
      },
    ],
  }),
})

/** Actions of whoever launches an instance or attaches a volume, on the volume's key (G-22, G-23). */
const VOLUME_USES = [
  'kms:CreateGrant',
  'kms:Decrypt',
  'kms:DescribeKey',
  'kms:GenerateDataKeyWithoutPlaintext',
] as const
const LAUNCHER = {
  code: 'service-role',
  text: 'Whoever launches may not use the key of a volume, by AWS’s guide: EC2 itself does not say what. For Auto Scaling that is its service-linked role (AWSServiceRoleForAutoScaling), which the key policy alone can let in, or a grant of the key’s account; `kms:ReEncrypt*` is needed besides, and `kms:CreateGrant` with `kms:GrantIsForAWSResource`.',
} as const

/** Activities of an Auto Scaling group are its own: it launches as its service-linked role. */
const OF_AUTO_SCALING =
  'arn:aws:iam::ACCOUNT_ID:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling'

/** An instance that ended at its launch, in the words of EC2 and of the activity of an Auto Scaling group. */
export const volumeKeyDenied = patternRule({
  id: 'volume-key-denied',
  example: 'Client.InternalError: Client error on launch',
  docs: 'https://docs.aws.amazon.com/autoscaling/ec2/userguide/key-policy-requirements-EBS-encryption.html',
  anchor: 'clienterroronlaunch',
  pattern:
    /(?:\b(?<scaling>Launching a new EC2 instance)\b[^]{0,300}?)?\bClient\.InternalError: Client error on launch\b/,
  fields: ({ scaling }) => ({
    oneOf: VOLUME_USES,
    notes: [LAUNCHER],
    ...(scaling === undefined ? {} : { principal: OF_AUTO_SCALING }),
  }),
})

/** The same of one volume. */
export const volumeKeyInaccessible = patternRule({
  id: 'volume-key-inaccessible',
  example: 'Volume vol-0abc1234def567890 is encrypted with an inaccessible KMS key',
  docs: 'https://docs.aws.amazon.com/autoscaling/ec2/userguide/key-policy-requirements-EBS-encryption.html',
  anchor: 'encryptedwithaninaccessiblekmskey',
  pattern: /\bencrypted with an inaccessible KMS key\b/i,
  fields: () => ({ oneOf: VOLUME_USES, notes: [LAUNCHER] }),
})

/** An alarm of CloudWatch that may not use the key of its topic. */
export const alarmKeyDenied = patternRule({
  id: 'alarm-key-denied',
  example: 'CloudWatch Alarms does not have authorization to access the SNS topic encryption key.',
  docs: 'https://docs.aws.amazon.com/kms/latest/developerguide/policy-evaluation.html',
  anchor: 'doesnothaveauthorizationtoaccessthesnstopicencryptionkey',
  pattern: /\bCloudWatch Alarms does not have authorization to access the SNS topic encryption key\b/i,
  fields: () => ({
    principal: 'cloudwatch.amazonaws.com',
    oneOf: KEY_USES,
    layer: 'resource-policy',
    denyType: 'implicit',
  }),
})
