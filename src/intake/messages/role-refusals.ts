import { servicePrefix } from '#iam/event-sources.ts'
import { eventSourceOf } from '../wrapper/service-names.ts'
import { patternRule } from './pattern-rule.ts'

/** STS refuses the root user of an account whatever the policies say. */
export const rootMayNotAssume = patternRule({
  id: 'root-may-not-assume',
  example:
    'An error occurred (AccessDenied) when calling the AssumeRole operation: Roles may not be assumed by root accounts.',
  docs: 'https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html',
  anchor: 'rolesmaynotbeassumedbyrootaccounts',
  pattern: /Roles may not be assumed by root accounts/i,
  fields: () => ({
    action: 'sts:AssumeRole',
    notes: [{ code: 'service-rule', text: 'STS never lets the root user assume a role; no policy can allow it.' }],
  }),
})

/** Credentials of a session get no session of this kind (R-EVAL-03). */
export const sessionMayNotCall = patternRule({
  id: 'session-may-not-call',
  example:
    'An error occurred (AccessDenied) when calling the GetSessionToken operation: Cannot call GetSessionToken with session credentials',
  docs: 'https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html',
  anchor: 'withsessioncredentials',
  pattern: /\bCannot call (?<name>GetSessionToken|GetFederationToken) with (?:federated )?session credentials\b/i,
  fields: ({ name = '' }) => ({
    action: `sts:${name}`,
    notes: [
      {
        code: 'service-rule',
        text: `STS gives ${name} to the long-term credentials of a user alone, never to a session; no policy can allow it. The profile or environment has a session token already (\`AWS_SESSION_TOKEN\`): use it as it is, \`sts:AssumeRole\` for another role, or the keys of the user.`,
      },
    ],
  }),
})

/** A role can be passed only to a resource of its own account. */
export const crossAccountPassRole = patternRule({
  id: 'cross-account-pass-role',
  example: "Cross-account pass role is not allowed, The role should belong to account '111122223333'",
  docs: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html',
  anchor: 'crossaccountpassroleisnotallowed',
  pattern:
    /Cross-account pass role is not allowed(?:\.?,? The role should belong to account '(?<account>\d{12})')?(?:[^]{0,400}?\bRole ?ARN: {0,4}["']?(?<role>arn:[^\s"',]{1,400}))?/i,
  fields: ({ account, role }) => ({
    action: 'iam:PassRole',
    resource: role ?? null,
    notes: [
      {
        code: 'service-rule',
        text: `The role and the resource it is passed to must be of one account${account === undefined ? '' : `, here ${account}`}; no policy can allow otherwise.${account === undefined ? '' : ` Pass a role of account ${account}.`}`,
      },
    ],
  }),
})

/** A service makes its service-linked role with the permissions of the caller, the first time it is used (R-MSG-33). */
export const serviceLinkedRole = patternRule({
  id: 'service-linked-role',
  example:
    'An error occurred (AuthFailure.ServiceLinkedRoleCreationNotPermitted) when calling the RunInstances operation: The provided credentials do not have permission to create the service-linked role for EC2 Spot Instances.',
  docs: 'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/service-linked-roles-spot-instance-requests.html',
  anchor: 'servicelinkedrole',
  pattern:
    /\b(?:(?:do|does) not have permissions? to create (?:the |an? )?service[ -]linked role(?: for (?<made>[A-Z][\w ]{2,40}))?|verify that the (?<named>[A-Z]\w{1,30}(?: \w{2,20}){0,2}) service[ -]linked role exists|The (?<missing>[A-Z]\w{1,30}(?: \w{2,20}){0,2}) service[ -]linked role does not exist)/i,
  fields: ({ made, named, missing }) => {
    const known = LINKED_ROLES.get((made ?? named ?? missing ?? '').toLowerCase().replace(/^(?:amazon|aws) /, ''))
    if (known === undefined) return { impliedAction: 'iam:CreateServiceLinkedRole', behind: true }
    const [service, role] = known
    return {
      impliedAction: 'iam:CreateServiceLinkedRole',
      behind: true,
      resource: `arn:aws:iam::ACCOUNT_ID:role/aws-service-role/${service}/${role}`,
      notes: [
        {
          code: 'linked-role',
          text: `An account needs ${role} once. Whoever administers the account can create it, and the caller then needs no permission for it: \`aws iam create-service-linked-role --aws-service-name ${service}\`.`,
        },
      ],
    }
  },
})

/** Service-linked roles by the names that messages call them. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html */
const LINKED_ROLES: ReadonlyMap<string, readonly [service: string, role: string]> = new Map([
  ['ec2 spot instances', ['spot.amazonaws.com', 'AWSServiceRoleForEC2Spot']],
  ['ec2 spot', ['spot.amazonaws.com', 'AWSServiceRoleForEC2Spot']],
  ['ec2 spot fleet', ['spotfleet.amazonaws.com', 'AWSServiceRoleForEC2SpotFleet']],
  ['ec2 fleet', ['ec2fleet.amazonaws.com', 'AWSServiceRoleForEC2Fleet']],
  ['ec2 auto scaling', ['autoscaling.amazonaws.com', 'AWSServiceRoleForAutoScaling']],
  ['auto scaling', ['autoscaling.amazonaws.com', 'AWSServiceRoleForAutoScaling']],
  ['elastic load balancing', ['elasticloadbalancing.amazonaws.com', 'AWSServiceRoleForElasticLoadBalancing']],
  ['ecs', ['ecs.amazonaws.com', 'AWSServiceRoleForECS']],
  ['eks', ['eks.amazonaws.com', 'AWSServiceRoleForAmazonEKS']],
  ['rds', ['rds.amazonaws.com', 'AWSServiceRoleForRDS']],
  ['elasticache', ['elasticache.amazonaws.com', 'AWSServiceRoleForElastiCache']],
  ['api gateway', ['ops.apigateway.amazonaws.com', 'AWSServiceRoleForAPIGateway']],
  ['batch', ['batch.amazonaws.com', 'AWSServiceRoleForBatch']],
])

/** The role of a state machine that waits for another service's work: Step Functions makes an EventBridge rule with it. */
export const managedRule = patternRule({
  id: 'managed-rule',
  example:
    "AccessDeniedException: 'arn:aws:iam::111122223333:role/flow-role' is not authorized to create managed-rule.",
  docs: 'https://docs.aws.amazon.com/step-functions/latest/dg/service-integration-iam-templates.html',
  anchor: 'isnotauthorizedtocreatemanagedrule',
  pattern: /(?:(?<role>arn:[^\s"'<>]{10,600})["']{0,2}\s{1,8})?is not authorized to create managed-rule/i,
  fields: ({ role }) => ({
    principal: role ?? null,
    impliedAction: 'events:PutRule',
    behind: true,
    notes: [{ code: 'service-role', text: MANAGED_RULE }],
  }),
})

const MANAGED_RULE =
  'AWS denied the role of the state machine, not the caller. Step Functions uses that role to create an EventBridge rule, which reports when a `.sync` task ends. It needs `events:PutTargets`, `events:PutRule` and `events:DescribeRule` on that rule: `rule/StepFunctionsGetEventsForECSTaskRule` for ECS, `rule/StepFunctionsGetEventsForStepFunctionsExecutionRule` for another state machine.'

/** Snowflake reads a stage with a role of the customer's: AWS STS did not let it assume that role, and the message says no more. */
export const snowflakeRole = patternRule({
  id: 'snowflake-role',
  example:
    'SQL execution error: Error assuming AWS_ROLE. Please verify the role and externalId are configured correctly in your AWS policy.',
  docs: 'https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html',
  anchor: 'errorassumingawsrole',
  pattern: /\bError assuming AWS_ROLE\b/i,
  fields: () => ({ impliedAction: 'sts:AssumeRole' }),
})

/** Step Functions tries the role of a state machine before it keeps it: the role's trust policy does not name the service. */
export const serviceMayNotAssume = patternRule({
  id: 'service-may-not-assume',
  example:
    'Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume the provided role.',
  docs: 'https://docs.aws.amazon.com/step-functions/latest/dg/procedure-create-iam-role.html',
  anchor: 'authorizedtoassumetheprovidedrole',
  pattern:
    /(?:principal:? ["'`]?(?<service>[a-z0-9-]{2,40}(?:\.[a-z0-9-]{2,30})?\.amazonaws\.com(?:\.cn)?)\b[^\n]{0,60}? is )?(?:not )?authorized to assume the provided role/i,
  fields: ({ service }) => ({
    principal: service ?? null,
    impliedAction: 'sts:AssumeRole',
    notes: [
      {
        code: 'trust-policy',
        text: 'The service asked, not the caller: the trust policy of the role that the call names has to allow it `sts:AssumeRole`. A role made seconds ago may only need another try.',
      },
    ],
  }),
})

/** A service tries the role that the call hands over, and refuses the call because the role was refused. */
export const roleLacksAction = patternRule({
  id: 'role-lacks-action',
  example: 'The provided execution role does not have permissions to call CreateNetworkInterface on EC2',
  docs: 'https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions',
  anchor: 'roledoesnothavepermission',
  pattern:
    /\brole\b(?: ["'`]{0,2}(?<role>arn:[\w-]{1,20}:iam::[^\s"'`<>]{1,400}?)["'`]{0,2})? does not have permissions? to call (?<name>[A-Z][A-Za-z]{2,60}) on (?:AWS |Amazon )?(?<service>[A-Z][A-Za-z0-9]{1,30})\b/,
  fields: ({ role, name = '', service = '' }) => ({
    principal: role ?? null,
    action: `${servicePrefix(eventSourceOf(service) ?? '') ?? service.toLowerCase()}:${name}`,
    notes: [
      {
        code: 'service-role',
        text: 'AWS denied the role that the call passes, not the caller. Check its policies, its permissions boundary and the service control policies of its account. If the role was created seconds ago, try again.',
      },
    ],
  }),
})

/** A service could not take over the role that a task definition hands it: the role's trust policy does not name the service. */
export const taskMayNotAssume = patternRule({
  id: 'task-may-not-assume',
  example:
    "ECS was unable to assume the role 'arn:aws:iam::111122223333:role/app-task' that was provided for this task. Please verify that the role being passed has the proper trust relationship and permissions and that your IAM user has permissions to pass this role.",
  docs: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html',
  anchor: 'wasunabletoassumetherole',
  pattern:
    /\bECS was unable to assume the role ["'`]?(?<role>arn:[\w-]{1,20}:iam::[^\s"'`<>]{1,400})["'`]? that was provided for this task/i,
  fields: ({ role }) => ({
    principal: 'ecs-tasks.amazonaws.com',
    impliedAction: 'sts:AssumeRole',
    resource: role ?? null,
    notes: [
      {
        code: 'trust-policy',
        text: 'The service asked, not the caller: the trust policy of the role has to allow it `sts:AssumeRole`. A role made seconds ago may only need another try.',
      },
    ],
  }),
})
