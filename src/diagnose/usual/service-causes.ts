import type { UsualCause } from '../diagnosis.ts'
import { type Clues, inRegion, nameIn, option } from './clues.ts'
import { isOfServiceRole } from '../evidence/service-role.ts'
import { boundaryCause, causeIn, silentIdentity } from './general-causes.ts'

/** https://docs.aws.amazon.com/kms/latest/developerguide/policy-evaluation.html */
export const kmsCauses = (clues: Clues): readonly UsualCause[] => [
  ...keyPolicy(clues),
  silentIdentity(clues, '; the key’s ARN has to stand there, for an alias does not count'),
  missingKey(clues),
  ...causeIn('service-control-policy', 'a service control policy of the organization denies it', clues),
]

/** What of the key itself refuses. */
export const keyCauses = (clues: Clues): readonly UsualCause[] => [...keyPolicy(clues), missingKey(clues)]

const keyPolicy = (clues: Clues): readonly UsualCause[] =>
  causeIn(
    'resource-policy',
    'the key policy neither names the caller (or its role, or the service) nor leaves the key to the policies of its account',
    clues,
  )

const missingKey = (clues: Clues): UsualCause => ({
  layer: null,
  what: 'the key is not in this Region or account, is an AWS managed key used from another account, or is disabled',
  tell: inRegion(`aws kms describe-key ${option('--key-id', clues.resource, 'KEY')}`, clues),
})

/** https://docs.aws.amazon.com/AmazonECR/latest/userguide/common-errors-docker.html */
export const ecrCauses = (clues: Clues): readonly UsualCause[] => [
  silentIdentity(
    clues,
    ' (a push needs ecr:BatchCheckLayerAvailability, InitiateLayerUpload, UploadLayerPart, CompleteLayerUpload, PutImage; any call ecr:GetAuthorizationToken on *)',
  ),
  ...causeIn(
    'resource-policy',
    'the repository is of another account, and its policy does not let the caller in',
    clues,
  ),
  {
    layer: null,
    what: 'there is no repository of this name in this account and Region',
    tell: inRegion('aws ecr describe-repositories --query repositories[].repositoryUri', clues),
  },
  ...causeIn(
    'vpc-endpoint-policy',
    'the pull goes through VPC endpoints (ecr.api, ecr.dkr, S3) whose policies leave it out',
    clues,
  ),
]

/** https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html */
export const secretCauses = (clues: Clues): readonly UsualCause[] => [
  silentIdentity(clues, ' (the ARN of a secret ends in six characters more than its name: NAME-??????)'),
  {
    layer: 'resource-policy',
    what: 'the secret is encrypted with a KMS key that the caller may not use (kms:Decrypt)',
    tell: inRegion(
      `aws secretsmanager describe-secret ${option('--secret-id', clues.resource, 'SECRET')} --query KmsKeyId`,
      clues,
    ),
  },
  ...causeIn(
    'resource-policy',
    'the policy of the secret denies it, or does not name the caller of another account',
    clues,
  ),
]

/** A queue or topic: its policy lets services and other accounts in, and its key has to let the sender use it. */
export const messagingCauses = (clues: Clues): readonly UsualCause[] => {
  const isQueue = clues.service === 'sqs'
  const isRead = clues.actions.some((action) => /^sqs:(?:Receive|Delete|Change|Get)/i.test(action))
  const key = isQueue
    ? `aws sqs list-queues ${option('--queue-name-prefix', nameIn(clues.resource), 'QUEUE')}`
    : `aws sns get-topic-attributes ${option('--topic-arn', clues.resource, 'TOPIC_ARN')} --query Attributes.KmsMasterKeyId`
  const policy = causeIn(
    'resource-policy',
    `the policy of the ${isQueue ? 'queue' : 'topic'} does not let the ${isRead ? 'reader' : 'sender'} in: a service needs its own principal (sns.amazonaws.com, s3.amazonaws.com …) with aws:SourceArn, another account its ARN`,
    clues,
  )
  const encrypted: UsualCause = {
    layer: 'resource-policy',
    what: `it is encrypted with a KMS key that the ${isRead ? 'reader may not use (kms:Decrypt)' : 'sender may not use (kms:GenerateDataKey and kms:Decrypt)'}`,
    tell: isQueue ? keyOfQueue(policy[0]?.tell ?? key) : inRegion(key, clues),
  }
  // The owner of a queue is refused by his own policies; a service, or another account, by the queue's.
  return clues.role === undefined && clues.user === undefined && !isOfServiceRole(clues.denial)
    ? [...policy, encrypted, silentIdentity(clues)]
    : [silentIdentity(clues), ...policy, encrypted]
}

const keyOfQueue = (command: string): string =>
  command.replace('--attribute-names Policy', '--attribute-names KmsMasterKeyId')

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html */
export const authorizerCauses = (clues: Clues): readonly UsualCause[] => [
  {
    layer: null,
    what: 'the Lambda authorizer of the API returned a policy that denies this method and path, or leaves them out: one that is cached counts for all that the same token calls, so it has to name the whole API',
    tell: inRegion('aws apigateway get-authorizers --rest-api-id API_ID', clues),
  },
  ...causeIn('resource-policy', 'the resource policy of the API denies it, or does not let the caller in', {
    ...clues,
    service: 'execute-api',
  }),
]

/** https://docs.aws.amazon.com/codecommit/latest/userguide/troubleshooting-ch.html */
export const gitCauses = (clues: Clues): readonly UsualCause[] => [
  ...(clues.denial.resourceText?.startsWith('https://') === true
    ? [
        {
          layer: null,
          what: 'a credential helper (the keychain of macOS, the credential manager of Windows) sent credentials that are old or of somebody else',
          tell: 'git config --get-all credential.helper',
        },
      ]
    : []),
  silentIdentity(clues),
  ...causeIn('service-control-policy', 'a service control policy of the organization denies it', clues),
  ...boundaryCause(clues),
]

/** https://docs.aws.amazon.com/opensearch-service/latest/developerguide/serverless-data-access.html */
export const collectionCauses = (clues: Clues): readonly UsualCause[] => [
  {
    layer: null,
    what: 'no data access policy of OpenSearch Serverless names the role or user with the index and the permission (`aoss:ReadDocument`, `aoss:CreateIndex` …)',
    tell: inRegion('aws opensearchserverless list-access-policies --type data', clues),
  },
  silentIdentity({ ...clues, action: 'aoss:APIAccessAll', actions: ['aoss:APIAccessAll'], resource: undefined }),
  {
    layer: null,
    what: 'no network policy lets the request in, or it was signed for another service than `aoss` or another Region',
    tell: inRegion('aws opensearchserverless list-security-policies --type network', clues),
  },
]

/** https://docs.aws.amazon.com/organizations/latest/APIReference/action-reference.html */
export const organizationCauses = (clues: Clues): readonly UsualCause[] => [
  {
    layer: null,
    what: 'the call was made in a member account: most operations of Organizations are for the management account or a delegated administrator, whatever policies allow',
    tell: 'aws organizations describe-organization --query Organization.MasterAccountId',
  },
  silentIdentity(clues),
  ...causeIn('service-control-policy', 'a service control policy of the organization denies it', clues),
]

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions */
export const lambdaCauses = (clues: Clues): readonly UsualCause[] => [
  ...(clues.actions.includes('lambda:InvokeFunctionUrl') ? urlCauses(clues) : []),
  silentIdentity(clues),
  ...causeIn(
    'resource-policy',
    'another account or service invokes the function, and the function’s policy does not let it in',
    clues,
  ),
  ...causeIn('service-control-policy', 'a service control policy of the organization denies it', clues),
]

/** https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html */
const urlCauses = (clues: Clues): readonly UsualCause[] => [
  ...causeIn(
    'resource-policy',
    'the function’s policy allows lambda:InvokeFunctionUrl, and not lambda:InvokeFunction (with lambda:InvokedViaFunctionUrl), which URLs need besides since October 2025; or neither',
    clues,
  ),
  {
    layer: null,
    what: 'the URL wants AWS’s signature (AuthType AWS_IAM), and the request was not signed, or for another service than lambda',
    tell: `aws lambda list-function-url-configs ${option('--function-name', nameIn(clues.resource), 'FUNCTION')} --query 'FunctionUrlConfigs[].[FunctionUrl,AuthType]'`,
  },
]
