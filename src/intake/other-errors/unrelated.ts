import type { Finding, UnrelatedError } from './finding.ts'
import { ACCOUNT_ERRORS } from './account-errors.ts'
import { BEDROCK_ERRORS } from './bedrock-errors.ts'
import { CLIENT_ERRORS } from './client-errors.ts'
import { COGNITO_ERRORS } from './cognito.ts'
import { KEY_ERRORS } from './key-errors.ts'
import { OTHER_CLOUD_PHRASES, OTHER_CLOUDS } from './other-clouds.ts'
import { S3_ERRORS } from './s3-errors.ts'
import { SERVICE_STATES } from './service-states.ts'

const UNRELATED: readonly UnrelatedError[] = [
  ...COGNITO_ERRORS,
  ...BEDROCK_ERRORS,
  ...S3_ERRORS,
  ...KEY_ERRORS,
  ...ACCOUNT_ERRORS,
  ...CLIENT_ERRORS,
  {
    code: 'throttled',
    phrases: [
      'throttl',
      'toomanyrequests',
      'requestlimitexceeded',
      'throughputexceeded',
      'slowdown',
      'rateexceeded',
      'bandwidthlimitexceeded',
    ],
    pattern:
      /\b(?<code>(?:Request)?Throttl(?:ing|ed)(?:Exception)?|TooManyRequests(?:Exception)?|RequestLimitExceeded|ProvisionedThroughputExceeded(?:Exception)?|BandwidthLimitExceeded|SlowDown)\b|\bRate exceeded\b/,
    text: 'The service refused the rate of calls, not the permission: slow down and try again, or ask for a higher quota.',
  },
  {
    code: 'opt-in-required',
    phrases: [
      'optinrequired',
      'subscriptionrequired',
      'notsubscribed',
      'regionisdisabled',
      'regionisnotenabled',
      'marketplacesubscription',
    ],
    pattern:
      /\b(?<code>OptInRequired|SubscriptionRequired(?:Exception)?)\b|not subscribed to this service|[Rr]egion is (?:disabled|not enabled)|marketplace subscription/,
    text: 'The account has not signed up for the service, the product or the Region: that is no matter of policies. Enable it in the account.',
  },
  {
    code: 'model-access',
    phrases: ['accesstothemodel', 'modelaccess'],
    pattern: /have access to the model|\bmodel access\b/i,
    // https://docs.aws.amazon.com/bedrock/latest/userguide/model-access.html
    text: 'The account may not use this model of Amazon Bedrock yet, whatever policies allow `bedrock:InvokeModel`: Anthropic wants its use case form once, the first call of another provider’s model has to be made by somebody who may `aws-marketplace:Subscribe` and `aws-marketplace:ViewSubscriptions`, and a model may not be offered in the Region.',
  },
  {
    code: 'account-not-entitled',
    phrases: ['youraccountisnotauthorizedtoinvokethisapioperation', 'accountisnotauthorizedtoinvoke'],
    pattern: /\bYour account is not authorized to invoke this API operation\b/i,
    // https://docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html
    text: 'The service refused the account, not the caller: no policy was in the way, and none helps. New accounts and some Regions or models are not served yet: look at the quotas of the service in this Region, and open a case with AWS Support.',
  },
  {
    code: 'kubernetes-rbac',
    phrases: ['isforbiddenuser', 'cannot'],
    pattern:
      /(?:(?<object>[\w.-]{1,80}(?: "[^"\n]{1,253}")?) is forbidden: )?User "(?<principal>[^"\n]{1,600})" cannot (?<verb>[a-z]{2,20}) (?:resource "(?<resource>[\w.*/-]{1,120})"|path "(?<path>[^"\n]{1,253})")(?: in API group "(?<group>[\w.-]{0,120})")?(?: in the namespace "(?<namespace>[\w-]{1,63})")?/,
    text: 'Kubernetes refused, not IAM: the caller was known, and nothing that authorizes in the cluster (Role, ClusterRole, EKS access entry) lets it do this. `kubectl auth can-i` tells; IAM policies do not matter here.',
  },
  {
    code: 'identity-center-access',
    phrases: ['getrolecredentialsoperationnoaccess', 'listaccountrolesoperationnoaccess'],
    pattern:
      /\((?<code>ForbiddenException)\) when calling the (?:GetRoleCredentials|ListAccountRoles) operation: No access\b/,
    // https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_GetRoleCredentials.html
    text: 'IAM Identity Center gave no credentials: whoever signed in is not assigned this permission set in this account, or the profile names another (`sso_account_id`, `sso_role_name`). No policy was asked. `aws sso list-accounts` and `aws sso list-account-roles` with the access token say what is assigned; an administrator assigns it (`aws sso-admin create-account-assignment`).',
  },
  {
    code: 'kubernetes-sign-in',
    phrases: [
      'youmustbeloggedintotheserver',
      'accesstokubernetesobjects',
      'serverhasaskedfortheclienttoprovidecredentials',
      'arnisnotmapped',
      'unabletoregisternodewithapiserver',
    ],
    pattern:
      /\bYou must be logged in to the server\b|\b(?:current IAM principal doesn['’]t|current user or role does not) have access to Kubernetes objects|\bserver has asked for the client to provide credentials\b|\berror="ARN is not mapped"|\bUnable to register node with API server" err="Unauthorized"/,
    // https://repost.aws/knowledge-center/eks-troubleshoot-iam-issues
    text: 'The cluster refused, not IAM: it knows nobody by these credentials. `aws sts get-caller-identity` in the same job tells who calls, `kubectl config view --minify` for whom the token is asked, `aws eks list-access-entries --cluster-name CLUSTER` (or the ConfigMap `aws-auth`) who is let in. An access entry lets in whom it names, the role and not its session: `aws eks create-access-entry`; no policy of IAM does.',
  },
  {
    code: 'database-sign-in',
    phrases: ['pamauthenticationfailed'],
    pattern: /\bPAM authentication failed for user\b/,
    // https://repost.aws/knowledge-center/aurora-postgresql-connect-iam
    text: 'The database refused the sign-in, and does not say why. With IAM authentication of Amazon RDS it is one of these: nothing allows the caller `rds-db:connect` on `arn:aws:rds-db:REGION:ACCOUNT:dbuser:RESOURCE_ID/USER` (the resource id, `db-…` or `cluster-…`, not the name), or something denies it; the token is older than 15 minutes or of other credentials; the user of the database was not granted `rds_iam`; IAM authentication is off. The log `iam-db-auth-error` of the instance says which.',
  },
  {
    code: 'role-chaining-limit',
    phrases: ['sessionlimitforrolesassumedbyrolechaining'],
    pattern:
      /(?:\b(?<code>ValidationError)\b[^\n]{0,160}?)?requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining/,
    text: 'The session was asked to last too long: a role that is assumed with the credentials of another role (role chaining) lasts one hour at most, whatever its own maximum is. Ask for less (`--duration-seconds 3600`, `duration_seconds` of a profile), or assume the role from a user, from Identity Center or with a token. Nothing was judged by policies.',
  },
  {
    code: 'role-chaining-limit',
    phrases: ['maxsessiondurationsetforthisrole'],
    pattern:
      /(?:\b(?<code>ValidationError)\b[^\n]{0,160}?)?requested DurationSeconds exceeds (?:the )?MaxSessionDuration set for this role/i,
    text: 'The session was asked to last longer than the role allows. `aws iam get-role --role-name ROLE --query Role.MaxSessionDuration` tells its maximum (3600 seconds where nobody changed it): ask for no more (`--duration-seconds`), or raise it with `aws iam update-role --role-name ROLE --max-session-duration SECONDS`, to 43200 at most. Nothing was judged by policies.',
  },
  {
    code: 'role-not-assumable',
    phrases: ['cannotbeassumedby', 'toassumetherole'],
    pattern:
      /\brole\b[^\n]{0,200}? cannot be assumed by [A-Za-z]|\brole (?:that )?you provided? must allow [A-Z][\w ]{1,60} to assume the role/i,
    text: 'The service may not assume the role that the call names: the trust policy of the role has to allow it `sts:AssumeRole` (Lambda is `lambda.amazonaws.com` there). The caller was refused nothing. A role made seconds ago may only need another try.',
  },
  {
    code: 'role-not-assumable',
    phrases: ['toassumetheassociatedrole'],
    pattern: /\bEKS does not have permissions? to assume the associated role/i,
    // https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html
    text: 'EKS Pod Identity may not assume the role of the association: the trust policy of the role has to allow `pods.eks.amazonaws.com` both `sts:AssumeRole` and `sts:TagSession`, and its conditions have to hold for the tags that EKS passes, as `aws:RequestTag/eks-cluster-name` and `aws:RequestTag/kubernetes-namespace`. The role of the node was refused nothing.',
  },
  {
    code: 'role-lacks-permission',
    phrases: ['doesnotgiveyoupermission'],
    pattern: /\bdoes not give you permission to perform operations in the following AWS service/i,
    text: 'The role that the call names lacks the action that the text names, not the caller: look at its identity policies, its permissions boundary and the service control policies of its account.',
  },
  {
    code: 'opensearch-roles',
    phrases: ['nopermissionsfor'],
    pattern: /\bno permissions for \[[^\]\n]{0,2000}\] and User \[name=/,
    text: 'The security plugin of OpenSearch (fine-grained access control) refused, behind IAM, which had let the request through: map the user or role to a role of the cluster that has the permission. IAM and domain policies do not matter here.',
  },
  {
    code: 'object-state',
    phrases: ['invalidobjectstate'],
    pattern: /\b(?<code>InvalidObjectState)\b/,
    text: 'The object is archived and must be restored before it can be read; no policy refused.',
  },
  {
    code: 'queue-or-access',
    phrases: ['queuedoesnotexistoryoudonothaveaccesstoit'],
    pattern:
      /(?:\b(?<code>[\w.]{1,60}NonExistentQueue)\b[^\n]{0,160}?)?\bqueue does not exist or you do not have access to it\b/,
    // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueUrl.html
    text: 'There is no queue of this name in the account and Region that were asked, or it is of another account whose queue policy does not let the caller in: SQS says the same of both. `aws sqs get-queue-url --queue-name NAME --queue-owner-aws-account-id ACCOUNT --region REGION` asks the one that is meant.',
  },
  {
    code: 'network',
    phrases: [
      'contextdeadlineexceeded',
      'iotimeout',
      'checkyourtasknetworkconfiguration',
      'couldnotconnecttotheendpoint',
    ],
    pattern:
      /\bResourceInitializationError: (?:unable to pull secrets or registry auth|failed to download env files)[^]{0,800}?(?:context deadline exceeded|i\/o timeout|[Cc]heck your task network configuration)|\bCould not connect to the endpoint URL\b/,
    // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/resource-initialization-error.html
    text: 'The call never reached AWS, so no policy was evaluated: this is the network. The task or host needs a route to the service: a NAT gateway or public IP address, or a VPC endpoint for it with private DNS, and a security group that allows outbound HTTPS (port 443).',
  },
  {
    code: 'cdk-bootstrap',
    phrases: ['hastheenvironmentbeenbootstrapped', 'requiresbootstrapstackversion'],
    pattern: /\bHas the environment been bootstrapped\b|\bThis CDK deployment requires bootstrap stack version\b/i,
    // https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html
    text: 'The CDK environment (account and Region) is not bootstrapped, or by an older version: its roles and its version parameter do not exist. Run `cdk bootstrap aws://ACCOUNT_ID/REGION` once. No policy has to change.',
  },
  {
    code: 'quota',
    phrases: ['limitexceeded', 'quotaexceeded', 'servicequotaexceeded', 'currentvcpulimit'],
    pattern:
      /(?<!Request|Bandwidth|Throughput)\b(?<code>(?!RequestLimitExceeded|BandwidthLimitExceeded)[A-Z]\w{0,60}?LimitExceeded(?:Exception)?|LimitExceeded(?:Exception|Fault)?|ServiceQuotaExceeded(?:Exception)?|QuotaExceeded(?:Exception)?)\b/,
    // https://docs.aws.amazon.com/servicequotas/latest/userguide/request-quota-increase.html
    text: 'A quota of the account is used up, so no policy denied the call. Delete what is not needed, or ask for a higher quota: `aws service-quotas list-service-quotas --service-code SERVICE` shows the quotas in this Region.',
  },
  {
    code: 'not-found',
    phrases: ['nosuch', 'notfound', 'doesnotexist', 'nonexistentqueue'],
    pattern:
      /\b(?<code>Invalid(?!AccessKey)[A-Z]\w{1,60}\.NotFound|(?:AWS\.SimpleQueueService\.)?NonExistentQueue|NoSuch(?:Bucket|Key|Entity|Upload|Version|BucketPolicy)(?:Exception)?|ResourceNotFoundException|NotFoundException|QueueDoesNotExist|RepositoryNotFoundException)\b/,
    text: 'The resource does not exist under this name, account or Region; the caller was not refused.',
  },
  {
    code: 'api-gateway-forbidden',
    phrases: ['messageforbidden'],
    pattern: /\{\s{0,8}"message"\s{0,4}:\s{0,4}"Forbidden"\s{0,8}\}/,
    text: 'The body of many HTTP servers. From API Gateway it means a missing or unknown API key, an AWS WAF rule, a wrong custom domain or stage, or a private API reached from outside: no policy refused, for a refusal by IAM or the resource policy has a sentence. The header `x-amzn-errortype` tells: `ForbiddenException` is API Gateway.',
  },
  {
    code: 'other-system',
    phrases: OTHER_CLOUD_PHRASES,
    pattern: OTHER_CLOUDS,
    text: 'Another cloud refused, not AWS.',
  },
  {
    code: 'other-system',
    phrases: [
      'accessdeniedforuser',
      'permissiondeniedpublickey',
      'eacces',
      'accessisdeniedos',
      'authorizationfailed',
      'authorizationpermissionmismatch',
      'unauthorizedaccessexceptionpermission',
      'authenticationfailed',
    ],
    pattern:
      /Access denied for user '|[Pp]ermission denied \(publickey|\bEACCES\b|Access is denied\.? \(os error|\bAuthorizationPermissionMismatch\b|\bUnauthorizedAccessException: PERMISSION_DENIED\b|does not have authorization to perform action 'Microsoft\./,
    text: 'A database, file system, SSH server or another cloud refused, not AWS.',
  },
]

export const UNRELATED_PHRASES: readonly string[] = UNRELATED.flatMap(({ phrases }) => phrases)

/** The first such error in a window of cleaned text; the earlier kind wins where several match. */
export const readUnrelated = (window: string, base: number): Finding | undefined => firstOf(UNRELATED, window, base)

/** The first sentence of a service about a state that no policy changes. */
export const readServiceState = (window: string, base: number): Finding | undefined =>
  firstOf(SERVICE_STATES, window, base)

function firstOf(errors: readonly UnrelatedError[], window: string, base: number): Finding | undefined {
  const text = window.replaceAll('\n', ' ')
  for (const { code, pattern, text: note } of errors) {
    const match = pattern.exec(text)
    if (match === null) continue
    const { code: printed, principal, object, verb, resource, path, group, namespace } = match.groups ?? {}
    const isKubernetes = code === 'kubernetes-rbac'
    return {
      kind: 'other',
      reader: code,
      from: base + match.index,
      to: base + match.index + match[0].length,
      code: printed ?? null,
      ...(isKubernetes
        ? {
            details: {
              user: principal ?? null,
              object: object ?? null,
              verb: verb ?? null,
              resource: resource ?? path ?? null,
              apiGroup: group ?? null,
              namespace: namespace ?? null,
            },
          }
        : {}),
      notes: [{ code, text: typeof note === 'string' ? note : note(match.groups ?? {}) }],
    }
  }
  return undefined
}
