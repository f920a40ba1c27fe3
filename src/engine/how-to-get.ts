import { shellWord } from '#quote/shell.ts'
import type { EvaluationInput } from './evaluation-input.ts'
import { isFurther } from './further-policies.ts'
import { AUTHORIZER_LACKING } from './services/api-gateway.ts'
import { URL_TYPE } from './services/function-urls.ts'
import type { MissingFact } from './decision.ts'
import { MANAGER } from './layers/levels.ts'

/** Where a person gets a context key from. Keys in lower case, by their part before the slash. */
const KEYS: ReadonlyMap<string, string> = new Map([
  ['aws:sourcevpce', 'field `vpcEndpointId` of the CloudTrail event'],
  ['aws:sourcevpc', 'the VPC of the endpoint: aws ec2 describe-vpc-endpoints'],
  ['aws:sourceip', 'field `sourceIPAddress` of the CloudTrail event'],
  ['aws:vpcsourceip', 'field `sourceIPAddress` of the CloudTrail event of a call through an endpoint'],
  ['aws:principaltag', 'aws iam list-role-tags, and `requestParameters.tags` of the AssumeRole event for session tags'],
  ['aws:resourcetag', 'the tags of the resource: aws resourcegroupstaggingapi get-resources'],
  ['aws:requesttag', '`requestParameters` of the CloudTrail event'],
  ['aws:tagkeys', '`requestParameters` of the CloudTrail event'],
  ['aws:principalorgid', 'aws organizations describe-organization, in the account of the principal'],
  ['aws:principalorgpaths', 'aws organizations list-parents, from the account of the principal up'],
  ['aws:resourceorgid', 'aws organizations describe-organization, in the account of the resource'],
  ['aws:resourceorgpaths', 'aws organizations list-parents, from the account of the resource up'],
  ['aws:multifactorauthpresent', '`sessionContext.attributes.mfaAuthenticated` of the CloudTrail event'],
  ['aws:securetransport', 'field `tlsDetails` of the CloudTrail event'],
  ['aws:currenttime', 'field `eventTime` of the CloudTrail event'],
  ['aws:requestedregion', 'field `awsRegion` of the CloudTrail event'],
  ['aws:useragent', 'field `userAgent` of the CloudTrail event'],
  ['aws:sourceidentity', '`requestParameters.sourceIdentity` of the AssumeRole event'],
  ['aws:viaawsservice', 'field `userIdentity.invokedBy` of the CloudTrail event'],
  ['aws:calledvia', 'field `userIdentity.invokedBy` of the CloudTrail event'],
  ['aws:principalarn', 'aws sts get-caller-identity in the same runtime, then aws iam get-role for the path'],
  ['aws:userid', 'aws sts get-caller-identity in the same runtime'],
  [
    'denytrace:unknown',
    'what the imported file did not know yet: import again after the deploy, or with `denytrace import --parameters`',
  ],
  ['kms:resourcealiases', 'the aliases of the key: aws kms list-aliases --key-id KEY'],
  ['kms:requestalias', '`requestParameters.keyId` of the CloudTrail event'],
  ['sts:taskpolicyarn', '`requestParameters.taskPolicyArn` of the AssumeRoot event'],
  ['sts:externalid', '`requestParameters.externalId` of the AssumeRole event'],
])

/** The fact that is missing where nobody said which resource it is. */
export const RESOURCE_ARN = 'ARN of the resource'

/** The fact that is missing where one of the two accounts is masked, or is no account. */
export const ROLE_IS_OWN = 'whether the role is of the account of the caller'

/** The fact that is missing where a request names an action that may not exist. */
export const ACTION_IS_THERE = 'whether the action exists'

/** The missing fact where no page says whether a resource policy can give an action to another account (R-OTH-23). */
export const AWS_PAGE = 'whether a resource policy can give this action to another account'

/** The missing fact where it is not known whether S3 asks KMS for a key. */
export const SSE_KEY = 'sseKmsKeyArn of the bucket'

/** How the missing fact begins where a wildcard stands inside the word of a resource type (R-RES-11). */
export const INSIDE_TYPE = 'what AWS makes of the wildcard in the resource type of '

/** How the missing fact begins where a variable stands before the fifth colon of an ARN (R-VAR-01). */
export const IN_HEAD = 'what AWS makes of the variable before the fifth colon of '

/** How to get a missing fact: a sentence that ends in a command or the field of an event. */
export function howToGet(kind: MissingFact['kind'], fact: string, input: EvaluationInput): string {
  switch (kind) {
    case 'context-key': {
      const folded = fact.toLowerCase()
      const known = KEYS.get(folded.split('/')[0] ?? folded) ?? claimOf(fact)
      return (
        known ??
        `the value the request carried: \`requestParameters\` of the CloudTrail event, or --context ${shellWord(`${fact}=VALUE`)}`
      )
    }
    case 'principal':
      return 'aws iam get-role --role-name NAME, or a snapshot of the account'
    case 'account':
      if (fact === ROLE_IS_OWN)
        return 'the ids of both accounts, not masked: `userIdentity.accountId` and `requestParameters` of the CloudTrail event'
      if (fact === MANAGER.fact)
        return 'aws organizations describe-organization (`MasterAccountId`), given as `organization.managementAccount`'
      return 'a snapshot that holds the resource, or `resourceAccount`'
    case 'attribute':
      if (fact === RESOURCE_ARN)
        return 'the ARN that is meant: `requestParameters` or `resources` of the CloudTrail event'
      if (fact === ACTION_IS_THERE)
        return "the actions of the service in AWS's Service Authorization Reference; then the right name, or `actionExists: true` beside a new one in the request"

      if (fact === AWS_PAGE)
        return "AWS's page on the resource-based policies of the service; or make the call from the account that owns the resource"
      if (fact === SSE_KEY) return 'aws s3api get-bucket-encryption, or a snapshot that holds the bucket'
      if (fact === URL_TYPE.fact)
        return 'aws lambda list-function-url-configs (`AuthType`), or a snapshot that holds the function'
      return `${serviceCommand(input)}, or a snapshot that holds the resource`
    case 'policy':
      return policyCommand(fact)
  }
}

/** A key under the name of an identity provider is a claim of its token: nothing but a host's name has a dot. */
function claimOf(key: string): string | undefined {
  const colon = key.indexOf(':')
  return key.slice(0, colon).includes('.')
    ? `the claim \`${key.slice(colon + 1)}\` of the token, decoded in the job: \`cut -d. -f2 TOKEN_FILE | base64 -d\`; then --context ${shellWord(`${key}=VALUE`)}`
    : undefined
}

function policyCommand(fact: string): string {
  if (isFurther(fact)) return policyCommand(fact.slice(fact.indexOf(' ') + 1))
  if (fact.startsWith(INSIDE_TYPE)) return 'the statement with the type written in full: no page of AWS’s says it'
  if (fact.startsWith(IN_HEAD))
    return 'the statement with `*` or a value in its place: AWS’s page says that none may stand there'
  if (fact === AUTHORIZER_LACKING.fact) return 'aws apigateway test-invoke-authorizer, with the headers of the request'
  if (fact.startsWith('service control') || fact.startsWith('resource control') || fact.startsWith('policies attached'))
    return 'aws organizations list-policies-for-target in the management account, for the account and each OU above it'
  if (fact.includes('endpoint')) return 'aws ec2 describe-vpc-endpoints, in the account that owns the endpoint'
  if (fact.startsWith('session')) return '`requestParameters.policy` and `policyArns` of the AssumeRole event'
  if (fact.startsWith('identity') || fact.startsWith('permissions boundary'))
    return 'aws iam get-account-authorization-details'
  if (fact.startsWith('key policy')) return 'aws kms get-key-policy --policy-name default'
  if (fact.startsWith('trust policy')) return 'aws iam get-role'
  if (fact.startsWith('bucket policy')) return 'aws s3api get-bucket-policy'
  if (fact.startsWith(DOCUMENT_OF)) return documentCommand(fact.slice(DOCUMENT_OF.length))
  return 'the get-policy command of the service, in the account that owns the resource'
}

const DOCUMENT_OF = 'document of '

/** A policy that is attached, and cannot be read: by its ARN, or by its name, which of a resource's own says what it is. */
function documentCommand(policy: string): string {
  if (policy.startsWith('arn:') && policy.includes(':organizations:')) return 'aws organizations describe-policy'
  return policy.includes(' policy of ') ? policyCommand(policy) : 'aws iam get-policy-version'
}

/** The command that shows the attributes of a resource, such as its KMS key. */
export function attributeCommand({ question }: EvaluationInput): string {
  switch (question.action.service) {
    case 's3':
      return 'aws s3api get-bucket-encryption'
    case 'sqs':
      return 'aws sqs get-queue-attributes --attribute-names All'
    case 'sns':
      return 'aws sns get-topic-attributes'
    case 'secretsmanager':
      return 'aws secretsmanager describe-secret'
    default:
      return 'the describe command of the service'
  }
}

function serviceCommand(input: EvaluationInput): string {
  switch (input.question.action.service) {
    case 'kms':
      return 'aws kms list-grants'
    case 's3':
      return 'aws s3api get-public-access-block, get-bucket-ownership-controls, get-bucket-acl'
    case 'execute-api':
      return 'aws apigateway get-method (`authorizationType`)'
    case 'sts':
      return 'aws iam get-role (`MaxSessionDuration`)'
    default:
      return 'the describe command of the service'
  }
}
