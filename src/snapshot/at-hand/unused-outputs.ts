import { field, isObject, listField, textField } from '../fields.ts'
import { hasAll, isText } from './form.ts'

/** An output of the AWS CLI that is not used: why, and what to give instead. */
export interface UnusedOutput {
  readonly form: string
  readonly problem: string
  readonly instead: string
}

interface Row {
  readonly form: string
  readonly is: (value: unknown) => boolean
  readonly problem: string | ((value: unknown) => string)
  readonly instead: string | ((value: unknown) => string)
}

/** The row for an output that says nothing that denytrace can use. */
export function unusedOutput(value: unknown): UnusedOutput | undefined {
  const row = ROWS.find(({ is }) => is(value))
  if (row === undefined) return undefined
  const { form, problem, instead } = row
  return {
    form,
    problem: typeof problem === 'string' ? problem : problem(value),
    instead: typeof instead === 'string' ? instead : instead(value),
  }
}

const inside =
  (outer: string, ...names: readonly string[]) =>
  (value: unknown): boolean =>
    hasAll(...names)(field(value, outer))

const isListOf =
  (name: string, ...members: readonly string[]) =>
  (value: unknown): boolean => {
    const list = listField(value, name) ?? []
    return list.length > 0 && list.every(hasAll(...members))
  }

const textsIn = (value: unknown, list: string, name: string): string =>
  (listField(value, list) ?? [])
    .flatMap((item) => textField(item, name) ?? [])
    .slice(0, 5)
    .join(', ')

const NOT_IN_FORCE = 'its policies are proposals or templates: they are not in force'
const GET_ROLE = 'give the output of `aws iam get-role` and `aws iam get-role-policy`, or a snapshot'

/** Policies that no principal or resource has. */
const NOT_IN_FORCE_ROWS: readonly Row[] = [
  ['aws accessanalyzer get-generated-policy', hasAll('generatedPolicyResult')] as const,
  ['aws accessanalyzer get-access-preview', hasAll('accessPreview')] as const,
  ['aws accessanalyzer get-finding-recommendation', hasAll('recommendedSteps')] as const,
  ['aws securityhub get-recommended-policy-v2', hasAll('RecommendationSteps')] as const,
  ['aws ecr describe-repository-creation-templates', hasAll('repositoryCreationTemplates')] as const,
  ['aws opensearch describe-dry-run-progress', hasAll('DryRunProgressStatus')] as const,
  ['aws iam get-delegation-request', hasAll('DelegationRequest')] as const,
  ['aws iam list-delegation-requests', hasAll('DelegationRequests')] as const,
  ['aws s3control describe-multi-region-access-point-operation', hasAll('AsyncOperation')] as const,
].map(([form, is]) => ({ form, is, problem: NOT_IN_FORCE, instead: 'give the policy that is attached now' }))

/** Policies of another kind than those of IAM. */
const OTHER_POLICY_ROWS: readonly Row[] = [
  {
    form: 'aws iot get-policy',
    is: (value) =>
      /:iot:/.test(textField(value, 'policyArn') ?? '') ||
      (listField(value, 'effectivePolicies')?.some((item) => /:iot:/.test(textField(item, 'policyArn') ?? '')) ??
        false),
    problem:
      'an AWS IoT policy applies to a device certificate or a Cognito identity, and denytrace does not evaluate it',
    instead: 'for a call with IAM credentials, give the policies of the role or user',
  },
  {
    form: 'aws cloudformation get-stack-policy',
    is: hasAll('StackPolicyBody'),
    problem: 'a stack policy limits updates of a stack, and is no IAM policy',
    instead: 'give the policies of the caller or of the service role of the stack',
  },
  {
    form: 'aws organizations describe-effective-policy',
    is: hasAll('EffectivePolicy'),
    problem: 'it prints tag, backup and other management policies, which deny no call',
    instead: 'give SCPs and RCPs: aws organizations describe-policy --policy-id POLICY_ID',
  },
  {
    form: 'aws ecr get-lifecycle-policy',
    is: (value) => ['lifecyclePolicyText', 'LifecyclePolicy'].some((name) => isText(value, name)),
    problem: 'a lifecycle policy deletes what is old, and denies no call',
    instead: 'give the repository policy or container policy',
  },
  {
    form: 'aws verifiedpermissions get-policy',
    is: (value) => isText(value, 'policyStoreId') || isListOf('policies', 'policyStoreId')(value),
    problem: 'a Cedar policy is no IAM policy, and denytrace does not evaluate it',
    instead: 'give the policies of the role or user that called AWS',
  },
  {
    form: 'aws networkmanager get-core-network-policy',
    is: hasAll('CoreNetworkPolicy'),
    problem: 'a core network policy describes a network, and denies no call',
    instead: 'give the resource policy: aws networkmanager get-resource-policy',
  },
]

/** Lists of names and ids: what they list has the policies. */
const LIST_ROWS: readonly Row[] = [
  {
    form: 'aws organizations list-policies-for-target',
    is: isListOf('Policies', 'Id', 'Type'),
    problem: (value) => `it names policies (${textsIn(value, 'Policies', 'Name')}) without their text`,
    instead: (value) =>
      `give the output of: aws organizations describe-policy --policy-id ID, for each of ${textsIn(value, 'Policies', 'Id')}`,
  },
  {
    form: 'aws iam list-policies',
    is: isListOf('Policies', 'PolicyName', 'Arn'),
    problem: 'it names policies without their text, and does not say who has them',
    instead: 'give the output of `aws iam list-attached-role-policies` and `aws iam get-policy-version`',
  },
  {
    form: 'aws iam list-policy-versions',
    is: isListOf('Versions', 'VersionId', 'IsDefaultVersion'),
    problem: 'it lists the versions of a policy without their text',
    instead: 'give the default version: aws iam get-policy-version --policy-arn ARN --version-id VERSION',
  },
  {
    form: 'aws iam list-entities-for-policy',
    is: hasAll('PolicyGroups', 'PolicyUsers', 'PolicyRoles'),
    problem: 'it says who has a policy, and has no text of it',
    instead: 'give the output of `aws iam list-attached-role-policies` and `aws iam get-policy-version`',
  },
  {
    form: 'aws iam get-group',
    is: (value) => isText(field(value, 'Group'), 'GroupName'),
    problem: 'it lists the members of a group, and none of its policies',
    instead: 'give the output of `aws iam get-group-policy` and `aws iam list-groups-for-user`',
  },
  {
    form: 'aws iam list-role-tags',
    is: (value) => isObject(value) && Object.keys(value).every((name) => IN_LIST_OF_TAGS.test(name)) && hasTags(value),
    problem: 'it lists tags, and does not say of what',
    instead:
      'keep the command above the output, or give `aws iam get-role` or `aws resourcegroupstaggingapi get-resources`',
  },
  {
    form: 'aws ram get-resource-shares',
    is: hasAll('resourceShares'),
    problem: 'it lists shares, and has no policy',
    instead: 'give the output of: aws ram get-resource-policies --resource-arns ARN',
  },
]

const IN_LIST_OF_TAGS = /^(?:tags|taglist|istruncated|marker|nexttoken)$/i
const hasTags = (value: unknown): boolean =>
  [field(value, 'Tags'), field(value, 'TagList')].some(
    (tags) => tags !== undefined && ![tags].flat().some((tag) => isText(tag, 'ResourceId') || isText(tag, 'TagKey')),
  )

/** Facts of callers and accounts that an option says. */
const FACT_ROWS: readonly Row[] = [
  {
    form: 'aws sts get-caller-identity',
    is: hasAll('UserId', 'Account', 'Arn'),
    problem: 'it only says who calls',
    instead: (value) => `if that is who made the denied call, add: --principal ${textField(value, 'Arn') ?? 'ARN'}`,
  },
  {
    form: 'aws organizations describe-organization',
    is: inside('Organization', 'Id'),
    problem: 'it names the organization, and has no policy',
    instead: (value) =>
      `if the caller is in it, add: --context aws:PrincipalOrgID=${textField(field(value, 'Organization'), 'Id') ?? 'ID'}`,
  },
  {
    form: 'aws organizations list-parents',
    is: isListOf('Parents', 'Id', 'Type'),
    problem: 'it names the parent of an account, and has no policy',
    instead: 'give the SCPs of the parent: aws organizations list-policies-for-target, then describe-policy',
  },
  {
    form: 'aws organizations describe-account',
    is: inside('Account', 'Id', 'Arn'),
    problem: 'it describes an account, and has no policy',
    instead: 'give the SCPs of the account: aws organizations list-policies-for-target, then describe-policy',
  },
  {
    form: 'aws organizations list-roots',
    is: isListOf('Roots', 'Id'),
    problem: 'it says which types of policy are enabled, and has no policy',
    instead: 'give the SCPs of the root: aws organizations list-policies-for-target, then describe-policy',
  },
  {
    form: 'aws s3api get-bucket-policy-status',
    is: (value) => field(field(value, 'PolicyStatus'), 'IsPublic') !== undefined,
    problem: 'it only says whether the policy is public',
    instead: 'give the policy: aws s3api get-bucket-policy',
  },
  {
    form: 'aws iam simulate-principal-policy',
    is: isListOf('EvaluationResults', 'EvalActionName'),
    problem: (value) =>
      `it is what AWS simulated (${textsIn(value, 'EvaluationResults', 'EvalDecision')}), and has no policy`,
    instead: GET_ROLE,
  },
  {
    form: 'aws lakeformation list-permissions',
    is: (value) =>
      ['PrincipalResourcePermissions', 'DataLakeSettings'].some((name) => field(value, name) !== undefined),
    problem: 'denytrace does not evaluate Lake Formation permissions',
    instead: 'compare the grant with the denial yourself: the principal needs the permission on this database or table',
  },
  {
    form: 'aws eks describe-access-entry',
    is: hasAll('accessEntry'),
    problem: 'it says what a principal may do in Kubernetes, and has no IAM policy',
    instead: GET_ROLE,
  },
  {
    form: 'aws s3api head-object',
    is: (value) =>
      isText(value, 'ETag') &&
      !isText(value, 'SSEKMSKeyId') &&
      ['ContentLength', 'ObjectSize'].some((name) => field(value, name) !== undefined),
    problem: 'it describes an object that no KMS key of yours encrypts, and has no policy',
    instead: 'give the policy of the bucket: aws s3api get-bucket-policy',
  },
]

/** Outputs that are often given with a denial and say nothing of what was in force. */
const ROWS: readonly Row[] = [...NOT_IN_FORCE_ROWS, ...OTHER_POLICY_ROWS, ...LIST_ROWS, ...FACT_ROWS]
