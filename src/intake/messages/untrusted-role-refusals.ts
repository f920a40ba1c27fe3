import { ownCallRule } from './own-call-rule.ts'
import { patternRule } from './pattern-rule.ts'

const trustNote = (service: string, more = '') => ({
  code: 'trust-policy' as const,
  text: `The service called STS, not the caller: the trust policy of the role must allow ${service} to call \`sts:AssumeRole\`.${more} If the role was created seconds ago, try again.`,
})

const trustRefusal = ownCallRule('sts:AssumeRole', (service) => trustNote(service))

/** Fields of a text that names both the role and the service. */
const assumedByNamed = ({ role, service = '' }: Readonly<Partial<Record<string, string>>>) => ({
  principal: service,
  impliedAction: 'sts:AssumeRole',
  resource: role ?? null,
  notes: [trustNote(service)],
})

const ROLE = 'arn:[\\w-]{1,20}:iam::[^\\s"\'`<>]{1,400}?'

/** A service that names itself as policies do. */
export const principalMayNotAssume = patternRule({
  id: 'principal-may-not-assume',
  example:
    "Provided role 'arn:aws:iam::111122223333:role/events' cannot be assumed by principal 'events.amazonaws.com'.",
  docs: 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-identity-based.html',
  anchor: 'cannotbeassumedbyprincipal',
  pattern: new RegExp(
    `\\brole ["'\`]?(?<role>${ROLE})["'\`]? cannot be assumed by principal ["'\`]?(?<service>[a-z0-9.-]{2,60}\\.amazonaws\\.com)`,
    'i',
  ),
  fields: assumedByNamed,
})

/** Amazon SageMaker AI tests the role of a job, a model or an endpoint. */
export const trustedPrincipalMissing = patternRule({
  id: 'trusted-principal-missing',
  example:
    'The execution role ARN "arn:aws:iam::111122223333:role/train" is invalid. Please ensure that the role exists and that its trust relationship policy allows the action "sts:AssumeRole" for the service principal "sagemaker.amazonaws.com".',
  docs: 'https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html',
  anchor: 'trustrelationshippolicyallowstheaction',
  pattern: new RegExp(
    `\\brole ARN ["'\`](?<role>${ROLE})["'\`] is invalid\\. Please ensure that the role exists and that its trust relationship policy allows the action ["'\`]sts:AssumeRole["'\`] for the service principal ["'\`](?<service>[a-z0-9.-]{2,60}\\.amazonaws\\.com)`,
    'i',
  ),
  fields: assumedByNamed,
})

/** Lambda@Edge copies a function to other Regions with its role. */
export const edgeRole = trustRefusal({
  id: 'edge-role',
  example:
    'InvalidLambdaFunctionAssociation: The function execution role must be assumable with edgelambda.amazonaws.com as well as lambda.amazonaws.com principals. Update the IAM role and try again. Role: arn:aws:iam::111122223333:role/edge',
  docs: 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-edge-permissions.html',
  anchor: 'mustbeassumablewithedgelambda',
  pattern:
    /\bThe function execution role must be assumable with edgelambda\.amazonaws\.com as well as lambda\.amazonaws\.com principals(?:[^]{0,80}?\bRole: (?<arn>arn:[\w-]{1,20}:iam::[^\s"'`<>]{1,400}))?/i,
  service: 'edgelambda.amazonaws.com',
})

/** Amazon API Gateway works with the role of an integration. */
export const integrationRole = trustRefusal({
  id: 'integration-role',
  example:
    'Execution failed due to configuration error: API Gateway does not have permission to assume the provided role arn:aws:iam::111122223333:role/integration',
  docs: 'https://docs.aws.amazon.com/apigateway/latest/developerguide/permissions.html',
  anchor: 'apigatewaydoesnothavepermissiontoassumetheprovidedrole',
  pattern:
    /\bAPI Gateway does not have permission to assume the provided role(?: (?<arn>arn:[\w-]{1,20}:iam::[^\s"'`<>]{1,400}))?/i,
  service: 'apigateway.amazonaws.com',
})

/** Amazon Bedrock works with the service role of a knowledge base. */
export const knowledgeBaseRole = trustRefusal({
  id: 'knowledge-base-role',
  example:
    'ValidationException: Bedrock Knowledge Base was unable to assume the given role. Provide the proper permissions and retry the request.',
  docs: 'https://docs.aws.amazon.com/bedrock/latest/userguide/kb-permissions.html',
  anchor: 'bedrockknowledgebasewasunabletoassumethegivenrole',
  pattern: /\bBedrock Knowledge Base was unable to assume the given role\b/i,
  service: 'bedrock.amazonaws.com',
})

/** AWS Backup works with the role of a plan or a job. */
export const backupRole = trustRefusal({
  id: 'backup-role',
  example: 'IAM Role arn:aws:iam::111122223333:role/backup cannot be assumed by AWS Backup',
  docs: 'https://docs.aws.amazon.com/aws-backup/latest/devguide/iam-service-roles.html',
  anchor: 'cannotbeassumedbyawsbackup',
  pattern: /\brole (?<arn>arn:[\w-]{1,20}:iam::[^\s"'`<>]{1,400}) cannot be assumed by AWS Backup\b/i,
  service: 'backup.amazonaws.com',
})

/** Amazon EventBridge Scheduler tests the role of a schedule. */
export const scheduleRole = trustRefusal({
  id: 'schedule-role',
  example:
    'ValidationException: The execution role you provide must allow AWS EventBridge Scheduler to assume the role.',
  docs: 'https://docs.aws.amazon.com/scheduler/latest/UserGuide/setting-up.html',
  anchor: 'mustallowawseventbridgeschedulertoassumetherole',
  pattern: /\bThe execution role (?:that )?you provided? must allow AWS EventBridge Scheduler to assume the role\b/i,
  service: 'scheduler.amazonaws.com',
})

/** Amazon RDS tests the role for Enhanced Monitoring: it does not trust the service, or lacks its managed policy. */
export const monitoringRole = patternRule({
  id: 'monitoring-role',
  example:
    'InvalidParameterValue: IAM role ARN value is invalid or does not include the required permissions for: ENHANCED_MONITORING',
  docs: 'https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Monitoring.OS.Enabling.html',
  anchor: 'requiredpermissionsforenhancedmonitoring',
  pattern: /\bIAM role ARN value is invalid or does not include the required permissions for: ENHANCED_MONITORING\b/,
  fields: () => ({
    principal: 'monitoring.rds.amazonaws.com',
    impliedAction: 'sts:AssumeRole',
    notes: [
      trustNote(
        'monitoring.rds.amazonaws.com',
        ' The role also needs the managed policy AmazonRDSEnhancedMonitoringRole.',
      ),
    ],
  }),
})

/** AWS DMS needs roles of fixed names, such as `dms-vpc-role`: one is missing, does not trust DMS, or lacks its policy. */
export const migrationRole = patternRule({
  id: 'migration-role',
  example: 'AccessDeniedFault: The IAM Role arn:aws:iam::111122223333:role/dms-vpc-role is not configured properly.',
  docs: 'https://docs.aws.amazon.com/dms/latest/userguide/security-iam.html#CHAP_Security.APIRole',
  anchor: 'isnotconfiguredproperly',
  pattern:
    /\bThe IAM Role (?<role>arn:[\w-]{1,20}:iam::[^\s"'`<>]{1,400}?:?role\/dms-[\w-]{1,60}) is not configured properly\b/i,
  fields: ({ role }) => ({
    principal: 'dms.amazonaws.com',
    impliedAction: 'sts:AssumeRole',
    resource: role ?? null,
    notes: [
      trustNote(
        'dms.amazonaws.com',
        ' The role must exist under this name, and dms-vpc-role needs the managed policy AmazonDMSVPCManagementRole.',
      ),
    ],
  }),
})

/** An identity pool of Amazon Cognito has no role for the caller, or STS did not let the pool assume it. */
export const identityPoolRole = patternRule({
  id: 'identity-pool-role',
  example:
    'InvalidIdentityPoolConfigurationException: Invalid identity pool configuration. Check assigned IAM roles for this pool.',
  docs: 'https://docs.aws.amazon.com/cognito/latest/developerguide/role-trust-and-permissions.html',
  anchor: 'invalididentitypoolconfiguration',
  pattern: /\bInvalidIdentityPoolConfiguration(?:Exception)?\b|\bInvalid identity pool configuration\b/i,
  fields: () => ({
    principal: 'cognito-identity.amazonaws.com',
    impliedAction: 'sts:AssumeRoleWithWebIdentity',
    notes: [
      {
        code: 'trust-policy',
        text: 'Cognito called STS for a role of the identity pool. The trust policy of that role must allow `sts:AssumeRoleWithWebIdentity` to the federated principal `cognito-identity.amazonaws.com`. It must require the id of this pool (`cognito-identity.amazonaws.com:aud`) and the kind of caller (`…:amr`, authenticated or unauthenticated). `aws cognito-identity get-identity-pool-roles --identity-pool-id POOL` shows the roles; a pool without a role for this kind of caller answers the same.',
      },
    ],
  }),
})
