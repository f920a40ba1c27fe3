import { patternRule } from './pattern-rule.ts'

const BUCKET = '[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]'
const PLACE = `${BUCKET}(?:/[^\\s"'<>()]{0,1022}[^\\s"'<>().,;:])?`

const roleNote = (text: string) => [{ code: 'service-role' as const, text }]

/** Athena, Trino and Presto read a file with the permissions of whoever runs the query. Here the path comes before S3's answer. */
export const splitDenied = patternRule({
  id: 'split-denied',
  example:
    'HIVE_CANNOT_OPEN_SPLIT: Error opening Hive split s3://amzn-s3-demo-bucket/data/part-0001.parquet (offset=0, length=100): com.amazonaws.services.s3.model.AmazonS3Exception: Access Denied (Service: Amazon S3; Status Code: 403; Error Code: AccessDenied; Request ID: 8PZ5Z2T9E6GBFPQK)',
  docs: 'https://docs.aws.amazon.com/athena/latest/ug/troubleshooting-athena.html',
  anchor: 'erroropeninghivesplits',
  pattern: new RegExp(
    `\\bError opening Hive split s3[an]?://(?<place>${PLACE})(?: \\(offset=\\d{1,20}, length=\\d{1,20}\\))?[^\\n]{0,200}?\\bAccess Denied\\b`,
  ),
  fields: ({ place = '' }) => ({ impliedAction: 's3:GetObject', place }),
})

/** The same, with the path after S3's answer. */
export const pathBehindDenied = patternRule({
  id: 'path-behind-denied',
  example:
    'HIVE_CURSOR_ERROR: Access Denied (Service: Amazon S3; Status Code: 403; Error Code: AccessDenied; Request ID: 8PZ5Z2T9E6GBFPQK) (Path: s3://amzn-s3-demo-bucket/data/part-0001.parquet)',
  docs: 'https://docs.aws.amazon.com/athena/latest/ug/troubleshooting-athena.html',
  anchor: 'accessdeniedserviceamazons',
  pattern: new RegExp(
    `\\bAccess Denied(?= \\(Service: (?:Amazon )?S3[;,][^()\\n]{1,400}\\)[^()\\n]{0,300} \\(Path: s3[an]?://(?<place>${PLACE})\\))`,
  ),
  fields: ({ place = '' }) => ({ impliedAction: 's3:GetObject', place }),
})

/** Amazon Data Firehose calls other services with the role of the stream, and logs which one denied it. */
export const streamCallDenied = patternRule({
  id: 'stream-call-denied',
  example:
    'Access was denied when calling Lambda function. Ensure that the access policy allows access to the Lambda function.',
  docs: 'https://docs.aws.amazon.com/firehose/latest/dev/monitoring-with-cloudwatch-logs.html',
  anchor: 'accesswasdeniedwhencalling',
  pattern: /\bAccess was denied when calling (?:the )?(?<service>Lambda|KMS|Glue|Kinesis)\b/i,
  fields: ({ service = '' }) => {
    const [first = '', ...others] = STREAM_CALLS[service.toLowerCase()] ?? []
    return {
      ...(others.length === 0 ? { impliedAction: first } : { oneOf: [first, ...others] }),
      notes: roleNote(
        'Firehose called the other service with the role of the stream: that role was denied, not who writes to the stream. `aws firehose describe-delivery-stream --delivery-stream-name STREAM` names the role.',
      ),
    }
  },
})

/** https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html */
const STREAM_CALLS: Readonly<Record<string, readonly string[]>> = {
  lambda: ['lambda:InvokeFunction'],
  kms: ['kms:GenerateDataKey', 'kms:Decrypt'],
  glue: ['glue:GetTable', 'glue:GetTableVersion', 'glue:GetTableVersions'],
  kinesis: ['kinesis:DescribeStream', 'kinesis:GetShardIterator', 'kinesis:GetRecords', 'kinesis:ListShards'],
}

/** Amazon SageMaker AI reads a model with the execution role of the model. */
export const modelDataDenied = patternRule({
  id: 'model-data-denied',
  example:
    'ValidationException: Could not access model data at s3://amzn-s3-demo-bucket/model.tar.gz. Please ensure that the role "arn:aws:iam::111122223333:role/serve" exists and that its trust relationship policy allows the action "sts:AssumeRole" for the service principal "sagemaker.amazonaws.com".',
  docs: 'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html',
  anchor: 'couldnotaccessmodeldataats',
  pattern: new RegExp(
    `\\bCould not access model data at s3://(?<place>${PLACE})(?:\\.? Please ensure that the role ["'\`](?<role>arn:[\\w-]{1,20}:iam::[^\\s"'\`<>]{1,400}))?`,
  ),
  fields: ({ place = '', role }) => ({
    principal: role ?? null,
    impliedAction: 's3:GetObject',
    place,
    notes: roleNote(
      'SageMaker reads the model with the execution role: that role must exist, must trust sagemaker.amazonaws.com, and must be allowed s3:GetObject on the object. The bucket must be in the Region of the model.',
    ),
  }),
})

/** Amazon SageMaker AI looks for the data of a job with the execution role: S3 hides what the role may not list. */
export const jobDataDenied = patternRule({
  id: 'job-data-denied',
  example:
    'ValidationException: No S3 objects found under S3 URL "s3://amzn-s3-demo-bucket/train/" given in input data source. Please ensure that the bucket exists in the selected region (us-east-1), that objects exist under that S3 prefix, and that the role "arn:aws:iam::111122223333:role/train" has "s3:ListBucket" permissions on bucket "amzn-s3-demo-bucket".',
  docs: 'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html',
  anchor: 'nosobjectsfoundundersurl',
  pattern: new RegExp(
    `\\bNo S3 objects found under S3 URL ["'\`]s3://(?<bucket>${BUCKET})[^\\n]{0,600}?\\bthe role ["'\`](?<role>arn:[\\w-]{1,20}:iam::[^\\s"'\`<>]{1,400})["'\`] has ["'\`]s3:ListBucket["'\`] permissions`,
  ),
  fields: ({ bucket = '', role }) => ({
    principal: role ?? null,
    impliedAction: 's3:ListBucket',
    place: bucket,
    notes: [
      ...roleNote('SageMaker lists the data with the execution role of the job, not as who started it.'),
      {
        code: 'possibly-not-found',
        text: 'The same text stands for a bucket in another Region, and for a prefix with no objects: `aws s3 ls s3://BUCKET/PREFIX` shows which.',
      },
    ],
  }),
})

/** Amazon SageMaker AI pulls an image of another account: the policy of the repository decides. */
export const repositoryNotGranted = patternRule({
  id: 'repository-not-granted',
  example:
    'The repository of your image 111122223333.dkr.ecr.us-east-1.amazonaws.com/serve:latest does not grant ecr:GetDownloadUrlForLayer, ecr:BatchGetImage, ecr:BatchCheckLayerAvailability permission to sagemaker.amazonaws.com service principal.',
  docs: 'https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-inference-code.html',
  anchor: 'doesnotgrantecr',
  pattern:
    /\bThe repository of your image (?<account>\d{12})\.dkr\.ecr\.(?<region>[a-z0-9-]{6,24})\.amazonaws\.com\/(?<name>[a-z0-9][a-z0-9._/-]{1,254}?)(?:[:@][^\s"']{1,200})? does not grant (?<actions>ecr:[\w:, ]{4,200}?) permissions? to (?<service>[a-z0-9.-]{2,60}\.amazonaws\.com)/i,
  fields: ({ account = '', region = '', name = '', actions = '', service = '' }) => ({
    principal: service,
    oneOf: actions.split(/, ?/).map((action) => action.trim()),
    resource: `arn:aws:ecr:${region}:${account}:repository/${name}`,
    notes: roleNote(
      'SageMaker asked in its own name: the policy of the repository must allow the service. An image of AWS must be one that exists in this Region, in the account of that Region.',
    ),
  }),
})

/** AWS Lambda pulls the image of a function: the policy of the repository decides. */
export const functionImageDenied = patternRule({
  id: 'function-image-denied',
  example:
    'An error occurred (AccessDeniedException) when calling the CreateFunction operation: Lambda does not have permission to access the ECR image. Check the ECR permissions.',
  docs: 'https://docs.aws.amazon.com/lambda/latest/dg/images-create.html#gettingstarted-images-permissions',
  anchor: 'doesnothavepermissiontoaccessthe',
  pattern: /\b(?:Lambda|The (?:Lambda )?function) does not have permission to access the (?:ECR|specified) image\b/i,
  fields: () => ({
    principal: 'lambda.amazonaws.com',
    oneOf: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
    notes: roleNote(
      'Lambda pulled the image in its own name: the policy of the repository must allow lambda.amazonaws.com ecr:BatchGetImage and ecr:GetDownloadUrlForLayer. In the same account, Lambda adds that itself if the caller may call ecr:GetRepositoryPolicy and ecr:SetRepositoryPolicy.',
    ),
  }),
})

/** AWS CodeBuild writes the log of a build with the service role of the project. */
export const buildLogDenied = patternRule({
  id: 'build-log-denied',
  example:
    'ACCESS_DENIED: Service role arn:aws:iam::111122223333:role/build does not allow AWS CodeBuild to create Amazon CloudWatch Logs log streams for build arn:aws:codebuild:us-east-1:111122223333:build/app:0b3d2e5a',
  docs: 'https://docs.aws.amazon.com/codebuild/latest/userguide/troubleshooting.html',
  anchor: 'doesnotallowawscodebuildtocreateamazoncloudwatchlogslogstreams',
  pattern:
    /\bService role (?<role>arn:[\w-]{1,20}:iam::[^\s"'`<>]{1,400}) does not allow AWS CodeBuild to create Amazon CloudWatch Logs log streams\b/i,
  fields: ({ role }) => ({
    principal: role ?? null,
    impliedAction: 'logs:CreateLogStream',
    notes: roleNote('CodeBuild writes the log with the service role of the project: that role was denied.'),
  }),
})

/** Amazon EMR makes a cluster with its service role, and says only which service denied it. */
export const clusterRoleDenied = patternRule({
  id: 'cluster-role-denied',
  example:
    'Terminated with errors. Service role arn:aws:iam::111122223333:role/EMR_DefaultRole has insufficient EC2 permissions',
  docs: 'https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-iam-role.html',
  anchor: 'hasinsufficientecpermissions',
  pattern: /\bService role (?<role>arn:[\w-]{1,20}:iam::[^\s"'`<>]{1,400}) has insufficient EC2 permissions\b/i,
  fields: ({ role }) => ({
    principal: role ?? null,
    notes: roleNote(
      'EMR called EC2 with the service role of the cluster: that role was denied. CloudTrail has the call: `aws cloudtrail lookup-events --lookup-attributes AttributeKey=EventSource,AttributeValue=ec2.amazonaws.com`. With AmazonEMRServicePolicy_v2, the subnet, security groups and roles need the tag for-use-with-amazon-emr-managed-policies=true.',
    ),
  }),
})

/** AWS CodeDeploy works with the service role of a deployment group, and says only which service denied it. */
export const deploymentRoleDenied = patternRule({
  id: 'deployment-role-denied',
  example:
    'The IAM role arn:aws:iam::111122223333:role/deploy does not give you permission to perform operations in the following AWS service: AmazonAutoScaling. Contact your AWS administrator if you need help.',
  docs: 'https://docs.aws.amazon.com/codedeploy/latest/userguide/troubleshooting-deployments.html',
  anchor: 'doesnotgiveyoupermissiontoperformoperationsinthefollowingawsservice',
  pattern:
    /\bThe IAM role (?<role>arn:[\w-]{1,20}:iam::[^\s"'`<>]{1,400}) does not give you permission to perform operations in the following AWS service\b/i,
  fields: ({ role }) => ({
    principal: role ?? null,
    notes: roleNote(
      'CodeDeploy called the other service with the service role of the deployment group: that role was denied. It needs the managed policy AWSCodeDeployRole, and with a launch template also ec2:RunInstances, ec2:CreateTags and iam:PassRole.',
    ),
  }),
})

/** Amazon ECS downloads the environment files of a task with the task's execution role. */
export const environmentFileDenied = patternRule({
  id: 'environment-file-denied',
  example:
    'ResourceInitializationError: failed to download env files: file download command: non-empty error stream: failed to download file app.env: failed to write to a temporary file: AccessDenied: Access Denied',
  docs: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/use-environment-file.html',
  anchor: 'failedtodownloadenvfiles',
  pattern: /\bfailed to download env files: [^\n]{0,600}?\bAccess Denied\b/,
  fields: () => ({
    impliedAction: 's3:GetObject',
    notes: roleNote(
      'ECS reads the file with the execution role of the task, not with its task role: it needs s3:GetObject on the object and s3:GetBucketLocation on the bucket.',
    ),
  }),
})

/** The AWS CDK looks at the bucket for assets, as the role that publishes files or as the caller. */
export const assetBucketDenied = patternRule({
  id: 'asset-bucket-denied',
  example: "fail: Bucket named 'cdk-hnb659fds-assets-111122223333-us-east-1' exists, but we dont have access to it.",
  docs: 'https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-troubleshoot.html',
  anchor: 'existsbutwedonthaveaccesstoit',
  pattern: new RegExp(
    `\\bBucket named ["'\`](?<place>${BUCKET})["'\`] exists, but we don['’]?t have access to it\\b`,
    'i',
  ),
  fields: ({ place = '' }) => ({ impliedAction: 's3:GetBucketLocation', place }),
})

/** Amazon Aurora MySQL reads and writes S3 with a role of the cluster. */
export const databaseObjectDenied = patternRule({
  id: 'database-object-denied',
  example: 'ERROR 1871 (HY000): S3 API returned error: Access Denied:Access Denied',
  docs: 'https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraMySQL.Integrating.Authorizing.IAM.S3CreatePolicy.html',
  anchor: 'sapireturnederroraccessdenied',
  pattern: /\bS3 API returned error: Access Denied(?::Access Denied)?/,
  fields: () => ({
    oneOf: ['s3:GetObject', 's3:GetObjectVersion', 's3:ListBucket', 's3:PutObject'],
    notes: roleNote(
      'Aurora reads and writes with the role that the parameter aws_default_s3_role, aurora_load_from_s3_role or aurora_select_into_s3_role names: that role was denied, not the user of the database.',
    ),
  }),
})
