import { parseArn } from '#iam/arn.ts'
import { actionMatches, readAction, readActionPattern } from '#iam/action.ts'
import { memoizeText } from '#iam/memoize.ts'

/**
 * Actions by which a principal that may call them can gain more permissions than it has, and how. Facts are taken from
 * published lists: https://pathfinding.cloud (DataDog),
 * https://rhinosecuritylabs.com/aws/aws-privilege-escalation-methods-mitigation/ and
 * https://bishopfox.com/blog/privilege-escalation-in-aws. Of the paths that need `iam:PassRole` and a second action,
 * `iam:PassRole` is listed.
 */
const ESCALATIONS: Readonly<Record<string, string>> = {
  'iam:AddUserToGroup': 'it can join a group with more permissions',
  'iam:AttachGroupPolicy': 'it can attach any policy to a group',
  'iam:AttachRolePolicy': 'it can attach any policy to the role, AdministratorAccess too',
  'iam:AttachUserPolicy': 'it can attach any policy to the user, AdministratorAccess too',
  'iam:CreateAccessKey': 'it can create access keys of the user and act as that user',
  'iam:CreateLoginProfile': 'it can set a console password for the user and sign in as that user',
  'iam:CreatePolicyVersion': 'it can rewrite the managed policy for everyone who has it',
  'iam:DeleteRolePermissionsBoundary': 'it can remove the limit on what the role may do',
  'iam:DeleteUserPermissionsBoundary': 'it can remove the limit on what the user may do',
  'iam:PutGroupPolicy': 'it can add any permission to the group',
  'iam:PutRolePermissionsBoundary': 'it can replace the limit on what the role may do',
  'iam:PutRolePolicy': 'it can add any permission to the role',
  'iam:PutUserPermissionsBoundary': 'it can replace the limit on what the user may do',
  'iam:PutUserPolicy': 'it can add any permission to the user',
  'iam:SetDefaultPolicyVersion': 'it can put an older version of the managed policy in force',
  'iam:UpdateAssumeRolePolicy': 'it can let anyone assume the role, itself too',
  'iam:UpdateLoginProfile': 'it can change the console password of the user and sign in as that user',
  'iam:PassRole': 'a service that it starts can act with the permissions of the passed role',
  'apprunner:UpdateService': 'it can run its own code with the role of the service',
  'bedrock-agentcore:InvokeCodeInterpreter': 'it can run its own code with the role of the code interpreter',
  'cloudformation:ExecuteChangeSet': 'it can make changes with the role of the stack',
  'cloudformation:UpdateStack': 'it can make changes with the role of the stack',
  'cloudformation:UpdateStackSet': 'it can make changes with the role of the stack set',
  'codebuild:StartBuild': 'it can run its own build commands with the role of the project',
  'codebuild:StartBuildBatch': 'it can run its own build commands with the role of the project',
  'ec2-instance-connect:SendSSHPublicKey': 'it can log in to the instance and use the role of the instance',
  'ec2:ModifyInstanceAttribute': 'it can replace the user data, which runs with the role of the instance',
  'ecs:ExecuteCommand': 'it can run commands with the role of the task',
  'glue:UpdateDevEndpoint': 'it can log in to the endpoint and use the role of the endpoint',
  'glue:UpdateJob': 'it can run its own code with the role of the job',
  'lambda:UpdateFunctionCode': 'it can run its own code with the role of the function',
  'lambda:UpdateFunctionConfiguration': 'it can add a layer that runs with the role of the function',
  'sagemaker:CreatePresignedNotebookInstanceUrl': 'it can open the notebook and use the role of the notebook',
  'sagemaker:UpdateNotebookInstanceLifecycleConfig': 'it can run its own code with the role of the notebook',
  'ssm:SendCommand': 'it can run commands with the role of the instance',
  'ssm:StartSession': 'it can log in to the instance and use the role of the instance',
  'sso:AttachManagedPolicyToPermissionSet': 'it can add any managed policy to the permission set',
  'sso:CreateAccountAssignment': 'it can assign any permission set in any account',
  'sso:PutInlinePolicyToPermissionSet': 'it can add any permission to the permission set',
}

const READ = Object.entries(ESCALATIONS).flatMap(([name, how]) => {
  const action = readAction(name)
  return action === undefined ? [] : [{ name, action, how }]
})

/** The escalation that an action, or a pattern of actions, makes possible. */
export interface Escalation {
  readonly action: string
  /** How, in words that follow `so`. */
  readonly how: string
}

/** Returns the escalations among the actions that a pattern covers, in the order of the table. */
export const escalationsIn = memoizeText((pattern): readonly Escalation[] => {
  const elements = readActionPattern(pattern)
  return READ.filter(({ action }) => actionMatches(elements, action)).map(({ name, how }) => ({ action: name, how }))
})

/** Names by which roles with broad permissions are known. What a role may do is rarely given with a denial. */
const PRIVILEGED =
  /admin|poweruser|superuser|break-?glass|OrganizationAccountAccessRole|AWSControlTowerExecution|cdk-[\w-]{1,40}-cfn-exec/i

/** Whether a resource pattern names, or includes, a role that has broad permissions by its name. */
export function isPrivilegedRole(resource: string): boolean {
  const name = parseArn(resource)?.resource ?? resource
  return PRIVILEGED.test(name) || name === '*' || /^role\/\*+$/.test(name)
}

/**
 * Actions that turn off what watches an account, or that take it out of its guardrails. AWS's examples of SCPs deny them.
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples.html
 * https://docs.aws.amazon.com/controltower/latest/controlreference/mandatory-controls.html
 */
const PROTECTED = new Set(
  [
    'access-analyzer:DeleteAnalyzer',
    'cloudtrail:DeleteTrail',
    'cloudtrail:PutEventSelectors',
    'cloudtrail:StopLogging',
    'cloudtrail:UpdateTrail',
    'config:DeleteConfigRule',
    'config:DeleteConfigurationRecorder',
    'config:DeleteDeliveryChannel',
    'config:StopConfigurationRecorder',
    'ec2:DeleteFlowLogs',
    'guardduty:DeleteDetector',
    'guardduty:DisassociateFromMasterAccount',
    'guardduty:DisassociateFromAdministratorAccount',
    'guardduty:StopMonitoringMembers',
    'guardduty:UpdateDetector',
    'iam:DeleteRolePermissionsBoundary',
    'iam:DeleteUserPermissionsBoundary',
    'iam:PutRolePermissionsBoundary',
    'iam:PutUserPermissionsBoundary',
    'kms:DisableKey',
    'kms:ScheduleKeyDeletion',
    'logs:DeleteLogGroup',
    'macie2:DisableMacie',
    'organizations:LeaveOrganization',
    's3:PutAccountPublicAccessBlock',
    's3:PutBucketPublicAccessBlock',
    'securityhub:DisableSecurityHub',
  ].map((action) => action.toLowerCase()),
)

/** Whether guardrails exist to deny the action: it turns off logging, a detector, a limit or a protection. */
export const isProtectedAction = (action: string | null): boolean => PROTECTED.has((action ?? '').toLowerCase())
