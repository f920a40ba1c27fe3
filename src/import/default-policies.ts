/** Policies that AWS gives a resource where its maker gives none. */

/** https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html (made through the API) */
export const defaultKeyPolicy = (account: string, partition: string): unknown => ({
  Version: '2012-10-17',
  Id: 'key-default-1',
  Statement: [
    {
      Sid: 'Enable IAM User Permissions',
      Effect: 'Allow',
      Principal: { AWS: `arn:${partition}:iam::${account}:root` },
      Action: 'kms:*',
      Resource: '*',
    },
  ],
})

/** https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html: what the owner may do with a new topic. */
export const defaultTopicPolicy = (arn: string, account: string): unknown => ({
  Version: '2008-10-17',
  Id: '__default_policy_ID',
  Statement: [
    {
      Sid: '__default_statement_ID',
      Effect: 'Allow',
      Principal: { AWS: '*' },
      Action: [
        'SNS:GetTopicAttributes',
        'SNS:SetTopicAttributes',
        'SNS:AddPermission',
        'SNS:RemovePermission',
        'SNS:DeleteTopic',
        'SNS:Subscribe',
        'SNS:ListSubscriptionsByTopic',
        'SNS:Publish',
      ],
      Resource: arn,
      Condition: { StringEquals: { 'AWS:SourceOwner': account } },
    },
  ],
})

/** https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html#default-endpoint-policy */
export const DEFAULT_ENDPOINT_POLICY: unknown = {
  Statement: [{ Action: '*', Effect: 'Allow', Principal: '*', Resource: '*' }],
}

/**
 * New buckets block public access, have no ACLs, and their owner pays.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/create-bucket-faq.html
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/RequesterPaysBuckets.html
 */
export const NEW_BUCKET: readonly (readonly [string, unknown])[] = [
  [
    'blockPublicAccess',
    { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true },
  ],
  ['objectOwnership', 'BucketOwnerEnforced'],
  ['requesterPays', false],
]
