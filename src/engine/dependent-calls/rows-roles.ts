import type { TargetSelector, DependentCall } from './dependent-call.ts'
import { anyOf, named, notKnown, orNotKnown, own, profileRoles, roles } from './target-selectors.ts'
import { isSent, type CallView } from './call-view.ts'

const PASSROLE = 'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html'

interface Passing {
  /** Where the role stands; left out: among the resources of the scenario. */
  readonly from?: TargetSelector
  /** Left out where it is not clear which service will assume it. */
  readonly to?: string
  readonly docs?: string
  /** The call cannot be made without a role, so that it hands one over also where nothing shows which. */
  readonly always?: true
}

/** `iam:PassRole` on each role that the call hands over (R-PASS-01..03, R-HOP-03). */
export const passes = (
  rule: string,
  on: readonly string[],
  { from: selector = roles, to, docs = PASSROLE, always }: Passing,
): DependentCall => ({
  rule,
  on,
  who: { kind: 'passes-role' },
  ...(to === undefined ? {} : { passesTo: to }),
  needs: [
    {
      actions: ['iam:PassRole'],
      on: always === true ? orNotKnown(selector) : selector,
      context: ({ partition }) => ({
        'iam:PassedToService': to === undefined || partition === 'aws-cn' ? { state: 'unknown' } : to,
      }),
    },
  ],
  why:
    to === undefined
      ? 'the call hands this role to a service'
      : `the call hands this role to \`${to}\`, which works with it later`,
  docs,
})

const always = true

const stackRole = anyOf(named('cloudformation:RoleArn'), roles)
const buildRole = anyOf(named('codebuild:serviceRole', 'codebuild:buildBatchConfig.serviceRole'), roles)

const launchesFromTemplate = (view: CallView): boolean =>
  isSent(view, 'autoscaling:LaunchTemplateVersionSpecified') ||
  view.others.some(({ arn }) => arn.includes(':launch-template/'))

/** Roles handed to services (R-PASS-01..03), where a role is named in the context or stands among the resources. */
export const ROLE_CALLS: readonly DependentCall[] = [
  passes('G-07', ['s3:PutReplicationConfiguration'], { to: 's3.amazonaws.com', always }),
  passes('G-10', ['lambda:CreateFunction'], { to: 'lambda.amazonaws.com', always }),
  passes('G-10', ['lambda:UpdateFunctionConfiguration'], { to: 'lambda.amazonaws.com' }),
  passes('G-18', ['ecs:RunTask', 'ecs:StartTask', 'ecs:CreateService', 'ecs:RegisterTaskDefinition'], {
    to: 'ecs-tasks.amazonaws.com',
    docs: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html',
  }),
  passes('G-20', ['ec2:RunInstances'], { from: anyOf(profileRoles, roles), to: 'ec2.amazonaws.com' }),
  passes('G-24', ['autoscaling:CreateAutoScalingGroup'], { from: profileRoles, to: 'ec2.amazonaws.com' }),
  {
    rule: 'G-24',
    on: ['autoscaling:CreateAutoScalingGroup'],
    when: launchesFromTemplate,
    who: { kind: 'forwarded', by: 'autoscaling.amazonaws.com' },
    needs: [{ actions: ['ec2:RunInstances'], on: notKnown }],
    why: 'a group with a launch template is made only for those who may launch its instances',
    docs: 'https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-launch-template-permissions.html',
  },
  passes('G-36', ['logs:PutSubscriptionFilter'], { to: 'logs.amazonaws.com' }),
  passes('G-43', ['glue:CreateJob', 'glue:CreateCrawler', 'glue:CreateDevEndpoint'], {
    to: 'glue.amazonaws.com',
    always,
  }),
  passes('G-43', ['glue:UpdateJob', 'glue:UpdateCrawler'], { to: 'glue.amazonaws.com' }),
  passes('G-44', ['states:CreateStateMachine'], { to: 'states.amazonaws.com', always }),
  passes('G-44', ['states:UpdateStateMachine'], { to: 'states.amazonaws.com' }),
  passes('G-46', ['events:PutRule', 'events:PutTargets'], { to: 'events.amazonaws.com' }),
  passes('G-49', ['cloudformation:CreateStack', 'cloudformation:UpdateStack', 'cloudformation:DeleteStack'], {
    from: stackRole,
    to: 'cloudformation.amazonaws.com',
  }),
  passes('G-50', ['firehose:CreateDeliveryStream'], { to: 'firehose.amazonaws.com', always }),
  passes('G-50', ['firehose:UpdateDestination'], { to: 'firehose.amazonaws.com' }),
  passes('G-51', ['rds:CreateDBInstance', 'rds:ModifyDBInstance', 'rds:RestoreDBInstanceFromS3'], {
    to: 'monitoring.rds.amazonaws.com',
    docs: 'https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Monitoring.OS.Enabling.html',
  }),
  passes('G-52', ['sagemaker:CreateTrainingJob', 'sagemaker:CreateNotebookInstance', 'sagemaker:CreateProcessingJob'], {
    to: 'sagemaker.amazonaws.com',
    always,
  }),
  passes('G-52', ['sagemaker:CreateModel'], { to: 'sagemaker.amazonaws.com' }),
  passes('G-53', ['codebuild:CreateProject'], { from: buildRole, to: 'codebuild.amazonaws.com', always }),
  passes('G-53', ['codebuild:UpdateProject'], { from: buildRole, to: 'codebuild.amazonaws.com' }),
  passes('G-53', ['codepipeline:CreatePipeline', 'codepipeline:UpdatePipeline'], {
    to: 'codepipeline.amazonaws.com',
    always,
  }),
  passes('G-53', ['codedeploy:CreateDeploymentGroup'], { to: 'codedeploy.amazonaws.com', always }),
  passes('G-53', ['codedeploy:UpdateDeploymentGroup'], { to: 'codedeploy.amazonaws.com' }),
  passes('G-54', ['eks:CreateCluster'], {
    to: 'eks.amazonaws.com',
    always,
    docs: 'https://docs.aws.amazon.com/eks/latest/userguide/cluster-iam-role.html',
  }),
  passes('G-55', ['cloudtrail:CreateTrail', 'cloudtrail:UpdateTrail'], { to: 'cloudtrail.amazonaws.com' }),
  passes('G-56', ['iam:AddRoleToInstanceProfile'], { always }),
  passes('G-65', ['s3:CreateJob'], {
    to: 'batchoperations.s3.amazonaws.com',
    always,
    docs: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-iam-role-policies.html',
  }),
  passes('G-71', ['elasticmapreduce:RunJobFlow'], { from: profileRoles, to: 'ec2.amazonaws.com' }),
  passes('G-71', ['elasticmapreduce:RunJobFlow'], {}),
  passes('G-72', ['redshift:ModifyClusterIamRoles', 'redshift:CreateCluster'], { to: 'redshift.amazonaws.com' }),
  passes('G-79', ['eks:CreatePodIdentityAssociation'], { to: 'pods.eks.amazonaws.com', always }),
  {
    rule: 'G-79',
    on: ['eks:CreatePodIdentityAssociation'],
    who: { kind: 'service', name: 'pods.eks.amazonaws.com', source: own },
    needs: [{ actions: ['sts:AssumeRole', 'sts:TagSession'], on: roles }],
    later: true,
    why: 'EKS assumes the role for the pod and tags the session, so that its trust policy must allow both',
    docs: 'https://docs.aws.amazon.com/eks/latest/userguide/pod-id-association.html',
  },
  passes('G-80', ['eks:CreateNodegroup'], {
    to: 'ec2.amazonaws.com',
    always,
    docs: 'https://docs.aws.amazon.com/eks/latest/userguide/create-node-role.html',
  }),
  passes('G-80', ['eks:CreateAccessEntry'], {
    to: 'ec2.amazonaws.com',
    docs: 'https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html',
  }),
  passes('G-84', ['cloudformation:CreateChangeSet', 'cloudformation:CreateStackSet', 'cloudformation:UpdateStackSet'], {
    from: stackRole,
    to: 'cloudformation.amazonaws.com',
  }),
  passes('G-89', ['scheduler:CreateSchedule', 'scheduler:UpdateSchedule'], { to: 'scheduler.amazonaws.com', always }),
  passes('G-89', ['pipes:CreatePipe', 'pipes:UpdatePipe'], { to: 'pipes.amazonaws.com', always }),
  passes('G-91', ['sns:Subscribe'], { to: 'sns.amazonaws.com' }),
  passes('G-94', ['rds:StartExportTask'], {
    to: 'export.rds.amazonaws.com',
    always,
    docs: 'https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_StartExportTask.html',
  }),
  passes('G-96', ['ec2:AssociateIamInstanceProfile', 'ec2:ReplaceIamInstanceProfileAssociation'], {
    from: anyOf(profileRoles, roles),
    to: 'ec2.amazonaws.com',
  }),
  passes('G-97', ['backup:StartBackupJob', 'backup:CreateBackupSelection'], { to: 'backup.amazonaws.com', always }),
  passes('G-97', ['backup:StartRestoreJob'], { to: 'backup.amazonaws.com' }),
  passes('G-98', ['backup:StartCopyJob'], { to: 'backup.amazonaws.com', always }),
  passes('G-99', ['datasync:CreateLocationS3'], { to: 'datasync.amazonaws.com', always }),
  passes('G-99', ['datasync:CreateTask'], { to: 'datasync.amazonaws.com' }),
  passes('G-100', ['transfer:CreateUser', 'transfer:CreateConnector'], { to: 'transfer.amazonaws.com', always }),
  passes('G-100', ['transfer:CreateServer'], { to: 'transfer.amazonaws.com' }),
  passes('G-102', ['ssm:SendCommand', 'ssm:StartAutomationExecution'], { to: 'ssm.amazonaws.com' }),
  passes('G-103', ['cognito-identity:SetIdentityPoolRoles'], { to: 'cognito-identity.amazonaws.com' }),
  passes('G-104', ['apigateway:PUT', 'apigateway:POST', 'apigateway:PATCH'], { to: 'apigateway.amazonaws.com' }),
  passes('G-105', ['appsync:CreateDataSource', 'appsync:UpdateDataSource'], { to: 'appsync.amazonaws.com' }),
  passes('G-105', ['iot:CreateTopicRule', 'iot:ReplaceTopicRule'], { to: 'iot.amazonaws.com' }),
  passes('G-105', ['kinesisanalytics:CreateApplication'], { to: 'kinesisanalytics.amazonaws.com' }),
  passes('G-113', ['cloudwatch:PutMetricStream'], { to: 'streams.metrics.cloudwatch.amazonaws.com', always }),
  passes('G-115', ['logs:PutDestination'], { to: 'logs.amazonaws.com', always }),
  passes('G-115', ['logs:PutAccountPolicy'], { to: 'logs.amazonaws.com' }),
]
