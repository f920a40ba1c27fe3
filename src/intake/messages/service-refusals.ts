import { canonicalAction } from '#iam/facts/actions.ts'
import { actionsForOperation } from '../event-action/actions.ts'
import { LOGS } from './delivery-refusals.ts'
import { patternRule } from './pattern-rule.ts'

/** A CloudTrail network activity event: the endpoint's policy refused, and nothing says how. */
export const vpcEndpointEvent = patternRule({
  id: 'vpc-endpoint-event',
  example: 'The request was denied due to a VPC endpoint policy',
  docs: 'https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-network-events-with-cloudtrail.html',
  anchor: 'requestwasdeniedduetoavpcendpointpolicy',
  pattern: /The request was denied due to a VPC endpoint policy/i,
  fields: () => ({ layer: 'vpc-endpoint-policy' }),
})

/** Lake Formation's own grants, not IAM policies (R-OTH-09). */
export const lakeFormation = patternRule({
  id: 'lake-formation',
  example: 'Insufficient Lake Formation permission(s): Required Alter on orders',
  docs: 'https://docs.aws.amazon.com/lake-formation/latest/dg/troubleshooting.html',
  anchor: 'insufficientlakeformationpermission',
  pattern:
    /Insufficient Lake Formation permission(?:\(s\)|s)?(?:(?:[:;] {1,4}Required (?<needed>[\w ,]{1,80}?))? on (?:(?:the )?(?:table|database|resource)\b ?)?(?<object>(?:s3:\/\/)?[^\s"'<>:]{1,300})?)?/i,
  // The Data Catalog is AWS Glue's; others have a `GetTable` too.
  fields: ({ object, needed = 'this' }) => {
    const resource = object?.replace(/[.,;)]{1,3}$/, '') ?? null
    const what = `${needed.trim()}${resource === null ? '' : ` on ${resource}`}`
    const text = `Lake Formation keeps permissions of its own beside IAM, and has not granted the caller ${what}: no IAM policy can. \`aws lakeformation grant-permissions\` does, by an administrator of the data lake or whoever may grant it on; a tag-based grant (LF-TBAC) or a grant to the role that the query runs as may be what is missing.`
    return { resource, sender: 'glue', notes: [{ code: 'lake-formation', text }] }
  },
})

/** CloudWatch Logs, when a log group is made with tags: newer texts name what was missing. */
export const logGroupWithTags = patternRule({
  id: 'log-group-with-tags',
  example: 'User with accountId: 111122223333 is not authorized to perform CreateLogGroup with Tags',
  docs: 'https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html',
  anchor: 'isnotauthorizedtoperformcreateloggroupwithtags',
  pattern:
    /User with accountId: [^\s"]{1,40} {1,4}is not authorized {1,4}to perform {1,4}CreateLogGroup with Tags(?:\. {1,8}An additional permission [\\"']{0,3}(?<needed>logs:\w{3,60})[\\"']{0,3} is required)?/i,
  fields: ({ needed }) =>
    needed === undefined ? { oneOf: ['logs:TagResource', 'logs:CreateLogGroup'] } : { action: needed },
})

/** Amazon SQS before it sent the usual sentence. */
export const queueUrlDenied = patternRule({
  id: 'queue-url-denied',
  example: 'Access to the resource https://sqs.us-east-1.amazonaws.com/111122223333/jobs is denied.',
  docs: 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/troubleshooting-access-denied.html',
  anchor: 'accesstotheresourcehttps',
  pattern: /Access to the resource (?<url>https:\/\/[^\s"'<>?]{1,300}?)(?:\?[^\s"'<>]{0,300})? is denied/i,
  fields: ({ url }) => ({ resource: url ?? null }),
})

/** Amazon SNS logs that a queue refused it: the queue's policy does not let the topic in. */
export const snsDeliveryDenied = patternRule({
  id: 'sns-delivery-denied',
  example:
    '{"notification":{"topicArn":"arn:aws:sns:us-east-1:111122223333:alerts"},"delivery":{"destination":"arn:aws:sqs:us-east-1:111122223333:jobs","providerResponse":"{\\"ErrorCode\\":\\"AccessDenied\\",\\"ErrorMessage\\":\\"Access to the resource https://sqs.us-east-1.amazonaws.com/111122223333/jobs is denied.\\"}","statusCode":403},"status":"FAILURE"}',
  docs: 'https://docs.aws.amazon.com/sns/latest/dg/topics-attrib.html',
  anchor: 'providerresponse',
  pattern:
    /(?:"topicArn"\s{0,3}:\s{0,3}"(?<topic>arn:[\w-]{1,20}:sns:[\w-]{1,30}:\d{12}:[\w.-]{1,256})"[^]{0,300}?)?"destination"\s{0,3}:\s{0,3}"(?<queue>arn:[\w-]{1,20}:sqs:[\w-]{1,30}:\d{12}:[\w.-]{1,90})"[^]{0,200}?"providerResponse"\s{0,3}:\s{0,3}"[^]{0,300}?(?:Access to the resource https:\/\/[^\s"'<>]{1,300}? is denied|(?:KMS\.)?AccessDenied)/,
  // The topic is the source: `aws:SourceArn`.
  fields: ({ queue, topic }) => ({
    principal: topic ?? 'sns.amazonaws.com',
    impliedAction: 'sqs:SendMessage',
    resource: queue ?? null,
    notes: [
      {
        code: 'service-role',
        text: 'Amazon SNS asked, not a caller: the queue’s policy has to let `sns.amazonaws.com` in for this topic, and an encrypted queue’s key has to let it use kms:GenerateDataKey and kms:Decrypt.',
      },
    ],
  }),
})

/** EC2 Auto Scaling asks EC2 whether the caller might launch what the template says, and does not say what was refused. */
export const launchTemplateRefused = patternRule({
  id: 'launch-template-refused',
  example: 'You are not authorized to use launch template: lt-0abc1234def567890',
  docs: 'https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-launch-template-permissions.html',
  anchor: 'youarenotauthorizedtouselaunchtemplate',
  pattern: /You are not authorized to use launch template(?:: {1,4}(?<template>lt-[0-9a-z]{2,40}))?/i,
  fields: ({ template }) => ({
    behind: true,
    oneOf: ['ec2:RunInstances', 'iam:PassRole', 'ec2:CreateTags'],
    resource: template ?? null,
  }),
})

/** S3 when the request was not signed. */
export const anonymousUsers = patternRule({
  id: 'anonymous-users',
  example: 'Anonymous users cannot initiate multipart uploads.  Please authenticate.',
  docs: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html',
  anchor: 'anonymoususers',
  pattern: /Anonymous users (?:cannot|can not|may not|are not)[^.<"]{1,100}/i,
  fields: () => ({ principal: 'anonymous' }),
})

export const notAllowedToExecute = patternRule({
  id: 'not-allowed-to-execute',
  example: 'Principal [arn:aws:iam::111122223333:user/ana] is not allowed to execute [iot:Publish] on the resource',
  docs: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html',
  anchor: 'isnotallowedtoexecute',
  pattern:
    /Principal \[(?<principal>[^\]]{1,600})\] is not allowed to execute \[(?<action>[^\]]{1,200})\] on the resource/i,
  fields: ({ principal, action }) => ({ principal: principal ?? null, action: action ?? null }),
})

export const notAuthorizedToAccess = patternRule({
  id: 'not-authorized-to-access',
  example: 'Not authorized to access resource arn:aws:iot:us-east-1:111122223333:thing/pump',
  docs: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html',
  anchor: 'notauthorizedtoaccessresource',
  pattern:
    /(?:^Not authorized to access resource:? "?(?<bare>(?!arn:|https:)[^\s"'<>]{1,600})|Not authorized to access resource:? "?(?<stated>(?:arn:|https:\/\/)[^\s"'<>]{1,600}))/i,
  fields: ({ stated, bare }) => ({ resource: (stated ?? bare)?.replace(/[.,;)]{1,3}$/, '') ?? null }),
})

export const noRequestedResource = patternRule({
  id: 'no-requested-resource',
  example: 'No access to any requested resource',
  docs: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html',
  anchor: 'noaccesstoanyrequestedresource',
  pattern: /No access to any requested resource/i,
  fields: () => ({}),
})

/** AWS AppSync refuses one field of a query: its own directives, or IAM. */
export const fieldOfType = patternRule({
  id: 'field-of-type',
  example: '{"errorType":"Unauthorized","message":"Not Authorized to access listOrders on type Query"}',
  docs: 'https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html',
  anchor: 'notauthorizedtoaccess',
  pattern: /Not Authorized to access \w{1,100} on type \w{1,100}/i,
  fields: () => ({}),
})

/** Services that name the action in words of their own (Elastic Beanstalk, consoles). */
export const noPermissionTo = patternRule({
  id: 'no-permission-to',
  example: "AccessDenied. User doesn't have permission to call elasticbeanstalk:DescribeApplications",
  docs: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html',
  anchor: 'havepermission',
  pattern:
    /(?:does ?n[o']t|do ?n[o']t|did ?n[o']t) have permissions? (?:to (?:call|perform|invoke|use|execute) |for )(?:the )?(?:action |operation )?["']?(?<action>[a-z][a-z0-9-]{1,40}:[A-Z][A-Za-z0-9]{2,80})/,
  fields: ({ action }) => ({ action: action ?? null }),
})

/** Pages of the console that name the action they need, and nothing else. */
export const consoleHint = patternRule({
  id: 'console-hint',
  example:
    "You don't have permissions to list objects. After you or your AWS administrator has updated your permissions to allow the s3:ListBucket action, refresh the page.",
  docs: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html',
  anchor: 'administratorhasupdatedyourpermissions',
  pattern:
    /(?:You don't have permissions? to|Insufficient permissions to)?[^.]{0,120}[.!]?\s{0,8}After you or your (?:AWS )?administrator has updated your permissions to allow the\s{1,4}(?<action>[a-z][a-z0-9-]{1,40}:[A-Za-z0-9]{2,80})\s{1,4}action/i,
  fields: ({ action }) => ({ action: action ?? null }),
})

/** The billing pages of the console, which name no action. */
export const billingHidden = patternRule({
  id: 'billing-hidden',
  example:
    "You don't have permission to access billing information for this account. Contact your AWS administrator if you need help.",
  docs: 'https://docs.aws.amazon.com/accounts/latest/reference/security_iam_troubleshoot.html',
  anchor: 'havepermissiontoaccessbillinginformation',
  pattern: /You (?:don['’]t|do not) have permission to access billing information for this account/i,
  fields: () => ({}),
})

/** AWS Lambda and CloudFormation fetch the code of a function with the caller's permissions. */
export const deniedByS3 = patternRule({
  id: 'denied-by-s3',
  example:
    'Your access has been denied by S3, please make sure your request credentials have permission to GetObject for amzn-s3-demo-bucket/code.zip. S3 Error Code: AccessDenied. S3 Error Message: Access Denied',
  docs: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html',
  anchor: 'youraccesshasbeendeniedbys',
  pattern:
    /Your access has been denied by S3, please make sure your request credentials have permission to (?<name>[A-Z][A-Za-z]{2,60}) for (?:(?<place>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?:\/[^\s"'<>]{0,1023}[^\s"'<>.,;)])?))?/,
  fields: ({ name, place }) => ({ action: `s3:${name ?? ''}`, ...(place === undefined ? {} : { place }) }),
})

/** AWS Lambda looks at the network of a function with the caller's permissions. */
export const deniedByEc2 = patternRule({
  id: 'denied-by-ec2',
  example:
    'Your access has been denied by EC2, please make sure your request credentials have permission to DescribeSecurityGroups for sg-0abc1234. EC2 Error Code: UnauthorizedOperation. EC2 Error Message: You are not authorized to perform this operation.',
  docs: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html',
  anchor: 'youraccesshasbeendeniedbyec',
  pattern:
    /Your access has been denied by EC2, please make sure your request credentials have permission to (?<name>[A-Z][A-Za-z]{2,60}) for /,
  fields: ({ name = '' }) => ({ action: `ec2:${name}` }),
})

/** Amazon Athena reads the data of a table with the caller's permissions. */
export const permissionDeniedOnPath = patternRule({
  id: 'permission-denied-on-path',
  example: 'Permission denied on S3 path: s3://amzn-s3-demo-bucket/data/part-0001.parquet',
  docs: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html',
  anchor: 'permissiondeniedonspath',
  pattern:
    /Permission denied on S3 path: s3[an]?:\/\/(?<place>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?:\/[^\s"'<>]{0,1023}?)?)(?=[.,;)]{0,3}(?:This query ran|[\s"'<>]|$))/i,
  fields: ({ place }) => (place === undefined ? {} : { place }),
})

/** Amazon Athena writes the result of a query with the caller's permissions, encrypted by the caller's leave of a key. */
export const outputDenied = patternRule({
  id: 'output-denied',
  example:
    'Access denied when writing output to url: s3://amzn-s3-demo-bucket/results/1234.csv . Please ensure you are allowed to access the S3 bucket.',
  docs: 'https://docs.aws.amazon.com/athena/latest/ug/troubleshooting-athena.html',
  anchor: 'accessdeniedwhenwritingoutputtourl',
  pattern:
    /Access denied when writing output to url: s3[an]?:\/\/(?<place>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?:\/[^\s"'<>]{0,1023}[^\s"'<>.,;)])?)/i,
  fields: ({ place }) => ({ impliedAction: 's3:PutObject', ...(place === undefined ? {} : { place }) }),
})

/** Its words where the client is a driver, as Amazon QuickSight's is. */
export const outputDeniedAtLocation = patternRule({
  id: 'output-denied-at-location',
  example: 'Access denied when writing to location: s3://amzn-s3-demo-bucket/results/1234.csv',
  docs: 'https://docs.aws.amazon.com/athena/latest/ug/troubleshooting-athena.html',
  anchor: 'accessdeniedwhenwritingtolocation',
  pattern:
    /Access denied when writing to location: s3[an]?:\/\/(?<place>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?:\/[^\s"'<>]{0,1023}[^\s"'<>.,;)])?)/i,
  fields: ({ place }) => ({ impliedAction: 's3:PutObject', ...(place === undefined ? {} : { place }) }),
})

/** The calls of Amazon ECR that a push makes: https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html */
const PUSH = [
  'ecr:InitiateLayerUpload',
  'ecr:BatchCheckLayerAvailability',
  'ecr:UploadLayerPart',
  'ecr:CompleteLayerUpload',
  'ecr:PutImage',
]
const PULL = ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer']
/** The request of a push that was refused: `unexpected status from PUT request to https://…/manifests/1.0: 403 Forbidden`. */
const PUSH_CALLS: Readonly<Record<string, string>> = {
  'PUT manifests': 'ecr:PutImage',
  'HEAD blobs': 'ecr:BatchCheckLayerAvailability',
  'POST blobs': 'ecr:InitiateLayerUpload',
  'PATCH blobs': 'ecr:UploadLayerPart',
  'PUT blobs': 'ecr:CompleteLayerUpload',
}

/** Calls behind the request of a client to a registry: a push says so in front, or by its method. */
function registryCalls(printed: string): readonly string[] {
  const [, method = '', part = ''] =
    /\b([A-Z]{3,6}) request to https:\S{1,300}\/(manifests|blobs)\//.exec(printed) ?? []
  const call = PUSH_CALLS[`${method} ${part}`]
  if (call !== undefined && (method !== 'HEAD' || /\bpush/i.test(printed))) return [call]
  return /\b(?:docker )?push(?:ing)?\b/i.test(printed) ? PUSH : PULL
}

/** Docker, where the answer of the registry to a push has no body. */
export const imagePushDenied = patternRule({
  id: 'image-push-denied',
  example:
    'The push refers to repository [111122223333.dkr.ecr.us-east-1.amazonaws.com/app]\nerror parsing HTTP 403 response body: unexpected end of JSON input: ""',
  docs: 'https://docs.aws.amazon.com/AmazonECR/latest/userguide/common-errors-docker.html',
  anchor: 'errorparsinghttpresponsebody',
  pattern:
    /\b(?<account>\d{12})\.dkr\.ecr\.(?<region>[a-z0-9-]{6,24})\.amazonaws\.com\/(?<name>[a-z0-9][a-z0-9._/-]{1,254})[^]{0,1500}?\berror parsing HTTP 403 response body: unexpected end of JSON input/,
  fields: ({ account = '', region = '', name = '' }) => ({
    oneOf: PUSH,
    resource: `arn:aws:ecr:${region}:${account}:repository/${name}`,
  }),
})

/** A container runtime that may not pull an image of a private registry, or push one: the layers, or what lists them. */
export const imagePullDenied = patternRule({
  id: 'image-pull-denied',
  example:
    'CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref 111122223333.dkr.ecr.us-east-1.amazonaws.com/app:latest: pulling from host 111122223333.dkr.ecr.us-east-1.amazonaws.com failed with status code [manifests latest]: 403 Forbidden',
  docs: 'https://docs.aws.amazon.com/AmazonECR/latest/userguide/common-errors-docker.html',
  anchor: 'forbidden',
  pattern:
    /(?:(?<puller>CannotPullContainerError|Failed to pull image)\b[^\n]{0,600}?)?(?<printed>(?:\b(?:failed to push|push(?:ing)? \S{1,80}) )?(?<account>\b\d{12})\.dkr\.ecr\.(?<region>[a-z0-9-]{6,24})\.amazonaws\.com\/(?:v2\/)?(?<name>[a-z0-9][a-z0-9._/-]{1,254}?)(?:[:@][^\s"']{1,200}|\/(?:manifests|blobs)\/[^\s"']{1,200})[^\n]{0,600}?): 403 Forbidden/,
  fields: ({ puller, account = '', region = '', name = '', printed = '' }) => ({
    oneOf: registryCalls(printed),
    resource: `arn:aws:ecr:${region}:${account}:repository/${name}`,
    ...(puller === undefined ? {} : { notes: [{ code: 'service-role', text: pullsAs(puller) }] }),
  }),
})

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html */
const pullsAs = (puller: string): string =>
  puller === 'CannotPullContainerError'
    ? 'ECS pulls the image as the task’s execution role, not as its task role: `aws ecs describe-task-definition --task-definition TASK_DEFINITION --query taskDefinition.executionRoleArn` tells which that is.'
    : 'The kubelet pulls the image as the role of its node, not as that of the pod (on Fargate: as the pod execution role): `aws eks describe-nodegroup --cluster-name CLUSTER --nodegroup-name NODEGROUP --query nodegroup.nodeRole` tells which that is.'

/** AWS Organizations, whose operations are for the management account and delegated administrators, most of them. */
export const organizationsRefused = patternRule({
  id: 'organizations-refused',
  example:
    "An error occurred (AccessDeniedException) when calling the ListAccounts operation: You don't have permissions to access this resource.",
  docs: 'https://docs.aws.amazon.com/organizations/latest/APIReference/action-reference.html',
  anchor: 'thavepermissionstoaccessthisresource',
  // Others have the sentence, too, and not the code.
  pattern: /(?<=\bAccessDeniedException\b[^\n]{0,100}?)\bYou don['’]t have permissions to access this resource\b/,
  fields: () => ({ sender: 'organizations' }),
})

/** CloudFormation and its tools write the call in front of S3's two words: `API: s3:PutPublicAccessBlock Access Denied`. */
export const namedBeforeWords = patternRule({
  id: 'named-before-words',
  example: 'API: s3:PutPublicAccessBlock Access Denied',
  docs: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html',
  anchor: 'accessdenied',
  pattern: /(?<=(?:^|[\s"'`(])s3(?:api)?:(?<name>[A-Z][A-Za-z]{2,60}) {1,4})Access Denied\b/,
  fields: ({ name = '' }) => {
    const [first] = actionsForOperation('s3.amazonaws.com', name).actions
    return { action: first ?? `s3:${name}` }
  },
})

/** A function URL that wants AWS's signature, or a caller that its policy does not name (both actions since October 2025). */
export const functionUrlDenied = patternRule({
  id: 'function-url-denied',
  example:
    '{"Message":"Forbidden. For troubleshooting Function URL authorization issues, see: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"}',
  docs: 'https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html',
  anchor: 'fortroubleshootingfunctionurlauthorizationissues',
  pattern: /Forbidden\.? For troubleshooting Function URL authorization issues/i,
  fields: () => ({ oneOf: ['lambda:InvokeFunctionUrl', 'lambda:InvokeFunction'] }),
})

/** CloudFormation tags what it makes with the permissions of the stack, and says for which type it may not. */
export const stackTagsDenied = patternRule({
  id: 'stack-tags-denied',
  example: 'Did not have IAM permissions to process tags on AWS::KMS::Key resource.',
  docs: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-resource-tags.html',
  anchor: 'didnothaveiampermissionstoprocesstags',
  pattern: /Did not have IAM permissions to process tags on AWS::(?<service>\w{2,40})::\w{1,60} resource/i,
  fields: ({ service = '' }) => {
    const names = ['TagResource', 'UntagResource'].flatMap(
      (name) => canonicalAction(`${service.toLowerCase()}:${name}`) ?? [],
    )
    return { behind: true, oneOf: names }
  },
})

/** IAM's simulator and visual editor of a statement that names a resource where only `*` counts. */
export const noResourceLevel = patternRule({
  id: 'no-resource-level',
  example:
    'This action does not support resource-level permissions. Policies granting access must specify "*" in the resource element.',
  docs: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_policies.html',
  anchor: 'thisactiondoesnotsupportresourcelevelpermissions',
  pattern: /This action does not support resource-level permissions/i,
  fields: () => ({ resource: '*' }),
})

/** Elastic Load Balancing tries to write a file where its logs are to go: the bucket's policy does not let it. */
export const logBucketDenied = patternRule({
  id: 'log-bucket-denied',
  example:
    'InvalidConfigurationRequest: Access Denied for bucket: amzn-s3-demo-bucket. Please check S3bucket permission',
  docs: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/network/enable-access-logs.html',
  anchor: 'accessdeniedforbucket',
  pattern: /Access Denied for bucket:(?: (?<place>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]))?/i,
  fields: ({ place }) => ({
    principal: 'logdelivery.elasticloadbalancing.amazonaws.com',
    impliedAction: 's3:PutObject',
    ...(place === undefined ? {} : { place: `${place}${LOGS}` }),
    notes: [
      {
        code: 'service-role',
        text: 'The load balancer tested the bucket: its policy must allow logdelivery.elasticloadbalancing.amazonaws.com s3:PutObject on PREFIX/AWSLogs/ACCOUNT_ID/* (a Network Load Balancer: delivery.logs.amazonaws.com; older policies: the ELB account of the Region). The bucket must be in the Region of the load balancer, and an Application Load Balancer cannot use a KMS key.',
      },
    ],
  }),
})

/**
 * AWS CloudFormation reads the template from its address with the caller's permissions, of one version if the address names
 * it; `s3cmd` has the same words behind `ERROR:`. https://repost.aws/knowledge-center/cfn-s3-access-denied-error
 */
export const templateDenied = patternRule({
  id: 'template-denied',
  example:
    'ValidationError: S3 error: Access Denied For more information check http://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html',
  docs: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html',
  anchor: 'serroraccessdenied',
  pattern:
    /(?<=\(ValidationError\) when calling the \w{1,80} operation: |\bValidationError\]?: |\bvalidation error: )S3 error: Access Denied|\bS3 error: Access Denied\.? {1,4}For more information check/,
  fields: () => ({ behind: true, oneOf: ['s3:GetObject', 's3:GetObjectVersion'] }),
})

/**
 * Amazon EFS refuses a client that mounts a file system: without a file system policy everybody may, so that a policy refused.
 * The address is the mount helper's own tunnel, or that of the file system.
 */
export const mountDenied = patternRule({
  id: 'mount-denied',
  example: 'mount.nfs4: access denied by server while mounting 127.0.0.1:/',
  docs: 'https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html',
  anchor: 'accessdeniedbyserverwhilemounting',
  pattern:
    /\bmount\.nfs4?: access denied by server while mounting (?:127\.0\.0\.1:|[\w.-]{1,120}\.efs\.[a-z0-9-]{1,30}\.amazonaws\.com\b)/,
  fields: () => ({ impliedAction: 'elasticfilesystem:ClientMount' }),
})
