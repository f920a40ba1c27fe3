import { isWrappedRefusal, keyUsesOf } from '../evidence/wrapped-refusal.ts'
import type { UsualCause } from '../diagnosis.ts'
import { type Clues, inRegion, option } from './clues.ts'
import { causeIn } from './general-causes.ts'
import { bucketOption, eventsNamed } from './look.ts'
import { kmsCauses } from './service-causes.ts'

/**
 * Usual causes of a refusal that the called service wraps in a code or words of its own: what it asks behind the call, which was
 * allowed itself (R-MSG-33). Undefined: it is no such refusal.
 */
export function wrappedCauses(clues: Clues): readonly UsualCause[] | undefined {
  const { denial } = clues
  if (!isWrappedRefusal(denial)) return undefined
  const uses = keyUsesOf(denial)
  if (uses.length > 0)
    return [
      ...keyOfSecret(clues),
      ...kmsCauses({ ...clues, service: 'kms', action: undefined, actions: uses, resource: clues.behind }),
    ]
  const said = `${denial.code ?? ''} ${denial.evidence.reader}`
  return ROWS.find(([pattern]) => pattern.test(said))?.[1](clues) ?? dependencyCauses(clues)
}

/** Which key it is stands at the secret. */
const keyOfSecret = (clues: Clues): readonly UsualCause[] =>
  clues.service === 'secretsmanager'
    ? [
        {
          layer: null,
          what: 'the key of the secret is gone or disabled, or is aws/secretsmanager (where none is named), which no other account may use',
          tell: inRegion(
            `aws secretsmanager describe-secret ${option('--secret-id', clues.resource, 'SECRET')} --query KmsKeyId`,
            clues,
          ),
        },
      ]
    : []

type Row = readonly [pattern: RegExp, causes: (clues: Clues) => readonly UsualCause[]]

/** By the code, or by the rule that read the words. */
const ROWS: readonly Row[] = [
  // https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html (G-55)
  [
    /InsufficientS3BucketPolicy/,
    (clues) => [
      bucketPolicy(
        'the bucket policy does not let cloudtrail.amazonaws.com call s3:GetBucketAcl on the bucket and s3:PutObject on PREFIX/AWSLogs/ACCOUNT_ID/*, with the owner’s full control, or not for this trail (aws:SourceArn)',
        clues,
      ),
    ],
  ],
  // https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-permissions-for-sns-notifications.html
  [
    /InsufficientSnsTopicPolicy/,
    (clues) => [
      topicPolicy(
        'the policy of the topic does not let cloudtrail.amazonaws.com call sns:Publish, or not for this trail (aws:SourceArn); or the topic is not there',
        clues,
      ),
    ],
  ],
  // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.GrantingPermissions.html
  [
    /SNSNoAuthorization/,
    (clues) => [
      topicPolicy(
        'the policy of the topic does not let the service call sns:Publish, or its key policy does not let it use the key',
        clues,
      ),
    ],
  ],
  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-and-resource-policy.html (G-66)
  [
    /LogDestinationPermission/,
    (clues) => [
      bucketPolicy(
        'logs go to a bucket, and its policy does not let delivery.logs.amazonaws.com call s3:GetBucketAcl and s3:PutObject; or a key policy leaves it out',
        clues,
      ),
      {
        layer: 'resource-policy',
        what: 'logs go to a log group, and the resource policies of CloudWatch Logs do not let delivery.logs.amazonaws.com call logs:CreateLogStream and logs:PutLogEvents; there are ten at most',
        tell: inRegion('aws logs describe-resource-policies', clues),
      },
      {
        layer: 'identity-policy',
        what: 'the caller may not set up the delivery: logs:CreateLogDelivery, and s3:PutBucketPolicy or logs:PutResourcePolicy besides',
        tell: inRegion(eventsNamed('CreateLogDelivery'), clues),
      },
    ],
  ],
  // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html (G-66)
  [
    /log-bucket-denied/,
    (clues) => [
      bucketPolicy(
        'the bucket policy does not let logdelivery.elasticloadbalancing.amazonaws.com (a Network Load Balancer: delivery.logs.amazonaws.com) call s3:PutObject on PREFIX/AWSLogs/ACCOUNT_ID/*',
        clues,
      ),
      {
        layer: null,
        what: 'the bucket is in another Region than the load balancer, or encrypts with a KMS key, which an Application Load Balancer cannot use',
        tell: `aws s3api get-bucket-encryption ${bucketOption(clues)}`,
      },
    ],
  ],
  // https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions (G-11)
  [
    /EC2AccessDenied/,
    (clues) => [
      {
        layer: 'identity-policy',
        what: 'the execution role of the function may not ec2:CreateNetworkInterface, ec2:DescribeNetworkInterfaces and ec2:DeleteNetworkInterface (AWSLambdaVPCAccessExecutionRole has them)',
        tell: inRegion(
          `aws lambda get-function-configuration ${option('--function-name', clues.resource, 'FUNCTION')} --query Role`,
          clues,
        ),
      },
      ...causeIn('service-control-policy', 'a service control policy of the function’s account denies it', clues),
    ],
  ],
  [
    /IamRoleMissingPermissions/,
    (clues) => [
      {
        layer: 'identity-policy',
        what: 'the role that the call hands over lacks what the service does with it, or its trust policy does not name the service',
        tell: inRegion(eventsNamed(clues.denial.operation ?? 'EVENT'), clues),
      },
    ],
  ],
]

const bucketPolicy = (what: string, clues: Clues): UsualCause => ({
  layer: 'resource-policy',
  what,
  tell: `aws s3api get-bucket-policy ${bucketOption(clues)} --query Policy --output text`,
})

const topicPolicy = (what: string, { behind }: Clues): UsualCause => ({
  layer: 'resource-policy',
  what,
  tell: `aws sns get-topic-attributes ${option('--topic-arn', behind, 'TOPIC_ARN')} --query Attributes.Policy --output text`,
})

/** The service made a request in the caller's name, and nobody says which. */
const dependencyCauses = (clues: Clues): readonly UsualCause[] => [
  {
    layer: 'identity-policy',
    what: `a request that ${clues.denial.operation ?? 'the call'} makes to another service in the caller’s name is not allowed: its record stands beside that of the call`,
    tell: inRegion(
      "aws cloudtrail lookup-events --max-results 50 --query 'Events[].CloudTrailEvent' --output text",
      clues,
    ),
  },
  ...causeIn('service-control-policy', 'a service control policy of the organization denies that request', clues),
]
