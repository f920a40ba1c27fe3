import {
  aboveGlueTables,
  bucketObjects,
  buckets,
  functions,
  glueTablesAndAbove,
  listed,
  named,
  onAnything,
  own,
  parameters,
  repositories,
  roles,
  secrets,
  soleRole,
  workingRole,
} from './target-selectors.ts'
import type { TargetSelector, DependentCall, Need } from './dependent-call.ts'
import { keyOf, onKey, READ_KEY, WRITE_AND_READ } from './keys.ts'
import { values } from './call-view.ts'
import { through } from './who.ts'

const AWS = 'https://docs.aws.amazon.com/'

/** Reading, and where the service writes too writing, of the buckets among the resources. */
const bucketNeeds = (bucket: readonly string[], object: readonly string[]): readonly Need[] => [
  { actions: bucket, on: buckets },
  { actions: object, on: bucketObjects },
]

const logNeeds = (prefix: string): readonly Need[] => [
  {
    actions: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
    on: ({ ownArn, region, callerAccount, partition }) => {
      const account = ownArn?.account === '' ? callerAccount : (ownArn?.account ?? callerAccount)
      if (account === undefined || region === '') return []
      const arn = `arn:${partition}:logs:${region}:${account}:log-group:${prefix}*`
      return [{ arn, open: [arn] }]
    },
  },
]

/** `https://bucket.s3.region.amazonaws.com/key`, and the older form with the bucket in the path. */
const templateObject: TargetSelector = (view) => {
  const [url] = values(view, 'cloudformation:TemplateUrl')
  if (url === undefined || !url.startsWith('https://')) return []
  const slash = url.indexOf('/', 'https://'.length)
  if (slash < 0) return []
  const host = url.slice('https://'.length, slash)
  const path = (url.slice(slash + 1).split('?')[0] ?? '').split('#')[0] ?? ''
  const dot =
    host.startsWith('s3.') || host.startsWith('s3-') ? 0 : Math.max(host.indexOf('.s3.'), host.indexOf('.s3-'))
  if (!(host.endsWith('.amazonaws.com') || host.endsWith('.amazonaws.com.cn')) || dot < 0) return []
  const name = dot === 0 ? path : `${host.slice(0, dot)}/${path}`
  return [{ arn: `arn:${view.partition}:s3:::${name}` }]
}

/** What a query reads, where the facts do not show it: its text says so, and no scenario has that (R-HOP-20). */
const ofQuery =
  (selector: TargetSelector): TargetSelector =>
  (view) => {
    const found = selector(view)
    return found.length > 0 ? found : [{ arn: null, onlyIf: QUERIED }]
  }

const QUERIED = {
  fact: 'which tables and which data the query reads',
  howToGet: 'the text of the query: aws athena get-query-execution --query-execution-id ID',
}

/** The bucket that a query writes its results to, which no parameter of the query has to name (R-HOP-20). */
const results: TargetSelector = () => [
  {
    arn: null,
    onlyIf: {
      fact: 'whether the workgroup writes results to a bucket, and to which',
      howToGet: 'aws athena get-work-group --work-group NAME',
    },
  },
]

/** Queries, jobs and pipelines (G-42, G-68, G-69, G-73, G-81..G-83, G-92, G-94, G-97..G-99). */
export const JOB_CALLS: readonly DependentCall[] = [
  {
    rule: 'G-42',
    on: ['athena:StartQueryExecution'],
    who: through('athena'),
    needs: [
      { actions: ['glue:GetTable', 'glue:GetPartitions'], on: ofQuery(glueTablesAndAbove) },
      { actions: ['glue:GetDatabase'], on: ofQuery(aboveGlueTables) },
      { actions: ['s3:GetBucketLocation', 's3:ListBucket'], on: ofQuery(buckets) },
      { actions: ['s3:GetObject'], on: ofQuery(bucketObjects) },
      { actions: ['s3:PutObject'], on: results },
      onKey(keyOf(buckets), READ_KEY, { via: 's3' }),
    ],
    why: 'Athena reads the catalog and the data as the caller',
    docs: `${AWS}athena/latest/ug/s3-permissions.html`,
  },
  {
    rule: 'G-68',
    on: ['athena:StartQueryExecution'],
    who: through('athena'),
    needs: [{ actions: ['lambda:InvokeFunction'], on: functions }],
    why: 'a federated query calls its connector as the caller',
    docs: `${AWS}athena/latest/ug/federated-query-iam-access.html`,
  },
  {
    rule: 'G-69',
    on: ['glue:StartJobRun', 'glue:StartCrawler'],
    who: { kind: 'role', role: workingRole },
    needs: [
      ...bucketNeeds(['s3:ListBucket', 's3:GetBucketLocation', 's3:GetBucketAcl'], ['s3:GetObject', 's3:PutObject']),
      onKey(keyOf(buckets), WRITE_AND_READ, { via: 's3' }),
      ...logNeeds('/aws-glue/'),
      ...onAnything('cloudwatch:PutMetricData'),
    ],
    later: true,
    why: 'the job or crawler works with its role',
    docs: `${AWS}glue/latest/dg/create-an-iam-role.html`,
  },
  {
    rule: 'G-73',
    on: ['redshift-data:ExecuteStatement', 'redshift-data:BatchExecuteStatement'],
    who: through('redshift-data'),
    needs: [{ actions: ['secretsmanager:GetSecretValue'], on: secrets }],
    why: 'the statement logs in with this secret, read as the caller',
    docs: `${AWS}redshift/latest/mgmt/data-api-access.html`,
  },
  {
    rule: 'G-73',
    on: ['redshift-data:ExecuteStatement', 'redshift-data:BatchExecuteStatement'],
    when: (view) => view.ownArn?.service === 'redshift-serverless' && secrets(view).length === 0,
    who: through('redshift-data'),
    needs: [{ actions: ['redshift-serverless:GetCredentials'], on: own }],
    why: 'without a secret the statement logs in with temporary credentials of the workgroup',
    docs: `${AWS}redshift/latest/mgmt/data-api-access.html`,
  },
  {
    rule: 'G-81',
    on: ['codebuild:StartBuild'],
    who: { kind: 'role', role: workingRole },
    needs: [
      ...logNeeds('/aws/codebuild/'),
      ...bucketNeeds(
        ['s3:GetBucketAcl', 's3:GetBucketLocation'],
        ['s3:GetObject', 's3:GetObjectVersion', 's3:PutObject'],
      ),
      onKey(keyOf(buckets), WRITE_AND_READ, { via: 's3' }),
      { actions: ['ssm:GetParameters'], on: parameters },
      { actions: ['secretsmanager:GetSecretValue'], on: secrets },
      { actions: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'], on: repositories },
    ],
    later: true,
    why: 'the build works with the role of its project',
    docs: `${AWS}codebuild/latest/userguide/setting-up-service-role.html`,
  },
  {
    rule: 'G-82',
    on: ['codepipeline:StartPipelineExecution'],
    who: { kind: 'role', role: workingRole, scoped: true },
    needs: [
      { actions: ['s3:GetObject', 's3:GetObjectVersion', 's3:PutObject'], on: bucketObjects },
      onKey(keyOf(buckets), WRITE_AND_READ, { via: 's3' }),
      { actions: ['codebuild:StartBuild', 'codebuild:BatchGetBuilds'], on: listed('codebuild', 'project/') },
    ],
    later: true,
    why: 'the pipeline works with its role, narrowed for each action by a session policy',
    docs: `${AWS}codepipeline/latest/userguide/pipelines-create-cross-account.html`,
  },
  {
    rule: 'G-83',
    on: [
      'cloudformation:CreateStack',
      'cloudformation:UpdateStack',
      'cloudformation:CreateChangeSet',
      'cloudformation:ValidateTemplate',
    ],
    who: through('cloudformation'),
    needs: [{ actions: ['s3:GetObject'], on: templateObject }, onKey(keyOf(templateObject), READ_KEY, { via: 's3' })],
    why: 'CloudFormation reads the template as the caller, also where the stack has a role',
    docs: `${AWS}AWSCloudFormation/latest/UserGuide/using-iam-template.html`,
  },
  {
    rule: 'G-92',
    on: ['dynamodb:ExportTableToPointInTime'],
    who: through('dynamodb'),
    needs: [{ actions: ['s3:PutObject', 's3:AbortMultipartUpload', 's3:PutObjectAcl'], on: bucketObjects }],
    why: 'the export is written as the caller',
    docs: `${AWS}amazondynamodb/latest/developerguide/S3DataExport_Requesting.html`,
  },
  {
    rule: 'G-92',
    on: ['dynamodb:ImportTable'],
    who: through('dynamodb'),
    needs: bucketNeeds(['s3:ListBucket'], ['s3:GetObject']),
    why: 'the import is read as the caller',
    docs: `${AWS}amazondynamodb/latest/developerguide/S3DataImport.Requesting.html`,
  },
  {
    rule: 'G-94',
    on: ['rds:StartExportTask'],
    who: { kind: 'role', role: roles },
    needs: bucketNeeds(['s3:ListBucket', 's3:GetBucketLocation'], ['s3:PutObject', 's3:GetObject', 's3:DeleteObject']),
    later: true,
    why: 'the export is written with this role',
    docs: `${AWS}AmazonRDS/latest/UserGuide/USER_ExportSnapshot.html`,
  },
  {
    rule: 'G-98',
    on: ['backup:StartCopyJob'],
    who: { kind: 'role', role: soleRole },
    needs: [
      { actions: ['backup:CopyFromBackupVault'], on: own },
      { actions: ['backup:CopyIntoBackupVault'], on: named('backup:CopyTargets') },
    ],
    later: true,
    why: 'the copy is made with this role, which the policy of the other vault must allow',
    docs: `${AWS}aws-backup/latest/devguide/create-a-vault-access-policy.html`,
  },
  {
    rule: 'G-99',
    on: ['datasync:CreateLocationS3'],
    who: { kind: 'role', role: soleRole },
    needs: bucketNeeds(
      ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'],
      [
        's3:AbortMultipartUpload',
        's3:DeleteObject',
        's3:GetObject',
        's3:GetObjectTagging',
        's3:GetObjectVersion',
        's3:ListMultipartUploadParts',
        's3:PutObject',
        's3:PutObjectTagging',
      ],
    ),
    later: true,
    why: 'the transfer works with this role',
    docs: `${AWS}datasync/latest/userguide/create-s3-location.html`,
  },
]
