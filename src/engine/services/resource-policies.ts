import { isService } from '#iam/facts/services.ts'
import { lowerCase } from '#iam/memoize.ts'
import { isRoleAction } from '#iam/role-actions.ts'
import { configuresSearch } from '#iam/search-domain.ts'
import type { EvaluationInput } from '../evaluation-input.ts'

/**
 * Services whose resources can have a policy, with the word for it. "Undefined" is no row: a service AWS knows that has
 * none here cannot let anyone in by a resource policy (R-OTH-01, R-XACC-03).
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html
 */
const KINDS: ReadonlyMap<string, string> = new Map([
  ['s3', 'bucket'],
  ['s3express', 'bucket'],
  ['s3-outposts', 'bucket'],
  ['s3-object-lambda', 'access-point'],
  ['s3tables', 'table-bucket'],
  ['s3vectors', 'vector-bucket'],
  ['kms', 'key'],
  ['sqs', 'queue'],
  ['sns', 'topic'],
  ['lambda', 'function'],
  ['secretsmanager', 'secret'],
  ['ecr', 'repository'],
  ['ecr-public', 'repository'],
  ['events', 'event-bus'],
  ['schemas', 'registry'],
  ['execute-api', 'api'],
  ['dynamodb', 'table'],
  ['kinesis', 'stream'],
  ['backup', 'vault'],
  ['elasticfilesystem', 'file-system'],
  ['glacier', 'vault'],
  ['glue', 'catalog'],
  ['es', 'domain'],
  ['aoss', 'collection'],
  ['codeartifact', 'repository'],
  ['codebuild', 'project'],
  ['cloud9', 'environment'],
  ['acm-pca', 'certificate-authority'],
  ['signer', 'profile'],
  ['lex', 'bot'],
  ['cloudtrail', 'event-data-store'],
  ['cloudtrail-data', 'channel'],
  ['logs', 'destination'],
  ['ssm', 'parameter'],
  ['ssm-contacts', 'contact'],
  ['ssm-incidents', 'response-plan'],
  ['refactor-spaces', 'environment'],
  ['mediastore', 'container'],
  ['iot', 'thing'],
  ['ses', 'identity'],
  ['serverlessrepo', 'application'],
  ['redshift-serverless', 'snapshot'],
  ['vpc-lattice', 'service'],
  ['vpc-lattice-svcs', 'service'],
  ['bedrock', 'model'],
  ['bedrock-agentcore', 'agent'],
  ['organizations', 'organization'],
  ['rekognition', 'project'],
  ['route53-recovery-readiness', 'readiness'],
  ['network-firewall', 'firewall-policy'],
  ['networkmanager', 'core-network'],
  ['ram', 'resource-share'],
  ['sagemaker', 'model-package-group'],
  ['evidently', 'project'],
  ['kinesisvideo', 'stream'],
  ['msk', 'cluster'],
  ['kafka', 'cluster'],
  ['healthlake', 'datastore'],
  ['verifiedpermissions', 'policy-store'],
  ['dsql', 'cluster'],
  ['entityresolution', 'workflow'],
  ['iotsitewise', 'asset'],
  ['pca-connector-ad', 'connector'],
  ['rolesanywhere', 'trust-anchor'],
  ['servicediscovery', 'namespace'],
  ['workmail', 'organization'],
  ['dms', 'data-provider'],
  ['kafka-cluster', 'cluster'],
  ['aps', 'workspace'],
  ['comprehend', 'model'],
  ['rum', 'app-monitor'],
  ['sms-voice', 'phone-number'],
  ['redshift', 'namespace'],
  ['wafv2', 'rule-group'],
  ['mediapackagev2', 'channel'],
  ['mediatailor', 'channel'],
  ['osis', 'pipeline'],
  ['codeguru-profiler', 'profiling-group'],
  ['oam', 'sink'],
  ['s3files', 'file-system'],
  ['payment-cryptography', 'payment-key'],
  ['qbusiness', 'application'],
  ['aiops', 'investigation-group'],
  ['mpa', 'approval-team'],
  ['imagebuilder', 'image'],
  ['billing', 'billing-view'],
  ['cleanrooms-ml', 'audience-model'],
  ['cloudhsm', 'backup'],
  ['aws-marketplace', 'entity'],
  ['elemental-inference', 'feed'],
  ['apigateway', 'portal-product'],
  ['wellarchitected', 'agent-profile'],
  // Not `domain`, as those of OpenSearch: its statements have no Resource.
  ['cloudsearch', 'search-domain'],
])

/** Services of which one type of resource has a policy: how the rest of its ARN tells it. */
const ONLY_OF: ReadonlyMap<string, (rest: string) => boolean> = new Map([
  ['redshift', (rest) => rest.startsWith('namespace')],
  ['wafv2', (rest) => rest.includes('/rulegroup/')],
  ['apigateway', (rest) => rest.startsWith('/portalproducts/')],
  ['wellarchitected', (rest) => rest.startsWith('agent-')],
  // https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutResourcePolicy.html
  ['ssm', (rest) => /^(?:parameter|opsitemgroup)\//.test(rest)],
  // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonbedrock.html (PutResourcePolicy)
  ['bedrock', (rest) => !/^(?:foundation-model|(?:application-)?inference-profile)\//.test(rest)],
  // https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_PutModelPackageGroupPolicy.html
  [
    'sagemaker',
    (rest) => !/^(?:endpoint|endpoint-config|training-job|processing-job|transform-job|model)\//.test(rest),
  ],
])

/** The word for the policies of a service; none where the resource is surely of another type. */
function kindOfService({ question, resource }: EvaluationInput): string | undefined {
  const { service } = question.action
  if (configuresSearch(question.action)) return undefined
  // Each version of a layer has a policy of its own, which is none of a function's.
  if (service === 'lambda' && resource.kind === 'arn' && resource.segments[5]?.startsWith('layer:') === true)
    return 'layer-version'
  if (resource.kind === 'arn' && ONLY_OF.get(service)?.(resource.segments[5] ?? '') === false) return undefined
  return KINDS.get(service)
}

/** Whether a role's trust policy decides the action on this resource. */
export const isTrustAction = ({ question, resource }: EvaluationInput): boolean =>
  isRoleAction(question.action) &&
  // The session itself (`arn:aws:sts::ID:self` of SetContext) is no role and has no trust policy.
  (resource.kind !== 'arn' || resource.segments[2] === 'iam')

/**
 * Calls of which the caller's account decides alone, whoever owns the resource: a role's trust policy is not asked who passes it
 * (R-PASS-01), and a root user has no policy of its own (R-STS-13).
 */
const OF_IDENTITY: ReadonlySet<string> = new Set(['iam:passrole', 'sts:assumeroot'])
export const asksIdentityOnly = (action: string): boolean => OF_IDENTITY.has(lowerCase(action))

/**
 * The grant says who may retire it, and the key's account to whom else: kms:RetireGrant "is not effective in a key policy".
 * https://docs.aws.amazon.com/kms/latest/developerguide/grant-delete.html
 */
export const isRetiring = ({ question: { action } }: EvaluationInput): boolean =>
  action.service === 'kms' && action.name === 'retiregrant'

const ALIAS_ONLY = new Set(['createalias', 'updatealias', 'deletealias'])

/** A key that is not known, or named by an alias, is a key all the same (R-REQ-05, R-KMS-09). */
function isKey(input: EvaluationInput): boolean {
  const { resource } = input
  if (resource.kind === 'unknown') return input.question.action.service === 'kms'
  if (resource.kind !== 'arn' || resource.segments[2] !== 'kms') return false
  const rest = resource.segments[5] ?? ''
  return rest.startsWith('key/') || (rest.startsWith('alias/') && !ALIAS_ONLY.has(input.question.action.name))
}

/** The word for the policy that the request's resource has or could have; undefined: none. */
export function resourcePolicyKind(input: EvaluationInput): string | undefined {
  const { action } = input.question
  if (isTrustAction(input)) return 'trust'
  if (input.resource.kind === 'none') return undefined
  if (action.service === 'kms') return isKey(input) ? 'key' : undefined
  if (
    action.service === 's3' &&
    input.resource.kind === 'arn' &&
    (input.resource.segments[5] ?? '').startsWith('accesspoint')
  )
    return 'access-point'
  return kindOfService(input)
}

/** Whether a policy that is not at hand could exist. A service that our data does not know may have one. */
export function mayHaveResourcePolicy(input: EvaluationInput): boolean {
  if (input.resource.kind === 'none' && !isTrustAction(input)) return false
  return resourcePolicyKind(input) !== undefined || !isService(input.question.action.service)
}

/**
 * Resources that do not trust their own account unless their policy says so: KMS keys and roles (R-KMS-01, R-STS-01).
 * https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
 */
export function accountTrustIsExplicit(input: EvaluationInput): boolean {
  if (isTrustAction(input)) return true
  if (input.question.action.service === 'kms') return isKey(input) && !isRetiring(input)
  // A trust policy says who may assume the role; reading, changing and passing it are asked of the identity alone.
  return input.policies.resourcePolicyKind === 'key'
}
