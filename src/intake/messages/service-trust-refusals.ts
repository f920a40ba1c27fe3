import { ownCallRule } from './own-call-rule.ts'
import { patternRule } from './pattern-rule.ts'

/** A service that could not assume the role it was given: it called STS itself, so the trust policy decides (R-EVID-13). */
const trustRefusal = ownCallRule('sts:AssumeRole', (service) => ({
  code: 'trust-policy',
  text: `The service called STS, not the caller: the trust policy of the role must allow ${service} to call \`sts:AssumeRole\`. If the role was created seconds ago, try again.`,
}))

/** Amazon ECS uses the role of a service for its load balancer. */
export const listenerRole = trustRefusal({
  id: 'listener-role',
  example:
    'InvalidParameterException: Unable to assume role and validate the listeners configured on your load balancer. Please verify that the ECS service role being passed has the proper permissions.',
  docs: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html',
  anchor: 'unabletoassumeroleandvalidatethelisteners',
  pattern: /\bUnable to assume role and validate the listeners configured on your load balancer\b/i,
  service: 'ecs.amazonaws.com',
})

/** Amazon ECS makes volumes and load balancer rules with the infrastructure role. */
export const infrastructureRole = trustRefusal({
  id: 'infrastructure-role',
  example:
    "InvalidParameterException: ECS was unable to assume the configured ECS Infrastructure Role 'arn:aws:iam::111122223333:role/ecs-volumes'. Please verify that the role being passed has the proper trust relationship with Amazon ECS.",
  docs: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/infrastructure_IAM_role.html',
  anchor: 'unabletoassumetheconfiguredecsinfrastructurerole',
  pattern:
    /\bECS was unable to assume the configured ECS Infrastructure Role ["'`]?(?<arn>arn:[\w-]{1,20}:iam::[^\s"'`<>]{1,400})/i,
  service: 'ecs.amazonaws.com',
})

/** AWS CloudFormation StackSets assumes the execution role of each account as the administration role. */
export const stackSetRole = patternRule({
  id: 'stack-set-role',
  example:
    "Account 111122223333 should have 'AWSCloudFormationStackSetExecutionRole' role with trust relationship to Role 'AWSCloudFormationStackSetAdministrationRole'.",
  docs: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-prereqs-self-managed.html',
  anchor: 'rolewithtrustrelationshiptorole',
  pattern:
    /\bAccount (?<account>\d{12}) should have ['"]?(?<role>[\w+=,.@/-]{1,128})['"]? role with trust relationship to Role ['"]?(?<from>[\w+=,.@/-]{1,580})/i,
  fields: ({ account = '', role = '', from = '' }) => ({
    impliedAction: 'sts:AssumeRole',
    resource: `arn:aws:iam::${account}:role/${role}`,
    notes: [
      {
        code: 'trust-policy',
        text: `StackSets called STS as role ${from} of the administrator account: account ${account} has no role ${role}, or its trust policy does not name that role. \`aws iam get-role --role-name ${role.slice(role.lastIndexOf('/') + 1)}\` in account ${account} shows which. AWS Control Tower makes its role in member accounts only: in the management account, create it.`,
      },
    ],
  }),
})

/** AWS CodeDeploy assumes the service role of a deployment group. */
export const deploymentRole = trustRefusal({
  id: 'deployment-role',
  example:
    'AWS CodeDeploy does not have the permissions required to assume the role arn:aws:iam::111122223333:role/deploy.',
  docs: 'https://docs.aws.amazon.com/codedeploy/latest/userguide/troubleshooting-deployments.html',
  anchor: 'doesnothavethepermissionsrequiredtoassumetherole',
  pattern:
    /\bCodeDeploy does not have the permissions required to assume the role:? (?<arn>arn:[\w-]{1,20}:iam::[^\s"'`<>]{1,400})/i,
  service: 'codedeploy.amazonaws.com',
})

/** Amazon Data Firehose assumes the role of a stream. */
export const streamRole = trustRefusal({
  id: 'stream-role',
  example:
    'InvalidArgumentException: Firehose is unable to assume role arn:aws:iam::111122223333:role/stream. Please check the role provided.',
  docs: 'https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html',
  anchor: 'firehoseisunabletoassumerole',
  pattern: /\bFirehose is unable to assume role:? (?<arn>arn:[\w-]{1,20}:iam::[^\s"'`<>]{1,400})/i,
  service: 'firehose.amazonaws.com',
})

/** AWS CloudFormation works with the role that a stack names. */
export const stackRole = trustRefusal({
  id: 'stack-role',
  example:
    'An error occurred (ValidationError) when calling the CreateChangeSet operation: Role arn:aws:iam::111122223333:role/stacks is invalid or cannot be assumed',
  docs: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html',
  anchor: 'isinvalidorcannotbeassumed',
  pattern: /\bRole (?<arn>arn:[\w-]{1,20}:iam::[^\s"'`<>]{1,400}) is invalid or cannot be assumed\b/i,
  service: 'cloudformation.amazonaws.com',
})

/** Amazon SageMaker AI assumes the execution role of a model, job or notebook. */
export const executionRole = trustRefusal({
  id: 'execution-role',
  example:
    "ValidationException: Could not assume role arn:aws:iam::111122223333:role/train. Please ensure that the role exists and allows principal 'sagemaker.amazonaws.com' to assume the role.",
  docs: 'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html',
  anchor: 'sagemakeramazonawscomtoassumetherole',
  pattern:
    /\bCould not assume role (?<arn>arn:[\w-]{1,20}:iam::[^\s"'`<>]{1,400})\.? Please ensure that the role exists and allows principal ["'`]?sagemaker\.amazonaws\.com["'`]? to assume the role/i,
  service: 'sagemaker.amazonaws.com',
})

/** Amazon Redshift uses a role of the cluster for COPY and UNLOAD: it has to be attached to the cluster, too. */
const ATTACHED =
  'Redshift asked, not the user of the database: the trust policy of the role must allow redshift.amazonaws.com to call `sts:AssumeRole`, and the role must be attached to the cluster: `aws redshift modify-cluster-iam-roles --cluster-identifier CLUSTER --add-iam-roles ROLE_ARN`.'

/** Redshift could not get credentials of the role (R-MSG-32). */
export const redshiftRole = patternRule({
  id: 'redshift-role',
  example: 'ERROR: Not authorized to get credentials of role arn:aws:iam::111122223333:role/copy-role',
  docs: 'https://docs.aws.amazon.com/redshift/latest/mgmt/copy-unload-iam-role.html',
  anchor: 'notauthorizedtogetcredentialsofrole',
  pattern: /Not authorized to get credentials of role (?<role>arn:[^\s"'<>,;)]{1,600})/i,
  fields: ({ role }) => ({
    principal: 'redshift.amazonaws.com',
    impliedAction: 'sts:AssumeRole',
    resource: role ?? null,
    notes: [{ code: 'trust-policy', text: ATTACHED }],
  }),
})

/** Redshift asked for the role in the name of a user of the database. */
export const redshiftUser = patternRule({
  id: 'redshift-user',
  example:
    'ERROR: User arn:aws:redshift:us-east-1:111122223333:dbuser:cluster/ana is not authorized to assume IAM Role arn:aws:iam::111122223333:role/copy-role',
  docs: 'https://docs.aws.amazon.com/redshift/latest/mgmt/authorizing-redshift-service-chaining-roles.html',
  anchor: 'isnotauthorizedtoassumeiamrole',
  pattern: /User:? (?<user>[^\s"'<>]{1,400}) is not authorized to assume IAM Role (?<role>arn:[^\s"'<>,;)]{1,600})/i,
  fields: ({ user, role }) => ({
    principal: user ?? null,
    action: 'sts:AssumeRole',
    resource: role?.replace(/\.$/, '') ?? null,
    notes: [{ code: 'trust-policy', text: ATTACHED }],
  }),
})
